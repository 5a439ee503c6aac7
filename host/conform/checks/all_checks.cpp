// SPDX-License-Identifier: Apache-2.0
// The order of the checks: what tells most first; the stack after what may use it
// most, and ahead of the flash slot, whose writing restarts the agent.
#include <array>

#include "host/conform/checks/checks.hpp"

namespace hil::conform {
namespace {

constexpr auto kChecks = std::to_array<CheckRow>({
    {"answer", check_answer},
    {"reset", check_reset},
    {"crash note", check_crash_note},
    {"fault", check_fault},
    {"line to board", check_line_to_board},
    {"line from board", check_line_from_board},
    {"line both ways", check_line_both_ways},
    {"resync", check_resync},
    {"windows", check_windows},
    {"operators", check_operators},
    {"timer", check_timer},
    {"stack", check_stack},
    {"flash slot", check_flash_slot},
});

}  // namespace

std::span<const CheckRow> all_checks() {
  return kChecks;
}

}  // namespace hil::conform
