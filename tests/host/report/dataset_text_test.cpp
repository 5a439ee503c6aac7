// SPDX-License-Identifier: Apache-2.0
// Datasets and their findings as people read them, in 80 columns.
#include "host/report/dataset_text.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/host/report/approved_text.hpp"

namespace hil::report {
namespace {

data::Dataset make_dataset() {
  data::Dataset dataset;
  dataset.folder = "sets/words";
  dataset.layout = data::Layout::kClassFolders;
  dataset.label_file.clear();
  dataset.label_names = {"down", "up", "silence"};
  dataset.class_count = 3;
  dataset.element_type = data::ElementType::kInt16;
  dataset.scale = 1.0F / 32768;
  dataset.shape = {16000};
  dataset.sample_rate_hz = 16000;
  dataset.license = "CC BY 4.0";
  dataset.slice_names = {"speaker"};
  for (std::uint32_t i = 0; i < 24; ++i) {
    data::Sample sample;
    sample.name = "up/" + std::to_string(i) + ".wav";
    sample.label = i < 20 ? 1 : 0;
    sample.slices = {"speaker " + std::to_string(i % 8)};
    dataset.samples.push_back(std::move(sample));
  }
  return dataset;
}

data::DatasetCheck make_check() {
  data::DatasetCheck check;
  check.add({{data::Severity::kNote, "no-licence", "no licence is stated", 0, {}, ""},
             {data::Severity::kError,
              "label-conflict",
              "7 samples: the same content as another, under another label",
              7,
              {"up/3.wav (class up) = down/1.wav (class down)", "up/4.wav\x1b[2J"},
              "one of the labels is wrong: correct it, or take both out"},
             {data::Severity::kWarning,
              "clipped",
              "1 sample: more than 0.1 % of the values at the limits of the type",
              1,
              {"up/a_very_long_name_of_a_folder/and_a_very_long_name_of_a_file_in_it.wav: 3.5 %"},
              "record with less gain, or check the conversion"}});
  return check;
}

TEST(DatasetText, IsAsApproved) {
  expect_approved("dataset_show.txt", dataset_text(make_dataset(), 80));
  expect_approved("dataset_check.txt", check_text(make_dataset(), make_check(), 80));
}

TEST(DatasetText, JsonHoldsEveryFinding) {
  const auto json = nlohmann::json::parse(check_json(make_dataset(), make_check()));
  EXPECT_EQ(json.at("schema"), "hilbench-dataset-check/1");
  EXPECT_EQ(json.at("errors"), 1);
  EXPECT_EQ(json.at("warnings"), 1);
  EXPECT_EQ(json.at("notes"), 1);
  EXPECT_EQ(json.at("complete"), true);
  ASSERT_EQ(json.at("findings").size(), 3u);
  EXPECT_EQ(json.at("findings")[0].at("kind"), "label-conflict");
  EXPECT_EQ(json.at("findings")[0].at("samples"), 7);
}

TEST(DatasetText, NoLabelsNoTable) {
  data::Dataset dataset = make_dataset();
  dataset.has_labels = false;
  dataset.class_count = 0;
  const std::string text = dataset_text(dataset, 80);
  EXPECT_NE(text.find("24 samples, no labels"), std::string::npos) << text;
  EXPECT_EQ(text.find("share"), std::string::npos) << text;
}

}  // namespace
}  // namespace hil::report
