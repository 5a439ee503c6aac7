// SPDX-License-Identifier: Apache-2.0
// The streaming loop.
#include "host/measure/stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "host/measure/resumption.hpp"
#include "host/measure/upload.hpp"

namespace hil::measure {
namespace {

/// Longest wait for a result before the stop flag is looked at again.
constexpr std::chrono::milliseconds kSlice{200};
constexpr std::chrono::seconds kBeginTime{10};

/// A silence of more than this, and so many times the longest wait for a result before, is told.
constexpr std::chrono::seconds kLongSilence{1};
constexpr int kUnusual = 5;

/// Tells of a line that was silent for long, but not so long that it was given up.
class SilenceWatch {
 public:
  explicit SilenceWatch(lab::ReadyBoard& board) : board_(board), silence_(longest_silence()) {}

  /// A result has come.
  void note_result(std::size_t sample) {
    const auto now = Deadline::Clock::now();
    const auto gap = now - std::exchange(last_, now);
    const bool unusual = usual_ > gap.zero() && gap > kLongSilence && gap > kUnusual * usual_;
    if (!unusual) {
      usual_ = std::max(usual_, gap);
      return;
    }
    const auto silence = longest_silence();
    if (silence <= std::max<Deadline::Clock::duration>(silence_, kLongSilence)) return;
    silence_ = silence;
    board_.note_link_event(
        "silence",
        fmt::format("nothing came from {} for {:.1f} s while sample {} was awaited",
                    board_.board().id, std::chrono::duration<double>(silence).count(), sample));
  }

 private:
  [[nodiscard]] Deadline::Clock::duration longest_silence() const {
    return board_.session().channel().statistics().longest_silence;
  }

  lab::ReadyBoard& board_;
  Deadline::Clock::duration silence_;
  Deadline::Clock::time_point last_ = Deadline::Clock::now();
  Deadline::Clock::duration usual_{0};  ///< longest wait for a result
};

/// What is streamed, and how.
struct Work {
  const model::CompiledModel& model;
  const SampleSource& source;
  std::uint32_t count;
  StateRule rule;
};

/// One stream, over as many runs of the agent as it takes.
class Streaming {
 public:
  Streaming(lab::ReadyBoard& board, const Work& work, const Watch& watch)
      : board_(board), work_(work), watch_(watch), has_state_(work.model.state_bytes > 0) {}

  StreamResult run() {
    while (true) {
      const std::uint32_t first = resume_at(done(), has_state_, work_.rule, work_.source);
      if (sent_ > first) note_again(first);
      const Status status = run_from(first);
      if (status.ok() || watch_.stopped()) break;
      // A sample that can't be read names itself, and the board has no part in it.
      result_.error = unreadable_ ? status.error() : get_back(named(status.error()));
      if (result_.error || watch_.stopped()) break;
    }
    return std::move(result_);
  }

 private:
  [[nodiscard]] std::uint32_t done() const {
    return static_cast<std::uint32_t>(result_.samples.size());
  }
  [[nodiscard]] Error named(const Error& error) const {
    if (!begun_) return error;
    return error.within(work_.source.name_of(done()));
  }

  /// Inferences @p first and on, until all are done, a stop, or an error.
  Status run_from(std::uint32_t first) {
    session::InferOptions options;
    options.first_sample = first;
    options.count = work_.count - first;
    options.budget_ms = budget_ms(work_.model.macs);
    begun_ = false;
    HIL_ASSIGN(auto run,
               session::InferRun::begin(board_.session(), options, output_sizes(work_.model),
                                        Deadline::after(kBeginTime)));
    SilenceWatch silence(board_);
    while (!run.done() && !watch_.stopped()) {
      HIL_TRY(send_samples(run, first));
      auto received = run.receive(Deadline::after(kSlice));
      begun_ = run.begun();
      HIL_ASSIGN(auto sample, std::move(received));
      if (sample) take(std::move(*sample), silence);
    }
    return {};
  }

  /// As many as the run wants.
  Status send_samples(session::InferRun& run, std::uint32_t first) {
    while (run.wants_input()) {
      const std::uint32_t index = first + run.sent();
      const Result<Inputs> inputs = work_.source.read(index);
      if (!inputs.ok()) {
        unreadable_ = true;
        return inputs.error();
      }
      // To a model without state a reset means nothing, so it costs no bytes on the line.
      HIL_TRY(run.send(*inputs, has_state_ && starts_fresh(work_.rule, work_.source, index)));
      sent_ = index + 1;
    }
    return {};
  }

  void take(session::SampleResult sample, SilenceWatch& silence) {
    silence.note_result(sample.sample);
    if (sample.sample < done()) return;  // only run again for the state that it leaves
    result_.samples.push_back(std::move(sample));
    watch_.at(Phase::kRun, done(), work_.count);
  }

  /// The board and the model on it after @p why; nothing if both are there again.
  std::optional<Error> get_back(const Error& why) {
    const Status back = resumption_.resume(board_, why, done());
    if (!back.ok()) return watch_.stopped() ? std::nullopt : std::optional(back.error());
    const auto placed = upload(board_, work_.model, watch_);
    if (!placed.ok()) return placed.error().within("sending the model again");
    if (!placed->held) board_.add_to_link_event("the model was loaded again");
    return std::nullopt;
  }

  void note_again(std::uint32_t first) {
    board_.add_to_link_event(fmt::format("samples {} to {} were sent again", first, sent_ - 1));
    sent_ = first;
  }

  lab::ReadyBoard& board_;
  const Work& work_;
  const Watch& watch_;
  bool has_state_;
  bool begun_ = false;  ///< the agent has agreed to the run that is going on
  bool unreadable_ = false;
  std::uint32_t sent_ = 0;  ///< inferences that have been handed to the link
  Resumption resumption_;
  StreamResult result_;
};

}  // namespace

bool starts_fresh(StateRule rule, const SampleSource& source, std::size_t index) {
  return index == 0 || (rule == StateRule::kReset && source.item(index).window == 0);
}

std::uint32_t budget_ms(std::uint64_t macs) {
  constexpr std::uint64_t kLeastMs = 10'000;
  constexpr std::uint64_t kMostMs = 3'600'000;
  constexpr std::uint64_t kMacsPerMs = 200;
  return static_cast<std::uint32_t>(std::clamp(macs / kMacsPerMs, kLeastMs, kMostMs));
}

std::vector<std::size_t> output_sizes(const model::CompiledModel& model) {
  std::vector<std::size_t> sizes;
  for (const model::TensorSpec& output : model.outputs)
    sizes.push_back(output.size_bytes());
  return sizes;
}

Result<std::optional<session::SampleResult>> run_once(session::Session& session,
                                                      const model::CompiledModel& model,
                                                      const Inputs& inputs, std::uint32_t number,
                                                      const Watch& watch) {
  return run_history(session, model, std::span(&inputs, 1), number, watch);
}

Result<std::optional<session::SampleResult>> run_history(session::Session& session,
                                                         const model::CompiledModel& model,
                                                         std::span<const Inputs> history,
                                                         std::uint32_t number, const Watch& watch) {
  const auto count = static_cast<std::uint32_t>(history.size());
  if (count == 0 || number < count - 1) return Error{Blame::kBug, "a run of no samples", ""};
  session::InferOptions options;
  options.first_sample = number - (count - 1);
  options.reset_state = true;
  return run_with(session, model, history, options, watch);
}

Result<std::optional<session::SampleResult>> run_with(session::Session& session,
                                                      const model::CompiledModel& model,
                                                      std::span<const Inputs> history,
                                                      session::InferOptions options,
                                                      const Watch& watch) {
  options.count = static_cast<std::uint32_t>(history.size());
  options.budget_ms = budget_ms(model.macs);
  HIL_ASSIGN(auto run, session::InferRun::begin(session, options, output_sizes(model),
                                                Deadline::after(kBeginTime)));
  const auto allowed = std::chrono::milliseconds(options.budget_ms) + kBeginTime;
  Deadline deadline = Deadline::after(allowed);
  while (!deadline.expired()) {
    if (watch.stopped()) return std::optional<session::SampleResult>();
    while (run.wants_input())
      HIL_TRY(run.send(history[run.sent()]));
    HIL_ASSIGN(auto result, run.receive(Deadline::earlier(deadline, Deadline::after(kSlice))));
    if (!result) continue;
    if (run.done()) return result;
    deadline = Deadline::after(allowed);
  }
  return Error{Blame::kDevice, fmt::format("no result within {} ms", options.budget_ms),
               "reset the board; if it happens again, flash the agent again and report it"};
}

std::uint32_t resume_at(std::uint32_t done, bool has_state, StateRule rule,
                        const SampleSource& source) {
  if (!has_state) return done;
  while (!starts_fresh(rule, source, done))
    --done;
  return done;
}

StreamResult stream(lab::ReadyBoard& board, const model::CompiledModel& model,
                    const SampleSource& source, std::uint32_t count, StateRule rule,
                    const Watch& watch) {
  const Work work{model, source, count, rule};
  return Streaming(board, work, watch).run();
}

}  // namespace hil::measure
