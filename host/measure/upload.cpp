// SPDX-License-Identifier: Apache-2.0
// Uploading in steps.
#include "host/measure/upload.hpp"

#include <chrono>
#include <cstring>

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

Result<session::LoadedModel> upload(session::Session& session, const model::CompiledModel& model,
                                    const Watch& watch) {
  HIL_ASSIGN(auto upload,
             session::ModelUpload::begin(session, image_of(model), Deadline::after(kLoadTime)));
  while (!upload.all_sent()) {
    if (watch.stopped()) return session::LoadedModel{};
    HIL_TRY(upload.step(Deadline::after(kSlice)));
    watch.at(Phase::kUpload, upload.sent_bytes(), upload.total_bytes());
  }
  return upload.finish(Deadline::after(kLoadTime));
}

}  // namespace hil::measure
