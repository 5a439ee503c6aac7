// SPDX-License-Identifier: Apache-2.0
// The validator both sides run: after it says ok, kernels may trust every number in the plan.
#pragma once

#include <cstdint>
#include <span>

#include "protocol/plan/checks/layout.hpp"
#include "protocol/plan/checks/operators.hpp"
#include "protocol/plan/checks/tensors.hpp"
#include "protocol/plan/fault.hpp"
#include "protocol/plan/limits.hpp"
#include "protocol/plan/view.hpp"

namespace hil::plan {

inline constexpr std::uint32_t kNoOperator = 0xFFFF'FFFF;

/// The outcome of validate().
struct Validation {
  StatusCode status = StatusCode::kOk;
  Fault fault = Fault::kNone;
  std::uint32_t operator_index = kNoOperator;  ///< counted over all graphs in their order
  std::uint16_t tensor_index = kNoTensor;
  std::uint64_t work = 0;   ///< MACs counted so far; all of the main graph's if ok
  std::uint64_t steps = 0;  ///< what Limits::max_work bounds

  [[nodiscard]] bool ok() const { return fault == Fault::kNone; }
};

namespace detail {

/// Walks over the graphs; keeps what the next graph must continue.
class GraphWalk {
 public:
  GraphWalk(const PlanView& plan, const Limits& limits, Validation& result)
      : plan_(plan), limits_(limits), result_(result) {}

  Fault check_all() {
    const std::uint32_t count = plan_.subgraph_count();
    if (count > 1 && (plan_.header().features & kFeatureSubgraphs) == 0) {
      return Fault::kSubgraphRuns;
    }
    for (std::uint32_t i = 0; i < count; ++i) {
      const Fault fault = check_graph(plan_.subgraph(i), i == 0);
      if (fault != Fault::kNone) return fault;
    }
    const bool tiled = next_byte_ == plan_.section(SectionType::kOperators).size() &&
                       next_index_ == plan_.index_count();
    return tiled ? Fault::kNone : Fault::kSubgraphRuns;
  }

 private:
  Fault check_graph(const SubgraphRecord& graph, bool is_main) {
    const std::uint32_t inputs_end = next_index_ + graph.input_count;
    const bool continues = graph.first_operator_byte == next_byte_ &&
                           graph.first_input == next_index_ && graph.first_output == inputs_end;
    next_byte_ += graph.operator_bytes;
    next_index_ = inputs_end + graph.output_count;
    if (!continues || next_byte_ > plan_.section(SectionType::kOperators).size() ||
        next_index_ > plan_.index_count()) {
      return Fault::kSubgraphRuns;
    }
    const Fault fault = check_ends(graph);
    return fault == Fault::kNone ? check_operators(graph, is_main) : fault;
  }

  Fault check_ends(const SubgraphRecord& graph) {
    const std::uint32_t first = graph.first_input;
    for (std::uint32_t i = 0; i < std::uint32_t{graph.input_count} + graph.output_count; ++i) {
      const bool is_input = i < graph.input_count;
      const std::uint16_t index = plan_.index(first + i);
      const bool exists = index < plan_.tensor_count();
      if (exists && (!is_input || plan_.tensor(index).memory == Memory::kArena)) continue;
      result_.tensor_index = index;
      return is_input ? Fault::kSubgraphInput : Fault::kSubgraphOutput;
    }
    return Fault::kNone;
  }

  Fault check_operators(const SubgraphRecord& graph, bool is_main) {
    OperatorCursor cursor = plan_.operators(graph);
    OperatorView op;
    std::uint32_t count = 0;
    for (; cursor.next(op); ++count, ++next_operator_) {
      const checks::Finding found =
          checks::check_operator({plan_, op}, limits_, limits_.max_work - result_.steps);
      if (checks::failed(found)) {
        result_.operator_index = next_operator_;
        result_.tensor_index = found.tensor;
        return found.fault;
      }
      result_.steps += found.steps;
      if (is_main) result_.work += found.macs;
    }
    if (!cursor.at_end()) {
      result_.operator_index = next_operator_;
      return Fault::kOperatorRecord;
    }
    return count == graph.operator_count ? Fault::kNone : Fault::kOperatorCount;
  }

  const PlanView& plan_;
  const Limits& limits_;
  Validation& result_;
  std::uint64_t next_byte_ = 0;
  std::uint32_t next_index_ = 0;
  std::uint32_t next_operator_ = 0;
};

inline Fault check_tensor_table(const PlanView& plan, Validation& result) {
  for (std::uint32_t i = 0; i < plan.tensor_count(); ++i) {
    const Fault fault = checks::check_tensor(plan, plan.tensor(i));
    if (fault == Fault::kNone) continue;
    result.tensor_index = static_cast<std::uint16_t>(i);
    return fault;
  }
  return checks::check_state(plan, result.tensor_index);
}

inline Fault find_fault(std::span<const std::uint8_t> blob, const Limits& limits,
                        Validation& result) {
  Fault fault = checks::check_header(blob);
  if (fault != Fault::kNone) return fault;
  const PlanView plan(blob.first(load_at<Header>(blob, 0).total_bytes));
  fault = checks::check_needs(plan.header(), limits);
  if (fault == Fault::kNone) fault = checks::check_sections(plan);
  if (fault == Fault::kNone) fault = check_tensor_table(plan, result);
  if (fault == Fault::kNone) fault = GraphWalk(plan, limits, result).check_all();
  if (fault != Fault::kNone) return fault;
  return result.work == plan.header().work ? Fault::kNone : Fault::kWork;
}

}  // namespace detail

/// Checks @p blob against @p limits: everything that PlanView and the kernels rely on. Any bytes
/// may be given, of any alignment; bytes behind Header::total_bytes are ignored. Takes time in the
/// size of the blob plus limits.max_work at worst, no memory.
/// @returns ok, or the first fault found:
///   kUnsupported  version, core, feature, critical section, operator or softmax size
///   kTooLarge     the arena or the work exceeds @p limits
///   kBadDigest    the CRC-32 does not fit
///   kMalformed    anything else
inline Validation validate(std::span<const std::uint8_t> blob, const Limits& limits) {
  Validation result;
  result.fault = detail::find_fault(blob, limits, result);
  result.status = status_of(result.fault);
  return result;
}

}  // namespace hil::plan
