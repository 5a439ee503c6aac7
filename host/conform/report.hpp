// SPDX-License-Identifier: Apache-2.0
// What a conformance run found out about a board's port: plain data, filled by checks, read by
// writers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/results/record.hpp"

namespace hil::conform {

enum class Verdict : std::uint8_t {
  kPass,
  kFail,
  kNotJudged,  ///< the board has no such thing, or its figure means nothing; the finding says why
  kNotRun,     ///< it never came to it
};

/// A number that a check found.
struct Figure {
  std::string name;  ///< "goodput"
  double value = 0;
  std::string unit;  ///< "B/s", "ms", "ppm", "%", "B", "instructions"; empty: a count
  results::Origin origin = results::Origin::kMeasured;
};

/// One property of a port.
struct Check {
  std::string name;  ///< "line to board"
  Verdict verdict = Verdict::kNotRun;
  std::vector<Figure> figures;
  std::string limit;    ///< what a port must keep to: "no byte lost"
  std::string finding;  ///< what is wrong, or worth a remark; empty if nothing
  std::string advice;   ///< what to look at next; empty if nothing
};

struct ConformReport {
  std::string board;  ///< id, as in boards/
  std::string core;   ///< as the agent says; empty if it never answered, as all up to emulated
  std::string agent_version;
  std::string build_id;   ///< of the agent's image, hexadecimal; empty if it has none
  std::string unique_id;  ///< of the chip, hexadecimal; empty if it has none
  std::string host_version;
  bool emulated = false;  ///< as the agent says, or as it was asked for
  bool quick = false;     ///< shortened: proves less
  bool complete = false;  ///< every check was come to; false: stopped
  std::string started_utc;
  double duration_s = 0;
  std::vector<Check> checks;
  /// Why it is no proof of this port, whatever the verdicts: an option that lets another clock or
  /// agent pass, an error that is not the port's. Empty if nothing; not part of what is written.
  std::string no_proof;

  [[nodiscard]] std::size_t count(Verdict verdict) const;
  /// Complete, and nothing failed or was left out.
  [[nodiscard]] bool passed() const;
};

/// "pass", "fail", "not judged", "not run"
const char* word_of(Verdict verdict);

/// "12 checks: 10 passed, 1 failed, 1 not judged"
std::string tally(const ConformReport& report);

}  // namespace hil::conform
