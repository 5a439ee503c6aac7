// SPDX-License-Identifier: Apache-2.0
// Tapes that were changed by hand: what a replay must not start, and what nobody's terminal may
// get.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>

#include "host/link/tape/reader.hpp"
#include "host/link/tape/writer.hpp"
#include "tests/chain/program.hpp"

namespace hil::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using Words = std::vector<std::string>;

constexpr const char* kModel = "fixtures/digits/digits_int8.tflite";
constexpr const char* kData = "fixtures/digits/test";

bool is_start(const tape::Record& record) {
  return record.kind == tape::Kind::kNote &&
         std::string(record.bytes.begin(), record.bytes.end()) == "start";
}

class ChangedTape : public testing::Test {
 protected:
  [[nodiscard]] std::string tape() const { return folder_ / "run.tape"; }
  [[nodiscard]] std::string changed() const { return folder_ / "changed.tape"; }

  void record(const Words& words) {
    Words all = words;
    all.insert(all.end(), {"--board", "linux", "--tape", tape()});
    const auto run = run_hilbench(all);
    ASSERT_EQ(run.code, 0) << run.err;
  }
  /// Copies the tape, its note "start" as @p change leaves it.
  void change_start(const std::function<void(json&)>& change) {
    const auto bytes = tape::read_tape_file(tape());
    ASSERT_TRUE(bytes.ok());
    auto reader = tape::Reader::open(*bytes);
    ASSERT_TRUE(reader.ok());
    auto writer = tape::Writer::create(changed());
    ASSERT_TRUE(writer.ok());
    for (auto record = reader->next(); record.ok() && *record; record = reader->next()) {
      if (is_start(**record)) {
        json said = json::parse((*record)->text);
        change(said);
        (*record)->text = said.dump();
      }
      (*writer)->add(std::move(**record));
    }
  }
  /// Replays the tape as if @p words had been recorded, and expects that to be refused by @p why.
  void refuses(const Words& words, const char* why) {
    change_start([&](json& start) { start["words"] = words; });
    const auto replay = run_hilbench({"replay", changed()});
    EXPECT_EQ(replay.code, 2) << words.front() << ": " << replay.err;
    EXPECT_THAT(replay.err, HasSubstr(why)) << words.front();
    EXPECT_EQ(replay.out, "") << words.front();
  }

  TemporaryFolder folder_;
};

TEST_F(ChangedTape, StartsNothingThatIsNoRecordedRun) {
  record({"info"});
  refuses({"list"}, "'list' is not a recorded run");
  refuses({"emulate", "linux"}, "'emulate' is not a recorded run");
  refuses({"info", "--board", "linux"}, "'info' is not a recorded run");
  refuses(
      {"info", "--dialect", "mlperf_tiny", "--port", "/dev/null", "--board", "x", "--tape", "t"},
      "foreign firmware");
  refuses({"evaluate", kModel, "--dataset", kData, "--board", "linux@1-2", "--tape", "t"},
          "names several boards");
  const std::string port = folder_ / "port";
  refuses({"dut", kModel, "--board", "linux", "--link", port, "--tape", "t"}, "runner said");
  EXPECT_FALSE(fs::exists(fs::symlink_status(port)));
}

TEST_F(ChangedTape, OfAnotherShapeIsAnErrorOfTheUser) {
  record({"info"});
  for (const json& files : {json("x"), json::array({1}), json::array({{{"option", 1}}})}) {
    change_start([&](json& start) { start["files"] = files; });
    const auto replay = run_hilbench({"replay", changed()});
    EXPECT_EQ(replay.code, 2) << files;
    EXPECT_THAT(replay.err, HasSubstr("does not say which files")) << files;
  }
}

TEST_F(ChangedTape, AHostThatDoesSomethingElseIsNamed) {
  record({"evaluate", kModel, "--dataset", kData, "--limit", "20"});
  change_start([&](json& start) {
    for (json& word : start["words"]) {
      if (word == "20") word = "10";
    }
  });
  const auto replay = run_hilbench({"replay", changed()});
  EXPECT_EQ(replay.code, 1) << replay.err;
  EXPECT_THAT(replay.err, HasSubstr("behaves otherwise than recorded"));
}

TEST_F(ChangedTape, SendsATerminalNothingButText) {
  record({"info"});
  const std::string odd =
      "a\x1b[31mb\x7f\xc2\x9b"
      "c";  // ESC, DEL, and CSI as UTF-8
  change_start([&](json& start) {
    start["words"].push_back(odd);
    start[odd] = std::string(200, '[') + odd;
  });
  for (const Words& more : {Words{}, Words{"--json"}, Words{"--raw"}}) {
    Words words{"tape", "show", changed()};
    words.insert(words.end(), more.begin(), more.end());
    const auto shown = run_hilbench(words);
    EXPECT_EQ(shown.code, 0) << shown.err;
    EXPECT_THAT(shown.out, Not(HasSubstr("\x1b")));
    EXPECT_THAT(shown.out, Not(HasSubstr("\x7f")));
    EXPECT_THAT(shown.out, Not(HasSubstr("\xc2\x9b")));
  }
}

TEST_F(ChangedTape, IsNotWrittenOverWhatTheRunReadsOrWrites) {
  const std::string model = folder_ / "model.tflite";
  fs::copy_file(kModel, model);
  const auto over_model =
      run_hilbench({"infer", model, "--input", "fixtures/digits/test/digit_0007_7.bin", "--board",
                    "linux", "--tape", model});
  EXPECT_EQ(over_model.code, 2);
  EXPECT_THAT(over_model.err, HasSubstr("would overwrite a file of MODEL"));
  EXPECT_EQ(read_text(model), read_text(kModel));
  const std::string record = folder_ / "record.json";
  const auto over_record = run_hilbench({"profile", kModel, "--runs", "1", "--board", "linux",
                                         "--json", record, "--tape", folder_ / "./record.json"});
  EXPECT_EQ(over_record.code, 2);
  EXPECT_THAT(over_record.err, HasSubstr("would overwrite what --json writes"));
}

}  // namespace
}  // namespace hil::test
