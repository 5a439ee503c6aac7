// SPDX-License-Identifier: Apache-2.0
// What files say in names: whether it may be opened, and whether it may be printed.
#include "host/data/names.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>

namespace hil::data {
namespace {

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace

bool is_inside(std::string_view name) {
  if (!is_printable(name)) return false;
  const std::filesystem::path path(name);
  return !path.empty() && path.is_relative() && path.has_filename() &&
         std::find(path.begin(), path.end(), std::filesystem::path("..")) == path.end();
}

bool is_printable(std::string_view text) {
  return std::none_of(text.begin(), text.end(), is_control);
}

std::string printable(std::string text) {
  std::replace_if(text.begin(), text.end(), is_control, '?');
  return text;
}

std::optional<std::uint32_t> whole_number_of(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<float> number_of(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  float value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace hil::data
