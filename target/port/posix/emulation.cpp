// SPDX-License-Identifier: Apache-2.0
// Whether an emulator (QEMU's user mode) runs the agent, and the instructions that it has counted.
#include "target/port/posix/emulation.hpp"

#include <unistd.h>
#ifdef __aarch64__
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace hil::port::posix {
namespace {

// "HILC", far above the numbers of any kernel: refused as unknown (ENOSYS), but first seen by the
// plugin host/emulate/plugin/count_instructions.cpp.
constexpr long kCountCall = 0x4849'4C43;

constinit bool g_emulated = false;

/// The processor says itself that it is none that anybody made. Implementer 0 of MIDR_EL1 is "for
/// software use" (Arm Architecture Reference Manual for A-profile, MIDR_EL1), and that of QEMU's
/// default, the processor "max". Linux lets a process read it where HWCAP_CPUID says so.
bool seen() {
#ifdef __aarch64__
  if ((getauxval(AT_HWCAP) & HWCAP_CPUID) == 0) return false;
  std::uint64_t identity = 0;
  __asm__("mrs %0, midr_el1" : "=r"(identity));
  return ((identity >> 24) & 0xFF) == 0;
#else
  return false;
#endif
}

}  // namespace

bool begin_clock(bool told) {
  g_emulated = told || seen();
  return !g_emulated || instructions() != 0;
}

bool emulated() {
  return g_emulated;
}

std::uint64_t instructions() {
  alignas(8) volatile std::uint64_t count = 0;  // written behind the compiler's back
  syscall(kCountCall, &count);
  return count;
}

}  // namespace hil::port::posix
