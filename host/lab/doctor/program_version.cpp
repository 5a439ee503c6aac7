// SPDX-License-Identifier: Apache-2.0
// program_version(): a child process and a pipe.
#include "host/lab/doctor/program_version.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include "host/base/deadline.hpp"
#include "host/base/file_descriptor.hpp"
#include "host/base/subprocess.hpp"

namespace hil::lab::doctor {
namespace {

using Kind = ProgramAnswer::Kind;

constexpr std::size_t kMostText = 4096;

/// Until the pipe is closed, @p deadline passes, or there is enough.
std::string read_text(int pipe, Deadline deadline) {
  using namespace std::chrono;
  std::string text;
  while (text.size() < kMostText && !deadline.expired()) {
    pollfd polled{pipe, POLLIN, 0};
    const auto left = ceil<milliseconds>(deadline.remaining());
    if (::poll(&polled, 1, static_cast<int>(left.count())) <= 0) continue;
    std::array<char, 1024> piece{};
    const ssize_t got = ::read(pipe, piece.data(), piece.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) break;
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
  text.resize(std::min(text.size(), kMostText));
  return text;
}

bool is_missing(const std::string& why) {
  return why.find("No such file") != std::string::npos;
}

/// "exited with status 127: " and the first line of what it said.
std::string failure_text(const ExitStatus& status, const std::string& said) {
  constexpr std::size_t kMostLine = 256;
  const std::string line = said.substr(0, std::min(said.find('\n'), kMostLine));
  return line.empty() ? status.text() : status.text() + ": " + line;
}

}  // namespace

ProgramAnswer program_version(const std::string& program) {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {Kind::kFailed, "no pipe can be made"};
  const FileDescriptor in(ends[0]);
  FileDescriptor out(ends[1]);
  SpawnOptions options;
  options.argv = {program, "--version"};
  options.stdout_fd = out.get();
  options.stderr_fd = out.get();
  options.grace = std::chrono::milliseconds(100);
  auto process = Subprocess::spawn(options);
  if (!process.ok()) {
    const std::string& why = process.error().what;
    return {is_missing(why) ? Kind::kMissing : Kind::kFailed, why};
  }
  out.reset();
  const Deadline deadline = Deadline::after(kTimeToAnswer);
  std::string text = read_text(in.get(), deadline);
  const auto ended = process->wait(text.empty() ? deadline : Deadline::after(options.grace));
  if (ended && !ended->clean()) return {Kind::kFailed, failure_text(*ended, text)};
  if (!ended && text.empty()) return {Kind::kSilent, ""};
  return {Kind::kAnswered, std::move(text)};
}

}  // namespace hil::lab::doctor
