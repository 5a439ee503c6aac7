// SPDX-License-Identifier: Apache-2.0
// The sync wire between board and meter, proved by pulses.
#pragma once

#include <optional>
#include <string>

#include "host/base/result.hpp"
#include "host/boards/board.hpp"
#include "host/energy/power_meter.hpp"
#include "host/energy/window/self_test.hpp"
#include "host/lab/ready_board.hpp"
#include "host/measure/watch.hpp"

namespace hil::measure {

/// Whether @p meter shows what the board has done later than the board did it: an emulated one
/// plays what its virtual board did. A replayed recording goes on by itself.
bool plays_late(const energy::MeterInfo& meter);

/// The end that a wire between @p board and @p meter lacks, as a sentence; nothing if it has both.
/// Boards that an emulated meter plays need no pins.
std::optional<std::string> missing_wire_end(const boards::Board& board,
                                            const energy::PowerMeter& meter);

/// Has the agent make the pulses of energy::kSelfTestPulses_ms on its region pin while @p meter
/// records, and finds them on one of the meter's inputs. Blocks for about a second. Nothing if
/// @p watch says stop.
///   kDevice  the agent has no energy service
///   and every error of energy::find_sync_wire(), of the meter and of the session
Result<std::optional<energy::WireFound>> find_wire(lab::ReadyBoard& board,
                                                   energy::PowerMeter& meter, const Watch& watch);

}  // namespace hil::measure
