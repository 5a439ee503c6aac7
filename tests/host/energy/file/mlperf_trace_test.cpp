// SPDX-License-Identifier: Apache-2.0
// The published traces against the energies that another program computed from them.
#include "host/energy/file/mlperf_trace.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <fstream>
#include <regex>

#include "host/energy/sum/figures.hpp"
#include "host/energy/window/stamped_windows.hpp"
#include "tests/shared_data.hpp"

namespace hil::energy {
namespace {

using ::testing::HasSubstr;

std::vector<std::uint8_t> file_of(float rate, const std::vector<float>& samples) {
  std::vector<std::uint8_t> bytes{0xF1};
  const auto put = [&bytes](float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    for (unsigned shift = 0; shift < 32; shift += 8)
      bytes.push_back(static_cast<std::uint8_t>(bits >> shift));
  };
  put(rate);
  for (const float sample : samples)
    put(sample);
  return bytes;
}

std::string error_of(const std::vector<std::uint8_t>& bytes) {
  const auto trace = parse_mlperf_trace(bytes);
  EXPECT_FALSE(trace.ok());
  EXPECT_EQ(trace.error().blame, Blame::kUser);
  return trace.error().what;
}

TEST(MlperfTrace, MicrojoulesBecomeWatts) {
  const auto trace = parse_mlperf_trace(file_of(1000, {50, 100}));
  ASSERT_TRUE(trace.ok());
  EXPECT_EQ(trace->rate_hz, 1000);
  ASSERT_EQ(trace->size(), 2u);
  EXPECT_EQ(trace->rails[0].quantity, Quantity::kPower);
  EXPECT_FLOAT_EQ(trace->rails[0].values[1], 0.1F);
  EXPECT_EQ(trace->supply.source, VoltageSource::kUnknown);
}

TEST(MlperfTrace, WhatIsNoneIsRefusedByByte) {
  EXPECT_THAT(error_of({}), HasSubstr("it has 0 B"));
  EXPECT_THAT(error_of({0xF1, 0, 0, 0, 0}), HasSubstr("it has 5 B"));
  auto bytes = file_of(1000, {1, 2});
  bytes[0] = 0xF2;
  EXPECT_THAT(error_of(bytes), HasSubstr("byte 0"));
  bytes = file_of(1000, {1, 2});
  bytes.pop_back();
  EXPECT_THAT(error_of(bytes), HasSubstr("byte 9: the last sample is cut off"));
  EXPECT_THAT(error_of(file_of(0, {1})), HasSubstr("byte 1"));
  EXPECT_THAT(error_of(file_of(NAN, {1})), HasSubstr("byte 1"));
  EXPECT_THAT(error_of(file_of(1000, {1, NAN})), HasSubstr("byte 9: sample 1"));
  EXPECT_THAT(error_of(file_of(1000, {-1})), HasSubstr("byte 5"));
  EXPECT_THAT(error_of(file_of(1e7F, {3e38F, INFINITY})), HasSubstr("byte 5"));
}

TEST(MlperfTrace, TimeStampsAscend) {
  const auto stamps = parse_time_stamps("[\n 0.014,\n 2.779,\n13]");
  ASSERT_TRUE(stamps.ok());
  EXPECT_THAT(*stamps, ::testing::ElementsAre(0.014, 2.779, 13));
  const auto error = [](const char* json) {
    const auto parsed = parse_time_stamps(json);
    EXPECT_FALSE(parsed.ok()) << json;
    return parsed.ok() ? "" : parsed.error().what;
  };
  EXPECT_THAT(error("[1, 2"), HasSubstr("no JSON"));
  EXPECT_THAT(error("{}"), HasSubstr("no array"));
  EXPECT_THAT(error("[]"), HasSubstr("no array"));
  EXPECT_THAT(error("[1, 1]"), HasSubstr("entry 1"));
  EXPECT_THAT(error("[1, \"2\"]"), HasSubstr("entry 1"));
  EXPECT_THAT(error("[-1]"), HasSubstr("entry 0"));
  EXPECT_THAT(error("[1e999]"), HasSubstr("no JSON"));
}

/// What the runner's own program says in results.txt.
struct Published {
  std::vector<double> window_uj;
  double median_uj = 0;  ///< per inference
  std::uint32_t inferences = 0;
};

Published read_published(const std::filesystem::path& path) {
  Published published;
  const std::regex energy(R"(Energy       :\s+([\d.]+) uJ)");
  const std::regex median(R"(Median energy cost is ([\d.]+) uJ/inf)");
  const std::regex inferences(R"(# Inferences :\s+(\d+))");
  std::ifstream file(path);
  std::smatch match;
  for (std::string line; std::getline(file, line);) {
    if (std::regex_search(line, match, energy)) published.window_uj.push_back(std::stod(match[1]));
    if (std::regex_search(line, match, median)) published.median_uj = std::stod(match[1]);
    if (std::regex_search(line, match, inferences))
      published.inferences = static_cast<std::uint32_t>(std::stoul(match[1]));
  }
  return published;
}

TEST(MlperfTrace, PublishedEnergiesComeOutAgain) {
  const auto folder = test::mlperf_tiny() / "energy";
  HIL_NEEDS_FOLDER(folder);
  int traces = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    SCOPED_TRACE(entry.path().filename().string());
    ++traces;
    const Published published = read_published(entry.path() / "results.txt");
    const auto trace = load_mlperf_trace(entry.path() / "trace1-energy.bin");
    const auto stamps = load_time_stamps(entry.path() / "trace1-timestamps.json");
    ASSERT_TRUE(trace.ok() && stamps.ok());
    const auto cut = cut_by_stamps(*trace, *stamps, published.inferences);
    ASSERT_TRUE(cut.ok());
    MeasuredWindows measured;
    measured.windows = cut->windows;
    measured.alignment = cut->alignment;
    const auto energy = figures_of(*trace, measured);
    ASSERT_TRUE(energy.ok());
    ASSERT_EQ(energy->windows.size(), published.window_uj.size());
    for (std::size_t w = 0; w < published.window_uj.size(); ++w) {
      const double ratio = energy->windows[w].energy_uj / published.window_uj[w];
      fmt::print("{} window {}: {:.3f} uJ, published {:.3f} uJ, {:+.4f} %\n",
                 entry.path().filename().string(), 2 * (w + 1), energy->windows[w].energy_uj,
                 published.window_uj[w], 100 * (ratio - 1));
      EXPECT_NEAR(ratio, 1, 1e-3) << w;
    }
    const double ratio = energy->gross_uj->value / published.median_uj;
    fmt::print("{} median: {:.3f} uJ, published {:.3f} uJ, {:+.4f} %, u {:.4f} %\n",
               entry.path().filename().string(), energy->gross_uj->value, published.median_uj,
               100 * (ratio - 1), 100 * energy->gross_uj->parts.combined() / published.median_uj);
    EXPECT_NEAR(ratio, 1, 8e-4);
    EXPECT_EQ(energy->alignment.method, "time-stamps");
    EXPECT_FALSE(energy->charge_uc.has_value());
  }
  EXPECT_GE(traces, 3);
}

}  // namespace
}  // namespace hil::energy
