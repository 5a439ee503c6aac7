// SPDX-License-Identifier: Apache-2.0
// Uploading in steps.
#include "host/measure/upload.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstring>
#include <utility>

#include "host/measure/resumption.hpp"
#include "host/model/operator_names.hpp"
#include "protocol/plan/type_set.hpp"
#include "protocol/plan/view.hpp"
#include "target/engine/engine.hpp"

namespace hil::measure {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Longest wait for room on the line before the stop flag is looked at again.
constexpr milliseconds kSlice{200};
/// Longest time that the agent may take to check and load a plan.
constexpr seconds kLoadTime{30};

/// Where in the file the first operator of kind @p used is.
std::uint32_t first_of(const model::CompiledModel& model, const model::UsedOperator& used) {
  for (const model::PlanStep& step : model.steps) {
    if (step.kind == used) return step.layer;
  }
  return 0;  // the kinds are those of the steps
}

Error slot_still_differs(const session::ModelImage& image) {
  return Error{Blame::kDevice,
               fmt::format("the flash slot does not hold the plan of {} bytes that the probe has "
                           "just written and verified",
                           image.bytes.size()),
               "the agent's slot is not where the board file says: flash the agent of this board"};
}

/// Bytes of the plan, from its start on.
struct Reached {
  std::uint64_t held = 0;  ///< by the board when the try began
  std::uint64_t sent = 0;  ///< handed to the link by now, those included
};

/// Says in the record where a try goes on that follows one that has reached @p before.
void note_resumption(lab::ReadyBoard& board, const session::ModelUpload& upload,
                     const Reached& before) {
  if (before.sent == 0 || upload.already_held()) return;
  board.add_to_link_event(upload.began_at() == 0
                              ? "the model was sent again"
                              : fmt::format("the model went on at byte {} of {}", upload.began_at(),
                                            upload.total_bytes()));
}

/// One try. @p reached: by the one before; then by this one.
Result<PlacedModel> try_upload(lab::ReadyBoard& board, const model::CompiledModel& model,
                               const Watch& watch, Reached& reached) {
  const Reached before = std::exchange(reached, {});
  const auto start = Deadline::Clock::now();
  PlacedModel placed;
  session::ModelImage image = image_of(model);
  HIL_ASSIGN(placed.place, place_for(image, board.session().agent(), board.weights()));
  image.place = placed.place;
  HIL_ASSIGN(auto upload,
             session::ModelUpload::begin(board.session(), image, Deadline::after(kLoadTime)));
  if (upload.slot_differs()) {
    watch.at(Phase::kUpload, 0, image.bytes.size());
    HIL_TRY(board.write_model_slot(image.bytes));
    HIL_ASSIGN(upload,
               session::ModelUpload::begin(board.session(), image, Deadline::after(kLoadTime)));
    if (upload.slot_differs()) return slot_still_differs(image);
    watch.at(Phase::kUpload, image.bytes.size(), image.bytes.size());
  } else {
    placed.held = upload.all_sent() && upload.began_at() == 0;
    note_resumption(board, upload, before);
    reached = {upload.began_at(), upload.began_at()};
  }
  while (!upload.all_sent()) {
    if (watch.stopped()) return placed;
    HIL_TRY(upload.step(Deadline::after(kSlice)));
    reached.sent = upload.sent_bytes();
    watch.at(Phase::kUpload, upload.sent_bytes(), upload.total_bytes());
  }
  HIL_ASSIGN(placed.loaded, upload.finish(Deadline::after(kLoadTime)));
  placed.host_ms =
      std::chrono::duration<double, std::milli>(Deadline::Clock::now() - start).count();
  return placed;
}

}  // namespace

std::string title_of(const model::UsedOperator& used) {
  const std::string name = model::operator_name(used.opcode);
  switch (used.type) {
    case plan::kInt8Only:
      return name + " int8";
    case plan::kInt16Only:
      return name + " int16";
    case plan::kInt32Only:
      return name + " int32";
    case plan::kUint8Only:
      return name + " uint8";
    case plan::kFloat32Only:
      return name + " float32";
    default:
      return name;
  }
}

session::ModelImage image_of(const model::CompiledModel& model) {
  plan::Header header{};
  std::memcpy(&header, model.plan.data(), sizeof header);
  session::ModelImage image;
  image.bytes = model.plan;
  image.crc32 = model.plan_crc32;
  image.format = engine::kFormatPlan;
  image.plan_major = header.major;
  image.plan_minor = header.minor;
  image.features = header.features;
  image.arena_bytes = model.arena_bytes + model.state_bytes;  // compile() bounds the sum
  for (const model::UsedOperator& used : model.operators) {
    image.operators.push_back({used.opcode, title_of(used), used.type, first_of(model, used)});
  }
  return image;
}

Result<session::ModelPlace> place_for(const session::ModelImage& image,
                                      const session::AgentInfo& agent, lab::Weights weights) {
  using session::ModelPlace;
  if (weights == lab::Weights::kRam) return ModelPlace::kRam;
  const bool fits_ram = image.bytes.size() <= agent.plan_capacity_bytes;
  const bool fits_slot = image.bytes.size() <= agent.slot_bytes;
  if (weights == lab::Weights::kAuto) {
    return !fits_ram && fits_slot ? ModelPlace::kFlashSlot : ModelPlace::kRam;
  }
  if (agent.slot_bytes > 0) return ModelPlace::kFlashSlot;
  return Error{Blame::kDevice, fmt::format("{} has no flash slot for models", agent.board),
               "leave --weights out, or take --weights ram"};
}

Result<PlacedModel> upload(lab::ReadyBoard& board, const model::CompiledModel& model,
                           const Watch& watch) {
  Resumption resumption;
  Reached reached;
  while (true) {
    auto placed = try_upload(board, model, watch, reached);
    if (placed.ok()) return placed;
    if (reached.held > 0) resumption.correct(reached.held);
    const Status back = resumption.resume(board, placed.error(), reached.sent);
    if (watch.stopped()) return PlacedModel{};
    if (!back.ok()) return back.error();
  }
}

}  // namespace hil::measure
