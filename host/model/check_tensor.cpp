// SPDX-License-Identifier: Apache-2.0
// One tensor's shape, memory and quantisation against what plans can carry.
#include "host/model/check_tensor.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "protocol/plan/format.hpp"

namespace hil::model {
namespace {

Error refused(const std::string& what, const std::string& hint) {
  return Error{Blame::kModel, what, hint};
}

Error damaged(const std::string& what) {
  return Error{Blame::kUser, what + ", the file is damaged", "get a fresh copy of the model"};
}

Status check_kind(const Tensor& tensor) {
  if (tensor.is_variable && tensor.is_constant()) {
    return damaged("is a variable and a constant");
  }
  if (tensor.is_sparse) return refused("is sparse, which is not supported", "export dense weights");
  if (tensor.is_external) {
    return refused("has its data outside of the model's buffers, which is not supported",
                   "export a model below 2 GB with its data inside");
  }
  return {};
}

Status check_shape(const Tensor& tensor) {
  if (tensor.shape.size() > plan::kMaxRank) {
    return refused(fmt::format("has {} dimensions, at most {} are supported", tensor.shape.size(),
                               plan::kMaxRank),
                   "reshape it in the model");
  }
  for (const std::int32_t dim : tensor.shape) {
    if (dim < 1) {
      return refused(fmt::format("has a dimension of {}", dim),
                     "convert the model with fixed shapes, all dimensions at least 1");
    }
    if (dim > plan::kMaxDimension) {
      return refused(
          fmt::format("has a dimension of {}, at most {} is supported", dim, plan::kMaxDimension),
          "make the tensor smaller");
    }
  }
  const auto bytes = tensor.element_count() ? tensor.size_bytes() : std::nullopt;
  if (!tensor.element_count() || (bytes && *bytes > std::numeric_limits<std::int32_t>::max())) {
    return refused("has more than 2 GB", "make the tensor smaller");
  }
  return {};
}

Status check_data(const Tensor& tensor) {
  const auto bytes = tensor.size_bytes();
  if (!tensor.is_constant() || !bytes) return {};
  if (static_cast<std::uint64_t>(*bytes) != tensor.data.size()) {
    return damaged(
        fmt::format("needs {} bytes, but its buffer has {}", *bytes, tensor.data.size()));
  }
  return {};
}

/// Smallest and largest zero point of a type; quantised types only.
bool zero_point_fits(TensorType type, std::int64_t zero_point) {
  switch (type) {
    case TensorType::kInt8:
      return zero_point >= -128 && zero_point <= 127;
    case TensorType::kUint8:
      return zero_point >= 0 && zero_point <= 255;
    case TensorType::kInt16:
      return zero_point >= -32768 && zero_point <= 32767;
    default:
      return zero_point >= std::numeric_limits<std::int32_t>::min() &&
             zero_point <= std::numeric_limits<std::int32_t>::max();
  }
}

Status check_quantisation_values(const Tensor& tensor) {
  for (const float scale : tensor.scales) {
    if (!std::isfinite(scale) || scale < 0) return damaged(fmt::format("has a scale of {}", scale));
  }
  for (std::size_t i = 0; i < tensor.zero_points.size(); ++i) {
    if (!zero_point_fits(tensor.type, tensor.zero_points[i])) {
      return damaged(fmt::format("has a zero point of {}", tensor.zero_points[i]));
    }
  }
  return {};
}

Status check_quantisation_counts(const Tensor& tensor) {
  const std::size_t scales = tensor.scales.size();
  const std::size_t zero_points = tensor.zero_points.size();
  if (zero_points > 1 && zero_points != scales) {
    return damaged(fmt::format("has {} scales but {} zero points", scales, zero_points));
  }
  if (scales <= 1) return {};
  const std::int32_t dimension = tensor.quantized_dimension;
  if (dimension < 0 || static_cast<std::size_t>(dimension) >= tensor.shape.size()) {
    return damaged(fmt::format("is quantised along dimension {}", dimension));
  }
  const std::int32_t channels = tensor.shape[static_cast<std::size_t>(dimension)];
  if (scales != static_cast<std::size_t>(channels)) {
    return damaged(fmt::format("has {} scales for {} channels", scales, channels));
  }
  return {};
}

}  // namespace

Status check_tensor(const Tensor& tensor) {
  HIL_TRY(check_kind(tensor));
  HIL_TRY(check_shape(tensor));
  HIL_TRY(check_data(tensor));
  HIL_TRY(check_quantisation_counts(tensor));  // bounds the work on values
  return check_quantisation_values(tensor);
}

}  // namespace hil::model
