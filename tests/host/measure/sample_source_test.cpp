// SPDX-License-Identifier: Apache-2.0
// Datasets bound to models: which element type counts, what is refused.
#include "host/measure/sample_source.hpp"

#include <gmock/gmock.h>

#include "host/base/file.hpp"
#include "host/measure/evaluate.hpp"
#include "host/measure/stream.hpp"
#include "tests/host/base/scratch_folder.hpp"
#include "tests/host/measure/digits.hpp"

namespace hil::measure {
namespace {

using data::ElementType;
using testing::HasSubstr;

TEST(SampleSource, TakesTheTypeGivenThenTheDatasetsThenTheModels) {
  test::Digits digits = test::load_digits();
  EXPECT_EQ(digits.source(ElementType::kUint8)->type(), ElementType::kUint8);
  digits.dataset.element_type = ElementType::kUint8;
  EXPECT_EQ(digits.source()->type(), ElementType::kUint8);
  EXPECT_THAT(digits.source()->conversion(), HasSubstr("128"));
  digits.dataset.element_type.reset();
  EXPECT_EQ(digits.source()->type(), ElementType::kInt8);
  EXPECT_EQ(digits.source()->conversion(), "");
}

TEST(SampleSource, ReadsWhatTheModelTakes) {
  const test::Digits digits = test::load_digits();
  const auto inputs = digits.source()->read(3);
  ASSERT_TRUE(inputs) << inputs.error().what;
  ASSERT_EQ(inputs->size(), 1u);
  EXPECT_EQ(inputs->front().size(), 64u);
  const auto shifted = digits.source(ElementType::kUint8)->read(3);
  EXPECT_EQ(shifted->front()[0], inputs->front()[0] ^ 0x80);
}

TEST(SampleSource, NamesASampleForPeople) {
  const test::Digits digits = test::load_digits();
  EXPECT_THAT(digits.source()->name_of(0),
              testing::AllOf(HasSubstr(".bin, y_labels.csv"), HasSubstr("line 1")));
}

TEST(SampleSource, RefusesWhatHasNoRuleOrNotOneInput) {
  test::Digits digits = test::load_digits();
  EXPECT_EQ(digits.source(ElementType::kInt32).error().blame, Blame::kUser);
  digits.model.inputs.push_back(digits.model.inputs.front());
  EXPECT_EQ(digits.source().error().blame, Blame::kModel);
  EXPECT_EQ(digits.source().error().what,
            "fixtures/digits/digits_int8.tflite has 2 inputs, a "
            "dataset of single files feeds exactly one");
  EXPECT_EQ(digits.source().error().hint, "use a model with one input");
}

TEST(SampleSource, RefusesMoreInferencesThanTheLineNumbers) {
  test::Digits digits = test::load_digits();
  data::Sample sample;
  sample.name = "long.bin";
  sample.window_bytes = 64;
  sample.stride_bytes = 1;
  sample.size_bytes = std::uint64_t{UINT32_MAX} + 63;
  digits.dataset.samples = {sample};
  EXPECT_TRUE(digits.source()) << "4294967295 of them";
  digits.dataset.samples.push_back(sample);
  const Error error = digits.source().error();
  EXPECT_EQ(error.blame, Blame::kUser);
  EXPECT_EQ(error.what, "fixtures/digits/test gives more than 4294967295 inferences");
  EXPECT_EQ(error.hint, "split the dataset, or make the stride larger");
}

TEST(SampleSource, WindowsAreInferences) {
  test::Digits digits = test::load_digits();
  ScratchFolder folder;
  std::string bytes;
  for (int i = 0; i < 100; ++i)
    bytes += static_cast<char>(i);
  ASSERT_TRUE(write_file(folder.path() / "a.bin", bytes).ok());
  ASSERT_TRUE(write_file(folder.path() / "b.bin", bytes.substr(0, 64)).ok());
  ASSERT_TRUE(
      write_file(folder.path() / "y_labels.csv", "b.bin,10,0,64,12\na.bin,10,1,64,12\n").ok());
  digits.dataset = data::load_mlperf_folder(folder.path()).value();
  const auto source = digits.source();
  ASSERT_TRUE(source) << source.error().what;
  EXPECT_EQ(source->inference_count(), 5u);
  EXPECT_EQ(source->inferences_of(1), 1u);
  EXPECT_EQ(source->inferences_of(9), 5u);
  EXPECT_EQ(source->item(0), (Item{0, 0}));
  EXPECT_EQ(source->item(1), (Item{1, 0}));
  EXPECT_EQ(source->item(4), (Item{1, 3}));
  EXPECT_EQ(source->name_of(4), "a.bin window 3, y_labels.csv line 2");
  const auto inputs = source->read(4);
  ASSERT_TRUE(inputs) << inputs.error().what;
  ASSERT_EQ(inputs->front().size(), 64u);
  EXPECT_EQ(inputs->front().front(), 36);
  EXPECT_EQ(inputs->front().back(), 99);
  ASSERT_TRUE(write_file(folder.path() / "a.bin", "short").ok());
  EXPECT_THAT(source->read(4).error().what, HasSubstr("64 bytes at byte 36 cannot be read"));
  EXPECT_EQ(source->read(4).error().hint, "the file was changed or removed: start again");
  digits.dataset.samples[1].window_bytes = 63;
  EXPECT_THAT(digits.source().error().what, HasSubstr("a window of 63 bytes"));
}

TEST(SampleSource, RefusesShapesAndTypesThatTheFilesDeny) {
  test::Digits digits = test::load_digits();
  digits.dataset.shape = {4, 16};
  EXPECT_THAT(digits.source().error().what, HasSubstr("has samples of 4x16, the model's input is"));
  digits.dataset.shape = {64};
  EXPECT_TRUE(digits.source());
  digits.dataset.raw = false;
  digits.dataset.element_type = ElementType::kInt8;
  EXPECT_THAT(digits.source(ElementType::kUint8).error().what, HasSubstr("--input-type says u8"));
}

TEST(Classifier, NeedsOneOutputWithAValuePerClass) {
  test::Digits digits = test::load_digits();
  EXPECT_TRUE(check_classifier(digits.model, *digits.source()).ok());
  digits.dataset.class_count = 12;
  const auto wrong = check_classifier(digits.model, *digits.source());
  EXPECT_EQ(wrong.error().blame, Blame::kUser);
  EXPECT_THAT(wrong.error().what, HasSubstr("12 classes"));
  digits.model.outputs.push_back(digits.model.outputs.front());
  EXPECT_EQ(check_classifier(digits.model, *digits.source()).error().blame, Blame::kModel);
}

TEST(Budget, GrowsWithTheModelWithinBounds) {
  EXPECT_EQ(budget_ms(0), 10'000u);
  EXPECT_EQ(budget_ms(2'656'768), 13'283u);
  EXPECT_EQ(budget_ms(UINT64_MAX), 3'600'000u);
}

}  // namespace
}  // namespace hil::measure
