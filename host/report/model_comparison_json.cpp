// SPDX-License-Identifier: Apache-2.0
// Comparisons of models as JSON.
#include "host/report/model_comparison_json.hpp"

#include <utility>

namespace hil::report {
namespace {

using nlohmann::ordered_json;
using namespace hil::results;

void read_pair(JsonFields& fields, ComparedPair& pair) {
  fields.read("scope", pair.scope);
  fields.read("samples", pair.samples);
  fields.read("largest_at", pair.largest_at);
}

void read_flip(JsonFields& fields, Flip& flip) {
  fields.read("sample", flip.sample);
  fields.read("label", flip.label);
  fields.read("float_class", flip.float_class);
  fields.read("int8_class", flip.int8_class);
  fields.read("float_score", flip.float_score);
  fields.read("int8_score", flip.int8_score);
}

}  // namespace

ordered_json comparison_json(const ModelComparison& comparison, ordered_json float_model) {
  ordered_json pairs = ordered_json::array();
  for (const ComparedPair& pair : comparison.pairs) {
    pairs.push_back(
        {{"scope", pair.scope}, {"samples", pair.samples}, {"largest_at", pair.largest_at}});
  }
  ordered_json flips = ordered_json::array();
  for (const Flip& flip : comparison.flips) {
    flips.push_back({{"sample", flip.sample},
                     {"label", flip.label},
                     {"float_class", flip.float_class},
                     {"int8_class", flip.int8_class},
                     {"float_score", flip.float_score},
                     {"int8_score", flip.int8_score}});
  }
  return {{"float_model", std::move(float_model)},
          {"float_conversion", comparison.float_conversion},
          {"label_names", comparison.label_names},
          {"pairs", std::move(pairs)},
          {"only_float_right", comparison.only_float_right},
          {"only_int8_right", comparison.only_int8_right},
          {"flips", std::move(flips)}};
}

void read_comparison(JsonFields& fields, ModelComparison& comparison) {
  fields.read("float_conversion", comparison.float_conversion);
  fields.read("label_names", comparison.label_names);
  fields.objects("pairs",
                 [&](JsonFields& inner) { read_pair(inner, comparison.pairs.emplace_back()); });
  fields.read("only_float_right", comparison.only_float_right);
  fields.read("only_int8_right", comparison.only_int8_right);
  fields.objects("flips",
                 [&](JsonFields& inner) { read_flip(inner, comparison.flips.emplace_back()); });
}

}  // namespace hil::report
