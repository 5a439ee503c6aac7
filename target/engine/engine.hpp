// SPDX-License-Identifier: Apache-2.0
// The seam between the agent and whatever runs models; exactly one engine is linked into an agent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "protocol/plan/format.hpp"
#include "protocol/plan/type_set.hpp"
#include "protocol/status.hpp"

namespace hil::engine {

/// What the hooks below may answer.
enum class Step : std::uint8_t { kContinue, kStop };

/// Called between operators (and inside long ones at the engine's discretion).
struct Hooks {
  void* context = nullptr;
  /// Before operator @p index; lets the agent serve its line. kStop ends invoke() with kCancelled.
  Step (*yield)(void* context, std::uint32_t index) = nullptr;
  /// After operator @p index; for per-operator ticks and digests.
  void (*after_operator)(void* context, std::uint32_t index) = nullptr;
};

/// Where load() may put things.
struct Placement {
  std::span<const std::uint8_t> model;  ///< kAlignment-aligned; stays in place while loaded
  std::span<std::uint8_t> arena;        ///< kAlignment-aligned RAM for activations and state
};

struct TensorInfo {
  plan::ElementType type = plan::ElementType::kInt8;
  std::uint8_t rank = 0;
  std::int32_t dims[plan::kMaxRank] = {};
  float scale = 0;
  std::int32_t zero_point = 0;
  std::uint32_t size_bytes = 0;
};

/// Bits of Info::formats.
enum Format : std::uint32_t { kFormatPlan = 1u << 0, kFormatTflite = 1u << 1 };

struct Info {
  const char* name;                      ///< "hilbench-plan"
  const char* version;                   ///< of the engine
  std::uint32_t formats;                 ///< Format bits it can load
  std::uint16_t plan_major, plan_minor;  ///< if kFormatPlan
  std::uint32_t features;                ///< plan::Feature bits
  plan::OperatorTypes operators;         ///< built in, by the type of their first input
};
Info info();

/// Makes @p placement.model ready. On failure nothing is loaded.
///   kUnsupported  format, version, feature or operator not built in
///   kMalformed    the model is not what it should be
///   kTooLarge     the arena is too small, or one run would take more work than the engine accepts
///   kBadDigest    the model's own CRC-32 does not fit its content
///   kBadArgument  model or arena is not aligned
StatusCode load(const Placement& placement);

/// Why the last load() failed, for people.
struct Refusal {
  const char* text;              ///< one sentence without period; "nothing" after a good load
  std::uint32_t operator_index;  ///< 0xFFFFFFFF if it is about no operator
  std::uint32_t tensor_index;    ///< 0xFFFF if it is about no tensor
};
Refusal refusal();

/// Bytes of the arena that the loaded model uses, state included; 0 if none is loaded.
std::uint32_t arena_bytes();

/// Forgets the model. Harmless if none is loaded.
void unload();
[[nodiscard]] bool loaded();

/// Number of inputs and outputs of the loaded model; 0 if none is loaded.
std::uint32_t input_count();
std::uint32_t output_count();
TensorInfo describe_input(std::uint32_t index);
TensorInfo describe_output(std::uint32_t index);

/// Memory of input or output @p index; inputs are written before every invoke (the arena reuses
/// their memory), outputs are valid until the next write or invoke. Empty if @p index is too large.
std::span<std::uint8_t> input(std::uint32_t index);
std::span<const std::uint8_t> output(std::uint32_t index);

/// Operators of the loaded model, which hooks count from 0; 0 if none is loaded.
std::uint32_t operator_count();
/// Memory of output @p output of operator @p index, state that it writes included. Holds what the
/// operator wrote from its after_operator hook until a later operator or input is written. Empty
/// behind the last output and the last operator. Takes time in proportion to @p index.
std::span<const std::uint8_t> operator_output(std::uint32_t index, std::uint32_t output);

/// Runs one inference.
///   kNoModel    nothing is loaded
///   kCancelled  a hook said stop; outputs are undefined
StatusCode invoke(const Hooks& hooks);

/// One operator that is executed several times in a row.
struct Repeat {
  std::uint32_t operator_index = 0;
  std::uint32_t times = 1;  ///< at least 1
};

/// As invoke(), but executes one operator several times in a row, between its hooks: what it costs
/// is the slope over the times. Where an operator works in place or keeps state, outputs are others
/// than invoke()'s.
StatusCode invoke_repeating(const Hooks& hooks, const Repeat& repeat);

/// Puts every state tensor back to how load() left it.
void reset_state();

}  // namespace hil::engine
