// SPDX-License-Identifier: Apache-2.0
// MAXIMUM and MINIMUM of any element type with broadcasting; quantised values are compared as they
// are.
#include <cstdint>

#include "target/engine/kernels/reference/broadcast.hpp"
#include "target/engine/kernels/reference/kernels.hpp"

namespace hil::engine::reference {
namespace {

struct Larger {
  template <class T>
  T operator()(T a, T b) const {
    return a > b ? a : b;
  }
};

struct Smaller {
  template <class T>
  T operator()(T a, T b) const {
    return a < b ? a : b;
  }
};

template <class Choice>
void choose(const KernelContext& context) {
  switch (context.output(0).type) {
    case plan::ElementType::kInt8:
      return for_each_pair<std::int8_t>(context, Choice{});
    case plan::ElementType::kInt16:
      return for_each_pair<std::int16_t>(context, Choice{});
    case plan::ElementType::kInt32:
      return for_each_pair<std::int32_t>(context, Choice{});
    default:
      return for_each_pair<float>(context, Choice{});
  }
}

}  // namespace

void maximum(const KernelContext& context) {
  choose<Larger>(context);
}

void minimum(const KernelContext& context) {
  choose<Smaller>(context);
}

}  // namespace hil::engine::reference
