// SPDX-License-Identifier: Apache-2.0
// Runs plans on the host with the engine that agents link.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

#include "host/model/aligned_memory.hpp"
#include "host/model/model.hpp"
#include "protocol/frame/crc32.hpp"
#include "target/engine/plan_engine.hpp"

namespace hil::model {

namespace {

Error stopped(StatusCode status) {
  return Error{Blame::kBug, std::string("the reference engine stops: ") + text_of(status), {}};
}

}  // namespace

struct ReferenceRunner::State {
  AlignedMemory plan;
  AlignedMemory arena;
  engine::PlanEngine engine;
};

ReferenceRunner::ReferenceRunner(State* state) : state_(state) {}

ReferenceRunner::ReferenceRunner(ReferenceRunner&& other) noexcept
    : state_(std::exchange(other.state_, nullptr)) {}

ReferenceRunner& ReferenceRunner::operator=(ReferenceRunner&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}

ReferenceRunner::~ReferenceRunner() {
  delete state_;
}

Result<ReferenceRunner> ReferenceRunner::make(const CompiledModel& model) {
  const std::size_t ram_bytes = std::size_t{model.arena_bytes} + model.state_bytes;
  auto state = std::make_unique<State>();
  try {
    state->plan = AlignedMemory(model.plan.size());
    state->arena = AlignedMemory(ram_bytes);
  } catch (const std::bad_alloc&) {
    return Error{
        Blame::kModel,
        fmt::format("the host has no {} bytes for the arena of {}", ram_bytes, model.path.string()),
        "use a machine with more memory"};
  }
  const auto plan = state->plan.bytes();
  std::copy(model.plan.begin(), model.plan.end(), plan.begin());
  const StatusCode status = state->engine.load({plan, state->arena.bytes()});
  if (status == StatusCode::kTooLarge) {
    return Error{Blame::kModel, model.path.string() + ": one inference takes too many steps",
                 "make the model smaller"};
  }
  if (status != StatusCode::kOk) {
    return Error{
        Blame::kBug,
        fmt::format("{}: the reference engine refuses the plan: {} ({})", model.path.string(),
                    text_of(status), plan::text_of(state->engine.validation().fault)),
        "please report it with the model"};
  }
  return ReferenceRunner(state.release());
}

Status ReferenceRunner::write_inputs(std::span<const std::vector<std::uint8_t>> inputs) {
  const engine::PlanEngine& engine = state_->engine;
  if (inputs.size() != engine.input_count()) {
    return Error{
        Blame::kBug,
        fmt::format("{} inputs given to a model with {}", inputs.size(), engine.input_count()),
        {}};
  }
  for (std::uint32_t i = 0; i < engine.input_count(); ++i) {
    const std::span<std::uint8_t> to = engine.input(i);
    if (inputs[i].size() != to.size()) {
      return Error{
          Blame::kBug,
          fmt::format("input {} has {} bytes instead of {}", i, inputs[i].size(), to.size()),
          {}};
    }
    std::copy(inputs[i].begin(), inputs[i].end(), to.begin());
  }
  return {};
}

Result<std::vector<std::vector<std::uint8_t>>> ReferenceRunner::run(
    std::span<const std::vector<std::uint8_t>> inputs) {
  const engine::PlanEngine& engine = state_->engine;
  HIL_TRY(write_inputs(inputs));
  if (const StatusCode status = engine.invoke({}); status != StatusCode::kOk)
    return stopped(status);
  std::vector<std::vector<std::uint8_t>> outputs;
  for (std::uint32_t i = 0; i < engine.output_count(); ++i) {
    const std::span<const std::uint8_t> from = engine.output(i);
    outputs.emplace_back(from.begin(), from.end());
  }
  return outputs;
}

namespace {

/// Gathers a trace from hooks of the engine.
struct Tracer {
  const engine::PlanEngine& engine;
  std::uint32_t index, output;
  frame::Crc32 crc;
  ReferenceRunner::Trace trace;

  static void after_operator(void* context, std::uint32_t index) {
    static_cast<Tracer*>(context)->take(index);
  }
  void take(std::uint32_t at) {
    for (std::uint32_t i = 0;; ++i) {
      const auto bytes = engine.operator_output(at, i);
      if (bytes.empty()) break;
      crc.update(bytes);
      if (at == index && i == output) trace.output.assign(bytes.begin(), bytes.end());
    }
    trace.digests.push_back(crc.value());
  }
};

}  // namespace

Result<ReferenceRunner::Trace> ReferenceRunner::trace(
    std::span<const std::vector<std::uint8_t>> inputs, std::uint32_t index, std::uint32_t output) {
  HIL_TRY(write_inputs(inputs));
  Tracer tracer{state_->engine, index, output, {}, {}};
  const StatusCode status = state_->engine.invoke({&tracer, nullptr, Tracer::after_operator});
  if (status != StatusCode::kOk) return stopped(status);
  return std::move(tracer.trace);
}

void ReferenceRunner::reset_state() {
  state_->engine.reset_state();
}

}  // namespace hil::model
