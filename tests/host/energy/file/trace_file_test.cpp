// SPDX-License-Identifier: Apache-2.0
// Our trace format: all of it comes back, and figures from it are the same bits.
#include "host/energy/file/trace_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "host/base/digest.hpp"
#include "host/base/file.hpp"
#include "host/energy/sum/figures.hpp"
#include "tests/host/base/scratch_folder.hpp"
#include "tests/host/energy/file/trace_examples.hpp"

namespace hil::energy {
namespace {

using testing::example_file;
using testing::expect_same;
using ::testing::HasSubstr;

TEST(TraceFile, EverythingComesBack) {
  for (const std::size_t samples : {0u, 1u, 1000u, 65'536u, 65'537u}) {
    SCOPED_TRACE(samples);
    TraceFile file = example_file(samples);
    if (samples == 0) file.trace.logic_bits = 0;  // which inputs there were is in their levels
    if (samples == 0) file.trace.rails.pop_back();
    const auto bytes = pack_trace(file);
    ASSERT_TRUE(bytes.ok());
    const auto read = unpack_trace(*bytes);
    ASSERT_TRUE(read.ok()) << read.error().what;
    expect_same(*read, file);
  }
}

TEST(TraceFile, APlainTraceComesBack) {
  TraceFile file;
  file.trace.rate_hz = 0.1;
  const auto bytes = pack_trace(file);
  ASSERT_TRUE(bytes.ok());
  const auto read = unpack_trace(*bytes);
  ASSERT_TRUE(read.ok()) << read.error().what;
  expect_same(*read, file);
  EXPECT_FALSE(read->trace.seen_hz.has_value());
}

TEST(TraceFile, ManyRowsGoIntoManyBlocks) {
  TraceFile file;
  file.trace.rate_hz = 1000;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    file.trace.events.push_back({i, "text", std::to_string(i)});
    file.device_windows.push_back({i, i + 1, 1, WindowKind::kInference});
    file.windows.emplace_back();
  }
  const auto read = unpack_trace(*pack_trace(file));
  ASSERT_TRUE(read.ok()) << read.error().what;
  expect_same(*read, file);
}

TEST(TraceFile, ValuesThatAreNoNumbersComeBackAsInvalid) {
  TraceFile file = example_file(3);
  file.trace.rails[0].values[1] = std::numeric_limits<float>::quiet_NaN();
  file.trace.rails[1].volts[2] = std::numeric_limits<float>::infinity();
  const auto read = unpack_trace(*pack_trace(file));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->trace.rails[0].values[1], 0);
  EXPECT_EQ(read->trace.flags[1], flag::kInvalid);
  EXPECT_EQ(read->trace.flags[2], flag::kInvalid);
  EXPECT_EQ(read->trace.flags[0], 0);
}

TEST(TraceFile, TextsAreSafeForATerminal) {
  TraceFile file = example_file(1);
  file.trace.meter.model = "evil \x1B[2J\xFF";
  file.trace.events[0].text = "a\nb";
  const auto read = unpack_trace(*pack_trace(file));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->trace.meter.model.find('\x1B'), std::string::npos);
  EXPECT_EQ(read->trace.events[0].text, "a?b");
}

TEST(TraceFile, LengthsThatDifferAreABug) {
  TraceFile file = example_file(5);
  file.trace.rails[1].volts.pop_back();
  EXPECT_EQ(pack_trace(file).error().blame, Blame::kBug);
  file = example_file(5);
  file.trace.logic.pop_back();
  EXPECT_EQ(pack_trace(file).error().blame, Blame::kBug);
  file = example_file(5);
  file.trace.logic_bits = 0;
  EXPECT_EQ(pack_trace(file).error().blame, Blame::kBug);
}

TEST(TraceFile, OnDiskItHasItsDigestAndSmallSize) {
  const ScratchFolder folder;
  const auto path = folder.path() / "run.hiltrace";
  const TraceFile file = example_file(200'000);
  const auto saved = save_trace(file, path);
  ASSERT_TRUE(saved.ok());
  EXPECT_EQ(saved->file, "run.hiltrace");
  EXPECT_EQ(saved->samples, 200'000u);
  EXPECT_EQ(saved->sha256, hex_of(*sha256_of_file(path)));
  EXPECT_LT(std::filesystem::file_size(path), 200'000u * 14 / 4);
  EXPECT_EQ(folder.entry_count(), 1);
  const auto read = load_trace(path);
  ASSERT_TRUE(read.ok());
  expect_same(*read, file);
}

TEST(TraceFile, WhatCanNotBeReadOrWrittenIsTheUsers) {
  const ScratchFolder folder;
  EXPECT_EQ(load_trace(folder.path() / "none").error().blame, Blame::kUser);
  EXPECT_EQ(save_trace(example_file(1), folder.path() / "none" / "x").error().blame, Blame::kUser);
  const auto path = folder.path() / "text";
  ASSERT_TRUE(write_file(path, "this is not one").ok());
  EXPECT_THAT(load_trace(path).error().what, HasSubstr("text: this is no trace"));
}

TEST(TraceFile, FiguresFromItAreTheSameBits) {
  TraceFile file = example_file(50'000);
  std::mt19937 random(3);
  std::normal_distribution<float> noise(5e-3F, 1e-3F);
  for (float& value : file.trace.rails[0].values)
    value = noise(random);
  MeasuredWindows measured;
  for (int w = 0; w < 9; ++w) {
    Window window;
    window.kind = w % 2 == 0 ? WindowKind::kIdle : WindowKind::kInference;
    window.begin = w * 5000 + 1.0 / 3;
    window.end = window.begin + 2000.0 / 7;
    window.inferences = w % 2 == 0 ? 0 : 3;
    window.edge_sigma = 0.05;
    window.steady_ends = w % 3 == 1;
    measured.windows.push_back(window);
  }
  file.windows = measured.windows;
  const auto before = figures_of(file.trace, measured);
  const auto read = unpack_trace(*pack_trace(file));
  ASSERT_TRUE(before.ok() && read.ok());
  measured.windows = read->windows;
  const auto after = figures_of(read->trace, measured);
  ASSERT_TRUE(after.ok());
  EXPECT_EQ(after->gross_uj->value, before->gross_uj->value);
  EXPECT_EQ(after->net_uj->value, before->net_uj->value);
  EXPECT_EQ(after->net_uj->parts.combined(), before->net_uj->parts.combined());
  EXPECT_EQ(after->charge_uc->parts.combined(), before->charge_uc->parts.combined());
}

}  // namespace
}  // namespace hil::energy
