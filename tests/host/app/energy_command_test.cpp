// SPDX-License-Identifier: Apache-2.0
// hilbench energy and plot without a board: options, traces that are there, records and theirs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "host/app/commands.hpp"
#include "host/base/file.hpp"
#include "host/energy/file/trace_file.hpp"
#include "host/measure/energy/energy_facts.hpp"
#include "host/measure/energy/energy_figures.hpp"
#include "host/report/json_record.hpp"
#include "tests/host/base/scratch_folder.hpp"
#include "tests/host/energy/synthetic_trace.hpp"
#include "tests/host/report/approved_text.hpp"

namespace hil::app {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::internal::CaptureStdout;
using testing::internal::GetCapturedStdout;

constexpr const char* kModel = "fixtures/digits/digits_int8.tflite";

struct Ended {
  Result<int> code;
  std::string output;
  [[nodiscard]] std::string error() const { return code.ok() ? "none" : code.error().what; }
};

Ended run(Result<int> (*command)(const std::vector<std::string>&),
          const std::vector<std::string>& words) {
  CaptureStdout();
  Result<int> code = command(words);
  return {std::move(code), GetCapturedStdout()};
}

json read_json(const fs::path& path) {
  const auto text = read_text_file(path, 1 << 24);
  EXPECT_TRUE(text.ok()) << text.error().what;
  return text.ok() ? json::parse(*text) : json();
}

class EnergyCommand : public testing::Test {
 protected:
  /// MLPerf Tiny's format: 1 kHz, 2 uJ a sample, 5 uJ from 1 s to 3 s and from 4 s to 6 s.
  fs::path published() {
    std::string bytes(1, static_cast<char>(0xF1));
    const auto add = [&](float value) {
      char raw[sizeof(value)];
      std::memcpy(raw, &value, sizeof(value));
      bytes.append(raw, sizeof(raw));
    };
    add(1000);
    for (int k = 0; k < 7'000; ++k)
      add((k >= 1'000 && k < 3'000) || (k >= 4'000 && k < 6'000) ? 5.0F : 2.0F);
    const fs::path path = scratch_.path() / "trace1-energy.bin";
    EXPECT_TRUE(write_file(path, bytes).ok());
    return path;
  }
  fs::path stamps(const std::string& name) {
    const fs::path path = scratch_.path() / name;
    EXPECT_TRUE(write_file(path, std::string("[0.02, 1.0, 3.0, 4.0, 6.0]")).ok());
    return path;
  }

  /// A record with its trace beside it.
  fs::path record() {
    energy::testing::SyntheticRun made;
    energy::TraceFile file;
    file.trace = made.trace().make();
    file.trace.supply = {energy::VoltageSource::kSet, 3.3, 0.01};
    file.device_windows = made.device_windows();
    measure::EnergyFacts facts;
    facts.idle_mode = "wait";
    facts.tick_hz = static_cast<std::uint64_t>(made.clock.tick_hz);
    facts.toggle = energy::LogicInput{1};
    facts.groups = {{measure::WindowUse::kFigures,
                     static_cast<std::uint32_t>(file.device_windows.size()), 0, 0,
                     file.trace.size()}};
    file.options = measure::to_options(facts);
    auto computed = measure::compute_energy(file);
    EXPECT_TRUE(computed.ok()) << computed.error().what;
    file.windows = computed->windows;
    results::Record made_record;
    made_record.command = "energy";
    made_record.board.id = "bench";
    made_record.model.file = "kws.tflite";
    made_record.energy = computed->energy;
    auto saved = energy::save_trace(file, scratch_.path() / "r.hiltrace");
    EXPECT_TRUE(saved.ok()) << saved.error().what;
    made_record.energy->trace = *saved;
    const fs::path path = scratch_.path() / "r.json";
    EXPECT_TRUE(report::save_record(made_record, path).ok());
    return path;
  }

  /// The record with the number at @p at replaced.
  static void change(const fs::path& path, const char* at, const json& value) {
    json document = read_json(path);
    document[json::json_pointer(at)] = value;
    ASSERT_TRUE(write_file(path, document.dump()).ok());
  }

  ScratchFolder scratch_;
};

TEST_F(EnergyCommand, WindowsBetweenStampsHaveTheirNumbersAndEnergies) {
  const fs::path out = scratch_.path() / "w.json";
  const Ended ended =
      run(energy_command, {published().string(), "--timestamps", stamps("t.json").string(),
                           "--inferences", "10", "--json", out.string()});
  ASSERT_TRUE(ended.code.ok()) << ended.error();
  const json written = read_json(out);
  ASSERT_EQ(written["windows"].size(), 2U);
  const json& second = written["windows"][1];
  EXPECT_EQ(second["window"], 4);
  EXPECT_NEAR(second["begin_s"].get<double>(), 4, 1e-9);
  EXPECT_NEAR(second["end_s"].get<double>(), 6, 1e-9);
  EXPECT_NEAR(second["energy_uj"].get<double>(), 10'000, 1e-3);
  EXPECT_NEAR(second["power_uw"].get<double>(), 5'000, 1e-3);
  EXPECT_NEAR(second["energy_per_inference_uj"].get<double>(), 1'000, 1e-3);
  EXPECT_NEAR(written["median"]["energy_per_inference_uj"].get<double>(), 1'000, 1e-3);
  EXPECT_EQ(second["kind"], "inference");
  EXPECT_GT(second["energy_uncertainty_uj"].get<double>(), 0);
  EXPECT_EQ(written["accuracy_source"], "");
}

TEST_F(EnergyCommand, ATableOfWindowsSaysWhatItsUncertaintyIsOf) {
  const Ended ended = run(energy_command, {published().string(), "--timestamps",
                                           stamps("t.json").string(), "--inferences", "10"});
  ASSERT_TRUE(ended.code.ok()) << ended.error();
  std::string text = ended.output;
  const std::string folder = scratch_.path().string();
  const std::size_t at = text.find(folder);
  ASSERT_NE(at, std::string::npos) << text;
  text = text.substr(text.find("\n\n", at) + 2);
  report::expect_approved("energy_windows.txt", text, "tests/host/app/approved/");
}

TEST_F(EnergyCommand, StampsOfAnotherTraceAreTheUsersFault) {
  const fs::path path = scratch_.path() / "late.json";
  ASSERT_TRUE(write_file(path, std::string("[0, 9000, 9001]")).ok());
  const Ended ended = run(energy_command, {published().string(), "--timestamps", path.string()});
  ASSERT_FALSE(ended.code.ok());
  EXPECT_EQ(ended.code.error().blame, Blame::kUser);
  EXPECT_THAT(ended.error(), HasSubstr("late.json: none of 1 window counts"));
  EXPECT_THAT(ended.code.error().hint, HasSubstr("7.000 s long"));
}

TEST_F(EnergyCommand, StampsBesideTheTraceAreFound) {
  stamps("trace1-timestamps.json");
  const Ended ended = run(energy_command, {published().string(), "--json", "-"});
  ASSERT_TRUE(ended.code.ok()) << ended.error();
  EXPECT_EQ(json::parse(ended.output)["windows"].size(), 2U);
}

TEST_F(EnergyCommand, WithoutStampsItIsTheWholeTrace) {
  const Ended ended = run(energy_command, {published().string(), "--json", "-"});
  ASSERT_TRUE(ended.code.ok()) << ended.error();
  const json written = json::parse(ended.output);
  ASSERT_EQ(written["windows"].size(), 1U);
  EXPECT_NEAR(written["windows"][0]["energy_uj"].get<double>(), 26'000, 1e-2);
  EXPECT_EQ(written["alignment"], "whole trace");
}

TEST_F(EnergyCommand, OptionsOfRunsAndOfTracesAreKeptApart) {
  const std::string trace = published().string();
  EXPECT_THAT(run(energy_command, {trace, "--board", "linux"}).error(),
              HasSubstr("--board is of no use for a trace"));
  EXPECT_THAT(run(energy_command, {trace, "--truth", "t.json"}).error(),
              HasSubstr("--truth is of no use for a trace"));
  EXPECT_THAT(run(energy_command, {trace, "--emulate"}).error(),
              HasSubstr("--emulate is of no use for a trace"));
  EXPECT_THAT(run(energy_command, {kModel, "--inferences", "3", "--board", "linux"}).error(),
              HasSubstr("--inferences belongs to a trace"));
  EXPECT_EQ(run(energy_command, {kModel}).error(), "no board is named");
  EXPECT_EQ(run(energy_command, {kModel, "--board", "linux"}).error(), "no power meter is named");
  EXPECT_EQ(run(energy_command, {kModel, "r.json", "--board", "linux"}).error(),
            "two files are named");
}

TEST_F(EnergyCommand, WhatIsNotThereIsNamedFirst) {
  const auto error = [](const std::string& path) { return run(energy_command, {path}).error(); };
  EXPECT_EQ(error("nothere.tflite"), "cannot read nothere.tflite: No such file or directory");
  EXPECT_EQ(error("nothere-energy.bin"),
            "cannot read nothere-energy.bin: No such file or directory");
  EXPECT_EQ(error("fixtures"), "fixtures is a folder");
  const fs::path empty = scratch_.path() / "empty-energy.bin";
  ASSERT_TRUE(write_file(empty, "").ok());
  EXPECT_THAT(error(empty.string()), HasSubstr("empty-energy.bin is empty"));
}

// Minutes of measuring would be lost otherwise.
TEST_F(EnergyCommand, WhereTheTraceGoesIsTriedBeforeTheRun) {
  const std::string folder = scratch_.path().string();
  const auto error = [](std::vector<std::string> words) {
    words.insert(words.begin(), {kModel, "--board", "linux", "--meter", "hwmon:VDD"});
    return run(energy_command, words).error();
  };
  EXPECT_THAT(error({"--json", folder + "/r.json", "--trace", "/tmp/r.hiltrace"}),
              HasSubstr("is not in the folder of"));
  EXPECT_THAT(error({"--trace", folder + "/none/r.hiltrace"}), HasSubstr("cannot create"));
  EXPECT_THAT(error({"--json", folder + "/r.hiltrace"}),
              HasSubstr("record and trace would both be"));
  EXPECT_THAT(error({"--json", folder + "/r.json"}), HasSubstr("hwmon"));  // fine so far
  EXPECT_FALSE(fs::exists(folder + "/r.hiltrace"));
  EXPECT_FALSE(fs::exists(folder + "/r.json"));
}

TEST_F(EnergyCommand, WhatCannotBeIsRefusedBeforeAnythingIsOpened) {
  const auto error = [](std::vector<std::string> words) {
    words.insert(words.begin(), {kModel, "--board", "linux", "--meter", "hwmon:VDD"});
    return run(energy_command, words).error();
  };
  EXPECT_THAT(error({"--window", "20"}), HasSubstr("hwmon"));  // 20 s: fine so far
  EXPECT_THAT(error({"--window", "-20ms"}), HasSubstr("--window -20ms is no time"));
  EXPECT_THAT(error({"--window", "20 ms"}), HasSubstr("is no time"));
  EXPECT_THAT(error({"--window", "nan"}), HasSubstr("is no time"));
  EXPECT_THAT(error({"--window", "0x10"}), HasSubstr("is no time"));
  EXPECT_THAT(error({"--window", "1e3"}), HasSubstr("is no time"));
  EXPECT_THAT(error({"--window", "us"}), HasSubstr("is no time"));
  EXPECT_THAT(error({"--window", "4000s"}), HasSubstr("is no time"));
  EXPECT_THAT(error({"--window", "800us"}), HasSubstr("hwmon"));
  EXPECT_THAT(error({"--period", "0s"}), HasSubstr("is no time"));
  EXPECT_THAT(error({"--cell", "225@3.0"}), HasSubstr("how often"));
  EXPECT_THAT(error({"--period", "1s", "--cell", "225"}), HasSubstr("is no cell"));
  EXPECT_THAT(error({"--period", "1s", "--cell", "225@-3"}), HasSubstr("is no cell"));
  EXPECT_THAT(error({"--period", "1s", "--cell", "0x1@3"}), HasSubstr("is no cell"));
  EXPECT_THAT(error({"--period", "1s", "--cell", "inf@3"}), HasSubstr("is no cell"));
  EXPECT_THAT(error({"--voltage", "0"}), HasSubstr("--voltage 0 is not above 0"));
  EXPECT_THAT(error({"--windows", "0"}), HasSubstr("windows"));
  EXPECT_THAT(error({"--truth", "t.json"}), HasSubstr("--truth is said of an emulated meter"));
  EXPECT_THAT(run(energy_command, {kModel, "--board", "linux", "--meter", "ppk2"}).error(),
              HasSubstr("nobody said what voltage"));
}

TEST_F(EnergyCommand, RecomputingAgreesToTheLastDigit) {
  const Ended ended = run(energy_command, {"recompute", record().string()});
  ASSERT_TRUE(ended.code.ok()) << ended.error();
  EXPECT_THAT(ended.output, HasSubstr("agree with the record to the last digit"));
}

TEST_F(EnergyCommand, RecomputingNamesTheFigureThatDiffers) {
  const fs::path path = record();
  const double was = read_json(path)["energy"]["gross_uj"]["value"].get<double>();
  change(path, "/energy/gross_uj/value", was * (1 + 4e-16));
  const Ended ended = run(energy_command, {"recompute", path.string()});
  EXPECT_THAT(ended.error(), HasSubstr("energy/gross_uj/"));
}

TEST_F(EnergyCommand, ARecordWithoutItsTraceSaysWhereThatBelongs) {
  const fs::path path = record();
  fs::remove(scratch_.path() / "r.hiltrace");
  for (auto* command : {energy_command, plot_command}) {
    const bool energy = command == energy_command;
    const Ended ended = run(command, energy ? std::vector<std::string>{"recompute", path.string()}
                                            : std::vector<std::string>{path.string()});
    EXPECT_THAT(ended.error(), HasSubstr("r.json is not beside it: there is no "));
    EXPECT_THAT(ended.code.error().hint, HasSubstr("put its trace back there"));
  }
}

TEST_F(EnergyCommand, CurrentWithoutAVoltageGivesChargesAlone) {
  const fs::path path = scratch_.path() / "c.csv";
  ASSERT_TRUE(write_file(path, "time_s,current_ma\n0,10\n0.5,10\n1,10\n1.5,10\n").ok());
  const Ended charges = run(energy_command, {path.string()});
  ASSERT_TRUE(charges.code.ok()) << charges.error();
  EXPECT_THAT(charges.output, HasSubstr("charge uC"));
  EXPECT_THAT(charges.output, HasSubstr("20,000"));
  EXPECT_THAT(charges.output, HasSubstr("--voltage VOLTS states it"));
  const Ended energies = run(energy_command, {path.string(), "--voltage", "3"});
  ASSERT_TRUE(energies.code.ok()) << energies.error();
  EXPECT_THAT(energies.output, HasSubstr("60,000"));
  EXPECT_THAT(run(energy_command, {path.string(), "--voltage", "0"}).error(),
              HasSubstr("--voltage 0 is not above 0"));
}

TEST_F(EnergyCommand, AnotherTraceThanTheRecordsIsRefused) {
  const fs::path path = record();
  change(path, "/energy/trace/sha256", std::string(64, '0'));
  EXPECT_THAT(run(energy_command, {"recompute", path.string()}).error(),
              HasSubstr("is not the trace of"));
  change(path, "/energy/trace/file", "../r.hiltrace");
  EXPECT_THAT(run(energy_command, {"recompute", path.string()}).error(),
              HasSubstr("no name of a file beside it"));
}

TEST_F(EnergyCommand, PlotDrawsARecordsTrace) {
  const fs::path path = record();
  const Ended ended = run(plot_command, {path.string()});
  ASSERT_TRUE(ended.code.ok()) << ended.error();
  const auto svg = read_text_file(scratch_.path() / "r.svg", 1 << 24);
  ASSERT_TRUE(svg.ok()) << svg.error().what;
  EXPECT_THAT(*svg, HasSubstr("kws.tflite on bench"));
  EXPECT_THAT(*svg, HasSubstr("One window: inference"));
  EXPECT_THAT(*svg, HasSubstr("an inference begins"));
}

TEST_F(EnergyCommand, PlotOfARecordWithoutEnergySaysSo) {
  const fs::path path = scratch_.path() / "p.json";
  ASSERT_TRUE(report::save_record(results::Record(), path).ok());
  EXPECT_THAT(run(plot_command, {path.string()}).error(), HasSubstr("has no energy"));
}

}  // namespace
}  // namespace hil::app
