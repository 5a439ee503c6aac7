// SPDX-License-Identifier: Apache-2.0
// hilbench energy with the emulated LPM01A on real firmware in QEMU, against what was really drawn.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "host/base/error.hpp"
#include "tests/chain/emulated_boards.hpp"

namespace hil::test {
namespace {

using nlohmann::json;

constexpr const char* kBoard = "netduino_plus_2";

class EmulatedLpm01a : public EmulatedBoards {
 protected:
  void SetUp() override {
    EmulatedBoards::SetUp();
    need(kBoard);
  }

  /// Runs it with @p more words and reads the record and the truth.
  void measure(const std::vector<std::string>& more) {
    std::vector<std::string> words = {"energy",     "fixtures/digits/digits_int8.tflite",
                                      "--board",    kBoard,
                                      "--emulate",  "--meter",
                                      "lpm01a",     "--voltage",
                                      "3.3",        "--windows",
                                      "2",          "--truth",
                                      truth_path(), "--json",
                                      record_path()};
    words.insert(words.end(), more.begin(), more.end());
    // An overloaded machine emulates slower than real time: the board is then silent for longer
    // than it has announced, which is an error of the link.
    auto outcome = run_hilbench(words);
    for (int i = 0; i < 2 && outcome.code == exit_code(Blame::kLink); ++i)
      outcome = run_hilbench(words);
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    record_ = json::parse(read_text(record_path()));
    const json truth = json::parse(read_text(truth_path()));
    for (const json& run : truth.at("runs"))
      for (const json& window : run.at("windows"))
        truth_.push_back(window.at("joules").get<double>());
  }

  /// Largest error of a window's energy, relative; the last runs are those of the record.
  [[nodiscard]] double worst_error() const {
    const json& windows = record_.at("energy").at("windows");
    EXPECT_GE(windows.size(), 5u);  // two, and idle ones beside them
    if (truth_.size() < windows.size()) return 1;
    double worst = 0;
    const std::size_t first = truth_.size() - windows.size();
    for (std::size_t i = 0; i < windows.size(); ++i) {
      const double joules = windows[i].at("energy_uj").get<double>() * 1e-6;
      worst = std::max(worst, std::abs(joules / truth_[first + i] - 1));
    }
    return worst;
  }

  [[nodiscard]] std::string record_path() const { return (folder_ / "record.json").string(); }
  [[nodiscard]] std::string truth_path() const { return (folder_ / "truth.json").string(); }

  json record_;
  std::vector<double> truth_;
};

TEST_F(EmulatedLpm01a, EnergyModeIsWithinTwoPerMilleOfTheTruth) {
  measure({"--window", "500ms"});
  if (IsSkipped() || HasFatalFailure()) return;
  EXPECT_LE(worst_error(), 0.002);
  const json& energy = record_.at("energy");
  EXPECT_EQ(energy.at("alignment").at("method"), "logic");
  EXPECT_EQ(energy.at("meter").at("kind"), "lpm01a");
  EXPECT_EQ(energy.at("meter").at("emulated"), true);
  const auto again = run_hilbench({"energy", "recompute", record_path()});
  EXPECT_EQ(again.code, 0) << again.err;
}

}  // namespace
}  // namespace hil::test
