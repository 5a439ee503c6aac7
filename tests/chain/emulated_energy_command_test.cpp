// SPDX-License-Identifier: Apache-2.0
// hilbench energy, from the model to the record, on real firmware in QEMU with an emulated PPK2.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "host/report/json_record.hpp"
#include "tests/chain/emulated_boards.hpp"

namespace hil::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr const char* kBoard = "netduino_plus_2";
constexpr const char* kModel = "fixtures/digits/digits_int8.tflite";

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

/// Microjoules per inference that the windows of the figures really took: those of the run with
/// @p windows windows.
double true_uj(const std::filesystem::path& truth, std::size_t windows) {
  const json document = json::parse(read_text(truth));
  std::vector<double> each;
  for (const json& run : document["runs"]) {
    if (run["windows"].size() != windows) continue;
    for (const json& window : run["windows"]) {
      const double inferences = window["toggles"].get<double>();
      if (inferences > 0) each.push_back(window["joules"].get<double>() / inferences * 1e6);
    }
  }
  return each.empty() ? NAN : median(each);
}

/// Of the inputs that came with the pin high: the only run of one window. Edges may be off by a
/// sample (10 us), and the meter switches ranges between sleep and work.
testing::AssertionResult transfer_is_true(const results::Energy& energy,
                                          const std::filesystem::path& truth) {
  const json document = json::parse(read_text(truth));
  for (const results::EnergyPart& phase : energy.phases) {
    if (phase.name != "transfer") continue;
    for (const json& run : document["runs"]) {
      if (run["windows"].size() != 1) continue;
      const json& window = run["windows"][0];
      const double inputs = window["toggles"].get<double>();
      const double uj = window["joules"].get<double>() * 1e6 / inputs;
      if (inputs > 0 && std::abs(phase.gross_uj.value - uj) < 0.05 * uj)
        return testing::AssertionSuccess();
      return testing::AssertionFailure() << phase.gross_uj.value << " uJ, truly " << uj;
    }
  }
  return testing::AssertionFailure() << "no transfer was measured, or none is in the truth";
}

class EnergyOnABoard : public EmulatedBoards {
 protected:
  Program::Outcome energy(std::vector<std::string> words, const char* model = kModel) {
    words.insert(words.begin(),
                 {"energy", model, "--board", kBoard, "--emulate", "--json",
                  (folder_ / "r.json").string(), "--truth", (folder_ / "truth.json").string()});
    return run_hilbench(words);
  }
  results::Record record() {
    auto loaded = report::load_record(folder_ / "r.json");
    EXPECT_TRUE(loaded.ok()) << loaded.error().what;
    return loaded.ok() ? *loaded : results::Record();
  }
};

TEST_F(EnergyOnABoard, IsWithinTwoPerMilleOfTheTruth) {
  need(kBoard);
  const auto outcome = energy({"--meter", "ppk2"});
  ASSERT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  const results::Record made = record();
  ASSERT_TRUE(made.energy && made.energy->gross_uj);
  const double truth = true_uj(folder_ / "truth.json", 41);
  EXPECT_NEAR(made.energy->gross_uj->value, truth, 2e-3 * truth);
  EXPECT_NEAR(made.energy->gross_uj->value, truth, 4 * made.energy->gross_uj->parts.combined());
  EXPECT_EQ(made.energy->alignment.method, "logic");
  EXPECT_EQ(made.energy->alignment.edges, 82U);
  EXPECT_TRUE(made.energy->meter.emulated);
  for (const results::Metric& metric : made.metrics)
    EXPECT_EQ(metric.origin, results::Origin::kEmulated) << metric.name;
  EXPECT_THAT(outcome.err, HasSubstr("quiet runs "));
  const auto again = run_hilbench({"energy", "recompute", (folder_ / "r.json").string()});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.out, HasSubstr("to the last digit"));
  const auto plot = run_hilbench({"plot", (folder_ / "r.json").string()});
  EXPECT_EQ(plot.code, 0) << plot.err;
  EXPECT_THAT(read_text(folder_ / "r.svg"), HasSubstr("digits_int8.tflite on netduino_plus_2"));
}

// One inference of this model takes 0.1 ms.
TEST_F(EnergyOnABoard, WindowsOfAMillisecondAreWithinThreePerMilleOfTheTruth) {
  need(kBoard);
  const auto outcome = energy({"--meter", "ppk2", "--window", "1ms", "--windows", "20"},
                              "fixtures/rotor/rotor_buffer.tflite");
  ASSERT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  const results::Record made = record();
  ASSERT_TRUE(made.energy && made.energy->gross_uj);
  for (const results::EnergyWindow& window : made.energy->windows) {
    // QEMU's sleep may last longer than the agent asked for, if this machine is busy.
    if (window.kind == "idle") continue;
    EXPECT_LT(window.end_s - window.begin_s, 2e-3);
  }
  const double truth = true_uj(folder_ / "truth.json", 41);
  EXPECT_NEAR(made.energy->gross_uj->value, truth, 3e-3 * truth);
}

TEST_F(EnergyOnABoard, OperatorsAddUpToTheInference) {
  need(kBoard);
  const auto outcome = energy({"--meter", "ppk2", "--phases", "--per-layer", "--period", "0.1s"});
  ASSERT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  const results::Record made = record();
  ASSERT_TRUE(made.energy && made.energy->gross_uj);
  ASSERT_EQ(made.energy->layers.size(), 9U);
  double sum = 0;
  double variance = 0;
  for (const results::EnergyPart& layer : made.energy->layers) {
    sum += layer.gross_uj.value;
    variance += std::pow(layer.gross_uj.parts.combined(), 2);
  }
  // What is in no operator (the engine's loop, the digest) is little, and never negative.
  EXPECT_LT(sum, made.energy->gross_uj->value + 4 * std::sqrt(variance));
  EXPECT_GT(sum, 0.95 * made.energy->gross_uj->value);
  EXPECT_EQ(made.energy->phases.size(), 5U);
  EXPECT_TRUE(transfer_is_true(*made.energy, folder_ / "truth.json"));
  ASSERT_TRUE(made.energy->duty);
  const double idle_uw = made.energy->idle->watts * 1e6;
  EXPECT_GT(made.energy->duty->average_uw.value, idle_uw);
  EXPECT_NEAR(made.energy->duty->average_uw.value, idle_uw + made.energy->net_uj->value / 0.1,
              0.03 * idle_uw);
}

TEST_F(EnergyOnABoard, APatternInTheCurrentIsWithinAPercent) {
  need(kBoard);
  const auto outcome = energy({"--meter", "ppk2", "--alignment", "trace-pattern"});
  ASSERT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  const results::Record made = record();
  ASSERT_TRUE(made.energy && made.energy->gross_uj);
  const double truth = true_uj(folder_ / "truth.json", 41);
  EXPECT_NEAR(made.energy->gross_uj->value, truth, 1e-2 * truth);
  EXPECT_EQ(made.energy->alignment.method, "trace-pattern");
}

TEST_F(EnergyOnABoard, TheHostsClockDoesNotFitAnEmulatedMeter) {
  need(kBoard);
  const auto outcome = energy({"--meter", "ppk2", "--alignment", "host-clock"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("an emulated meter plays later what the board did"));
}

TEST_F(EnergyOnABoard, DoctorTriesWireAndSupply) {
  need(kBoard);
  const auto outcome =
      run_hilbench({"doctor", "--board", kBoard, "--emulate", "--meter", "ppk2", "--json"});
  ASSERT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  for (const json& check : json::parse(outcome.out)["meter"])
    EXPECT_EQ(check["result"], "ok") << check.dump();
}

TEST_F(EnergyOnABoard, DoctorFindsABoardThatSomethingElseFeeds) {
  need(kBoard);
  const auto outcome = run_hilbench(
      {"doctor", "--board", kBoard, "--emulate", "--meter", "ppk2", "--back-powered", "--json"});
  ASSERT_EQ(outcome.code, 4) << outcome.out << outcome.err;
  const json checks = json::parse(outcome.out)["meter"];
  EXPECT_EQ(checks[0]["result"], "ok");
  EXPECT_EQ(checks[1]["result"], "unfit");
  EXPECT_THAT(checks[1]["what"].get<std::string>(), HasSubstr("still answers"));
}

TEST_F(EnergyOnABoard, AProfileWithAMeterHasItsEnergyToo) {
  need(kBoard);
  const auto outcome =
      run_hilbench({"profile", kModel, "--board", kBoard, "--emulate", "--meter", "ppk2", "--runs",
                    "3", "--operator-runs", "1", "--json", (folder_ / "r.json").string()});
  ASSERT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  const results::Record made = record();
  EXPECT_EQ(made.command, "profile");
  ASSERT_TRUE(made.energy);
  EXPECT_NE(find_metric(made, "energy_gross_uj"), nullptr);
  EXPECT_NE(find_metric(made, "latency_instructions"), nullptr);
}

}  // namespace
}  // namespace hil::test
