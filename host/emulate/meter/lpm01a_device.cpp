// SPDX-License-Identifier: Apache-2.0
// Lpm01aDevice: commands in, answers and paced acquisitions out.
#include "host/emulate/meter/lpm01a_device.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

#include "host/emulate/meter/lpm01a_control.hpp"
#include "host/emulate/meter/lpm01a_encoding.hpp"

namespace hil::emulate {
namespace {

using Steady = std::chrono::steady_clock;

/// As USB does, bytes leave in packets of some milliseconds.
constexpr std::chrono::milliseconds kTick{2};
/// Made ahead of a line that is full; the rest of what is due waits for room. Its own buffer's fill
/// is told in percent of this.
constexpr std::size_t kMostPending = 65'536;
constexpr std::size_t kMostCommand = 200;
constexpr double kMostTextAtOpen_hz = 1e3;
constexpr std::uint64_t kSamplesPerStamp = 1000;
/// UM2243: the supply is cut from here on.
constexpr double kOvercurrentAmps = 0.059;
constexpr std::uint8_t kErrorText = 0xF1, kInfoText = 0xF2, kEnd = 0xF4, kOvercurrent = 0xF5;

}  // namespace

class Lpm01aDevice::Worker {
 public:
  Worker(Lpm01aDevice& device, std::unique_ptr<Link> link, CurrentSource& source,
         Lpm01aFirmware firmware, Lpm01aFaults faults)
      : device_(device),
        link_(std::move(link)),
        source_(source),
        firmware_(std::move(firmware)),
        faults_(std::move(faults)) {
    settings_.static_values = faults_.static_at_open;
    settings_.power_end_on = !faults_.power_ends_at_open;
    if (!faults_.streaming_at_open) return;
    settings_.text = faults_.streaming_hz <= kMostTextAtOpen_hz;
    settings_.rate_hz = faults_.streaming_hz;
    start();
  }

  /// Until the device is to end, or its line is gone.
  void run() {
    while (!device_.stop_ && serve().ok()) {
    }
    device_.sampling_ = false;
    source_.set_sampling(false);
    link_.reset();
  }

 private:
  enum class Phase : std::uint8_t { kIdle, kArmed, kRunning };

  Status serve();
  Status hear();
  void take(char byte);
  void carry_out(const Lpm01aAnswer& answer);
  void set_supply();
  void start();
  void make_due();
  void await_trigger(std::uint64_t due);
  void make_sample();
  void tell_stamp();
  void tell_edges(const CurrentSource::Interval& interval);
  void tell_edge(bool falling);
  void tell_error(std::string_view text);
  void tell_value(double amps);
  void cut_supply();
  void end();
  [[nodiscard]] bool is_lost(std::uint64_t index) const;
  [[nodiscard]] double volts() const {
    return (static_cast<int>(settings_.millivolts) + faults_.voltage_error_mv) / 1000.0;
  }
  [[nodiscard]] std::uint64_t due() const {
    const double elapsed = std::chrono::duration<double>(Steady::now() - began_).count();
    return static_cast<std::uint64_t>(elapsed * settings_.rate_hz);
  }
  Status send();

  Lpm01aDevice& device_;
  std::unique_ptr<Link> link_;
  CurrentSource& source_;
  const Lpm01aFirmware firmware_;
  const Lpm01aFaults faults_;
  Lpm01aSettings settings_;
  std::string command_;  ///< the one that is coming in
  std::string pending_;  ///< still to be sent
  Phase phase_ = Phase::kIdle;
  Steady::time_point began_;
  std::uint64_t waited_ = 0;  ///< intervals until the trigger
  std::uint64_t made_ = 0;
  std::uint64_t edges_ = 0;
};

Status Lpm01aDevice::Worker::serve() {
  HIL_TRY(hear());
  if (phase_ != Phase::kIdle) make_due();
  HIL_TRY(send());
  return link_->wait(!pending_.empty(), Deadline::after(kTick));
}

Status Lpm01aDevice::Worker::hear() {
  std::array<std::uint8_t, 256> bytes{};
  HIL_ASSIGN(const std::size_t count, link_->read(bytes, Deadline::after({})));
  for (std::size_t i = 0; i < count && !faults_.mute; ++i)
    take(static_cast<char>(bytes.at(i)));
  return {};
}

void Lpm01aDevice::Worker::take(char byte) {
  if (byte == '\r') return;
  if (byte != '\n') {
    if (command_.size() < kMostCommand) command_ += byte;
    return;
  }
  const std::string command = std::exchange(command_, {});
  carry_out(obey(command, phase_ != Phase::kIdle, firmware_, faults_, settings_));
}

void Lpm01aDevice::Worker::carry_out(const Lpm01aAnswer& answer) {
  const bool binary = phase_ != Phase::kIdle && !settings_.text;
  if (!answer.text.empty())
    pending_ += binary ? binary_metadata(kInfoText, answer.text) : answer.text;
  device_.controlled_ = settings_.controlled;
  device_.millivolts_ = settings_.millivolts;
  switch (answer.action) {
    case Lpm01aAction::kNone:
      return;
    case Lpm01aAction::kSupply:
      return set_supply();
    case Lpm01aAction::kStart:
      return start();
    case Lpm01aAction::kStop:
      return end();
  }
}

void Lpm01aDevice::Worker::set_supply() {
  device_.target_on_ = settings_.power_on;
  source_.set_supply(settings_.power_on, volts());
}

void Lpm01aDevice::Worker::start() {
  if (settings_.power_auto && !settings_.power_on) {
    settings_.power_on = true;
    set_supply();
  }
  phase_ = settings_.trigger_d7 ? Phase::kArmed : Phase::kRunning;
  began_ = Steady::now();
  waited_ = made_ = edges_ = 0;
  device_.made_ = 0;
  device_.sampling_ = true;
  source_.set_sampling(true);
  pending_ += faults_.left_over;
}

void Lpm01aDevice::Worker::make_due() {
  const std::uint64_t now = due();
  if (phase_ == Phase::kArmed) await_trigger(now);
  while (phase_ == Phase::kRunning && waited_ + made_ < now && pending_.size() < kMostPending)
    make_sample();
}

/// The first edge of either kind is the trigger; the interval behind it is sample 0.
void Lpm01aDevice::Worker::await_trigger(std::uint64_t due) {
  while (phase_ == Phase::kArmed && waited_ < due) {
    const CurrentSource::Interval interval = source_.advance(1 / settings_.rate_hz);
    ++waited_;
    if (interval.rises + interval.falls > 0) phase_ = Phase::kRunning;
  }
}

bool Lpm01aDevice::Worker::is_lost(std::uint64_t index) const {
  return std::any_of(faults_.losses.begin(), faults_.losses.end(), [&](const auto& loss) {
    return index >= loss.at && index - loss.at < loss.samples;
  });
}

void Lpm01aDevice::Worker::make_sample() {
  const std::uint64_t index = made_++;
  device_.made_ = made_;
  const CurrentSource::Interval interval = source_.advance(1 / settings_.rate_hz);
  if (faults_.silent_after != 0 && index >= faults_.silent_after) return;
  if (index % kSamplesPerStamp == 0) tell_stamp();
  tell_edges(interval);
  for (const Lpm01aFaults::Stray& stray : faults_.strays)
    if (stray.at == index) pending_ += stray.bytes;
  if (interval.amps > kOvercurrentAmps) return cut_supply();
  if (!is_lost(index)) tell_value(interval.amps);
  if (faults_.overflow_after != 0 && made_ >= faults_.overflow_after) {
    tell_error("error: buffer overflow, acquisition stopped");
    settings_.error = true;
    end();
  } else if (settings_.static_values) {
    end();
  }
}

void Lpm01aDevice::Worker::tell_value(double amps) {
  const double value = settings_.energy ? amps * volts() / settings_.rate_hz : amps;
  pending_ += settings_.text ? ascii_sample(value) : binary_sample(value);
}

void Lpm01aDevice::Worker::tell_stamp() {
  Lpm01aStamp stamp;
  stamp.milliseconds =
      static_cast<std::uint64_t>(static_cast<double>(made_ - 1) * 1000 / settings_.rate_hz);
  stamp.buffer_percent =
      static_cast<unsigned>(std::min<std::size_t>(99, pending_.size() * 100 / kMostPending));
  pending_ += settings_.text ? ascii_stamp(stamp) : binary_stamp(stamp);
}

void Lpm01aDevice::Worker::tell_edges(const CurrentSource::Interval& interval) {
  using Edges = Lpm01aSettings::Edges;
  if (settings_.edges == Edges::kNone) return;
  std::uint32_t rises = settings_.edges == Edges::kFalling ? 0 : interval.rises;
  std::uint32_t falls = settings_.edges == Edges::kRising ? 0 : interval.falls;
  // Edges of a pin alternate: with as many falls as rises, the level at the beginning says which
  // came first.
  bool falling = falls > rises || (falls == rises && (interval.pins & 1U) != 0);
  while (rises + falls > 0) {
    if (falling ? falls > 0 : rises > 0) {
      tell_edge(falling);
      --(falling ? falls : rises);
    }
    falling = !falling;
  }
}

/// With `fal` alone real firmware says "ris" all the same.
void Lpm01aDevice::Worker::tell_edge(bool falling) {
  if (!settings_.text && !firmware_.events_in_binary) return;
  ++edges_;
  if (edges_ == faults_.lost_event) return;
  const bool says_fall = falling && settings_.edges == Lpm01aSettings::Edges::kBoth;
  const std::string text = fmt::format("event {} {}", edges_, says_fall ? "fal" : "ris");
  pending_ += settings_.text ? "\r\n" + text + "\r\n\r\n" : binary_metadata(kInfoText, text);
}

void Lpm01aDevice::Worker::tell_error(std::string_view text) {
  pending_ +=
      settings_.text ? fmt::format("\r\n{}\r\n\r\n", text) : binary_metadata(kErrorText, text);
}

void Lpm01aDevice::Worker::cut_supply() {
  settings_.power_on = false;
  settings_.error = true;
  set_supply();
  if (settings_.text) {
    tell_error("error: overcurrent, target supply off");
  } else {
    pending_ += binary_metadata(kOvercurrent, "");
  }
  end();
}

void Lpm01aDevice::Worker::end() {
  pending_ += settings_.text ? "\r\nend\r\n\r\n" : binary_metadata(kEnd, "");
  pending_ += fmt::format(
      "summary beg\r\nSamples: {}\r\nsummary end\r\n\r\n"
      "PowerShield > Acquisition completed\r\n\r\n",
      made_);
  phase_ = Phase::kIdle;
  device_.sampling_ = false;
  source_.set_sampling(false);
  if (settings_.power_end_on || !settings_.power_on) return;
  settings_.power_on = false;
  set_supply();
}

Status Lpm01aDevice::Worker::send() {
  std::size_t at = 0;
  while (at < pending_.size()) {
    const std::size_t left = pending_.size() - at;
    const std::size_t size = faults_.most_write == 0 ? left : std::min(left, faults_.most_write);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(pending_.data()) + at;
    HIL_ASSIGN(const std::size_t count, link_->write(std::span(bytes, size)));
    if (count == 0) break;
    at += count;
    if (faults_.most_write != 0) std::this_thread::yield();
  }
  pending_.erase(0, at);
  return {};
}

Lpm01aDevice::Lpm01aDevice(std::unique_ptr<Link> link, CurrentSource& source,
                           Lpm01aFirmware firmware, Lpm01aFaults faults)
    : worker_(std::make_unique<Worker>(*this, std::move(link), source, std::move(firmware),
                                       std::move(faults))),
      thread_([this] { worker_->run(); }) {}

Lpm01aDevice::~Lpm01aDevice() {
  stop_ = true;
  thread_.join();
}

}  // namespace hil::emulate
