// SPDX-License-Identifier: Apache-2.0
// Records to JSON and back, against the schema, and every way of a damaged record.
#include "host/report/json_record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "host/base/file.hpp"
#include "host/report/words.hpp"
#include "tests/host/base/scratch_folder.hpp"
#include "tests/host/report/energy_records.hpp"
#include "tests/host/report/example_records.hpp"
#include "tests/host/report/model_records.hpp"

namespace hil::report {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace hil::results;

/// What the schema has against @p document; empty if nothing.
std::string complaint_of_schema(const json& document) {
  const auto text = read_text_file("host/report/record.schema.json", 1 << 20);
  if (!text.ok()) return text.error().what;
  const json schema_json = json::parse(*text);
  valijson::Schema schema;
  valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(schema_json),
                                          schema);
  valijson::ValidationResults results;
  valijson::Validator().validate(schema, valijson::adapters::NlohmannJsonAdapter(document),
                                 &results);
  std::string complaint;
  valijson::ValidationResults::Error error;
  while (results.popError(error))
    complaint += error.description + "; ";
  return complaint;
}

std::string error_of(const json& document) {
  const auto record = parse_record(document.dump(), "x.json");
  if (record.ok()) return "none";
  EXPECT_EQ(record.error().blame, Blame::kUser);
  EXPECT_THAT(record.error().what, HasSubstr("x.json is not a usable record: "));
  return record.error().what.substr(std::string("x.json is not a usable record: ").size());
}

std::vector<Record> examples() {
  return {full_record(),         broken_record(),  empty_record(),          scored_record(),
          autoencoder_record(),  profile_record(), profile_of_operators(3), record_of_classes(1),
          record_of_classes(50), models_record(),  values_record(),         energy_record(),
          full_energy_record(),  charge_record()};
}

TEST(JsonRecord, TextAndRecordAreTheSameThing) {
  for (const Record& record : examples()) {
    const std::string text = json_text(record);
    const auto back = parse_record(text, "x.json");
    ASSERT_TRUE(back.ok()) << back.error().what;
    EXPECT_EQ(json_text(*back), text);
  }
}

TEST(JsonRecord, ReadingFillsEveryField) {
  Record want = broken_record();
  want.board.serial = "2";
  const auto back = parse_record(json_text(want), "x.json");
  ASSERT_TRUE(back.ok()) << back.error().what;
  EXPECT_EQ(back->command, want.command);
  EXPECT_EQ(back->duration_s, want.duration_s);
  EXPECT_EQ(back->metrics[0].origin, Origin::kEmulated);
  EXPECT_EQ(back->metrics[0].interval->low, want.metrics[0].interval->low);
  EXPECT_EQ(back->board.serial, "2");
  EXPECT_EQ(back->board.agent_sha256, want.board.agent_sha256);
  EXPECT_EQ(back->board.reset_cause, want.board.reset_cause);
  EXPECT_EQ(back->model.macs, want.model.macs);
  EXPECT_EQ(back->dataset.labels_sha256, want.dataset.labels_sha256);
  EXPECT_EQ(back->conditions.baud, want.conditions.baud);
  EXPECT_EQ(back->link.retransmitted_frames, 17U);
  EXPECT_EQ(back->link.datagrams_lost, 1U);
  EXPECT_EQ(back->link.resyncs, 3U);
  EXPECT_EQ(back->link.reconnects, 1U);
  EXPECT_EQ(back->link.frames_lost_to_board, 2U);
  EXPECT_EQ(back->link.frames_lost_from_board, 6U);
  EXPECT_FALSE(back->link.limit);
  ASSERT_TRUE(back->link.injected);
  EXPECT_EQ(back->link.injected->plan, want.link.injected->plan);
  EXPECT_EQ(back->link.injected->frames, 2'300U);
  EXPECT_EQ(back->link.injected->dropped_frames, 5U);
  EXPECT_EQ(back->link.injected->flipped_bits, 6U);
  EXPECT_EQ(back->link.injected->cuts, 1U);
  EXPECT_EQ(back->link.injected->cut_bytes, 1'904U);
  EXPECT_EQ(back->classification->confusion, want.classification->confusion);
  EXPECT_EQ(back->events[1].text, want.events[1].text);
  EXPECT_EQ(back->verdict.status, VerdictStatus::kError);
  EXPECT_EQ(back->verdict.error->blame, Blame::kDevice);
  EXPECT_EQ(back->verdict.outputs_differing, 1U);
  EXPECT_FALSE(back->verdict.complete);
  const auto full = parse_record(json_text(full_record()), "x.json");
  EXPECT_EQ(full->metrics[1].samples, full_record().metrics[1].samples);
  EXPECT_EQ(full->metrics[1].uncertainty, 2.5);
  EXPECT_EQ(full->link.baud, 115'200U);
  EXPECT_EQ(full->link.payload_bytes_sent, 490'000U);
  EXPECT_EQ(full->link.payload_bytes_received, 12'000U);
  EXPECT_EQ(full->link.stream_s, 45.678);
  EXPECT_EQ(full->link.goodput_bytes_per_s, full_record().link.goodput_bytes_per_s);
  EXPECT_EQ(full->link.line_share, full_record().link.line_share);
  ASSERT_TRUE(full->link.limit);
  EXPECT_EQ(full->link.limit->lost_share, 0.01);
  EXPECT_EQ(full->link.limit->reconnects, 3U);
  EXPECT_FALSE(full->link.injected);
}

TEST(JsonRecord, ReadingFillsWhatMinorVersionOneBrought) {
  const Record want = scored_record();
  const auto back = parse_record(json_text(want), "x.json");
  ASSERT_TRUE(back.ok()) << back.error().what;
  EXPECT_EQ(back->conditions.metric, "class");
  EXPECT_EQ(back->conditions.state, "keep");
  ASSERT_EQ(back->slices.size(), want.slices.size());
  EXPECT_EQ(back->slices[0].column, "room");
  EXPECT_EQ(back->slices[0].value, "hall");
  EXPECT_EQ(back->slices[0].samples, 600U);
  EXPECT_EQ(back->slices[0].metrics.at(0).value, 0.95);
  EXPECT_TRUE(back->slices[2].metrics.empty());
  const SampleStatistics& spread = back->metrics.back().statistics.value();
  const SampleStatistics& expected = want.metrics.back().statistics.value();
  EXPECT_EQ(spread.count, 30U);
  EXPECT_EQ(spread.min, expected.min);
  EXPECT_EQ(spread.max, 1850);
  EXPECT_EQ(spread.p95, expected.p95);
  EXPECT_EQ(spread.p99, expected.p99);
  EXPECT_EQ(spread.mean, expected.mean);
  EXPECT_EQ(spread.standard_deviation, expected.standard_deviation);
  EXPECT_EQ(spread.outliers.high_severe, 2U);
  EXPECT_EQ(spread.outliers.indices, expected.outliers.indices);
}

TEST(JsonRecord, ReadingFillsOperatorsAndInputs) {
  const Record want = profile_record();
  const auto back = parse_record(json_text(want), "x.json");
  ASSERT_TRUE(back.ok()) << back.error().what;
  EXPECT_EQ(back->conditions.inputs, "16 samples of datasets/kws01");
  ASSERT_TRUE(back->operators);
  EXPECT_EQ(back->operators->unit, "us");
  EXPECT_EQ(back->operators->origin, Origin::kMeasured);
  EXPECT_EQ(back->operators->runs, 10U);
  EXPECT_EQ(back->operators->total, 1012.5);
  ASSERT_EQ(back->operators->rows.size(), 6U);
  const OperatorTime& row = back->operators->rows[4];
  EXPECT_EQ(row.layer, 5U);
  EXPECT_EQ(row.op, "FULLY_CONNECTED int8");
  EXPECT_EQ(row.output, (std::vector<std::int32_t>{1, 12}));
  EXPECT_EQ(row.macs, 768U);
  EXPECT_EQ(row.time, 11);
  ASSERT_TRUE(row.interval);
  EXPECT_EQ(row.interval->high, 11 * 1.01);
  EXPECT_EQ(row.interval->method, "order-statistics");
}

TEST(JsonRecord, DamagedOperatorsAreNamed) {
  const json good = json::parse(json_text(profile_record()));
  const std::pair<const char*, std::pair<json, const char*>> cases[] = {
      {"/operators/rows/1/output/2",
       {2147483648,
        "operators.rows[1].output[2] is not a whole number of -2147483648 to "
        "2147483647"}},
      {"/operators/rows/1/output/2",
       {-2147483649,
        "operators.rows[1].output[2] is not a whole number of -2147483648 to "
        "2147483647"}},
      {"/operators/rows/0/output/0",
       {1.5, "operators.rows[0].output[0] is not a whole number of -2147483648 to 2147483647"}},
      {"/operators/rows/0/layer",
       {-1, "operators.rows[0].layer is not a whole number of 0 to 4294967295"}},
      {"/operators/rows/0/interval/low", {"1", "operators.rows[0].interval.low is not a number"}},
      {"/operators/origin", {"guessed", "operators.origin is \"guessed\", an unknown word"}},
      {"/operators/rows", {7, "operators.rows is not an array"}},
      {"/operators", {nullptr, "operators is not an object"}},
      {"/conditions/inputs", {16, "conditions.inputs is not a string"}},
  };
  for (const auto& [pointer, expected] : cases) {
    json bad = good;
    bad[json::json_pointer(pointer)] = expected.first;
    EXPECT_EQ(error_of(bad), expected.second);
  }
  json extreme = good;
  extreme["operators"]["rows"][0]["output"] = {-2147483648, 2147483647};
  EXPECT_EQ(error_of(extreme), "none");
}

TEST(JsonRecord, MinorVersionZeroIsRead) {
  json document = json::parse(json_text(scored_record()));
  document["schema"]["minor"] = 0;
  document["conditions"].erase("inputs");
  document.erase("slices");
  document["conditions"].erase("metric");
  document["conditions"].erase("state");
  for (json& metric : document["metrics"])
    metric.erase("statistics");
  EXPECT_EQ(complaint_of_schema(document), "");
  const auto back = parse_record(document.dump(), "x.json");
  ASSERT_TRUE(back.ok()) << back.error().what;
  EXPECT_EQ(back->conditions.state, "");
  EXPECT_FALSE(back->metrics.back().statistics);
  EXPECT_TRUE(back->slices.empty());
  EXPECT_FALSE(back->operators);
  EXPECT_EQ(back->conditions.inputs, "");
}

TEST(JsonRecord, DamagedStatisticsAndSlicesAreNamed) {
  const json good = json::parse(json_text(scored_record()));
  const std::pair<const char*, std::pair<json, const char*>> cases[] = {
      {"/metrics/5/statistics/p95", {"1", "metrics[5].statistics.p95 is not a number"}},
      {"/metrics/5/statistics/outliers/indices/0",
       {30, "statistics.outliers names sample 30 of 30"}},
      {"/metrics/5/statistics/outliers/high_mild",
       {-1,
        "metrics[5].statistics.outliers.high_mild is not a whole number of 0 to "
        "18446744073709551615"}},
      {"/slices/1/samples",
       {0.5,
        "slices[1].samples is not a whole number of 0 to "
        "18446744073709551615"}},
      {"/slices/1/metrics/0/name", {7, "slices[1].metrics[0].name is not a string"}},
      {"/conditions/state", {true, "conditions.state is not a string"}},
  };
  for (const auto& [pointer, expected] : cases) {
    json bad = good;
    bad[json::json_pointer(pointer)] = expected.first;
    EXPECT_EQ(error_of(bad), expected.second);
  }
}

TEST(JsonRecord, SchemaAcceptsFullAndPartialRecords) {
  for (const Record& record : examples()) {
    EXPECT_EQ(complaint_of_schema(json::parse(json_text(record))), "");
  }
}

TEST(JsonRecord, SchemaRefusesWhatReadersRefuse) {
  const json good = json::parse(json_text(full_record()));
  const char* missing[] = {"/schema/major",       "/board/id",   "/agent/sha256",
                           "/metrics/0/unit",     "/link/polls", "/verdict/status",
                           "/conditions/tick_hz", "/events",     "/metrics/1/interval/low"};
  for (const char* pointer : missing) {
    json bad = good;
    const json::json_pointer path(pointer);
    bad[path.parent_pointer()].erase(path.back());
    EXPECT_NE(complaint_of_schema(bad), "") << pointer;
    EXPECT_THAT(error_of(bad), HasSubstr("is missing")) << pointer;
  }
  const std::pair<const char*, json> wrong[] = {
      {"/schema/major", 2},         {"/schema/name", "other"},
      {"/metrics/0/kind", "vague"}, {"/board/emulated", "no"},
      {"/model/macs", -1},          {"/model/macs", 1.5},
      {"/verdict/status", "PASS"},  {"/metrics", json::object()},
      {"/metrics/0/value", "0.9"},  {"/classification/confusion/0/0", -1},
      {"/events/0", "text"},        {"/link", nullptr},
  };
  for (const auto& [pointer, value] : wrong) {
    json bad = good;
    bad[json::json_pointer(pointer)] = value;
    EXPECT_NE(complaint_of_schema(bad), "") << pointer;
    EXPECT_NE(error_of(bad), "none") << pointer;
  }
}

TEST(JsonRecord, ErrorsNameTheKey) {
  const json good = json::parse(json_text(full_record()));
  const std::pair<const char*, std::pair<json, const char*>> cases[] = {
      {"/metrics/1/samples/2", {"x", "metrics[1].samples[2] is not a number"}},
      {"/metrics/1/better", {"best", "metrics[1].better is \"best\", an unknown word"}},
      {"/agent/boot_count",
       {4294967296, "agent.boot_count is not a whole number of 0 to 4294967295"}},
      {"/board/emulated", {0, "board.emulated is not true or false"}},
      {"/model", {1, "model is not an object"}},
      {"/classification/confusion/3", {json::array({1}), "classification.confusion is not square"}},
      {"/classification/label_names",
       {json::array({"a"}), "classification.label_names has 1 names for 12 classes"}},
      {"/schema/major", {2, "it has record version 2.5, this program reads 1.x"}},
  };
  for (const auto& [pointer, expected] : cases) {
    json bad = good;
    bad[json::json_pointer(pointer)] = expected.first;
    EXPECT_EQ(error_of(bad), expected.second);
  }
  EXPECT_EQ(error_of(json::array()), "it is not an object");
  EXPECT_EQ(error_of(nullptr), "it is not an object");
}

TEST(JsonRecord, OtherMinorVersionsAndUnknownKeysAreRead) {
  json document = json::parse(json_text(full_record()));
  document["schema"]["minor"] = 9;
  document["new_key"] = {{"a", 1}};
  document["metrics"][0]["new_key"] = 1;
  EXPECT_EQ(error_of(document), "none");
  EXPECT_EQ(complaint_of_schema(document), "");
}

TEST(JsonRecord, CutTextIsRefusedAtEveryLength) {
  const std::string text = json_text(empty_record());
  for (std::size_t size = 0; size + 2 < text.size(); ++size) {
    ASSERT_FALSE(parse_record(text.substr(0, size), "x.json").ok()) << size;
  }
}

TEST(JsonRecord, RecordsBeforeLinkQualityAreRead) {
  json document = json::parse(json_text(full_record()));
  document["schema"]["minor"] = 3;
  json& link = document["link"];
  for (const char* key : {"baud", "payload_bytes_sent", "payload_bytes_received", "stream_s",
                          "goodput_bytes_per_s", "line_share", "frames_lost_to_board",
                          "frames_lost_from_board", "resyncs", "reconnects", "limit"}) {
    ASSERT_EQ(link.erase(key), 1U) << key;
  }
  EXPECT_EQ(complaint_of_schema(document), "");
  const auto back = parse_record(document.dump(), "x.json");
  ASSERT_TRUE(back.ok()) << back.error().what;
  EXPECT_EQ(back->link.frames_sent, 1'204U);
  EXPECT_EQ(back->link.baud, 0U);
  EXPECT_EQ(back->link.stream_s, 0);
  EXPECT_FALSE(back->link.goodput_bytes_per_s);
  EXPECT_FALSE(back->link.line_share);
  EXPECT_FALSE(back->link.limit) << "it was not held to any";
}

TEST(JsonRecord, DamagedLinkQualityIsNamed) {
  const json good = json::parse(json_text(broken_record()));
  const std::pair<const char*, std::pair<json, const char*>> cases[] = {
      {"/link/baud", {-1, "link.baud is not a whole number of 0 to 4294967295"}},
      {"/link/injected", {"all", "link.injected is not an object"}},
      {"/link/injected/cuts", {-1, "link.injected.cuts is not a whole number of 0 to 4294967295"}},
      {"/link/injected/plan", {1, "link.injected.plan is not a string"}},
      {"/link/limit", {{{"lost_share", "1%"}}, "link.limit.lost_share is not a number"}},
      {"/link/limit", {{{"lost_share", 0.5}}, "link.limit.reconnects is missing"}},
      {"/link/line_share", {"all", "link.line_share is not a number"}},
  };
  for (const auto& [pointer, expected] : cases) {
    json bad = good;
    bad[json::json_pointer(pointer)] = expected.first;
    EXPECT_EQ(error_of(bad), expected.second);
    EXPECT_NE(complaint_of_schema(bad), "") << pointer;
  }
}

TEST(JsonRecord, NumbersThatAreNotFiniteBecomeNull) {
  Record record = full_record();
  record.metrics[1].value = std::nan("");
  record.metrics[1].samples = {1, INFINITY};
  const std::string text = json_text(record);
  EXPECT_EQ(complaint_of_schema(json::parse(text)), "");
  const auto back = parse_record(text, "x.json");
  ASSERT_TRUE(back.ok()) << back.error().what;
  EXPECT_TRUE(std::isnan(back->metrics[1].value));
  EXPECT_TRUE(std::isnan(back->metrics[1].samples[1]));
}

TEST(JsonRecord, ReadingFillsWhatMinorVersionThreeBrought) {
  const std::string text = json_text(broken_record());
  EXPECT_EQ(complaint_of_schema(json::parse(text)), "");
  const auto back = parse_record(text, "x.json");
  ASSERT_TRUE(back.ok()) << back.error().what;
  const Event& line = back->events.back();
  EXPECT_EQ(line.level, "warning");
  EXPECT_EQ(line.device_ms, 1000.25);
  EXPECT_EQ(line.text, "arena nearly full");
  EXPECT_EQ(back->events.front().level, "");
  EXPECT_FALSE(back->events.front().device_ms);
}

TEST(JsonRecord, BeforeMinorVersionThreeTheLevelStoodInFrontOfTheText) {
  json document = json::parse(json_text(full_record()));
  document["schema"]["minor"] = 2;
  document["events"] =
      json::array({{{"at_ms", 1}, {"kind", "agent-log"}, {"text", "info: model loaded"}},
                   {{"at_ms", 2}, {"kind", "agent-log"}, {"text", "unknown level: strange"}},
                   {{"at_ms", 3}, {"kind", "note"}, {"text", "info: not the agent's"}}});
  const auto back = parse_record(document.dump(), "x.json");
  ASSERT_TRUE(back.ok()) << back.error().what;
  ASSERT_EQ(back->events.size(), 3u);
  EXPECT_EQ(back->events[0].level, "info");
  EXPECT_EQ(back->events[0].text, "model loaded");
  EXPECT_FALSE(back->events[0].device_ms);
  EXPECT_EQ(back->events[1].level, "");
  EXPECT_EQ(back->events[1].text, "unknown level: strange");
  EXPECT_EQ(back->events[2].text, "info: not the agent's");
}

TEST(JsonRecord, HostileTextStaysValidJson) {
  Record record = full_record();
  record.events = {{1, "agent-log", "\x1b[31m \xff\xfe \" \\ \n \x01"}};
  const std::string text = json_text(record);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_TRUE(parse_record(text, "x.json").ok());
}

TEST(JsonRecord, LayoutKeepsRowsOnOneLine) {
  const std::string text = json_text(full_record());
  EXPECT_THAT(text, HasSubstr("{\n  \"schema\": {\"name\": \"hilbench-record\", \"major\": 1, "
                              "\"minor\": 5},\n  \"command\": \"evaluate\",\n"));
  EXPECT_THAT(text, HasSubstr("\n      \"samples\": [1230.25, 1234.5, 1240.0]\n"));
  EXPECT_THAT(text, HasSubstr("\n      [0, 71, 0, 0, 0, 0, 1, 0, 0, 0, 0, 3],\n"));
  EXPECT_EQ(text.back(), '\n');
}

TEST(JsonRecord, FilesAreWrittenAndReadWhole) {
  const ScratchFolder folder;
  const auto path = folder.path() / "record.json";
  ASSERT_TRUE(save_record(full_record(), path).ok());
  const auto back = load_record(path);
  ASSERT_TRUE(back.ok()) << back.error().what;
  EXPECT_EQ(json_text(*back), json_text(full_record()));
  EXPECT_EQ(save_record(full_record(), "/dev/full").error().blame, Blame::kUser);
  EXPECT_EQ(load_record(folder.path() / "none").error().blame, Blame::kUser);
}

TEST(Words, BlamesAreCalledAlikeEverywhere) {
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(word_of(static_cast<Blame>(i)), name_of(static_cast<Blame>(i)));
  }
  EXPECT_EQ(from_word<Blame>("bug"), Blame::kBug);
  EXPECT_FALSE(from_word<Origin>("Measured").has_value());
}

}  // namespace
}  // namespace hil::report
