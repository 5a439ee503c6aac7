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

Result<plan::Rescale> checked_rescale(const OperatorView& view, double factor) {
  if (!std::isfinite(factor) || rescale_of(factor).shift > plan::kMaxShift) {
    return view.refuse(fmt::format("rescales by {:g}, more than 2^30", factor),
                       "look at the scales of its input, weights and output");
  }
  return rescale_of(factor);
}

}  // namespace hil::model
