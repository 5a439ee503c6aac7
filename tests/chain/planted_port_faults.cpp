// SPDX-License-Identifier: Apache-2.0
// Wraps functions of the agent's port (by the linker's --wrap) so that it has a known fault for
// conform to name.
//
// HIL_DROP_TO_BOARD    of received bytes one in so many vanishes
// HIL_DROP_FROM_BOARD  of sent bytes likewise
// HIL_MUTE             takes what is to be sent and sends nothing
// HIL_GARBLE           sends every byte as a receiver at another rate would see it
// HIL_STACK_BYTES      says that its stack is the upper so many bytes of what it is
// HIL_DIES             a fault in every inference that makes 64 bytes of 1, as windows' model does
// HIL_STAYS_AWAY       a reset that is asked for ends the process
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>

#include "target/engine/engine.hpp"
#include "target/port/port.hpp"

namespace {

using Bytes = std::span<std::uint8_t>;
using ConstBytes = std::span<const std::uint8_t>;

/// True once in @p mean calls, at random but the same every time: xorshift64 (Marsaglia, 2003).
[[maybe_unused]] bool one_in(std::uint64_t mean) {
  static std::uint64_t state = 88'172'645'463'325'252;
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state % mean == 0;
}

}  // namespace

#if defined(HIL_DROP_TO_BOARD)
// The mangled name of hil::port::read(std::span<std::uint8_t>), as --wrap wants it.
extern "C" std::size_t __real__ZN3hil4port4readESt4spanIhLm18446744073709551615EE(Bytes buffer);
extern "C" std::size_t __wrap__ZN3hil4port4readESt4spanIhLm18446744073709551615EE(Bytes buffer) {
  const std::size_t count = __real__ZN3hil4port4readESt4spanIhLm18446744073709551615EE(buffer);
  const auto read = buffer.first(count);
  const auto end = std::remove_if(read.begin(), read.end(),
                                  [](std::uint8_t) { return one_in(HIL_DROP_TO_BOARD); });
  return static_cast<std::size_t>(end - read.begin());
}
#elif defined(HIL_DROP_FROM_BOARD) || defined(HIL_MUTE) || defined(HIL_GARBLE)
// The mangled name of hil::port::write(std::span<const std::uint8_t>), as --wrap wants it.
extern "C" std::size_t __real__ZN3hil4port5writeESt4spanIKhLm18446744073709551615EE(
    ConstBytes bytes);
extern "C" std::size_t __wrap__ZN3hil4port5writeESt4spanIKhLm18446744073709551615EE(
    ConstBytes bytes) {
#if defined(HIL_MUTE)
  return bytes.size();
#else
  std::array<std::uint8_t, 256> out;
  const std::size_t most = std::min(bytes.size(), out.size());
  std::size_t kept = 0;
  std::size_t taken = 0;
  for (; taken < most; ++taken) {
#if defined(HIL_GARBLE)
    out[kept++] = static_cast<std::uint8_t>((bytes[taken] >> 1) | 0x80);
#else
    if (!one_in(HIL_DROP_FROM_BOARD)) out[kept++] = bytes[taken];
#endif
  }
  std::size_t sent = 0;
  while (sent < kept) {  // the host reads all the time: there is room soon
    sent += __real__ZN3hil4port5writeESt4spanIKhLm18446744073709551615EE(
        ConstBytes(out).subspan(sent, kept - sent));
  }
  return taken;
#endif
}
#elif defined(HIL_STACK_BYTES)
// The mangled name of hil::port::stack(), as --wrap wants it.
extern "C" ConstBytes __real__ZN3hil4port5stackEv();
extern "C" ConstBytes __wrap__ZN3hil4port5stackEv() {
  return __real__ZN3hil4port5stackEv().last(HIL_STACK_BYTES);
}
#elif defined(HIL_STAYS_AWAY)
// The mangled name of hil::port::reset(), as --wrap wants it.
extern "C" [[noreturn]] void __wrap__ZN3hil4port5resetEv() {
  _exit(3);
}
#elif defined(HIL_DIES)
using hil::StatusCode;
using hil::engine::Hooks;
// The mangled name of hil::engine::invoke(const Hooks&).
extern "C" StatusCode __real__ZN3hil6engine6invokeERKNS0_5HooksE(const Hooks& hooks);
extern "C" StatusCode __wrap__ZN3hil6engine6invokeERKNS0_5HooksE(const Hooks& hooks) {
  if (hil::engine::input(0).size() == 1 && hil::engine::output(0).size() == 64) raise(SIGSEGV);
  return __real__ZN3hil6engine6invokeERKNS0_5HooksE(hooks);
}
#endif
