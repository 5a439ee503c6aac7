// SPDX-License-Identifier: Apache-2.0
// TRANSPOSE and STRIDED_SLICE: the input seen with other strides.
#include "target/engine/kernels/reference/kernels.hpp"
#include "target/engine/kernels/reference/strided_copy.hpp"

namespace hil::engine::reference {

void strided_view(const KernelContext& context) {
  const auto params = context.params<plan::StridedViewParams>();
  const plan::TensorRecord y = context.output(0);
  const std::uint32_t bytes = plan::element_bytes(y.type);
  auto to_stride = static_cast<std::ptrdiff_t>(plan::element_count(y));
  StridedCopy copy;
  for (std::uint32_t i = 0; i < y.rank; ++i) {
    to_stride /= y.dims[i];
    copy.add_dimension(y.dims[i], params.strides[i], to_stride);
  }
  const std::ptrdiff_t first = params.offset * static_cast<std::ptrdiff_t>(bytes);
  copy.run(context.input_data<std::uint8_t>(0) + first, context.output_data<std::uint8_t>(0),
           bytes);
}

}  // namespace hil::engine::reference
