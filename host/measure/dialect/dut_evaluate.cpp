// SPDX-License-Identifier: Apache-2.0
// One evaluation over the DUT protocol, step by step.
#include "host/measure/dialect/dut_evaluate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "host/measure/record_parts.hpp"

namespace hil::measure {
namespace {

namespace mlperf_tiny = dialect::mlperf_tiny;
using Clock = Deadline::Clock;

/// The bytes of a float32 tensor.
std::vector<std::uint8_t> float_bytes(const std::vector<double>& values) {
  std::vector<std::uint8_t> bytes(values.size() * sizeof(float));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto value = static_cast<float>(values[i]);
    std::memcpy(&bytes[i * sizeof(float)], &value, sizeof(value));
  }
  return bytes;
}

/// Whether three decimals leave open which value is the largest.
bool is_tie(const std::vector<double>& values) {
  const auto largest = std::max_element(values.begin(), values.end());
  return std::count(values.begin(), values.end(), *largest) > 1;
}

class Run {
 public:
  Run(const DutBoard& board, const DutModelView& view, const SampleSource& source,
      const DutEvaluateOptions& options, const Watch& watch)
      : board_(board), view_(view), source_(source), options_(options), watch_(watch) {}

  Evaluation perform() {
    describe();
    Status status = run_samples();
    const std::size_t inference_bytes = view_.line.inputs.front().size_bytes();
    note_dut_link(board_, evaluation_.samples.size() * inference_bytes,
                  evaluation_.samples.size() * view_.line.outputs.front().size_bytes(), start_,
                  record());
    const Status checked = check_outputs();
    if (status.ok()) status = checked;
    ScoringOptions scoring{options_.scoring, options_.top_k, origin_of(board_)};
    scoring.outputs_are_errors = view_.prints_error;
    const Status scored = score(scoring, view_.line, source_, evaluation_.samples, record());
    if (status.ok()) status = scored;
    note_ties();
    note_unchecked(board_, view_, record());
    judge_dut_run(status, evaluation_.samples.size() == options_.count, record());
    return std::move(evaluation_);
  }

 private:
  results::Record& record() { return evaluation_.record; }

  void describe() {
    record() = begin_dut_record("evaluate", board_, view_);
    record().dataset = describe_dataset(source_);
    record().conditions.conversion = source_.conversion();
    record().conditions.metric = name_of(options_.scoring);
    record().verdict.samples_planned = options_.count;
  }

  Status run_samples() {
    for (std::uint32_t i = 0; i < options_.count && !watch_.stopped(); ++i) {
      HIL_ASSIGN(const Inputs inputs, source_.read(i));
      const auto answer = board_.client.run(inputs.front(), {});
      if (!answer) {
        if (watch_.stopped()) return {};
        return answer.error().within(source_.name_of(i));
      }
      HIL_TRY(keep(i, *answer));
      watch_.at(Phase::kRun, evaluation_.samples.size(), options_.count);
    }
    return {};
  }

  Status keep(std::uint32_t index, const mlperf_tiny::InferAnswer& answer) {
    const std::size_t expected = view_.line.outputs.front().element_count();
    if (answer.values.size() != expected) {
      return Error{Blame::kUser,
                   fmt::format("{}: the firmware prints {} results, {} expected",
                               source_.name_of(index), answer.values.size(), expected),
                   "use the dataset and the model file that belong to the firmware's model"};
    }
    if (answer.attempts > 1) {
      note("retry", fmt::format("{} took {} tries", source_.name_of(index), answer.attempts));
    }
    if (is_tie(answer.values)) ++ties_;
    session::SampleResult result;
    result.sample = index;
    result.outputs.push_back(float_bytes(answer.values));
    evaluation_.samples.push_back(std::move(result));
    printed_.push_back(answer.values);
    record().verdict.samples_done = evaluation_.samples.size();
    return {};
  }

  Status check_outputs() {
    HIL_ASSIGN(PrintedCheck check, PrintedCheck::make(view_));
    for (std::uint32_t i = 0; i < printed_.size() && !watch_.stopped(); ++i) {
      HIL_ASSIGN(const Inputs inputs, source_.read(i));
      HIL_TRY(check.check(inputs.front(), printed_[i], source_.name_of(i)));
    }
    check.finish(board_, record());
    return {};
  }

  void note_ties() {
    if (ties_ == 0 || options_.scoring != Scoring::kClass) return;
    note("tie", fmt::format("of {} samples several classes share the largest printed value: three "
                            "decimals can't tell them apart, the first one counts",
                            ties_));
  }

  void note(const char* kind, std::string text) {
    const double at = std::chrono::duration<double, std::milli>(Clock::now() - start_).count();
    record().events.push_back({at, kind, std::move(text)});
  }

  const DutBoard& board_;
  const DutModelView& view_;
  const SampleSource& source_;
  const DutEvaluateOptions& options_;
  const Watch& watch_;
  Clock::time_point start_ = Clock::now();
  Evaluation evaluation_;
  std::vector<std::vector<double>> printed_;
  std::uint64_t ties_ = 0;
};

}  // namespace

Result<Scoring> choose_dut_scoring(std::optional<Scoring> asked, const DutModelView& view,
                                   const SampleSource& source) {
  if (view.prints_error && asked.value_or(Scoring::kAutoencoder) == Scoring::kAutoencoder) {
    return Scoring::kAutoencoder;
  }
  return choose_scoring(asked, view.line, source);
}

Evaluation evaluate_dut(const DutBoard& board, const DutModelView& view, const SampleSource& source,
                        const DutEvaluateOptions& options, const Watch& watch) {
  return Run(board, view, source, options, watch).perform();
}

}  // namespace hil::measure
