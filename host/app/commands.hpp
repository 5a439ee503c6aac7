// SPDX-License-Identifier: Apache-2.0
// The commands of hilbench; one file each.
#pragma once

#include <string>
#include <vector>

#include "host/base/result.hpp"

namespace hil::app {

/// Each takes the words behind its name and returns the exit code (0, or 128 plus a signal); an
/// error decides the code by its blame.
Result<int> boards_command(const std::vector<std::string>& words);
Result<int> compare_command(const std::vector<std::string>& words);
Result<int> compare_model_command(const std::vector<std::string>& words);
Result<int> dataset_command(const std::vector<std::string>& words);
Result<int> emulate_command(const std::vector<std::string>& words);
Result<int> evaluate_command(const std::vector<std::string>& words);
Result<int> flash_command(const std::vector<std::string>& words);
Result<int> infer_command(const std::vector<std::string>& words);
Result<int> info_command(const std::vector<std::string>& words);
Result<int> list_command(const std::vector<std::string>& words);
Result<int> profile_command(const std::vector<std::string>& words);
Result<int> show_command(const std::vector<std::string>& words);
Result<int> summary_command(const std::vector<std::string>& words);
Result<int> verify_command(const std::vector<std::string>& words);

}  // namespace hil::app
