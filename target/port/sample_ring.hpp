// SPDX-License-Identifier: Apache-2.0
// Samples between what takes them (a timer, an interrupt) and the line, in blocks with their time.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace hil::port {

/// A queue of blocks in the caller's memory. One side pushes samples and may be an interrupt, the
/// other takes whole blocks; neither waits for the other. A sample that finds no room is dropped
/// and counted, and keeps its index.
class SampleRing {
 public:
  struct Shape {
    std::uint16_t sample_bytes = 1;
    std::uint16_t block_samples = 1;  ///< in each block, but a shorter one may end the stream
    std::uint64_t count = 0;          ///< samples to be taken, dropped ones included; 0: no end
  };
  /// Consecutive samples.
  struct Block {
    std::uint64_t first_index = 0;
    std::uint64_t ticks = 0;    ///< when the first one was taken
    std::uint64_t dropped = 0;  ///< samples, from the beginning to here
    std::span<const std::uint8_t> bytes;
  };

  /// Bytes that each block takes beside its samples.
  static constexpr std::size_t kBlockHeadBytes = 26;

  constexpr SampleRing() = default;

  /// Starts anew; nobody may push or take meanwhile. @p memory must hold two blocks at least.
  void begin(std::span<std::uint8_t> memory, const Shape& shape) {
    memory_ = memory;
    shape_ = shape;
    slot_bytes_ = kBlockHeadBytes + std::size_t{shape.sample_bytes} * shape.block_samples;
    slots_ = static_cast<std::uint32_t>(memory.size() / slot_bytes_);
    produced_ = dropped_ = 0;
    open_samples_ = 0;
    close_slot_ = take_slot_ = 0;
    closed_.store(0, std::memory_order_relaxed);
    taken_.store(0, std::memory_order_relaxed);
  }

  // The side that takes samples.

  /// Appends a sample (sample_bytes of them) taken at @p ticks, or drops it. Not beyond done().
  void push(std::span<const std::uint8_t> sample, std::uint64_t ticks) {
    if (open_samples_ == 0) {
      if (full()) return skip(1);
      write_head(ticks);
    }
    std::copy(sample.begin(), sample.end(),
              slot() + kBlockHeadBytes + std::size_t{open_samples_} * shape_.sample_bytes);
    ++open_samples_;
    ++produced_;
    if (open_samples_ == shape_.block_samples || done()) finish();
  }
  /// Counts @p count samples as taken and dropped, at most up to done().
  void skip(std::uint64_t count) {
    finish();
    if (shape_.count != 0) count = std::min(count, shape_.count - produced_);
    produced_ += count;
    dropped_ += count;
  }
  /// Closes the block that is being filled, however short.
  void finish() {
    if (open_samples_ == 0) return;
    put<std::uint16_t>(slot() + 24, open_samples_);
    open_samples_ = 0;
    close_slot_ = (close_slot_ + 1) % slots_;
    closed_.store(closed_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
  /// True when the next push() would drop its sample.
  [[nodiscard]] bool full() const {
    return open_samples_ == 0 &&
           closed_.load(std::memory_order_relaxed) - taken_.load(std::memory_order_acquire) ==
               slots_;
  }
  /// True when all samples that were asked for have been taken.
  [[nodiscard]] bool done() const { return shape_.count != 0 && produced_ == shape_.count; }
  /// Samples taken, dropped ones included: the index of the next one.
  [[nodiscard]] std::uint64_t produced() const { return produced_; }
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }
  /// Samples that the block being filled still lacks.
  [[nodiscard]] std::uint16_t lacking() const {
    return static_cast<std::uint16_t>(shape_.block_samples - open_samples_);
  }

  // The side that takes blocks.

  /// Blocks that can be taken.
  [[nodiscard]] std::uint32_t waiting() const {
    return closed_.load(std::memory_order_acquire) - taken_.load(std::memory_order_relaxed);
  }
  /// The oldest block, valid until pop(); only if any is waiting().
  [[nodiscard]] Block front() const {
    const std::uint8_t* at = slot_at(take_slot_);
    const std::size_t samples = get<std::uint16_t>(at + 24);
    return {get<std::uint64_t>(at),
            get<std::uint64_t>(at + 8),
            get<std::uint64_t>(at + 16),
            {at + kBlockHeadBytes, samples * shape_.sample_bytes}};
  }
  void pop() {
    take_slot_ = (take_slot_ + 1) % slots_;
    taken_.store(taken_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

 private:
  template <class T>
  static T get(const std::uint8_t* at) {
    T value;
    std::memcpy(&value, at, sizeof(value));
    return value;
  }
  template <class T>
  static void put(std::uint8_t* at, T value) {
    std::memcpy(at, &value, sizeof(value));
  }
  [[nodiscard]] std::uint8_t* slot_at(std::uint32_t number) const {
    return memory_.data() + std::size_t{number} * slot_bytes_;
  }
  [[nodiscard]] std::uint8_t* slot() const { return slot_at(close_slot_); }
  void write_head(std::uint64_t ticks) {
    put<std::uint64_t>(slot(), produced_);
    put<std::uint64_t>(slot() + 8, ticks);
    put<std::uint64_t>(slot() + 16, dropped_);
  }

  std::span<std::uint8_t> memory_;
  Shape shape_;
  std::size_t slot_bytes_ = 1;
  std::uint32_t slots_ = 0;
  std::uint16_t open_samples_ = 0;  ///< in the block being filled; 0: none is
  std::uint64_t produced_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint32_t close_slot_ = 0;  ///< that is being filled or will be next
  std::uint32_t take_slot_ = 0;   ///< of the oldest block
  // Blocks since the beginning, modulo 2^32; each is written by one side alone.
  std::atomic<std::uint32_t> closed_{0};
  std::atomic<std::uint32_t> taken_{0};
};

}  // namespace hil::port
