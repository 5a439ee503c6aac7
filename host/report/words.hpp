// SPDX-License-Identifier: Apache-2.0
// The lower-case words that stand for enumerators of records in JSON and on the console.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "host/results/comparison.hpp"
#include "host/results/record.hpp"

namespace hil::report {

/// One word per enumerator, in order; only the specialisations below exist.
template <class Enum>
inline constexpr std::array<std::string_view, 0> kWords{};
template <>
inline constexpr std::array<std::string_view, 4> kWords<results::MetricKind>{"exact", "quantised",
                                                                             "noisy", "proportion"};
template <>
inline constexpr std::array<std::string_view, 2> kWords<results::Better>{"lower", "higher"};
template <>
inline constexpr std::array<std::string_view, 3> kWords<results::Origin>{"measured", "emulated",
                                                                         "estimated"};
template <>
inline constexpr std::array<std::string_view, 4> kWords<results::VerdictStatus>{
    "pass", "fail", "error", "interrupted"};
template <>
inline constexpr std::array<std::string_view, 6> kWords<results::Finding>{
    "equal", "no difference seen", "better", "worse", "differs", "unclear"};
/// The same words as hil::name_of(Blame).
template <>
inline constexpr std::array<std::string_view, 8> kWords<Blame>{"user", "config", "lab",   "tool",
                                                               "link", "device", "model", "bug"};

template <class Enum>
constexpr std::string_view word_of(Enum value) {
  return kWords<Enum>.at(static_cast<std::size_t>(value));
}

/// The enumerator of that word, or nothing.
template <class Enum>
constexpr std::optional<Enum> from_word(std::string_view word) {
  for (std::size_t i = 0; i < kWords<Enum>.size(); ++i) {
    if (kWords<Enum>[i] == word) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace hil::report
