// SPDX-License-Identifier: Apache-2.0
// DoorStream: send and receive with deadlines on a blocking or non-blocking socket.
#include "host/emulate/probe/doors/door_stream.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace hil::emulate {
namespace {

constexpr const char* kRestart = "start the virtual board again";

/// What an answer's beginning looks like in a message.
std::string shown(std::string_view text) {
  std::string printable(text.substr(0, 80));
  std::replace_if(
      printable.begin(), printable.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return printable;
}

bool later(int error_number) {
  return error_number == EAGAIN || error_number == EWOULDBLOCK || error_number == EINTR;
}

/// For poll(): rounded up, at most a minute, so that it does not spin just before the deadline.
int milliseconds_left(Deadline deadline) {
  using namespace std::chrono;
  const auto left = std::min<Deadline::Clock::duration>(deadline.remaining(), minutes(1));
  return static_cast<int>(ceil<milliseconds>(left).count());
}

}  // namespace

Error DoorStream::closed() {
  gone_ = true;
  return Error{Blame::kDevice, fmt::format("QEMU ended (its {} connection is closed)", name_),
               kRestart};
}

Error DoorStream::no_answer(std::string_view to) const {
  return Error{Blame::kDevice, fmt::format("QEMU does not answer to {} '{}'", name_, shown(to)),
               kRestart};
}

Error DoorStream::strange_answer(std::string_view to, std::string_view answer) const {
  return Error{Blame::kDevice,
               fmt::format("QEMU answered '{}' to {} '{}'", shown(answer), name_, shown(to)),
               kRestart};
}

Result<bool> DoorStream::wait_for(short events, Deadline deadline) {
  pollfd waiting{descriptor_.get(), events, 0};
  do {
    const int count = ::poll(&waiting, 1, milliseconds_left(deadline));
    if (count > 0) return true;
    if (count < 0 && !later(errno)) return closed();
  } while (!deadline.expired());
  return false;
}

Status DoorStream::send(std::string_view bytes, Deadline deadline) {
  if (gone_) return closed();
  while (!bytes.empty()) {
    const ssize_t count =
        ::send(descriptor_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
      continue;
    }
    if (!later(errno)) return closed();
    HIL_ASSIGN(const bool ready, wait_for(POLLOUT, deadline));
    if (!ready) return no_answer(bytes);
  }
  return {};
}

Result<bool> DoorStream::receive(std::string& buffer, Deadline deadline) {
  if (gone_) return closed();
  std::array<char, 16384> chunk;
  while (true) {
    const ssize_t count = ::recv(descriptor_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (count > 0) {
      buffer.append(chunk.data(), static_cast<std::size_t>(count));
      return true;
    }
    if (count == 0 || !later(errno)) return closed();
    HIL_ASSIGN(const bool ready, wait_for(POLLIN, deadline));
    if (!ready) return false;
  }
}

}  // namespace hil::emulate
