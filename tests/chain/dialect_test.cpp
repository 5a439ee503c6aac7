// SPDX-License-Identifier: Apache-2.0
// Both sides of MLPerf Tiny's DUT protocol: hilbench dut in front of a board, hilbench driving it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "host/data/mlperf_folder.hpp"
#include "host/dialect/mlperf_tiny/client.hpp"
#include "host/link/tty_link.hpp"
#include "host/measure/dialect/dut_evaluate.hpp"
#include "tests/chain/program.hpp"
#include "tests/host/dialect/byte_faults.hpp"
#include "tests/shared_data.hpp"

namespace hil::test {
namespace {

namespace fs = std::filesystem;
namespace tiny = dialect::mlperf_tiny;
using nlohmann::json;
using testing::HasSubstr;

constexpr const char* kDigits = "fixtures/digits/digits_int8.tflite";
constexpr const char* kDigitsTest = "fixtures/digits/test";

/// hilbench dut in front of the linux board, until its end.
class ServedDut {
 public:
  explicit ServedDut(const std::string& model, const std::string& id = "")
      : program_(words(model, id), folder_ / "door") {
    const auto is_up = [this](const std::string&) {
      return read_text(folder_ / "door").ends_with("\n");
    };
    EXPECT_TRUE(program_.wait_for(is_up));
    door_ = json::parse(read_text(folder_ / "door"), nullptr, false);
  }
  ~ServedDut() {
    program_.signal(SIGINT);
    const auto end = program_.finish();
    EXPECT_EQ(end.code, 130) << end.err;
    EXPECT_FALSE(fs::exists(fs::symlink_status(port())));
  }

  [[nodiscard]] std::string port() const { return folder_ / "port"; }
  [[nodiscard]] const json& door() const { return door_; }
  [[nodiscard]] fs::path file(const std::string& name) const { return folder_ / name; }

  /// Runs a command of hilbench on it.
  [[nodiscard]] Program::Outcome run(std::vector<std::string> words) const {
    words.insert(words.end(), {"--dialect", "mlperf_tiny", "--port", port()});
    return run_hilbench(words);
  }

 private:
  std::vector<std::string> words(const std::string& model, const std::string& id) {
    std::vector<std::string> words{"dut", model, "--board", "linux", "--json", "--link", port()};
    if (!id.empty()) words.insert(words.end(), {"--model-id", id});
    return words;
  }

  TemporaryFolder folder_;
  Program program_;
  json door_;
};

bool has_event(const json& record, const std::string& kind, const std::string& part) {
  for (const json& event : record["events"]) {
    if (event["kind"] != kind) continue;
    if (event["text"].get<std::string>().find(part) != std::string::npos) return true;
  }
  return false;
}

TEST(Dialect, TellsWhoAnswers) {
  const ServedDut dut(kDigits);
  EXPECT_EQ(dut.door()["model_id"], "digits_int8");
  EXPECT_EQ(dut.door()["sample_bytes"], 64);
  const auto info = dut.run({"info", "--json"});
  ASSERT_EQ(info.code, 0) << info.err;
  const json facts = json::parse(info.out);
  EXPECT_EQ(facts["vendor"], "hilbench linux");
  EXPECT_EQ(facts["model_id"], "digits_int8");
  EXPECT_THAT(facts["unknown"].get<std::string>(), HasSubstr("does not tell"));
}

TEST(Dialect, EvaluatesEveryDigitAsTheBoardItselfDoes) {
  const ServedDut dut(kDigits);
  const auto run = dut.run({"evaluate", kDigits, "--dataset", kDigitsTest, "--json", "-"});
  ASSERT_EQ(run.code, 0) << run.err;
  const json record = json::parse(run.out);
  EXPECT_EQ(record["conditions"]["dialect"], "mlperf_tiny");
  EXPECT_EQ(record["board"]["id"], "mlperf_tiny:hilbench linux");
  EXPECT_EQ(record["metrics"][0]["name"], "top1");
  EXPECT_DOUBLE_EQ(record["metrics"][0]["value"], 357.0 / 360);
  EXPECT_EQ(record["verdict"]["outputs_checked"], 360);
  EXPECT_EQ(record["verdict"]["outputs_differing"], 0);
  EXPECT_EQ(record["link"]["payload_bytes_sent"], 360 * 64);
  EXPECT_EQ(record["link"]["retransmitted_frames"], 0);
  EXPECT_TRUE(has_event(record, "unchecked", "no checksums: every sample was read back"));
}

TEST(Dialect, NeedsNoModelFileToScore) {
  const ServedDut dut(kDigits);
  const auto run =
      dut.run({"evaluate", "--dataset", kDigitsTest, "--limit", "30", "--read-back", "first",
               "--outputs", dut.file("out.csv"), "--json", dut.file("record.json")});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("no output checked"));
  EXPECT_THAT(run.out, HasSubstr("0 samples sent again"));
  EXPECT_THAT(run.out, HasSubstr("over the protocol mlperf_tiny"));
  const json record = json::parse(read_text(dut.file("record.json")));
  EXPECT_EQ(record["verdict"]["samples_done"], 30);
  EXPECT_TRUE(has_event(record, "unchecked", "the model file is not given"));
  const auto show = run_hilbench({"show", dut.file("record.json")});
  EXPECT_EQ(show.code, 0) << show.err;
  EXPECT_EQ(show.out, run.out);
  EXPECT_TRUE(fs::exists(dut.file("out.csv")));
}

TEST(Dialect, ProfilesByTheDevicesOwnTime) {
  const ServedDut dut(kDigits);
  const auto run =
      dut.run({"profile", kDigits, "--windows", "2", "--window", "0.05", "--json", "-"});
  ASSERT_EQ(run.code, 0) << run.err;
  const json record = json::parse(run.out);
  EXPECT_EQ(record["metrics"][0]["name"], "latency_us");
  EXPECT_EQ(record["metrics"][0]["samples"].size(), 2u);
  EXPECT_GT(record["metrics"][0]["value"], 0);
  EXPECT_EQ(record["verdict"]["outputs_checked"], 2);
  EXPECT_TRUE(has_event(record, "window", "2 of 2 windows are shorter than the 10 s"));
  EXPECT_FALSE(has_event(record, "wrong-output", ""));
}

TEST(Dialect, SaysWhichSampleTheFirmwareRefuses) {
  const ServedDut dut(kDigits);
  const auto run = dut.run({"evaluate", "--dataset", "fixtures/rotor/test", "--json", "-"});
  EXPECT_EQ(run.code, 7) << run.err;
  EXPECT_THAT(run.err, HasSubstr("rotor_00"));
  EXPECT_THAT(run.err, HasSubstr("the model takes 64"));
}

TEST(Dialect, RefusesOptionsThatMakeNoSense) {
  const auto refuses = [](const std::vector<std::string>& words, const char* what) {
    const auto run = run_hilbench(words);
    EXPECT_EQ(run.code, 2) << run.err;
    EXPECT_THAT(run.err, HasSubstr(what));
  };
  refuses({"info", "--dialect", "mlperf_tiny"}, "--dialect needs --port NAME");
  refuses({"info", "--dialect", "other", "--port", "x"}, "--dialect");
  refuses({"info", "--dialect", "mlperf_tiny", "--port", "x", "--board", "linux"},
          "--board does not go with --dialect");
  refuses({"profile", kDigits, "--board", "linux", "--window", "1"},
          "--window goes with --dialect");
  refuses({"evaluate", kDigits, "--dataset", kDigitsTest}, "needs --board");
  refuses({"info", "--dialect", "mlperf_tiny", "--port", "x", "--inject", "drop=1%"},
          "text has none");
  refuses({"dut", kDigits, "--board", "linux", "--model-id", "a b"}, "--model-id 'a b'");
  refuses({"dut", kDigits, "--board", "linux", "--link", kDigits}, "is there already");
}

TEST(Dialect, LeavesALinkThatSomebodyServesAlone) {
  const ServedDut dut(kDigits);
  const fs::path served = fs::read_symlink(dut.port());
  const auto other = run_hilbench({"dut", kDigits, "--board", "linux@2", "--link", dut.port()});
  EXPECT_EQ(other.code, 2) << other.err;
  EXPECT_THAT(other.err, HasSubstr("is there already"));
  EXPECT_EQ(fs::read_symlink(dut.port()), served);
}

// Some 3,400 bytes a try: about one in seven tries fails, twelve in a row never do.
TEST(Dialect, ScoresNoSampleWrongOnABadLine) {
  HIL_NEEDS_FOLDER(mlperf_tiny());
  const std::string path = mlperf_tiny() / "models/kws_ref_model.tflite";
  const ServedDut dut(path, "kws01");
  const auto model = model::load(path);
  ASSERT_TRUE(model);
  auto dataset = data::load_mlperf_folder(mlperf_tiny() / "datasets/kws01");
  ASSERT_TRUE(dataset) << dataset.error().what;

  auto port = TtyLink::open(fs::canonical(dut.port()), 115'200);
  ASSERT_TRUE(port) << port.error().what;
  tiny::ByteFaultLink line(**port, 4e-5, 5e-6, 3);
  tiny::ClientOptions options;
  options.silence = std::chrono::milliseconds(300);
  options.attempts = 12;
  tiny::Client client(line, options);
  auto identity = client.identify(Deadline::after(std::chrono::seconds(60)));
  ASSERT_TRUE(identity) << identity.error().what;
  EXPECT_EQ(identity->model, "kws01");

  const auto view = measure::make_dut_view(&*model, &*dataset, {identity->model});
  ASSERT_TRUE(view) << view.error().what;
  const auto source = measure::SampleSource::make(*std::move(dataset), view->line, {});
  ASSERT_TRUE(source) << source.error().what;
  const measure::DutBoard board{client, *std::move(identity), line};
  const auto evaluation = measure::evaluate_dut(board, *view, *source, {100}, {});
  const results::Record& record = evaluation.record;
  ASSERT_FALSE(record.verdict.error) << record.verdict.error->what;
  EXPECT_EQ(record.verdict.samples_done, 100u);
  EXPECT_EQ(record.verdict.outputs_checked, 100u);
  EXPECT_EQ(record.verdict.outputs_differing, 0u);
  EXPECT_GT(line.dropped() + line.flipped(), 0u);
  EXPECT_GT(record.link.retransmitted_frames, 0u);
}

}  // namespace
}  // namespace hil::test
