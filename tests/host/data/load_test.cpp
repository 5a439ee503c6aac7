// SPDX-License-Identifier: Apache-2.0
// Each layout: how it is recognised, what it gives, and what it refuses.
#include "host/data/load.hpp"

#include <gmock/gmock.h>
#include <zip.h>

#include "host/data/sample.hpp"
#include "tests/host/base/scratch_folder.hpp"
#include "tests/host/data/files.hpp"

namespace hil::data {
namespace {

using test::Bytes;
using test::bytes_of;
using test::header;
using test::npy;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Load : public testing::Test {
 protected:
  void write(const std::string& name, const Bytes& bytes) { test::write(at(name), bytes); }
  void write(const std::string& name, const std::string& text) { test::write(at(name), text); }
  [[nodiscard]] std::filesystem::path at(const std::string& name) const {
    return folder_.path() / name;
  }
  Dataset load(const std::string& name = "", Problems* problems = nullptr) {
    auto dataset = load_dataset(at(name), problems);
    if (!dataset) ADD_FAILURE() << dataset.error().what;
    return dataset ? *dataset : Dataset{};
  }
  /// What is said without the folder's name; "none" if it is accepted.
  std::string error(const std::string& name = "") {
    const auto dataset = load_dataset(at(name));
    if (dataset) return "none";
    EXPECT_EQ(dataset.error().blame, Blame::kUser);
    EXPECT_NE(dataset.error().hint, "") << dataset.error().what;
    std::string text = dataset.error().what;
    const std::string prefix = folder_.path().string() + "/";
    for (auto i = text.find(prefix); i != std::string::npos; i = text.find(prefix))
      text.erase(i, prefix.size());
    return text;
  }
  static std::vector<std::uint32_t> labels_of(const Dataset& dataset) {
    std::vector<std::uint32_t> labels;
    for (const Sample& sample : dataset.samples)
      labels.push_back(sample.label);
    return labels;
  }

  ScratchFolder folder_;
};

TEST_F(Load, NothingOrSomethingElseIsNoDataset) {
  EXPECT_THAT(error("none"), HasSubstr("there is no dataset none"));
  EXPECT_THAT(error(), HasSubstr("is no dataset"));
  write("a.txt", "x");
  EXPECT_THAT(error("a.txt"), HasSubstr("a.txt is no dataset"));
}

TEST_F(Load, MlperfWindowsAndSlices) {
  write("a.bin", Bytes(20));
  write("b.bin", Bytes(8));
  write("y_labels.csv", "a.bin,2,0,8,4\nb.bin,2,1,8,4\n");
  Dataset dataset = load();
  EXPECT_EQ(dataset.layout, Layout::kMlperfFolder);
  EXPECT_EQ(dataset.samples[0].window_bytes, 8u);
  EXPECT_EQ(dataset.samples[0].stride_bytes, 4u);
  EXPECT_EQ(dataset.samples[0].window_count(), 4u);
  EXPECT_EQ(dataset.samples[1].window_count(), 1u);
  write("y_labels.csv", "name,classes,class,speaker,place\na.bin,2,0,anna,sea\nb.bin,2,1,ben,\n");
  dataset = load();
  EXPECT_THAT(dataset.slice_names, ElementsAre("speaker", "place"));
  EXPECT_THAT(dataset.samples[1].slices, ElementsAre("ben", ""));
  EXPECT_EQ(dataset.samples[0].line, 2u);
  write("manifest.csv", "name,hour\nb.bin,12\na.bin,7\n");
  dataset = load();
  EXPECT_THAT(dataset.slice_names, ElementsAre("speaker", "place", "hour"));
  EXPECT_THAT(dataset.samples[0].slices, ElementsAre("anna", "sea", "7"));
  write("manifest.csv", "name,hour\nb.bin,12\n");
  EXPECT_EQ(error(), "manifest.csv has no row for 1 samples, a.bin among them");
}

TEST_F(Load, MlperfWindowsThatCannotBeAreNamed) {
  write("a.bin", Bytes(7));
  write("y_labels.csv", "a.bin,2,0,8,4\n");
  EXPECT_EQ(error(), "y_labels.csv line 1: a.bin is shorter than its window of 8 bytes");
  write("y_labels.csv", "a.bin,2,0,4,0\n");
  EXPECT_EQ(error(), "y_labels.csv line 1: window and stride are not both above 0");
  write("y_labels.csv", "name,classes,class,a,a\na.bin,2,0,1,2\n");
  EXPECT_EQ(error(), "y_labels.csv line 1: column 5 has no name of its own");
}

TEST_F(Load, ProblemsAreCollectedIfAskedFor) {
  write("a.bin", Bytes(4));
  write("y_labels.csv", "a.bin,2,0\nb.bin,2,1\na.bin,2,7\n../c,2,1\nx\n");
  Problems problems;
  EXPECT_EQ(load("", &problems).samples.size(), 1u);
  EXPECT_EQ(problems.size(), 4u);
  std::filesystem::remove(at("y_labels.csv"));
  write("manifest.csv", "name,label\nb.bin,1\na.bin\na.bin,0\nc.bin,1\n/etc/passwd,1\n");
  problems.clear();
  EXPECT_EQ(load("", &problems).samples.size(), 1u);
  EXPECT_EQ(problems.size(), 4u);
  write("manifest.csv", "name,label\na.bin,0\n\"a.bin,0\n");
  EXPECT_THAT(error(), HasSubstr("manifest.csv line 3: a quote is not closed"));
  EXPECT_FALSE(load_dataset(folder_.path(), &problems).ok());
}

TEST_F(Load, ManifestWithNamesIndicesOrTargets) {
  for (const char* name : {"a.bin", "b.bin", "c.bin"})
    write(name, Bytes(2));
  write("manifest.csv", "name,label,site\na.bin,dog,x\nb.bin,cat,\"y, z\"\nc.bin,dog,x\n");
  Dataset dataset = load();
  EXPECT_EQ(dataset.layout, Layout::kManifest);
  EXPECT_THAT(dataset.label_names, ElementsAre("cat", "dog"));
  EXPECT_THAT(labels_of(dataset), ElementsAre(1, 0, 1));
  EXPECT_THAT(dataset.samples[1].slices, ElementsAre("y, z"));
  EXPECT_EQ(text_of(dataset, dataset.samples[0]), "a.bin, manifest.csv line 2");
  write("dataset.json", R"({"schema": "hilbench-dataset/1", "labels": ["dog", "owl", "cat"]})");
  dataset = load();
  EXPECT_EQ(dataset.class_count, 3u);
  EXPECT_THAT(labels_of(dataset), ElementsAre(0, 2, 0));
  write("manifest.csv", "name,label\na.bin,bat\n");
  EXPECT_EQ(error(), "manifest.csv line 2: label \"bat\" is none of the 3 in dataset.json");
  write("manifest.csv", "target_x,name,target_y\n1.5,a.bin,-2\n0,b.bin,1e3\n");
  dataset = load();
  EXPECT_FALSE(dataset.has_labels);
  EXPECT_THAT(dataset.target_names, ElementsAre("target_x", "target_y"));
  EXPECT_THAT(dataset.samples[1].targets, ElementsAre(0, 1000));
}

TEST_F(Load, ManifestsThatAreWrongNameTheirLine) {
  write("a.bin", Bytes(2));
  const std::pair<const char*, const char*> cases[] = {
      {"", "manifest.csv is empty"},
      {"file,label\n", "manifest.csv line 1: there is no column \"name\""},
      {"name,x,x\n", "manifest.csv line 1: column 3 has no name of its own"},
      {"name,label,target\n", "manifest.csv line 1: there are both labels and targets"},
      {"name,label\n", "manifest.csv names no sample"},
      {"name,label\na.bin\n", "manifest.csv line 2: expected 2 fields, found 1"},
      {"name,label\na.bin,0.5\n", "manifest.csv line 2: label \"0.5\" is no class index"},
      {"name,label\na.bin,5000\n", "manifest.csv line 2: class 5000 is not 0 to 4095"},
      {"name,target\na.bin,x\n", "manifest.csv line 2: target \"x\" is not a number"},
      {"name\na.bin\na.bin\n", "manifest.csv line 3: a.bin was already given in line 2"},
      {"name\n../a.bin\n",
       "manifest.csv line 2: \"../a.bin\" is not the name of a file inside the folder"},
  };
  for (const auto& [text, expected] : cases) {
    write("manifest.csv", text);
    EXPECT_EQ(error(), expected) << text;
  }
}

TEST_F(Load, FolderPerClassInAlphabeticalOrder) {
  write("dog/2.wav", test::wav({1, 2}));
  write("dog/1.wav", test::wav({3, 4}));
  write("cat/9.wav", test::wav({5, 6}));
  write("dog/.hidden", "x");
  const Dataset dataset = load();
  EXPECT_EQ(dataset.layout, Layout::kClassFolders);
  EXPECT_THAT(dataset.label_names, ElementsAre("cat", "dog"));
  EXPECT_THAT(labels_of(dataset), ElementsAre(0, 1, 1));
  EXPECT_EQ(dataset.samples[1].name, "dog/1.wav");
  EXPECT_FALSE(dataset.raw);
  EXPECT_EQ(dataset.element_type, ElementType::kInt16);
  EXPECT_EQ(dataset.sample_rate_hz, 16000u);
  const auto bytes = read_sample(dataset, dataset.samples[1], 2, ElementType::kInt16);
  ASSERT_TRUE(bytes) << bytes.error().what;
  EXPECT_EQ(*bytes, bytes_of<std::int16_t>({3, 4}));
}

TEST_F(Load, FolderPerClassRefusals) {
  write("dog/1.wav", test::wav({3, 4}));
  write("dog/deep/1.wav", test::wav({3, 4}));
  EXPECT_EQ(error(), "dog/deep: a folder within a class");
  std::filesystem::remove_all(at("dog/deep"));
  write("dog/2.wav", test::wav({3, 4, 5}));
  Dataset dataset = load();
  const auto longer = read_sample(dataset, dataset.samples[1], 2, ElementType::kInt16);
  ASSERT_FALSE(longer.ok());
  EXPECT_THAT(longer.error().what, HasSubstr("dog/2.wav: 3, the first sample has 2"));
  write("dog/2.wav", test::wav({3, 4}, 8000));
  const auto slower = read_sample(dataset, dataset.samples[1], 2, ElementType::kInt16);
  ASSERT_FALSE(slower.ok());
  EXPECT_THAT(slower.error().what, HasSubstr("8000 Hz, the first sample has 16000 Hz"));
  write("dog/0.bin", "1234");
  EXPECT_THAT(error(), HasSubstr("cannot be in one dataset: one is raw, the other is not"));
  std::filesystem::remove(at("dog/0.bin"));
  write("dataset.json", R"({"schema": "hilbench-dataset/1", "element_type": "f32"})");
  EXPECT_EQ(error(), "dog/1.wav holds i16 values, dataset.json says f32");
  write("dataset.json", R"({"schema": "hilbench-dataset/1", "labels": ["cat"]})");
  EXPECT_EQ(error(), "dog: the folder is none of the \"labels\" in dataset.json");
}

TEST_F(Load, NpyPair) {
  write("x.npy", npy(header("<f8", "(3, 2)"), bytes_of<double>({1, 2, 3, 4, 5, 6})));
  EXPECT_FALSE(load().has_labels);
  write("y.npy", npy(header("<i8", "(3, 1)"), bytes_of<std::int64_t>({2, 0, 1})));
  const Dataset dataset = load();
  EXPECT_EQ(dataset.layout, Layout::kNpyPair);
  EXPECT_THAT(dataset.shape, ElementsAre(2));
  EXPECT_THAT(labels_of(dataset), ElementsAre(2, 0, 1));
  EXPECT_EQ(dataset.class_count, 3u);
  EXPECT_EQ(dataset.samples[2].name, "x.npy[2]");
  EXPECT_EQ(load("x.npy").samples.size(), 3u);
  const auto bytes = read_sample(dataset, dataset.samples[2], 2, ElementType::kFloat32);
  ASSERT_TRUE(bytes) << bytes.error().what;
  EXPECT_EQ(*bytes, bytes_of<float>({5, 6}));
  EXPECT_FALSE(read_sample(dataset, dataset.samples[2], 3, ElementType::kFloat32).ok());
  write("y.npy", npy(header("<f4", "(3, 2)"), bytes_of<float>({1, 2, 3, 4, 5, 6})));
  EXPECT_THAT(load().samples[1].targets, ElementsAre(3, 4));
}

TEST_F(Load, NpyPairsThatDoNotBelongTogether) {
  write("x.npy", npy(header("|u1", "(2, 2)"), {1, 2, 3, 4}));
  write("y.npy", npy(header("|u1", "(3,)"), {1, 2, 3}));
  EXPECT_EQ(error(), "y.npy has shape 3, expected 2 rows");
  write("y.npy", npy(header("|u1", "(2, 2)"), {0, 1, 1, 0}));
  EXPECT_EQ(error(), "y.npy has 2 integers a row");
  write("y.npy", npy(header("|i1", "(2,)"), {0, 0xff}));
  EXPECT_EQ(error(), "y.npy (x.npy[1]): class -1 is not 0 to 4095");
  write("x.npy", npy(header("|u1", "(0, 2)"), {}));
  EXPECT_EQ(error(), "x.npy holds no sample");
  write("x.npy", npy(header("|u1", "()"), {1}));
  EXPECT_EQ(error(), "x.npy holds no sample");
}

TEST_F(Load, NpzArchive) {
  const Bytes x = npy(header("|u1", "(2, 1, 3)"), {1, 2, 3, 4, 5, 6});
  const Bytes y = npy(header("<i4", "(2,)"), bytes_of<std::int32_t>({1, 0}));
  int fault = 0;
  zip_t* zip = zip_open(at("set.npz").c_str(), ZIP_CREATE, &fault);
  ASSERT_NE(zip, nullptr);
  for (const auto& [name, bytes] : {std::pair{"x.npy", &x}, std::pair{"y.npy", &y}}) {
    zip_file_add(zip, name, zip_source_buffer(zip, bytes->data(), bytes->size(), 0), 0);
  }
  ASSERT_EQ(zip_close(zip), 0);
  const Dataset dataset = load();
  EXPECT_EQ(dataset.layout, Layout::kNpz);
  EXPECT_THAT(dataset.shape, ElementsAre(1, 3));
  EXPECT_THAT(labels_of(dataset), ElementsAre(1, 0));
  EXPECT_EQ(load_sample(dataset, dataset.samples[1])->bytes, (Bytes{4, 5, 6}));
  const auto whole = read_text_file(at("set.npz"), 1 << 20);
  write("set.npz", whole->substr(0, whole->size() - 30));
  EXPECT_THAT(error(), HasSubstr("set.npz: not an NPZ archive"));
  write("set.npz", "no zip");
  EXPECT_THAT(error("set.npz"), HasSubstr("set.npz: not an NPZ archive"));
}

TEST_F(Load, CsvRowsWithAndWithoutHeader) {
  write("iris.csv", "1,2.5,rose\n-3,4e1,lily\n");
  Dataset dataset = load();
  EXPECT_EQ(dataset.layout, Layout::kCsvRows);
  EXPECT_THAT(dataset.shape, ElementsAre(2));
  EXPECT_THAT(labels_of(dataset), ElementsAre(1, 0));
  EXPECT_EQ(load_sample(dataset, dataset.samples[1])->bytes, bytes_of<float>({-3, 40}));
  EXPECT_EQ(text_of(dataset, dataset.samples[1]), "iris.csv[1], iris.csv line 2");
  write("iris.csv", "a,b,target\n1,2,0.5\n");
  dataset = load();
  EXPECT_FALSE(dataset.has_labels);
  EXPECT_THAT(dataset.samples[0].targets, ElementsAre(0.5F));
  const std::pair<const char*, const char*> cases[] = {
      {"a,b\n", "iris.csv holds no sample"},
      {"1\n", "iris.csv line 1: expected features and a label, found 1 field"},
      {"1,2\n1,2,3\n", "iris.csv line 2: expected 2 fields, found 3"},
      {"1,0\nx,0\n", "iris.csv line 2: field 1 \"x\" is no number that float32 holds"},
      {"1,0\n1e99,0\n", "iris.csv line 2: field 1 \"1e99\" is no number that float32 holds"},
      {"1,0.5\n", "iris.csv line 1: label \"0.5\" is no class index"},
      {"1,\n", "iris.csv line 1: a label is empty or holds control characters"},
  };
  for (const auto& [text, expected] : cases) {
    write("iris.csv", text);
    EXPECT_EQ(error(), expected) << text;
  }
}

}  // namespace
}  // namespace hil::data
