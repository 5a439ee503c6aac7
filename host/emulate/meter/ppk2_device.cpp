// SPDX-License-Identifier: Apache-2.0
// Ppk2Device: commands in, metadata and paced sample words out.
#include "host/emulate/meter/ppk2_device.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <deque>
#include <random>
#include <string>
#include <utility>

namespace hil::emulate {
namespace {

using Steady = std::chrono::steady_clock;

// Command bytes. Source: facts/energy.md 3.2.
constexpr std::uint8_t kStart = 0x06, kStop = 0x07, kDutPower = 0x0c, kRegulator = 0x0d,
                       kMode = 0x11, kMetadata = 0x19, kReset = 0x20, kUserGain = 0x25;

/// As USB does, samples leave in packets of some milliseconds.
constexpr std::chrono::milliseconds kTick{2};
/// Made ahead of a line that is full; the rest of what is due waits for room.
constexpr std::size_t kMostPending = 65536;
constexpr std::size_t kCompactAt = 16384;

std::size_t arguments_of(std::uint8_t command) {
  switch (command) {
    case kDutPower:
    case kMode:
      return 1;
    case kRegulator:
      return 2;
    case kUserGain:
      return 5;
    default:
      return 0;
  }
}

}  // namespace

class Ppk2Device::Worker {
 public:
  Worker(Ppk2Device& device, std::unique_ptr<Link> link, CurrentSource& source, Ppk2Faults faults,
         double own_supply_v)
      : device_(device),
        link_(std::move(link)),
        source_(source),
        faults_(std::move(faults)),
        own_supply_v_(own_supply_v),
        front_end_(real_ppk2_factors()) {
    device_.mode_ = faults_.mode_at_open;
    device_.target_on_ = voltage_told_ = faults_.on_at_open;
    set_supply();
    if (faults_.broken_command) command_.push_back(kMode);
    if (!faults_.streaming_at_open) return;
    start();
    half_word_ = true;
  }

  /// Until the device is to end, or its line is gone.
  void run() {
    while (!device_.stop_ && serve().ok() && !unplugged_) {
    }
    device_.sampling_ = false;
    source_.set_sampling(false);
    link_.reset();
  }

 private:
  Status serve();
  Status hear();
  void take(std::uint8_t byte);
  void obey();
  void start();
  void set_supply();
  void make_due();
  void make_word();
  [[nodiscard]] std::uint8_t range_of_word(std::uint8_t range) const;
  Status send();
  Status send_text();

  Ppk2Device& device_;
  std::unique_ptr<Link> link_;
  CurrentSource& source_;
  const Ppk2Faults faults_;
  const double own_supply_v_;
  Ppk2FrontEnd front_end_;
  std::minstd_rand noise_{1};

  std::vector<std::uint8_t> command_;  ///< the one that is coming in
  std::string text_;                   ///< metadata still to be sent
  std::vector<std::uint8_t> pending_;  ///< samples still to be sent, from sent_bytes_ on
  std::size_t sent_bytes_ = 0;
  std::size_t split_ = 0;  ///< of faults_.most_write: the last size
  Steady::time_point started_;
  std::uint64_t made_ = 0;
  std::uint64_t bytes_out_ = 0;  ///< since the last start
  std::size_t drop_ = 0;         ///< index into faults_.drops
  std::uint32_t dropping_ = 0;
  bool half_word_ = false;
  bool unplugged_ = false;
  bool voltage_told_ = false;  ///< since it was plugged in
};

Status Ppk2Device::Worker::serve() {
  HIL_TRY(hear());
  if (device_.sampling_) make_due();
  HIL_TRY(text_.empty() ? send() : send_text());
  const bool full = sent_bytes_ < pending_.size() && text_.empty();
  return link_->wait(full, Deadline::after(text_.empty() ? kTick : kTick / 2));
}

Status Ppk2Device::Worker::hear() {
  std::array<std::uint8_t, 256> bytes{};
  HIL_ASSIGN(const std::size_t count, link_->read(bytes, Deadline::after({})));
  for (std::size_t i = 0; i < count; ++i)
    take(bytes.at(i));
  return {};
}

void Ppk2Device::Worker::take(std::uint8_t byte) {
  command_.push_back(byte);
  if (command_.size() <= arguments_of(command_.front())) return;
  obey();
  command_.clear();
}

void Ppk2Device::Worker::obey() {
  switch (command_.front()) {
    case kStart:
      start();
      break;
    case kStop:
      device_.sampling_ = false;
      source_.set_sampling(false);
      pending_.clear();
      sent_bytes_ = 0;
      break;
    case kDutPower:
      device_.target_on_ = command_[1] != 0;
      set_supply();
      break;
    case kRegulator: {
      const int asked = command_[1] * 256 + command_[2] + faults_.voltage_error_mv;
      voltage_told_ = true;
      device_.millivolts_ = static_cast<unsigned>(std::clamp(asked, 800, 5000));
      set_supply();
      break;
    }
    case kMode:
      if (command_[1] != 1 && command_[1] != 2) break;
      if (device_.target_on_ && device_.mode_ != command_[1]) device_.mode_changed_live_ = true;
      device_.mode_ = command_[1];
      set_supply();
      break;
    case kMetadata:
      if (faults_.silent) break;
      text_ +=
          ppk2_metadata(real_ppk2_factors(), device_.millivolts_, device_.mode_, faults_.metadata);
      if (faults_.open_end) text_.pop_back();
      break;
    case kReset:
      unplugged_ = true;
      break;
    default:
      break;  // commands of the PPK1, and ones that no firmware has
  }
}

void Ppk2Device::Worker::set_supply() {
  const bool source_meter = device_.mode_ == 2;
  const double volts = source_meter ? device_.millivolts_ / 1000.0 : own_supply_v_;
  front_end_.set_volts(volts);
  source_.set_supply(device_.target_on_ && (source_meter || voltage_told_), volts);
}

void Ppk2Device::Worker::start() {
  started_ = Steady::now();
  made_ = bytes_out_ = 0;
  drop_ = 0;
  dropping_ = 0;
  pending_.clear();
  sent_bytes_ = 0;
  half_word_ = false;
  device_.made_ = device_.sent_ = 0;
  device_.sampling_ = true;
  source_.set_sampling(true);
}

void Ppk2Device::Worker::make_due() {
  const std::chrono::duration<double> elapsed = Steady::now() - started_;
  const auto due = static_cast<std::uint64_t>(elapsed.count() * kRateHz);
  while (made_ < due && pending_.size() - sent_bytes_ < kMostPending)
    make_word();
  device_.made_ = made_;
}

std::uint8_t Ppk2Device::Worker::range_of_word(std::uint8_t range) const {
  for (const auto& fault : faults_.ranges) {
    if (made_ >= fault.at && made_ - fault.at < fault.words) return fault.range;
  }
  return range;
}

void Ppk2Device::Worker::make_word() {
  const auto now = source_.advance(1 / kRateHz);
  constexpr std::uint8_t kFree = 0xff;
  const std::uint8_t asked = range_of_word(kFree);
  front_end_.hold_range(asked <= 4 ? asked : -1);
  const std::uint32_t code = front_end_.sample(now.amps);
  const std::uint32_t range = asked == kFree ? front_end_.range() : asked;
  const std::uint32_t logic = faults_.floating_logic ? noise_() >> 8 & 0xffu : now.pins;
  const std::uint32_t word =
      code | range << 14 | static_cast<std::uint32_t>(made_ % 64) << 18 | logic << 24;

  if (drop_ < faults_.drops.size() && made_ == faults_.drops[drop_].at) {
    dropping_ = faults_.drops[drop_++].words;
  }
  ++made_;
  if (dropping_ > 0) {
    --dropping_;
    return;
  }
  const unsigned first = std::exchange(half_word_, false) ? 2 : 0;
  for (unsigned i = first; i < 4; ++i)
    pending_.push_back(static_cast<std::uint8_t>(word >> 8 * i));
}

Status Ppk2Device::Worker::send_text() {
  std::size_t size = text_.size();
  if (faults_.most_metadata_write > 0) size = std::min(size, faults_.most_metadata_write);
  HIL_ASSIGN(const std::size_t count,
             link_->write({reinterpret_cast<const std::uint8_t*>(text_.data()), size}));
  text_.erase(0, count);
  return {};
}

Status Ppk2Device::Worker::send() {
  while (sent_bytes_ < pending_.size() && !unplugged_) {
    std::size_t size = pending_.size() - sent_bytes_;
    if (faults_.most_write > 0) {
      split_ = split_ % faults_.most_write + 1;
      size = std::min(size, split_);
    }
    const std::uint64_t last = faults_.reset_after * 4;
    if (last > 0) size = std::min<std::uint64_t>(size, last - bytes_out_);
    HIL_ASSIGN(const std::size_t count,
               link_->write(std::span(pending_).subspan(sent_bytes_, size)));
    sent_bytes_ += count;
    bytes_out_ += count;
    device_.sent_ = bytes_out_ / 4;
    unplugged_ = last > 0 && bytes_out_ >= last;
    if (count < size) break;
  }
  if (sent_bytes_ == pending_.size() || sent_bytes_ >= kCompactAt) {
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(sent_bytes_));
    sent_bytes_ = 0;
  }
  return {};
}

Ppk2Device::Ppk2Device(std::unique_ptr<Link> link, CurrentSource& source, Ppk2Faults faults,
                       double own_supply_v) {
  auto worker =
      std::make_unique<Worker>(*this, std::move(link), source, std::move(faults), own_supply_v);
  thread_ = std::thread([owned = std::move(worker)] { owned->run(); });
}

Ppk2Device::~Ppk2Device() {
  stop_ = true;
  thread_.join();
}

}  // namespace hil::emulate
