// SPDX-License-Identifier: Apache-2.0
// Pseudo-terminals by forkpty().
#include "tests/chain/terminal.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <regex>
#include <sstream>

namespace hil::test {

Terminal::Terminal(const std::vector<std::string>& argv, std::uint16_t columns,
                   const std::vector<std::pair<std::string, std::string>>& environment) {
  std::vector<char*> words;
  for (const std::string& word : argv)
    words.push_back(const_cast<char*>(word.c_str()));  // NOLINT: execvp() writes to none
  words.push_back(nullptr);
  const winsize size{24, columns, 0, 0};
  child_ = forkpty(&master_, nullptr, nullptr, &size);
  if (child_ == 0) {
    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");
    unsetenv("COLUMNS");
    for (const auto& [name, value] : environment)
      setenv(name.c_str(), value.c_str(), 1);
    execvp(words.front(), words.data());
    _exit(127);
  }
  if (child_ < 0) ADD_FAILURE() << "no pseudo-terminal";
}

Terminal::~Terminal() {
  if (child_ > 0) {
    kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
  }
  if (master_ >= 0) close(master_);
}

void Terminal::type(const std::string& keys) const {
  EXPECT_EQ(write(master_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
}

bool Terminal::read_more(int timeout_ms) {
  pollfd polled{master_, POLLIN, 0};
  if (poll(&polled, 1, timeout_ms) <= 0) return true;
  std::array<char, 4096> bytes{};
  const ssize_t count = read(master_, bytes.data(), bytes.size());
  if (count <= 0) return false;  // EIO: the child has gone
  printed_.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

bool Terminal::wait_for(const std::function<bool(const std::string&)>& holds,
                        std::chrono::seconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!holds(printed_)) {
    if (std::chrono::steady_clock::now() > end || !read_more(100)) return holds(printed_);
  }
  return true;
}

int Terminal::finish() {
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (read_more(100)) {
    if (std::chrono::steady_clock::now() < end) continue;
    ADD_FAILURE() << "it did not end; it printed:\n" << printed_;
    return -1;
  }
  int status = 0;
  waitpid(std::exchange(child_, -1), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::vector<std::string> screen_lines(const std::string& printed) {
  static const std::regex kColor("\x1b\\[[0-9;]*m");
  std::istringstream text(std::regex_replace(printed, kColor, ""));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) {
    while (line.ends_with('\r'))
      line.pop_back();
    const std::size_t kept = line.rfind('\r');
    if (kept != std::string::npos) line.erase(0, kept + 1);
    if (line.starts_with("\x1b[K")) line.erase(0, 3);
    lines.push_back(line);
  }
  return lines;
}

}  // namespace hil::test
