// SPDX-License-Identifier: Apache-2.0
// Sigmoid and hyperbolic tangent of int16 values by one table, bit-exact with TFLM's.
#pragma once

#include <cstdint>

namespace hil::engine::reference {

/// 65536 / (1 + exp(-i / 24)), rounded, but one more at 44 entries where the reference's table is.
/// Source: sigmoid_table_uint16 of TensorFlow Lite; values made from this formula.
inline constexpr std::uint16_t kSigmoidTable[256] = {
    32768, 33451, 34133, 34813, 35493, 36169, 36843, 37513, 38180, 38841, 39498, 40149, 40794,
    41432, 42064, 42688, 43304, 43912, 44511, 45102, 45683, 46255, 46817, 47369, 47911, 48443,
    48964, 49475, 49975, 50464, 50942, 51409, 51865, 52311, 52745, 53169, 53581, 53983, 54374,
    54755, 55125, 55485, 55834, 56174, 56503, 56823, 57133, 57433, 57724, 58007, 58280, 58544,
    58800, 59048, 59288, 59519, 59743, 59959, 60168, 60370, 60565, 60753, 60935, 61110, 61279,
    61441, 61599, 61750, 61896, 62036, 62172, 62302, 62428, 62549, 62666, 62778, 62886, 62990,
    63090, 63186, 63279, 63368, 63454, 63536, 63615, 63691, 63765, 63835, 63903, 63968, 64030,
    64090, 64148, 64204, 64257, 64308, 64357, 64405, 64450, 64494, 64536, 64576, 64614, 64652,
    64687, 64721, 64754, 64786, 64816, 64845, 64873, 64900, 64926, 64950, 64974, 64997, 65019,
    65039, 65060, 65079, 65097, 65115, 65132, 65149, 65164, 65179, 65194, 65208, 65221, 65234,
    65246, 65258, 65269, 65280, 65291, 65301, 65310, 65319, 65328, 65337, 65345, 65352, 65360,
    65367, 65374, 65381, 65387, 65393, 65399, 65404, 65410, 65415, 65420, 65425, 65429, 65433,
    65438, 65442, 65445, 65449, 65453, 65456, 65459, 65462, 65465, 65468, 65471, 65474, 65476,
    65479, 65481, 65483, 65485, 65488, 65489, 65491, 65493, 65495, 65497, 65498, 65500, 65501,
    65503, 65504, 65505, 65507, 65508, 65509, 65510, 65511, 65512, 65513, 65514, 65515, 65516,
    65517, 65517, 65518, 65519, 65520, 65520, 65521, 65522, 65522, 65523, 65523, 65524, 65524,
    65525, 65525, 65526, 65526, 65526, 65527, 65527, 65528, 65528, 65528, 65529, 65529, 65529,
    65529, 65530, 65530, 65530, 65530, 65531, 65531, 65531, 65531, 65531, 65532, 65532, 65532,
    65532, 65532, 65532, 65533, 65533, 65533, 65533, 65533, 65533, 65533, 65533, 65534, 65534,
    65534, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65535,
};

/// Between two entries of the table: 2^@p bits steps from entry @p at / 2^bits to the next, in
/// units of 2^-(16 + bits).
constexpr std::int32_t sigmoid_between(std::int32_t at, std::int32_t bits) {
  const std::int32_t index = at >> bits, rest = at & ((std::int32_t{1} << bits) - 1);
  const std::int32_t low = kSigmoidTable[index], high = kSigmoidTable[index + 1];
  return (low << bits) + rest * (high - low);
}

/// 2^15 / (1 + exp(-x / 2^12)) for x in int16.
/// Source: Sigmoid of the int16 LOGISTIC kernel of TensorFlow Lite.
constexpr std::int16_t sigmoid16(std::int32_t x) {
  const std::int32_t scaled = 3 * x;  // |x| in steps of 1/24 of 2^9: below entry 193 of the table
  const std::int32_t share = sigmoid_between(scaled < 0 ? -scaled : scaled, 9);
  constexpr std::int32_t kOne = std::int32_t{1} << 25;
  return static_cast<std::int16_t>((scaled >= 0 ? share + 512 : kOne - share + 511) >> 10);
}

/// 2^15 * tanh(x * 2^(shift - 12)) for x in int16, shift plan::kMinCellShift..kMaxCellShift.
/// Source: Tanh of the int16 TANH kernel of TensorFlow Lite.
constexpr std::int16_t tanh16(std::int32_t x, std::int32_t shift) {
  std::int32_t scaled = 3 * x;
  if (shift >= 0) {
    scaled *= std::int32_t{1} << shift;
  } else {
    scaled = (scaled + (std::int32_t{1} << (-shift - 1))) >> -shift;
  }
  const std::int32_t magnitude = scaled < 0 ? -scaled : scaled;
  constexpr std::int32_t kHalf = std::int32_t{1} << 23, kLargest = 65535 << 8;
  const std::int32_t share = (magnitude >> 8) >= 255 ? kLargest : sigmoid_between(magnitude, 8);
  return static_cast<std::int16_t>((scaled >= 0 ? share - kHalf + 128 : -share + kHalf + 127) >> 8);
}

}  // namespace hil::engine::reference
