// SPDX-License-Identifier: Apache-2.0
// The table that tells what an instruction's bits mean.
#pragma once

#include <cstdint>

#include "host/emulate/probe/thumb/interpreter.hpp"

namespace hil::emulate::thumb {

/// Where in an IT block an instruction may stand; elsewhere it is unpredictable.
enum class InIt : std::uint8_t { kAnywhere, kLast, kNever };

struct Decoder {
  using Handler = Result<Outcome> (Interpreter::*)(std::uint32_t);

  struct Row {
    std::uint32_t mask;
    std::uint32_t value;
    Handler run;
    InIt in_it = InIt::kAnywhere;
  };

  /// What @p instruction is; null if it is not known. A 16-bit one stands in the low half.
  static const Row* find(std::uint32_t instruction, bool wide);
};

}  // namespace hil::emulate::thumb
