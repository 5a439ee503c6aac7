// SPDX-License-Identifier: Apache-2.0
// Loading a plan and running its operators in order.
#include "target/engine/plan_engine.hpp"

#include <cstring>

namespace hil::engine {
namespace {

constexpr std::uint32_t kFeatures =
    plan::kFeatureInt8 | plan::kFeatureInt16 | plan::kFeatureFloat32 | plan::kFeatureState;

bool aligned(const void* pointer) {
  return reinterpret_cast<std::uintptr_t>(pointer) % plan::kAlignment == 0;
}

const KernelEntry* find_kernel(plan::Opcode opcode, plan::TypeSet key) {
  for (const KernelEntry& entry : kernels()) {
    if (entry.opcode == opcode && (entry.types & key) != 0) return &entry;
  }
  return nullptr;
}

void add_kernels(plan::OperatorTypes& operators) {
  for (const KernelEntry& entry : kernels())
    operators.add(entry.opcode, entry.types);
}

TensorInfo describe(const plan::TensorRecord& tensor) {
  TensorInfo info;
  info.type = tensor.type;
  info.rank = tensor.rank;
  std::memcpy(info.dims, tensor.dims, sizeof(info.dims));
  info.scale = tensor.scale;
  info.zero_point = tensor.zero_point;
  info.size_bytes = static_cast<std::uint32_t>(plan::tensor_bytes(tensor));
  return info;
}

}  // namespace

Info PlanEngine::info() {
  Info info{};
  info.name = "hilbench-plan";
  info.version = "0.1.0";
  info.formats = kFormatPlan;
  info.plan_major = plan::kMajor;
  info.plan_minor = plan::kMinor;
  info.features = kFeatures;
  add_kernels(info.operators);
  return info;
}

plan::Limits PlanEngine::limits(std::uint64_t arena_bytes, std::uint64_t max_work) {
  // Not the rules that limits start with: they would bring the checks of every operator along.
  plan::Limits limits{.rules = rules()};
  limits.arena_bytes = arena_bytes;
  limits.features = kFeatures;
  add_kernels(limits.operators);
  limits.max_work = max_work;
  return limits;
}

StatusCode PlanEngine::load(const Placement& placement, std::uint64_t max_work) {
  unload();
  validation_ = {};
  misplaced_ = !aligned(placement.model.data()) || !aligned(placement.arena.data());
  if (misplaced_) return StatusCode::kBadArgument;
  validation_ = plan::validate(placement.model, limits(placement.arena.size(), max_work));
  if (!validation_.ok()) return validation_.status;
  plan_ = plan::PlanView(placement.model);
  main_ = plan_.subgraph(0);
  memory_.constants = plan_.section(plan::SectionType::kConstants).data();
  memory_.arena = placement.arena.data();
  memory_.state = placement.arena.data() + plan_.header().arena_bytes;
  loaded_ = true;
  reset_state();
  return StatusCode::kOk;
}

Refusal PlanEngine::refusal() const {
  const char* text =
      misplaced_ ? "the model or the arena is not aligned" : plan::text_of(validation_.fault);
  return Refusal{text, validation_.operator_index, validation_.tensor_index};
}

void PlanEngine::unload() {
  plan_ = {};
  main_ = {};
  memory_ = {};
  loaded_ = false;
}

std::uint32_t PlanEngine::arena_bytes() const {
  // The validator let both fit into one arena, so on any core the sum fits as well.
  return plan_.header().arena_bytes + plan_.header().state_bytes;
}

TensorInfo PlanEngine::describe_input(std::uint32_t index) const {
  return index < input_count() ? describe(tensor_at(main_.first_input, index)) : TensorInfo{};
}

TensorInfo PlanEngine::describe_output(std::uint32_t index) const {
  return index < output_count() ? describe(tensor_at(main_.first_output, index)) : TensorInfo{};
}

std::span<std::uint8_t> PlanEngine::input(std::uint32_t index) const {
  if (index >= input_count()) return {};
  const plan::TensorRecord tensor = tensor_at(main_.first_input, index);
  return {memory_.write(tensor), static_cast<std::size_t>(plan::tensor_bytes(tensor))};
}

std::span<const std::uint8_t> PlanEngine::output(std::uint32_t index) const {
  if (index >= output_count()) return {};
  const plan::TensorRecord tensor = tensor_at(main_.first_output, index);
  return {memory_.read(tensor), static_cast<std::size_t>(plan::tensor_bytes(tensor))};
}

std::span<const std::uint8_t> PlanEngine::operator_output(std::uint32_t index,
                                                          std::uint32_t output) const {
  if (!loaded_ || index >= operator_count()) return {};
  plan::OperatorCursor cursor = plan_.operators(main_);
  plan::OperatorView op;
  for (std::uint32_t i = 0; i <= index; ++i) {
    if (!cursor.next(op)) return {};
  }
  if (output >= op.output_count()) return {};
  const plan::TensorRecord tensor = plan_.tensor(op.output(output));
  return {memory_.read(tensor), static_cast<std::size_t>(plan::tensor_bytes(tensor))};
}

StatusCode PlanEngine::invoke(const Hooks& hooks) const {
  if (!loaded_) return StatusCode::kNoModel;
  plan::OperatorCursor cursor = plan_.operators(main_);
  plan::OperatorView op;
  for (std::uint32_t index = 0; cursor.next(op); ++index) {
    if (hooks.yield != nullptr && hooks.yield(hooks.context, index) == Step::kStop) {
      return StatusCode::kCancelled;
    }
    const KernelEntry* kernel = find_kernel(op.opcode(), plan::key_of(plan_, op));
    if (kernel == nullptr) return StatusCode::kInternal;  // the validator knew the operator
    kernel->run(KernelContext(plan_, op, memory_));
    if (hooks.after_operator != nullptr) hooks.after_operator(hooks.context, index);
  }
  return StatusCode::kOk;
}

// A loop of its own: invoke()'s is what is timed, and has nothing to ask for.
StatusCode PlanEngine::invoke_repeating(const Hooks& hooks, const Repeat& repeat) const {
  if (!loaded_) return StatusCode::kNoModel;
  plan::OperatorCursor cursor = plan_.operators(main_);
  plan::OperatorView op;
  for (std::uint32_t index = 0; cursor.next(op); ++index) {
    if (hooks.yield != nullptr && hooks.yield(hooks.context, index) == Step::kStop) {
      return StatusCode::kCancelled;
    }
    const KernelEntry* kernel = find_kernel(op.opcode(), plan::key_of(plan_, op));
    if (kernel == nullptr) return StatusCode::kInternal;  // the validator knew the operator
    const std::uint32_t times = index == repeat.operator_index ? repeat.times : 1;
    for (std::uint32_t time = 0; time < times; ++time)
      kernel->run(KernelContext(plan_, op, memory_));
    if (hooks.after_operator != nullptr) hooks.after_operator(hooks.context, index);
  }
  return StatusCode::kOk;
}

void PlanEngine::reset_state() {
  // There may be no memory at all: then there is no address to fill either.
  if (plan_.header().state_bytes == 0) return;
  std::memset(memory_.state, 0, plan_.header().state_bytes);  // what no record names
  for (std::uint32_t i = 0; i < plan_.state_count(); ++i) {
    const plan::StateRecord record = plan_.state(i);
    const plan::TensorRecord tensor = plan_.tensor(record.tensor);
    const auto bytes = static_cast<std::size_t>(plan::tensor_bytes(tensor));
    if (record.content == 0) {
      std::memset(memory_.write(tensor), record.fill, bytes);
    } else {
      std::memcpy(memory_.write(tensor), memory_.constants + record.content_offset, bytes);
    }
  }
}

}  // namespace hil::engine
