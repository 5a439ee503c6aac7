// SPDX-License-Identifier: Apache-2.0
// Datasets that contradict themselves: the sentence and the hint of each refusal.
#include <gmock/gmock.h>
#include <zip.h>

#include "host/data/class_folders.hpp"
#include "host/data/load.hpp"
#include "host/data/sample.hpp"
#include "tests/host/base/scratch_folder.hpp"
#include "tests/host/data/files.hpp"
#include "tests/host/data/said.hpp"

namespace hil::data {
namespace {

using test::Bytes;
using test::header;
using test::npy;
using testing::HasSubstr;

constexpr const char* kReadme =
    " | see host/data/README.md for what dataset.json may hold; it may also be left out";
constexpr const char* kFolders = " | one folder per class, in it only the files of its samples";

class LoadRefusal : public testing::Test {
 protected:
  template <class Content>
  void write(const std::string& name, const Content& content) {
    test::write(folder_.path() / name, content);
  }
  void describe(const std::string& rest) {
    write("dataset.json", R"({"schema": "hilbench-dataset/1", )" + rest + "}");
  }
  /// "what | hint", without the folder's name in it.
  std::string refusal(const std::string& name = "") {
    std::string text = test::said(load_dataset(folder_.path() / name));
    const std::string prefix = folder_.path().string() + "/";
    for (auto i = text.find(prefix); i != std::string::npos; i = text.find(prefix))
      text.erase(i, prefix.size());
    return text;
  }
  ScratchFolder folder_;
};

TEST_F(LoadRefusal, DescriptionsOfFoldersNameTheirKey) {
  write("cat/1.bin", Bytes{1, 2});
  const std::pair<const char*, const char*> cases[] = {
      {R"("image": "bgr")", "\"image\" is \"bgr\", expected grey or rgb"},
      {R"("labels": [])", "\"labels\" is not an array of 1 to 4096 names"},
      {R"("labels": ["cat", "cat"])", "\"labels\" holds \"cat\" twice"},
      {R"("labels": [""])", "\"labels\" entry 0 is not a readable name"},
      {R"("shape": [2, 0])", "\"shape\" is not an array of 1 to 8 sizes above 0"},
      {R"("shape": [4294967296])", "\"shape\" is not an array of 1 to 8 sizes above 0"},
      {R"("shape": [1,1,1,1,1,1,1,1,1])", "\"shape\" is not an array of 1 to 8 sizes above 0"},
      {R"("shape": -2)", "\"shape\" is not an array of 1 to 8 sizes above 0"},
      {R"("licence": "MIT")", "unknown key \"licence\""},
      {R"("quantisation": {"scale": "1", "zero_point": 0})",
       "\"quantisation\" is not {\"scale\": number, \"zero_point\": integer}"},
  };
  for (const auto& [text, expected] : cases) {
    describe(text);
    EXPECT_EQ(refusal(), std::string("dataset.json: ") + expected + kReadme) << text;
  }
  write("dataset.json", std::string(R"({"schema": "hilbench-dataset/9"})"));
  EXPECT_EQ(refusal(), std::string("dataset.json: \"schema\" is \"hilbench-dataset/9\", expected "
                                   "\"hilbench-dataset/1\"") +
                           kReadme);
}

TEST_F(LoadRefusal, FoldersWithoutSamples) {
  std::filesystem::create_directories(folder_.path() / "set" / "cat");
  EXPECT_EQ(refusal("set"), std::string("set: no class has a sample") + kFolders);
  write("set/cat/a\nb.bin", Bytes{1});
  EXPECT_EQ(refusal("set"),
            std::string("set/cat/a?b.bin: a name with control characters") + kFolders);
}

TEST_F(LoadRefusal, AFolderWithoutFolders) {
  write("set/a.bin", Bytes{1});
  EXPECT_EQ(test::said(load_class_folders(folder_.path() / "set")),
            (folder_.path() / "set").string() + ": 0 folders, expected 1 to 4096" + kFolders);
  EXPECT_EQ(refusal("set"),
            "set is no dataset | give a folder with y_labels.csv or manifest.csv, "
            "x.npy and y.npy, one .npz, one .csv, or one folder per class");
}

TEST_F(LoadRefusal, CsvAgainstItsDescription) {
  write("a.csv", std::string("1,2,0\n"));
  describe(R"("element_type": "i8")");
  EXPECT_EQ(refusal(),
            "dataset.json: \"element_type\" is i8, values of CSV files are f32 | "
            "take \"element_type\" out of dataset.json");
  describe(R"("shape": [3])");
  EXPECT_EQ(refusal(),
            "a.csv: 2 features a row, dataset.json says 3 | "
            "correct \"shape\" in dataset.json");
  describe(R"("labels": ["cat"])");
  write("a.csv", std::string("1,2,owl\n"));
  EXPECT_EQ(refusal(),
            "a.csv line 1: label \"owl\" is none of the 1 in dataset.json | "
            "correct the label, or \"labels\" in dataset.json");
  std::filesystem::remove(folder_.path() / "dataset.json");
  write("a.csv", std::string("a,target\n1,2\n1,owl\n"));
  EXPECT_EQ(refusal(),
            "a.csv line 3: target \"owl\" is not a number | "
            "each row is the sample's features, then its label");
}

TEST_F(LoadRefusal, MoreLabelsThanClassesMayBe) {
  std::string rows;
  for (int i = 0; i <= 4096; ++i)
    rows += "1,n" + std::to_string(i) + "\n";
  write("a.csv", rows);
  EXPECT_EQ(refusal(),
            "a.csv: 4097 different labels | classes are 0 to 4095; for a regression "
            "name the column \"target\" (CSV) or give floats (NPY)");
}

TEST_F(LoadRefusal, ArraysAgainstTheirDescription) {
  write("x.npy", npy(header("|u1", "(2, 3)"), Bytes(6)));
  describe(R"("element_type": "f32")");
  EXPECT_EQ(refusal(),
            "x.npy holds u8 values, dataset.json says f32 | "
            "take \"element_type\" out of dataset.json: the file says it");
  describe(R"("shape": [4])");
  EXPECT_EQ(refusal(),
            "x.npy holds samples of 3, dataset.json says 4 | "
            "take \"shape\" out of dataset.json: the file says it");
  describe(R"("labels": ["cat", "dog"])");
  write("y.npy", npy(header("|u1", "(2,)"), {0, 2}));
  EXPECT_EQ(refusal(),
            "y.npy (x.npy[1]): class 2 is not 0 to 1 | "
            "correct the label, or \"labels\" in dataset.json");
}

TEST_F(LoadRefusal, ArraysThatDoNotBelongTogether) {
  write("x.npy", npy(header("|u1", "(2, 2)"), Bytes(4)));
  write("y.npy", npy(header("|u1", "(3,)"), Bytes(3)));
  EXPECT_EQ(refusal(), "y.npy has shape 3, expected 2 rows | y has one row for each sample of x");
  write("y.npy", npy(header("|u1", "(2, 2)"), Bytes(4)));
  EXPECT_EQ(refusal(),
            "y.npy has 2 integers a row | "
            "give class indices: numpy.argmax(y, axis=1) for one-hot labels");
  write("x.npy", npy(header("|u1", "(0, 2)"), {}));
  EXPECT_EQ(refusal(), "x.npy holds no sample | the first dimension of x counts the samples");
  write("x.npy", npy(header("<f8", "(1, 1)"), test::bytes_of<double>({1e300})));
  EXPECT_EQ(refusal(), "x.npy: value 0 does not fit float32 | save the array as float32 or int32");
}

TEST_F(LoadRefusal, AnArchiveWithoutX) {
  zip_t* zip = zip_open((folder_.path() / "a.npz").c_str(), ZIP_CREATE, nullptr);
  ASSERT_NE(zip, nullptr);
  const Bytes y = npy(header("|u1", "(1,)"), {0});
  ASSERT_EQ(zip_file_add(zip, "y.npy", zip_source_buffer(zip, y.data(), y.size(), 0), 0), 0);
  ASSERT_EQ(zip_close(zip), 0);
  EXPECT_EQ(refusal(), "a.npz has no member x | write it with numpy.savez(x=..., y=...)");
}

TEST_F(LoadRefusal, SlicesAgainstTheLabelFile) {
  for (const char* name : {"a.bin", "b.bin"})
    write(name, Bytes{1});
  write("y_labels.csv", std::string("name,classes,class,site\na.bin,2,0,sea\n"));
  const std::pair<const char*, const char*> cases[] = {
      {"name,label\na.bin,0\n",
       "manifest.csv: labels stand in y_labels.csv already | "
       "take the column label or target out of one of the two"},
      {"name,hour\na.bin,1\nb.bin,2\n",
       "manifest.csv line 3: y_labels.csv does not name b.bin | "
       "take the row out, or label the sample"},
      {"name,site\na.bin,land\n",
       "manifest.csv: column site stands in y_labels.csv already | name it in one of the two"},
      {"name,hour\nb.bin,1\n",
       "manifest.csv line 2: y_labels.csv does not name b.bin | "
       "take the row out, or label the sample"},
      {"name,hour\n",
       "manifest.csv has no row for 1 samples, a.bin among them | "
       "each sample needs a row"},
  };
  for (const auto& [text, expected] : cases) {
    write("manifest.csv", std::string(text));
    EXPECT_EQ(refusal(), expected) << text;
  }
}

TEST_F(LoadRefusal, WindowsAreForRawFiles) {
  write("a.npy", npy(header("|u1", "(8,)"), Bytes(8)));
  write("y_labels.csv", std::string("a.npy,2,0,4,4\n"));
  EXPECT_EQ(refusal(),
            "a.npy, y_labels.csv line 1: windows are for raw files | "
            "cut the file into one per input, or give its values as raw .bin");
}

TEST_F(LoadRefusal, AFileThatCannotBeDecodedIsNamed) {
  write("cat/1.wav", std::string("no sound"));
  EXPECT_EQ(refusal(), "cat/1.wav byte 0: not a WAV file | write it as 16-bit PCM (WAV)");
  describe(R"("shape": [3])");
  write("cat/1.wav", test::wav({1, 2}));
  EXPECT_EQ(refusal(),
            "cat/1.wav holds 2, dataset.json says 3 | "
            "take \"shape\" out of dataset.json: the files say it");
}

TEST_F(LoadRefusal, SamplesThatDifferFromTheFirst) {
  write("cat/1.wav", test::wav({1, 2}));
  const Bytes floats = test::riff_piece("data", test::bytes_of<float>({1, 2}));
  const std::pair<Bytes, const char*> cases[] = {
      {test::wav({1, 2, 3}),
       ": 3, the first sample has 2 | give all samples with the same shape, prepared as in "
       "training: nothing is resized or padded here"},
      {test::wav({1, 2}, 8000),
       ": 8000 Hz, the first sample has 16000 Hz | "
       "record or resample all with the rate used in training"},
      {test::wav_of({.coding = 3, .bits = 32}, floats),
       ": f32 values, the first sample has i16 | give all samples with the same element type"},
  };
  for (const auto& [file, expected] : cases) {
    write("cat/2.wav", file);
    const auto dataset = load_dataset(folder_.path());
    ASSERT_TRUE(dataset.ok()) << dataset.error().what;
    const std::string text =
        test::said(read_sample(*dataset, dataset->samples[1], 2, ElementType::kInt16));
    EXPECT_THAT(text, testing::EndsWith(std::string("cat/2.wav") + expected));
  }
}

}  // namespace
}  // namespace hil::data
