// SPDX-License-Identifier: Apache-2.0
// A compiled model onto a board, with progress.
#pragma once

#include <string>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/lab/ready_board.hpp"
#include "host/measure/watch.hpp"
#include "host/model/model.hpp"
#include "host/session/model_client.hpp"

namespace hil::measure {

/// "CONV_2D float32"; the operator alone if it has no first input.
std::string title_of(const model::UsedOperator& used);

/// @p model as it is sent; its bytes must outlive the image.
session::ModelImage image_of(const model::CompiledModel& model);

/// A model that a board has loaded.
struct PlacedModel {
  session::LoadedModel loaded;
  session::ModelPlace place = session::ModelPlace::kRam;
  bool held = false;   ///< nothing had to be sent or written
  double host_ms = 0;  ///< from asking the agent to a loaded model
};

/// Where @p image goes on the board of @p agent: as @p weights says, and with kAuto into RAM if it
/// fits there, else into the flash slot if it fits there.
///   kDevice  the flash slot is asked for and there is none
Result<session::ModelPlace> place_for(const session::ModelImage& image,
                                      const session::AgentInfo& agent, lab::Weights weights);

/// Makes @p board hold and load @p model; sends and writes nothing if it does already. Writing the
/// flash slot opens a new session, and so does an upload that is taken up again because line or
/// board were gone (lab::ReadyBoard::recover()): it goes on behind what the agent has kept, which a
/// reset loses; the link event says where. Blocks until then. Stops early, with the upload
/// unfinished and loaded.arena_bytes 0, when @p watch says so.
///   every error of place_for(), session::ModelUpload and lab::ReadyBoard::write_model_slot()
Result<PlacedModel> upload(lab::ReadyBoard& board, const model::CompiledModel& model,
                           const Watch& watch);

}  // namespace hil::measure
