// SPDX-License-Identifier: Apache-2.0
// The areas that examine() goes through; each looks at one thing and has a file of its own.
#pragma once

#include <string>
#include <vector>

#include "host/lab/doctor/finding.hpp"
#include "host/lab/doctor/uses.hpp"

namespace hil::lab::doctor {

/// Board files, agents, the plugin and the program for virtual boards.
Findings examine_own_files(const Bench& bench);

/// OpenOCD, QEMU: there, and of a version that works.
Findings examine_tools(const Bench& bench);

/// Who runs this: groups, and whether hilbench's own folder can be written.
Findings examine_user(const Bench& bench);

/// udev's rules, and udev itself.
Findings examine_udev(const Bench& bench);

/// Serial ports: may be opened, held by nobody, watched by nobody.
Findings examine_ports(const Bench& bench);

/// Debug probes: may be opened, and can be told apart.
Findings examine_probes(const Bench& bench);

/// The system clock, and what makes times on this machine scatter.
Findings examine_clock(const Bench& bench);

/// Room on disks, memory, pseudo-terminals.
Findings examine_room(const Bench& bench);

/// Which boards can be run now. @p before are the findings of the other areas.
Findings examine_boards(const Bench& bench, const Findings& before);

/// Why the agent of @p use can't be had; empty if it is there.
std::string agent_trouble(const Bench& bench, const Use& use);

}  // namespace hil::lab::doctor
