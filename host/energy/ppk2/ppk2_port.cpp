// SPDX-License-Identifier: Apache-2.0
// Ppk2Port: bytes of the commands, and the one answer.
#include "host/energy/ppk2/ppk2_port.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cmath>

namespace hil::energy::ppk2 {
namespace {

using std::chrono::milliseconds;

constexpr std::uint8_t kStart = 0x06, kStop = 0x07, kDutPower = 0x0c, kRegulator = 0x0d,
                       kMode = 0x11, kMetadata = 0x19;
constexpr milliseconds kSilence{50};
/// What goes on for so long has not heard the command: an earlier user may have broken off in one.
constexpr milliseconds kAgain{250};
/// The text is 900 bytes, a few milliseconds of the line.
constexpr milliseconds kAnswerTime{1000};
constexpr const char* kWrongPort =
    "name the port of the PPK2's first serial interface (hilbench meters lists it), or unplug it "
    "and plug it in again";

}  // namespace

Status Ppk2Port::send(std::span<const std::uint8_t> bytes, Deadline deadline) {
  while (true) {
    HIL_ASSIGN(const std::size_t count, link_->write(bytes));
    bytes = bytes.subspan(count);
    if (bytes.empty()) return {};
    if (deadline.expired()) {
      return Error{Blame::kLink, fmt::format("the PPK2 on {} takes no commands", name()),
                   kWrongPort};
    }
    HIL_TRY(link_->wait(true, deadline));
    // wait() also ends when bytes come in, which may be all the time.
    if (count == 0) {
      std::array<std::uint8_t, 4096> ignored{};
      HIL_TRY(link_->read(ignored, Deadline::after({})));
    }
  }
}

Status Ppk2Port::start_sampling(Deadline deadline) {
  return send(std::array{kStart}, deadline);
}

Status Ppk2Port::set_target_power(bool on, Deadline deadline) {
  return send(std::array{kDutPower, static_cast<std::uint8_t>(on ? 1 : 0)}, deadline);
}

Status Ppk2Port::set_regulator(double volts, Deadline deadline) {
  const auto millivolts = static_cast<unsigned>(std::lround(volts * 1000));
  return send(std::array{kRegulator, static_cast<std::uint8_t>(millivolts >> 8 & 0xffu),
                         static_cast<std::uint8_t>(millivolts & 0xffu)},
              deadline);
}

Status Ppk2Port::set_mode(bool source, Deadline deadline) {
  return send(std::array{kMode, static_cast<std::uint8_t>(source ? 2 : 1)}, deadline);
}

Status Ppk2Port::stop_sampling(const Sink& sink, Deadline deadline) {
  HIL_TRY(send(std::array{kStop}, deadline));
  std::array<std::uint8_t, 16384> buffer{};
  Deadline again = Deadline::after(kAgain);
  while (true) {
    if (again.expired()) {
      HIL_TRY(send(std::array{kStop}, deadline));
      again = Deadline::after(kAgain);
    }
    const Deadline silence = Deadline::after(kSilence);
    HIL_ASSIGN(const std::size_t count, link_->read(buffer, Deadline::earlier(silence, deadline)));
    if (count == 0 && silence.expired()) return {};
    if (count > 0) sink(std::span(buffer).first(count));
    if (deadline.expired()) {
      return Error{Blame::kLink, fmt::format("what is on {} keeps sending, told to stop", name()),
                   kWrongPort};
    }
  }
}

Result<Calibration> Ppk2Port::read_calibration(Deadline deadline) {
  const Deadline answer = Deadline::earlier(Deadline::after(kAnswerTime), deadline);
  HIL_TRY(send(std::array{kMetadata}, answer));
  MetadataReader reader;
  std::array<std::uint8_t, 4096> buffer{};
  bool anything = false;
  while (!reader.done()) {
    // Behind the last word nothing is left to be waited for but the end of its line.
    const Deadline rest =
        reader.ends() ? Deadline::earlier(Deadline::after(kSilence), answer) : answer;
    HIL_ASSIGN(const std::size_t count, link_->read(buffer, rest));
    if (count == 0 && reader.ends() && rest.expired()) break;
    if (count == 0 && answer.expired()) {
      if (!anything) {
        return Error{Blame::kLink, fmt::format("no PPK2 answers on {}", name()), kWrongPort};
      }
      return Error{reader.any() ? Blame::kLink : Blame::kLab,
                   reader.any() ? fmt::format("the PPK2 on {} breaks off its metadata", name())
                                : fmt::format("what answers on {} is no PPK2", name()),
                   kWrongPort};
    }
    anything = anything || count > 0;
    HIL_TRY(reader.take(std::span(buffer).first(count)));
  }
  if (reader.any()) return reader.calibration();
  return Error{Blame::kLab, fmt::format("what answers on {} is no PPK2", name()), kWrongPort};
}

void Ppk2Port::leave() {
  const std::array stop{kStop};
  (void)link_->write(stop);  // nobody is left to be told
}

}  // namespace hil::energy::ppk2
