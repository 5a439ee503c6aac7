// SPDX-License-Identifier: Apache-2.0
// The LPM01A as a PowerMeter: its set-up, and one acquisition per recording.
#include "host/energy/lpm01a/lpm01a_meter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "host/energy/lpm01a/acquisition.hpp"
#include "host/energy/lpm01a/ascii_reader.hpp"
#include "host/energy/lpm01a/binary_reader.hpp"
#include "host/energy/lpm01a/command.hpp"
#include "host/energy/lpm01a/number.hpp"
#include "host/energy/lpm01a/trace_builder.hpp"

namespace hil::energy {
namespace {

using namespace lpm01a;  // NOLINT: the folder's own names
using std::chrono::milliseconds;
using std::chrono::seconds;

/// A program on a chip answers at once; what does not within this time, twice, is another product.
constexpr milliseconds kMostGreeting{1000};
/// Firmware may answer `status` in words of its own: then it is no reply, and nobody waits for it.
constexpr milliseconds kMostStatus{300};
/// Once samples flow, longer silence than this (and three samples) is a meter that hangs: this
/// machine itself may be late by seconds.
constexpr seconds kMostSilence{5};
/// From the end of an acquisition to the meter's word that it takes commands again.
constexpr milliseconds kMostClosing{500};
constexpr std::string_view kCompletedText = "Acquisition completed";
/// Set and told voltages may differ by the 1 % of UM2243; further off than this is another voltage.
constexpr double kVoltageTolerance = 0.05, kNoVoltage = 0.9;
/// "EMUL" "ATED": the id that an emulated one has in place of its chip's.
constexpr std::string_view kEmulatedId = "454D554C-41544544-";

Error no_lpm01a(const Link& link) {
  return Error{
      Blame::kLab,
      fmt::format("what is on {} is no LPM01A: it does not answer 'powershield'", link.name()),
      "USB id 0483:5740 is that of many ST boards; name the meter's port: "
      "--meter lpm01a:/dev/ttyACM1"};
}

/// Who it is; @p port is quiet.
Result<MeterInfo> identify(CommandPort& port, const Link& link, Deadline deadline) {
  HIL_ASSIGN(auto greeting, port.try_ask("powershield", deadline, kMostGreeting));
  // An acquisition may have paused when quiet() listened: then this is not answered, or refused.
  if (!greeting || !greeting->accepted) {
    HIL_TRY(port.halt(deadline));
    HIL_ASSIGN(greeting, port.try_ask("powershield", deadline, kMostGreeting));
  }
  if (!greeting || !greeting->accepted) return no_lpm01a(link);
  HIL_ASSIGN(std::string version, port.demand("version", deadline));
  MeterInfo info;
  info.kind = "lpm01a";
  info.model = "ST X-NUCLEO-LPM01A";
  info.serial = std::move(greeting->value);
  info.firmware = std::move(version);
  info.calibration = "by itself, when its voltage is set";
  info.port = link.name();
  info.emulated = std::string_view(info.serial).substr(0, kEmulatedId.size()) == kEmulatedId;
  return info;
}

class Lpm01aMeter final : public PowerMeter {
 public:
  Lpm01aMeter(std::unique_ptr<Link> link, Acquisition acquisition)
      : link_(std::move(link)), port_(*link_), acquisition_(std::move(acquisition)) {}
  ~Lpm01aMeter() override;

  Status set_up(const MeterSetup& setup, Deadline deadline);

  [[nodiscard]] const MeterInfo& info() const override { return info_; }
  [[nodiscard]] MeterAbilities abilities() const override {
    return {true, false, true, acquisition_.edges == EdgeSource::kNone ? 0U : 1U};
  }
  Status set_target_power(bool on, Deadline deadline) override;
  Status start(Trace& trace, Deadline deadline) override;
  Status read(Trace& trace, Deadline deadline) override;
  Status stop(Trace& trace, Deadline deadline) override;

 private:
  using Reader = std::variant<AsciiReader, BinaryReader>;

  Status forget_error(Deadline deadline);
  Status choose_modes(Deadline deadline);
  Status choose_voltage(Deadline deadline);
  Status choose_events(Deadline deadline);
  Status take(std::span<const std::uint8_t> bytes, Trace& trace);
  Status check_alive();
  Result<std::size_t> pull(Trace& trace, Deadline deadline);
  void see_completion(std::span<const std::uint8_t> bytes);
  void finish(Trace& trace);
  [[nodiscard]] Error ended_by_itself() const;

  std::unique_ptr<Link> link_;
  CommandPort port_;
  Acquisition acquisition_;
  MeterInfo info_;
  bool controlled_ = false;
  bool running_ = false, stopping_ = false, completed_ = false;
  bool failed_ = false;  ///< what came in this recording ended it
  Reader reader_;
  std::optional<TraceBuilder> builder_;
  std::vector<StreamRecord> records_;
  std::string tail_;  ///< end of what came, for kCompletedText
  Deadline::Clock::time_point first_at_{}, last_at_{};
  std::size_t first_size_ = 0;  ///< of the trace, when the first bytes had come
  bool any_bytes_ = false;
};

Lpm01aMeter::~Lpm01aMeter() {
  const Deadline deadline = Deadline::after(seconds(2));
  if (running_ && !port_.halt(deadline).ok()) return;
  if (controlled_) (void)port_.try_ask("hrc", deadline, kMostGreeting).ok();
}

/// The order is that of MLPerf Tiny's runner.
Status Lpm01aMeter::set_up(const MeterSetup& setup, Deadline deadline) {
  HIL_TRY(port_.quiet(deadline));
  HIL_ASSIGN(info_, identify(port_, *link_, deadline));
  info_.emulated = info_.emulated || setup.emulated;
  if (info_.serial.empty()) info_.serial = setup.serial;
  HIL_ASSIGN(const Reply control, port_.ask("htc", deadline));
  if (!control.accepted) {  // a slow acquisition that quiet() has not noticed
    HIL_TRY(port_.halt(deadline));
    HIL_TRY(port_.demand("htc", deadline));
  }
  controlled_ = true;
  // Nobody needs the display: a refusal does not matter.
  HIL_TRY(port_.ask("lcd 1 \"    hilbench    \"", deadline));
  HIL_TRY(forget_error(deadline));
  HIL_TRY(choose_modes(deadline));
  HIL_TRY(choose_voltage(deadline));
  HIL_TRY(port_.demand("acqtime inf", deadline));
  HIL_TRY(port_.demand("trigdelay 0", deadline));
  HIL_TRY(port_.demand(acquisition_.start_on_edge ? "trigsrc d7" : "trigsrc sw", deadline));
  if (acquisition_.energy) HIL_TRY(choose_events(deadline));
  HIL_TRY(port_.demand(acquisition_.energy ? "output energy" : "output current", deadline));
  HIL_TRY(port_.demand(acquisition_.energy ? "format ascii_dec" : "format bin_hexa", deadline));
  HIL_TRY(port_.demand("freq " + acquisition_.rate_word, deadline));
  return {};
}

/// Once told by `status`, an error of an earlier acquisition does not keep it from starting (so say
/// users of real ones).
Status Lpm01aMeter::forget_error(Deadline deadline) {
  HIL_TRY(port_.try_ask("status", deadline, kMostStatus));
  return {};
}

/// What earlier users may have left otherwise: one value at a time, a range that begins at 30 uA,
/// and a supply that goes off at the end of an acquisition. A firmware that refuses one of these
/// words has no such mode.
Status Lpm01aMeter::choose_modes(Deadline deadline) {
  for (const char* usual : {"acqmode dyn", "funcmode optim", "pwrend on"})
    HIL_TRY(port_.ask(usual, deadline));
  return {};
}

/// Leaves a supply alone that is on with the voltage that is asked for: the board runs from it.
Status Lpm01aMeter::choose_voltage(Deadline deadline) {
  const auto off_by = [&](const std::string& told) {
    const auto volts = parse_number(told);
    return volts ? std::abs(*volts / acquisition_.volts - 1) : 1;
  };
  HIL_ASSIGN(const Reply power, port_.ask("pwr get", deadline));
  HIL_ASSIGN(const Reply before, port_.ask("volt get", deadline));
  if (power.accepted && power.value == "on" && before.accepted &&
      off_by(before.value) <= kVoltageTolerance)
    return {};
  HIL_TRY(port_.demand("pwr off", deadline));
  HIL_TRY(port_.demand("volt " + millivolts(acquisition_.volts), deadline));
  HIL_ASSIGN(const Reply after, port_.ask("volt get", deadline));
  // No number, and 0 of a supply that is off, say nothing.
  const double off = off_by(after.value);
  if (!after.accepted || off <= kVoltageTolerance || off >= kNoVoltage) return {};
  return Error{
      Blame::kLab,
      fmt::format("the LPM01A on {} says that it supplies {:.3f} V, {:.3f} V was set",
                  link_->name(), parse_number(after.value).value_or(0), acquisition_.volts),
      "look for another supply of the board that works against it"};
}

/// Both edges if the firmware has that, else falling ones, else none (before 1.0.6).
Status Lpm01aMeter::choose_events(Deadline deadline) {
  HIL_ASSIGN(const Reply both, port_.ask("eventsrc d7 both", deadline));
  if (both.accepted) {
    acquisition_.edges = EdgeSource::kBoth;
    return {};
  }
  HIL_ASSIGN(const Reply falling, port_.ask("eventsrc d7 fal", deadline));
  acquisition_.edges = falling.accepted ? EdgeSource::kFalling : EdgeSource::kNone;
  return {};
}

Status Lpm01aMeter::set_target_power(bool on, Deadline deadline) {
  const char* command = on ? "pwr on nostatus" : "pwr off";
  if (!running_) {
    HIL_TRY(port_.demand(command, deadline));
    return {};
  }
  // The reply comes among the samples as one more line; there are no lines in binary.
  if (acquisition_.energy) return port_.send(command, deadline);
  return Error{Blame::kUser,
               "an LPM01A in current mode does not switch the supply while it records",
               "switch it before, or record at 1 kHz"};
}

Status Lpm01aMeter::start(Trace& trace, Deadline deadline) {
  if (running_) return Error{Blame::kBug, "the LPM01A records already", ""};
  if (failed_) HIL_TRY(forget_error(deadline));
  trace = Trace{};
  trace.meter = info_;
  trace.accuracy = accuracy_of(acquisition_);
  trace.supply = supply_of(acquisition_.volts);
  builder_.emplace(acquisition_);
  builder_->begin(trace);
  if (acquisition_.energy && acquisition_.edges == EdgeSource::kNone) {
    trace.events.push_back({0, "firmware",
                            fmt::format("firmware {} knows no eventsrc: without an update to 1.0.6 "
                                        "the sync wire is not seen",
                                        info_.firmware)});
  }
  if (acquisition_.energy) {
    reader_.emplace<AsciiReader>();
  } else {
    reader_.emplace<BinaryReader>();
  }
  stopping_ = completed_ = failed_ = any_bytes_ = false;
  tail_.clear();
  HIL_TRY(port_.demand("start", deadline));
  running_ = true;
  first_at_ = last_at_ = Deadline::Clock::now();
  return take(port_.take_rest(), trace);
}

Status Lpm01aMeter::take(std::span<const std::uint8_t> bytes, Trace& trace) {
  records_.clear();
  std::visit([&](auto& reader) { reader.push(bytes, records_); }, reader_);
  failed_ = true;  // unless all of it is fine
  for (const StreamRecord& record : records_)
    HIL_TRY(builder_->add(record, trace));
  failed_ = builder_->ended() && !stopping_;
  completed_ = completed_ || builder_->completed();
  if (failed_) return ended_by_itself();
  return {};
}

Result<std::size_t> Lpm01aMeter::pull(Trace& trace, Deadline deadline) {
  std::array<std::uint8_t, 16'384> buffer;
  HIL_ASSIGN(const std::size_t count, link_->read(buffer, deadline));
  if (count == 0) return count;
  const std::span<const std::uint8_t> bytes = std::span(buffer).first(count);
  if (stopping_) see_completion(bytes);
  HIL_TRY(take(bytes, trace));
  last_at_ = Deadline::Clock::now();
  if (!any_bytes_ && trace.size() > 0) {
    any_bytes_ = true;
    first_at_ = last_at_;
    first_size_ = trace.size();
  }
  return count;
}

Status Lpm01aMeter::read(Trace& trace, Deadline deadline) {
  if (!running_) return Error{Blame::kBug, "the LPM01A does not record", ""};
  HIL_ASSIGN(const std::size_t count, pull(trace, deadline));
  return count > 0 ? Status{} : check_alive();
}

Status Lpm01aMeter::check_alive() {
  if (acquisition_.start_on_edge && !any_bytes_) return {};
  const auto silence = Deadline::Clock::now() - last_at_;
  const auto samples = std::chrono::duration<double>(3 / acquisition_.rate_hz);
  if (silence <= kMostSilence || silence <= samples) return {};
  const std::string& said = builder_->last_error();
  return Error{Blame::kLink,
               fmt::format("the LPM01A on {} has stopped sending{}{}", link_->name(),
                           said.empty() ? "" : ": ", said),
               "press its reset button, or unplug it and plug it in again"};
}

Error Lpm01aMeter::ended_by_itself() const {
  const std::string& said = builder_->last_error();
  std::string lower = said;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const bool overflow =
      lower.find("overflow") != std::string::npos || lower.find("buffer") != std::string::npos;
  return Error{Blame::kLink,
               fmt::format("the LPM01A on {} has ended the acquisition by itself{}{}",
                           link_->name(), said.empty() ? "" : ": ", said),
               overflow ? "this machine read too late: take load off it, or ask for a lower rate"
                        : "see that the board takes less than 50 mA; if it stays so, press the "
                          "meter's reset button"};
}

/// Finds the meter's last word even if the reader has lost its step.
void Lpm01aMeter::see_completion(std::span<const std::uint8_t> bytes) {
  tail_.append(bytes.begin(), bytes.end());
  completed_ = completed_ || tail_.find(kCompletedText) != std::string::npos;
  if (tail_.size() > kCompletedText.size()) tail_.erase(0, tail_.size() - kCompletedText.size());
}

Status Lpm01aMeter::stop(Trace& trace, Deadline deadline) {
  if (!running_) return {};
  running_ = false;
  if (failed_) return port_.halt(deadline);  // read() has said why
  stopping_ = true;
  HIL_TRY(port_.send("stop", deadline));
  std::optional<Deadline> closing;
  while (!completed_) {
    const Deadline until = closing ? Deadline::earlier(*closing, deadline) : deadline;
    HIL_ASSIGN(const std::size_t count, pull(trace, until));
    if (count == 0 || until.expired()) break;
    if (builder_->ended() && !closing) closing = Deadline::after(kMostClosing);
  }
  if (!completed_ && !builder_->ended()) {
    return Error{Blame::kLink,
                 fmt::format("the LPM01A on {} does not end the acquisition", link_->name()),
                 "unplug it and plug it in again"};
  }
  finish(trace);
  return {};
}

void Lpm01aMeter::finish(Trace& trace) {
  builder_->end(trace);
  const double elapsed = std::chrono::duration<double>(last_at_ - first_at_).count();
  if (any_bytes_ && elapsed > 1 && trace.size() > first_size_) {
    trace.seen_hz = static_cast<double>(trace.size() - first_size_) / elapsed;
  }
}

}  // namespace

Result<MeterInfo> identify_lpm01a(Link& link, Deadline deadline) {
  CommandPort port(link);
  const Deadline until = Deadline::earlier(Deadline::after(seconds(3)), deadline);
  HIL_TRY(port.quiet(until));
  return identify(port, link, until);
}

Result<std::unique_ptr<PowerMeter>> make_lpm01a(std::unique_ptr<Link> link, const MeterSetup& setup,
                                                Deadline deadline) {
  HIL_ASSIGN(Acquisition acquisition, acquisition_for(setup));
  auto meter = std::make_unique<Lpm01aMeter>(std::move(link), std::move(acquisition));
  HIL_TRY(meter->set_up(setup, deadline));
  return std::unique_ptr<PowerMeter>(std::move(meter));
}

}  // namespace hil::energy
