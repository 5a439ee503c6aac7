// SPDX-License-Identifier: Apache-2.0
// Tables of a function on 513 points, corrected for linear interpolation.
#include "host/model/operators/softmax_tables.hpp"

#include <algorithm>
#include <cmath>

#include "protocol/plan/format.hpp"

namespace hil::model {
namespace {

constexpr int kSteps = static_cast<int>(plan::kInt16TableEntries) - 1;
constexpr float kSpan = 65535.0F;  // of int16, from its smallest to its largest value

/// float32 rounds after each operation, also where a compiler would fuse two of them.
float rounded(double value) {
  return static_cast<float>(value);
}

std::int16_t saturated(float value) {
  return static_cast<std::int16_t>(std::clamp(value, -32768.0F, 32767.0F));
}

/// @p function on [low, high]; results of -1..1 become -32768..32767.
std::vector<std::int16_t> table_of(float (*function)(float), float low, float high) {
  const float output_scale = 2.0F / kSpan;
  const float output_span = rounded(static_cast<double>(output_scale * 32767.0F) -
                                    static_cast<double>(output_scale * -32768.0F));
  const float to_output = 65536.0F / output_span;
  const float step = (high - low) / static_cast<float>(kSteps), half = step / 2;
  const auto point = [&](int i) {
    return rounded(static_cast<double>(low) +
                   static_cast<double>(rounded(i * static_cast<double>(step))));
  };
  const auto scaled = [&](float x) {
    return rounded(static_cast<double>(function(x)) * static_cast<double>(to_output));
  };
  std::vector<std::int16_t> table;
  for (int i = 0; i < kSteps; ++i) {
    const float sample = std::round(scaled(point(i)));
    const float line = std::round((scaled(point(i + 1)) + sample) / 2);
    const float middle = std::round(scaled(point(i) + half));
    table.push_back(saturated(sample - std::round((line - middle) / 2)));
  }
  table.push_back(saturated(std::round(scaled(high))));
  return table;
}

}  // namespace

std::vector<std::int16_t> softmax_exp_table() {
  const float scale = 10.0F / kSpan;
  return table_of([](float x) { return std::exp(x); }, scale * -kSpan, 0.0F);
}

std::vector<std::int16_t> softmax_reciprocal_table() {
  const float scale = 1.0F / kSpan;
  return table_of([](float x) { return 1.0F / (1.0F + x); }, 0.0F, scale * kSpan);
}

}  // namespace hil::model
