// SPDX-License-Identifier: Apache-2.0
// The PPK2 as a PowerMeter: set up once, then samples into a trace.
#include "host/energy/ppk2/ppk2_meter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <utility>
#include <vector>

#include "host/energy/ppk2/accuracy.hpp"
#include "host/energy/ppk2/hidden_loss.hpp"
#include "host/energy/ppk2/ppk2_port.hpp"
#include "host/energy/ppk2/rate_watch.hpp"
#include "host/energy/ppk2/sample_reader.hpp"

namespace hil::energy {
namespace {

using namespace ppk2;  // NOLINT: its own parts
using Clock = Deadline::Clock;

/// What the regulator gives. Source: facts/energy.md 3.2.
constexpr double kLeastVolts = 0.8, kMostVolts = 5.0;
/// What its line to the board bears; recalled only.
constexpr double kMostLineVolts = 5.5;
/// What its VDD may be off: it counts millivolts.
constexpr double kVoltageStep = 0.0015;
constexpr std::chrono::seconds kMostSilence{2};
/// Samples in which fewer than half can be right make no sense: a second of them.
constexpr std::uint64_t kSenseStretch = 100'000;
/// Between the host's clock and a quartz; beyond that, sample indices are no time.
constexpr double kMostRateError = 0.001;

const char* word_of(ReaderEvent::Kind kind) {
  switch (kind) {
    case ReaderEvent::Kind::kLoss:
      return "loss";
    case ReaderEvent::Kind::kResync:
      return "resync";
    case ReaderEvent::Kind::kInvalid:
      break;
  }
  return "invalid";
}

std::string text_of(const ReaderEvent& event) {
  const char* s = event.amount == 1 ? "" : "s";
  switch (event.kind) {
    case ReaderEvent::Kind::kLoss:
      return fmt::format("{} sample{} lost, as the counter says", event.amount, s);
    case ReaderEvent::Kind::kResync:
      return fmt::format("samples begin {} byte{} later in the stream", event.amount, s);
    case ReaderEvent::Kind::kInvalid:
      break;
  }
  return fmt::format("{} sample{} that can't be right", event.amount, s);
}

class Ppk2Meter final : public PowerMeter {
 public:
  Ppk2Meter(Ppk2Port port, Calibration calibration, const MeterSetup& setup)
      : port_(std::move(port)),
        calibration_(std::move(calibration)),
        setup_(setup),
        conversion_(calibration_, setup.volts),
        accuracy_(accuracy_of(calibration_, conversion_, setup.emulated)) {
    info_.kind = "ppk2";
    info_.model = "Nordic PPK2";
    info_.serial = setup.serial;
    info_.calibration = calibration_.hardware.empty()
                            ? calibration_.digest
                            : fmt::format("HW {}, {}", calibration_.hardware, calibration_.digest);
    info_.port = port_.name();
    info_.emulated = setup.emulated;
  }
  ~Ppk2Meter() override {
    if (running_) port_.leave();
  }
  Ppk2Meter(const Ppk2Meter&) = delete;
  Ppk2Meter& operator=(const Ppk2Meter&) = delete;

  [[nodiscard]] const MeterInfo& info() const override { return info_; }
  [[nodiscard]] MeterAbilities abilities() const override {
    MeterAbilities abilities;
    abilities.sources = true;
    abilities.switches_target = true;
    abilities.logic_bits = 8;
    abilities.proof_s = RateWatch::kProof_s;
    return abilities;
  }
  Status set_target_power(bool on, Deadline deadline) override {
    return port_.set_target_power(on, deadline);
  }

  Status start(Trace& trace, Deadline deadline) override;
  Status read(Trace& trace, Deadline deadline) override;
  Status stop(Trace& trace, Deadline deadline) override;

 private:
  void describe(Trace& trace) const;
  void take(std::span<const std::uint8_t> bytes, Trace& trace);
  void append(Trace& trace);
  [[nodiscard]] Error ended(const Error& error) const;
  Status check_sense();
  [[nodiscard]] Error silent() const;
  void check_time(Trace& trace) const;

  Ppk2Port port_;
  Calibration calibration_;
  MeterSetup setup_;
  Conversion conversion_;
  Accuracy accuracy_;
  MeterInfo info_;

  bool running_ = false;
  SampleReader reader_;
  RateWatch watch_;
  std::vector<ReadSample> samples_;
  Clock::time_point last_bytes_{};
  std::uint64_t sense_count_ = 0, sense_invalid_ = 0;  ///< of the reader, where the stretch began
};

Status Ppk2Meter::start(Trace& trace, Deadline deadline) {
  if (running_) {
    HIL_TRY(port_.stop_sampling([](auto) {}, deadline));
  }
  reader_ = {};
  watch_ = {};
  sense_count_ = sense_invalid_ = 0;
  describe(trace);
  HIL_TRY(port_.start_sampling(deadline));
  running_ = true;
  last_bytes_ = Clock::now();
  return {};
}

void Ppk2Meter::describe(Trace& trace) const {
  trace = {};
  trace.meter = info_;
  trace.accuracy = accuracy_;
  trace.supply.source = setup_.source ? VoltageSource::kSet : VoltageSource::kStated;
  trace.supply.volts = setup_.volts;
  trace.supply.uncertainty_v = supply_uncertainty(setup_.volts, setup_.emulated);
  trace.rate_hz = kRateHz;
  trace.rails.resize(1);
  trace.rails.front().name = "main";
  trace.logic_bits = 8;
  for (const std::string& finding : calibration_.findings)
    trace.events.push_back({0, "calibration", finding});
  if (!setup_.source) return;
  if (calibration_.mode && calibration_.mode != 2) {
    trace.events.push_back({0, "voltage", "it says that it is an ampere meter, told to supply"});
  }
  if (!calibration_.vdd_v) return;
  const double off = *calibration_.vdd_v - setup_.volts;
  if (std::abs(off) <= kVoltageStep) return;
  trace.supply.uncertainty_v = std::hypot(trace.supply.uncertainty_v, off);
  trace.events.push_back({0, "voltage",
                          fmt::format("it says that it gives {:.3f} V, told to give {:.3f} V: the "
                                      "voltage's uncertainty covers both",
                                      *calibration_.vdd_v, setup_.volts)});
}

Status Ppk2Meter::read(Trace& trace, Deadline deadline) {
  std::array<std::uint8_t, 16384> buffer;  // NOLINT: filled by read()
  const std::size_t before = trace.size();
  while (true) {
    // What lies there already came at some time; what is waited for comes now.
    auto count = port_.read(buffer, Deadline::after({}));
    const bool waits = count.ok() && *count == 0;
    if (waits) count = port_.read(buffer, deadline);
    if (!count) return ended(count.error());
    if (*count > 0) {
      last_bytes_ = Clock::now();
      take(std::span(buffer).first(*count), trace);
      if (waits) watch_.feed(last_bytes_, reader_.count());
      HIL_TRY(check_sense());
    } else if (Clock::now() - last_bytes_ > kMostSilence) {
      return silent();
    }
    if (trace.size() > before || deadline.expired()) return {};
  }
}

void Ppk2Meter::take(std::span<const std::uint8_t> bytes, Trace& trace) {
  reader_.take(bytes, samples_);
  append(trace);
}

void Ppk2Meter::append(Trace& trace) {
  auto& values = trace.rails.front().values;
  for (const auto& [sample, flags] : samples_) {
    const bool gap = (flags & flag::kGap) != 0;
    values.push_back(gap ? 0.0F : static_cast<float>(conversion_.amps(sample.range, sample.code)));
    trace.logic.push_back(sample.logic);
    trace.flags.push_back(flags);
  }
  samples_.clear();
  for (const ReaderEvent& event : reader_.take_events())
    trace.events.push_back({event.index, word_of(event.kind), text_of(event)});
}

Status Ppk2Meter::check_sense() {
  const std::uint64_t count = reader_.count() - sense_count_;
  if (count < kSenseStretch) return {};
  const std::uint64_t invalid = reader_.invalid() - sense_invalid_;
  sense_count_ = reader_.count();
  sense_invalid_ = reader_.invalid();
  if (invalid <= count / 2) return {};
  return Error{Blame::kLink,
               fmt::format("of {} samples that came from {}, {} can't be right", count,
                           port_.name(), invalid),
               "unplug the PPK2 and plug it in again; try another cable or port"};
}

Error Ppk2Meter::ended(const Error& error) const {
  return Error{error.blame,
               fmt::format("{}, after {} samples of the PPK2", error.what, reader_.count()),
               "the PPK2 was unplugged or reset: check its cable and hub, then measure again"};
}

Error Ppk2Meter::silent() const {
  return Error{
      Blame::kLink,
      fmt::format("the PPK2 on {} sends no samples, after {}", port_.name(), reader_.count()),
      "unplug it and plug it in again"};
}

Status Ppk2Meter::stop(Trace& trace, Deadline deadline) {
  if (!running_) return {};
  const auto stopped = port_.stop_sampling(
      [&](std::span<const std::uint8_t> bytes) { take(bytes, trace); }, deadline);
  // One that goes on sending is stopped again by whatever comes next.
  if (!stopped.ok()) return ended(stopped.error());
  running_ = false;
  reader_.finish(samples_);
  append(trace);
  check_time(trace);
  return {};
}

/// What the host's clock says of the whole recording.
void Ppk2Meter::check_time(Trace& trace) const {
  if (const double seen = watch_.seen_hz(); seen > 0) {
    trace.seen_hz = seen;
    if (std::abs(seen / kRateHz - 1) > kMostRateError) {
      trace.events.push_back({trace.size(), "rate",
                              fmt::format("{:.0f} samples a second of the host's clock instead of "
                                          "{:.0f}: sample indices are no time",
                                          seen, kRateHz)});
    }
  }
  const auto scatter = watch_.scatter_s();
  if (scatter && *scatter > RateWatch::kMostScatter_s) {
    trace.events.push_back({0, "clock",
                            fmt::format("the host was busy, samples came at times that vary by "
                                        "{:.1f} ms: losses of 64 samples could not be seen",
                                        *scatter * 1e3)});
  }
  insert_hidden_losses(watch_.losses(), trace);
}

Status check_setup(const MeterSetup& setup) {
  if (setup.rate_hz != 0 && setup.rate_hz != kRateHz) {
    return Error{Blame::kUser,
                 fmt::format("a PPK2 can't take {:.6g} samples a second", setup.rate_hz),
                 "it always takes 100,000; leave the rate out"};
  }
  if (!(setup.volts > 0)) {
    return Error{Blame::kUser, "a PPK2 needs the voltage of the board's supply",
                 "give it, --voltage 3.3 for example: it is what the PPK2 supplies, or with "
                 "--ampere what the board's own supply gives"};
  }
  if (setup.source && !(setup.volts >= kLeastVolts && setup.volts <= kMostVolts)) {
    return Error{Blame::kUser, fmt::format("a PPK2 can't supply {:.3g} V", setup.volts),
                 "it gives 0.8 to 5 V; with --ampere the board has its own supply"};
  }
  if (!(setup.volts <= kMostLineVolts)) {
    return Error{Blame::kUser, fmt::format("a PPK2 can't lie in a line of {:.3g} V", setup.volts),
                 "it takes up to 5 V; give volts: --voltage 3.3"};
  }
  return {};
}

/// A board must see no other voltage than the one that is asked for, not even briefly. Where the
/// mode changes, another source comes behind the switch to the board: that opens first.
Status set_up(Ppk2Port& port, const MeterSetup& setup, const Calibration& before,
              Deadline deadline) {
  if (before.mode != (setup.source ? 2 : 1)) {
    HIL_TRY(port.set_target_power(false, deadline));
  }
  if (setup.source) {
    HIL_TRY(port.set_regulator(setup.volts, deadline));
    return port.set_mode(true, deadline);
  }
  HIL_TRY(port.set_mode(false, deadline));
  // The board's own supply passes through the same switch. It stays shut to one that was never told
  // a voltage (seen by users of another program; the maker's tells it and closes the switch, too).
  HIL_TRY(port.set_regulator(std::clamp(setup.volts, kLeastVolts, kMostVolts), deadline));
  return port.set_target_power(true, deadline);
}

}  // namespace

Result<std::unique_ptr<PowerMeter>> make_ppk2(std::unique_ptr<Link> link, const MeterSetup& setup,
                                              Deadline deadline) {
  HIL_TRY(check_setup(setup));
  Ppk2Port port(std::move(link));
  HIL_TRY(port.stop_sampling([](auto) {}, deadline));
  // Is it one at all, before it is told anything?
  HIL_ASSIGN(const Calibration before, port.read_calibration(deadline));
  HIL_TRY(set_up(port, setup, before, deadline));
  HIL_ASSIGN(Calibration calibration, port.read_calibration(deadline));
  return std::unique_ptr<PowerMeter>(
      std::make_unique<Ppk2Meter>(std::move(port), std::move(calibration), setup));
}

}  // namespace hil::energy
