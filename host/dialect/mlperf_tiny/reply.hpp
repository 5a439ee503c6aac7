// SPDX-License-Identifier: Apache-2.0
// What a line from a board says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/dialect/mlperf_tiny/line_reader.hpp"

namespace hil::dialect::mlperf_tiny {

enum class ReplyKind : std::uint8_t {
  kReady,        ///< m-ready
  kName,         ///< m-name-dut-[text]
  kProfile,      ///< m-profile-[text]
  kModel,        ///< m-model-[text]
  kMode,         ///< m-timestamp-mode-text
  kInitDone,     ///< m-init-done
  kStamp,        ///< m-lap-us-number
  kExpecting,    ///< m-[Expecting number bytes]
  kLoadDone,     ///< m-load-done
  kBuffer,       ///< m-buffer-xx-xx...: bytes
  kWarmupStart,  ///< m-warmup-start-number
  kWarmupDone,   ///< m-warmup-done
  kInferStart,   ///< m-infer-start-number
  kInferDone,    ///< m-infer-done
  kResults,      ///< m-results-[...]: values
  kError,        ///< e-[text]
  kTooLarge,     ///< "Supplied buffer size ...", which the reference sends without e-: text
  kMessage,      ///< any other m-...: text
  kText,         ///< printable text of no form that is known (help)
  kGarbled,      ///< it can't have been sent like that: text, for messages
};

struct Reply {
  ReplyKind kind = ReplyKind::kGarbled;
  std::string text{};
  std::uint64_t number = 0;
  std::vector<std::uint8_t> bytes{};
  std::vector<double> values{};
};

/// Says what @p line is. A line that begins like a known one and goes on in another way is garbled.
/// Printed numbers are taken as the reference firmware prints them: `d.ddd` with three decimals,
/// with a comma behind the last one too (VWW), `0.1000` meaning 1 (KWS), and nan and inf as printf
/// writes them.
Reply parse_reply(const Line& line);

}  // namespace hil::dialect::mlperf_tiny
