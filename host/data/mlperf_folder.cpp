// SPDX-License-Identifier: Apache-2.0
// Reader of datasets in the folder layout of MLPerf Tiny: y_labels.csv beside the sample files.
#include "host/data/mlperf_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <unordered_map>

#include "host/base/digest.hpp"
#include "host/base/file.hpp"
#include "host/data/description.hpp"

namespace hil::data {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxLabelFileBytes = 64 << 20;
constexpr const char* kLineHint =
    "each line is `file name,number of classes,class`, without a header line";

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

/// Whether a file of that name lies inside the folder it is relative to and may be printed.
bool is_inside(std::string_view name) {
  for (const char c : name) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  }
  const fs::path path(name);
  return !path.empty() && path.is_relative() && path.has_filename() &&
         std::find(path.begin(), path.end(), fs::path("..")) == path.end();
}

/// Turns lines of the label file into samples of a Dataset.
class LabelReader {
 public:
  explicit LabelReader(Dataset& dataset) : dataset_(dataset) {}

  /// @p line is without its newline; @p number counts from 1.
  Status add(std::string_view line, std::uint32_t number) {
    number_ = number;
    if (trimmed(line).empty()) return {};
    const auto commas = std::count(line.begin(), line.end(), ',');
    if (commas != 2) return wrong(fmt::format("expected 3 fields, found {}", commas + 1));
    Sample sample;
    sample.name = std::string(trimmed(cut(line, ',')));
    sample.line = number;
    HIL_TRY(read_class_count(trimmed(cut(line, ','))));
    HIL_TRY(read_label(trimmed(line), sample.label));
    HIL_TRY(check_name(sample));
    dataset_.samples.push_back(std::move(sample));
    return {};
  }

 private:
  [[nodiscard]] Error wrong(const std::string& what, const char* hint = kLineHint) const {
    return {Blame::kUser,
            fmt::format("{} line {}: {}", (dataset_.folder / kLabelFile).string(), number_, what),
            hint};
  }

  Status read_number(std::string_view text, const char* name, std::uint32_t& value) const {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
      return wrong(fmt::format("{} \"{}\" is not a number", name, text));
    }
    return {};
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

  static std::string printable(std::string text) {
    std::replace_if(
        text.begin(), text.end(),
        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
    return text;
  }

  Dataset& dataset_;
  std::uint32_t number_ = 0;
  std::unordered_map<std::string, std::uint32_t> lines_;  ///< by sample name
};

Status read_label_file(Dataset& dataset) {
  const fs::path path = dataset.folder / kLabelFile;
  HIL_ASSIGN(const std::string text, read_text_file(path, kMaxLabelFileBytes));
  dataset.labels_sha256 =
      hex_of(sha256_of({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
  std::string_view left = text;
  if (left.starts_with("\xEF\xBB\xBF")) left.remove_prefix(3);
  LabelReader reader(dataset);
  for (std::uint32_t number = 1; !left.empty(); ++number) {
    HIL_TRY(reader.add(cut(left, '\n'), number));
  }
  if (!dataset.samples.empty()) return {};
  return Error{Blame::kUser, fmt::format("{} names no sample", path.string()), kLineHint};
}

}  // namespace

Result<Dataset> load_mlperf_folder(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) {
    return Error{Blame::kUser, fmt::format("there is no dataset folder {}", folder.string()),
                 fmt::format("give a folder that holds {} and the sample files", kLabelFile)};
  }
  Dataset dataset;
  dataset.folder = folder;
  HIL_TRY(read_label_file(dataset));
  if (fs::exists(folder / kDescriptionFile, ignored)) {
    HIL_TRY(read_description(folder / kDescriptionFile, dataset));
  }
  return dataset;
}

}  // namespace hil::data
