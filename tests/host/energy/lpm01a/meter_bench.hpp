// SPDX-License-Identifier: Apache-2.0
// An emulated LPM01A behind a pseudo-terminal, and the meter that talks to it.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "host/emulate/meter/lpm01a_device.hpp"
#include "host/emulate/meter/meter_line.hpp"
#include "host/emulate/meter/scenario.hpp"
#include "host/energy/lpm01a/lpm01a_meter.hpp"
#include "host/link/tty_link.hpp"

namespace hil::energy {

/// The time that a step of a test may take on a loaded machine.
inline Deadline soon() {
  return Deadline::after(std::chrono::seconds(20));
}

inline MeterSetup setup_of(double rate_hz, double volts = 3.3) {
  MeterSetup setup;
  setup.source = true;
  setup.volts = volts;
  setup.rate_hz = rate_hz;
  return setup;
}

class MeterBench {
 public:
  explicit MeterBench(emulate::Scenario scenario, emulate::Lpm01aFirmware firmware = {},
                      emulate::Lpm01aFaults faults = {})
      : scenario_(std::move(scenario)) {
    auto line = emulate::open_meter_line();
    if (!line) {
      ADD_FAILURE() << line.error().what;
      return;
    }
    path_ = line->path;
    device_ = std::make_unique<emulate::Lpm01aDevice>(std::move(line->link), scenario_,
                                                      std::move(firmware), std::move(faults));
  }

  [[nodiscard]] std::unique_ptr<Link> link() const {
    auto link = TtyLink::open(path_, 0);
    if (link) return std::move(*link);
    ADD_FAILURE() << link.error().what;
    return nullptr;
  }
  [[nodiscard]] Result<std::unique_ptr<PowerMeter>> make(const MeterSetup& setup) const {
    return make_lpm01a(link(), setup, soon());
  }
  emulate::Lpm01aDevice& device() { return *device_; }
  const emulate::Scenario& scenario() const { return scenario_; }
  void unplug() { device_.reset(); }

 private:
  emulate::Scenario scenario_;
  std::string path_;
  std::unique_ptr<emulate::Lpm01aDevice> device_;
};

/// Records until @p trace has @p samples or the meter fails.
inline Status record(PowerMeter& meter, Trace& trace, std::size_t samples) {
  HIL_TRY(meter.start(trace, soon()));
  const Deadline deadline = Deadline::after(std::chrono::seconds(40));
  while (trace.size() < samples) {
    HIL_TRY(meter.read(trace, Deadline::after(std::chrono::milliseconds(20))));
    if (deadline.expired()) return Error{Blame::kLink, "the test's samples do not come", ""};
  }
  return meter.stop(trace, soon());
}

}  // namespace hil::energy
