// SPDX-License-Identifier: Apache-2.0
// What is recorded of the operators of one inference: ticks, digests, and where it stops.
#pragma once

#include <cstdint>
#include <span>

#include "protocol/frame/crc32.hpp"

namespace hil::agent {

/// Records operators first, first + stride, ... (count of them) of each inference of a run.
struct TraceOptions {
  std::uint32_t first = 0;
  std::uint32_t stride = 1;
  std::uint32_t count = 0;  ///< 0: nothing is traced
  bool ticks = false;
  bool digests = false;
  bool stop_after = false;  ///< the inference stops behind the last of them
};

/// Works in memory of the caller's; entries are kept until the next inference of a traced run.
class Trace {
 public:
  struct Memory {
    std::span<std::uint64_t> ticks;
    std::span<std::uint32_t> digests;  ///< of the same size
  };
  constexpr explicit Trace(const Memory& memory) : memory_(memory) {}

  /// A run begins; @p options must be such that the last operator's number fits 32 bits, and
  /// count at most capacity() if anything is recorded.
  void begin(const TraceOptions& options);
  /// An inference of it begins.
  void begin_inference(std::uint32_t sample);
  /// Forgets everything: the model or the session is another.
  void forget() { begin({}); }

  /// Between the two the operator runs; @p now in port::ticks(). The first costs a store.
  void before_operator(std::uint64_t now) { started_ = now; }
  void after_operator(std::uint32_t index, std::uint64_t now);

  [[nodiscard]] const TraceOptions& options() const { return options_; }
  [[nodiscard]] bool active() const { return options_.count != 0; }
  /// True when the inference is to stop: the last traced operator has run.
  [[nodiscard]] bool stops() const { return active() && options_.stop_after && complete(); }

  /// The inference has stopped, so that last_operator()'s outputs can be read.
  void hold_outputs() { held_ = true; }
  [[nodiscard]] bool holds_outputs() const { return held_; }
  [[nodiscard]] std::uint32_t last_operator() const {
    return options_.first + (options_.count - 1) * options_.stride;
  }

  [[nodiscard]] std::size_t capacity() const { return memory_.ticks.size(); }
  [[nodiscard]] std::uint32_t sample() const { return sample_; }
  /// Operators recorded so far, at most options().count.
  [[nodiscard]] std::uint32_t recorded() const { return recorded_; }
  /// Entry @p i (below recorded()) of each kind; only those that options() names.
  [[nodiscard]] std::uint64_t ticks(std::uint32_t i) const { return memory_.ticks[i]; }
  [[nodiscard]] std::uint32_t digest(std::uint32_t i) const { return memory_.digests[i]; }

 private:
  [[nodiscard]] bool complete() const { return recorded_ == options_.count; }

  Memory memory_;
  TraceOptions options_;
  std::uint32_t sample_ = 0;
  std::uint32_t recorded_ = 0;
  std::uint32_t next_ = 0;  ///< operator that the next entry is of
  frame::Crc32 crc_;        ///< of the outputs of all operators so far
  std::uint64_t started_ = 0;
  bool held_ = false;
};

}  // namespace hil::agent
