// SPDX-License-Identifier: Apache-2.0
// A compiled model onto a board, with progress.
#pragma once

#include <string>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/measure/watch.hpp"
#include "host/model/model.hpp"
#include "host/session/model_client.hpp"

namespace hil::measure {

/// "CONV_2D float32"; the operator alone if it has no first input.
std::string title_of(const model::UsedOperator& used);

/// @p model as it is sent; its bytes must outlive the image.
session::ModelImage image_of(const model::CompiledModel& model);

/// Makes the board hold and load @p model; sends nothing if it does already. Blocks until then.
/// Stops early, with the upload unfinished and loaded.arena_bytes 0, when @p watch says so.
///   every error of session::ModelUpload
Result<session::LoadedModel> upload(session::Session& session, const model::CompiledModel& model,
                                    const Watch& watch);

}  // namespace hil::measure
