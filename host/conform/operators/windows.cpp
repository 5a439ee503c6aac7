// SPDX-License-Identifier: Apache-2.0
// Models of pooling, of reductions along dimensions, and of resizing.
#include <algorithm>

#include "host/conform/operators/families.hpp"
#include "host/conform/operators/graph.hpp"

namespace hil::conform {
namespace {

constexpr TensorType kPoolTypes[] = {TensorType::kInt8, TensorType::kInt16, TensorType::kFloat32};

Kind kind_of(TensorType type) {
  switch (type) {
    case TensorType::kInt8:
      return {type, 0.05F, -7};
    case TensorType::kInt16:
      return {type, 0.0002F, 0};
    default:
      return {type, 0, 0};
  }
}

/// @p from to @p to by @p filter x @p filter, two apart. Averages are clamped at both ends and keep
/// their signs, maxima are clamped above.
OperatorModel pool_2d(Opcode opcode, TensorType type, const Shape& from, const Shape& to,
                      std::int32_t filter, const char* variant) {
  GraphText graph;
  const bool averages = opcode == Opcode::kAveragePool2d;
  Kind kind = kind_of(type);
  if (averages) kind.scale *= 0.4F;  // 1 is a third of the range, as averages of 9 are
  const auto x = graph.input(from, kind);
  const auto y = graph.output(to, kind);
  graph.add(opcode, {x}, {y},
            {tflite::BuiltinOptions_Pool2DOptions,
             model::pool_options(Padding::kSame, filter, 2,
                                 averages ? Activation::kReluN1To1 : Activation::kRelu6)});
  return graph.finish(opcode, type, variant);
}

/// Two images, whose windows hang over on all sides, and one of more channels than the 64 that
/// kernels take at once.
void add_pools(Models& models, Opcode opcode, TensorType type) {
  models.push_back(pool_2d(opcode, type, {2, 5, 7, 3}, {2, 3, 4, 3}, 3, ""));
  models.push_back(pool_2d(opcode, type, {1, 1, 3, 67}, {1, 1, 2, 67}, 2, "67 channels"));
}

OptionsText reducer_options() {
  return {tflite::BuiltinOptions_ReducerOptions, [](model::TableBuilder& fbb) {
            return tflite::CreateReducerOptions(fbb, false).Union();
          }};
}

/// @p from along the middle dimensions of four.
OperatorModel reduction(Opcode opcode, TensorType type, const Kind& out, const Shape& from,
                        const char* variant) {
  GraphText graph;
  const auto x = graph.input(from, kind_of(type));
  const auto axes = graph.integers({1, 2});
  const auto y = graph.output({from.front(), from.back()}, out);
  graph.add(opcode, {x, axes}, {y}, reducer_options());
  return graph.finish(opcode, type, variant);
}

void add_reductions(Models& models, Opcode opcode, TensorType type, const Kind& out) {
  models.push_back(reduction(opcode, type, out, {2, 4, 5, 3}, ""));
  models.push_back(reduction(opcode, type, out, {1, 2, 2, 67}, "67 channels"));
}

/// Means of many values lie near 0: a fine output scale spreads them.
Kind mean_kind(TensorType type) {
  Kind kind = kind_of(type);
  kind.scale /= 4;
  if (type == TensorType::kInt8) kind.zero_point = 12;
  return kind;
}

/// Every other value becomes the largest or the smallest: of equal ones the first is to be found.
Bytes values_with_ties(TensorType type, std::size_t count) {
  Bytes bytes = values_of(type, count, 1);
  const std::size_t size = bytes.size() / count;
  const Bytes ends =
      type == TensorType::kInt8 ? Bytes{0x80, 0x7F} : bytes_of(std::vector{-4.0F, 4.0F});
  for (std::size_t i = 0; i < count; i += 2) {
    const auto* end = ends.data() + (i * i / 4 % 3 == 0 ? 0 : size);
    std::copy(end, end + size, bytes.data() + i * size);
  }
  return bytes;
}

OperatorModel arg_max(TensorType type) {
  GraphText graph;
  const auto x = graph.input({2, 7, 5}, kind_of(type), values_with_ties(type, 70));
  const auto axis = graph.integers({1});
  const auto y = graph.output({2, 5}, kInt32);
  graph.add(Opcode::kArgMax, {x, axis}, {y});
  return graph.finish(Opcode::kArgMax, type);
}

/// Two images of 3x4x3 to 5x7x3, neither a multiple of the other.
OperatorModel resize(Opcode opcode, TensorType type, const OptionsText& options,
                     const char* variant) {
  GraphText graph;
  const Kind kind = kind_of(type);
  const auto x = graph.input({2, 3, 4, 3}, kind);
  const auto size = graph.integers({5, 7});
  const auto y = graph.output({2, 5, 7, 3}, kind);
  graph.add(opcode, {x, size}, {y}, options);
  return graph.finish(opcode, type, variant);
}

OptionsText bilinear_options(bool align_corners, bool half_pixel_centers) {
  return {
      tflite::BuiltinOptions_ResizeBilinearOptions, [=](model::TableBuilder& fbb) {
        return tflite::CreateResizeBilinearOptions(fbb, align_corners, half_pixel_centers).Union();
      }};
}

OptionsText nearest_options() {
  return {tflite::BuiltinOptions_ResizeNearestNeighborOptions, [](model::TableBuilder& fbb) {
            return tflite::CreateResizeNearestNeighborOptions(fbb, false, true).Union();
          }};
}

}  // namespace

Models window_models() {
  Models models;
  for (const TensorType type : kPoolTypes) {
    add_pools(models, Opcode::kAveragePool2d, type);
    add_pools(models, Opcode::kMaxPool2d, type);
    add_reductions(models, Opcode::kMean, type, mean_kind(type));
  }
  for (const TensorType type : {TensorType::kInt8, TensorType::kFloat32}) {
    add_reductions(models, Opcode::kReduceMax, type, kind_of(type));
    models.push_back(arg_max(type));
    models.push_back(resize(Opcode::kResizeBilinear, type, bilinear_options(false, true), ""));
    models.push_back(
        resize(Opcode::kResizeBilinear, type, bilinear_options(true, false), "aligned corners"));
  }
  for (const TensorType type :
       {TensorType::kInt8, TensorType::kInt16, TensorType::kInt32, TensorType::kFloat32})
    models.push_back(resize(Opcode::kResizeNearestNeighbor, type, nearest_options(), ""));
  return models;
}

}  // namespace hil::conform
