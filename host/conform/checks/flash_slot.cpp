// SPDX-License-Identifier: Apache-2.0
// flash slot: a model written by the probe, run by the agent in place, read back by the probe.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "host/conform/checks/checks.hpp"
#include "host/conform/link_models.hpp"
#include "host/conform/traffic.hpp"
#include "host/measure/stream.hpp"
#include "host/measure/upload.hpp"

namespace hil::conform {
namespace {

/// Sizes of outputs. Primes: such a model holds as many constant bytes. Two of each size, so that
/// there is one that the slot does not hold yet.
constexpr std::array<std::pair<std::size_t, std::size_t>, 4> kSizes{
    {{2039, 2029}, {1021, 1019}, {509, 503}, {251, 241}}};
constexpr std::chrono::seconds kLoadTime{30};

session::ModelImage slot_image(const model::CompiledModel& model) {
  session::ModelImage image = measure::image_of(model);
  image.place = session::ModelPlace::kFlashSlot;
  return image;
}

Result<session::ModelUpload> ask(Bench& bench, const model::CompiledModel& model) {
  return session::ModelUpload::begin(bench.session(), slot_image(model),
                                     Deadline::after(kLoadTime));
}

/// A model that the agent can run from its slot and that is not in there.
Result<model::CompiledModel> new_model(Bench& bench) {
  for (const auto& [one, other] : kSizes) {
    HIL_ASSIGN(auto model, compiled(source_model(one), "a model for the flash slot"));
    const bool fits = session::check_fits(bench.agent(), slot_image(model)).ok();
    if (!fits && one != kSizes.back().first) continue;
    HIL_ASSIGN(const auto upload, ask(bench, model));
    if (upload.slot_differs()) return model;
    return compiled(source_model(other), "a model for the flash slot");
  }
  return Error{Blame::kBug, "no sizes to try", ""};
}

Status run_from_slot(Bench& bench, const model::CompiledModel& model, Check& check) {
  HIL_ASSIGN(auto upload, ask(bench, model));
  if (upload.slot_differs()) {
    check.finding = "the agent does not find in the slot what the probe has written and verified";
    check.advice = "compare agent.model_slot of the board file with model_slot() of the image";
    return {};
  }
  HIL_TRY(upload.finish(Deadline::after(kLoadTime)));
  const auto inputs = drawn_inputs(model);
  HIL_ASSIGN(auto reference, model::ReferenceRunner::make(model));
  HIL_ASSIGN(const auto expected, reference.run(inputs));
  HIL_ASSIGN(const auto result,
             measure::run_once(bench.session(), model, inputs, 0, bench.watch()));
  if (!result || result->outputs == expected) return {};
  check.finding = "the model runs from the slot and gives wrong results";
  check.advice = "look at flash wait states and caches of the chip";
  return {};
}

Status read_back(Bench& bench, const model::CompiledModel& model, Check& check) {
  const auto start = Deadline::Clock::now();
  HIL_ASSIGN(const auto bytes, bench.board().read_model_slot(model.plan.size()));
  const std::chrono::duration<double> took = Deadline::Clock::now() - start;
  check.figures.push_back(bench.host_figure("read back in", took.count(), "s"));
  const auto differ =
      std::mismatch(bytes.begin(), bytes.end(), model.plan.begin(), model.plan.end());
  if (differ.first == bytes.end() && bytes.size() == model.plan.size()) return {};
  check.finding = fmt::format("byte {} reads back as another one", differ.first - bytes.begin());
  check.advice = "look at the chip's memory in the board file, and at the probe";
  return {};
}

}  // namespace

Status check_flash_slot(Bench& bench, Check& check) {
  check.limit = "written, run from there, read back the same";
  if (bench.agent().slot_bytes == 0 || !bench.board().has_probe()) {
    check.verdict = Verdict::kNotJudged;
    check.finding = bench.agent().slot_bytes == 0 ? "the board has no flash slot for models"
                                                  : "the board has no debug probe";
    return {};
  }
  HIL_ASSIGN(const auto model, new_model(bench));
  if (bench.watch().stopped()) return {};
  const auto start = Deadline::Clock::now();
  HIL_TRY(bench.board().write_model_slot(model.plan));
  bench.expect_restart();
  const std::chrono::duration<double> took = Deadline::Clock::now() - start;
  check.figures.push_back(bench.figure("slot", bench.agent().slot_bytes, "B"));
  check.figures.push_back(
      bench.host_figure("written", static_cast<double>(model.plan.size()), "B"));
  check.figures.push_back(bench.host_figure("in", took.count(), "s"));
  HIL_TRY(run_from_slot(bench, model, check));
  if (check.finding.empty() && !bench.watch().stopped()) HIL_TRY(read_back(bench, model, check));
  if (bench.watch().stopped()) return {};
  check.verdict = check.finding.empty() ? Verdict::kPass : Verdict::kFail;
  return {};
}

}  // namespace hil::conform
