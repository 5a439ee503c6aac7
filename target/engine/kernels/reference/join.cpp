// SPDX-License-Identifier: Apache-2.0
// CONCATENATION and SPLIT: rows of several tensors end to end in the rows of one.
#include <cstddef>
#include <cstring>

#include "target/engine/kernels/reference/kernels.hpp"

namespace hil::engine::reference {
namespace {

/// Bytes of one of @p rows equal rows.
std::size_t row_bytes(const plan::TensorRecord& tensor, std::uint32_t rows) {
  return static_cast<std::size_t>(plan::tensor_bytes(tensor) / rows);
}

/// Copies @p rows pieces of @p bytes.
void copy_rows(const std::uint8_t* from, std::size_t from_step, std::uint8_t* to,
               std::size_t to_step, std::size_t bytes, std::uint32_t rows) {
  for (std::uint32_t row = 0; row < rows; ++row)
    std::memcpy(to + row * to_step, from + row * from_step, bytes);
}

}  // namespace

void concatenation(const KernelContext& context) {
  const std::uint32_t rows = context.params<plan::JoinParams>().rows;
  auto* to = context.output_data<std::uint8_t>(0);
  const std::size_t step = row_bytes(context.output(0), rows);
  for (std::uint32_t i = 0; i < context.input_count(); ++i) {
    const std::size_t bytes = row_bytes(context.input(i), rows);
    copy_rows(context.input_data<std::uint8_t>(i), bytes, to, step, bytes, rows);
    to += bytes;
  }
}

void split(const KernelContext& context) {
  const std::uint32_t rows = context.params<plan::JoinParams>().rows;
  const auto* from = context.input_data<std::uint8_t>(0);
  const std::size_t step = row_bytes(context.input(0), rows);
  for (std::uint32_t i = 0; i < context.output_count(); ++i) {
    const std::size_t bytes = row_bytes(context.output(i), rows);
    copy_rows(from, step, context.output_data<std::uint8_t>(i), bytes, bytes, rows);
    from += bytes;
  }
}

}  // namespace hil::engine::reference
