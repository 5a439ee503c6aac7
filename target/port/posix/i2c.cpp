// SPDX-License-Identifier: Apache-2.0
// The I2C bus of the Linux agent: the one of Linux (i2c-dev) that the environment names.
#include <fcntl.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "target/port/port.hpp"

namespace hil::port {
namespace {

/// "/dev/i2c-1" on a Raspberry Pi. Nothing is guessed: on a PC the first buses are those of the
/// memory modules and the graphics card.
constexpr char kBus[] = "HILBENCH_I2C_BUS";

/// Opened once, for as long as the agent runs; -1 if there is none.
int bus() {
  static int fd = -2;
  if (fd != -2) return fd;
  const char* path = std::getenv(kBus);
  fd = path != nullptr ? open(path, O_RDWR | O_CLOEXEC) : -1;
  return fd;
}

i2c_msg part(std::uint8_t address, unsigned flags, const std::uint8_t* bytes, std::size_t size) {
  return {address, static_cast<__u16>(flags), static_cast<__u16>(size),
          const_cast<std::uint8_t*>(bytes)};  // the kernel's struct is of both directions
}

}  // namespace

/// Write and read with a repeated start between them (i2c-dev's documentation: I2C_RDWR).
Transfer i2c(std::uint8_t address, std::span<const std::uint8_t> out, std::span<std::uint8_t> in) {
  if (bus() < 0) return Transfer::kNoBus;
  if (out.size() > 0xFF || in.size() > 0xFF) return Transfer::kNoAnswer;
  std::array<i2c_msg, 2> parts;
  __u32 count = 0;
  if (!out.empty()) parts[count++] = part(address, 0, out.data(), out.size());
  if (!in.empty()) parts[count++] = part(address, I2C_M_RD, in.data(), in.size());
  i2c_rdwr_ioctl_data transfer{parts.data(), count};
  if (count == 0) return Transfer::kNoAnswer;
  if (ioctl(bus(), I2C_RDWR, &transfer) == static_cast<int>(count)) return Transfer::kDone;
  // Documentation/i2c/fault-codes.rst: a clock stretched too long, or a bus that stays busy.
  return errno == ETIMEDOUT || errno == EBUSY ? Transfer::kHeld : Transfer::kNoAnswer;
}

}  // namespace hil::port
