// SPDX-License-Identifier: Apache-2.0
// A comparison of two records as JSON.
#include "host/report/comparison_json.hpp"

#include "host/report/json_layout.hpp"
#include "host/report/words.hpp"

namespace hil::report {
namespace {

using nlohmann::ordered_json;
using namespace hil::results;

ordered_json to_json(const std::optional<double>& number) {
  return number ? ordered_json(*number) : ordered_json(nullptr);
}

ordered_json to_json(const std::optional<ComparedValue>& side) {
  if (!side) return nullptr;
  ordered_json json{{"value", side->value}};
  if (side->interval) {
    json["interval"] = {{"low", side->interval->low},
                        {"high", side->interval->high},
                        {"level", side->interval->level},
                        {"method", side->interval->method}};
  }
  return json;
}

void add(ordered_json& json, const ComparedNumber& number) {
  json["a"] = to_json(number.a);
  json["b"] = to_json(number.b);
  json["difference"] = to_json(number.difference);
  json["ratio"] = to_json(number.ratio);
  json["finding"] = word_of(number.finding);
}

ordered_json to_json(const ComparedNumber& number) {
  ordered_json json;
  add(json, number);
  return json;
}

ordered_json to_json(const FieldDifference& difference) {
  return {{"field", difference.field},
          {"a", difference.a},
          {"b", difference.b},
          {"must_agree", difference.must_agree}};
}

ordered_json to_json(const ComparedMetric& metric) {
  ordered_json json{{"name", metric.name}, {"unit", metric.unit}, {"scope", metric.scope}};
  add(json, metric.number);
  return json;
}

ordered_json to_json(const ComparedOperator& row) {
  ordered_json json{
      {"layer", row.layer}, {"op_a", row.op_a}, {"op_b", row.op_b}, {"output", row.output}};
  add(json, row.time);
  return json;
}

template <class Item>
ordered_json list_of(const std::vector<Item>& items) {
  ordered_json list = ordered_json::array();
  for (const Item& item : items)
    list.push_back(to_json(item));
  return list;
}

}  // namespace

std::string comparison_json(const Comparison& comparison, const std::string& file_a,
                            const std::string& file_b) {
  ordered_json json;
  json["schema"] = {{"name", "hilbench-comparison"}, {"major", 1}, {"minor", 0}};
  json["a"] = file_a;
  json["b"] = file_b;
  json["comparable"] = comparison.comparable();
  json["differences"] = list_of(comparison.differences);
  json["metrics"] = list_of(comparison.metrics);
  if (!comparison.notes.empty()) json["notes"] = comparison.notes;
  if (comparison.operators) {
    json["operators"] = {{"unit", comparison.operators->unit},
                         {"rows", list_of(comparison.operators->rows)},
                         {"sum", to_json(comparison.operators->sum)},
                         {"total", to_json(comparison.operators->total)}};
  }
  return laid_out(json) + "\n";
}

}  // namespace hil::report
