// SPDX-License-Identifier: Apache-2.0
// judge() and check(): from a trace to what was said of it, and from there to right or wrong.
#include "tests/host/energy/faults/fault_check.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "host/energy/sum/figures.hpp"
#include "host/energy/window/logic_cut.hpp"

namespace hil::energy {
namespace {

/// What a window, and a figure, may be off where nothing is wrong; half a code step of the PPK2 is
/// 0.2 % of 11 mA.
constexpr double kMostError = 0.005;

struct Row {
  std::string fault, named, rejected;
};
std::vector<Row>& table() {
  static std::vector<Row> rows;
  return rows;
}

std::string rejected_of(const Outcome& outcome) {
  if (outcome.error) return "all";
  if (outcome.rejected.empty()) return "none";
  if (outcome.rejected.size() > 4) return fmt::format("{} of them", outcome.rejected.size());
  return fmt::format("{}", fmt::join(outcome.rejected, " "));
}

/// What of @p outcome says @p text; empty: nothing does.
std::string found_in(const Outcome& outcome, const std::string& text) {
  if (outcome.error) {
    return outcome.error->what.find(text) == std::string::npos ? "" : outcome.error->what;
  }
  const auto says = [&](const std::string& said) { return said.find(text) != std::string::npos; };
  const auto found = std::find_if(outcome.said.begin(), outcome.said.end(), says);
  return found == outcome.said.end() ? "" : *found;
}

/// What is said of a busy machine, where nothing is wrong.
bool harmless(const std::string& said) {
  const auto is = [&](const char* kind) { return said.rfind(kind, 0) == 0; };
  return is("clock: ") || is("rate: ") || is("buffer: ");
}

/// Everything, for a failure's text.
std::string all_of(const Outcome& outcome) {
  std::string text = outcome.error ? "error: " + outcome.error->what + "\n" : "";
  for (const std::string& said : outcome.said)
    text += said + "\n";
  return text;
}

void check_windows(const Outcome& outcome, const emulate::Scenario& scenario,
                   const Expected& expected) {
  const auto& rows = outcome.energy->windows;
  ASSERT_EQ(rows.size(), scenario.truth().size());
  for (std::size_t w = 0; w < rows.size(); ++w) {
    if (!rows[w].rejected.empty() || expected.widened) continue;
    const double truth = scenario.truth()[w].coulombs * expected.volts * 1e6;
    EXPECT_NEAR(rows[w].energy_uj / truth, 1, kMostError) << "window " << w;
    EXPECT_EQ(rows[w].lost_samples, 0u) << "window " << w;
  }
}

void check_figure(const char* name, const std::optional<results::EnergyFigure>& figure,
                  double truth, bool widened) {
  ASSERT_TRUE(figure.has_value()) << name;
  const double u = figure->parts.combined();
  EXPECT_LE(std::abs(figure->value - truth), 2 * u) << name << ": beyond k = 2, truth " << truth;
  if (widened) {
    EXPECT_GT(u, kMostError * truth) << name << ": no wider than a sound one";
  } else {
    EXPECT_NEAR(figure->value / truth, 1, kMostError) << name;
  }
}

/// All windows of a scenario that have inferences are alike.
void check_figures(const Outcome& outcome, const emulate::Scenario& scenario,
                   const Expected& expected) {
  double idle_a = 0;
  const emulate::Scenario::Window* work = nullptr;
  for (const auto& window : scenario.truth()) {
    if (window.inferences == 0) {
      idle_a = window.coulombs / (window.end_s - window.begin_s);
    } else {
      work = &window;
    }
  }
  ASSERT_NE(work, nullptr);
  const double idle = idle_a * (work->end_s - work->begin_s);
  const double scale = 1e6 * expected.volts / work->inferences;
  check_figure("gross energy", outcome.energy->gross_uj, work->coulombs * scale, expected.widened);
  check_figure("net energy", outcome.energy->net_uj, (work->coulombs - idle) * scale,
               expected.widened);
}

}  // namespace

std::vector<DeviceWindow> told_windows(const emulate::Scenario& scenario) {
  const auto ticks = [](double seconds) {
    return 5'000'000'000 + static_cast<std::uint64_t>(std::llround(seconds * 1.000037 * kTickHz));
  };
  std::vector<DeviceWindow> windows;
  for (const auto& truth : scenario.truth()) {
    const WindowKind kind = truth.inferences == 0 ? WindowKind::kIdle : WindowKind::kInference;
    windows.push_back({ticks(truth.begin_s), ticks(truth.end_s), truth.inferences, kind});
  }
  return windows;
}

Outcome judge(const Trace& trace, const std::vector<DeviceWindow>& windows) {
  Outcome outcome;
  for (const MeterEvent& event : trace.events)
    if (event.kind != "edge") outcome.said.push_back(event.kind + ": " + event.text);
  LogicCutOptions options;
  options.tick_hz = kTickHz;
  if (trace.logic_bits < 2) options.toggle.reset();
  auto cut = cut_by_logic(trace, windows, options);
  if (!cut) {
    outcome.error = cut.error();
    return outcome;
  }
  for (const std::string& note : cut->notes)
    outcome.said.push_back("note: " + note);
  for (std::size_t w = 0; w < cut->windows.size(); ++w) {
    if (cut->windows[w].rejected.empty()) continue;
    outcome.rejected.push_back(w);
    outcome.said.push_back(fmt::format("window {}: {}", w, cut->windows[w].rejected));
  }
  MeasuredWindows measured;
  measured.windows = cut->windows;
  measured.fit = cut->clock;
  measured.idle_mode = "wait";
  auto energy = figures_of(trace, measured);
  if (!energy) {
    outcome.error = energy.error();
  } else {
    outcome.energy = std::move(*energy);
  }
  return outcome;
}

void check(const std::string& fault, const Outcome& outcome, const emulate::Scenario& scenario,
           const Expected& expected) {
  if (expected.more_rejected && outcome.error) {
    GTEST_SKIP() << "this machine is too busy to tell any window from the loss: "
                 << outcome.error->what;
  }
  std::string found = expected.named.empty() ? "" : found_in(outcome, expected.named);
  if (found.empty() && !expected.or_named.empty()) found = found_in(outcome, expected.or_named);
  table().push_back({fault, found.empty() ? "(nothing to say)" : found, rejected_of(outcome)});
  EXPECT_EQ(found.empty(), expected.named.empty())
      << "\"" << expected.named << "\" was not said, but:\n"
      << all_of(outcome);
  if (expected.error) {
    ASSERT_TRUE(outcome.error.has_value()) << all_of(outcome);
    EXPECT_EQ(outcome.error->blame, *expected.error) << outcome.error->what;
    EXPECT_NE(outcome.error->hint, "") << outcome.error->what;
    return;
  }
  ASSERT_FALSE(outcome.error.has_value()) << outcome.error->what;
  if (expected.named.empty()) {
    EXPECT_TRUE(std::all_of(outcome.said.begin(), outcome.said.end(), harmless)) << all_of(outcome);
  }
  for (const std::size_t w : expected.rejected)
    EXPECT_EQ(std::count(outcome.rejected.begin(), outcome.rejected.end(), w), 1) << w;
  if (!expected.more_rejected) {
    EXPECT_EQ(outcome.rejected, expected.rejected) << all_of(outcome);
  }
  check_windows(outcome, scenario, expected);
  check_figures(outcome, scenario, expected);
}

std::string case_name(const std::string& fault) {
  std::string name;
  bool upper = true;
  for (const char c : fault) {
    const bool small = c >= 'a' && c <= 'z';
    const bool kept = small || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (kept) name += upper && small ? static_cast<char>(c - 'a' + 'A') : c;
    upper = !kept;
  }
  return name;
}

void print_table(const char* meter) {
  fmt::print("\n{:<36}{:<12}how it was named\n", meter, "rejected");
  for (const Row& row : table())
    fmt::print("{:<36}{:<12}{}\n", row.fault, row.rejected, row.named);
  fmt::print("\n");
  table().clear();
}

}  // namespace hil::energy
