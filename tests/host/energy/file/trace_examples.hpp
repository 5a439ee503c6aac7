// SPDX-License-Identifier: Apache-2.0
// A trace with something of everything, and its comparison.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>

#include "host/energy/file/trace_file.hpp"

namespace hil::energy::testing {

/// @p samples samples of two rails, one with voltages, with logic, flags, events, windows, options.
inline TraceFile example_file(std::size_t samples) {
  TraceFile file;
  Trace& trace = file.trace;
  trace.meter = {"ppk2", "Nordic PPK2", "D6A1", "1.2.0", "a1b2", "/dev/ttyACM1", true};
  trace.accuracy = {{{5e-5, 0.01, 1e-8, 4.4e-8}, {1, 0.02, 1e-5, 1.0 / 3}}, 5e-5, "an example"};
  trace.supply = {VoltageSource::kStated, 3.3, 0.01};
  trace.rate_hz = 100'000;
  trace.seen_hz = 99'999.87654321;
  trace.logic_bits = 2;
  trace.rails.push_back({"main", Quantity::kCurrent, {}, {}, false});
  trace.rails.push_back({"core", Quantity::kPower, {}, {}, true});
  for (std::size_t k = 0; k < samples; ++k) {
    trace.rails[0].values.push_back(1e-3F * static_cast<float>(k % 97));
    trace.rails[1].values.push_back(-0.25F * static_cast<float>(k));
    trace.rails[1].volts.push_back(1.8F);
    trace.logic.push_back(static_cast<std::uint8_t>(k / 10 % 4));
    trace.flags.push_back(k % 50 == 7 ? flag::kRangeSwitch : 0);
  }
  trace.events = {{3, "loss", "5 samples"}, {9, "text", "\"quoted\" \xC3\xA9"}};
  file.device_windows = {{0xFFFFFFFFFFFFFFF0, 0xFFFFFFFFFFFFFFFF, 7, WindowKind::kIdle}};
  Window window;
  window.kind = WindowKind::kLoadAndInference;
  window.begin = 1.0 / 3;
  window.end = 12.7;
  window.inferences = 4'000'000'000;
  window.edge_sigma = 0.1;
  window.steady_ends = true;
  window.begin_ticks = 1;
  window.end_ticks = 0x8000000000000001;
  window.rejected = "it is clipped";
  file.windows = {window, Window{}};
  file.options = {{"idle", "wait"}, {"tick_hz", "64000000"}, {"empty", ""}};
  return file;
}

inline void expect_same(const Trace& a, const Trace& b) {
  EXPECT_EQ(a.meter.kind, b.meter.kind);
  EXPECT_EQ(a.meter.model, b.meter.model);
  EXPECT_EQ(a.meter.serial, b.meter.serial);
  EXPECT_EQ(a.meter.firmware, b.meter.firmware);
  EXPECT_EQ(a.meter.calibration, b.meter.calibration);
  EXPECT_EQ(a.meter.port, b.meter.port);
  EXPECT_EQ(a.meter.emulated, b.meter.emulated);
  ASSERT_EQ(a.accuracy.steps.size(), b.accuracy.steps.size());
  for (std::size_t i = 0; i < a.accuracy.steps.size(); ++i) {
    EXPECT_EQ(a.accuracy.steps[i].up_to_a, b.accuracy.steps[i].up_to_a);
    EXPECT_EQ(a.accuracy.steps[i].gain, b.accuracy.steps[i].gain);
    EXPECT_EQ(a.accuracy.steps[i].offset_a, b.accuracy.steps[i].offset_a);
    EXPECT_EQ(a.accuracy.steps[i].code_step_a, b.accuracy.steps[i].code_step_a);
  }
  EXPECT_EQ(a.accuracy.time_base, b.accuracy.time_base);
  EXPECT_EQ(a.accuracy.source, b.accuracy.source);
  EXPECT_EQ(a.supply.source, b.supply.source);
  EXPECT_EQ(a.supply.volts, b.supply.volts);
  EXPECT_EQ(a.supply.uncertainty_v, b.supply.uncertainty_v);
  EXPECT_EQ(a.rate_hz, b.rate_hz);
  EXPECT_EQ(a.seen_hz, b.seen_hz);
  EXPECT_EQ(a.logic_bits, b.logic_bits);
  EXPECT_EQ(a.logic, b.logic);
  EXPECT_EQ(a.flags, b.flags);
  ASSERT_EQ(a.rails.size(), b.rails.size());
  for (std::size_t r = 0; r < a.rails.size(); ++r) {
    EXPECT_EQ(a.rails[r].name, b.rails[r].name);
    EXPECT_EQ(a.rails[r].quantity, b.rails[r].quantity);
    EXPECT_EQ(a.rails[r].values, b.rails[r].values);
    EXPECT_EQ(a.rails[r].volts, b.rails[r].volts);
    EXPECT_EQ(a.rails[r].part_of_another, b.rails[r].part_of_another);
  }
  ASSERT_EQ(a.events.size(), b.events.size());
  for (std::size_t i = 0; i < a.events.size(); ++i) {
    EXPECT_EQ(a.events[i].index, b.events[i].index);
    EXPECT_EQ(a.events[i].kind, b.events[i].kind);
    EXPECT_EQ(a.events[i].text, b.events[i].text);
  }
}

inline void expect_same(const TraceFile& a, const TraceFile& b) {
  expect_same(a.trace, b.trace);
  ASSERT_EQ(a.device_windows.size(), b.device_windows.size());
  for (std::size_t i = 0; i < a.device_windows.size(); ++i) {
    EXPECT_EQ(a.device_windows[i].begin_ticks, b.device_windows[i].begin_ticks);
    EXPECT_EQ(a.device_windows[i].end_ticks, b.device_windows[i].end_ticks);
    EXPECT_EQ(a.device_windows[i].inferences, b.device_windows[i].inferences);
    EXPECT_EQ(a.device_windows[i].kind, b.device_windows[i].kind);
  }
  ASSERT_EQ(a.windows.size(), b.windows.size());
  for (std::size_t i = 0; i < a.windows.size(); ++i) {
    EXPECT_EQ(a.windows[i].kind, b.windows[i].kind);
    EXPECT_EQ(a.windows[i].begin, b.windows[i].begin);
    EXPECT_EQ(a.windows[i].end, b.windows[i].end);
    EXPECT_EQ(a.windows[i].inferences, b.windows[i].inferences);
    EXPECT_EQ(a.windows[i].edge_sigma, b.windows[i].edge_sigma);
    EXPECT_EQ(a.windows[i].steady_ends, b.windows[i].steady_ends);
    EXPECT_EQ(a.windows[i].begin_ticks, b.windows[i].begin_ticks);
    EXPECT_EQ(a.windows[i].end_ticks, b.windows[i].end_ticks);
    EXPECT_EQ(a.windows[i].rejected, b.windows[i].rejected);
  }
  EXPECT_EQ(a.options, b.options);
}

}  // namespace hil::energy::testing
