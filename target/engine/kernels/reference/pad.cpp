// SPDX-License-Identifier: Apache-2.0
// PAD and PADV2: the output is filled, then the input is put into it.
#include <cstring>

#include "target/engine/kernels/reference/kernels.hpp"
#include "target/engine/kernels/reference/strided_copy.hpp"

namespace hil::engine::reference {
namespace {

/// @p count elements of @p element_bytes, each the lowest bytes of @p fill.
void fill_elements(std::uint8_t* to, std::uint32_t fill, std::size_t count,
                   std::uint32_t element_bytes) {
  if (element_bytes == 1) {
    std::memset(to, static_cast<int>(fill & 0xFF), count);
    return;
  }
  for (std::size_t i = 0; i < count; ++i)
    std::memcpy(to + i * element_bytes, &fill, element_bytes);
}

}  // namespace

void pad(const KernelContext& context) {
  const auto params = context.params<plan::PadParams>();
  const plan::TensorRecord x = context.input(0), y = context.output(0);
  const std::uint32_t bytes = plan::element_bytes(y.type);
  auto* to = context.output_data<std::uint8_t>(0);
  fill_elements(to, params.fill, plan::element_count(y), bytes);
  std::ptrdiff_t from_strides[plan::kMaxRank], to_strides[plan::kMaxRank];
  std::ptrdiff_t from_stride = 1, to_stride = 1, first = 0;
  for (std::uint32_t i = y.rank; i-- > 0;) {
    from_strides[i] = from_stride;
    to_strides[i] = to_stride;
    first += params.before[i] * to_stride;
    from_stride *= x.dims[i];
    to_stride *= y.dims[i];
  }
  StridedCopy copy;
  for (std::uint32_t i = 0; i < y.rank; ++i)
    copy.add_dimension(x.dims[i], from_strides[i], to_strides[i]);
  copy.run(context.input_data<std::uint8_t>(0), to + first * static_cast<std::ptrdiff_t>(bytes),
           bytes);
}

}  // namespace hil::engine::reference
