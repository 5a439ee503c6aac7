// SPDX-License-Identifier: Apache-2.0
// The udev rules that let users use boards: where they are, and how they get there.
#pragma once

#include <filesystem>
#include <string>

#include "host/lab/doctor/uses.hpp"

namespace hil::lab::doctor {

/// The name under which hilbench ships them. Below 73: "uaccess" works before 73-seat-late.rules
/// only.
inline constexpr const char* kRulesName = "70-hilbench.rules";

/// The rules that are in force; the first folder that has them wins, as in udev(7). Empty: none.
std::filesystem::path installed_rules(const Bench& bench);

/// The commands that install the rules and make udev apply them.
std::string install_rules(const Bench& bench);

}  // namespace hil::lab::doctor
