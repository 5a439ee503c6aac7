// SPDX-License-Identifier: Apache-2.0
// What hilbench flash is about to do, and has done, as a table or as JSON.
#pragma once

#include <filesystem>
#include <string>

#include "host/base/digest.hpp"
#include "host/boards/board.hpp"
#include "host/flash/fit.hpp"
#include "host/flash/flash.hpp"
#include "host/report/shaped_table.hpp"

namespace hil::app {

/// An image that was read and fits.
struct FlashPlan {
  std::filesystem::path file;
  Sha256 sha256{};  ///< of the file
  flash::Image image;
  flash::Fit fit;
};

/// @p plan for @p board and OpenOCD's @p command_line; one fact a line, wrapped at @p width
/// columns, or JSON.
std::string plan_text(const boards::Board& board, const FlashPlan& plan,
                      const std::string& command_line, bool json,
                      std::size_t width = report::kNoWidth);

/// The same of what was done.
std::string report_text(const boards::Board& board, const FlashPlan& plan,
                        const flash::FlashReport& report, bool json,
                        std::size_t width = report::kNoWidth);

}  // namespace hil::app
