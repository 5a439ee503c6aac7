// SPDX-License-Identifier: Apache-2.0
// Who else has a serial port, or will want it: by name, with the command that stops it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/lab/doctor/uses.hpp"

namespace hil::lab::doctor {

/// Somebody in the way.
struct Obstacle {
  State state = State::kProblem;
  std::string what;
  std::string fix;
};

/// Who has device file @p device open or locked. hilbench's own programs are a remark: the bench is
/// busy, not broken. @p access is what is known if nobody can be named.
Obstacle obstacle_of_holder(const Bench& bench, const std::string& device,
                            const DeviceAccess& access);

/// All else that is in the way of the port /dev/@p tty: the kernel's console, lock files,
/// ModemManager.
std::vector<Obstacle> obstacles_of(const Bench& bench, const std::string& tty);

/// The USB device that /dev/@p tty is of, by its folder's name ("1-2"); empty if it is on none.
std::string usb_name_of(const Machine& machine, const std::string& tty);

}  // namespace hil::lab::doctor
