// SPDX-License-Identifier: Apache-2.0
// Wraps the agent's engine::invoke (by the linker's --wrap) so that it computes wrong on purpose:
// always, or in one inference only (HIL_WRONG_ONCE).
#include "target/engine/engine.hpp"

using hil::StatusCode;
using hil::engine::Hooks;

// The mangled name of hil::engine::invoke(const Hooks&), as --wrap wants it.
extern "C" StatusCode __real__ZN3hil6engine6invokeERKNS0_5HooksE(const Hooks& hooks);

extern "C" StatusCode __wrap__ZN3hil6engine6invokeERKNS0_5HooksE(const Hooks& hooks) {
  static int inferences = 0;
  const StatusCode status = __real__ZN3hil6engine6invokeERKNS0_5HooksE(hooks);
  ++inferences;
#ifdef HIL_WRONG_ONCE
  if (inferences != 8) return status;
#endif
  const auto output = hil::engine::output(0);
  const_cast<std::uint8_t&>(output[3]) ^= 0x10;
  return status;
}
