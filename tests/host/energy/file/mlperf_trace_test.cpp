// SPDX-License-Identifier: Apache-2.0
// The published traces against the energies that another program computed from them.
#include "host/energy/file/mlperf_trace.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
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
  EXPECT_THAT(error_of(file_of(0, {1})), HasSubstr("byte 1"));
  EXPECT_THAT(error_of(file_of(NAN, {1})), HasSubstr("byte 1"));
  EXPECT_THAT(error_of(file_of(2e7F, {1})), HasSubstr("byte 1"));
  EXPECT_THAT(error_of(file_of(1000, {1, NAN, INFINITY})),
              HasSubstr("byte 9: sample 1 is no energy, as are 2 of 3"));
  EXPECT_THAT(error_of(file_of(1e7F, {3e38F, INFINITY})), HasSubstr("byte 5"));
}

TEST(MlperfTrace, ASampleThatIsNoEnergySpoilsItsWindowAlone) {
  std::vector<float> samples(5000, 2);
  samples[1500] = NAN;
  samples[1501] = 3e38F;
  samples[3500] = -0.01F;  // noise about zero
  const auto trace = parse_mlperf_trace(file_of(1000, samples));
  ASSERT_TRUE(trace.ok()) << trace.error().what;
  EXPECT_EQ(trace->flags[1500], flag::kInvalid);
  EXPECT_EQ(trace->flags[3500], 0);
  EXPECT_LT(trace->rails[0].values[3500], 0);
  ASSERT_EQ(trace->events.size(), 1u);
  EXPECT_EQ(trace->events[0].kind, "invalid");
  EXPECT_EQ(trace->events[0].text,
            "2 of 5000 samples are no energy, the first at byte 6005: sample 1500");
  const auto cut = cut_by_stamps(*trace, std::vector<double>{0, 1, 2, 3, 4}, 1);
  ASSERT_TRUE(cut.ok());
  EXPECT_EQ(cut->windows[0].rejected, "2 of its 1000 samples are invalid");
  EXPECT_EQ(cut->windows[1].rejected, "");
}

TEST(MlperfTrace, OddBytesAtTheEndAreLeftOutAndSaid) {
  for (const std::size_t odd : {1u, 2u, 3u}) {
    auto bytes = file_of(1000, {1, 2, 3});
    bytes.resize(bytes.size() - 4 + odd);
    const auto trace = parse_mlperf_trace(bytes);
    ASSERT_TRUE(trace.ok()) << trace.error().what;
    EXPECT_EQ(trace->size(), 2u);
    ASSERT_EQ(trace->events.size(), 1u);
    EXPECT_EQ(trace->events[0].kind, "cut-off");
    EXPECT_THAT(trace->events[0].text, HasSubstr(fmt::format("last {} B", odd)));
  }
}

/// Rates and lengths other than those that are published: 1 kHz and 1.1 to 18.7 s.
TEST(MlperfTrace, WindowsOfAnyRateAndLengthHaveTheirEnergy) {
  for (const float rate : {100.0F, 999.5F, 10'000.0F, 250'000.0F}) {
    for (const double length : {0.5, 1.1, 2.7}) {
      const double hz = static_cast<double>(rate);
      const std::vector<double> stamps{0.02, 0.3, 0.3 + length, 0.5 + length, 0.5 + 2 * length};
      const auto index = [hz](double at) { return static_cast<std::size_t>(std::round(hz * at)); };
      std::vector<float> samples(index(stamps.back() + 0.2), 1);
      for (const std::size_t w : {2u, 4u})
        std::fill(samples.begin() + static_cast<std::ptrdiff_t>(index(stamps[w - 1])),
                  samples.begin() + static_cast<std::ptrdiff_t>(index(stamps[w])), 4.0F);
      const auto trace = parse_mlperf_trace(file_of(rate, samples));
      ASSERT_TRUE(trace.ok());
      const auto cut = cut_by_stamps(*trace, stamps, 7);
      ASSERT_TRUE(cut.ok());
      MeasuredWindows measured;
      measured.windows = cut->windows;
      measured.alignment = cut->alignment;
      const auto energy = figures_of(*trace, measured);
      ASSERT_TRUE(energy.ok());
      for (std::size_t w = 0; w < 2; ++w) {
        const double uj =
            4.0 * static_cast<double>(index(stamps[2 * w + 2]) - index(stamps[2 * w + 1]));
        EXPECT_NEAR(energy->windows[w].energy_uj / uj, 1, 1e-6) << hz << " Hz, " << length << " s";
      }
    }
  }
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
  EXPECT_THAT(error("[1, \"2 s\"]"), HasSubstr("entry 1"));
  EXPECT_THAT(error("[1, \"\"]"), HasSubstr("entry 1"));
  EXPECT_THAT(error("[1, null]"), HasSubstr("entry 1"));
  EXPECT_THAT(error("[1, \"nan\"]"), HasSubstr("entry 1"));
  EXPECT_THAT(error("[1, [2, 3]]"), HasSubstr("entry 1"));
  EXPECT_THAT(error("[-1]"), HasSubstr("entry 0"));
  EXPECT_THAT(error("[1e999]"), HasSubstr("no JSON"));
}

TEST(MlperfTrace, TimeStampsInOtherShapes) {
  const auto stamps = [](const char* json) {
    const auto parsed = parse_time_stamps(json);
    EXPECT_TRUE(parsed.ok()) << json << ": " << (parsed.ok() ? "" : parsed.error().what);
    return parsed.ok() ? *parsed : std::vector<double>();
  };
  using ::testing::ElementsAre;
  EXPECT_THAT(stamps("[\n\t0.00341,\n\t10.9982\n]\n"), ElementsAre(0.00341, 10.9982));
  EXPECT_THAT(stamps("\xEF\xBB\xBF[0, 1]"), ElementsAre(0, 1)) << "a byte order mark";
  EXPECT_THAT(stamps("[\"0.014\", \"2.779\"]"), ElementsAre(0.014, 2.779));
  EXPECT_THAT(stamps("{\"device\": \"x\", \"timestamps\": [1, 2.5, 3]}"), ElementsAre(1, 2.5, 3));
  EXPECT_THAT(stamps("[[1, 3], [4, 6]]"), ElementsAre(0, 1, 3, 4, 6));
  EXPECT_THAT(stamps("{\"windows\": [[0, 3], [3, 6]]}"), ElementsAre(0, 0, 3, 3, 6));
}

TEST(MlperfTrace, PairsThatAreNoWindowsAreRefused) {
  const auto error = [](const char* json) {
    const auto parsed = parse_time_stamps(json);
    EXPECT_FALSE(parsed.ok()) << json;
    return parsed.ok() ? "" : parsed.error().what;
  };
  EXPECT_THAT(error("[[1, 3], [2, 6]]"), HasSubstr("entry 1 is no time after"));
  EXPECT_THAT(error("[[3, 1]]"), HasSubstr("entry 0"));
  EXPECT_THAT(error("[[-1, 1]]"), HasSubstr("entry 0"));
  EXPECT_THAT(error("[[1, null]]"), HasSubstr("entry 0"));
  EXPECT_THAT(error("[[1, 2, 3]]"), HasSubstr("entry 0 is no pair"));
  EXPECT_THAT(error("[[1, 2], 3]"), HasSubstr("entry 1 is no pair"));
  EXPECT_THAT(error("{\"a\": [1, 2], \"b\": [3]}"), HasSubstr("no array"));
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
