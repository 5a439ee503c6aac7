// SPDX-License-Identifier: Apache-2.0
// Quoting for Tcl and for shells.
#include "host/flash/quoting.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hil::flash {
namespace {

/// Letters, digits and these mean nothing in Tcl, in its expressions' words, or in a shell.
bool is_plain(std::string_view text) {
  constexpr std::string_view kSafe = "_-./,:+@%=";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kSafe.find(c) != std::string_view::npos;
  });
}

}  // namespace

std::string tcl_word(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string word = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      // Three octal digits: Tcl takes no more, while it takes any number of hexadecimal ones.
      word += fmt::format("\\{:03o}", byte);
      continue;
    }
    // Braces mean nothing within quotes, but a script around this word may count them.
    if (std::string_view("\\\"$[]{}").find(c) != std::string_view::npos) word += '\\';
    word += c;
  }
  return word + '"';
}

std::string shell_word(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'') {
      word += "'\\''";
    } else {
      word += c;
    }
  }
  return word + '\'';
}

std::string shell_line(const std::vector<std::string>& argv) {
  std::string line;
  for (const std::string& argument : argv)
    line += (line.empty() ? "" : " ") + shell_word(argument);
  return line;
}

}  // namespace hil::flash
