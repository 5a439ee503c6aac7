// SPDX-License-Identifier: Apache-2.0
// Runs over MLPerf Tiny's DUT API: what is fed, what is compared, and what firmware does wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <thread>

#include "host/data/mlperf_folder.hpp"
#include "host/measure/dialect/dut_evaluate.hpp"
#include "host/measure/dialect/dut_profile.hpp"
#include "tests/host/dialect/served.hpp"
#include "tests/host/dialect/transcript.hpp"

namespace hil::measure {
namespace {

namespace fs = std::filesystem;
namespace tiny = dialect::mlperf_tiny;
using data::ElementType;
using testing::HasSubstr;

constexpr const char* kDigits = "fixtures/digits/digits_int8.tflite";

model::CompiledModel digits() {
  auto model = model::load(kDigits);
  EXPECT_TRUE(model);
  return *std::move(model);
}

std::vector<std::uint8_t> some_input(const model::CompiledModel& model) {
  std::vector<std::uint8_t> input(model.inputs.front().size_bytes());
  std::iota(input.begin(), input.end(), std::uint8_t{200});
  return input;
}

std::vector<double> reference(const DutModelView& view, std::span<const std::uint8_t> sample) {
  auto made = DutReference::make(view);
  EXPECT_TRUE(made) << made.error().what;
  const auto values = made->values(sample);
  EXPECT_TRUE(values) << values.error().what;
  return *values;
}

TEST(DutModelView, TakesTheTypeThatTheModelIdStandsFor) {
  const auto model = digits();
  const auto type_of = [&](const std::string& id) {
    const auto view = make_dut_view(&model, nullptr, {id});
    EXPECT_TRUE(view);
    return view->line.inputs.front().type;
  };
  EXPECT_EQ(type_of("kws01"), ElementType::kInt8);
  EXPECT_EQ(type_of("ic01"), ElementType::kUint8);
  EXPECT_EQ(type_of("vww01"), ElementType::kUint8);
  EXPECT_EQ(type_of("ad01"), ElementType::kFloat32);
  EXPECT_EQ(type_of("digits"), ElementType::kInt8);  // the model's own
  const auto asked = make_dut_view(&model, nullptr, {"kws01", ElementType::kFloat32});
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->line.inputs.front().size_bytes(), 64u * 4);
  EXPECT_EQ(asked->line.outputs.front().element_count(), 10u);
}

TEST(DutModelView, ComputesTheSameFromEveryTypeOnTheLine) {
  const auto model = digits();
  const auto as_int8 = make_dut_view(&model, nullptr, {"", ElementType::kInt8});
  const auto as_uint8 = make_dut_view(&model, nullptr, {"", ElementType::kUint8});
  const auto as_float = make_dut_view(&model, nullptr, {"", ElementType::kFloat32});
  ASSERT_TRUE(as_int8 && as_uint8 && as_float);
  const auto input = some_input(model);
  auto shifted = input;
  std::vector<std::uint8_t> floats(input.size() * sizeof(float));
  const model::TensorSpec& spec = model.inputs.front();
  for (std::size_t i = 0; i < input.size(); ++i) {
    shifted[i] = static_cast<std::uint8_t>(input[i] ^ 0x80);
    const float real =
        spec.scale * static_cast<float>(static_cast<std::int8_t>(input[i]) - spec.zero_point);
    std::memcpy(&floats[i * sizeof(float)], &real, sizeof(real));
  }
  const auto expected = reference(*as_int8, input);
  EXPECT_EQ(reference(*as_uint8, shifted), expected);
  EXPECT_EQ(reference(*as_float, floats), expected);
}

TEST(DutModelView, SaysWhatItLacks) {
  EXPECT_THAT(make_dut_view(nullptr, nullptr, {"kws01"}).error().what,
              HasSubstr("nothing says how large"));
  const auto model = digits();
  const auto refused = make_dut_view(&model, nullptr, {"", ElementType::kInt16});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().blame, Blame::kUser);
}

TEST(DutModelView, KnowsADatasetWithoutAModel) {
  const auto dataset = data::load_mlperf_folder("fixtures/digits/test");
  ASSERT_TRUE(dataset);
  const auto view = make_dut_view(nullptr, &*dataset, {"any"});
  ASSERT_TRUE(view) << view.error().what;
  EXPECT_EQ(view->line.inputs.front().size_bytes(), 64u);
  EXPECT_EQ(view->line.outputs.front().element_count(), 10u);
}

TEST(PrintedCheck, AllowsWhatThreeDecimalsLeaveOpen) {
  const auto model = digits();
  const auto view = make_dut_view(&model, nullptr, {"digits"});
  ASSERT_TRUE(view);
  const auto input = some_input(model);
  auto check = PrintedCheck::make(*view);
  ASSERT_TRUE(check);
  auto printed = reference(*view, input);
  for (double& value : printed)
    value = std::floor(value * 1000) / 1000;  // cut, as KWS does
  ASSERT_TRUE(check->check(input, printed, "cut").ok());
  printed.back() += 0.002;
  ASSERT_TRUE(check->check(input, printed, "wrong").ok());
  printed.pop_back();
  ASSERT_TRUE(check->check(input, printed, "short").ok());
  tiny::TranscriptLink link({});
  tiny::Client client(link);
  results::Record record;
  check->finish({client, {}, link}, record);
  EXPECT_EQ(record.verdict.outputs_checked, 3u);
  EXPECT_EQ(record.verdict.outputs_differing, 2u);
  ASSERT_FALSE(record.events.empty());
  EXPECT_THAT(record.events.back().text, HasSubstr("first that of wrong"));
}

/// Firmware whose faults can be chosen.
class OddModel : public tiny::DutModel {
 public:
  std::string vendor() const override { return "odd"; }
  std::string model_id() const override { return id; }
  Status check(std::span<const std::uint8_t>) override { return {}; }
  Result<tiny::DutRun> infer(std::span<const std::uint8_t> sample, std::uint32_t count,
                             bool timed) override {
    if (timed && count > 1) std::this_thread::sleep_for(window);
    tiny::DutRun run;
    run.device_us = clock_stands ? 0 : 100.0 * count;
    if (timed && count > 1 && window.count() > 0) {
      run.device_us = std::chrono::duration<double, std::micro>(window).count() * speed;
    }
    float first = 0;
    if (sample.size() >= sizeof(first)) std::memcpy(&first, sample.data(), sizeof(first));
    run.values = prints_error ? std::vector<double>{first}
                              : std::vector<double>{0.25, overwrites && count > 1 ? 0.5 : 0.75};
    return run;
  }

  std::string id = "odd01";
  bool overwrites = false, clock_stands = false, prints_error = false;
  double speed = 1;
  std::chrono::milliseconds window{0};
};

/// A profile of @p model with eight bytes of input.
results::Record profile_of(OddModel& model, const DutProfileOptions& options) {
  tiny::Served served(model);
  tiny::Client client(served.link());
  auto identity = client.identify(Deadline::after(std::chrono::seconds(30)));
  EXPECT_TRUE(identity) << identity.error().what;
  DutModelView view;
  view.line.inputs.push_back({"db", ElementType::kInt8, {1, 8}, 0, 0});
  view.line.outputs.push_back({"m-results", ElementType::kFloat32, {1, 2}, 0, 0});
  const TimedInputs inputs = random_inputs(view.line);
  return profile_dut({client, *std::move(identity), served.link()}, view, inputs, options, {});
}

std::string event_of(const results::Record& record, const std::string& kind) {
  for (const results::Event& event : record.events) {
    if (event.kind == kind) return event.text;
  }
  return "";
}

TEST(DutProfile, FindsFirmwareThatTimesOverwrittenInputs) {
  OddModel model;
  DutProfileOptions options;
  options.runs = 3;
  options.windows = 2;
  EXPECT_EQ(event_of(profile_of(model, options), "wrong-output"), "");
  model.overwrites = true;
  const auto record = profile_of(model, options);
  EXPECT_EQ(record.verdict.status, results::VerdictStatus::kPass);
  EXPECT_THAT(event_of(record, "wrong-output"),
              HasSubstr("after 8 inferences on random input 0 are not those of one"));
  ASSERT_FALSE(record.metrics.empty());
  EXPECT_EQ(record.metrics.front().name, "latency_us");
  EXPECT_DOUBLE_EQ(record.metrics.front().value, 100);
}

TEST(DutProfile, ComparesTheDevicesClockWithTheHosts) {
  OddModel model;
  model.window = std::chrono::milliseconds(1100);
  model.speed = 40;  // a loaded machine makes the host's time longer, by less than that
  DutProfileOptions options;
  options.runs = 5;
  options.windows = 1;
  const auto record = profile_of(model, options);
  EXPECT_THAT(event_of(record, "clock"), HasSubstr("% more than the host's"));
}

TEST(DutProfile, SaysThatAClockStandsStill) {
  OddModel model;
  model.clock_stands = true;
  DutProfileOptions options;
  options.runs = 2;
  const auto record = profile_of(model, options);
  ASSERT_TRUE(record.verdict.error);
  EXPECT_EQ(record.verdict.error->blame, Blame::kDevice);
  EXPECT_THAT(record.verdict.error->what, HasSubstr("clock stands still"));
}

TEST(DutProfile, SaysThatEnergyFirmwareHasNoStamps) {
  tiny::TranscriptLink link({});
  tiny::Client client(link);
  DutModelView view;
  view.line.inputs.push_back({"db", ElementType::kInt8, {1, 8}, 0, 0});
  view.line.outputs.push_back({"m-results", ElementType::kFloat32, {1, 2}, 0, 0});
  const auto record = profile_dut({client, {"acme", "x", "kws01", "energy", false}, link}, view,
                                  random_inputs(view.line), {}, {});
  ASSERT_TRUE(record.verdict.error);
  EXPECT_THAT(record.verdict.error->what, HasSubstr("energy build"));
}

/// Four files of two windows of two floats; the first is what the firmware makes of it.
class AnomalyFolder {
 public:
  AnomalyFolder() {
    fs::create_directories(path_);
    std::ofstream labels(path_ / "y_labels.csv");
    for (int file = 0; file < 4; ++file) {
      const std::string name = "f" + std::to_string(file) + ".bin";
      labels << name << ",2," << file / 2 << ",8,8\n";
      std::ofstream out(path_ / name, std::ios::binary);
      for (int i = 0; i < 4; ++i) {
        const float value = static_cast<float>(file) + static_cast<float>(i) * 0.125F;
        out.write(reinterpret_cast<const char*>(&value), sizeof(value));
      }
    }
  }
  ~AnomalyFolder() { fs::remove_all(path_); }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_ = fs::temp_directory_path() / ("hilbench-dut-anomaly-" + std::to_string(getpid()));
};

TEST(DutEvaluate, ScoresTheErrorsThatAnomalyFirmwarePrints) {
  const AnomalyFolder folder;
  auto dataset = data::load_mlperf_folder(folder.path());
  ASSERT_TRUE(dataset) << dataset.error().what;
  OddModel model;
  model.id = "ad01";
  model.prints_error = true;
  tiny::Served served(model);
  tiny::Client client(served.link());
  auto identity = client.identify(Deadline::after(std::chrono::seconds(30)));
  ASSERT_TRUE(identity);
  const auto view = make_dut_view(nullptr, &*dataset, {identity->model});
  ASSERT_TRUE(view) << view.error().what;
  EXPECT_EQ(view->line.inputs.front().size_bytes(), 8u);
  const auto source = SampleSource::make(*std::move(dataset), view->line, {});
  ASSERT_TRUE(source) << source.error().what;
  const auto scoring = choose_dut_scoring({}, *view, *source);
  ASSERT_TRUE(scoring);
  EXPECT_EQ(*scoring, Scoring::kAutoencoder);
  const auto evaluation = evaluate_dut({client, *std::move(identity), served.link()}, *view,
                                       *source, {8, *scoring}, {});
  const results::Record& record = evaluation.record;
  ASSERT_FALSE(record.verdict.error) << record.verdict.error->what;
  ASSERT_GE(record.metrics.size(), 2u);
  EXPECT_EQ(record.metrics[0].name, "mse");
  EXPECT_NEAR(record.metrics[0].value, 1.625, 1e-9);  // files 0.125, 1.125, 2.125, 3.125
  EXPECT_EQ(record.metrics[1].name, "auc");
  EXPECT_DOUBLE_EQ(record.metrics[1].value, 1);
}

TEST(DutEvaluate, SaysThatResultsAreOfAnotherModel) {
  auto dataset = data::load_mlperf_folder("fixtures/digits/test");
  ASSERT_TRUE(dataset);
  OddModel model;
  tiny::Served served(model);
  tiny::Client client(served.link());
  auto identity = client.identify(Deadline::after(std::chrono::seconds(30)));
  ASSERT_TRUE(identity);
  const auto view = make_dut_view(nullptr, &*dataset, {"odd01"});
  ASSERT_TRUE(view);
  const auto source = SampleSource::make(*std::move(dataset), view->line, {});
  ASSERT_TRUE(source);
  const auto evaluation =
      evaluate_dut({client, *std::move(identity), served.link()}, *view, *source, {5}, {});
  ASSERT_TRUE(evaluation.record.verdict.error);
  EXPECT_THAT(evaluation.record.verdict.error->what,
              HasSubstr("the firmware prints 2 results, 10 expected"));
}

}  // namespace
}  // namespace hil::measure
