// SPDX-License-Identifier: Apache-2.0
// The tables of a model's summary: layers, and the buffers of its memory plan.
#include "host/report/layer_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "host/report/summary_words.hpp"
#include "host/report/text.hpp"

namespace hil::report {
namespace {

using namespace hil::model;
using Row = std::vector<std::string>;

constexpr std::size_t kLeastNameWidth = 12;
constexpr std::size_t kLargestListed = 24;

enum Column : std::size_t {
  kIndex,
  kOperator,
  kOutput,
  kType,
  kParameters,
  kMacs,
  kShare,
  kWeights,
  kActivations,
  kLive
};
const Row kTitles = {"#",    "operator", "output",  "type",  "params",
                     "MACs", "MACs %",   "weights", "out B", "live B"};
/// Columns that may go, first to last.
constexpr Column kToDrop[] = {kLive, kShare, kType, kWeights, kActivations, kParameters};

std::string output_text(const ModelSummary& summary, const LayerSummary& layer) {
  if (layer.outputs.empty()) return "-";
  const std::string shape = shape_text(summary.activations[layer.outputs[0]].shape);
  const std::size_t more = layer.outputs.size() - 1;
  return more == 0 ? shape : fmt::format("{} +{}", shape, more);
}

std::string type_text(const ModelSummary& summary, const LayerSummary& layer) {
  return layer.outputs.empty() ? "-" : summary.activations[layer.outputs[0]].type;
}

std::string share_text(const ModelSummary& summary, const LayerSummary& layer) {
  if (!summary.macs_complete || summary.macs == 0 || !layer.macs) return "-";
  return fmt::format("{:.1f}",
                     100 * static_cast<double>(*layer.macs) / static_cast<double>(summary.macs));
}

Row row_of(const ModelSummary& summary, std::size_t index) {
  const LayerSummary& layer = summary.layers[index];
  return {std::to_string(index) + (layer.supported ? "" : "!"),
          printable(layer.op),
          output_text(summary, layer),
          type_text(summary, layer),
          grouped(layer.parameters),
          known_text(layer.macs),
          share_text(summary, layer),
          grouped(layer.weights_bytes),
          known_text(layer.activation_bytes),
          known_text(layer.live_bytes)};
}

Row total_of(const ModelSummary& summary) {
  const std::string macs =
      summary.macs_complete ? grouped(summary.macs) : ">=" + grouped(summary.macs);
  return {"", "all", "", "", grouped(summary.parameters), macs, "", grouped(summary.weights_bytes),
          "", ""};
}

/// Columns that each column of @p rows takes, with the gap before it.
std::vector<std::size_t> widths_of(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], width_of(row[i]) + 2);
  }
  return widths;
}

std::size_t sum_of(const std::vector<std::size_t>& widths) {
  std::size_t sum = 0;
  for (const std::size_t width : widths)
    sum += width;
  return sum;
}

/// Cuts the cells of column @p column so that rows keep to @p width, but not below @p least.
void cut_column(std::vector<Row>& rows, std::size_t column, std::size_t width, std::size_t least) {
  const std::vector<std::size_t> widths = widths_of(rows);
  const std::size_t sum = sum_of(widths);
  if (sum <= width) return;
  const std::size_t own = widths[column] - 2;
  const std::size_t room = std::max(least, own - std::min(own, sum - width));
  for (Row& row : rows)
    row[column] = fitted(row[column], room);
}

/// Whether rows keep to @p width once operators' names are cut to @p least columns.
bool can_fit(const std::vector<Row>& rows, std::size_t width, std::size_t least) {
  const std::vector<std::size_t> widths = widths_of(rows);
  const std::size_t name = widths[kOperator] - 2;
  return sum_of(widths) - (name - std::min(name, least)) <= width;
}

/// Places of the buffers that are listed: all while keys differ, else the largest ones.
std::vector<std::size_t> listed_places(const MemorySummary& memory,
                                       const std::vector<std::size_t>& order) {
  std::vector<std::size_t> places(order.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  if (places.size() <= kKeyCount) return places;
  std::stable_sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) {
    return memory.buffers[order[a]].size_bytes > memory.buffers[order[b]].size_bytes;
  });
  places.resize(kLargestListed);
  std::sort(places.begin(), places.end());
  return places;
}

}  // namespace

std::string layer_table(const ModelSummary& summary, std::size_t width) {
  std::vector<Row> rows{kTitles};
  for (std::size_t i = 0; i < summary.layers.size(); ++i)
    rows.push_back(row_of(summary, i));
  rows.push_back(total_of(summary));
  std::string dropped;
  for (const Column column : kToDrop) {
    const bool extra = column == kLive || column == kShare;  // no reason to cut names
    if (can_fit(rows, width, extra ? width : kLeastNameWidth)) break;
    dropped += (dropped.empty() ? "" : ", ") + kTitles[column];
    for (Row& row : rows)
      row[column].clear();
  }
  cut_column(rows, kOperator, width, kLeastNameWidth);
  std::vector<Row> shown;
  for (const Row& row : rows) {
    Row& cells = shown.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (!rows.front()[i].empty()) cells.push_back(row[i]);
    }
  }
  std::string text = table(shown, {kOperator, kOutput});
  if (!dropped.empty()) {
    text += paragraph("", fmt::format("  (wider terminals, and --json, also show {})", dropped), 2,
                      width);
  }
  return text;
}

std::string buffer_table(const ModelSummary& summary, std::size_t width) {
  const MemorySummary& memory = *summary.memory;
  const std::vector<std::size_t> order = in_order(memory);
  std::vector<Row> rows{{"key", "tensor", "shape", "bytes", "address", "operators"}};
  for (const std::size_t place : listed_places(memory, order)) {
    const BufferSummary& buffer = memory.buffers[order[place]];
    if (buffer.activations.empty()) continue;
    const ActivationSummary& tensor = summary.activations[buffer.activations[0]];
    const std::size_t more = buffer.activations.size() - 1;
    rows.push_back({std::string(1, key_of(place)),
                    short_name(tensor.name) + (more == 0 ? "" : fmt::format(" +{}", more)),
                    shape_text(tensor.shape), grouped(buffer.size_bytes), grouped(buffer.offset),
                    fmt::format("{}-{}", buffer.first, buffer.last)});
  }
  cut_column(rows, 1, width, kLeastNameWidth);
  const std::size_t others = order.size() - (rows.size() - 1);
  std::string text = table(rows, {1, 2});
  if (others > 0) {
    text +=
        fmt::format("  and {} others, not larger; letters repeat (all: --json, --svg)\n", others);
  }
  return text;
}

}  // namespace hil::report
