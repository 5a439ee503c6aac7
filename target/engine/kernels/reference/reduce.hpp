// SPDX-License-Identifier: Apache-2.0
// The walk of operators that sum over some dimensions of their input.
#pragma once

#include <cstddef>
#include <cstdint>

#include "target/engine/kernels/kernel.hpp"

namespace hil::engine::reference {

/// Some dimensions of a tensor, visited position by position in row-major order.
class Positions {
 public:
  void append(std::int32_t dim, std::ptrdiff_t step) {
    dims_[count_] = dim;
    steps_[count_] = step;
    ++count_;
  }
  /// Elements from the tensor's start to the current position.
  [[nodiscard]] std::ptrdiff_t offset() const { return offset_; }
  /// Goes to the next position. @returns false after the last one; then the first is current.
  bool advance() {
    for (std::uint32_t i = count_; i-- > 0;) {
      offset_ += steps_[i];
      if (++position_[i] < dims_[i]) return true;
      offset_ -= steps_[i] * dims_[i];
      position_[i] = 0;
    }
    return false;
  }

 private:
  std::int32_t dims_[plan::kMaxRank] = {};
  std::int32_t position_[plan::kMaxRank] = {};
  std::ptrdiff_t steps_[plan::kMaxRank] = {};
  std::ptrdiff_t offset_ = 0;
  std::uint32_t count_ = 0;
};

/// Sums of the elements of input 0 along the dimensions in a bit mask, in row-major order for each
/// output; the elements of output 0 are made of them one by one. @p Value is an element, @p Sum
/// what they are added up in.
template <class Value, class Sum>
class Reduction {
 public:
  Reduction(const KernelContext& context, std::uint32_t axes)
      : input_(context.input_data<Value>(0)), output_(context.output_data<Value>(0)) {
    const plan::TensorRecord x = context.input(0);
    std::ptrdiff_t steps[plan::kMaxRank] = {};
    std::ptrdiff_t step = 1;
    for (std::uint32_t i = x.rank; i-- > 0;) {
      steps[i] = step;
      step *= x.dims[i];
    }
    // The innermost dimension is walked without bookkeeping: as a run of elements of one sum, or as
    // neighbouring channels with a sum each.
    const std::uint32_t outer = x.rank == 0 ? 0 : x.rank - 1;
    for (std::uint32_t i = 0; i < outer; ++i)
      (is_reduced(axes, i) ? reduced_ : kept_).append(x.dims[i], steps[i]);
    if (x.rank > 0) (is_reduced(axes, outer) ? run_ : channels_) = x.dims[outer];
  }

  /// Calls finish(sum) for every output.
  template <class Finish>
  void run(const Finish& finish) {
    do {
      for (std::int32_t c = 0; c < channels_; c += kChunk) {
        const std::int32_t left = channels_ - c;
        compute_chunk(input_ + kept_.offset() + c, left < kChunk ? left : kChunk, finish);
      }
    } while (kept_.advance());
  }

 private:
  /// Channels whose sums are kept on the stack at once.
  static constexpr std::int32_t kChunk = 64;

  static bool is_reduced(std::uint32_t axes, std::uint32_t i) { return ((axes >> i) & 1u) != 0; }

  template <class Finish>
  void compute_chunk(const Value* first, std::int32_t n, const Finish& finish) {
    Sum sums[kChunk];
    for (std::int32_t c = 0; c < n; ++c)
      sums[c] = 0;
    do {
      const Value* x = first + reduced_.offset();
      for (std::int32_t i = 0; i < run_; ++i) {
        for (std::int32_t c = 0; c < n; ++c)
          sums[c] += static_cast<Sum>(x[i + c]);
      }
    } while (reduced_.advance());
    for (std::int32_t c = 0; c < n; ++c)
      *output_++ = finish(sums[c]);
  }

  const Value* input_;
  Value* output_;
  Positions kept_, reduced_;
  std::int32_t channels_ = 1;  ///< of the innermost dimension, if it is kept
  std::int32_t run_ = 1;       ///< elements of the innermost dimension, if it is reduced
};

/// Elements of input 0 that share an element of output 0.
inline std::uint32_t elements_per_output(const KernelContext& context) {
  return plan::element_count(context.input(0)) / plan::element_count(context.output(0));
}

}  // namespace hil::engine::reference
