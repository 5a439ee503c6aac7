// SPDX-License-Identifier: Apache-2.0
// Words and sums of datasets.
#include "host/data/dataset.hpp"

#include <fmt/format.h>

namespace hil::data {

std::optional<std::uint64_t> element_count_of(const std::vector<std::int32_t>& shape) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 40;
  std::uint64_t count = 1;
  for (const std::int32_t size : shape) {
    if (size < 1 || count > kMost / static_cast<std::uint64_t>(size)) return std::nullopt;
    count *= static_cast<std::uint64_t>(size);
  }
  return count;
}

std::string shape_text(const std::vector<std::int32_t>& shape) {
  return shape.empty() ? "scalar" : fmt::format("{}", fmt::join(shape, "x"));
}

const char* name_of(Layout layout) {
  switch (layout) {
    case Layout::kMlperfFolder:
      return "folder of MLPerf Tiny (y_labels.csv)";
    case Layout::kManifest:
      return "folder with manifest.csv";
    case Layout::kNpyPair:
      return "NPY arrays (x.npy, y.npy)";
    case Layout::kNpz:
      return "NPZ archive (x, y)";
    case Layout::kCsvRows:
      return "CSV, one sample a row";
    case Layout::kClassFolders:
      return "folder per class";
  }
  return "?";
}

std::string place_of(const Dataset& dataset, const Sample& sample) {
  if (dataset.label_file.empty() || sample.line == 0) return "";
  return fmt::format("{} line {}", dataset.label_file, sample.line);
}

std::string text_of(const Dataset& dataset, const Sample& sample) {
  const std::string place = place_of(dataset, sample);
  return place.empty() ? sample.name : sample.name + ", " + place;
}

}  // namespace hil::data
