// SPDX-License-Identifier: Apache-2.0
// Runs plans on the host with the engine that agents link.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

#include "host/model/model.hpp"
#include "target/engine/plan_engine.hpp"

namespace hil::model {
namespace {

/// Memory in pieces of the alignment that plans and arenas need.
struct alignas(plan::kAlignment) Block {
  std::uint8_t bytes[plan::kAlignment];
};

std::vector<Block> blocks_for(std::size_t bytes) {
  return std::vector<Block>((bytes + sizeof(Block) - 1) / sizeof(Block));
}

std::span<std::uint8_t> bytes_of(std::vector<Block>& blocks, std::size_t size) {
  return {blocks.empty() ? nullptr : blocks.front().bytes, size};
}

}  // namespace

struct ReferenceRunner::State {
  std::vector<Block> plan;
  std::vector<Block> arena;
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
  auto state = std::make_unique<State>();
  try {
    state->plan = blocks_for(model.plan.size());
    state->arena = blocks_for(model.arena_bytes);
  } catch (const std::bad_alloc&) {
    return Error{Blame::kModel,
                 fmt::format("the host has no {} bytes for the arena of {}", model.arena_bytes,
                             model.path.string()),
                 "use a machine with more memory"};
  }
  const auto plan = bytes_of(state->plan, model.plan.size());
  std::copy(model.plan.begin(), model.plan.end(), plan.begin());
  const StatusCode status = state->engine.load({plan, bytes_of(state->arena, model.arena_bytes)});
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

Result<std::vector<std::vector<std::uint8_t>>> ReferenceRunner::run(
    std::span<const std::vector<std::uint8_t>> inputs) {
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
  if (const StatusCode status = engine.invoke({}); status != StatusCode::kOk) {
    return Error{Blame::kBug, std::string("the reference engine stops: ") + text_of(status), {}};
  }
  std::vector<std::vector<std::uint8_t>> outputs;
  for (std::uint32_t i = 0; i < engine.output_count(); ++i) {
    const std::span<const std::uint8_t> from = engine.output(i);
    outputs.emplace_back(from.begin(), from.end());
  }
  return outputs;
}

}  // namespace hil::model
