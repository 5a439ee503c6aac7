// SPDX-License-Identifier: Apache-2.0
// What the rest of the host needs of a model: load it, compile it, run it as the reference.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/data/element_type.hpp"
#include "host/model/input_memory.hpp"
#include "protocol/plan/format.hpp"
#include "protocol/plan/type_set.hpp"

namespace hil::model {

/// Shape, type and quantisation of a model's input or output.
struct TensorSpec {
  std::string name;
  data::ElementType type = data::ElementType::kInt8;
  std::vector<std::int32_t> shape;
  float scale = 0;  ///< real = scale * (q - zero_point); 0 if not quantised
  std::int32_t zero_point = 0;

  [[nodiscard]] std::size_t element_count() const;
  [[nodiscard]] std::size_t size_bytes() const;
};

/// A kind of operator that a plan uses.
struct UsedOperator {
  std::uint16_t opcode = 0;  ///< plan::Opcode
  plan::TypeSet type = 0;    ///< of its first input, alone; plan::kNoOperand if it has none

  bool operator==(const UsedOperator&) const = default;
};

/// A tensor that an operator of the plan writes.
struct StepOutput {
  std::int32_t tensor = 0;  ///< its index in the file
  std::string name;         ///< as in the file
  plan::ElementType type = plan::ElementType::kInt8;
  std::vector<std::int32_t> shape;
};

/// One operator of a plan and where it comes from.
struct PlanStep {
  std::uint32_t layer = 0;  ///< index of the operator in the file
  UsedOperator kind;
  std::uint64_t macs = 0;  ///< of one inference
  std::vector<StepOutput> outputs;
};

/// A model made ready for one core: the plan and what one may want to know of it before sending.
struct CompiledModel {
  std::filesystem::path path;
  std::array<std::uint8_t, 32> sha256{};  ///< of the .tflite file
  std::size_t file_bytes = 0;
  std::vector<std::uint8_t> plan;  ///< the blob that is sent (protocol/plan)
  std::uint32_t plan_crc32 = 0;    ///< CRC-32 of the whole blob as the agent computes it
  std::uint64_t macs = 0;
  std::uint32_t arena_bytes = 0;
  std::uint32_t state_bytes = 0;        ///< RAM behind the arena that is kept between inferences
  std::vector<UsedOperator> operators;  ///< distinct ones of the plan, in ascending order
  std::vector<PlanStep> steps;          ///< operators of the plan, in order of execution
  std::vector<TensorSpec> inputs;
  std::vector<TensorSpec> outputs;
};

/// Reads, checks and compiles the .tflite file at @p path for @p core. With InputMemory::kKept a
/// second inference on the same inputs needs no second writing of them; the arena may be larger.
///   kUser   no such file, unreadable, or not a .tflite file (truncated, bit-flipped, ...)
///   kModel  an operator, type or shape that is not supported, named with its index
Result<CompiledModel> load(const std::filesystem::path& path,
                           plan::Core core = plan::Core::kReference,
                           InputMemory inputs = InputMemory::kReused);

/// The same for a file already in memory; @p path only names it in errors.
Result<CompiledModel> compile(std::span<const std::uint8_t> tflite,
                              const std::filesystem::path& path,
                              plan::Core core = plan::Core::kReference,
                              InputMemory inputs = InputMemory::kReused);

/// Runs a plan on the host with the engine's own kernels: the outputs a device must give.
class ReferenceRunner {
 public:
  /// Takes a plan made by compile().
  ///   kBug    the plan does not validate
  ///   kModel  this machine lacks the memory, or one inference takes too many steps
  static Result<ReferenceRunner> make(const CompiledModel& model);
  ReferenceRunner(ReferenceRunner&&) noexcept;
  ReferenceRunner& operator=(ReferenceRunner&&) noexcept;
  ~ReferenceRunner();

  /// One inference: one buffer per input (size_bytes of its spec), one per output comes back.
  ///   kBug  wrong number or size of inputs, or the engine stopped
  Result<std::vector<std::vector<std::uint8_t>>> run(
      std::span<const std::vector<std::uint8_t>> inputs);

  /// Forgets what earlier inferences left: the next one is as the first.
  void reset_state();

  /// One inference as run() does it, looked at from inside.
  struct Trace {
    std::vector<std::uint32_t> digests;  ///< per operator of the plan: CRC-32 over all outputs of
                                         ///< the operators so far, in order
    std::vector<std::uint8_t> output;    ///< of the operator asked for, when it had just run
  };
  /// Keeps output @p output of operator @p index of the plan; empty if there is no such output.
  ///   kBug  wrong number or size of inputs, or the engine stopped
  Result<Trace> trace(std::span<const std::vector<std::uint8_t>> inputs, std::uint32_t index,
                      std::uint32_t output);

 private:
  struct State;
  Status write_inputs(std::span<const std::vector<std::uint8_t>> inputs);
  explicit ReferenceRunner(State* state);
  State* state_;
};

}  // namespace hil::model
