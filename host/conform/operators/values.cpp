// SPDX-License-Identifier: Apache-2.0
// Models of operators on single values, of SOFTMAX, and of conversions between element types.
#include <cmath>
#include <cstring>
#include <numeric>
#include <string>

#include "host/conform/operators/families.hpp"
#include "host/conform/operators/graph.hpp"

namespace hil::conform {
namespace {

constexpr Kind int8(float scale, std::int64_t zero_point) {
  return {TensorType::kInt8, scale, zero_point};
}

constexpr Kind int16(float scale) {
  return {TensorType::kInt16, scale, 0};
}

/// Every int8 once: kernels look these operators up in a table of 256.
Bytes every_int8() {
  Bytes bytes(256);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  return bytes;
}

/// @p count floats from -12 to 12, or of the same magnitudes above 0.
Bytes wide_floats(std::size_t count, bool positive) {
  std::vector<float> values(count);
  const Bytes narrow = values_of(TensorType::kFloat32, count, 1);
  std::memcpy(values.data(), narrow.data(), narrow.size());
  for (float& value : values)
    value = positive ? std::abs(value) * 3 + 1e-4F : value * 3;
  return bytes_of(values);
}

OperatorModel unary(Opcode opcode, const Kind& in, const Kind& out, Bytes content,
                    const OptionsText& options = {}) {
  GraphText graph;
  const Shape shape{static_cast<std::int32_t>(content.size() / *model::size_of(in.type))};
  const auto x = graph.input(shape, in, std::move(content));
  const auto y = graph.output(shape, out);
  graph.add(opcode, {x}, {y}, options);
  return graph.finish(opcode, in.type);
}

OptionsText leaky_options() {
  return {tflite::BuiltinOptions_LeakyReluOptions, [](model::TableBuilder& fbb) {
            return tflite::CreateLeakyReluOptions(fbb, 0.2F).Union();
          }};
}

/// An operator with kernels for several types and the quantisation it has there.
struct Curve {
  Opcode opcode;
  Kind in8, out8;
  Kind in16, out16;  ///< scale 0: no kernel
  OptionsText options;
};

/// Outputs of LOGISTIC and TANH have the one scale and zero point that the format gives them.
std::vector<Curve> curves() {
  constexpr float kUnit16 = 1.0F / 32768;
  return {
      {Opcode::kLogistic,
       int8(0.05F, 7),
       int8(1.0F / 256, -128),
       int16(0.00031F),
       int16(kUnit16),
       {}},
      {Opcode::kTanh, int8(0.03F, -4), int8(1.0F / 128, 0), int16(0.00011F), int16(kUnit16), {}},
      {Opcode::kRelu, int8(0.05F, -9), int8(0.03F, -50), int16(0.0003F), int16(0.0002F), {}},
      {Opcode::kRelu6, int8(0.05F, -60), int8(0.05F, -60), int16(0.0004F), int16(0.0004F), {}},
      {Opcode::kLeakyRelu, int8(0.05F, -9), int8(0.04F, 5), int16(0.0003F), int16(0.0002F),
       leaky_options()},
      {Opcode::kHardSwish,
       int8(0.05F, 3),
       int8(0.04F, -100),
       {},
       {},
       {tflite::BuiltinOptions_HardSwishOptions,
        [](model::TableBuilder& fbb) { return tflite::CreateHardSwishOptions(fbb).Union(); }}},
  };
}

void add_curves(Models& models) {
  constexpr std::size_t kCount = 75;
  for (const Curve& curve : curves()) {
    models.push_back(unary(curve.opcode, curve.in8, curve.out8, every_int8(), curve.options));
    if (curve.in16.scale != 0) {
      models.push_back(unary(curve.opcode, curve.in16, curve.out16,
                             values_of(TensorType::kInt16, kCount, 1), curve.options));
    }
    models.push_back(
        unary(curve.opcode, kFloat, kFloat, wide_floats(kCount, false), curve.options));
  }
  for (const Opcode opcode : {Opcode::kAbs, Opcode::kNeg, Opcode::kExp, Opcode::kSquare})
    models.push_back(unary(opcode, kFloat, kFloat, wide_floats(kCount, false)));
  for (const Opcode opcode : {Opcode::kLog, Opcode::kSqrt, Opcode::kRsqrt})
    models.push_back(unary(opcode, kFloat, kFloat, wide_floats(kCount, true)));
}

/// Three rows of 11. Exponents go down to -31 in kernels; a scale of 0.25 makes some of -60.
OperatorModel softmax(const Kind& in, const Kind& out, const char* variant) {
  GraphText graph;
  const Shape shape{3, 11};
  const auto x = graph.input(shape, in);
  const auto y = graph.output(shape, out);
  graph.add(Opcode::kSoftmax, {x}, {y},
            {tflite::BuiltinOptions_SoftmaxOptions, model::softmax_options(1.0F)});
  return graph.finish(Opcode::kSoftmax, in.type, variant);
}

void add_softmax(Models& models) {
  models.push_back(softmax(int8(0.03F, 5), int8(1.0F / 256, -128), ""));
  models.push_back(
      softmax(int8(0.03F, 5), {TensorType::kInt16, 1.0F / 65536, -32768}, "int16 output"));
  models.push_back(softmax(int8(0.25F, 5), int8(1.0F / 256, -128), "beyond its range"));
  models.push_back(softmax(int16(0.00015F), int16(1.0F / 32768), ""));
  models.push_back(softmax(kFloat, kFloat, ""));
}

/// Floats are multiples of 3/32, of which many lie in the middle between two steps of 1/16.
OperatorModel conversion(Opcode opcode, const Kind& in, const Kind& out) {
  GraphText graph;
  const Shape shape{5, 13};
  const std::size_t count = count_of(shape);
  const bool from_floats = in.type == TensorType::kFloat32;
  const auto x = graph.input(
      shape, in, from_floats ? wide_floats(count, false) : values_of(in.type, count, 1));
  const auto y = graph.output(shape, out);
  graph.add(opcode, {x}, {y});
  return graph.finish(opcode, in.type,
                      opcode == Opcode::kQuantize ? "to " + model::name_of(out.type) : "");
}

/// All pairs of types that QUANTIZE has. Scales differ, so that all rescale and some saturate.
void add_conversions(Models& models) {
  const Kind uint8{TensorType::kUint8, 0.02F, 131};
  const Kind int32{TensorType::kInt32, 1e-9F, 0};
  const Kind wide = int16(0.00009F);
  const std::pair<Kind, Kind> pairs[] = {
      {kFloat, int8(1.0F / 16, -3)},
      {kFloat, int16(0.0003F)},
      {int8(0.03F, 9), int8(0.02F, 4)},
      {int8(0.03F, 9), wide},
      {int8(0.03F, 9), int32},
      {int8(0.02F, -7), uint8},
      {wide, int8(0.02F, 4)},
      {wide, int16(0.00007F)},
      {wide, int32},
      {int32, int8(0.02F, 4)},
      {int32, wide},
      {uint8, int8(0.015F, -9)},
  };
  for (const auto& [in, out] : pairs)
    models.push_back(conversion(Opcode::kQuantize, in, out));
  for (const Kind& in : {int8(0.03F, 9), wide, uint8})
    models.push_back(conversion(Opcode::kDequantize, in, kFloat));
}

}  // namespace

Models value_models() {
  Models models;
  add_curves(models);
  add_softmax(models);
  add_conversions(models);
  return models;
}

}  // namespace hil::conform
