// SPDX-License-Identifier: Apache-2.0
// Starting, watching and ending hilbench.
#include "tests/chain/program.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

namespace hil::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// Waits until @p holds, at most @p limit.
bool poll_until(std::chrono::seconds limit, const std::function<bool()>& holds) {
  for (const Deadline deadline = Deadline::after(limit); !deadline.expired();) {
    if (holds()) return true;
    std::this_thread::sleep_for(milliseconds(1));
  }
  return holds();
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "hilbench-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) ADD_FAILURE() << "no temporary folder: " << name;
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::vector<std::string> TemporaryFolder::entries() const {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(path_))
    names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_text(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

Program::Program(const std::vector<std::string>& words, const fs::path& stdout_path)
    : out_(stdout_path.empty() ? folder_ / "out" : stdout_path), err_(folder_ / "err") {
  const int out = open(out_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const int err = open(err_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  SpawnOptions options;
  options.argv = {HILBENCH_PROGRAM};
  options.argv.insert(options.argv.end(), words.begin(), words.end());
  options.stdout_fd = out;
  options.stderr_fd = err;
  auto process = Subprocess::spawn(options);
  close(out);
  close(err);
  if (process) {
    process_.emplace(std::move(process).value());
  } else {
    ADD_FAILURE() << process.error().what;
  }
}

bool Program::wait_for(const std::function<bool(const std::string&)>& holds) {
  return poll_until(seconds(30), [&] { return holds(read_text(err_)); });
}

bool Program::wait_for_text(const std::string& text) {
  return wait_for([&](const std::string& said) { return said.find(text) != std::string::npos; });
}

void Program::signal(int number) const {
  kill(process_->pid(), number);
}

std::optional<pid_t> Program::agent() const {
  const fs::path children = fmt::format("/proc/{0}/task/{0}/children", process_->pid());
  std::optional<pid_t> found;
  poll_until(seconds(5), [&] {
    std::istringstream text(read_text(children));
    pid_t pid = 0;
    if (text >> pid) found = pid;
    return found.has_value();
  });
  return found;
}

Program::Outcome Program::finish() {
  const auto start = std::chrono::steady_clock::now();
  // scripts/test_all_samples takes its time.
  const seconds most(std::getenv("HIL_ALL_SAMPLES") != nullptr ? 3600 : 120);
  const auto status = process_->wait(Deadline::after(most));
  Outcome outcome;
  outcome.took = std::chrono::steady_clock::now() - start;
  if (status) outcome.code = status->signal != 0 ? 128 + status->signal : status->code;
  EXPECT_TRUE(status) << "it did not end";
  std::error_code ignored;
  if (fs::is_regular_file(out_, ignored)) outcome.out = read_text(out_);
  outcome.err = read_text(err_);
  return outcome;
}

Program::Outcome run_hilbench(const std::vector<std::string>& words) {
  return Program(words).finish();
}

}  // namespace hil::test
