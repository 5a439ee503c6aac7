// SPDX-License-Identifier: Apache-2.0
// Outputs times taps.
#include "host/model/macs.hpp"

#include "host/model/operators/kinds.hpp"

namespace hil::model {
namespace {

constexpr std::int32_t kConv2d = 3;
constexpr std::int32_t kDepthwiseConv2d = 4;
constexpr std::int32_t kFullyConnected = 9;
constexpr std::int32_t kSvdf = 27;
constexpr std::int32_t kUnidirectionalSequenceLstm = 44;

bool is_matrix(const Tensor* tensor) {
  return tensor != nullptr && tensor->shape.size() == 2 && tensor->element_count();
}

/// SVDF: each of a unit's filters sums over the input and over its memory.
std::optional<std::uint64_t> svdf_taps(const OperatorView& view) {
  const Tensor *feature = view.input(1), *time = view.input(2), *output = view.output(0);
  if (!is_matrix(feature) || !is_matrix(time) || !is_matrix(output)) return std::nullopt;
  const std::int32_t filters = feature->shape[0], units = output->shape[1];
  if (filters % units != 0) return std::nullopt;
  return static_cast<std::uint64_t>(filters / units) *
         (static_cast<std::uint64_t>(feature->shape[1]) +
          static_cast<std::uint64_t>(time->shape[1]));
}

/// UNIDIRECTIONAL_SEQUENCE_LSTM: four gates sum over the input and over the hidden state.
std::optional<std::uint64_t> lstm_taps(const Tensor& weights) {
  if (!is_matrix(&weights)) return std::nullopt;
  return 4 * (static_cast<std::uint64_t>(weights.shape[0]) +
              static_cast<std::uint64_t>(weights.shape[1]));
}

/// Multiplications per output element, mostly the dimensions of the weights that the sum runs over.
std::optional<std::uint64_t> taps_of(const OperatorView& view, const Tensor& weights) {
  const std::int32_t code = view.op().code;
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
  if (code == kSvdf) return svdf_taps(view);
  if (code == kUnidirectionalSequenceLstm) return lstm_taps(weights);
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
  const auto taps = taps_of(view, *weights);
  if (!taps) return std::nullopt;
  return static_cast<std::uint64_t>(*output->element_count()) * *taps;  // below 2^31 and 2^33
}

}  // namespace hil::model
