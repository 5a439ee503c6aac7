// SPDX-License-Identifier: Apache-2.0
// Choosing and drawing inputs.
#include "host/measure/timed_inputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <random>

namespace hil::measure {
namespace {

constexpr std::uint32_t kSeed = 1;
constexpr std::size_t kDrawn = 8;

std::vector<std::uint8_t> draw(const model::TensorSpec& spec, std::mt19937& random) {
  std::vector<std::uint8_t> bytes(spec.size_bytes());
  if (spec.type != data::ElementType::kFloat32) {
    for (std::uint8_t& byte : bytes)
      byte = static_cast<std::uint8_t>(random());
    return bytes;
  }
  for (std::size_t at = 0; at + sizeof(float) <= bytes.size(); at += sizeof(float)) {
    const float value = static_cast<float>(static_cast<std::int32_t>(random())) * 0x1p-31F;
    std::memcpy(&bytes[at], &value, sizeof(value));
  }
  return bytes;
}

}  // namespace

Result<TimedInputs> first_samples(const SampleSource& source, std::size_t most) {
  TimedInputs timed;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < std::min(source.inference_count(), most); ++i) {
    if (bytes > kMaxTimedBytes) break;
    HIL_ASSIGN(Inputs inputs, source.read(i));
    for (const auto& input : inputs)
      bytes += input.size();
    timed.inputs.push_back(std::move(inputs));
    timed.names.push_back(source.name_of(i));
  }
  timed.origin =
      fmt::format("{} samples of {}", timed.inputs.size(), source.dataset().folder.string());
  return timed;
}

TimedInputs random_inputs(const model::CompiledModel& model) {
  TimedInputs timed;
  std::mt19937 random(kSeed);
  for (std::size_t i = 0; i < kDrawn; ++i) {
    Inputs inputs;
    for (const model::TensorSpec& spec : model.inputs)
      inputs.push_back(draw(spec, random));
    timed.inputs.push_back(std::move(inputs));
    timed.names.push_back(fmt::format("random input {}", i));
  }
  timed.origin = fmt::format("{} inputs drawn at random (seed {})", kDrawn, kSeed);
  return timed;
}

}  // namespace hil::measure
