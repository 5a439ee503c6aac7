// SPDX-License-Identifier: Apache-2.0
// Keys of the JSON report.
#include "host/conform/report_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "host/boards/schema.hpp"
#include "host/report/json_layout.hpp"
#include "host/report/words.hpp"

namespace hil::conform {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr int kFormat = 1;
constexpr std::size_t kMostChecks = 100;
constexpr std::array kVerdicts{Verdict::kPass, Verdict::kFail, Verdict::kNotJudged,
                               Verdict::kNotRun};

ordered_json json_of(const Figure& figure) {
  return {{"name", figure.name},
          {"value", figure.value},
          {"unit", figure.unit},
          {"origin", report::word_of(figure.origin)}};
}

ordered_json json_of(const Check& check) {
  ordered_json figures = ordered_json::array();
  for (const Figure& figure : check.figures)
    figures.push_back(json_of(figure));
  return {{"name", check.name},   {"verdict", word_of(check.verdict)}, {"figures", figures},
          {"limit", check.limit}, {"finding", check.finding},          {"advice", check.advice}};
}

Figure figure_of(const json& object) {
  const auto origin = report::from_word<results::Origin>(object.at("origin").get<std::string>());
  if (!origin) throw json::other_error::create(501, "there is no such origin", &object);
  return {object.at("name"), object.at("value"), object.at("unit"), *origin};
}

Check check_of(const json& object) {
  Check check;
  check.name = object.at("name");
  const std::string word = object.at("verdict");
  const auto verdict = std::find_if(kVerdicts.begin(), kVerdicts.end(),
                                    [&](Verdict v) { return word == word_of(v); });
  if (verdict == kVerdicts.end()) {
    throw json::other_error::create(501, "there is no such verdict", &object);
  }
  check.verdict = *verdict;
  for (const json& figure : object.at("figures"))
    check.figures.push_back(figure_of(figure));
  check.limit = object.at("limit");
  check.finding = object.at("finding");
  check.advice = object.at("advice");
  return check;
}

ConformReport report_of(const json& object) {
  ConformReport report;
  report.board = object.at("board");
  report.core = object.at("core");
  const json& agent = object.at("agent");
  report.agent_version = agent.at("version");
  report.build_id = agent.at("build_id");
  report.unique_id = object.at("unique_id");
  report.host_version = object.at("host_version");
  report.emulated = object.at("emulated");
  report.quick = object.at("quick");
  report.complete = object.at("complete");
  report.started_utc = object.at("started_utc");
  report.duration_s = object.at("duration_s");
  const json& checks = object.at("checks");
  if (!checks.is_array() || checks.size() > kMostChecks) {
    throw json::other_error::create(501, "no list of checks, or far too many", &object);
  }
  for (const json& check : checks)
    report.checks.push_back(check_of(check));
  return report;
}

Error wrong(const std::filesystem::path& path, const std::string& what) {
  return {Blame::kConfig, fmt::format("{}: {}", path.string(), what),
          "run 'hilbench conform' for that board again"};
}

}  // namespace

std::string json_text(const ConformReport& report) {
  ordered_json checks = ordered_json::array();
  for (const Check& check : report.checks)
    checks.push_back(json_of(check));
  const ordered_json object = {
      {"conform_format", kFormat},
      {"board", report.board},
      {"core", report.core},
      {"agent", {{"version", report.agent_version}, {"build_id", report.build_id}}},
      {"unique_id", report.unique_id},
      {"host_version", report.host_version},
      {"emulated", report.emulated},
      {"quick", report.quick},
      {"complete", report.complete},
      {"started_utc", report.started_utc},
      {"duration_s", report.duration_s},
      {"checks", checks}};
  return report::laid_out(object) + "\n";
}

Result<ConformReport> load_report(const std::filesystem::path& path) {
  HIL_ASSIGN(const json object, boards::load_json(path));
  try {
    if (const int format = object.at("conform_format"); format != kFormat) {
      return wrong(
          path, fmt::format("is a report of format {}, this hilbench reads {}", format, kFormat));
    }
    return report_of(object);
  } catch (const json::exception& fault) {
    return wrong(path, fmt::format("is no conformance report: {}", fault.what()));
  }
}

}  // namespace hil::conform
