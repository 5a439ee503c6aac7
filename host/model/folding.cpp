// SPDX-License-Identifier: Apache-2.0
// Access to an operator's tensors and the pool of constants.
#include "host/model/folding.hpp"

#include <fmt/format.h>

#include <cmath>

#include "host/model/quantise.hpp"

namespace hil::model {

const Tensor* OperatorView::input(std::size_t i) const {
  const std::int32_t index = input_index(i);
  return index == kNoInput ? nullptr : &graph_.tensors[static_cast<std::size_t>(index)];
}

const Tensor* OperatorView::output(std::size_t i) const {
  const auto& outputs = op().outputs;
  return i < outputs.size() ? &graph_.tensors[static_cast<std::size_t>(outputs[i])] : nullptr;
}

std::int32_t OperatorView::input_index(std::size_t i) const {
  const auto& inputs = op().inputs;
  return i < inputs.size() ? inputs[i] : kNoInput;
}

bool OperatorView::input_is(std::size_t i, TensorType type) const {
  const Tensor* tensor = input(i);
  return tensor == nullptr || tensor->type == type;
}

bool OperatorView::output_is(std::size_t i, TensorType type) const {
  const Tensor* tensor = output(i);
  return tensor != nullptr && tensor->type == type;
}

Result<Quantisation> OperatorView::quantisation(const Tensor& tensor) const {
  const auto at = static_cast<std::int32_t>(&tensor - graph_.tensors.data());
  if (tensor.scales.empty()) {
    return refuse(fmt::format("needs quantisation, but {} has none", title_of(graph_, at)),
                  "quantise the model fully to int8 when converting");
  }
  if (tensor.scales.size() != 1) {
    return refuse(
        fmt::format("cannot use {} scales for {}", tensor.scales.size(), title_of(graph_, at)));
  }
  const float scale = tensor.scales[0];
  if (!std::isfinite(scale) || !(scale > 0)) {
    return refuse(fmt::format("cannot use scale {} of {}", scale, title_of(graph_, at)));
  }
  // check_graph() has bound zero points of int8 tensors to int8.
  const std::int64_t zero_point = tensor.zero_points.empty() ? 0 : tensor.zero_points[0];
  return Quantisation{scale, static_cast<std::int32_t>(zero_point)};
}

Error OperatorView::refuse(const std::string& what, const std::string& hint) const {
  return Error{Blame::kModel, title_of(op(), index_) + " " + what, hint};
}

std::uint32_t ConstantPool::add(std::span<const std::uint8_t> bytes, std::size_t alignment) {
  bytes_.resize((bytes_.size() + alignment - 1) / alignment * alignment);
  const auto offset = static_cast<std::uint32_t>(bytes_.size());
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  return offset;
}

Result<Range> activation_range_of(const OperatorView& view, Activation activation,
                                  const Quantisation& out) {
  const bool wide = view.output_is(0, TensorType::kInt16);
  const auto range = wide ? int16_activation_range(activation, out.scale, out.zero_point)
                          : int8_activation_range(activation, out.scale, out.zero_point);
  if (!range) return view.refuse("has a fused activation that cannot be applied to its output");
  return *range;
}

Status check_symmetric(const OperatorView& view, const Quantisation& in, const Quantisation& out) {
  if (in.zero_point == 0 && out.zero_point == 0) return {};
  return view.refuse(fmt::format("has int16 values with zero points of {} and {}, not 0",
                                 in.zero_point, out.zero_point),
                     "quantise the activations symmetrically, as the int16x8 scheme does");
}

Result<plan::Rescale> checked_rescale(const OperatorView& view, double factor) {
  if (!std::isfinite(factor) || rescale_of(factor).shift > plan::kMaxShift) {
    return view.refuse(fmt::format("rescales by {:g}, more than 2^30", factor),
                       "look at the scales of its input, weights and output");
  }
  return rescale_of(factor);
}

}  // namespace hil::model
