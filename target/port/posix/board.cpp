// SPDX-License-Identifier: Apache-2.0
// What the Linux agent runs on: clock, identity, and the things a process does not have.
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "target/port/port.hpp"
#include "target/port/posix/clock.hpp"
#include "target/port/posix/emulation.hpp"
#include "target/port/posix/image.hpp"

namespace hil::port {
namespace {

constexpr std::uint64_t kNanoseconds = 1'000'000'000;

constinit std::uint64_t g_start = 0;  ///< of this run, by monotonic_ns()

std::uint64_t monotonic_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * kNanoseconds +
         static_cast<std::uint64_t>(now.tv_nsec);
}

/// FNV-1a with 64 bits, from RFC 9923 (offset basis and prime): the id itself stays private, as
/// machine-id(5) asks for.
std::uint64_t fnv1a(std::span<const std::uint8_t> bytes) {
  std::uint64_t hash = 0xCBF2'9CE4'8422'2325;
  for (const std::uint8_t byte : bytes)
    hash = (hash ^ byte) * 0x0000'0100'0000'01B3;
  return hash;
}

}  // namespace

void posix::begin_ticks() {
  g_start = monotonic_ns();
}

std::uint64_t ticks() {
  if (posix::emulated()) return posix::instructions();
  return monotonic_ns() - g_start;
}

/// Of the clock, nanoseconds. Of an emulator's count, nominal: one instruction takes one tick, as
/// if there were 10^9 in a second.
std::uint64_t tick_hz() {
  return kNanoseconds;
}

void align_timer() {}

std::uint64_t sync_pins(std::uint32_t /*bits*/) {
  return ticks();
}

std::size_t unique_id(std::span<std::uint8_t> out) {
  const int fd = open("/etc/machine-id", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  std::uint8_t text[32];  // 128 bits in hexadecimal
  const ssize_t count = ::read(fd, text, sizeof(text));
  close(fd);
  if (count != static_cast<ssize_t>(sizeof(text))) return 0;
  const std::uint64_t hash = fnv1a(text);
  const std::size_t size = std::min(out.size(), sizeof(hash));
  for (std::size_t i = 0; i < size; ++i)
    out[i] = static_cast<std::uint8_t>(hash >> (8 * i));
  return size;
}

std::span<const std::uint8_t> model_slot() {
  return {};
}

std::span<const std::uint8_t> image_id() {
  return {};  // started anew each time: nobody asks which image is on the board
}

Identity identity() {
  return {HIL_BOARD_ID, HIL_BOARD_CORE, posix::emulated()};
}

}  // namespace hil::port
