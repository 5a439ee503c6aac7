// SPDX-License-Identifier: Apache-2.0
// Executes one plan; the state of an engine, so that a host can have several at once.
#pragma once

#include <cstdint>
#include <span>

#include "protocol/plan/validate.hpp"
#include "protocol/plan/view.hpp"
#include "target/engine/engine.hpp"
#include "target/engine/kernels/kernel.hpp"

namespace hil::engine {

/// Owns no memory: the caller keeps the placement alive while it is loaded. Copies share it. The
/// functions are those of engine.hpp.
class PlanEngine {
 public:
  /// Most steps (plan::Limits::max_work) of one run unless load() is told otherwise: hours on a
  /// small core, a few minutes on a host.
  static constexpr std::uint64_t kMaxWork = std::uint64_t{1} << 40;

  [[nodiscard]] static Info info();
  /// What validate() is given for @p arena_bytes of RAM.
  [[nodiscard]] static plan::Limits limits(std::uint64_t arena_bytes,
                                           std::uint64_t max_work = kMaxWork);

  /// As engine::load(); state tensors start at their fill value.
  StatusCode load(const Placement& placement, std::uint64_t max_work = kMaxWork);
  /// What the last load() found.
  [[nodiscard]] const plan::Validation& validation() const { return validation_; }
  [[nodiscard]] Refusal refusal() const;

  void unload();
  [[nodiscard]] bool loaded() const { return loaded_; }
  [[nodiscard]] std::uint32_t arena_bytes() const;

  [[nodiscard]] std::uint32_t input_count() const { return main_.input_count; }
  [[nodiscard]] std::uint32_t output_count() const { return main_.output_count; }
  [[nodiscard]] std::uint32_t operator_count() const { return main_.operator_count; }
  [[nodiscard]] TensorInfo describe_input(std::uint32_t index) const;
  [[nodiscard]] TensorInfo describe_output(std::uint32_t index) const;
  [[nodiscard]] std::span<std::uint8_t> input(std::uint32_t index) const;
  [[nodiscard]] std::span<const std::uint8_t> output(std::uint32_t index) const;

  [[nodiscard]] std::span<const std::uint8_t> operator_output(std::uint32_t index,
                                                              std::uint32_t output) const;

  StatusCode invoke(const Hooks& hooks) const;
  StatusCode invoke_repeating(const Hooks& hooks, const Repeat& repeat) const;
  void reset_state();

 private:
  /// Tensor @p index of a run of the index section of @p count from @p first on.
  [[nodiscard]] plan::TensorRecord tensor_at(std::uint32_t first, std::uint32_t index) const {
    return plan_.tensor(plan_.index(first + index));
  }

  plan::PlanView plan_;
  plan::SubgraphRecord main_{};
  plan::Validation validation_;
  MemoryMap memory_;
  bool misplaced_ = false;  ///< the last load() was given unaligned memory
  bool loaded_ = false;
};

}  // namespace hil::engine
