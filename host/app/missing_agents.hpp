// SPDX-License-Identifier: Apache-2.0
// Boards that hilbench was built without an agent for, as hilbench boards shows them.
#pragma once

#include <string>
#include <vector>

#include "host/boards/board.hpp"
#include "host/lab/missing_agent.hpp"

namespace hil::app {

/// Of the boards in @p boards those that have no image in the agents' folder, and of which
/// missing.json there says why; in the order of that file.
std::vector<lab::MissingAgent> missing_agents(const std::vector<boards::Board>& boards);

/// A paragraph for each reason: the boards, the reason, and what to install; empty if @p missing
/// is. In @p width columns.
std::string missing_agents_text(const std::vector<lab::MissingAgent>& missing, std::size_t width);

}  // namespace hil::app
