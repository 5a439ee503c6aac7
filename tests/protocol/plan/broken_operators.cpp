// SPDX-License-Identifier: Apache-2.0
// Plans of one elementwise, pooling or averaging operator: sound ones, and each wrong in one way.
#include <cmath>
#include <utility>

#include "tests/protocol/plan/broken_plans.hpp"

namespace hil::plan::testing {
namespace {

using Dims = std::vector<std::int32_t>;

/// A sound operator on tensors 0, 1, ...; the output is the last one.
template <class Params>
struct Draft {
  std::string name;
  Opcode opcode;
  std::vector<Dims> tensors;
  Params params;
  ElementType type = ElementType::kInt8;
};

template <class Params>
using Change = std::function<void(PlanBuilder&, Params&)>;

template <class Params>
BrokenPlan changed(const Draft<Params>& draft, const std::string& name, Fault fault,
                   Change<Params> change) {
  return {draft.name + " " + name, fault,
          [draft, change](SmallPlan&) {
            PlanBuilder builder;
            std::vector<std::uint16_t> operands;
            for (const Dims& dims : draft.tensors) {
              operands.push_back(builder.arena_tensor({512}));
              TensorRecord& record = builder.tensors.back();
              record.type = draft.type;
              record.rank = static_cast<std::uint8_t>(dims.size());
              record.dims[0] = 1;
              for (std::size_t i = 0; i < dims.size(); ++i)
                record.dims[i] = dims[i];
            }
            builder.constant(std::vector<std::int8_t>(256));
            if (draft.type == ElementType::kFloat32) builder.header.features = kFeatureFloat32;
            Params params = draft.params;
            change(builder, params);
            const std::uint16_t output = operands.back();
            operands.pop_back();
            builder.op(draft.opcode, operands, {output}, params);
            builder.graph({0}, {output});
            return builder.build();
          },
          [](Limits& limits) { limits.features |= kFeatureFloat32; }};
}

Draft<AddParams> sub() {
  return {"sub",
          Opcode::kSub,
          {{2, 3}, {3}, {2, 3}},
          {0, 0, 0, {1 << 30, 0}, {1 << 30, 0}, {1 << 30, -17}, -128, 127}};
}

Draft<MulParams> mul() {
  return {"mul", Opcode::kMul, {{2, 3}, {3}, {2, 3}}, {0, 0, 0, {1 << 30, -7}, -128, 127}};
}

Draft<PoolParams> max_pool() {
  return {"max pool",
          Opcode::kMaxPool2d,
          {{1, 4, 4, 2}, {1, 2, 2, 2}},
          {2, 2, 2, 2, 0, 0, 0, 0, -128, 127}};
}

Draft<MeanParams> mean() {
  return {"mean", Opcode::kMean, {{2, 3, 4, 5}, {2, 5}}, {6, 0, 0, {1 << 30, -3}}};
}

Draft<LookupParams> lookup(Opcode opcode, const std::string& name) {
  return {name, opcode, {{2, 3}, {2, 3}}, {0}};
}

Draft<FloatRangeParams> float_pair(Opcode opcode, const std::string& name) {
  return {name, opcode, {{2, 3}, {3}, {2, 3}}, {0, 6}, ElementType::kFloat32};
}

Draft<FloatPoolParams> float_max_pool() {
  return {"float max pool",
          Opcode::kMaxPool2d,
          {{1, 4, 4, 2}, {1, 2, 2, 2}},
          {2, 2, 2, 2, 0, 0, 0, 0, 0, 6},
          ElementType::kFloat32};
}

Draft<FloatMeanParams> float_mean() {
  return {"float mean", Opcode::kMean, {{2, 3, 4, 5}, {2, 5}}, {6}, ElementType::kFloat32};
}

/// All have room for LEAKY_RELU's parameters; bytes behind the parameters do no harm.
Draft<FloatLeakyReluParams> float_unary(Opcode opcode, const std::string& name) {
  return {"float " + name, opcode, {{2, 3}, {2, 3}}, {0.5F}, ElementType::kFloat32};
}

const std::pair<Opcode, const char*> kLookups[] = {
    {Opcode::kLogistic, "logistic"}, {Opcode::kTanh, "tanh"},
    {Opcode::kRelu, "relu"},         {Opcode::kRelu6, "relu6"},
    {Opcode::kLeakyRelu, "leaky"},   {Opcode::kHardSwish, "hard swish"}};

template <class Params>
void unchanged(PlanBuilder&, Params&) {}

/// Faults that ADD's siblings share.
template <class Params>
void add_pair_cases(std::vector<BrokenPlan>& cases, const Draft<Params>& draft) {
  using B = PlanBuilder;
  const auto add = [&](const char* name, Fault fault, Change<Params> change) {
    cases.push_back(changed<Params>(draft, name, fault, change));
  };
  add("zero point a", Fault::kZeroPoint, [](B&, Params& p) { p.zero_point_a = 128; });
  add("zero point b", Fault::kZeroPoint, [](B&, Params& p) { p.zero_point_b = -129; });
  add("output zero point", Fault::kZeroPoint, [](B&, Params& p) { p.output_zero_point = 300; });
  add("multiplier", Fault::kRescaleRange, [](B&, Params& p) { p.output.multiplier = -1; });
  add("left shift", Fault::kRescaleRange, [](B&, Params& p) { p.output.shift = kMaxShift + 1; });
  add("right shift", Fault::kRescaleRange, [](B&, Params& p) { p.output.shift = -32; });
  add("range", Fault::kActivationRange, [](B&, Params& p) { p.activation_min = 128; });
  add("shape", Fault::kOperandShape, [](B& b, Params&) { b.tensors[1].dims[0] = 2; });
  add("output shape", Fault::kOperandShape, [](B& b, Params&) { b.tensors[2].dims[0] = 1; });
  add("first type", Fault::kOperandType,
      [](B& b, Params&) { b.tensors[0].type = ElementType::kInt16; });
  add("second type", Fault::kOperandType,
      [](B& b, Params&) { b.tensors[1].type = ElementType::kInt32; });
  add("output type", Fault::kOperandType,
      [](B& b, Params&) { b.tensors[2].type = ElementType::kFloat32; });
  add("partly in place", Fault::kOutputOverlap,
      [](B& b, Params&) { b.tensors[2].offset = b.tensors[1].offset; });
}

void add_max_pool_cases(std::vector<BrokenPlan>& cases) {
  using B = PlanBuilder;
  using P = PoolParams;
  const auto add = [&](const char* name, Fault fault, Change<P> change) {
    cases.push_back(changed<P>(max_pool(), name, fault, change));
  };
  add("stride", Fault::kGeometry, [](B&, P& p) { p.stride_h = 0; });
  add("empty window", Fault::kEmptyWindow, [](B&, P& p) {
    p.stride_h = 100;
    p.pad_top = 2;
    p.pad_bottom = 96;
  });
  add("range", Fault::kActivationRange, [](B&, P& p) { p.activation_max = -129; });
  add("type", Fault::kOperandType, [](B& b, P&) { b.tensors[0].type = ElementType::kInt32; });
  add("depth", Fault::kOperandShape, [](B& b, P&) { b.tensors[1].dims[3] = 1; });
  add("in place", Fault::kOutputOverlap, [](B& b, P&) { b.tensors[1].offset = 0; });
}

void add_mean_cases(std::vector<BrokenPlan>& cases) {
  using B = PlanBuilder;
  using P = MeanParams;
  const auto add = [&](const char* name, Fault fault, Change<P> change) {
    cases.push_back(changed<P>(mean(), name, fault, change));
  };
  add("axis behind the rank", Fault::kAxes, [](B&, P& p) { p.axes |= 1U << 4; });
  add("axis 31", Fault::kAxes, [](B&, P& p) { p.axes |= 1U << 31; });
  add("other axes", Fault::kOperandShape, [](B&, P& p) { p.axes = 3; });
  add("output shape", Fault::kOperandShape, [](B& b, P&) { b.tensors[1].dims[0] = 3; });
  add("input type", Fault::kOperandType, [](B& b, P&) { b.tensors[0].type = ElementType::kInt16; });
  add("output type", Fault::kOperandType,
      [](B& b, P&) { b.tensors[1].type = ElementType::kInt32; });
  add("zero point", Fault::kZeroPoint, [](B&, P& p) { p.input_zero_point = 128; });
  add("output zero point", Fault::kZeroPoint, [](B&, P& p) { p.output_zero_point = -129; });
  add("multiplier", Fault::kRescaleRange, [](B&, P& p) { p.rescale.multiplier = -1; });
  add("left shift", Fault::kRescaleRange, [](B&, P& p) { p.rescale.shift = kMaxShift + 1; });
  add("right shift", Fault::kRescaleRange, [](B&, P& p) { p.rescale.shift = kMinShift - 1; });
  add("in place", Fault::kOutputOverlap, [](B& b, P&) { b.tensors[1].offset = 0; });
}

void add_lookup_cases(std::vector<BrokenPlan>& cases, Opcode opcode, const char* operator_name) {
  using B = PlanBuilder;
  using P = LookupParams;
  const auto add = [&](const char* name, Fault fault, Change<P> change) {
    cases.push_back(changed<P>(lookup(opcode, operator_name), name, fault, change));
  };
  add("table one byte short", Fault::kLookupTable, [](B&, P& p) { p.table_offset = 1; });
  add("table wraps", Fault::kLookupTable, [](B&, P& p) { p.table_offset = 0xFFFF'FFF0; });
  add("shape", Fault::kOperandShape, [](B& b, P&) { b.tensors[1].dims[1] = 2; });
  add("rank", Fault::kOperandShape, [](B& b, P&) { b.tensors[1].rank = 3; });
  add("input type", Fault::kOperandType, [](B& b, P&) { b.tensors[0].type = ElementType::kInt32; });
  add("output type", Fault::kOperandType,
      [](B& b, P&) { b.tensors[1].type = ElementType::kInt32; });
}

void add_float_cases(std::vector<BrokenPlan>& cases) {
  using B = PlanBuilder;
  const auto to_int8 = [](std::size_t i) {
    return [i](B& b, auto&) { b.tensors[i].type = ElementType::kInt8; };
  };
  for (const auto opcode : {Opcode::kSub, Opcode::kMul}) {
    using P = FloatRangeParams;
    const auto draft = float_pair(opcode, opcode == Opcode::kSub ? "float sub" : "float mul");
    cases.push_back(changed<P>(draft, "range", Fault::kActivationRange,
                               [](B&, P& p) { p.activation_max = -1; }));
    cases.push_back(changed<P>(draft, "second type", Fault::kOperandType, to_int8(1)));
    cases.push_back(changed<P>(draft, "output type", Fault::kOperandType, to_int8(2)));
    cases.push_back(changed<P>(draft, "shape", Fault::kOperandShape,
                               [](B& b, P&) { b.tensors[1].dims[0] = 2; }));
  }
  cases.push_back(
      changed<FloatPoolParams>(float_max_pool(), "range", Fault::kActivationRange,
                               [](B&, FloatPoolParams& p) { p.activation_max = std::nanf(""); }));
  cases.push_back(
      changed<FloatPoolParams>(float_max_pool(), "output type", Fault::kOperandType, to_int8(1)));
  cases.push_back(changed<FloatMeanParams>(float_mean(), "axes", Fault::kAxes,
                                           [](B&, FloatMeanParams& p) { p.axes = 16; }));
  cases.push_back(changed<FloatMeanParams>(float_mean(), "other axes", Fault::kOperandShape,
                                           [](B&, FloatMeanParams& p) { p.axes = 0; }));
  cases.push_back(
      changed<FloatMeanParams>(float_mean(), "output type", Fault::kOperandType, to_int8(1)));
  for (const auto& [opcode, name] : kLookups) {
    using P = FloatLeakyReluParams;
    cases.push_back(
        changed<P>(float_unary(opcode, name), "output type", Fault::kOperandType, to_int8(1)));
    cases.push_back(changed<P>(float_unary(opcode, name), "shape", Fault::kOperandShape,
                               [](B& b, P&) { b.tensors[1].dims[0] = 3; }));
  }
}

}  // namespace

std::vector<BrokenPlan> sound_operators() {
  std::vector<BrokenPlan> cases{
      changed<AddParams>(sub(), "sound", Fault::kNone, unchanged<AddParams>),
      changed<MulParams>(mul(), "sound", Fault::kNone, unchanged<MulParams>),
      changed<PoolParams>(max_pool(), "sound", Fault::kNone, unchanged<PoolParams>),
      changed<MeanParams>(mean(), "sound", Fault::kNone, unchanged<MeanParams>)};
  for (const auto opcode : {Opcode::kSub, Opcode::kMul}) {
    cases.push_back(changed<FloatRangeParams>(
        float_pair(opcode, opcode == Opcode::kSub ? "float sub" : "float mul"), "sound",
        Fault::kNone, unchanged<FloatRangeParams>));
  }
  cases.push_back(changed<FloatPoolParams>(float_max_pool(), "sound", Fault::kNone,
                                           unchanged<FloatPoolParams>));
  cases.push_back(
      changed<FloatMeanParams>(float_mean(), "sound", Fault::kNone, unchanged<FloatMeanParams>));
  for (const auto& [opcode, name] : kLookups) {
    cases.push_back(changed<LookupParams>(lookup(opcode, name), "sound", Fault::kNone,
                                          unchanged<LookupParams>));
    cases.push_back(changed<FloatLeakyReluParams>(float_unary(opcode, name), "sound", Fault::kNone,
                                                  unchanged<FloatLeakyReluParams>));
  }
  add_sound_recurrent(cases);
  add_sound_int16(cases);
  return cases;
}

void add_broken_operators(std::vector<BrokenPlan>& cases) {
  add_pair_cases(cases, sub());
  cases.push_back(changed<AddParams>(sub(), "shift of an input", Fault::kRescaleRange,
                                     [](PlanBuilder&, AddParams& p) { p.b.shift = 1; }));
  add_pair_cases(cases, mul());
  add_max_pool_cases(cases);
  add_mean_cases(cases);
  for (const auto& [opcode, name] : kLookups)
    add_lookup_cases(cases, opcode, name);
  add_float_cases(cases);
}

}  // namespace hil::plan::testing
