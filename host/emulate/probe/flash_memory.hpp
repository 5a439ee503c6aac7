// SPDX-License-Identifier: Apache-2.0
// The cells of a flash memory: erased to ones, programmed towards zeros, with faults if wanted.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "host/base/result.hpp"
#include "host/emulate/probe/flash_faults.hpp"

namespace hil::emulate {

/// Offsets count from the start of the flash; whatever of a range lies beyond its end is ignored.
/// Remembers which pages changed since they were last handed to the machine, and whether anything
/// changed since it was last saved.
class FlashMemory {
 public:
  /// Unit in which changes are remembered.
  static constexpr std::uint32_t kPageBytes = 1024;

  /// Erased, all of it to be handed to the machine. @p size_bytes is a multiple of kPageBytes.
  FlashMemory(std::uint32_t base, std::uint32_t size_bytes, FlashFaults faults);

  [[nodiscard]] std::uint32_t base() const { return base_; }
  [[nodiscard]] std::uint32_t size_bytes() const {
    return static_cast<std::uint32_t>(content_.size());
  }
  /// Whether all of @p size bytes at @p address lie in it.
  [[nodiscard]] bool holds(std::uint32_t address, std::uint32_t size) const;
  [[nodiscard]] std::span<const std::uint8_t> content() const { return content_; }
  [[nodiscard]] const FlashFaults& faults() const { return faults_; }
  /// Whether a fault keeps sector @p number from being erased and programmed.
  [[nodiscard]] bool protected_for_ever(std::uint32_t number) const;

  /// The little-endian value of @p size bytes (at most 4) at @p offset; ones beyond the end.
  [[nodiscard]] std::uint32_t read(std::uint32_t offset, unsigned size) const;

  /// Clears the bits that are 0 in the @p size low bytes of @p value.
  void program(std::uint32_t offset, std::uint32_t value, unsigned size);
  void erase(std::uint32_t offset, std::uint32_t size);
  /// Takes @p bytes as they are, but for stuck bits: content from a file or from the machine.
  void assign(std::uint32_t offset, std::span<const std::uint8_t> bytes);

  /// Gives every run of pages that changed since the last call to @p take, with its offset.
  ///   any error of @p take; what it refused is given again next time
  Status hand_over(const std::function<Status(std::uint32_t, std::span<const std::uint8_t>)>& take);
  /// The machine has lost what it was handed: the next hand_over() gives all.
  void forget_handed_over();
  /// The machine has the content: the next hand_over() gives nothing.
  void note_handed_over();

  /// Whether the content changed since the last call.
  bool take_changed();

 private:
  /// What becomes of @p byte in the cells at @p offset, given their stuck bits.
  [[nodiscard]] std::uint8_t with_stuck_bits(std::uint32_t offset, std::uint8_t byte) const;
  void store(std::uint32_t offset, std::uint8_t byte);

  std::uint32_t base_;
  FlashFaults faults_;
  std::vector<std::uint8_t> content_;
  std::vector<bool> page_changed_;
  bool changed_ = false;
};

}  // namespace hil::emulate
