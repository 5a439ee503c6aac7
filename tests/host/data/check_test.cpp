// SPDX-License-Identifier: Apache-2.0
// Every kind of finding, planted one at a time.
#include "host/data/check.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "host/data/load.hpp"
#include "tests/host/base/scratch_folder.hpp"
#include "tests/host/data/files.hpp"

namespace hil::data {
namespace {

using test::Bytes;
using test::bytes_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Check : public testing::Test {
 protected:
  void write(const std::string& name, const Bytes& bytes) {
    test::write(folder_.path() / name, bytes);
  }
  void describe(const std::string& more) {
    test::write(folder_.path() / "dataset.json",
                R"({"schema": "hilbench-dataset/1", "license": "CC0-1.0")" + more + "}");
  }
  DatasetCheck check(const Expectation& expectation = {}) {
    Problems problems;
    const auto dataset = load_dataset(folder_.path(), &problems);
    if (!dataset) ADD_FAILURE() << dataset.error().what;
    return dataset ? check_dataset(*dataset, problems, expectation) : DatasetCheck{};
  }
  static std::vector<std::string> kinds(const DatasetCheck& check) {
    std::vector<std::string> kinds;
    for (const Finding& finding : check.findings)
      kinds.push_back(finding.kind);
    return kinds;
  }
  ScratchFolder folder_;
};

TEST_F(Check, ACleanDatasetHasNoFindings) {
  describe(R"(, "element_type": "i8", "shape": [2])");
  write("a/1.bin", {1, 2});
  write("b/1.bin", {3, 4});
  EXPECT_THAT(check().findings, IsEmpty());
}

TEST_F(Check, SizesCopiesAndLabelErrors) {
  describe(R"(, "element_type": "i8")");
  write("a/1.bin", {1, 2, 3});
  write("a/2.bin", {1, 2, 3});
  write("b/1.bin", {1, 2, 3});
  write("b/2.bin", {7, 8, 9});
  write("b/3.bin", {7, 8, 9});
  write("b/4.bin", {7, 8});
  const auto result = check();
  EXPECT_THAT(kinds(result), ElementsAre("wrong-size", "label-conflict", "duplicate"));
  EXPECT_THAT(result.findings[0].examples, ElementsAre("b/4.bin: 2 bytes, most have 3"));
  EXPECT_EQ(result.findings[1].count, 2u);
  EXPECT_THAT(result.findings[1].examples, ElementsAre("a/2.bin (class a) = a/1.bin (class a)",
                                                       "b/1.bin (class b) = a/1.bin (class a)"));
  EXPECT_THAT(result.findings[2].examples, ElementsAre("b/3.bin (class b) = b/2.bin (class b)"));
}

TEST_F(Check, NanConstantAndDeadChannels) {
  describe(R"(, "element_type": "f32", "shape": [2, 2])");
  write("a/1.bin", bytes_of<float>({1, 5, 2, 5}));
  write("a/2.bin", bytes_of<float>({NAN, 5, 2, 5}));
  write("b/1.bin", bytes_of<float>({5, 5, 5, 5}));
  const auto result = check();
  EXPECT_THAT(kinds(result), ElementsAre("not-finite", "constant-sample", "dead-channel"));
  EXPECT_THAT(result.findings[0].examples, ElementsAre("a/2.bin"));
  EXPECT_THAT(result.findings[1].examples, ElementsAre("b/1.bin"));
  EXPECT_THAT(result.findings[2].examples, ElementsAre("channel 1: always 5"));
}

TEST_F(Check, ClippedAudioAndBytesAtTheirLimits) {
  describe("");
  std::vector<std::int16_t> loud(100, 20);
  loud[3] = 32767;
  loud[4] = -32768;
  write("a/1.wav", test::wav(loud));
  write("b/1.wav", test::wav(std::vector<std::int16_t>(100, 9)));
  const auto audio = check();
  EXPECT_THAT(kinds(audio), ElementsAre("constant-sample", "clipped"));
  EXPECT_THAT(audio.findings[1].examples, ElementsAre("a/1.wav: 2.0 %"));
  std::filesystem::remove_all(folder_.path() / "a");
  std::filesystem::remove_all(folder_.path() / "b");
  describe(R"(, "element_type": "u8")");
  write("a/1.bin", {0, 0, 1, 255, 7});
  const auto bytes = check();
  EXPECT_THAT(kinds(bytes), ElementsAre("at-limits"));
  EXPECT_EQ(bytes.findings[0].severity, Severity::kNote);
  EXPECT_THAT(bytes.findings[0].examples, ElementsAre("channel 0: 40.0 % at 0, 20.0 % at 255"));
}

TEST_F(Check, FilesThatCannotBeReadOrDiffer) {
  describe("");
  write("a/0.wav", test::text("no sound"));
  write("a/1.wav", test::wav({1, 2, 3}));
  write("a/2.wav", test::wav({1, 2}));
  write("a/3.wav", test::wav({3, 2, 1}, 8000));
  const auto result = check();
  EXPECT_THAT(kinds(result), ElementsAre("unreadable", "differs"));
  EXPECT_THAT(result.findings[0].examples[0], HasSubstr("a/0.wav byte 0: not a WAV file"));
  EXPECT_EQ(result.findings[1].count, 2u);
}

TEST_F(Check, ClassesMissingUnequalOrBeyondTheModel) {
  describe(R"(, "element_type": "u8", "labels": ["a", "b", "c"])");
  for (std::uint8_t i = 0; i < 20; ++i)
    write("a/" + std::to_string(i) + ".bin", {i, 100, 3, 4, 5, 6, 7, 8, 9, 11, 12});
  write("c/1.bin", {1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12});
  const auto alone = check();
  EXPECT_THAT(kinds(alone), ElementsAre("class-missing", "imbalance"));
  EXPECT_THAT(alone.findings[0].examples, ElementsAre("class b"));
  EXPECT_EQ(alone.findings[1].what, "class a has 20 samples, class c only 1");
  Expectation model;
  model.class_count = 2;
  EXPECT_THAT(kinds(check(model)), ElementsAre("label-range", "class-missing", "imbalance"));
  model.class_count = 4;
  const auto more = check(model);
  EXPECT_EQ(more.count_of(Severity::kError), 0u);
  EXPECT_EQ(more.count_of(Severity::kWarning), 3u);
}

TEST_F(Check, BadEntriesUnusedBytesAndSilence) {
  write("a.bin", {1, 2, 3, 4, 5});
  write("y_labels.csv", test::text("a.bin,1,0,2,2\nb.bin,1,0,2,2\n"));
  const auto result = check();
  EXPECT_THAT(kinds(result), ElementsAre("bad-entry", "unused-bytes", "no-type", "no-licence"));
  EXPECT_FALSE(result.values_checked);
  EXPECT_THAT(result.findings[0].examples[0], HasSubstr("there is no sample file b.bin"));
  EXPECT_THAT(result.findings[1].examples, ElementsAre("a.bin, y_labels.csv line 1: 1 bytes"));
}

TEST_F(Check, StopsWhenAsked) {
  describe("");
  write("a/1.bin", {1});
  write("a/2.bin", {1});
  const auto dataset = load_dataset(folder_.path());
  ASSERT_TRUE(dataset) << dataset.error().what;
  const auto result = check_dataset(*dataset, {}, {}, [](std::size_t done) { return done < 1; });
  EXPECT_TRUE(result.stopped);
  EXPECT_THAT(kinds(result), ElementsAre("no-type"));
}

}  // namespace
}  // namespace hil::data
