// SPDX-License-Identifier: Apache-2.0
// Broken plans of the operators that move or convert elements.
#include <utility>

#include "tests/protocol/plan/broken_plans.hpp"
#include "tests/protocol/plan/mover_plan.hpp"

namespace hil::plan::testing {
namespace {

constexpr auto kInt16 = ElementType::kInt16;
constexpr auto kInt32 = ElementType::kInt32;
constexpr auto kFloat32 = ElementType::kFloat32;

/// @p plan after @p change.
template <class Params, class Change>
BrokenPlan changed(std::string name, Fault fault, MoverPlan<Params> plan, const Change& change) {
  change(plan);
  return {std::move(name), fault, [plan](SmallPlan&) { return plan.build(); }};
}

void add_pad_cases(std::vector<BrokenPlan>& cases) {
  using P = MoverPlan<PadParams>;
  const auto add = [&](const char* name, Fault fault, auto change) {
    cases.push_back(changed(std::string("pad ") + name, fault, pad_plan(), change));
  };
  add("type", Fault::kOperandType, [](P& p) { p.outputs[0].type = kInt32; });
  add("rank", Fault::kOperandRank, [](P& p) { p.outputs[0].dims = {4, 5, 1}; });
  add("before the output", Fault::kExtent, [](P& p) { p.params.before[0] = -1; });
  add("behind the output", Fault::kExtent, [](P& p) { p.params.before[1] = 3; });
  add("far behind the output", Fault::kExtent, [](P& p) { p.params.before[0] = 0x7FFF'FFFF; });
  add("behind the rank", Fault::kExtent, [](P& p) { p.params.before[5] = 1; });
  cases.push_back({"pad in place", Fault::kOutputOverlap, [](SmallPlan&) {
                     PlanBuilder builder;
                     const auto x = builder.arena_tensor({4, 5});
                     builder.op(Opcode::kPadV2, {x}, {x}, PadParams{});
                     builder.graph({x}, {x});
                     return builder.build();
                   }});
}

void add_view_cases(std::vector<BrokenPlan>& cases) {
  using P = MoverPlan<StridedViewParams>;
  const auto add = [&](const char* name, Fault fault, auto change) {
    cases.push_back(changed(std::string("view ") + name, fault, view_plan(), change));
  };
  add("type", Fault::kOperandType, [](P& p) { p.outputs[0].type = kInt16; });
  add("offset before", Fault::kExtent, [](P& p) { p.params.offset = 3; });
  add("offset negative", Fault::kExtent, [](P& p) { p.params.offset = -2147483647 - 1; });
  add("offset behind", Fault::kExtent, [](P& p) { p.params.offset = 6; });
  add("stride", Fault::kExtent, [](P& p) { p.params.strides[0] = 7; });
  add("stride wraps in 32 bits", Fault::kExtent, [](P& p) {
    p.params.strides[0] = 1 << 30;  // times 4 is 0 modulo 2^32
    p.outputs[0].dims = {5, 3};
  });
  add("stride negative", Fault::kExtent, [](P& p) { p.params.strides[1] = -3; });
  add("output larger", Fault::kExtent, [](P& p) { p.outputs[0].dims = {5, 3}; });
  add("transposed", Fault::kExtent, [](P& p) {
    p.opcode = Opcode::kTranspose;
    p.outputs[0].dims = {6, 4};
    p.params = {0, {1, 7, 0, 0, 0, 0}};
  });
}

void add_join_cases(std::vector<BrokenPlan>& cases) {
  using P = MoverPlan<JoinParams>;
  const auto join = [&](const char* name, Fault fault, auto change) {
    cases.push_back(
        changed(std::string("concatenation ") + name, fault, concatenation_plan(), change));
  };
  join("no rows", Fault::kOperandShape, [](P& p) { p.params.rows = 0; });
  join("rows do not divide the output", Fault::kOperandShape, [](P& p) { p.params.rows = 3; });
  join("rows do not divide an input", Fault::kOperandShape, [](P& p) { p.params.rows = 4; });
  join("type", Fault::kOperandType, [](P& p) { p.inputs[1].type = kInt16; });
  join("too much", Fault::kOperandShape, [](P& p) { p.inputs[1].dims = {2, 2}; });
  join("too little", Fault::kOperandShape, [](P& p) { p.outputs[0].dims = {2, 5}; });
  const auto split = [&](const char* name, Fault fault, auto change) {
    cases.push_back(changed(std::string("split ") + name, fault, split_plan(), change));
  };
  split("no rows", Fault::kOperandShape, [](P& p) { p.params.rows = 0; });
  split("rows do not divide an output", Fault::kOperandShape, [](P& p) { p.params.rows = 8; });
  split("type", Fault::kOperandType, [](P& p) { p.outputs[1].type = kFloat32; });
  split("too much", Fault::kOperandShape, [](P& p) { p.outputs[1].dims = {2, 3}; });
  split("no outputs", Fault::kOperatorArity, [](P& p) { p.outputs.clear(); });
  split("too many outputs", Fault::kOperatorArity, [](P& p) {
    p.inputs[0].dims = {2, kMaxOutputs + 1};
    p.outputs.assign(kMaxOutputs + 1, Operand{{2, 1}});
  });
  cases.push_back({"split into one place", Fault::kOutputOverlap, [](SmallPlan&) {
                     PlanBuilder builder;
                     const auto x = builder.arena_tensor({2, 4}), y = builder.arena_tensor({2, 2});
                     builder.op(Opcode::kSplit, {x}, {y, y}, JoinParams{2});
                     builder.graph({x}, {y});
                     return builder.build();
                   }});
}

/// A resize after @p change, with a table of @p entries.
template <class T, class Change>
BrokenPlan resized(std::string name, Fault fault, Opcode opcode, std::vector<T> entries,
                   const Change& change) {
  MoverPlan<ResizeParams> plan = resize_operator(opcode);
  change(plan);
  return {std::move(name), fault,
          [plan, entries](SmallPlan&) { return resize_plan(plan, entries); }};
}

void add_resize_cases(std::vector<BrokenPlan>& cases) {
  using P = MoverPlan<ResizeParams>;
  const auto add = [&](const char* name, Fault fault, auto change) {
    cases.push_back(resized(std::string("nearest ") + name, fault, Opcode::kResizeNearestNeighbor,
                            std::vector<std::uint16_t>{0, 0, 1, 1}, change));
    cases.push_back(resized(std::string("bilinear ") + name, fault, Opcode::kResizeBilinear,
                            std::vector<ResizeTap>(4), change));
  };
  add("output type", Fault::kOperandType, [](P& p) { p.outputs[0].type = kInt16; });
  add("rank", Fault::kOperandRank, [](P& p) { p.inputs[0].dims = {2, 2, 3}; });
  add("output rank", Fault::kOperandRank, [](P& p) { p.outputs[0].dims = {3, 4, 3}; });
  add("batch", Fault::kOperandShape, [](P& p) { p.outputs[0].dims[0] = 2; });
  add("depth", Fault::kOperandShape, [](P& p) { p.inputs[0].dims[3] = 2; });
  add("rows outside", Fault::kResizeTable, [](P& p) { p.params.rows_offset = 1 << 20; });
  add("columns outside", Fault::kResizeTable, [](P& p) { p.params.columns_offset = 0xFFFF'FFFC; });
  add("columns cut", Fault::kResizeTable, [](P& p) { p.outputs[0].dims[2] = 5; });
  add("rows odd", Fault::kResizeTable, [](P& p) { p.params.rows_offset = 2; });
  add("columns odd", Fault::kResizeTable, [](P& p) { p.params.columns_offset = 1; });
  const auto keep = [](P&) {};
  cases.push_back(resized("nearest row", Fault::kResizeTable, Opcode::kResizeNearestNeighbor,
                          std::vector<std::uint16_t>{0, 0, 2, 1}, keep));
  cases.push_back(resized("nearest column", Fault::kResizeTable, Opcode::kResizeNearestNeighbor,
                          std::vector<std::uint16_t>{0, 0, 1, 65535}, keep));
  const auto tap = [&](const char* name, ResizeTap wrong) {
    std::vector<ResizeTap> taps(4);
    taps[3] = wrong;
    cases.push_back(
        resized(name, Fault::kResizeTable, Opcode::kResizeBilinear, std::move(taps), keep));
  };
  tap("bilinear lower", {2, 0, 0});
  tap("bilinear upper", {0, 2, 0});
  tap("bilinear fraction", {0, 1, 1024});
  tap("bilinear negative fraction", {0, 1, 0xFFFF'FFFF});
  cases.push_back(changed("bilinear type", Fault::kOperandType,
                          resize_operator(Opcode::kResizeBilinear),
                          [](P& p) { p.inputs[0].type = kInt16; }));
}

void add_conversion_cases(std::vector<BrokenPlan>& cases) {
  using P = MoverPlan<RequantiseParams>;
  const auto add = [&](const char* name, Fault fault, auto change) {
    cases.push_back(changed(std::string("requantise ") + name, fault, requantise_plan(), change));
  };
  add("to float32", Fault::kOperandType, [](P& p) { p.outputs[0].type = kFloat32; });
  add("size", Fault::kOperandShape, [](P& p) { p.outputs[0].dims = {4}; });
  add("input zero point", Fault::kZeroPoint, [](P& p) { p.inputs[0].type = ElementType::kInt8; });
  add("output zero point", Fault::kZeroPoint, [](P& p) { p.params.output_zero_point = 32768; });
  add("shift", Fault::kRescaleRange, [](P& p) { ++p.params.rescale.shift; });
  add("right shift", Fault::kRescaleRange, [](P& p) { p.params.rescale.shift = -32; });
  add("multiplier", Fault::kRescaleRange, [](P& p) { p.params.rescale.multiplier = -1; });
  const auto convert = [&](const char* name, Fault fault, Opcode opcode, Operand from, Operand to) {
    const MoverPlan<NoParams> plan{opcode, {std::move(from)}, {std::move(to)}, {}};
    cases.push_back({name, fault, [plan](SmallPlan&) { return plan.build(); }});
  };
  convert("requantise parameters cut", Fault::kOperatorParameters, Opcode::kQuantize, {{5}, kInt16},
          {{5}, kInt16});
  convert("quantise to int32", Fault::kOperandType, Opcode::kQuantize, {{5}, kFloat32},
          {{5}, kInt32});
  convert("quantise size", Fault::kOperandShape, Opcode::kQuantize, {{5}, kFloat32}, {{6}, kInt16});
  convert("dequantise to int8", Fault::kOperandType, Opcode::kDequantize, {{5}, kInt16}, {{5}});
  convert("dequantise size", Fault::kOperandShape, Opcode::kDequantize, {{5}}, {{4}, kFloat32});
  convert("dequantise int32", Fault::kOperandType, Opcode::kDequantize, {{5}, kInt32},
          {{5}, kFloat32});
  convert("squeeze size", Fault::kOperandShape, Opcode::kSqueeze, {{1, 5}}, {{4}});
  convert("expand type", Fault::kOperandType, Opcode::kExpandDims, {{5}}, {{1, 5}, kInt16});
}

}  // namespace

void add_mover_cases(std::vector<BrokenPlan>& cases) {
  add_pad_cases(cases);
  add_view_cases(cases);
  add_join_cases(cases);
  add_resize_cases(cases);
  add_conversion_cases(cases);
}

}  // namespace hil::plan::testing
