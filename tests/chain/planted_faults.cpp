// SPDX-License-Identifier: Apache-2.0
// Wraps parts of the agent (by the linker's --wrap) so that it has a known fault for profile and
// verify to find: a slow operator, a fast clock, or one wrong bit in some samples.
//
// HIL_DELAY_TICKS     operator 1 spins for so many ticks more
// HIL_CLOCK_PPM       the clock runs so much faster than it says
// HIL_FLIP_OPERATOR   bit 6 of byte 0 of that operator's output 0 is wrong whenever the CRC-32 of
//                     input 0 is HIL_FLIP_REMAINDER modulo 50: in one sample of fifty, and in the
//                     same ones however often they run, as a wrong kernel is. In the digits that
//                     is samples 14, 111, 161, 222, 325 and 357; the output shows the first two
// HIL_NOISE           a byte comes on the line during every quiet run
// HIL_FLIP_INFERENCE  with it: wrong is that inference alone (from 0), as of a board with bad
// supply
#include "protocol/frame/crc32.hpp"
#include "target/engine/engine.hpp"
#include "target/port/port.hpp"

using hil::StatusCode;
using hil::engine::Hooks;
using hil::engine::Step;

#ifdef HIL_CLOCK_PPM
// The mangled name of hil::port::ticks(), as --wrap wants it.
extern "C" std::uint64_t __real__ZN3hil4port5ticksEv();
extern "C" std::uint64_t __wrap__ZN3hil4port5ticksEv() {
  const std::uint64_t ticks = __real__ZN3hil4port5ticksEv();
  return ticks + ticks / (1'000'000 / HIL_CLOCK_PPM);
}
#elif defined(HIL_NOISE)
// The mangled name of hil::port::resume_input(), as --wrap wants it.
extern "C" std::size_t __real__ZN3hil4port12resume_inputEv();
extern "C" std::size_t __wrap__ZN3hil4port12resume_inputEv() {
  return __real__ZN3hil4port12resume_inputEv() + 1;
}
#else

// The mangled name of hil::engine::invoke(const Hooks&).
extern "C" StatusCode __real__ZN3hil6engine6invokeERKNS0_5HooksE(const Hooks& hooks);

namespace {

/// The agent's hooks, called as the engine would.
struct Planted {
  const Hooks& hooks;
  bool wrong;  ///< this sample is one that comes out wrong
};

void spin([[maybe_unused]] std::uint32_t index) {
#ifdef HIL_DELAY_TICKS
  if (index != 1) return;
  const std::uint64_t start = hil::port::ticks();
  while (hil::port::ticks() - start < HIL_DELAY_TICKS) {
  }
#endif
}

void flip([[maybe_unused]] const Planted& planted, [[maybe_unused]] std::uint32_t index) {
#ifdef HIL_FLIP_OPERATOR
  const auto output = hil::engine::operator_output(HIL_FLIP_OPERATOR, 0);
  if (index != HIL_FLIP_OPERATOR || !planted.wrong || output.empty()) return;
  const_cast<std::uint8_t&>(output[0]) ^= 0x40;
#endif
}

Step yield(void* context, std::uint32_t index) {
  const auto& hooks = static_cast<Planted*>(context)->hooks;
  const Step step = hooks.yield != nullptr ? hooks.yield(hooks.context, index) : Step::kContinue;
  if (step == Step::kContinue) spin(index);  // behind the agent's hook: it is the operator's time
  return step;
}

void after(void* context, std::uint32_t index) {
  const auto& planted = *static_cast<Planted*>(context);
  flip(planted, index);  // ahead of the agent's hook: its digests are of what the operator left
  if (planted.hooks.after_operator != nullptr) {
    planted.hooks.after_operator(planted.hooks.context, index);
  }
}

bool comes_out_wrong() {
#if defined(HIL_FLIP_INFERENCE)
  static int inference = 0;
  return inference++ == HIL_FLIP_INFERENCE;
#elif defined(HIL_FLIP_REMAINDER)
  return hil::frame::crc32(hil::engine::input(0)) % 50 == HIL_FLIP_REMAINDER;
#else
  return false;
#endif
}

}  // namespace

extern "C" StatusCode __wrap__ZN3hil6engine6invokeERKNS0_5HooksE(const Hooks& hooks) {
  Planted planted{hooks, comes_out_wrong()};
  return __real__ZN3hil6engine6invokeERKNS0_5HooksE({&planted, yield, after});
}
#endif
