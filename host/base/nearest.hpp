// SPDX-License-Identifier: Apache-2.0
// What a mistyped word was probably meant to be.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hil {

/// The words of @p candidates, at most three, that @p word was probably meant to be, in their
/// order: those with the fewest edits (insert, delete, replace, swap two neighbours: optimal string
/// alignment, Boytsov 2011) if they are few enough, a third of its length and at least
/// 1; else those that begin with it, if it has two letters.
std::vector<std::string> nearest_ones(std::string_view word,
                                      const std::vector<std::string>& candidates);

/// The first of nearest_ones().
std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates);

/// "did you mean --top-k?", "did you mean hilbench show or hilbench list?": each of @p words behind
/// @p before; empty if there is none.
std::string did_you_mean(const std::vector<std::string>& words, std::string_view before = "");

}  // namespace hil
