// SPDX-License-Identifier: Apache-2.0
// Words and keys that the summary's text and picture share.
#include "host/report/summary_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <string_view>
#include <tuple>

#include "host/report/text.hpp"

namespace hil::report {
namespace {

constexpr std::string_view kKeys = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t kOperatorsNamed = 8;

/// "operator 3", "operators 3, 5 and 12 more".
std::string operators_text(const std::vector<std::size_t>& operators) {
  std::string text = operators.size() == 1 ? "operator " : "operators ";
  const std::size_t named = std::min(operators.size(), kOperatorsNamed);
  for (std::size_t i = 0; i < named; ++i)
    text += fmt::format("{}{}", i == 0 ? "" : ", ", operators[i]);
  if (named < operators.size()) text += fmt::format(" and {} more", operators.size() - named);
  return text;
}

}  // namespace

std::string shape_text(const std::vector<std::int32_t>& shape) {
  std::string text;
  for (const std::int32_t dim : shape) {
    if (!text.empty()) text += 'x';
    text += dim < 1 ? "?" : std::to_string(dim);
  }
  return text.empty() ? "scalar" : text;
}

std::string known_text(const std::optional<std::uint64_t>& number) {
  return number ? grouped(*number) : "?";
}

std::string macs_text(const model::ModelSummary& summary) {
  if (summary.macs_complete) return grouped(summary.macs);
  return summary.macs == 0 ? "?" : "at least " + grouped(summary.macs);
}

std::string obstacle_text(const model::Obstacle& obstacle) {
  if (obstacle.operators.empty()) return printable(obstacle.what);
  return fmt::format("{} ({})", printable(obstacle.what), operators_text(obstacle.operators));
}

std::string short_name(const std::string& name) {
  std::string part = name.substr(0, name.find(';'));
  while (part.size() > 1 && part.ends_with('/'))
    part.pop_back();
  if (part == "/") return part;
  std::size_t slash = part.rfind('/');
  if (slash != std::string::npos && slash > 0) slash = part.rfind('/', slash - 1);
  return printable(slash == std::string::npos ? part : part.substr(slash + 1));
}

std::vector<std::size_t> in_order(const model::MemorySummary& memory) {
  std::vector<std::size_t> order(memory.buffers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&memory](std::size_t a, std::size_t b) {
    const auto& left = memory.buffers[a];
    const auto& right = memory.buffers[b];
    return std::tie(left.first, left.offset) < std::tie(right.first, right.offset);
  });
  return order;
}

char key_of(std::size_t place) {
  return kKeys[place % kKeys.size()];
}

}  // namespace hil::report
