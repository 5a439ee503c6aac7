// SPDX-License-Identifier: Apache-2.0
// Reader of datasets in the folder layout of MLPerf Tiny: y_labels.csv beside the sample files.
#include "host/data/mlperf_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "host/base/digest.hpp"
#include "host/base/file.hpp"
#include "host/data/description.hpp"
#include "host/data/manifest.hpp"
#include "host/data/names.hpp"

namespace hil::data {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxLabelFileBytes = 64 << 20;
constexpr const char* kLineHint =
    "each line is `file name,number of classes,class`, with or without `,window,stride`";
/// Fields of a line that also has window and stride.
constexpr std::size_t kWindowFields = 5;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// Cuts @p text at the first @p separator: the part before it is returned, @p text keeps the rest.
std::string_view cut(std::string_view& text, char separator) {
  const auto end = text.find(separator);
  const std::string_view head = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return head;
}

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  for (bool more = true; more;) {
    more = line.find(',') != std::string_view::npos;
    fields.push_back(trimmed(cut(line, ',')));
  }
  return fields;
}

/// Turns lines of the label file into samples of a Dataset.
class LabelReader {
 public:
  explicit LabelReader(Dataset& dataset) : dataset_(dataset) {}

  /// @p line is without its newline; @p number counts from 1.
  Status add(std::string_view line, std::uint32_t number) {
    number_ = number;
    if (trimmed(line).empty()) return {};
    const auto fields = fields_of(line);
    const bool first = std::exchange(first_, false);
    if (first && is_header(fields)) return read_header(fields);
    if (first) windows_ = fields.size() == kWindowFields;
    const std::size_t expected = plain_fields() + dataset_.slice_names.size();
    if (fields.size() != expected) {
      return wrong(fmt::format("expected {} fields, found {}", expected, fields.size()));
    }
    Sample sample;
    sample.name = std::string(fields[0]);
    sample.line = number;
    HIL_TRY(read_class_count(fields[1]));
    HIL_TRY(read_label(fields[2], sample.label));
    HIL_TRY(check_name(sample));
    if (windows_) HIL_TRY(read_window(fields[3], fields[4], sample));
    for (std::size_t i = plain_fields(); i < fields.size(); ++i)
      sample.slices.push_back(printable(std::string(fields[i])));
    dataset_.samples.push_back(std::move(sample));
    return {};
  }

 private:
  [[nodiscard]] Error wrong(const std::string& what, const char* hint = kLineHint) const {
    return {Blame::kUser,
            fmt::format("{} line {}: {}", (dataset_.folder / kLabelFile).string(), number_, what),
            hint};
  }

  [[nodiscard]] std::size_t plain_fields() const { return windows_ ? kWindowFields : 3; }

  static bool is_header(const std::vector<std::string_view>& fields) {
    return fields.size() > 2 && fields[0] == "name" && fields[1] == "classes" &&
           fields[2] == "class";
  }

  Status read_header(const std::vector<std::string_view>& fields) {
    windows_ = fields.size() >= kWindowFields && fields[3] == "window_bytes" &&
               fields[4] == "stride_bytes";
    for (std::size_t i = plain_fields(); i < fields.size(); ++i) {
      const std::string name(fields[i]);
      const auto& known = dataset_.slice_names;
      if (name.empty() || !is_printable(name) ||
          std::find(known.begin(), known.end(), name) != known.end()) {
        return wrong(fmt::format("column {} has no name of its own", i + 1));
      }
      dataset_.slice_names.push_back(name);
    }
    return {};
  }

  Status read_number(std::string_view text, const char* name, std::uint32_t& value) const {
    const auto number = whole_number_of(text);
    if (!number) {
      return wrong(fmt::format("{} \"{}\" is not a number", name, printable(std::string(text))));
    }
    value = *number;
    return {};
  }

  Status read_window(std::string_view window, std::string_view stride, Sample& sample) const {
    HIL_TRY(read_number(window, "window", sample.window_bytes));
    HIL_TRY(read_number(stride, "stride", sample.stride_bytes));
    if (sample.window_bytes == 0 || sample.stride_bytes == 0) {
      return wrong("window and stride are not both above 0");
    }
    std::error_code ignored;
    sample.size_bytes = fs::file_size(dataset_.folder / sample.name, ignored);
    if (!ignored && sample.size_bytes >= sample.window_bytes) return {};
    return wrong(
        fmt::format("{} is shorter than its window of {} bytes", sample.name, sample.window_bytes),
        "get the whole file, or correct the window");
  }

  Status read_class_count(std::string_view text) {
    std::uint32_t count = 0;
    HIL_TRY(read_number(text, "number of classes", count));
    if (count == 0 || count > kMaxClasses) {
      return wrong(fmt::format("number of classes {} is not 1 to {}", count, kMaxClasses));
    }
    if (dataset_.class_count == 0) dataset_.class_count = count;
    if (count == dataset_.class_count) return {};
    return wrong(fmt::format("number of classes {} differs from {} in line {}", count,
                             dataset_.class_count, dataset_.samples.front().line));
  }

  Status read_label(std::string_view text, std::uint32_t& label) const {
    HIL_TRY(read_number(text, "class", label));
    if (label < dataset_.class_count) return {};
    return wrong(fmt::format("class {} is not 0 to {}", label, dataset_.class_count - 1));
  }

  Status check_name(const Sample& sample) {
    if (!is_inside(sample.name)) {
      return wrong(
          fmt::format("\"{}\" is not the name of a file inside the folder", printable(sample.name)),
          "file names are relative to the folder of the label file and without ..");
    }
    const auto [earlier, is_new] = lines_.try_emplace(sample.name, number_);
    if (!is_new) {
      return wrong(fmt::format("{} was already given in line {}", sample.name, earlier->second),
                   "each sample has one line");
    }
    std::error_code ignored;
    if (fs::is_regular_file(dataset_.folder / sample.name, ignored)) return {};
    return wrong(fmt::format("there is no sample file {}", sample.name),
                 "get the sample files too, or take the line out");
  }

  Dataset& dataset_;
  std::uint32_t number_ = 0;
  bool first_ = true;
  bool windows_ = false;
  std::unordered_map<std::string, std::uint32_t> lines_;  ///< by sample name
};

Status read_label_file(Dataset& dataset, Problems* problems) {
  const fs::path path = dataset.folder / kLabelFile;
  HIL_ASSIGN(const std::string text, read_text_file(path, kMaxLabelFileBytes));
  dataset.labels_sha256 =
      hex_of(sha256_of({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
  std::string_view left = text;
  if (left.starts_with("\xEF\xBB\xBF")) left.remove_prefix(3);
  LabelReader reader(dataset);
  for (std::uint32_t number = 1; !left.empty(); ++number) {
    const Status added = reader.add(cut(left, '\n'), number);
    if (added.ok()) continue;
    if (problems == nullptr) return added;
    problems->push_back(added.error());
  }
  if (!dataset.samples.empty()) return {};
  return Error{Blame::kUser, fmt::format("{} names no sample", path.string()), kLineHint};
}

}  // namespace

Result<Dataset> load_mlperf_folder(const fs::path& folder, Problems* problems) {
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) {
    return Error{Blame::kUser, fmt::format("there is no dataset folder {}", folder.string()),
                 fmt::format("give a folder that holds {} and the sample files", kLabelFile)};
  }
  Dataset dataset;
  dataset.folder = folder;
  HIL_TRY(read_label_file(dataset, problems));
  HIL_TRY(read_description_if_any(dataset));
  std::error_code none;
  if (fs::exists(folder / kManifestFile, none)) HIL_TRY(add_slices(dataset));
  return dataset;
}

}  // namespace hil::data
