// SPDX-License-Identifier: Apache-2.0
// A model's summary as JSON.
#include "host/report/summary_json.hpp"

#include <fmt/format.h>

#include "host/base/digest.hpp"
#include "host/report/json_layout.hpp"

namespace hil::report {
namespace {

using namespace hil::model;
using nlohmann::ordered_json;

template <class T>
ordered_json or_null(const std::optional<T>& value) {
  return value ? ordered_json(*value) : ordered_json(nullptr);
}

/// The file's indices of activations at @p positions.
ordered_json indices_of(const ModelSummary& summary, const std::vector<std::size_t>& positions) {
  ordered_json indices = ordered_json::array();
  for (const std::size_t position : positions)
    indices.push_back(summary.activations[position].index);
  return indices;
}

ordered_json tensors_of(const ModelSummary& summary) {
  ordered_json tensors = ordered_json::array();
  for (const ActivationSummary& tensor : summary.activations) {
    tensors.push_back({{"index", tensor.index},
                       {"name", tensor.name},
                       {"type", tensor.type},
                       {"shape", tensor.shape},
                       {"size_bytes", or_null(tensor.size_bytes)}});
  }
  return tensors;
}

ordered_json layers_of(const ModelSummary& summary) {
  ordered_json layers = ordered_json::array();
  for (const LayerSummary& layer : summary.layers) {
    layers.push_back({{"index", layers.size()},
                      {"operator", layer.op},
                      {"supported", layer.supported},
                      {"inputs", indices_of(summary, layer.inputs)},
                      {"outputs", indices_of(summary, layer.outputs)},
                      {"parameters", layer.parameters},
                      {"macs", or_null(layer.macs)},
                      {"weights_bytes", layer.weights_bytes},
                      {"activation_bytes", or_null(layer.activation_bytes)},
                      {"live_bytes", or_null(layer.live_bytes)}});
  }
  return layers;
}

ordered_json memory_of(const ModelSummary& summary) {
  if (!summary.memory) return nullptr;
  ordered_json buffers = ordered_json::array();
  for (const BufferSummary& buffer : summary.memory->buffers) {
    buffers.push_back({{"tensors", indices_of(summary, buffer.activations)},
                       {"offset", buffer.offset},
                       {"size_bytes", buffer.size_bytes},
                       {"first_operator", buffer.first},
                       {"last_operator", buffer.last}});
  }
  return {{"arena_bytes", summary.memory->arena_bytes},
          {"liveness_bound_bytes", summary.memory->bound_bytes},
          {"busiest_operator", summary.memory->busiest},
          {"buffers", buffers}};
}

ordered_json obstacles_of(const std::vector<Obstacle>& obstacles) {
  ordered_json list = ordered_json::array();
  for (const Obstacle& obstacle : obstacles)
    list.push_back({{"what", obstacle.what}, {"operators", obstacle.operators}});
  return list;
}

ordered_json totals_of(const ModelSummary& summary) {
  ordered_json totals = {{"parameters", summary.parameters},
                         {"macs", summary.macs},
                         {"macs_complete", summary.macs_complete},
                         {"weights_bytes", summary.weights_bytes},
                         {"file_bytes", summary.file_bytes},
                         {"plan_bytes", nullptr},
                         {"arena_bytes", nullptr},
                         {"state_bytes", summary.state_bytes}};
  if (summary.memory) totals["arena_bytes"] = summary.memory->arena_bytes;
  if (summary.compiled) {
    totals["plan_bytes"] = summary.compiled->plan.size();
    totals["arena_bytes"] = summary.compiled->arena_bytes;
  }
  return totals;
}

ordered_json board_of(const ModelSummary& summary) {
  const BoardFit& board = *summary.board;
  return {{"id", board.board},
          {"core", board.core},
          {"runs", summary.compiled.has_value() && board.obstacles.empty()},
          {"plan_capacity_bytes", board.plan_capacity_bytes},
          {"arena_capacity_bytes", board.arena_capacity_bytes},
          {"obstacles", obstacles_of(board.obstacles)}};
}

}  // namespace

std::string summary_json(const ModelSummary& summary) {
  ordered_json json = {{"schema", "hilbench-summary/1"},
                       {"model", summary.path.string()},
                       {"sha256", hex_of(summary.sha256)},
                       {"compiles", summary.compiled.has_value()},
                       {"inputs", indices_of(summary, summary.inputs)},
                       {"outputs", indices_of(summary, summary.outputs)},
                       {"totals", totals_of(summary)},
                       {"obstacles", obstacles_of(summary.obstacles)},
                       {"layers", layers_of(summary)},
                       {"tensors", tensors_of(summary)},
                       {"memory", memory_of(summary)}};
  if (summary.board) json["board"] = board_of(summary);
  return laid_out(json) + "\n";
}

}  // namespace hil::report
