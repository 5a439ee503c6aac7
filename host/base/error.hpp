// SPDX-License-Identifier: Apache-2.0
// The one error type of the host: who has to act, what happened, what to do next.
#pragma once

#include <cstdint>
#include <string>

namespace hil {

/// Who has to act. Decides the exit code, whether a retry makes sense, and JUnit <failure> (model)
/// or <error> (the rest).
enum class Blame : std::uint8_t { kUser, kConfig, kLab, kTool, kLink, kDevice, kModel, kBug };

struct Error {
  Blame blame = Blame::kBug;
  std::string what;  ///< What happened, where. One sentence, no period.
  std::string hint;  ///< What to do next; empty if nothing is known.

  /// The same error with one line of context in front: "context: what".
  [[nodiscard]] Error within(const std::string& context) const;
};

/// The process exit code that belongs to @p blame (the table in CONTRIBUTING.md).
int exit_code(Blame blame);

/// Lower-case name used in records and messages: "user", "config", ... "bug".
const char* name_of(Blame blame);

}  // namespace hil
