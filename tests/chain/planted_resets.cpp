// SPDX-License-Identifier: Apache-2.0
// A linux agent that stops, dies or resets at a known inference, and says that a reset came from
// outside: for the linker's --wrap around functions of its port and its engine.
//
// HILBENCH_TEST_SIGNAL_AT    the inference, counted from 1 in each start, in which
// HILBENCH_TEST_SIGNAL       this signal comes; SIGUSR1 is a reset
// HILBENCH_TEST_AGAIN        not only in the first start
// HILBENCH_TEST_DELAY_US     longer that each inference takes
// HILBENCH_TEST_RESET_CAUSE  number of the frame::ResetCause after a reset; without: software
// HILBENCH_TEST_OTHER_ID     after a reset it says that it is another chip
#include <signal.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <span>

#include "target/engine/engine.hpp"
#include "target/port/port.hpp"

using hil::frame::ResetCause;

// Mangled names, as --wrap wants them: hil::port::reset_cause(),
// hil::port::unique_id(std::span<std::uint8_t>), hil::engine::invoke(const Hooks&).
extern "C" ResetCause __real__ZN3hil4port11reset_causeEv();
extern "C" std::size_t __real__ZN3hil4port9unique_idESt4spanIhLm18446744073709551615EE(
    std::span<std::uint8_t> out);
extern "C" hil::StatusCode __real__ZN3hil6engine6invokeERKNS0_5HooksE(
    const hil::engine::Hooks& hooks);

namespace {

int number_of(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? 0 : std::atoi(text);
}

bool has_reset() {
  return __real__ZN3hil4port11reset_causeEv() == ResetCause::kSoftware;
}

void on_signal(int /*number*/) {
  hil::port::reset();
}

[[gnu::constructor]] void reset_by_signal() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigaction(SIGUSR1, &action, nullptr);
}

}  // namespace

extern "C" hil::StatusCode __wrap__ZN3hil6engine6invokeERKNS0_5HooksE(
    const hil::engine::Hooks& hooks) {
  static int inferences = 0;
  const bool active = !has_reset() || number_of("HILBENCH_TEST_AGAIN") != 0;
  if (++inferences == number_of("HILBENCH_TEST_SIGNAL_AT") && active) {
    raise(number_of("HILBENCH_TEST_SIGNAL"));
  }
  usleep(static_cast<useconds_t>(number_of("HILBENCH_TEST_DELAY_US")));
  return __real__ZN3hil6engine6invokeERKNS0_5HooksE(hooks);
}

extern "C" std::size_t __wrap__ZN3hil4port9unique_idESt4spanIhLm18446744073709551615EE(
    std::span<std::uint8_t> out) {
  if (!has_reset() || number_of("HILBENCH_TEST_OTHER_ID") == 0 || out.size() < 2) {
    return __real__ZN3hil4port9unique_idESt4spanIhLm18446744073709551615EE(out);
  }
  out[0] = 0xBA;
  out[1] = 0xD1;
  return 2;
}

extern "C" ResetCause __wrap__ZN3hil4port11reset_causeEv() {
  const ResetCause cause = __real__ZN3hil4port11reset_causeEv();
  const bool planted = std::getenv("HILBENCH_TEST_RESET_CAUSE") != nullptr;
  if (cause != ResetCause::kSoftware || !planted) return cause;
  return static_cast<ResetCause>(number_of("HILBENCH_TEST_RESET_CAUSE"));
}
