// SPDX-License-Identifier: Apache-2.0
// Random geometry of sliding windows for kernel tests.
#pragma once

#include <algorithm>
#include <cstdint>

#include "tests/target/engine/one_operator.hpp"

namespace hil::engine::testing {

/// One axis: an input size for which the window fits, and the output size that follows.
struct AxisDraw {
  int input, output, filter, stride, dilation, before, after;

  AxisDraw(Draw& draw, bool with_dilation) {
    filter = draw.integer(1, 4);
    stride = draw.integer(1, 3);
    dilation = with_dilation && draw.one_in(3) ? draw.integer(2, 3) : 1;
    const int extent = (filter - 1) * dilation + 1;
    before = draw.one_in(3) ? 0 : draw.integer(0, filter - 1);
    after = draw.one_in(3) ? 0 : draw.integer(0, filter - 1);
    input = draw.integer(std::max(1, extent - before - after), extent + 7);
    output = (input + before + after - extent) / stride + 1;
  }
};

/// Strides and pads of both axes; @p Params has the geometry of plan::PoolParams.
template <class Params>
void set_geometry(Params& params, const AxisDraw& h, const AxisDraw& w) {
  params.stride_h = static_cast<std::uint16_t>(h.stride);
  params.stride_w = static_cast<std::uint16_t>(w.stride);
  params.pad_top = static_cast<std::uint16_t>(h.before);
  params.pad_bottom = static_cast<std::uint16_t>(h.after);
  params.pad_left = static_cast<std::uint16_t>(w.before);
  params.pad_right = static_cast<std::uint16_t>(w.after);
}

}  // namespace hil::engine::testing
