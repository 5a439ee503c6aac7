// SPDX-License-Identifier: Apache-2.0
// Outputs times taps.
#include "host/model/macs.hpp"

#include "host/model/operators/kinds.hpp"

namespace hil::model {
namespace {

constexpr std::int32_t kConv2d = 3;
constexpr std::int32_t kDepthwiseConv2d = 4;
constexpr std::int32_t kFullyConnected = 9;

/// Multiplications per output element: dimensions of the weights that the sum runs over.
std::optional<std::uint64_t> taps_of(std::int32_t code, const Tensor& weights) {
  const auto& shape = weights.shape;
  if (!weights.element_count()) return std::nullopt;  // a dimension is open, or all are too large
  const auto product = [&shape](std::size_t from, std::size_t to) {
    std::uint64_t taps = 1;
    for (std::size_t i = from; i < to; ++i)
      taps *= static_cast<std::uint64_t>(shape[i]);
    return taps;
  };
  if (code == kConv2d && shape.size() == 4) return product(1, 4);
  if (code == kDepthwiseConv2d && shape.size() == 4) return product(1, 3);
  if (code == kFullyConnected && shape.size() == 2) return product(1, 2);
  return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> macs_by_shape(const OperatorView& view) {
  const OperatorKind* kind = find_kind(view.op().code);
  if (kind == nullptr) return std::nullopt;
  if (!kind->has_weights) return 0;
  const Tensor* weights = view.input(1);
  const Tensor* output = view.output(0);
  if (weights == nullptr || output == nullptr || !output->element_count()) return std::nullopt;
  const auto taps = taps_of(view.op().code, *weights);
  if (!taps) return std::nullopt;
  return static_cast<std::uint64_t>(*output->element_count()) * *taps;  // both below 2^31
}

}  // namespace hil::model
