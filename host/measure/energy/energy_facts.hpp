// SPDX-License-Identifier: Apache-2.0
// What an energy trace's file says besides its samples, so that its figures follow from it alone.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/energy/agent_counter/ina228.hpp"
#include "host/energy/window.hpp"
#include "host/energy/window/edges.hpp"
#include "host/energy/window/host_cut.hpp"
#include "host/energy/window/trace_pattern.hpp"
#include "host/session/energy_client.hpp"

namespace hil::measure {

/// What a stretch of device windows is for.
enum class WindowUse : std::uint8_t {
  kFigures,  ///< the figures themselves, and the idle beside them
  kPhase,    ///< --phases
  kLayer,    ///< --per-layer
  kDuty,     ///< --period
};

/// Windows of one run, which have one use, in the order of TraceFile::device_windows.
struct WindowGroup {
  WindowUse use = WindowUse::kFigures;
  std::uint32_t windows = 0;
  /// kLayer: window w of the group does entry first_layer + w modulo layer_count of
  /// EnergyFacts::layers; the first entry of a group is its base.
  std::uint32_t first_layer = 0, layer_count = 0;
  /// kLogic: the first sample behind what the run shows in the trace, as it was counted while that
  /// was recorded (energy::index_now()). Each run is cut by itself: the device's clock may have
  /// stopped between two (deep sleep, an emulator that waits).
  std::uint64_t end_sample = 0;
};

/// What windows of kLayer do: inferences in which one operator is executed several times in a row.
struct RepeatedLayer {
  std::string name;         ///< "3 CONV_2D int8"
  std::uint32_t times = 1;  ///< 1: as always; the base that the others are compared with
};

/// The counter on the board around one window; nothing: it did not answer.
struct CountedWindow {
  std::optional<session::EnergyCounterReading> before, behind;
};

/// What a counter on the board said, in the order of TraceFile::device_windows.
struct CounterFacts {
  energy::Ina228Scale scale;
  std::vector<CountedWindow> windows;
};

/// A reading of a counter on this machine.
struct HostCount {
  double at_s = 0;     ///< host time, on the same axis as the anchors
  double joules = 0;   ///< since an arbitrary start
  double sigma_s = 0;  ///< standard uncertainty of `at_s`
  double still_s = 0;  ///< for how long it had not moved, as energy::CounterReading has it
};

struct EnergyFacts {
  energy::Alignment alignment = energy::Alignment::kLogic;
  energy::WindowKind kind = energy::WindowKind::kInference;  ///< of the figures
  std::string scope = "inference";
  std::string idle_mode;  ///< "busy", "wait", "stop": what it really was
  std::uint64_t tick_hz = 0;
  energy::LogicInput region{0};                ///< kLogic
  std::optional<energy::LogicInput> toggle{};  ///< kLogic
  energy::PatternMarks marks{};                ///< kTracePattern; tick_hz is the above
  std::vector<energy::HostAnchor> anchors{};   ///< kHostClock
  std::vector<HostCount> counts{};             ///< kHostClock, of a counter on this machine
  std::optional<CounterFacts> counter{};       ///< kCounter
  std::vector<WindowGroup> groups{};
  std::vector<RepeatedLayer> layers{};
  double period_s = 0;  ///< 0: no duty
  double cell_mah = 0, cell_volts = 0;
};

/// As energy::TraceFile::options keeps them. Numbers come back to the bit.
std::map<std::string, std::string> to_options(const EnergyFacts& facts);

/// The other half.
///   kUser  something is missing or makes no sense; its name is in `what`
Result<EnergyFacts> facts_from(const std::map<std::string, std::string>& options);

}  // namespace hil::measure
