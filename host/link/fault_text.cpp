// SPDX-License-Identifier: Apache-2.0
// Reading and writing faults.
#include "host/link/fault_text.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <optional>
#include <set>
#include <vector>

#include "host/base/nearest.hpp"

namespace hil {
namespace {

using Milliseconds = std::chrono::milliseconds;

constexpr const char* kExample = "for example: drop=1%,flip=1e-5,stall=200ms@5s,cut=2s@8s,seed=7";
constexpr std::size_t kMostBytes = 4096;
constexpr std::size_t kMostWindows = 100;  ///< of each kind
constexpr double kMostLengthMs = 3'600'000;
constexpr double kMostStartMs = 24 * 3'600'000.0;

/// A kind of fault that has a probability.
struct Share {
  const char* name;
  double FaultPlan::*value;
  double unit;         ///< what it is written in
  const char* suffix;  ///< behind the number
};
constexpr std::array<Share, 4> kShares{{{"drop", &FaultPlan::drop, 100, "%"},
                                        {"flip", &FaultPlan::flip, 1, ""},
                                        {"dup", &FaultPlan::duplicate, 100, "%"},
                                        {"swap", &FaultPlan::swap, 100, "%"}}};

/// A kind of fault that has windows of time.
struct Window {
  const char* name;
  std::vector<FaultWindow> FaultPlan::*list;
};
constexpr std::array<Window, 2> kWindows{
    {{"stall", &FaultPlan::stalls}, {"cut", &FaultPlan::cuts}}};

const std::vector<std::string>& all_names() {
  static const std::vector<std::string> names{"drop",  "flip", "dup", "swap",
                                              "stall", "cut",  "seed"};
  return names;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ')
    text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ')
    text.remove_suffix(1);
  return text;
}

/// A whole text as one number, finite and not below 0.
std::optional<double> number_of(std::string_view text) {
  double number = 0;
  const char* const last = text.data() + text.size();
  const auto [end, fault] = std::from_chars(text.data(), last, number);
  if (text.empty() || fault != std::errc() || end != last) return std::nullopt;
  if (!std::isfinite(number) || std::signbit(number)) return std::nullopt;
  return number;
}

Error wrong(std::string_view word, std::string_view why, std::string hint = kExample) {
  return Error{Blame::kUser, fmt::format("fault '{}' {}", word, why), std::move(hint)};
}

Result<double> share_of(std::string_view word, std::string_view value) {
  if (const auto share = share_of_text(value)) return *share;
  return wrong(word, "is no share from 0 to 1 or 0% to 100%", "for example: drop=1%, flip=1e-5");
}

/// "200ms", "1.5s"; nothing if it is neither.
std::optional<double> milliseconds_of(std::string_view text) {
  const bool in_ms = text.size() > 2 && text.substr(text.size() - 2) == "ms";
  const bool in_s = !in_ms && text.size() > 1 && text.back() == 's';
  if (!in_ms && !in_s) return std::nullopt;
  text.remove_suffix(in_ms ? 2 : 1);
  const auto number = number_of(text);
  if (!number) return std::nullopt;
  return *number * (in_ms ? 1 : 1000);
}

Result<FaultWindow> window_of(std::string_view word, std::string_view value) {
  const std::string hint = "write LENGTH@START with units: cut=2s@8s, stall=200ms@5s";
  const std::size_t at = value.find('@');
  if (at == std::string_view::npos) return wrong(word, "does not say when it starts", hint);
  const auto length = milliseconds_of(value.substr(0, at));
  const auto start = milliseconds_of(value.substr(at + 1));
  if (!length || !start) return wrong(word, "has a time that is no number of ms or s", hint);
  if (!(*length >= 1 && *length <= kMostLengthMs)) {
    return wrong(word, "does not last from 1 ms to an hour", hint);
  }
  if (!(*start <= kMostStartMs)) return wrong(word, "does not start within a day", hint);
  return FaultWindow{Milliseconds(std::llround(*start)), Milliseconds(std::llround(*length))};
}

Result<std::uint64_t> seed_of(std::string_view word, std::string_view value) {
  std::uint64_t seed = 0;
  const char* const last = value.data() + value.size();
  const auto [end, fault] = std::from_chars(value.data(), last, seed);
  if (!value.empty() && fault == std::errc() && end == last) return seed;
  return wrong(word, "is no whole number from 0 to 18446744073709551615", "for example: seed=7");
}

/// Puts one word into the plan.
class Reader {
 public:
  Status take(std::string_view word) {
    const std::size_t equals = word.find('=');
    const auto name = trimmed(word.substr(0, equals));
    if (equals == std::string_view::npos || name.empty()) return wrong(word, "is not NAME=VALUE");
    const auto value = trimmed(word.substr(equals + 1));
    for (const Window& window : kWindows) {
      if (name == window.name) return add_window(word, value, plan_.*window.list);
    }
    for (const Share& share : kShares) {
      if (name != share.name) continue;
      HIL_TRY(once(word, name));
      HIL_ASSIGN(plan_.*share.value, share_of(word, value));
      return {};
    }
    if (name != "seed") return unknown(word, name);
    HIL_TRY(once(word, name));
    HIL_ASSIGN(plan_.seed, seed_of(word, value));
    return {};
  }
  FaultPlan plan() && { return std::move(plan_); }

 private:
  static Status add_window(std::string_view word, std::string_view value,
                           std::vector<FaultWindow>& windows) {
    HIL_ASSIGN(const FaultWindow window, window_of(word, value));
    if (windows.size() == kMostWindows) {
      return wrong(word, fmt::format("is one too many: {} of a kind are taken", kMostWindows));
    }
    windows.push_back(window);
    return {};
  }
  Status once(std::string_view word, std::string_view name) {
    if (seen_.emplace(name).second) return {};
    return wrong(word, "comes a second time", "give it once");
  }
  static Error unknown(std::string_view word, std::string_view name) {
    const std::string meant = did_you_mean(nearest_ones(name, all_names()));
    return wrong(word, "is of no known kind",
                 meant.empty() ? fmt::format("there are {}", fmt::join(all_names(), ", ")) : meant);
  }

  FaultPlan plan_;
  std::set<std::string, std::less<>> seen_;
};

std::string time_text(Milliseconds time) {
  const auto count = time.count();
  return count % 1000 == 0 ? fmt::format("{}s", count / 1000) : fmt::format("{}ms", count);
}

}  // namespace

std::optional<double> share_of_text(std::string_view text) {
  const bool percent = !text.empty() && text.back() == '%';
  if (percent) text.remove_suffix(1);
  const auto number = number_of(text);
  const double share = number.value_or(0) / (percent ? 100 : 1);
  return number && share <= 1 ? std::optional(share) : std::nullopt;
}

Result<FaultPlan> parse_faults(std::string_view text) {
  if (text.size() > kMostBytes) {
    return Error{Blame::kUser, fmt::format("the faults are longer than {} bytes", kMostBytes),
                 kExample};
  }
  Reader reader;
  while (true) {
    const std::size_t comma = text.find(',');
    HIL_TRY(reader.take(trimmed(text.substr(0, comma))));
    if (comma == std::string_view::npos) return std::move(reader).plan();
    text.remove_prefix(comma + 1);
  }
}

std::string fault_text(const FaultPlan& plan) {
  if (!plan.any()) return "";
  std::string text;
  for (const Share& share : kShares) {
    if (const double value = plan.*share.value; value > 0) {
      text += fmt::format("{}={:.6g}{}, ", share.name, value * share.unit, share.suffix);
    }
  }
  for (const Window& kind : kWindows) {
    for (const FaultWindow& window : plan.*kind.list) {
      text += fmt::format("{}={}@{}, ", kind.name, time_text(window.length), time_text(window.at));
    }
  }
  return text + fmt::format("seed={}", plan.seed);
}

}  // namespace hil
