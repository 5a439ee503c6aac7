// SPDX-License-Identifier: Apache-2.0
// Standard output and standard error.
#include "host/app/console_io.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace hil::app {

bool is_terminal(int descriptor) {
  return isatty(descriptor) == 1;
}

int output_width() {
  constexpr int kDefault = 80;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kDefault;
  return size.ws_col;
}

Status print(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(STDOUT_FILENO, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      return Error{Blame::kUser,
                   fmt::format("standard output can't be written: {}", std::strerror(errno)),
                   "make room, or send the output elsewhere"};
    }
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

void remark(std::string_view line) {
  fmt::print(stderr, "{}\n", line);
}

void report(const Error& error) {
  fmt::print(stderr, "hilbench: {}\n", error.what);
  // A fault of ours has the same next step wherever it is found.
  const std::string hint = error.hint.empty() && error.blame == Blame::kBug
                               ? "report this with the command line"
                               : error.hint;
  if (!hint.empty()) fmt::print(stderr, "  hint: {}\n", hint);
}

}  // namespace hil::app
