// SPDX-License-Identifier: Apache-2.0
// Windows of a run are called by what they were made for.
#include "host/app/window_names.hpp"

#include <gtest/gtest.h>

#include "host/measure/energy/energy_facts.hpp"

namespace hil::app {
namespace {

using energy::WindowKind;
using measure::WindowUse;

energy::Window window(WindowKind kind) {
  energy::Window made;
  made.kind = kind;
  return made;
}

/// Idle and inference for the figures, an input, two windows of operators, one period.
energy::TraceFile run() {
  energy::TraceFile file;
  file.windows = {window(WindowKind::kIdle),      window(WindowKind::kInference),
                  window(WindowKind::kTransfer),  window(WindowKind::kInference),
                  window(WindowKind::kInference), window(WindowKind::kLoadAndInference)};
  measure::EnergyFacts facts;
  facts.idle_mode = "wait";
  facts.tick_hz = 1'000'000;
  facts.layers = {{"base", 1}, {"3 CONV_2D int8", 4}};
  facts.groups = {{WindowUse::kFigures, 2, 0, 0, 10},
                  {WindowUse::kPhase, 1, 0, 0, 20},
                  {WindowUse::kLayer, 2, 0, 2, 30},
                  {WindowUse::kDuty, 1, 0, 0, 40}};
  file.options = measure::to_options(facts);
  return file;
}

TEST(WindowNames, SayWhatAWindowIsFor) {
  const auto names = window_names(run());
  ASSERT_EQ(names.size(), 6U);
  const char* const kinds[] = {"idle", "inference", "transfer", "operator", "operator", "period"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(names[i].kind, kinds[i]) << i;
    EXPECT_EQ(names[i].figures, i < 2) << i;
  }
  EXPECT_EQ(names[3].detail, "all operators once, to compare with");
  EXPECT_EQ(names[4].detail, "3 CONV_2D int8, 4 times in a row");
}

TEST(WindowNames, WithoutFactsAllAreFigures) {
  energy::TraceFile file = run();
  file.options.clear();
  for (const WindowName& name : window_names(file))
    EXPECT_TRUE(name.figures) << name.kind;
}

TEST(WindowNames, MoreGroupsThanWindowsAreNoHarm) {
  energy::TraceFile file = run();
  file.windows.resize(1);
  EXPECT_EQ(window_names(file).size(), 1U);
}

}  // namespace
}  // namespace hil::app
