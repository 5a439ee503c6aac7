// SPDX-License-Identifier: Apache-2.0
// The commands of hilbench, one file each; the table of them all is in program.cpp.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "host/app/options.hpp"
#include "host/base/result.hpp"

namespace hil::app {

/// A row of the table of commands.
struct Command {
  const char* group;  ///< the heading of --help it stands under
  const char* name;
  const char* summary;                                        ///< what it is for, in one line
  Options (*options)();                                       ///< what it takes
  Result<int> (*run)(const std::vector<std::string>& words);  ///< the words behind its name
};

/// Every command, in the order of --help; those of one group stand together.
std::span<const Command> all_commands();

/// What each command takes; it also is what --help and completion say of it.
/// Each command takes the words behind its name and returns the exit code (0, or 128 plus a
/// signal); an error decides the code by its blame.
Options boards_options();
Result<int> boards_command(const std::vector<std::string>& words);
Options compare_options();
Result<int> compare_command(const std::vector<std::string>& words);
Options compare_model_options();
Result<int> compare_model_command(const std::vector<std::string>& words);
Options conform_options();
Result<int> conform_command(const std::vector<std::string>& words);
Options completion_options();
Result<int> completion_command(const std::vector<std::string>& words);
Options dataset_options();
Result<int> dataset_command(const std::vector<std::string>& words);
Options doctor_options();
Result<int> doctor_command(const std::vector<std::string>& words);
Options dut_options();
Result<int> dut_command(const std::vector<std::string>& words);
Options emulate_options();
Result<int> emulate_command(const std::vector<std::string>& words);
Options energy_options();
Result<int> energy_command(const std::vector<std::string>& words);
Options evaluate_options();
Result<int> evaluate_command(const std::vector<std::string>& words);
Options flash_options();
Result<int> flash_command(const std::vector<std::string>& words);
Options infer_options();
Result<int> infer_command(const std::vector<std::string>& words);
Options info_options();
Result<int> info_command(const std::vector<std::string>& words);
Options list_options();
Result<int> list_command(const std::vector<std::string>& words);
Options log_options();
Result<int> log_command(const std::vector<std::string>& words);
Options meters_options();
Result<int> meters_command(const std::vector<std::string>& words);
Options plot_options();
Result<int> plot_command(const std::vector<std::string>& words);
Options profile_options();
Result<int> profile_command(const std::vector<std::string>& words);
Options replay_options();
Result<int> replay_command(const std::vector<std::string>& words);
Options show_options();
Result<int> show_command(const std::vector<std::string>& words);
Options stream_options();
Result<int> stream_command(const std::vector<std::string>& words);
Options summary_options();
Result<int> summary_command(const std::vector<std::string>& words);
Options tape_options();
Result<int> tape_command(const std::vector<std::string>& words);
Options verify_options();
Result<int> verify_command(const std::vector<std::string>& words);

}  // namespace hil::app
