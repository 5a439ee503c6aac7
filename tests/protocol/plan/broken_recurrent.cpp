// SPDX-License-Identifier: Apache-2.0
// Plans of SVDF and UNIDIRECTIONAL_SEQUENCE_LSTM: sound ones, and each wrong in one way.
#include <cfloat>
#include <cmath>
#include <utility>

#include "tests/protocol/plan/broken_plans.hpp"

namespace hil::plan::testing {
namespace {

using Dims = std::vector<std::int32_t>;
constexpr auto kInt8 = ElementType::kInt8;
constexpr auto kInt16 = ElementType::kInt16;
constexpr auto kInt32 = ElementType::kInt32;
constexpr auto kFloat32 = ElementType::kFloat32;

/// A sound operator whose tensors and parameters can be changed before the plan is built.
template <class Params>
struct RecurrentPlan {
  PlanBuilder builder;
  Opcode opcode{};
  std::vector<std::uint16_t> inputs, outputs;
  Params params{};

  /// A tensor with room for 32 elements of four bytes.
  std::uint16_t add(const Dims& dims, ElementType type) {
    return shaped(builder.arena_tensor({32}, 0, 0.5f, kFloat32), dims, type);
  }
  /// The same in the state memory, for 16 elements.
  std::uint16_t add_state(const Dims& dims, ElementType type) {
    const auto index = builder.tensor({16}, Memory::kState, builder.header.state_bytes, kFloat32);
    builder.header.state_bytes += 64;
    builder.states.push_back({index, 0, 0, 0});
    return shaped(index, dims, type);
  }
  TensorRecord& input(std::size_t i) { return builder.tensors[inputs[i]]; }
  TensorRecord& output(std::size_t i) { return builder.tensors[outputs[i]]; }

  Bytes build(std::uint64_t work) {
    builder.header.features |= kFeatureState | kFeatureInt16 | kFeatureFloat32;
    builder.header.work = work;
    builder.op(opcode, inputs, outputs, params);
    builder.graph({inputs[0]}, {outputs[0]});
    return builder.build();
  }

 private:
  std::uint16_t shaped(std::uint16_t index, const Dims& dims, ElementType type) {
    TensorRecord& record = builder.tensors[index];
    record.type = type;
    record.rank = static_cast<std::uint8_t>(dims.size());
    record.dims[0] = 1;
    for (std::size_t i = 0; i < dims.size(); ++i)
      record.dims[i] = dims[i];
    return index;
  }
};

template <class Params>
using Change = std::function<void(RecurrentPlan<Params>&)>;

/// A plan of @p make after @p change.
template <class Params>
BrokenPlan changed(std::string name, Fault fault, RecurrentPlan<Params> (*make)(),
                   std::uint64_t work, Change<Params> change) {
  return {std::move(name), fault,
          [=](SmallPlan&) {
            RecurrentPlan<Params> plan = make();
            change(plan);
            return plan.build(work);
          },
          [](Limits& limits) { limits.features |= kFeatureFloat32 | kFeatureInt16; }};
}

/// Batch 2, 3 inputs, 4 filters with a memory of 2, 2 units.
template <class Params>
RecurrentPlan<Params> svdf_of(ElementType type, ElementType time, ElementType bias) {
  RecurrentPlan<Params> plan;
  plan.opcode = Opcode::kSvdf;
  plan.inputs = {plan.add({2, 3}, type), plan.add({4, 3}, kInt8), plan.add({4, 2}, time),
                 plan.add({2}, bias)};
  plan.outputs = {plan.add({2, 2}, type), plan.add_state({2, 8}, type == kInt8 ? time : type)};
  return plan;
}
constexpr std::uint64_t kSvdfWork = 2 * 4 * (3 + 2);

RecurrentPlan<SvdfParams> svdf() {
  auto plan = svdf_of<SvdfParams>(kInt8, kInt8, kInt32);
  plan.params = {-128, 127, 5, {1 << 30, kMinShift}, {1 << 30, kMaxShift}};
  return plan;
}

RecurrentPlan<SvdfParams> short_svdf() {
  auto plan = svdf_of<SvdfParams>(kInt8, kInt16, kInt32);
  plan.params = {0, -32768, 0, {0, 0}, {1 << 30, -9}};
  plan.inputs[3] = kNoTensor;
  return plan;
}

RecurrentPlan<FloatSvdfParams> float_svdf() {
  auto plan = svdf_of<FloatSvdfParams>(kFloat32, kFloat32, kFloat32);
  plan.params = {0.0F, FLT_MAX, 0.5F, 0.0F};
  return plan;
}

/// Batch 2, 3 steps, 4 inputs, 2 units.
template <class Params>
RecurrentPlan<Params> lstm_of(ElementType type, ElementType recurrent, ElementType bias,
                              ElementType cell) {
  RecurrentPlan<Params> plan;
  plan.opcode = Opcode::kUnidirectionalSequenceLstm;
  plan.inputs = {plan.add({2, 3, 4}, type)};
  for (std::uint32_t gate = 0; gate < kLstmGates; ++gate)
    plan.inputs.push_back(plan.add({2, 4}, kInt8));
  for (std::uint32_t gate = 0; gate < kLstmGates; ++gate)
    plan.inputs.push_back(plan.add({2, 2}, recurrent));
  for (std::uint32_t gate = 0; gate < kLstmGates; ++gate)
    plan.inputs.push_back(plan.add({2}, bias));
  plan.outputs = {plan.add({2, 3, 2}, type), plan.add_state({2, 2}, type),
                  plan.add_state({2, 2}, cell)};
  return plan;
}
constexpr std::uint64_t kLstmWork = 2 * 3 * 2 * 4 * (4 + 2);

RecurrentPlan<LstmParams> lstm() {
  auto plan = lstm_of<LstmParams>(kInt8, kInt8, kInt32, kInt16);
  plan.params = {0, -128, 127, -32768, 32767, 0, {1 << 30, -14}, {1 << 30, -21}, {}};
  for (LstmGateRescales& gate : plan.params.gates)
    gate = {{1 << 30, -7}, {2147483647, -8}};
  return plan;
}

RecurrentPlan<FloatLstmParams> float_lstm() {
  auto plan = lstm_of<FloatLstmParams>(kFloat32, kFloat32, kFloat32, kFloat32);
  plan.params = {0, -10.0F, 10.0F, {0.5F, 0.25F, 0.125F, 0.0F}, {}};
  return plan;
}

void add_svdf_cases(std::vector<BrokenPlan>& cases) {
  using P = RecurrentPlan<SvdfParams>;
  const auto add = [&](const char* name, Fault fault, Change<SvdfParams> change) {
    cases.push_back(changed<SvdfParams>(std::string("svdf ") + name, fault, svdf, kSvdfWork,
                                        std::move(change)));
  };
  add("input zero point", Fault::kZeroPoint, [](P& p) { p.params.input_zero_point = 128; });
  add("state zero point", Fault::kZeroPoint, [](P& p) { p.params.state_zero_point = -129; });
  add("output zero point", Fault::kZeroPoint, [](P& p) { p.params.output_zero_point = 1000; });
  add("feature shift", Fault::kRescaleRange, [](P& p) { --p.params.feature.shift; });
  add("output shift", Fault::kRescaleRange, [](P& p) { ++p.params.output.shift; });
  add("multiplier", Fault::kRescaleRange, [](P& p) { p.params.output.multiplier = -1; });
  add("rank of the input", Fault::kOperandRank, [](P& p) { p.input(0).rank = 3; });
  add("feature depth", Fault::kOperandShape, [](P& p) { p.input(1).dims[1] = 4; });
  add("feature type", Fault::kOperandType, [](P& p) { p.input(1).type = kInt16; });
  add("time filters", Fault::kOperandShape, [](P& p) { p.input(2).dims[0] = 3; });
  add("time type", Fault::kOperandType, [](P& p) { p.input(2).type = kFloat32; });
  add("bias length", Fault::kOperandShape, [](P& p) { p.input(3).dims[0] = 4; });
  add("bias type", Fault::kOperandType, [](P& p) { p.input(3).type = kInt8; });
  add("output batch", Fault::kOperandShape, [](P& p) { p.output(0).dims[0] = 1; });
  add("units", Fault::kGroups, [](P& p) { p.output(0).dims[1] = 3; });
  add("more units than filters", Fault::kGroups, [](P& p) { p.output(0).dims[1] = 8; });
  add("output type", Fault::kOperandType, [](P& p) { p.output(0).type = kInt16; });
  add("state batch", Fault::kOperandShape, [](P& p) { p.output(1).dims[0] = 1; });
  add("state width", Fault::kOperandShape, [](P& p) { p.output(1).dims[1] = 7; });
  add("state rank", Fault::kOperandRank, [](P& p) { p.output(1).rank = 3; });
  add("state of another type", Fault::kOperandType, [](P& p) { p.output(1).type = kInt16; });
  add("state in the arena", Fault::kNotState, [](P& p) { p.outputs[1] = p.add({2, 8}, kInt8); });
  add("without a state", Fault::kOperatorArity, [](P& p) { p.outputs.pop_back(); });
  add("without time weights", Fault::kOperandIndex, [](P& p) { p.inputs[2] = kNoTensor; });
  add("output in its state", Fault::kOutputOverlap, [](P& p) {
    p.output(0).memory = Memory::kState;
    p.output(0).offset = 8;
  });
  add("input in its state", Fault::kOutputOverlap, [](P& p) { p.inputs[2] = p.outputs[1]; });
  cases.push_back(changed<SvdfParams>("short svdf state zero point", Fault::kZeroPoint, short_svdf,
                                      kSvdfWork, [](P& p) { --p.params.state_zero_point; }));
  cases.push_back(changed<SvdfParams>("short svdf state type", Fault::kOperandType, short_svdf,
                                      kSvdfWork, [](P& p) { p.output(1).type = kInt8; }));
  cases.push_back(changed<SvdfParams>("svdf work", Fault::kWork, svdf, kSvdfWork + 1, [](P&) {}));
}

void add_float_svdf_cases(std::vector<BrokenPlan>& cases) {
  using P = RecurrentPlan<FloatSvdfParams>;
  const auto add = [&](const char* name, Fault fault, Change<FloatSvdfParams> change) {
    cases.push_back(changed<FloatSvdfParams>(std::string("float svdf ") + name, fault, float_svdf,
                                             kSvdfWork, std::move(change)));
  };
  add("range", Fault::kActivationRange, [](P& p) { p.params.activation_max = -1.0F; });
  add("range NaN", Fault::kActivationRange, [](P& p) { p.params.activation_min = std::nanf(""); });
  add("feature scale", Fault::kRescaleRange, [](P& p) { p.params.feature_scale = -1.0F; });
  add("time scale", Fault::kRescaleRange, [](P& p) { p.params.time_scale = std::nanf(""); });
  add("time type", Fault::kOperandType, [](P& p) { p.input(2).type = kInt16; });
  add("bias type", Fault::kOperandType, [](P& p) { p.input(3).type = kInt32; });
  add("state type", Fault::kOperandType, [](P& p) { p.output(1).type = kInt8; });
}

void add_lstm_cases(std::vector<BrokenPlan>& cases) {
  using P = RecurrentPlan<LstmParams>;
  const auto add = [&](const std::string& name, Fault fault, Change<LstmParams> change) {
    cases.push_back(changed<LstmParams>("lstm " + name, fault, lstm, kLstmWork, std::move(change)));
  };
  add("input zero point", Fault::kZeroPoint, [](P& p) { p.params.input_zero_point = -129; });
  add("hidden zero point", Fault::kZeroPoint, [](P& p) { p.params.hidden_zero_point = 128; });
  add("low cell", Fault::kActivationRange, [](P& p) { --p.params.cell_min; });
  add("high cell", Fault::kActivationRange, [](P& p) { ++p.params.cell_max; });
  add("no cell", Fault::kActivationRange, [](P& p) { p.params.cell_max = -32769; });
  add("cell shift left", Fault::kRescaleRange,
      [](P& p) { p.params.cell_shift = kMaxCellShift + 1; });
  add("cell shift right", Fault::kRescaleRange,
      [](P& p) { p.params.cell_shift = kMinCellShift - 1; });
  add("cell rescale", Fault::kRescaleRange, [](P& p) { p.params.cell.multiplier = -1; });
  add("hidden rescale", Fault::kRescaleRange, [](P& p) { p.params.hidden.shift = kMaxShift + 1; });
  for (std::size_t g = 0; g < kLstmGates; ++g) {
    const std::string gate = "gate " + std::to_string(g) + " ";
    add(gate + "input rescale", Fault::kRescaleRange,
        [g](P& p) { p.params.gates[g].input.shift = kMinShift - 1; });
    add(gate + "recurrent rescale", Fault::kRescaleRange,
        [g](P& p) { p.params.gates[g].recurrent.multiplier = -7; });
    add(gate + "weights", Fault::kOperandShape, [g](P& p) { p.input(1 + g).dims[1] = 5; });
    add(gate + "weights type", Fault::kOperandType, [g](P& p) { p.input(1 + g).type = kInt16; });
    add(gate + "recurrent", Fault::kOperandShape, [g](P& p) { p.input(5 + g).dims[0] = 3; });
    add(gate + "recurrent rank", Fault::kOperandRank, [g](P& p) { p.input(5 + g).rank = 3; });
    add(gate + "bias", Fault::kOperandShape, [g](P& p) { p.input(9 + g).dims[0] = 1; });
    add(gate + "bias type", Fault::kOperandType, [g](P& p) { p.input(9 + g).type = kFloat32; });
    add(gate + "bias absent", Fault::kOperandIndex, [g](P& p) { p.inputs[9 + g] = kNoTensor; });
  }
  add("input rank", Fault::kOperandRank, [](P& p) { p.input(0).rank = 4; });
  add("output type", Fault::kOperandType, [](P& p) { p.output(0).type = kInt16; });
  add("output steps", Fault::kOperandShape, [](P& p) { p.output(0).dims[1] = 2; });
  add("output batch", Fault::kOperandShape, [](P& p) { p.output(0).dims[0] = 1; });
  add("units", Fault::kOperandShape, [](P& p) { p.output(0).dims[2] = 1; });
  add("hidden batch", Fault::kOperandShape, [](P& p) { p.output(1).dims[0] = 3; });
  add("batch by time", Fault::kOperandShape, [](P& p) { p.params.time_major = 1; });
  add("hidden type", Fault::kOperandType, [](P& p) { p.output(1).type = kInt16; });
  add("cell type", Fault::kOperandType, [](P& p) { p.output(2).type = kInt8; });
  add("cell width", Fault::kOperandShape, [](P& p) { p.output(2).dims[1] = 3; });
  add("hidden in the arena", Fault::kNotState, [](P& p) { p.outputs[1] = p.add({2, 2}, kInt8); });
  add("cell in the arena", Fault::kNotState, [](P& p) { p.outputs[2] = p.add({2, 2}, kInt16); });
  add("states over each other", Fault::kOutputOverlap,
      [](P& p) { p.output(2).offset = p.output(1).offset; });
  add("output over its input", Fault::kOutputOverlap,
      [](P& p) { p.output(0).offset = p.input(0).offset; });
  add("cell state missing", Fault::kOperatorArity, [](P& p) { p.outputs.pop_back(); });
  cases.push_back(changed<LstmParams>("lstm work", Fault::kWork, lstm, kLstmWork - 1, [](P&) {}));
}

void add_float_lstm_cases(std::vector<BrokenPlan>& cases) {
  using P = RecurrentPlan<FloatLstmParams>;
  const auto add = [&](const char* name, Fault fault, Change<FloatLstmParams> change) {
    cases.push_back(changed<FloatLstmParams>(std::string("float lstm ") + name, fault, float_lstm,
                                             kLstmWork, std::move(change)));
  };
  add("clip", Fault::kActivationRange, [](P& p) { p.params.cell_max = std::nanf(""); });
  add("input scale", Fault::kRescaleRange, [](P& p) { p.params.input_scales[3] = -0.5F; });
  add("recurrent scale", Fault::kRescaleRange,
      [](P& p) { p.params.recurrent_scales[2] = HUGE_VALF; });
  add("weights type", Fault::kOperandType, [](P& p) { p.input(2).type = kInt32; });
  add("bias type", Fault::kOperandType, [](P& p) { p.input(11).type = kInt32; });
  add("hidden type", Fault::kOperandType, [](P& p) { p.output(1).type = kInt8; });
  add("cell type", Fault::kOperandType, [](P& p) { p.output(2).type = kInt16; });
}

}  // namespace

void add_recurrent_cases(std::vector<BrokenPlan>& cases) {
  add_svdf_cases(cases);
  add_float_svdf_cases(cases);
  add_lstm_cases(cases);
  add_float_lstm_cases(cases);
}

void add_sound_recurrent(std::vector<BrokenPlan>& cases) {
  const auto as_is = [](auto&) {};
  cases.push_back(changed<SvdfParams>("svdf", Fault::kNone, svdf, kSvdfWork, as_is));
  cases.push_back(changed<SvdfParams>("short svdf", Fault::kNone, short_svdf, kSvdfWork, as_is));
  cases.push_back(
      changed<FloatSvdfParams>("float svdf", Fault::kNone, float_svdf, kSvdfWork, as_is));
  cases.push_back(changed<LstmParams>("lstm", Fault::kNone, lstm, kLstmWork, as_is));
  cases.push_back(changed<LstmParams>("time major lstm", Fault::kNone, lstm, kLstmWork,
                                      [](RecurrentPlan<LstmParams>& p) {
                                        p.params.time_major = 1;
                                        p.output(1).dims[0] = p.output(2).dims[0] = 3;
                                      }));
  cases.push_back(
      changed<FloatLstmParams>("float lstm", Fault::kNone, float_lstm, kLstmWork, as_is));
}

}  // namespace hil::plan::testing
