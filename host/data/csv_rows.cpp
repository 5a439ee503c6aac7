// SPDX-License-Identifier: Apache-2.0
// Reader of datasets that are one CSV file with a sample in each row.
#include "host/data/csv_rows.hpp"

#include <fmt/format.h>

#include <cstring>

#include "host/base/digest.hpp"
#include "host/base/file.hpp"
#include "host/data/description.hpp"
#include "host/data/formats/csv.hpp"
#include "host/data/labels.hpp"
#include "host/data/names.hpp"

namespace hil::data {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxBytes = 256U << 20;
constexpr const char* kHint = "each row is the sample's features, then its label";

/// Takes one row after the other.
class RowTaker {
 public:
  RowTaker(Dataset& dataset, std::string where) : dataset_(dataset), where_(std::move(where)) {}

  Status take(const CsvRow& row) {
    if (columns_ == 0) {
      columns_ = row.fields.size();
      if (columns_ < 2) return wrong(row, "expected features and a label, found 1 field");
      if (!number_of(row.fields.front())) {
        regression_ = row.fields.back() == "target";
        return {};
      }
    }
    if (row.fields.size() != columns_) {
      return wrong(row, fmt::format("expected {} fields, found {}", columns_, row.fields.size()));
    }
    for (std::size_t i = 0; i + 1 < columns_; ++i) {
      const auto value = number_of(row.fields[i]);
      if (!value) {
        return wrong(row, fmt::format("field {} \"{}\" is no number that float32 holds", i + 1,
                                      printable(row.fields[i].substr(0, 40))));
      }
      const std::size_t at = values_.size();
      values_.resize(at + sizeof(float));
      std::memcpy(values_.data() + at, &*value, sizeof(float));
    }
    return add_sample(row);
  }

  /// Shape, values and labels, once all rows are taken.
  Status finish() {
    if (dataset_.samples.empty()) {
      return Error{Blame::kUser, fmt::format("{} holds no sample", where_), kHint};
    }
    dataset_.shape = {static_cast<std::int32_t>(columns_ - 1)};
    dataset_.rows = std::make_shared<const std::vector<std::uint8_t>>(std::move(values_));
    if (!regression_) return assign_labels(dataset_, labels_, where_);
    dataset_.has_labels = false;
    dataset_.class_count = 0;
    dataset_.label_names.clear();
    dataset_.target_names = {"target"};
    return {};
  }

 private:
  Status add_sample(const CsvRow& row) {
    Sample sample;
    sample.row = dataset_.samples.size();
    sample.name = fmt::format("{}[{}]", dataset_.label_file, sample.row);
    sample.line = row.line;
    if (regression_) {
      const auto target = number_of(row.fields.back());
      if (!target) {
        return wrong(row, fmt::format("target \"{}\" is not a number",
                                      printable(row.fields.back().substr(0, 40))));
      }
      sample.targets.push_back(*target);
    } else {
      labels_.push_back(row.fields.back());
    }
    dataset_.samples.push_back(std::move(sample));
    return {};
  }

  [[nodiscard]] Error wrong(const CsvRow& row, const std::string& what) const {
    return {Blame::kUser, fmt::format("{} line {}: {}", where_, row.line, what), kHint};
  }

  Dataset& dataset_;
  std::string where_;
  std::size_t columns_ = 0;
  bool regression_ = false;
  std::vector<std::uint8_t> values_;
  std::vector<std::string> labels_;
};

}  // namespace

Result<Dataset> load_csv_rows(const fs::path& file) {
  HIL_ASSIGN(const std::string text, read_text_file(file, kMaxBytes));
  Dataset dataset;
  const fs::path parent = file.parent_path();
  dataset.folder = parent.empty() ? "." : parent;
  dataset.layout = Layout::kCsvRows;
  dataset.label_file = file.filename().string();
  dataset.labels_sha256 =
      hex_of(sha256_of({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
  HIL_TRY(read_description_if_any(dataset));
  if (dataset.element_type.value_or(ElementType::kFloat32) != ElementType::kFloat32) {
    return Error{
        Blame::kUser,
        fmt::format("{}: \"element_type\" is {}, values of CSV files are f32",
                    (dataset.folder / kDescriptionFile).string(), name_of(*dataset.element_type)),
        "take \"element_type\" out of dataset.json"};
  }
  const std::vector<std::int32_t> stated = dataset.shape;
  dataset.element_type = ElementType::kFloat32;
  dataset.raw = false;
  CsvReader reader(text, file.string());
  RowTaker taker(dataset, file.string());
  CsvRow row;
  for (;;) {
    HIL_ASSIGN(const bool any, reader.next(row));
    if (!any) break;
    HIL_TRY(taker.take(row));
  }
  HIL_TRY(taker.finish());
  if (stated.empty()) return dataset;
  if (element_count_of(stated) != element_count_of(dataset.shape)) {
    return Error{Blame::kUser,
                 fmt::format("{}: {} features a row, dataset.json says {}", file.string(),
                             dataset.shape.front(), shape_text(stated)),
                 "correct \"shape\" in dataset.json"};
  }
  dataset.shape = stated;
  return dataset;
}

}  // namespace hil::data
