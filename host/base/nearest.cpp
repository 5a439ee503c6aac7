// SPDX-License-Identifier: Apache-2.0
// Edit distance.
#include "host/base/nearest.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace hil {
namespace {

constexpr std::size_t kMost = 3;

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  std::vector<std::size_t> above(row.size());
  std::vector<std::size_t> two_above(row.size());
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::swap(two_above, above);
    std::swap(above, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], two_above[j - 2] + 1);
    }
  }
  return row[b.size()];
}

std::vector<std::string> beginning_with(std::string_view word,
                                        const std::vector<std::string>& candidates) {
  std::vector<std::string> found;
  if (word.size() < 2) return found;
  for (const std::string& candidate : candidates) {
    if (candidate.starts_with(word) && found.size() < kMost) found.push_back(candidate);
  }
  return found;
}

}  // namespace

std::vector<std::string> nearest_ones(std::string_view word,
                                      const std::vector<std::string>& candidates) {
  std::vector<std::string> best;
  std::size_t least = std::numeric_limits<std::size_t>::max();
  for (const std::string& candidate : candidates) {
    const std::size_t edits = distance(word, candidate);
    if (edits > std::max<std::size_t>(word.size() / 3, 1) || edits > least) continue;
    if (edits < least) best.clear();
    least = edits;
    if (best.size() < kMost) best.push_back(candidate);
  }
  return best.empty() ? beginning_with(word, candidates) : best;
}

std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates) {
  auto found = nearest_ones(word, candidates);
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

std::string did_you_mean(const std::vector<std::string>& words, std::string_view before) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text.append(before).append(words[i]);
  }
  return text.empty() ? "" : "did you mean " + text + "?";
}

}  // namespace hil
