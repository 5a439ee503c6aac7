// SPDX-License-Identifier: Apache-2.0
// Real firmware on every emulated board, from a cold start: flash, info, evaluate, profile.
#include "tests/chain/emulated_boards.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "host/boards/catalogue.hpp"
#include "host/emulate/virtual_board.hpp"
#include "host/lab/agent_image.hpp"
#include "tests/chain/golden_rows.hpp"
#include "tests/shared_data.hpp"

namespace hil::test {
namespace {

namespace fs = std::filesystem;
using testing::AnyOf;
using testing::HasSubstr;

constexpr const char* kDigits = "fixtures/digits/digits_int8.tflite";
constexpr const char* kDigitsTest = "fixtures/digits/test";

class EveryBoard : public EmulatedBoards, public testing::WithParamInterface<const char*> {
 protected:
  [[nodiscard]] std::string board() const { return GetParam(); }

  /// One sample, so that every inference is the same one.
  fs::path one_sample() {
    const fs::path dataset = folder_ / "one";
    fs::create_directories(dataset);
    fs::copy(fs::path(kDigitsTest) / "digit_0007_7.bin", dataset / "digit_0007_7.bin");
    write_text(dataset / "y_labels.csv", "digit_0007_7.bin,10,7\n");
    return dataset;
  }
};

/// How the agent gets onto a board that has none yet.
const char* cold_start(const std::string& board) {
  if (board == "linux_aarch64") return "started";
  return board == "qemu_rv32" ? "loaded by the emulator" : "flashed";
}

bool has_flash(const std::string& board) {
  return board == "netduino_plus_2" || board == "stm32vldiscovery" || board == "microbit";
}

TEST_P(EveryBoard, EvaluatesAndProfilesFromAColdStart) {
  need(board());
  if (IsSkipped()) return;
  const results::Record first =
      run({"evaluate", kDigits, "--dataset", kDigitsTest, "--limit", "20", "--board", board()});
  EXPECT_EQ(first.preparation.agent, cold_start(board()));
  EXPECT_EQ(first.verdict.outputs_checked, 20u);
  EXPECT_EQ(first.verdict.outputs_differing, 0u);
  EXPECT_EQ(first.board.id, board());
  EXPECT_TRUE(first.board.emulated);
  // The relay reads the rate from the firmware's own registers and garbles where it is another.
  const auto catalogue = boards::Catalogue::load();
  ASSERT_TRUE(catalogue.ok());
  const boards::Serial serial = catalogue->find(board())->serial;
  if (serial.baud != 0) {
    EXPECT_GT(first.conditions.baud, serial.baud) << "the line was not raised";
  }

  const results::Record again = run({"profile", kDigits, "--dataset", one_sample().string(),
                                     "--runs", "10", "--warmup", "1", "--board", board()});
  EXPECT_EQ(again.preparation.agent, has_flash(board()) ? "already there" : cold_start(board()));
  const results::Metric* latency = find_metric(again, "latency_instructions");
  ASSERT_NE(latency, nullptr);
  ASSERT_EQ(latency->samples.size(), 10u);
  EXPECT_EQ(latency->origin, results::Origin::kEmulated);
  const auto [least, most] = std::minmax_element(latency->samples.begin(), latency->samples.end());
  EXPECT_EQ(*least, *most) << "one inference takes one number of instructions";
  EXPECT_GT(*least, 100'000) << "53,000 MACs take more than that";
  for (const results::Metric& metric : again.metrics) {
    EXPECT_THAT(metric.unit, AnyOf("instructions", "B")) << metric.name;
  }
  ASSERT_TRUE(again.operators);
  EXPECT_EQ(again.operators->unit, "instructions");
  fmt::print("{}: agent {} in {:.2f} s; one inference {:.0f} instructions, ten times; stack {} B\n",
             board(), first.preparation.agent, first.preparation.agent_ms / 1000, *least,
             find_metric(again, "stack_bytes") ? find_metric(again, "stack_bytes")->value : -1);
}

TEST_P(EveryBoard, TellsWhatItIs) {
  need(board());
  if (IsSkipped()) return;
  if (has_flash(board())) {
    const auto flashed = run_hilbench({"flash", "--board", board(), "--emulate"});
    ASSERT_EQ(flashed.code, 0) << flashed.err;
  }
  const auto outcome = run_hilbench({"info", "--board", board(), "--emulate", "--json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto facts = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(facts["board"], board());
  EXPECT_EQ(facts["emulated"], true);
  EXPECT_EQ(facts["agent_start"], has_flash(board()) ? "already there" : cold_start(board()));
  EXPECT_THAT(facts["reset_cause"].get<std::string>(), AnyOf("power-on", "reset pin", "software"));
}

INSTANTIATE_TEST_SUITE_P(Emulated, EveryBoard,
                         testing::Values("netduino_plus_2", "stm32vldiscovery", "microbit",
                                         "mps2_an385", "mps2_an385_m0", "mps2_an386", "mps2_an500",
                                         "mps3_an547", "qemu_rv32", "linux_aarch64"),
                         [](const auto& param) { return std::string(param.param); });

/// Third-party models whose golden outputs are known.
class LargeModels : public EveryBoard {
 protected:
  void SetUp() override {
    EveryBoard::SetUp();
    HIL_NEEDS_FOLDER(mlperf_tiny());
    need(board());
  }

  results::Record expect_rows(const std::string& model, const std::string& dataset,
                              const std::string& golden, std::size_t samples,
                              const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{"evaluate",  (mlperf_tiny() / "models" / model).string(),
                                   "--dataset", (mlperf_tiny() / "datasets" / dataset).string(),
                                   "--limit",   std::to_string(samples),
                                   "--board",   board(),
                                   "--outputs", (folder_ / "outputs.csv").string()};
    words.insert(words.end(), more.begin(), more.end());
    results::Record record = run(std::move(words));
    const auto got = rows_of(folder_ / "outputs.csv", 1);
    EXPECT_EQ(got.size(), samples);
    const std::size_t equal = equal_rows(got, rows_of(mlperf_tiny() / "golden" / golden, 0));
    EXPECT_EQ(equal, samples);
    fmt::print("{}: {}: {} of {} rows equal to the golden file; model {} in {:.2f} s; {:.1f} s\n",
               board(), model, equal, samples, record.preparation.model_place,
               record.preparation.model_ms / 1000, record.duration_s);
    return record;
  }

  results::Record keyword_spotting() {
    return expect_rows("kws_ref_model.tflite", "kws01", "kws01_int8_output.csv", kSpotted);
  }
  results::Record image_classification() {
    return expect_rows("pretrainedResnet_quant.tflite", "ic01", "ic01_int8_output.csv", kClassified,
                       {"--input-type", "u8"});
  }

  /// scripts/test_all_samples sets this variable: minutes per board.
  const bool all_ = std::getenv("HIL_ALL_SAMPLES") != nullptr;
  const std::size_t kSpotted = all_ ? 1'000 : 50;
  const std::size_t kClassified = all_ ? 200 : 10;
};

TEST_P(LargeModels, AreBitExact) {
  if (IsSkipped()) return;
  EXPECT_EQ(keyword_spotting().preparation.model_place, "RAM");
  image_classification();
}

INSTANTIATE_TEST_SUITE_P(Emulated, LargeModels,
                         testing::Values("mps2_an385", "mps2_an385_m0", "mps2_an386", "mps2_an500",
                                         "mps3_an547", "qemu_rv32", "linux_aarch64"),
                         [](const auto& param) { return std::string(param.param); });

class FlashSlot : public LargeModels {};

TEST_P(FlashSlot, TakesWhatRamDoesNot) {
  if (IsSkipped()) return;
  EXPECT_EQ(keyword_spotting().preparation.model_place, "RAM");
  const results::Record written = image_classification();
  EXPECT_EQ(written.preparation.model_place, "flash slot");
  EXPECT_FALSE(written.preparation.model_held);
  EXPECT_THAT(written.preparation.flash_command, HasSubstr("openocd"));
  const results::Record held = image_classification();
  EXPECT_EQ(held.preparation.model_place, "flash slot");
  EXPECT_TRUE(held.preparation.model_held) << "it survives in flash and is not written again";
}

/// Sums with fused multiply-add end in other last bits than the host's: float operators agree
/// within the tolerance, integer ones to the bit.
TEST_F(EmulatedBoards, OperatorsOfEveryTypeAgree) {
  need("mps2_an386");
  if (IsSkipped()) return;
  for (const char* type : {"int8", "float32", "hybrid"}) {
    const std::string model = fmt::format("fixtures/digits/digits_{}.tflite", type);
    const auto verified =
        run_hilbench({"verify", model, "--board", "mps2_an386", "--emulate", "--runs", "2"});
    EXPECT_EQ(verified.code, 0) << type << ": " << verified.err;
    EXPECT_THAT(verified.out, HasSubstr("agree with the host reference")) << type;
    const results::Record record = run(
        {"evaluate", model, "--dataset", kDigitsTest, "--limit", "10", "--board", "mps2_an386"});
    EXPECT_EQ(record.verdict.outputs_differing, 0u) << type;
  }
}

TEST_F(EmulatedBoards, TheAgentOfAnotherBoardIsNotTakenForThisOne) {
  need("netduino_plus_2");
  if (IsSkipped()) return;
  emulate::VirtualBoardOptions options;
  options.board = "mps2_an386";
  auto other = emulate::VirtualBoard::start(options, Deadline::after(std::chrono::seconds(20)));
  ASSERT_TRUE(other) << other.error().what;
  const auto blank =
      run_hilbench({"info", "--board", "mps2_an386", "--no-flash", "--port", (*other)->info().pty});
  EXPECT_EQ(blank.code, 6) << "nobody answers on a board without an agent";
  EXPECT_THAT(blank.err, HasSubstr("no answer from mps2_an386"));

  options.board = "qemu_rv32";
  options.image = lab::default_agent_folder() / "hilbench-agent-qemu_rv32.elf";
  other = emulate::VirtualBoard::start(options, Deadline::after(std::chrono::seconds(20)));
  ASSERT_TRUE(other) << other.error().what;
  const auto wrong =
      run_hilbench({"info", "--board", "mps2_an386", "--no-flash", "--port", (*other)->info().pty});
  EXPECT_EQ(wrong.code, 7);
  EXPECT_THAT(wrong.err, HasSubstr("is the one of qemu_rv32"));
}

TEST_F(EmulatedBoards, OptionsThatDoNotGoTogetherAreRefused) {
  const auto said = [](std::vector<std::string> words) {
    words.insert(words.begin(), "info");
    const auto outcome = run_hilbench(words);
    EXPECT_EQ(outcome.code, 2) << outcome.err;
    return outcome.err;
  };
  EXPECT_THAT(said({"--board", "@2"}), HasSubstr("lacks what stands before the @"));
  EXPECT_THAT(said({"--board", "microbit@"}), HasSubstr("lacks what stands behind the @"));
  EXPECT_THAT(said({"--board", "microbit@two", "--emulate"}),
              HasSubstr("virtual boards are told apart by number, not by 'two'"));
  EXPECT_THAT(said({"--board", "microbit", "--emulate", "--port", "/dev/ttyS0"}),
              HasSubstr("--port and --emulate exclude each other"));
  EXPECT_THAT(said({"--board", "nucleo_f446re", "--emulate"}),
              HasSubstr("nucleo_f446re can't be emulated"));
  EXPECT_THAT(said({"--board", "linux", "--clock", "16000000"}), HasSubstr("states no clock"));
  EXPECT_THAT(said({"--board", "microbit", "--emulate", "--clock", "0"}), HasSubstr("--clock"));
}

TEST_F(EmulatedBoards, ABoardThatIsFlashedTakesNoImageAtItsStart) {
  need("netduino_plus_2");
  if (IsSkipped()) return;
  const auto outcome = run_hilbench({"emulate", "netduino_plus_2", "--image", "README.md"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("netduino_plus_2 is flashed, it takes no image"));
  EXPECT_THAT(outcome.err, HasSubstr("leave --image out and flash it"));
}

TEST_F(EmulatedBoards, ATrueClockScalesItsTicks) {
  need("mps2_an386");
  if (IsSkipped()) return;
  const auto outcome =
      run_hilbench({"info", "--board", "mps2_an386", "--emulate", "--clock", "50000000", "--json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(nlohmann::json::parse(outcome.out)["tick_hz"], 50'000'000) << "the file says 25 MHz";
}

TEST_F(EmulatedBoards, WithoutAFlashSlotWeightsCannotGoThere) {
  need("mps2_an386");
  if (IsSkipped()) return;
  const auto outcome =
      run_hilbench({"infer", kDigits, "--input", "fixtures/digits/test/digit_0007_7.bin", "--board",
                    "mps2_an386", "--emulate", "--weights", "flash"});
  EXPECT_EQ(outcome.code, 7);
  EXPECT_THAT(outcome.err, HasSubstr("mps2_an386 has no flash slot for models"));
  EXPECT_THAT(outcome.err, HasSubstr("--weights ram"));
}

INSTANTIATE_TEST_SUITE_P(Emulated, FlashSlot, testing::Values("netduino_plus_2"),
                         [](const auto& param) { return std::string(param.param); });

}  // namespace
}  // namespace hil::test
