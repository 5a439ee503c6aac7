// SPDX-License-Identifier: Apache-2.0
// The search for the first operator that differs, then its bytes.
#include "host/measure/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

#include "host/measure/agreement.hpp"
#include "host/measure/bisection.hpp"
#include "host/measure/traced_run.hpp"
#include "host/measure/upload.hpp"
#include "protocol/plan/view.hpp"

namespace hil::measure {
namespace {

constexpr std::chrono::seconds kReadTime{30};

class Search {
 public:
  Search(session::Session& session, const model::CompiledModel& model, const Inputs& inputs,
         const Watch& watch)
      : session_(session),
        model_(model),
        inputs_(inputs),
        watch_(watch),
        bisection_(static_cast<std::uint32_t>(model.steps.size())) {}

  Result<std::optional<Verification>> perform() {
    HIL_ASSIGN(auto runner, model::ReferenceRunner::make(model_));
    HIL_ASSIGN(auto reference, runner.trace(inputs_, 0, 0));
    digests_ = std::move(reference.digests);
    while (!bisection_.done()) {
      HIL_ASSIGN(const bool stopped, narrow());
      if (stopped) return std::optional<Verification>();
    }
    for (step_ = bisection_.found(); step_ < model_.steps.size(); ++step_) {
      found_.difference.emplace();
      found_.difference->step = step_;
      HIL_TRY(catch_output(runner));
      if (watch_.stopped() && !found_.difference->read) return std::optional<Verification>();
      if (!tolerated_) return std::optional(std::move(found_));
      found_.difference.reset();  // the last bits of a float; look at the next operator
    }
    return std::optional(std::move(found_));
  }

 private:
  /// One run at as many positions as the agent records. True if told to stop.
  Result<bool> narrow() {
    const Positions positions = bisection_.next(session_.agent().trace_capacity);
    session::TraceOptions asked;
    asked.first = positions.first;
    asked.stride = positions.stride;
    asked.count = positions.count;
    asked.digests = true;
    HIL_ASSIGN(const auto run, run_traced(session_, model_, inputs_, asked, watch_));
    if (!run) return true;
    ++found_.search_runs;
    for (std::uint32_t i = 0; i < positions.count; ++i) {
      bisection_.note(positions.at(i), run->trace.digests[i] != digests_[positions.at(i)]);
    }
    return false;
  }

  /// Stops behind the operator and reads what it has written, until that is wrong.
  Status catch_output(model::ReferenceRunner& runner) {
    session::TraceOptions asked;
    asked.first = step_;
    asked.count = 1;
    asked.digests = asked.stop_after = true;
    tolerated_ = false;
    for (std::uint32_t runs = 0; runs < kMaxReadRuns && !watch_.stopped(); ++runs) {
      HIL_ASSIGN(const auto run, run_traced(session_, model_, inputs_, asked, watch_));
      if (!run) return {};
      ++found_.read_runs;
      if (run->trace.digests[0] != digests_[step_]) return read_outputs(runner);
    }
    return {};
  }

  Status read_outputs(model::ReferenceRunner& runner) {
    const auto& outputs = model_.steps[step_].outputs;
    for (std::uint32_t i = 0; i < outputs.size(); ++i) {
      runner.reset_state();
      HIL_ASSIGN(auto expected, runner.trace(inputs_, step_, i));
      HIL_ASSIGN(auto got, session::read_output(session_, step_, i, Deadline::after(kReadTime)));
      if (got.size() != expected.output.size()) {
        return Error{Blame::kDevice,
                     fmt::format("output {} of operator {} has {} bytes on the device, {} here", i,
                                 step_, got.size(), expected.output.size()),
                     "flash the agent that belongs to this hilbench"};
      }
      if (got == expected.output) continue;
      const plan::ElementType type = outputs[i].type;
      const Mismatch mismatch =
          type == plan::ElementType::kFloat32
              ? compare_floats(expected.output, got)
              : compare_exactly(plan::element_bytes(type), expected.output, got);
      if (mismatch.count > 0) return note(i, mismatch, std::move(expected.output), std::move(got));
      tolerated_ = true;
    }
    // Where nothing is tolerated either, an operator before it differs now: not reliable. Behind
    // tolerated bits a digest differs for their sake.
    tolerated_ = tolerated_ || behind_tolerated_;
    behind_tolerated_ = tolerated_;
    return {};
  }

  Status note(std::uint32_t output, const Mismatch& mismatch, std::vector<std::uint8_t> expected,
              std::vector<std::uint8_t> got) {
    OperatorDifference& difference = *found_.difference;
    difference.read = true;
    difference.output = output;
    difference.element = mismatch.first;
    difference.differing = mismatch.count;
    difference.expected = std::move(expected);
    difference.got = std::move(got);
    tolerated_ = false;
    return {};
  }

  session::Session& session_;
  const model::CompiledModel& model_;
  const Inputs& inputs_;
  const Watch& watch_;
  Bisection bisection_;
  std::uint32_t step_ = 0;              ///< the first operator that differs
  bool tolerated_ = false;              ///< what differs there is the last bits of floats
  bool behind_tolerated_ = false;       ///< so it was at an operator before
  std::vector<std::uint32_t> digests_;  ///< of the reference, per operator
  Verification found_;
};

template <class T>
std::string number_at(const std::vector<std::uint8_t>& bytes, std::uint64_t element) {
  T value{};
  std::memcpy(&value, bytes.data() + element * sizeof(T), sizeof(T));
  if constexpr (sizeof(T) == 1) return fmt::format("{}", static_cast<int>(value));
  return fmt::format("{}", value);
}

std::string value_text(plan::ElementType type, const std::vector<std::uint8_t>& bytes,
                       std::uint64_t element) {
  switch (type) {
    case plan::ElementType::kInt16:
      return number_at<std::int16_t>(bytes, element);
    case plan::ElementType::kInt32:
      return number_at<std::int32_t>(bytes, element);
    case plan::ElementType::kFloat32:
      return number_at<float>(bytes, element);
    default:
      return number_at<std::int8_t>(bytes, element);
  }
}

/// "[0, 3, 17]" of element @p element of @p shape.
std::string position_text(const std::vector<std::int32_t>& shape, std::uint64_t element) {
  std::string text;
  for (std::size_t i = shape.size(); i > 0; --i) {
    const auto size = static_cast<std::uint64_t>(shape[i - 1]);
    text = std::to_string(element % size) + (text.empty() ? "" : ", ") + text;
    element /= size;
  }
  return "[" + text + "]";
}

std::string tensor_text(const model::StepOutput& output) {
  return fmt::format("tensor {} ({})", output.tensor, output.name);
}

}  // namespace

Result<std::optional<Verification>> verify(session::Session& session,
                                           const model::CompiledModel& model, const Inputs& inputs,
                                           const Watch& watch) {
  HIL_TRY(session::check_profiles(session.agent()));
  return Search(session, model, inputs, watch).perform();
}

Error explain(const model::CompiledModel& model, const Verification& found) {
  const OperatorDifference& difference = *found.difference;
  const model::PlanStep& step = model.steps[difference.step];
  const std::string op = fmt::format("operator {} ({})", step.layer, title_of(step.kind));
  if (!difference.read) {
    return {Blame::kDevice,
            fmt::format("{} differed from the host reference, but not again in {} more inferences",
                        op, found.read_runs),
            "check supply, clock and memory of the board, then run again"};
  }
  const model::StepOutput& output = step.outputs[difference.output];
  return {
      Blame::kBug,
      fmt::format("{} is the first to differ from the host reference: {} element {}: expected "
                  "{}, got {} ({} of {} elements differ)",
                  op, tensor_text(output), position_text(output.shape, difference.element),
                  value_text(output.type, difference.expected, difference.element),
                  value_text(output.type, difference.got, difference.element), difference.differing,
                  difference.got.size() / plan::element_bytes(output.type)),
      "report this with the model and the input: host and device disagree"};
}

}  // namespace hil::measure
