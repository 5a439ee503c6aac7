// SPDX-License-Identifier: Apache-2.0
// What a mistyped word was probably meant to be.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hil {

/// The word of @p candidates with the fewest edits (insert, delete, replace; Levenshtein 1966) to
/// @p word, if they are few enough for it to be meant: a third of its length, at least 1.
std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates);

}  // namespace hil
