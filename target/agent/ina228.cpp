// SPDX-License-Identifier: Apache-2.0
// Reads the accumulators of an INA228, a power monitor on the board's I2C bus.
#include "target/agent/ina228.hpp"

#include "target/port/port.hpp"

namespace hil::agent {
namespace {

constexpr std::uint8_t kEnergy = 0x09;
constexpr std::uint8_t kCharge = 0x0A;
constexpr std::size_t kBytes = 5;

bool read_register(std::uint8_t address, std::uint8_t number, std::uint64_t& value) {
  const std::uint8_t out[] = {number};
  std::uint8_t in[kBytes] = {};
  if (port::i2c(address, out, in) != port::Transfer::kDone) return false;
  value = 0;
  for (const std::uint8_t byte : in)
    value = value << 8 | byte;
  return true;
}

}  // namespace

void read_ina228(std::uint8_t address, EnergyCount& count) {
  count = EnergyCount{};
  const std::uint64_t begin = port::ticks();
  count.failed = !read_register(address, kEnergy, count.energy) ||
                 !read_register(address, kCharge, count.charge);
  const std::uint64_t took = port::ticks() - begin;
  count.ticks = begin + took / 2;
  count.took_ticks = took < 0xFFFF'FFFF ? static_cast<std::uint32_t>(took) : 0xFFFF'FFFF;
}

}  // namespace hil::agent
