// SPDX-License-Identifier: Apache-2.0
// Numbers of MLPerf Tiny's DUT protocol that both of its ends must agree on.
#pragma once

#include <cstddef>
#include <cstdint>

/// The text protocol by which MLPerf Tiny's runners drive a board (the "device under test").
/// Source: benchmark/api of github.com/mlcommons/tiny, as of round v1.4.
namespace hil::dialect::mlperf_tiny {

/// Ends a command; no line end follows.
inline constexpr char kTerminator = '%';
/// Characters of a command that the firmware keeps; what goes beyond is lost without a word.
inline constexpr std::size_t kMostCommandChars = 80;
/// Bytes that the firmware's buffer for one sample holds.
inline constexpr std::size_t kMostBufferBytes = 27'648;
/// Bytes of a sample in one `db` command, as the published runners send them.
inline constexpr std::size_t kChunkBytes = 31;
/// Bytes in one line of `db print`.
inline constexpr std::size_t kPrintedBytes = 8;
/// Warm-up inferences if `infer` names none.
inline constexpr std::uint32_t kUsualWarmup = 10;
/// Bits per second that most firmware takes.
inline constexpr std::uint32_t kUsualBaud = 115'200;
/// What a printed result may be off because it has three decimals: half a unit if it was rounded,
/// a whole one if it was cut (the reference KWS firmware formats by hand).
inline constexpr double kPrintedStep = 0.001;

}  // namespace hil::dialect::mlperf_tiny
