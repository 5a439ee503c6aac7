// SPDX-License-Identifier: Apache-2.0
// ADD and SUB in int8, with broadcasting.
#include <cstdint>

#include "target/engine/kernels/reference/pair_sum.hpp"

namespace hil::engine::reference {
namespace {

constexpr std::int32_t kLeftShift = 20;  // 9 bits of a difference and 20 more, twice, fit

}  // namespace

void add(const KernelContext& context) {
  combine_pairs<std::int8_t, kLeftShift>(context,
                                         [](std::int32_t a, std::int32_t b) { return a + b; });
}

void sub(const KernelContext& context) {
  combine_pairs<std::int8_t, kLeftShift>(context,
                                         [](std::int32_t a, std::int32_t b) { return a - b; });
}

}  // namespace hil::engine::reference
