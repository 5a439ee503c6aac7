// SPDX-License-Identifier: Apache-2.0
// An engine whose model is any bytes that start with 'F'; its outputs are a hash of its inputs.
#include "tests/target/agent/fake_engine.hpp"

#include <algorithm>

#include "target/engine/engine.hpp"
#include "tests/target/agent/fake_port.hpp"

namespace hil::test {

FakeEngine& fake_engine() {
  static FakeEngine engine;
  return engine;
}

std::string expected_output(const std::string& inputs, std::size_t index, std::size_t size,
                            std::uint8_t state) {
  std::uint32_t hash = 2166136261u + static_cast<std::uint32_t>(index) + state;
  for (const char c : inputs)
    hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619u;
  std::string output(size, '\0');
  for (char& c : output) {
    hash = hash * 1664525u + 1013904223u;
    c = static_cast<char>(hash >> 24);
  }
  return output;
}

std::vector<std::vector<std::uint8_t>> operator_bytes(const std::string& inputs,
                                                      std::uint32_t index) {
  std::vector<std::vector<std::uint8_t>> outputs;
  for (const std::size_t size : {std::size_t{7}, 300 + std::size_t{index} % 50}) {
    const std::string bytes = expected_output(inputs, 100 + index, size);
    outputs.emplace_back(bytes.begin(), bytes.end());
    if (index % 2 != 0) break;  // odd ones have one output
  }
  return outputs;
}

}  // namespace hil::test

namespace hil::engine {

using test::fake_engine;

Info info() {
  plan::OperatorTypes operators;
  operators.add(plan::Opcode::kAdd, plan::kInt8Only);
  operators.add(plan::Opcode::kAveragePool2d, plan::kEveryType);
  operators.add(plan::Opcode::kConv2d, plan::kInt8Only | plan::kFloat32Only);
  operators.add(static_cast<plan::Opcode>(255), plan::kNoOperand);
  return {"fake", "1.2", kFormatPlan, 1, 0, plan::kFeatureInt8, operators};
}
StatusCode load(const Placement& placement) {
  fake_engine().loaded = false;
  fake_engine().model = placement.model;
  if (placement.model[0] == 'L') return StatusCode::kTooLarge;
  if (placement.model[0] != 'F') return StatusCode::kMalformed;
  fake_engine().loaded = true;
  fake_engine().state = 0;
  return StatusCode::kOk;
}
Refusal refusal() {
  return {"it does not start with F", 4, 0xFFFF};
}
std::uint32_t arena_bytes() {
  return loaded() ? 123 : 0;
}
void unload() {
  fake_engine().loaded = false;
}
bool loaded() {
  return fake_engine().loaded;
}
std::uint32_t input_count() {
  return loaded() ? static_cast<std::uint32_t>(fake_engine().inputs.size()) : 0;
}
std::uint32_t output_count() {
  return loaded() ? static_cast<std::uint32_t>(fake_engine().outputs.size()) : 0;
}
TensorInfo describe_input(std::uint32_t) {
  return {};
}
TensorInfo describe_output(std::uint32_t) {
  return {};
}
std::span<std::uint8_t> input(std::uint32_t index) {
  if (index >= input_count()) return {};
  return fake_engine().inputs[index];
}
std::span<const std::uint8_t> output(std::uint32_t index) {
  if (index >= output_count()) return {};
  return fake_engine().outputs[index];
}
std::uint32_t operator_count() {
  return loaded() ? fake_engine().operators : 0;
}
std::span<const std::uint8_t> operator_output(std::uint32_t index, std::uint32_t output) {
  if (index >= operator_count()) return {};
  auto& outputs = fake_engine().operator_outputs[index];
  return output < outputs.size() ? std::span<const std::uint8_t>(outputs[output])
                                 : std::span<const std::uint8_t>{};
}
StatusCode invoke(const Hooks& hooks) {
  return invoke_repeating(hooks, {});
}
StatusCode invoke_repeating(const Hooks& hooks, const Repeat& repeat) {
  auto& engine = fake_engine();
  std::string inputs;
  for (const auto& input : engine.inputs)
    inputs.append(input.begin(), input.end());
  for (std::uint32_t i = 0; i < engine.operators; ++i) {
    if (engine.before_operator) engine.before_operator(i);
    if (hooks.yield(hooks.context, i) == Step::kStop) return StatusCode::kCancelled;
    const std::uint32_t times = i == repeat.operator_index ? repeat.times : 1;
    test::fake_port().ticks += times * engine.ticks_per_operator;
    engine.operator_outputs[i] = test::operator_bytes(inputs, i);
    if (hooks.after_operator != nullptr) hooks.after_operator(hooks.context, i);
  }
  engine.seen_inputs.push_back(inputs);
  for (auto& input : engine.inputs)
    if (!engine.keeps_inputs)
      std::fill(input.begin(), input.end(), std::uint8_t{0xEE});  // the arena reuses their memory
  for (std::size_t i = 0; i < engine.outputs.size(); ++i) {
    auto& output = engine.outputs[i];
    const auto bytes = test::expected_output(inputs, i, output.size(), engine.state);
    std::copy(bytes.begin(), bytes.end(), output.begin());
  }
  if (!engine.keeps_inputs) ++engine.state;
  return engine.result;
}
void reset_state() {
  fake_engine().state = 0;
}

}  // namespace hil::engine
