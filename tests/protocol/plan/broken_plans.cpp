// SPDX-License-Identifier: Apache-2.0
// The list of broken plans: layout, tensors and graphs first, then one group per operator.
#include "tests/protocol/plan/broken_plans.hpp"

#include <cmath>
#include <utility>

namespace hil::plan::testing {
namespace {

using Change = std::function<void(SmallPlan&)>;
using BlobChange = std::function<void(Bytes&)>;

/// A case that changes what the builder holds.
BrokenPlan built(std::string name, Fault fault, Change change) {
  return {std::move(name), fault, [change](SmallPlan& small) {
            change(small);
            return small.build();
          }};
}

/// A case that changes the finished bytes and seals them again.
BrokenPlan poked(std::string name, Fault fault, BlobChange change) {
  return {std::move(name), fault, [change](SmallPlan& small) {
            Bytes blob = small.build();
            change(blob);
            reseal(blob);
            return blob;
          }};
}

/// A case of intact bytes that do not fit the engine.
BrokenPlan limited(std::string name, Fault fault, std::function<void(Limits&)> limit) {
  return {std::move(name), fault, [](SmallPlan& small) { return small.build(); }, std::move(limit)};
}

BrokenPlan tensor_case(std::string name, Fault fault, std::function<void(TensorRecord&)> change) {
  return built(std::move(name), fault,
               [change](SmallPlan& small) { change(small.builder.tensors[small.image]); });
}

BrokenPlan section_case(std::string name, Fault fault, SectionType type,
                        std::function<void(Section&)> change) {
  return poked(std::move(name), fault, [type, change](Bytes& blob) {
    for (std::size_t i = 0; i < peek<Header>(blob, 0).section_count; ++i) {
      const std::size_t at = sizeof(Header) + i * sizeof(Section);
      auto section = peek<Section>(blob, at);
      if (section.type != type) continue;
      change(section);
      poke(blob, at, section);
      return;
    }
  });
}

BrokenPlan head_case(std::string name, Fault fault, std::function<void(OperatorRecord&)> change) {
  return built(std::move(name), fault, [change](SmallPlan& small) {
    auto head = peek<OperatorRecord>(small.builder.operators, small.conv_op);
    change(head);
    poke(small.builder.operators, small.conv_op, head);
  });
}

/// Changes the parameters of the operator at @p op.
template <class Params>
BrokenPlan params_case(std::string name, Fault fault, std::size_t SmallPlan::*op,
                       std::function<void(Params&)> change) {
  return built(std::move(name), fault, [op, change](SmallPlan& small) {
    Bytes& operators = small.builder.operators;
    const auto head = peek<OperatorRecord>(operators, small.*op);
    const std::size_t at = small.*op + sizeof(OperatorRecord) +
                           (std::size_t{head.input_count} + head.output_count + 1) / 2 * 4;
    auto params = peek<Params>(operators, at);
    change(params);
    poke(operators, at, params);
  });
}

/// Lets operand @p position (inputs, then outputs) of the operator at @p op be tensor @p index.
BrokenPlan operand_case(std::string name, Fault fault, std::size_t SmallPlan::*op,
                        std::size_t position, std::function<std::uint16_t(SmallPlan&)> index) {
  return built(std::move(name), fault, [op, position, index](SmallPlan& small) {
    poke(small.builder.operators, small.*op + sizeof(OperatorRecord) + position * 2, index(small));
  });
}

/// Puts the operand there on a fresh tensor of these dimensions and type.
BrokenPlan fresh_case(std::string name, Fault fault, std::size_t SmallPlan::*op,
                      std::size_t position, std::vector<std::int32_t> dims,
                      ElementType type = ElementType::kInt8) {
  return operand_case(std::move(name), fault, op, position, [dims, type](SmallPlan& small) {
    const std::uint16_t index = small.builder.arena_tensor({4096}, 0, 1.0f, ElementType::kInt8);
    TensorRecord& record = small.builder.tensors[index];
    record.type = type;
    record.rank = static_cast<std::uint8_t>(dims.size());
    record.dims[0] = 1;
    for (std::size_t i = 0; i < dims.size(); ++i)
      record.dims[i] = dims[i];
    return index;
  });
}

void add_layout_cases(std::vector<BrokenPlan>& cases) {
  cases.push_back({"shorter than a header", Fault::kTruncated, [](SmallPlan& small) {
                     Bytes blob = small.build();
                     blob.resize(sizeof(Header) - 1);
                     return blob;
                   }});
  cases.push_back({"one byte short", Fault::kTruncated, [](SmallPlan& small) {
                     Bytes blob = small.build();
                     blob.pop_back();
                     return blob;
                   }});
  cases.push_back({"one bit flipped", Fault::kCrc, [](SmallPlan& small) {
                     Bytes blob = small.build();
                     blob.back() ^= 1;
                     return blob;
                   }});
  const auto header_case = [&](std::string name, Fault fault, std::function<void(Header&)> change) {
    cases.push_back(built(std::move(name), fault,
                          [change](SmallPlan& small) { change(small.builder.header); }));
  };
  header_case("magic", Fault::kNotAPlan, [](Header& h) { h.magic ^= 1; });
  header_case("major", Fault::kOtherMajor, [](Header& h) { h.major = kMajor + 1; });
  header_case("core", Fault::kCore, [](Header& h) { h.core = static_cast<Core>(9); });
  header_case("feature", Fault::kFeatures, [](Header& h) { h.features |= kFeatureFloat32; });
  header_case("odd arena", Fault::kArenaSize, [](Header& h) { h.arena_bytes += 8; });
  header_case("arena overflow", Fault::kArenaSize, [](Header& h) {
    h.arena_bytes = 0xFFFF'FFF0;
    h.state_bytes = 0xFFFF'FFF0;
  });
  header_case("work too small", Fault::kWork, [](Header& h) { --h.work; });
  header_case("work too large", Fault::kWork, [](Header& h) { ++h.work; });
  header_case("state without feature", Fault::kState, [](Header& h) { h.state_bytes = 16; });
  cases.push_back(limited("arena one byte too small", Fault::kArenaSize, [](Limits& limits) {
    SmallPlan small;
    limits.arena_bytes = small.builder.header.arena_bytes - 1;
  }));
  cases.push_back(limited("operator not built in", Fault::kOperatorUnsupported,
                          [](Limits& limits) { limits.operators.types[22] = 0; }));
  cases.push_back(limited("operator built in for another type", Fault::kOperatorUnsupported,
                          [](Limits& limits) { limits.operators.types[22] = kFloat32Only; }));
  cases.push_back(limited("work limit", Fault::kWorkLimit, [](Limits& limits) {
    limits.max_work = SmallPlan::kConvMacs + SmallPlan::kDepthwiseMacs;
  }));
}

void add_section_cases(std::vector<BrokenPlan>& cases) {
  using S = SectionType;
  cases.push_back(poked("section table too long", Fault::kSectionTable, [](Bytes& blob) {
    poke(blob, offsetof(Header, section_count), std::uint16_t{0xFFFF});
  }));
  cases.push_back(section_case("section offset wraps", Fault::kSectionBounds, S::kNames,
                               [](Section& s) { s.offset = 0xFFFF'FFF0; }));
  cases.push_back(section_case("section too long", Fault::kSectionBounds, S::kNames,
                               [](Section& s) { ++s.size; }));
  cases.push_back(section_case("section unaligned", Fault::kSectionAlignment, S::kNames,
                               [](Section& s) { s.offset -= 4; }));
  cases.push_back(section_case("section over header", Fault::kSectionOverlap, S::kTensors,
                               [](Section& s) { s.offset = 64; }));
  cases.push_back(section_case("section over section", Fault::kSectionOverlap, S::kOperators,
                               [](Section& s) { s.offset -= 16; }));
  cases.push_back(
      section_case("unknown critical", Fault::kSectionUnknown, S::kNames, [](Section& s) {
        s.type = static_cast<S>(99);
        s.flags = kSectionCritical;
      }));
  cases.push_back(section_case("twice", Fault::kSectionTwice, S::kNames, [](Section& s) {
    s.type = S::kIndices;
    s.size = 2;
  }));
  cases.push_back(section_case("no indices", Fault::kSectionMissing, S::kIndices, [](Section& s) {
    s.type = static_cast<S>(99);
    s.flags = 0;
  }));
  cases.push_back(section_case("no graph", Fault::kSectionMissing, S::kSubgraphs,
                               [](Section& s) { s.size = 0; }));
  cases.push_back(section_case("place", Fault::kSectionPlace, S::kConstants,
                               [](Section& s) { s.place = static_cast<Place>(2); }));
  cases.push_back(section_case("half a tensor", Fault::kSectionSize, S::kTensors,
                               [](Section& s) { s.size -= 1; }));
  cases.push_back(built("names without end", Fault::kNames,
                        [](SmallPlan& small) { small.builder.names.push_back('x'); }));
}

void add_tensor_cases(std::vector<BrokenPlan>& cases) {
  using T = TensorRecord;
  cases.push_back(
      tensor_case("type", Fault::kTensorType, [](T& t) { t.type = static_cast<ElementType>(7); }));
  cases.push_back(tensor_case("rank", Fault::kTensorRank, [](T& t) { t.rank = 7; }));
  cases.push_back(tensor_case("dim 0", Fault::kTensorDimension, [](T& t) { t.dims[1] = 0; }));
  cases.push_back(tensor_case("dim < 0", Fault::kTensorDimension, [](T& t) { t.dims[1] = -5; }));
  cases.push_back(tensor_case("dim too large", Fault::kTensorDimension,
                              [](T& t) { t.dims[1] = kMaxDimension + 1; }));
  cases.push_back(tensor_case("product overflows", Fault::kTensorDimension, [](T& t) {
    for (std::size_t i = 0; i < 4; ++i)
      t.dims[i] = 1 << 16;
  }));
  cases.push_back(
      tensor_case("dim behind rank", Fault::kTensorDimension, [](T& t) { t.dims[5] = 2; }));
  cases.push_back(
      tensor_case("memory", Fault::kTensorMemory, [](T& t) { t.memory = static_cast<Memory>(3); }));
  cases.push_back(tensor_case("alignment", Fault::kTensorAlignment, [](T& t) { t.offset = 8; }));
  cases.push_back(tensor_case("bounds", Fault::kTensorBounds, [](T& t) { t.offset = 1 << 20; }));
  cases.push_back(
      tensor_case("offset wraps", Fault::kTensorBounds, [](T& t) { t.offset = 0xFFFF'FFF0; }));
  cases.push_back(built("constant out of bounds", Fault::kTensorBounds, [](SmallPlan& small) {
    small.builder.tensors[small.dense_weights].offset =
        static_cast<std::uint32_t>(small.builder.constants.size() / 4 * 4);
  }));
  cases.push_back(tensor_case("no state memory", Fault::kTensorBounds,
                              [](T& t) { t.memory = Memory::kState; }));
  cases.push_back(
      tensor_case("scale NaN", Fault::kTensorQuantisation, [](T& t) { t.scale = std::nanf(""); }));
  cases.push_back(
      tensor_case("scale < 0", Fault::kTensorQuantisation, [](T& t) { t.scale = -1.0f; }));
  cases.push_back(
      tensor_case("zero point", Fault::kTensorQuantisation, [](T& t) { t.zero_point = 128; }));
}

void add_state_cases(std::vector<BrokenPlan>& cases) {
  const auto state_case = [&](std::string name, std::function<void(SmallPlan&)> change) {
    cases.push_back(built(std::move(name), Fault::kState, [change](SmallPlan& small) {
      small.builder.header.features |= kFeatureState;
      small.builder.header.state_bytes = 16;
      const auto index = small.builder.tensor({16}, Memory::kState, 0);
      small.builder.states.push_back({index, 0, 0, 0});
      change(small);
    }));
  };
  state_case("state of an arena tensor", [](SmallPlan& s) { s.builder.states[0].tensor = 0; });
  state_case("state of no tensor", [](SmallPlan& s) { s.builder.states[0].tensor = 999; });
  state_case("state twice", [](SmallPlan& s) { s.builder.states.push_back(s.builder.states[0]); });
  state_case("content outside", [](SmallPlan& s) {
    s.builder.states[0].content = 1;
    s.builder.states[0].content_offset = 0xFFFF'FFF8;
  });
  state_case("content of a third kind", [](SmallPlan& s) { s.builder.states[0].content = 2; });
  state_case("content without its mark",
             [](SmallPlan& s) { s.builder.states[0].content_offset = 4; });
  state_case("states overfull", [](SmallPlan& s) {
    const auto index = s.builder.tensor({16}, Memory::kState, 0);
    s.builder.states.push_back({index, 0, 0, 0});
  });
}

void add_graph_cases(std::vector<BrokenPlan>& cases) {
  const auto graph_case = [&](std::string name, Fault fault,
                              std::function<void(SubgraphRecord&)> change) {
    cases.push_back(built(std::move(name), fault,
                          [change](SmallPlan& small) { change(small.builder.subgraphs[0]); }));
  };
  using G = SubgraphRecord;
  graph_case("gap before", Fault::kSubgraphRuns, [](G& g) { g.first_operator_byte = 4; });
  graph_case("bytes left", Fault::kSubgraphRuns, [](G& g) {
    g.operator_bytes = 0;
    g.operator_count = 0;
  });
  graph_case("too many bytes", Fault::kSubgraphRuns, [](G& g) { g.operator_bytes += 4; });
  graph_case("bytes overflow", Fault::kSubgraphRuns, [](G& g) { g.operator_bytes = 0xFFFF'FFFC; });
  graph_case("inputs elsewhere", Fault::kSubgraphRuns, [](G& g) { g.first_input = 1; });
  graph_case("too many outputs", Fault::kSubgraphRuns, [](G& g) { g.output_count = 0xFFFF; });
  graph_case("outputs elsewhere", Fault::kSubgraphRuns, [](G& g) { g.first_output = 0; });
  graph_case("count", Fault::kOperatorCount, [](G& g) { ++g.operator_count; });
  cases.push_back(built("indices left", Fault::kSubgraphRuns,
                        [](SmallPlan& s) { s.builder.indices.push_back(0); }));
  cases.push_back(built("second graph without feature", Fault::kSubgraphRuns,
                        [](SmallPlan& s) { s.builder.graph({}, {}); }));
  cases.push_back(built("input does not exist", Fault::kSubgraphInput,
                        [](SmallPlan& s) { s.builder.indices[0] = 500; }));
  cases.push_back(built("input is constant", Fault::kSubgraphInput,
                        [](SmallPlan& s) { s.builder.indices[0] = s.addend; }));
  cases.push_back(built("output does not exist", Fault::kSubgraphOutput,
                        [](SmallPlan& s) { s.builder.indices[1] = kNoTensor; }));
}

void add_record_cases(std::vector<BrokenPlan>& cases) {
  using R = OperatorRecord;
  cases.push_back(
      head_case("record of no bytes", Fault::kOperatorRecord, [](R& r) { r.size_bytes = 0; }));
  cases.push_back(
      head_case("record of odd bytes", Fault::kOperatorRecord, [](R& r) { r.size_bytes = 10; }));
  cases.push_back(
      head_case("record too long", Fault::kOperatorRecord, [](R& r) { r.size_bytes = 0xFFFC; }));
  cases.push_back(
      head_case("record ends in operands", Fault::kOperatorRecord, [](R& r) { r.size_bytes = 8; }));
  cases.push_back(head_case("unknown opcode", Fault::kOperatorUnsupported,
                            [](R& r) { r.opcode = static_cast<Opcode>(77); }));
  cases.push_back(head_case("opcode over 255", Fault::kOperatorUnsupported,
                            [](R& r) { r.opcode = static_cast<Opcode>(256 + 3); }));
  cases.push_back(head_case("no inputs", Fault::kOperatorArity, [](R& r) { r.input_count = 0; }));
  cases.push_back(head_case("two outputs", Fault::kOperatorArity, [](R& r) { ++r.output_count; }));
  cases.push_back(built("parameters cut", Fault::kOperatorParameters, [](SmallPlan& s) {
    Bytes& operators = s.builder.operators;
    auto head = peek<OperatorRecord>(operators, s.softmax_op);
    head.size_bytes -= 4;
    poke(operators, s.softmax_op, head);
    operators.resize(operators.size() - 4);
    s.builder.subgraphs[0].operator_bytes -= 4;
  }));
  const auto conv = &SmallPlan::conv_op;
  cases.push_back(operand_case("input index", Fault::kOperandIndex, conv, 0,
                               [](SmallPlan&) -> std::uint16_t { return 600; }));
  cases.push_back(operand_case("required input absent", Fault::kOperandIndex, conv, 1,
                               [](SmallPlan&) { return kNoTensor; }));
  cases.push_back(operand_case("output absent", Fault::kOperandIndex, conv, 3,
                               [](SmallPlan&) { return kNoTensor; }));
  cases.push_back(operand_case("writes a constant", Fault::kOutputConstant, &SmallPlan::reshape_op,
                               1, [](SmallPlan& s) { return s.addend; }));
  cases.push_back(built("writes over its input", Fault::kOutputOverlap, [](SmallPlan& s) {
    s.builder.tensors[s.conv].offset = s.builder.tensors[s.image].offset + 16;
  }));
  cases.push_back(built("dense in place", Fault::kOutputOverlap, [](SmallPlan& s) {
    s.builder.tensors[s.dense].offset = s.builder.tensors[s.flat].offset;
  }));
}

void add_conv_cases(std::vector<BrokenPlan>& cases) {
  const auto conv = &SmallPlan::conv_op;
  const auto params = [&](std::string name, Fault fault, std::function<void(ConvParams&)> change) {
    cases.push_back(params_case<ConvParams>("conv " + name, fault, conv, change));
    cases.push_back(
        params_case<ConvParams>("depthwise " + name, fault, &SmallPlan::depthwise_op, change));
  };
  params("stride 0", Fault::kGeometry, [](ConvParams& p) { p.stride_h = 0; });
  params("stride 4", Fault::kGeometry, [](ConvParams& p) { p.stride_w = 4; });
  params("dilation 0", Fault::kGeometry, [](ConvParams& p) { p.dilation_w = 0; });
  params("dilation large", Fault::kGeometry, [](ConvParams& p) { p.dilation_h = 65535; });
  params("padding", Fault::kGeometry, [](ConvParams& p) { p.pad_bottom += 2; });
  params("input zero point", Fault::kZeroPoint, [](ConvParams& p) { p.input_zero_point = -129; });
  params("output zero point", Fault::kZeroPoint, [](ConvParams& p) { p.output_zero_point = 128; });
  params("empty range", Fault::kActivationRange, [](ConvParams& p) {
    p.activation_min = 127;
    p.activation_max = 126;
  });
  params("low range", Fault::kActivationRange, [](ConvParams& p) { p.activation_min = -129; });
  params("high range", Fault::kActivationRange, [](ConvParams& p) { p.activation_max = 128; });
  params("multipliers", Fault::kRescaleBounds,
         [](ConvParams& p) { p.multiplier_offset = 0xFFFF'FFFC; });
  params("multipliers odd", Fault::kRescaleBounds, [](ConvParams& p) { p.multiplier_offset += 2; });
  params("shifts", Fault::kRescaleBounds, [](ConvParams& p) { p.shift_offset = 1 << 30; });
  params("shift values", Fault::kRescaleRange, [](ConvParams& p) { p.shift_offset = 0; });

  cases.push_back(
      fresh_case("conv type", Fault::kOperandType, conv, 0, {1, 5, 4, 4}, ElementType::kInt16));
  cases.push_back(fresh_case("conv rank", Fault::kOperandRank, conv, 0, {5, 4, 4}));
  cases.push_back(fresh_case("conv output rank", Fault::kOperandRank, conv, 3, {5, 4, 6}));
  cases.push_back(fresh_case("conv batch", Fault::kOperandShape, conv, 3, {2, 5, 4, 6}));
  cases.push_back(fresh_case("conv channels", Fault::kOperandShape, conv, 1, {4, 3, 3, 2}));
  cases.push_back(fresh_case("conv input groups", Fault::kGroups, conv, 1, {6, 3, 3, 3}));
  cases.push_back(fresh_case("conv output groups", Fault::kGroups, conv, 1, {6, 3, 3, 1}));
  cases.push_back(fresh_case("conv bias type", Fault::kOperandType, conv, 2, {6}));
  cases.push_back(
      fresh_case("conv bias length", Fault::kOperandShape, conv, 2, {5}, ElementType::kInt32));
  const auto depthwise = &SmallPlan::depthwise_op;
  cases.push_back(
      fresh_case("depthwise weights", Fault::kOperandShape, depthwise, 1, {2, 3, 3, 6}));
  cases.push_back(
      fresh_case("depthwise channels", Fault::kOperandShape, depthwise, 1, {1, 3, 3, 5}));
  cases.push_back(fresh_case("depthwise multiplier", Fault::kGroups, depthwise, 0, {1, 5, 4, 4}));
}

void add_dense_cases(std::vector<BrokenPlan>& cases) {
  const auto dense = &SmallPlan::dense_op;
  const auto params = [&](std::string name, Fault fault,
                          std::function<void(FullyConnectedParams&)> change) {
    cases.push_back(params_case<FullyConnectedParams>("dense " + name, fault, dense, change));
  };
  using P = FullyConnectedParams;
  params("weights zero point", Fault::kZeroPoint, [](P& p) { p.weights_zero_point = 300; });
  params("range", Fault::kActivationRange, [](P& p) { p.activation_max = 200; });
  params("multipliers", Fault::kRescaleBounds, [](P& p) { p.multiplier_offset = 1 << 20; });
  params("shift values", Fault::kRescaleRange, [](P& p) { p.shift_offset = 0; });
  cases.push_back(
      fresh_case("dense input type", Fault::kOperandType, dense, 0, {1, 6}, ElementType::kInt32));
  cases.push_back(fresh_case("dense output type", Fault::kOperandType, dense, 3, {1, 5},
                             ElementType::kFloat32));
  cases.push_back(fresh_case("dense depth", Fault::kOperandShape, dense, 0, {1, 7}));
  cases.push_back(fresh_case("dense weights rank", Fault::kOperandRank, dense, 1, {5, 6, 1}));
  cases.push_back(fresh_case("dense output", Fault::kOperandShape, dense, 3, {5, 1}));
  cases.push_back(fresh_case("dense scalar", Fault::kOperandRank, dense, 3, {}));
  cases.push_back(
      fresh_case("dense bias", Fault::kOperandShape, dense, 2, {6}, ElementType::kInt32));
}

void add_pool_cases(std::vector<BrokenPlan>& cases) {
  const auto pool = &SmallPlan::pool_op;
  using P = PoolParams;
  const auto params = [&](std::string name, Fault fault, std::function<void(P&)> change) {
    cases.push_back(params_case<P>("pool " + name, fault, pool, change));
  };
  params("filter 0", Fault::kGeometry, [](P& p) { p.filter_h = 0; });
  params("filter too large", Fault::kGeometry, [](P& p) { p.filter_w = 9; });
  params("stride 0", Fault::kGeometry, [](P& p) { p.stride_w = 0; });
  params("empty window", Fault::kEmptyWindow, [](P& p) {
    p.stride_h = 100;
    p.pad_top = 3;
  });
  params("empty window behind", Fault::kEmptyWindow, [](P& p) {
    p.stride_w = 100;
    p.pad_right = 2;
  });
  params("range", Fault::kActivationRange, [](P& p) { p.activation_min = 128; });
  cases.push_back(fresh_case("pool depth", Fault::kOperandShape, pool, 1, {1, 1, 1, 5}));
  cases.push_back(fresh_case("pool rank", Fault::kOperandRank, pool, 0, {3, 2, 6}));
  cases.push_back(
      fresh_case("pool type", Fault::kOperandType, pool, 1, {1, 1, 1, 6}, ElementType::kInt32));
}

void add_elementwise_cases(std::vector<BrokenPlan>& cases) {
  const auto add = &SmallPlan::add_op;
  using P = AddParams;
  const auto params = [&](std::string name, Fault fault, std::function<void(P&)> change) {
    cases.push_back(params_case<P>("add " + name, fault, add, change));
  };
  params("zero point", Fault::kZeroPoint, [](P& p) { p.zero_point_b = 1000; });
  params("left shift", Fault::kRescaleRange, [](P& p) { p.a.shift = 1; });
  params("right shift", Fault::kRescaleRange, [](P& p) { p.b.shift = -32; });
  params("multiplier", Fault::kRescaleRange, [](P& p) { p.output.multiplier = -1; });
  params("range", Fault::kActivationRange, [](P& p) { p.activation_min = 200; });
  cases.push_back(fresh_case("add shapes", Fault::kOperandShape, add, 1, {5}));
  cases.push_back(fresh_case("add output", Fault::kOperandShape, add, 2, {3, 2, 6}));
  cases.push_back(fresh_case("add type", Fault::kOperandType, add, 1, {6}, ElementType::kInt32));
  const auto reshape = &SmallPlan::reshape_op;
  cases.push_back(fresh_case("reshape size", Fault::kOperandShape, reshape, 1, {1, 7}));
  cases.push_back(
      fresh_case("reshape type", Fault::kOperandType, reshape, 1, {1, 6}, ElementType::kInt16));
}

void add_softmax_cases(std::vector<BrokenPlan>& cases) {
  const auto softmax = &SmallPlan::softmax_op;
  using P = SoftmaxParams;
  const auto params = [&](std::string name, Fault fault, std::function<void(P&)> change) {
    cases.push_back(params_case<P>("softmax " + name, fault, softmax, change));
  };
  params("diff_min", Fault::kRescaleRange, [](P& p) { --p.diff_min; });
  params("right shift", Fault::kRescaleRange, [](P& p) { p.beta.shift = -1; });
  params("left shift", Fault::kRescaleRange, [](P& p) { p.beta.shift = 32; });
  params("multiplier", Fault::kRescaleRange, [](P& p) { p.beta.multiplier = -5; });
  cases.push_back(fresh_case("softmax shape", Fault::kOperandShape, softmax, 1, {5, 1}));
  cases.push_back(
      fresh_case("softmax type", Fault::kOperandType, softmax, 0, {1, 5}, ElementType::kFloat32));
  cases.push_back(fresh_case("softmax scalar", Fault::kOperandRank, softmax, 0, {}));
  cases.push_back({"softmax depth", Fault::kSoftmaxDepth,
                   [](SmallPlan& s) {
                     const auto x = s.builder.arena_tensor({kMaxSoftmaxDepth + 1});
                     const auto y = s.builder.arena_tensor({kMaxSoftmaxDepth + 1});
                     poke(s.builder.operators, s.softmax_op + sizeof(OperatorRecord), x);
                     poke(s.builder.operators, s.softmax_op + sizeof(OperatorRecord) + 2, y);
                     return s.build();
                   },
                   [](Limits& limits) { limits.arena_bytes = 1 << 20; }});
}

}  // namespace

std::vector<BrokenPlan> broken_plans() {
  std::vector<BrokenPlan> cases;
  add_layout_cases(cases);
  add_section_cases(cases);
  add_tensor_cases(cases);
  add_state_cases(cases);
  add_graph_cases(cases);
  add_record_cases(cases);
  add_conv_cases(cases);
  add_dense_cases(cases);
  add_pool_cases(cases);
  add_elementwise_cases(cases);
  add_softmax_cases(cases);
  add_broken_operators(cases);
  add_mover_cases(cases);
  add_state_operator_cases(cases);
  add_recurrent_cases(cases);
  add_int16_cases(cases);
  return cases;
}

}  // namespace hil::plan::testing
