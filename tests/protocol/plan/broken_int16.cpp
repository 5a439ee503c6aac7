// SPDX-License-Identifier: Apache-2.0
// Plans of one operator in int16 or uint8, or of the largest: sound ones, and each wrong in one
// way.
#include <utility>

#include "tests/protocol/plan/broken_plans.hpp"
#include "tests/protocol/plan/mover_plan.hpp"

namespace hil::plan::testing {
namespace {

template <class Params>
using Change = std::function<void(PlanBuilder&, Params&)>;

constexpr auto kShort = ElementType::kInt16;

/// @p plan after @p change, which sees the tensors (inputs first) and 4 KiB of zero constants.
template <class Params>
BrokenPlan changed(
    const MoverPlan<Params>& plan, const std::string& name, Fault fault,
    const Change<Params>& change = [](PlanBuilder&, Params&) {}) {
  return {name, fault,
          [plan, change](SmallPlan&) {
            PlanBuilder builder;
            builder.constant(std::vector<std::int8_t>(4096));
            std::vector<std::uint16_t> from, to;
            for (const Operand& operand : plan.inputs)
              from.push_back(add_operand(builder, operand));
            for (const Operand& operand : plan.outputs)
              to.push_back(add_operand(builder, operand));
            Params params = plan.params;
            change(builder, params);
            builder.op(plan.opcode, from, to, params);
            builder.graph(from, to);
            return builder.build();
          },
          [](Limits& limits) { limits.arena_bytes = 1 << 20; }};
}

MoverPlan<ConvParams> conv(Opcode opcode, ElementType bias) {
  ConvParams params{};
  params.stride_h = params.stride_w = params.dilation_h = params.dilation_w = 1;
  params.activation_max = 32767;
  params.activation_min = -32768;
  params.shift_offset = 64;
  return {opcode,
          {{{1, 2, 2, 1}, kShort}, {{1, 1, 1, 1}}, {{1}, bias}},
          {{{1, 2, 2, 1}, kShort}},
          params};
}

/// Changes of a convolution must keep the work of a sound one: 4 MACs.
BrokenPlan conv_case(
    Opcode opcode, ElementType bias, const std::string& name, Fault fault,
    const Change<ConvParams>& change = [](PlanBuilder&, ConvParams&) {}) {
  return changed<ConvParams>(conv(opcode, bias), name, fault,
                             [change](PlanBuilder& builder, ConvParams& params) {
                               builder.header.work = 4;
                               change(builder, params);
                             });
}

void set_shift(PlanBuilder& builder, std::int8_t shift) {
  builder.constants[64] = static_cast<std::uint8_t>(shift);
}

void add_conv_cases(std::vector<BrokenPlan>& cases) {
  using B = PlanBuilder;
  using P = ConvParams;
  const auto i32 = ElementType::kInt32, i64 = ElementType::kInt64;
  const auto conv2d = Opcode::kConv2d, depthwise = Opcode::kDepthwiseConv2d;
  const auto wide_shift = [](B& b, P&) { set_shift(b, kMaxWideShift); };
  const auto wider_shift = [](B& b, P&) { set_shift(b, kMaxWideShift + 1); };
  cases.push_back(conv_case(conv2d, i64, "int16 conv wide sound", Fault::kNone, wide_shift));
  cases.push_back(conv_case(conv2d, i32, "int16 conv narrow sound", Fault::kNone, wider_shift));
  cases.push_back(
      conv_case(conv2d, i64, "int16 conv wide shift", Fault::kRescaleRange, wider_shift));
  cases.push_back(conv_case(depthwise, i64, "int16 depthwise sound", Fault::kNone, wide_shift));
  cases.push_back(
      conv_case(depthwise, i64, "int16 depthwise shift", Fault::kRescaleRange, wider_shift));
  cases.push_back(conv_case(depthwise, i32, "int16 depthwise narrow bias", Fault::kOperandType));
  cases.push_back(
      conv_case(conv2d, ElementType::kFloat32, "int16 conv float bias", Fault::kOperandType));
  cases.push_back(conv_case(conv2d, i64, "int16 conv zero point", Fault::kZeroPoint,
                            [](B&, P& p) { p.input_zero_point = 1; }));
  cases.push_back(conv_case(conv2d, i64, "int16 conv output zero point", Fault::kZeroPoint,
                            [](B&, P& p) { p.output_zero_point = -1; }));
  cases.push_back(conv_case(conv2d, i64, "int16 conv range", Fault::kActivationRange,
                            [](B&, P& p) { p.activation_max = 32768; }));
  cases.push_back(conv_case(conv2d, i64, "int16 conv output type", Fault::kOperandType,
                            [](B& b, P&) { b.tensors[3].type = ElementType::kInt8; }));
  cases.push_back(
      conv_case(conv2d, i64, "int8 conv with a wide bias", Fault::kOperandType, [](B& b, P& p) {
        b.tensors[0].type = b.tensors[3].type = ElementType::kInt8;
        p.activation_min = -128;
        p.activation_max = 127;
      }));
}

void add_pair_cases(std::vector<BrokenPlan>& cases) {
  using B = PlanBuilder;
  const Operand operand{{4}, kShort};
  const MoverPlan<AddParams> add{
      Opcode::kAdd,
      {operand, operand},
      {operand},
      {-32768, 32767, 5, {1 << 30, 0}, {1 << 30, 0}, {1 << 30, -14}, -32768, 32767}};
  const MoverPlan<MulParams> mul{
      Opcode::kMul, {operand, operand}, {operand}, {0, 0, 0, {1 << 30, -15}, -32768, 32767}};
  cases.push_back(changed<AddParams>(add, "int16 add sound", Fault::kNone));
  cases.push_back(changed<MulParams>(mul, "int16 mul sound", Fault::kNone));
  cases.push_back(changed<AddParams>(add, "int16 add zero point", Fault::kZeroPoint,
                                     [](B&, AddParams& p) { p.zero_point_b = 32768; }));
  cases.push_back(
      changed<AddParams>(add, "int16 add with int8", Fault::kOperandType,
                         [](B& b, AddParams&) { b.tensors[1].type = ElementType::kInt8; }));
  cases.push_back(changed<AddParams>(add, "int16 add range", Fault::kActivationRange,
                                     [](B&, AddParams& p) { p.activation_min = -32769; }));
  cases.push_back(changed<MulParams>(mul, "int16 mul zero point", Fault::kZeroPoint,
                                     [](B&, MulParams& p) { p.zero_point_a = 1; }));
}

void add_softmax_cases(std::vector<BrokenPlan>& cases) {
  using B = PlanBuilder;
  using P = Softmax16Params;
  const Operand operand{{2, 3}, kShort};
  const MoverPlan<P> plan{Opcode::kSoftmax, {operand}, {operand}, {{1 << 30, 3}, 0, 1028}};
  const auto ends = [](B& b, std::int16_t before, std::int16_t last) {
    poke(b.constants, 511 * 2, before);
    poke(b.constants, 512 * 2, last);
  };
  const auto sound = [ends](B& b) { ends(b, 1 << 14, 1 << 14); };
  const auto add = [&](const char* name, Fault fault, const Change<P>& change) {
    cases.push_back(
        changed<P>(plan, std::string("int16 softmax ") + name, fault, [sound, change](B& b, P& p) {
          sound(b);
          change(b, p);
        }));
  };
  add("sound", Fault::kNone, [](B&, P&) {});
  add("table not aligned", Fault::kLookupTable, [](B&, P& p) { p.exp_offset = 2; });
  add("table outside", Fault::kLookupTable, [](B&, P& p) { p.reciprocal_offset = 4096 - 1024; });
  add("table wraps", Fault::kLookupTable, [](B&, P& p) { p.exp_offset = 0xFFFF'FFF0; });
  add("shift", Fault::kRescaleRange, [](B&, P& p) { p.beta.shift = kMaxSoftmax16Shift + 1; });
  add("negative entry", Fault::kLookupTable,
      [](B& b, P&) { poke(b.constants, 40, std::int16_t{-1}); });
  add("small maximum", Fault::kLookupTable, [ends](B& b, P&) { ends(b, 1 << 14, 16383); });
  add("output type", Fault::kOperandType, [](B& b, P&) { b.tensors[1].type = ElementType::kInt8; });
  add("shape", Fault::kOperandShape, [](B& b, P&) { b.tensors[1].dims[1] = 2; });
  add("depth", Fault::kSoftmaxDepth, [](B& b, P&) {
    b.tensors[0].dims[1] = b.tensors[1].dims[1] = kMaxSoftmax16Depth + 1;
    b.tensors[1].offset = 1 << 19;
    b.header.arena_bytes = 1 << 20;
  });
}

void add_unary_cases(std::vector<BrokenPlan>& cases) {
  using B = PlanBuilder;
  using S = Sigmoid16Params;
  using L = Linear16Params;
  const Operand operand{{2, 3}, kShort};
  for (const auto opcode : {Opcode::kLogistic, Opcode::kTanh}) {
    const MoverPlan<S> plan{opcode, {operand}, {operand}, {32767, 31}};
    const std::string name = opcode == Opcode::kTanh ? "int16 tanh " : "int16 logistic ";
    cases.push_back(changed<S>(plan, name + "sound", Fault::kNone));
    cases.push_back(changed<S>(plan, name + "multiplier", Fault::kRescaleRange,
                               [](B&, S& p) { p.multiplier = 32768; }));
    cases.push_back(
        changed<S>(plan, name + "sign", Fault::kRescaleRange, [](B&, S& p) { p.multiplier = -1; }));
    cases.push_back(
        changed<S>(plan, name + "shift", Fault::kRescaleRange, [](B&, S& p) { p.shift = 32; }));
    cases.push_back(changed<S>(plan, name + "shape", Fault::kOperandShape,
                               [](B& b, S&) { b.tensors[1].dims[0] = 1; }));
  }
  const MoverPlan<L> plan{Opcode::kLeakyRelu,
                          {operand},
                          {operand},
                          {-1, 1, {1 << 30, 1}, {1 << 30, -3}, 1, -32768, 32767}};
  const auto add = [&](const char* name, Fault fault, const Change<L>& change) {
    cases.push_back(changed<L>(plan, std::string("int16 leaky ") + name, fault, change));
  };
  add("sound", Fault::kNone, [](B&, L&) {});
  add("turned", Fault::kRescaleRange, [](B&, L& p) { p.turned = 2; });
  add("slope", Fault::kRescaleRange, [](B&, L& p) { p.negative.multiplier = -5; });
  add("shift", Fault::kRescaleRange, [](B&, L& p) { p.positive.shift = kMaxShift + 1; });
  add("zero point", Fault::kZeroPoint, [](B&, L& p) { p.input_zero_point = -40000; });
  add("range", Fault::kActivationRange, [](B&, L& p) { p.activation_min = 32768; });
  add("output type", Fault::kOperandType,
      [](B& b, L&) { b.tensors[1].type = ElementType::kFloat32; });
}

void add_uint8_cases(std::vector<BrokenPlan>& cases) {
  using B = PlanBuilder;
  using P = RequantiseParams;
  const auto u8 = ElementType::kUint8, i8 = ElementType::kInt8;
  const MoverPlan<P> down{Opcode::kQuantize, {{{4}, u8}}, {{{4}, i8}}, {255, 0, {1 << 30, 1}}};
  const MoverPlan<P> up{Opcode::kQuantize, {{{4}, i8}}, {{{4}, u8}}, {0, 255, {1 << 30, 1}}};
  cases.push_back(changed<P>(down, "uint8 to int8 sound", Fault::kNone));
  cases.push_back(changed<P>(up, "int8 to uint8 sound", Fault::kNone));
  cases.push_back(changed<P>(down, "uint8 zero point", Fault::kZeroPoint,
                             [](B&, P& p) { p.input_zero_point = -1; }));
  cases.push_back(changed<P>(down, "uint8 to int16", Fault::kOperandType,
                             [](B& b, P&) { b.tensors[1].type = kShort; }));
  cases.push_back(changed<P>(up, "int16 to uint8", Fault::kOperandType,
                             [](B& b, P&) { b.tensors[0].type = kShort; }));
  cases.push_back(changed<P>(up, "int8 to int64", Fault::kOperandType, [](B& b, P&) {
    b.header.arena_bytes += 32;
    b.tensors[1].type = ElementType::kInt64;
  }));
  cases.push_back(changed<P>(down, "tensor zero point of uint8", Fault::kTensorQuantisation,
                             [](B& b, P&) { b.tensors[0].zero_point = 256; }));
}

void add_extreme_cases(std::vector<BrokenPlan>& cases) {
  using B = PlanBuilder;
  using A = ArgMaxParams;
  using R = ReduceMaxParams;
  const MoverPlan<A> arg{
      Opcode::kArgMax, {{{2, 3, 4}}}, {{{2, 4}, ElementType::kInt32}}, {2, 3, 4}};
  cases.push_back(changed<A>(arg, "arg max sound", Fault::kNone));
  cases.push_back(
      changed<A>(arg, "arg max length", Fault::kOperandShape, [](B&, A& p) { p.length = 4; }));
  cases.push_back(changed<A>(arg, "arg max wraps", Fault::kOperandShape, [](B&, A& p) {
    p.rows = 0x8000'0001;
    p.inner = 8;
  }));
  cases.push_back(
      changed<A>(arg, "arg max no length", Fault::kOperandShape, [](B&, A& p) { p.length = 0; }));
  cases.push_back(changed<A>(arg, "arg max output", Fault::kOperandType,
                             [](B& b, A&) { b.tensors[1].type = kShort; }));
  const MoverPlan<R> reduce{Opcode::kReduceMax, {{{2, 3, 4}}}, {{{2, 4}}}, {2}};
  cases.push_back(changed<R>(reduce, "reduce max sound", Fault::kNone));
  cases.push_back(
      changed<R>(reduce, "reduce max axis", Fault::kAxes, [](B&, R& p) { p.axes = 8; }));
  cases.push_back(
      changed<R>(reduce, "reduce max shape", Fault::kOperandShape, [](B&, R& p) { p.axes = 1; }));
  const MoverPlan<NoParams> pair{Opcode::kMaximum, {{{2, 3}}, {{3}}}, {{{2, 3}}}, {}};
  cases.push_back(changed<NoParams>(pair, "maximum sound", Fault::kNone));
  cases.push_back(changed<NoParams>(pair, "maximum type", Fault::kOperandType, [](B& b, NoParams&) {
    b.tensors[1].type = ElementType::kInt16;
  }));
  cases.push_back(changed<NoParams>(pair, "maximum shape", Fault::kOperandShape,
                                    [](B& b, NoParams&) { b.tensors[1].dims[0] = 2; }));
}

std::vector<BrokenPlan> all_cases() {
  std::vector<BrokenPlan> cases;
  add_conv_cases(cases);
  add_pair_cases(cases);
  add_softmax_cases(cases);
  add_unary_cases(cases);
  add_uint8_cases(cases);
  add_extreme_cases(cases);
  return cases;
}

void append(std::vector<BrokenPlan>& cases, bool sound) {
  for (BrokenPlan& plan : all_cases()) {
    if ((plan.fault == Fault::kNone) == sound) cases.push_back(std::move(plan));
  }
}

}  // namespace

void add_int16_cases(std::vector<BrokenPlan>& cases) {
  append(cases, false);
}

void add_sound_int16(std::vector<BrokenPlan>& cases) {
  append(cases, true);
}

}  // namespace hil::plan::testing
