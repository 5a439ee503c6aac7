// SPDX-License-Identifier: Apache-2.0
// The states of SVDF's filters, for int8, int16 and float32 alike.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "target/engine/kernels/reference/kernels.hpp"

namespace hil::engine::reference {

/// Sizes of one SVDF.
struct SvdfShape {
  std::int32_t batch, depth, filters, memory, units;

  explicit SvdfShape(const KernelContext& context)
      : batch(context.input(0).dims[0]),
        depth(context.input(0).dims[1]),
        filters(context.input(1).dims[0]),
        memory(context.input(2).dims[1]),
        units(context.output(0).dims[1]) {}

  /// Consecutive filters that a unit sums up.
  [[nodiscard]] std::int32_t rank() const { return filters / units; }
};

/// Lets every filter of one batch forget its oldest value; its newest one is to be written.
template <class T>
void age_states(T* states, const SvdfShape& shape) {
  const std::ptrdiff_t count = std::ptrdiff_t{shape.filters} * shape.memory;
  std::memmove(states, states + 1, static_cast<std::size_t>(count - 1) * sizeof(T));
}

/// Where filter @p filter of one batch keeps its newest value.
template <class T>
T& newest_state(T* states, const SvdfShape& shape, std::int32_t filter) {
  return states[(std::ptrdiff_t{filter} + 1) * shape.memory - 1];
}

}  // namespace hil::engine::reference
