// SPDX-License-Identifier: Apache-2.0
// The seam of engine.hpp on the one PlanEngine of an agent.
#include "target/engine/engine.hpp"

#include "target/engine/plan_engine.hpp"

namespace hil::engine {
namespace {
constinit PlanEngine the_engine;
}  // namespace

Info info() {
  return PlanEngine::info();
}
StatusCode load(const Placement& placement) {
  return the_engine.load(placement);
}
Refusal refusal() {
  return the_engine.refusal();
}
std::uint32_t arena_bytes() {
  return the_engine.arena_bytes();
}
void unload() {
  the_engine.unload();
}
bool loaded() {
  return the_engine.loaded();
}
std::uint32_t input_count() {
  return the_engine.input_count();
}
std::uint32_t output_count() {
  return the_engine.output_count();
}
TensorInfo describe_input(std::uint32_t index) {
  return the_engine.describe_input(index);
}
TensorInfo describe_output(std::uint32_t index) {
  return the_engine.describe_output(index);
}
std::span<std::uint8_t> input(std::uint32_t index) {
  return the_engine.input(index);
}
std::span<const std::uint8_t> output(std::uint32_t index) {
  return the_engine.output(index);
}
std::uint32_t operator_count() {
  return the_engine.operator_count();
}
std::span<const std::uint8_t> operator_output(std::uint32_t index, std::uint32_t output) {
  return the_engine.operator_output(index, output);
}
StatusCode invoke(const Hooks& hooks) {
  return the_engine.invoke(hooks);
}
StatusCode invoke_repeating(const Hooks& hooks, const Repeat& repeat) {
  return the_engine.invoke_repeating(hooks, repeat);
}
void reset_state() {
  the_engine.reset_state();
}

}  // namespace hil::engine
