// SPDX-License-Identifier: Apache-2.0
// Samples of a kept trace, at their old pace.
#include "host/energy/file/replay_meter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <thread>
#include <utility>

#include "host/base/file.hpp"
#include "host/energy/file/csv_trace.hpp"
#include "host/energy/file/mlperf_trace.hpp"
#include "host/energy/file/trace_file.hpp"
#include "host/energy/file/trace_format.hpp"
#include "host/energy/inserted_samples.hpp"

namespace hil::energy {
namespace {

constexpr std::size_t kAtOnce = 4'096;
constexpr std::chrono::milliseconds kPause(2);
constexpr std::uint64_t kMostFileBytes = std::uint64_t{4} << 30;

class ReplayMeter final : public PowerMeter {
 public:
  ReplayMeter(Trace trace, ReplayPace pace) : kept_(std::move(trace)), pace_(pace) {}

  [[nodiscard]] const MeterInfo& info() const override { return kept_.meter; }
  [[nodiscard]] MeterAbilities abilities() const override {
    MeterAbilities abilities;
    abilities.measures_voltage = kept_.supply.source == VoltageSource::kMeasured;
    abilities.logic_bits = kept_.logic_bits;
    return abilities;
  }

  Status set_target_power(bool, Deadline) override {
    return Error{Blame::kUser, "a replayed recording can't switch the board's supply",
                 "use the meter itself, or leave the supply as it is"};
  }

  Status start(Trace& trace, Deadline) override {
    trace = empty_copy();
    at_ = 0;
    event_ = 0;
    started_ = Clock::now();
    return {};
  }

  Status read(Trace& trace, Deadline deadline) override {
    if (at_ >= kept_.size() || due() <= at_) {
      std::this_thread::sleep_for(std::min<Clock::duration>(kPause, deadline.remaining()));
    }
    give(due(), trace);
    return {};
  }

  Status stop(Trace& trace, Deadline) override {
    give(pace_ == ReplayPace::kTrueRate ? due() : at_, trace);
    return {};
  }

 private:
  [[nodiscard]] Trace empty_copy() const {
    Trace trace;
    trace.meter = kept_.meter;
    trace.accuracy = kept_.accuracy;
    trace.supply = kept_.supply;
    trace.rate_hz = kept_.rate_hz;
    trace.logic_bits = kept_.logic_bits;
    trace.seen_hz = kept_.seen_hz;
    for (const Rail& rail : kept_.rails)
      trace.rails.push_back({rail.name, rail.quantity, {}, {}, rail.part_of_another});
    return trace;
  }

  /// Samples that should have come by now.
  [[nodiscard]] std::size_t due() const {
    if (pace_ == ReplayPace::kAtOnce) return std::min(at_ + kAtOnce, kept_.size());
    const double seconds = std::chrono::duration<double>(Clock::now() - started_).count();
    const double samples = std::floor(seconds * kept_.rate_hz);
    return samples < static_cast<double>(kept_.size()) ? static_cast<std::size_t>(samples)
                                                       : kept_.size();
  }

  void give(std::size_t behind, Trace& trace) {
    if (behind <= at_) return;
    const auto add = [&](const auto& from, auto& to) {
      if (from.empty()) return;
      to.insert(to.end(), from.begin() + static_cast<std::ptrdiff_t>(at_),
                from.begin() + static_cast<std::ptrdiff_t>(behind));
    };
    add(kept_.flags, trace.flags);
    add(kept_.logic, trace.logic);
    for (std::size_t r = 0; r < kept_.rails.size(); ++r) {
      add(kept_.rails[r].values, trace.rails[r].values);
      add(kept_.rails[r].volts, trace.rails[r].volts);
    }
    at_ = behind;
    const bool ended = at_ == kept_.size();
    while (event_ < kept_.events.size() && (kept_.events[event_].index < at_ || ended))
      add_event(kept_.events[event_++], trace);
    if (ended) trace.events.push_back({at_, "end", "the replayed recording has ended"});
  }

  /// What was put in after the old recording is there from the beginning of this one.
  static void add_event(const MeterEvent& event, Trace& trace) {
    if (event.kind != kInsertedEvent) trace.events.push_back(event);
  }

  const Trace kept_;
  ReplayPace pace_;
  std::size_t at_ = 0, event_ = 0;
  Clock::time_point started_{};
};

/// By the first bytes.
Result<Trace> parse_any(std::span<const std::uint8_t> bytes) {
  const auto& magic = trace_format::kMagic;
  if (bytes.size() >= magic.size() && std::equal(magic.begin(), magic.end(), bytes.begin())) {
    HIL_ASSIGN(auto file, unpack_trace(bytes));
    return std::move(file.trace);
  }
  if (!bytes.empty() && bytes[0] == 0xF1) return parse_mlperf_trace(bytes);
  return parse_csv_trace({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace

Result<Trace> load_any_trace(const std::filesystem::path& path) {
  HIL_ASSIGN(const auto bytes, read_file(path, kMostFileBytes));
  auto trace = parse_any(bytes);
  if (trace.ok()) return trace;
  Error error = trace.error();
  error.what = path.filename().string() + ": " + error.what;
  return error;
}

Result<std::unique_ptr<PowerMeter>> make_replay_meter(Trace trace, const MeterSetup& setup,
                                                      ReplayPace pace) {
  if (setup.source) {
    return Error{Blame::kUser, "a replayed recording can't supply a board",
                 "state the voltage without letting the meter supply it"};
  }
  if (setup.rate_hz > 0 && std::abs(setup.rate_hz / trace.rate_hz - 1) > 1e-6) {
    return Error{Blame::kUser,
                 fmt::format("the recording has {} samples per second, not {}", trace.rate_hz,
                             setup.rate_hz),
                 "leave the rate to the recording"};
  }
  if (setup.volts > 0 && trace.supply.source == VoltageSource::kUnknown)
    trace.supply = {VoltageSource::kStated, setup.volts, 0};
  // Whatever made it: it did not measure the board that it is played beside.
  trace.meter.kind = "replay";
  trace.meter.model =
      trace.meter.model.empty() ? "a recording" : "recording of " + trace.meter.model;
  trace.meter.emulated = true;
  std::stable_sort(trace.events.begin(), trace.events.end(),
                   [](const MeterEvent& a, const MeterEvent& b) { return a.index < b.index; });
  return std::unique_ptr<PowerMeter>(std::make_unique<ReplayMeter>(std::move(trace), pace));
}

Result<std::unique_ptr<PowerMeter>> open_replay_meter(const std::filesystem::path& path,
                                                      const MeterSetup& setup, ReplayPace pace) {
  HIL_ASSIGN(auto trace, load_any_trace(path));
  return make_replay_meter(std::move(trace), setup, pace);
}

}  // namespace hil::energy
