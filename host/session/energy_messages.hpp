// SPDX-License-Identifier: Apache-2.0
// What the energy service is asked, as messages.
#pragma once

#include "host/session/energy_client.hpp"
#include "protocol/messages/energy.pb.h"

namespace hil::session {

/// The request of a run. Numbers are passed on as they are.
hilbench::v1::EnergyRunRequest energy_request(const EnergyRunOptions& options,
                                              const EnergyStash& stash);

}  // namespace hil::session
