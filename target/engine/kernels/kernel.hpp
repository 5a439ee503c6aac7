// SPDX-License-Identifier: Apache-2.0
// What a kernel is given, and the table the engine finds kernels in.
#pragma once

#include <cstdint>
#include <span>

#include "protocol/plan/checks/table.hpp"
#include "protocol/plan/format.hpp"
#include "protocol/plan/type_set.hpp"
#include "protocol/plan/view.hpp"

namespace hil::engine {

/// Where tensors of each plan::Memory start. Constants are never written.
struct MemoryMap {
  const std::uint8_t* constants = nullptr;
  std::uint8_t* arena = nullptr;
  std::uint8_t* state = nullptr;

  [[nodiscard]] const std::uint8_t* read(const plan::TensorRecord& tensor) const {
    return tensor.memory == plan::Memory::kConstant ? constants + tensor.offset : write(tensor);
  }
  /// Not for constants: the validator lets no operator write there.
  [[nodiscard]] std::uint8_t* write(const plan::TensorRecord& tensor) const {
    return (tensor.memory == plan::Memory::kState ? state : arena) + tensor.offset;
  }
};

/// One operator of a validated plan, ready to run. Everything validate() checks may be trusted.
class KernelContext {
 public:
  KernelContext(const plan::PlanView& plan, const plan::OperatorView& op, const MemoryMap& memory)
      : plan_(plan), op_(op), memory_(memory) {}

  template <class Params>
  [[nodiscard]] Params params() const {
    return op_.params<Params>();
  }
  [[nodiscard]] std::uint32_t input_count() const { return op_.input_count(); }
  [[nodiscard]] std::uint32_t output_count() const { return op_.output_count(); }
  [[nodiscard]] plan::TensorRecord input(std::uint32_t i) const {
    return plan_.tensor(op_.input(i));
  }
  [[nodiscard]] plan::TensorRecord output(std::uint32_t i) const {
    return plan_.tensor(op_.output(i));
  }
  /// Elements of input @p i; nullptr if it is absent.
  template <class T>
  [[nodiscard]] const T* input_data(std::uint32_t i) const {
    if (op_.input(i) == plan::kNoTensor) return nullptr;
    return reinterpret_cast<const T*>(memory_.read(input(i)));
  }
  template <class T>
  [[nodiscard]] T* output_data(std::uint32_t i) const {
    return reinterpret_cast<T*>(memory_.write(output(i)));
  }
  /// A table in the constants section.
  template <class T>
  [[nodiscard]] const T* table(std::uint32_t offset) const {
    return reinterpret_cast<const T*>(memory_.constants + offset);
  }

 private:
  const plan::PlanView& plan_;
  const plan::OperatorView& op_;
  const MemoryMap& memory_;
};

using Kernel = void (*)(const KernelContext&);

struct KernelEntry {
  plan::Opcode opcode;
  plan::TypeSet types;  ///< of input 0, as in plan::checks::OperatorRule
  Kernel run;
};

/// The kernels linked into this engine; no two entries of an opcode share a type.
std::span<const KernelEntry> kernels();

/// plan::Limits::rules of this engine: how the operators of kernels() are checked.
std::span<const plan::checks::OperatorRule> rules();

}  // namespace hil::engine
