// SPDX-License-Identifier: Apache-2.0
// What the words of a record's energy mean, for people.
#pragma once

#include <array>
#include <string_view>

#include "host/results/energy.hpp"

namespace hil::report {

/// A part of an uncertainty: its name in JSON, and for people.
struct UncertaintyPart {
  const char* name;
  const char* words;
  double results::UncertaintyParts::*part;
};

inline constexpr std::array<UncertaintyPart, 10> kUncertaintyParts{
    {{"gain", "gain", &results::UncertaintyParts::gain},
     {"offset", "offset", &results::UncertaintyParts::offset},
     {"voltage", "voltage", &results::UncertaintyParts::voltage},
     {"time_base", "time base", &results::UncertaintyParts::time_base},
     {"code_step", "code step", &results::UncertaintyParts::code_step},
     {"edges", "edges", &results::UncertaintyParts::edges},
     {"range_switches", "range switches", &results::UncertaintyParts::range_switches},
     {"lost_samples", "lost samples", &results::UncertaintyParts::lost_samples},
     {"idle", "idle", &results::UncertaintyParts::idle},
     {"repetition", "repetition", &results::UncertaintyParts::repetition}}};

constexpr std::string_view scope_words(std::string_view scope) {
  if (scope == "inference") return "the operators, from an input in its place to the outputs";
  if (scope == "load+infer") return "the input written to its place, then the operators";
  if (scope == "system") return "all that the board did between the ends of a window";
  return "unknown";
}

constexpr std::string_view alignment_words(std::string_view method) {
  if (method == "logic") return "edges of the board's pin on an input of the meter";
  if (method == "trace-pattern") return "a known pattern in the current";
  if (method == "host-clock") return "the host's own time, guards left out";
  if (method == "counter") return "a counter read on the board at the window's ends";
  if (method == "time-stamps") return "a list of times beside the trace";
  return "unknown";
}

constexpr std::string_view idle_words(std::string_view mode) {
  if (mode == "busy") return "the core in a loop, clocks as in the windows";
  if (mode == "wait") return "the core waiting for an interrupt, clocks as in the windows";
  if (mode == "stop") return "the core stopped, its clocks too";
  return "unknown";
}

constexpr std::string_view voltage_words(std::string_view source) {
  if (source == "set") return "set by the meter";
  if (source == "stated") return "as --voltage states";
  if (source == "measured") return "measured by the meter";
  return "unknown";
}

}  // namespace hil::report
