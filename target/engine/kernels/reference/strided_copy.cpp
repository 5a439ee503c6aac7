// SPDX-License-Identifier: Apache-2.0
// The walk over a block, row by row.
#include "target/engine/kernels/reference/strided_copy.hpp"

#include <cstring>

namespace hil::engine::reference {
namespace {

/// @p count elements of the size of T, @p from_step and @p to_step elements apart.
template <class T>
void copy_spread(const std::uint8_t* from, std::ptrdiff_t from_step, std::uint8_t* to,
                 std::ptrdiff_t to_step, std::ptrdiff_t count) {
  constexpr auto kBytes = static_cast<std::ptrdiff_t>(sizeof(T));
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    std::memcpy(to + i * to_step * kBytes, from + i * from_step * kBytes, sizeof(T));
  }
}

}  // namespace

void StridedCopy::add_dimension(std::int32_t size, std::ptrdiff_t from, std::ptrdiff_t to) {
  if (size == 1) return;  // its strides mean nothing
  Dimension* outer = rank_ == 0 ? nullptr : &dimensions_[rank_ - 1];
  if (outer != nullptr && outer->from == from * size && outer->to == to * size) {
    *outer = {outer->size * size, from, to};
    return;
  }
  dimensions_[rank_++] = {size, from, to};
}

bool StridedCopy::advance(Position& position) const {
  for (std::uint32_t i = rank_; i-- > 1;) {
    const Dimension& dimension = dimensions_[i - 1];
    if (++position.index[i - 1] < dimension.size) {
      position.from += dimension.from;
      position.to += dimension.to;
      return true;
    }
    position.index[i - 1] = 0;
    position.from -= dimension.from * (dimension.size - 1);
    position.to -= dimension.to * (dimension.size - 1);
  }
  return false;
}

void StridedCopy::run(const std::uint8_t* from, std::uint8_t* to,
                      std::uint32_t element_bytes) const {
  const Dimension& row = dimensions_[rank_ == 0 ? 0 : rank_ - 1];
  const auto bytes = static_cast<std::ptrdiff_t>(element_bytes);
  Position position;
  do {
    const std::uint8_t* source = from + position.from * bytes;
    std::uint8_t* destination = to + position.to * bytes;
    if (row.from == 1 && row.to == 1) {
      std::memcpy(destination, source, static_cast<std::size_t>(row.size * bytes));
    } else if (element_bytes == 1) {
      copy_spread<std::uint8_t>(source, row.from, destination, row.to, row.size);
    } else if (element_bytes == 2) {
      copy_spread<std::uint16_t>(source, row.from, destination, row.to, row.size);
    } else {
      copy_spread<std::uint32_t>(source, row.from, destination, row.to, row.size);
    }
  } while (advance(position));
}

}  // namespace hil::engine::reference
