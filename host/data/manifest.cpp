// SPDX-License-Identifier: Apache-2.0
// Reader of manifest.csv: a file, its label or targets, and what else is known of it, in each row.
#include "host/data/manifest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "host/base/digest.hpp"
#include "host/base/file.hpp"
#include "host/data/description.hpp"
#include "host/data/formats/csv.hpp"
#include "host/data/labels.hpp"
#include "host/data/names.hpp"

namespace hil::data {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxBytes = 64 << 20;
constexpr const char* kHint =
    "the first row names the columns: name, then label or target, then slices";

/// What each column is.
struct Columns {
  std::vector<std::string> names;
  std::size_t name = 0;
  std::optional<std::size_t> label;
  std::vector<std::size_t> targets, slices;
};

/// One row of the file with its columns known.
struct Entry {
  Sample sample;
  std::string label;
};

/// Reads manifest.csv row by row.
class ManifestReader {
 public:
  ManifestReader(const fs::path& folder, std::string_view text)
      : folder_(folder), where_((folder / kManifestFile).string()), rows_(text, where_) {}

  Status read_columns() {
    HIL_ASSIGN(const bool any, rows_.next(row_));
    if (!any) return Error{Blame::kUser, where_ + " is empty", kHint};
    std::optional<std::size_t> name;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < row_.fields.size(); ++i) {
      const std::string& column = row_.fields[i];
      if (column.empty() || !is_printable(column) || !seen.insert(column).second) {
        return wrong(fmt::format("column {} has no name of its own", i + 1), kHint);
      }
      if (column == "name") {
        name = i;
      } else if (column == "label") {
        columns_.label = i;
      } else {
        (column.starts_with("target") ? columns_.targets : columns_.slices).push_back(i);
      }
    }
    if (!name) return wrong("there is no column \"name\"", kHint);
    if (columns_.label && !columns_.targets.empty()) {
      return wrong("there are both labels and targets", kHint);
    }
    columns_.names = row_.fields;
    columns_.name = *name;
    return {};
  }

  /// Reads the next row into @p entry; false at the end. After a wrong row the next can be read,
  /// unless broken() says that it is no CSV any more.
  Result<bool> next(Entry& entry) {
    const auto any = rows_.next(row_);
    broken_ = !any;
    if (!any || !*any) return any;
    entry = Entry{};
    if (row_.fields.size() != columns_.names.size()) {
      return wrong(
          fmt::format("expected {} fields, found {}", columns_.names.size(), row_.fields.size()),
          kHint);
    }
    entry.sample.name = row_.fields[columns_.name];
    entry.sample.line = row_.line;
    HIL_TRY(check_name(entry.sample));
    if (columns_.label) entry.label = row_.fields[*columns_.label];
    HIL_TRY(read_targets(entry.sample));
    for (const std::size_t i : columns_.slices)
      entry.sample.slices.push_back(printable(row_.fields[i]));
    return true;
  }

  [[nodiscard]] bool broken() const { return broken_; }
  [[nodiscard]] const Columns& columns() const { return columns_; }
  [[nodiscard]] const std::string& where() const { return where_; }
  [[nodiscard]] std::vector<std::string> names_of(const std::vector<std::size_t>& columns) const {
    std::vector<std::string> names;
    for (const std::size_t i : columns)
      names.push_back(columns_.names[i]);
    return names;
  }

 private:
  Status check_name(const Sample& sample) {
    if (!is_inside(sample.name)) {
      return wrong(
          fmt::format("\"{}\" is not the name of a file inside the folder", printable(sample.name)),
          "file names are relative to the folder of the manifest and without ..");
    }
    const auto [earlier, is_new] = lines_.try_emplace(sample.name, sample.line);
    if (!is_new) {
      return wrong(fmt::format("{} was already given in line {}", sample.name, earlier->second),
                   "each sample has one row");
    }
    std::error_code ignored;
    if (fs::is_regular_file(folder_ / sample.name, ignored)) return {};
    return wrong(fmt::format("there is no sample file {}", sample.name),
                 "get the sample files too, or take the row out");
  }

  Status read_targets(Sample& sample) {
    for (const std::size_t i : columns_.targets) {
      const auto value = number_of(row_.fields[i]);
      if (!value) {
        return wrong(
            fmt::format("{} \"{}\" is not a number", columns_.names[i], printable(row_.fields[i])),
            "targets are numbers that float32 holds");
      }
      sample.targets.push_back(*value);
    }
    return {};
  }

  [[nodiscard]] Error wrong(const std::string& what, const char* hint) const {
    return {Blame::kUser, fmt::format("{} line {}: {}", where_, row_.line, what), hint};
  }

  const fs::path& folder_;
  std::string where_;
  CsvReader rows_;
  CsvRow row_;
  Columns columns_;
  bool broken_ = false;
  std::unordered_map<std::string, std::uint32_t> lines_;  ///< by sample name
};

Status read_rows(ManifestReader& reader, Dataset& dataset, Problems* problems) {
  std::vector<std::string> labels;
  Entry entry;
  for (;;) {
    const auto any = reader.next(entry);
    if (!any) {
      if (problems == nullptr || reader.broken()) return any.error();
      problems->push_back(any.error());
      continue;
    }
    if (!*any) break;
    labels.push_back(std::move(entry.label));
    dataset.samples.push_back(std::move(entry.sample));
  }
  if (dataset.samples.empty()) {
    return Error{Blame::kUser, fmt::format("{} names no sample", reader.where()), kHint};
  }
  if (reader.columns().label) return assign_labels(dataset, labels, reader.where());
  dataset.has_labels = false;
  dataset.class_count = 0;
  dataset.label_names.clear();
  return {};
}

}  // namespace

Result<Dataset> load_manifest(const fs::path& folder, Problems* problems) {
  HIL_ASSIGN(const std::string text, read_text_file(folder / kManifestFile, kMaxBytes));
  Dataset dataset;
  dataset.folder = folder;
  dataset.layout = Layout::kManifest;
  dataset.label_file = kManifestFile;
  dataset.labels_sha256 =
      hex_of(sha256_of({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
  HIL_TRY(read_description_if_any(dataset));
  ManifestReader reader(folder, text);
  HIL_TRY(reader.read_columns());
  dataset.target_names = reader.names_of(reader.columns().targets);
  dataset.slice_names = reader.names_of(reader.columns().slices);
  HIL_TRY(read_rows(reader, dataset, problems));
  return dataset;
}

Status add_slices(Dataset& dataset) {
  HIL_ASSIGN(const std::string text, read_text_file(dataset.folder / kManifestFile, kMaxBytes));
  ManifestReader reader(dataset.folder, text);
  HIL_TRY(reader.read_columns());
  if (reader.columns().label || !reader.columns().targets.empty()) {
    return Error{Blame::kUser,
                 fmt::format("{}: labels stand in {} already", reader.where(), dataset.label_file),
                 "take the column label or target out of one of the two"};
  }
  std::unordered_map<std::string, Sample*> by_name;
  for (Sample& sample : dataset.samples)
    by_name.emplace(sample.name, &sample);
  Entry entry;
  for (;;) {
    HIL_ASSIGN(const bool any, reader.next(entry));
    if (!any) break;
    const auto found = by_name.find(entry.sample.name);
    if (found == by_name.end()) {
      return Error{Blame::kUser,
                   fmt::format("{} line {}: {} does not name {}", reader.where(), entry.sample.line,
                               dataset.label_file, entry.sample.name),
                   "take the row out, or label the sample"};
    }
    std::vector<std::string>& slices = found->second->slices;
    slices.insert(slices.end(), entry.sample.slices.begin(), entry.sample.slices.end());
    by_name.erase(found);
  }
  for (const std::string& name : reader.names_of(reader.columns().slices)) {
    if (std::find(dataset.slice_names.begin(), dataset.slice_names.end(), name) !=
        dataset.slice_names.end()) {
      return Error{Blame::kUser,
                   fmt::format("{}: column {} stands in {} already", reader.where(), name,
                               dataset.label_file),
                   "name it in one of the two"};
    }
    dataset.slice_names.push_back(name);
  }
  if (by_name.empty()) return {};
  return Error{Blame::kUser,
               fmt::format("{} has no row for {} samples, {} among them", reader.where(),
                           by_name.size(), by_name.begin()->first),
               "each sample needs a row"};
}

}  // namespace hil::data
