// SPDX-License-Identifier: Apache-2.0
// Geometry of resizes.
#include "host/model/operators/resize.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hil::model {
namespace {

constexpr std::int32_t kMaxSide = 0xFFFF;  // tables hold 16-bit positions

}  // namespace

Result<ResizeGeometry> resize_geometry(const OperatorView& view) {
  const auto in = view.input(0)->shape, out = view.output(0)->shape;
  if (in.size() != 4 || out.size() != 4 || in[0] != out[0] || in[3] != out[3]) {
    return view.refuse("needs an input and an output of four dimensions, of one batch and depth");
  }
  HIL_ASSIGN(const auto size, constant_integers(view, 1, "height and width", 2));
  if (size[0] != out[1] || size[1] != out[2]) {
    return view.refuse(fmt::format("makes images of {}x{}, but its output is {}x{}", size[0],
                                   size[1], out[1], out[2]));
  }
  if (std::max({in[1], in[2], out[1], out[2]}) > kMaxSide) {
    return view.refuse(fmt::format("has images with a side above {}", kMaxSide));
  }
  return ResizeGeometry{{in[1], out[1]}, {in[2], out[2]}};
}

float resize_scale(const ResizeAxis& axis, bool align_corners) {
  const bool aligned = align_corners && axis.out > 1;
  return aligned ? static_cast<float>(axis.in - 1) / static_cast<float>(axis.out - 1)
                 : static_cast<float>(axis.in) / static_cast<float>(axis.out);
}

}  // namespace hil::model
