// SPDX-License-Identifier: Apache-2.0
// What a run that is recorded or replayed asks for: its link, its clock, and what else comes from
// outside.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "host/base/result.hpp"
#include "host/link/link.hpp"

namespace hil::tape {

/// A run is a function of what it gets from its link, its clock and elsewhere; a tape holds all of
/// it. Used on one thread.
class RunTape {
 public:
  virtual ~RunTape() = default;

  /// True if nothing real is behind it.
  [[nodiscard]] virtual bool replays() const = 0;

  /// The link that the run is to use: recorded above @p real, or from the tape (then @p real is
  /// null). From here to end() this thread's clock is the tape's. @p real must outlive that.
  virtual Link& begin(Link* real) = 0;
  /// The run uses link and clock no more.
  virtual void end() = 0;

  /// What @p real returns, which is called on the machine's clock and whose effects are not on the
  /// link: a flasher's report, say. A replay does not call it and returns what it did when the tape
  /// was recorded. @p what names it.
  ///   every error of @p real
  ///   kModel  (a replay) the tape has none of it there
  virtual Result<nlohmann::json> outside(std::string_view what,
                                         const std::function<Result<nlohmann::json>()>& real) = 0;

  /// Says something about the run on the tape; nothing in a replay.
  virtual void note(std::string_view what, const nlohmann::json& said) = 0;
};

/// What a note says; discarded if it is no JSON, or nested so deep that handling it could use up
/// the stack.
template <class Json>
Json parse_note(const std::string& text) {
  constexpr int kMostDepth = 64;  // notes of ours have less than 12
  bool deep = false;
  const auto look = [&](int depth, typename Json::parse_event_t, Json&) {
    deep = deep || depth > kMostDepth;
    return depth <= kMostDepth;
  };
  Json said = Json::parse(text, look, false);
  return deep ? Json(Json::value_t::discarded) : said;
}

/// An error as JSON and back; anything else gives a kBug.
nlohmann::json json_of(const Error& error);
Error error_of(const nlohmann::json& json);

/// RunTape::outside(), or without a tape @p real itself.
Result<nlohmann::json> outside(RunTape* tape, std::string_view what,
                               const std::function<Result<nlohmann::json>()>& real);

}  // namespace hil::tape
