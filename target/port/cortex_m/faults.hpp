// SPDX-License-Identifier: Apache-2.0
// What becomes of a fault on a Cortex-M: a crash note, and a reset.
#pragma once

namespace hil::port::cortex_m {

/// Handler of every fault and of interrupts that nobody serves: writes the note (which fault, fault
/// status and address, program counter and link register) and resets.
void fault_entry();

}  // namespace hil::port::cortex_m
