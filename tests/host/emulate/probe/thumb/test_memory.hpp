// SPDX-License-Identifier: Apache-2.0
// RAM for the interpreter's tests, which notes accesses beside it.
#pragma once

#include <vector>

#include "host/emulate/probe/thumb/interpreter.hpp"

namespace hil::emulate::thumb {

class TestMemory : public Memory {
 public:
  static constexpr std::uint32_t kBase = 0x2000'0000;

  explicit TestMemory(std::size_t size) : bytes(size) {}

  Result<std::uint32_t> read(std::uint32_t address, unsigned size) override {
    if (!holds(address, size)) return std::uint32_t{0};
    std::uint32_t value = 0;
    for (unsigned i = 0; i < size; ++i)
      value |= std::uint32_t{bytes[address - kBase + i]} << 8 * i;
    return value;
  }
  Status write(std::uint32_t address, std::uint32_t value, unsigned size) override {
    if (!holds(address, size)) return {};
    for (unsigned i = 0; i < size; ++i) {
      bytes[address - kBase + i] = static_cast<std::uint8_t>(value >> 8 * i);
    }
    return {};
  }

  std::vector<std::uint8_t> bytes;
  bool missed = false;  ///< an access was not in the RAM

 private:
  bool holds(std::uint32_t address, unsigned size) {
    const bool inside = address >= kBase && std::uint64_t{address} - kBase + size <= bytes.size();
    missed = missed || !inside;
    return inside;
  }
};

}  // namespace hil::emulate::thumb
