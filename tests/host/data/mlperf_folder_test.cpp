// SPDX-License-Identifier: Apache-2.0
// Every rule of y_labels.csv, broken one at a time; the real folders where they are at hand.
#include "host/data/mlperf_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/base/file.hpp"
#include "tests/host/base/scratch_folder.hpp"
#include "tests/shared_data.hpp"

namespace hil::data {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

/// A folder with samples a.bin, b.bin and sub/c.bin.
class MlperfFolder : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(folder_.path() / "sub");
    for (const char* name : {"a.bin", "b.bin", "sub/c.bin"})
      write(name, "1234");
  }
  void write(const std::string& name, const std::string& text) {
    ASSERT_TRUE(write_file(folder_.path() / name, text).ok());
  }
  Result<Dataset> load(const std::string& labels) {
    write(kLabelFile, labels);
    return load_mlperf_folder(folder_.path());
  }
  /// The error that @p labels gives, as "y_labels.csv line N: ..."; "none" if it is accepted.
  std::string error_of(const std::string& labels) {
    const auto dataset = load(labels);
    if (dataset.ok()) return "none";
    EXPECT_EQ(dataset.error().blame, Blame::kUser);
    EXPECT_NE(dataset.error().hint, "");
    const std::string prefix = folder_.path().string() + "/";
    EXPECT_THAT(dataset.error().what, StartsWith(prefix));
    return dataset.error().what.substr(prefix.size());
  }

  ScratchFolder folder_;
};

TEST_F(MlperfFolder, ReadsNamesLabelsAndLines) {
  const auto dataset = load("a.bin,3,2\nb.bin,3,0\nsub/c.bin,3,1");
  ASSERT_TRUE(dataset.ok()) << dataset.error().what;
  EXPECT_EQ(dataset->class_count, 3U);
  ASSERT_EQ(dataset->samples.size(), 3U);
  EXPECT_EQ(dataset->samples[0].name, "a.bin");
  EXPECT_EQ(dataset->samples[0].label, 2U);
  EXPECT_EQ(dataset->samples[2].name, "sub/c.bin");
  EXPECT_EQ(dataset->samples[2].line, 3U);
  EXPECT_FALSE(dataset->element_type.has_value());
  EXPECT_THAT(dataset->label_names, IsEmpty());
  EXPECT_EQ(dataset->labels_sha256.size(), 64U);
}

TEST_F(MlperfFolder, ToleratesCrlfBlanksSpacesAndMark) {
  const auto dataset = load("\xEF\xBB\xBF\r\n a.bin , 3 ,\t2 \r\n\r\n  \nb.bin,3,0\r\n\n");
  ASSERT_TRUE(dataset.ok()) << dataset.error().what;
  ASSERT_EQ(dataset->samples.size(), 2U);
  EXPECT_EQ(dataset->samples[0].name, "a.bin");
  EXPECT_EQ(dataset->samples[0].line, 2U);
  EXPECT_EQ(dataset->samples[1].line, 5U);
}

TEST_F(MlperfFolder, BadLinesAreNamed) {
  const std::pair<const char*, const char*> cases[] = {
      {"a.bin,3", "y_labels.csv line 1: expected 3 fields, found 2"},
      {"a.bin", "y_labels.csv line 1: expected 3 fields, found 1"},
      {"a.bin,3,2\n\nb.bin,3,0,7,8", "y_labels.csv line 3: expected 3 fields, found 5"},
      {"file,classes,class", "y_labels.csv line 1: number of classes \"classes\" is not a number"},
      {"a.bin,,1", "y_labels.csv line 1: number of classes \"\" is not a number"},
      {"a.bin,3,", "y_labels.csv line 1: class \"\" is not a number"},
      {"a.bin,3,1x", "y_labels.csv line 1: class \"1x\" is not a number"},
      {"a.bin,3,-1", "y_labels.csv line 1: class \"-1\" is not a number"},
      {"a.bin,3,+1", "y_labels.csv line 1: class \"+1\" is not a number"},
      {"a.bin,3,1.0", "y_labels.csv line 1: class \"1.0\" is not a number"},
      {"a.bin,3,3", "y_labels.csv line 1: class 3 is not 0 to 2"},
      {"a.bin,3,4294967296", "y_labels.csv line 1: class \"4294967296\" is not a number"},
      {"a.bin,0,0", "y_labels.csv line 1: number of classes 0 is not 1 to 4096"},
      {"a.bin,4097,0", "y_labels.csv line 1: number of classes 4097 is not 1 to 4096"},
      {"a.bin,3,0\nb.bin,4,0", "y_labels.csv line 2: number of classes 4 differs from 3 in line 1"},
      {"a.bin,3,0\na.bin,3,1", "y_labels.csv line 2: a.bin was already given in line 1"},
      {"a.bin,3,0\nnone.bin,3,1", "y_labels.csv line 2: there is no sample file none.bin"},
      {"sub,3,0", "y_labels.csv line 1: there is no sample file sub"},
      {"", "y_labels.csv names no sample"},
      {"\n\r\n", "y_labels.csv names no sample"},
  };
  for (const auto& [labels, expected] : cases)
    EXPECT_EQ(error_of(labels), expected) << labels;
}

TEST_F(MlperfFolder, NamesMayNotLeaveTheFolder) {
  for (const std::string name :
       {"../a.bin", "sub/../../a.bin", "/etc/passwd", "..", "sub/", "", "a\x1b[2J.bin", "sub/.."}) {
    EXPECT_THAT(error_of(name + ",3,0"), HasSubstr("is not the name of a file inside the folder"))
        << name;
  }
  EXPECT_EQ(error_of(std::string("a\0.bin,3,0", 10)),
            "y_labels.csv line 1: \"a?.bin\" is not the name of a file inside the folder");
  EXPECT_EQ(error_of("./a.bin,3,0\n..a,3,0"), "y_labels.csv line 2: there is no sample file ..a");
}

TEST_F(MlperfFolder, MissingFolderOrLabelFile) {
  const auto no_folder = load_mlperf_folder(folder_.path() / "none");
  ASSERT_FALSE(no_folder.ok());
  EXPECT_THAT(no_folder.error().what, HasSubstr("there is no dataset folder"));
  const auto no_labels = load_mlperf_folder(folder_.path());
  ASSERT_FALSE(no_labels.ok());
  EXPECT_THAT(no_labels.error().what, HasSubstr("y_labels.csv: No such file"));
  EXPECT_EQ(no_labels.error().blame, Blame::kUser);
}

TEST_F(MlperfFolder, DescriptionIsRead) {
  write(kDescriptionFile, R"({"schema": "hilbench-dataset/1", "element_type": "u8",
      "quantisation": {"scale": 0.25, "zero_point": -3}, "labels": ["cat", "dog", "hür"], "license": "CC0-1.0", "source": "made up"})");
  const auto dataset = load("a.bin,3,2");
  ASSERT_TRUE(dataset.ok()) << dataset.error().what;
  EXPECT_EQ(dataset->element_type, ElementType::kUint8);
  EXPECT_EQ(dataset->scale, 0.25F);
  EXPECT_EQ(dataset->zero_point, -3);
  EXPECT_EQ(dataset->label_names, (std::vector<std::string>{"cat", "dog", "hür"}));
  EXPECT_EQ(dataset->license, "CC0-1.0");
  EXPECT_EQ(dataset->source, "made up");
}

TEST_F(MlperfFolder, WrongValuesOfTheDescriptionNameTheirKey) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "not valid JSON"},
      {"{\"schema\": \"hilbench-dataset/1\"", "not valid JSON"},
      {"[]", "not a JSON object"},
      {"{}", "\"schema\" is \"\", expected \"hilbench-dataset/1\""},
      {R"({"schema": 1})", "\"schema\" is not a string"},
      {R"({"schema": "hilbench-dataset/2"})",
       "\"schema\" is \"hilbench-dataset/2\", expected \"hilbench-dataset/1\""},
      {R"({"schema": "hilbench-dataset/1", "elementtype": "u8"})", "unknown key \"elementtype\""},
      {R"({"schema": "hilbench-dataset/1", "element_type": "int8"})",
       "\"element_type\" is \"int8\", expected i8, u8, i16, i32 or f32"},
      {R"({"schema": "hilbench-dataset/1", "element_type": null})",
       "\"element_type\" is not a string"},
      {R"({"schema": "hilbench-dataset/1", "labels": ["a", "b"]})",
       "\"labels\" is not an array of 3 names, one per class of y_labels.csv"},
      {R"({"schema": "hilbench-dataset/1", "labels": "abc"})",
       "\"labels\" is not an array of 3 names, one per class of y_labels.csv"},
      {R"({"schema": "hilbench-dataset/1", "labels": ["a", 2, "c"]})",
       "\"labels\" entry 1 is not a readable name"},
      {R"({"schema": "hilbench-dataset/1", "labels": ["a", "\u001b[2J", "c"]})",
       "\"labels\" entry 1 is not a readable name"},
      {R"({"schema": "hilbench-dataset/1", "labels": ["a", "b", "a"]})",
       "\"labels\" holds \"a\" twice"},
      {R"({"schema": "hilbench-dataset/1", "license": 1})", "\"license\" is not a string"},
      {R"({"schema": "hilbench-dataset/1", "quantisation": 0.5})",
       "\"quantisation\" is not {\"scale\": number, \"zero_point\": integer}"},
      {R"({"schema": "hilbench-dataset/1", "quantisation": {"scale": 0.5}})",
       "\"quantisation\" is not {\"scale\": number, \"zero_point\": integer}"},
      {R"({"schema": "hilbench-dataset/1", "quantisation": {"scale": "1", "zero_point": 0}})",
       "\"quantisation\" is not {\"scale\": number, \"zero_point\": integer}"},
      {R"({"schema": "hilbench-dataset/1", "quantisation": {"scale": 1, "zero_point": 0.5}})",
       "\"quantisation\" is not {\"scale\": number, \"zero_point\": integer}"},
      {R"({"schema": "hilbench-dataset/1", "quantisation": {"scale": 0, "zero_point": 0}})",
       "the scale of \"quantisation\" is not a float32 above 0"},
      {R"({"schema": "hilbench-dataset/1", "quantisation": {"scale": 1e300, "zero_point": 0}})",
       "the scale of \"quantisation\" is not a float32 above 0"},
      {R"({"schema": "hilbench-dataset/1",
           "quantisation": {"scale": 1, "zero_point": 18446744073709551615}})",
       "the zero point of \"quantisation\" is beyond 16 bits"},
      {R"({"schema": "hilbench-dataset/1", "source": "a\nb"})",
       "\"source\" holds control characters"},
  };
  for (const auto& [text, expected] : cases) {
    write(kDescriptionFile, text);
    EXPECT_EQ(error_of("a.bin,3,2"), std::string("dataset.json: ") + expected);
  }
}

TEST(MlperfTiny, RealFoldersLoad) {
  const auto root = test::mlperf_tiny();
  HIL_NEEDS_FOLDER(root);
  const auto kws = load_mlperf_folder(root / "datasets" / "kws01");
  ASSERT_TRUE(kws.ok()) << kws.error().what;
  EXPECT_EQ(kws->samples.size(), 1000U);
  EXPECT_EQ(kws->class_count, 12U);
  EXPECT_EQ(kws->samples[0].name, "tst_000000_Stop_7.bin");
  EXPECT_EQ(kws->samples[0].label, 7U);
  const auto ic = load_mlperf_folder(root / "datasets" / "ic01");
  ASSERT_TRUE(ic.ok()) << ic.error().what;
  EXPECT_EQ(ic->samples.size(), 200U);
  EXPECT_EQ(ic->class_count, 10U);
}

}  // namespace
}  // namespace hil::data
