// SPDX-License-Identifier: Apache-2.0
// RESIZE_NEAREST_NEIGHBOR: which row and column to take stands in tables made by the host.
#include <cstddef>
#include <cstring>

#include "target/engine/kernels/reference/kernels.hpp"

namespace hil::engine::reference {

void resize_nearest_neighbor(const KernelContext& context) {
  const auto params = context.params<plan::ResizeParams>();
  const auto* rows = context.table<std::uint16_t>(params.rows_offset);
  const auto* columns = context.table<std::uint16_t>(params.columns_offset);
  const plan::TensorRecord x = context.input(0), y = context.output(0);
  const std::size_t pixel =
      static_cast<std::size_t>(x.dims[3]) * plan::element_bytes(x.type);  // bytes
  const std::size_t row = pixel * static_cast<std::size_t>(x.dims[2]);
  const auto* image = context.input_data<std::uint8_t>(0);
  auto* to = context.output_data<std::uint8_t>(0);
  for (std::int32_t n = 0; n < y.dims[0]; ++n, image += row * static_cast<std::size_t>(x.dims[1])) {
    for (std::int32_t i = 0; i < y.dims[1]; ++i) {
      const std::uint8_t* from = image + rows[i] * row;
      for (std::int32_t j = 0; j < y.dims[2]; ++j, to += pixel)
        std::memcpy(to, from + columns[j] * pixel, pixel);
    }
  }
}

}  // namespace hil::engine::reference
