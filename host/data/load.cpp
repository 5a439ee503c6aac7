// SPDX-License-Identifier: Apache-2.0
// Datasets of every layout, behind one function.
#include "host/data/load.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/data/arrays.hpp"
#include "host/data/class_folders.hpp"
#include "host/data/csv_rows.hpp"
#include "host/data/formats/decode.hpp"
#include "host/data/manifest.hpp"
#include "host/data/mlperf_folder.hpp"
#include "host/data/names.hpp"

namespace hil::data {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLayoutHint =
    "give a folder with y_labels.csv or manifest.csv, x.npy and y.npy, one .npz, one .csv, or one "
    "folder per class";

/// The only file in @p folder with that extension; empty if there is none or more than one.
fs::path only_file(const fs::path& folder, const char* extension) {
  fs::path found;
  std::error_code fault;
  fs::directory_iterator entry(folder, fault);
  for (; !fault && entry != fs::directory_iterator(); entry.increment(fault)) {
    std::error_code ignored;
    if (entry->path().extension() != extension || !entry->is_regular_file(ignored)) continue;
    if (!found.empty()) return {};
    found = entry->path();
  }
  return found;
}

bool has_folder(const fs::path& folder) {
  std::error_code fault;
  fs::directory_iterator entry(folder, fault);
  for (; !fault && entry != fs::directory_iterator(); entry.increment(fault)) {
    std::error_code ignored;
    if (entry->is_directory(ignored) && !entry->path().filename().string().starts_with('.')) {
      return true;
    }
  }
  return false;
}

Result<Dataset> load_folder(const fs::path& folder, Problems* problems) {
  std::error_code ignored;
  if (fs::exists(folder / kLabelFile, ignored)) return load_mlperf_folder(folder, problems);
  if (fs::exists(folder / kManifestFile, ignored)) return load_manifest(folder, problems);
  if (fs::exists(folder / "x.npy", ignored)) return load_npy_pair(folder);
  if (const fs::path file = only_file(folder, ".npz"); !file.empty()) return load_npz(file);
  if (const fs::path file = only_file(folder, ".csv"); !file.empty()) return load_csv_rows(file);
  if (has_folder(folder)) return load_class_folders(folder);
  return Error{Blame::kUser, fmt::format("{} is no dataset", folder.string()), kLayoutHint};
}

Result<Dataset> load_file(const fs::path& file) {
  const std::string extension = file.extension().string();
  if (extension == ".npz") return load_npz(file);
  if (extension == ".csv") return load_csv_rows(file);
  if (file.filename() == "x.npy") {
    return load_npy_pair(file.has_parent_path() ? file.parent_path() : fs::path("."));
  }
  return Error{Blame::kUser, fmt::format("{} is no dataset", file.string()), kLayoutHint};
}

Error contradiction(const Dataset& dataset, const Sample& sample, const std::string& file_says,
                    const std::string& description_says, const char* key) {
  return {Blame::kUser,
          fmt::format("{} holds {}, {} says {}", (dataset.folder / sample.name).string(), file_says,
                      kDescriptionFile, description_says),
          fmt::format("take \"{}\" out of {}: the files say it", key, kDescriptionFile)};
}

/// Takes type, shape, rate and scale from @p tensor, the content of @p sample.
Status take_format(Dataset& dataset, const Sample& sample, const Tensor& tensor) {
  if (dataset.element_type.value_or(tensor.type) != tensor.type) {
    return contradiction(dataset, sample, fmt::format("{} values", name_of(tensor.type)),
                         std::string(name_of(*dataset.element_type)), "element_type");
  }
  if (!dataset.shape.empty() && dataset.shape != tensor.shape) {
    return contradiction(dataset, sample, shape_text(tensor.shape), shape_text(dataset.shape),
                         "shape");
  }
  dataset.raw = false;
  dataset.element_type = tensor.type;
  dataset.shape = tensor.shape;
  dataset.sample_rate_hz = tensor.sample_rate_hz;
  if (dataset.scale == 0) dataset.scale = tensor.scale;
  return {};
}

Status check_formats(const Dataset& dataset) {
  const auto is_raw = [](const Sample& sample) {
    return file_format_of(sample.name) == FileFormat::kRaw;
  };
  const Sample& first = dataset.samples.front();
  for (const Sample& sample : dataset.samples) {
    if (is_raw(sample) != is_raw(first)) {
      return Error{Blame::kUser,
                   fmt::format("{} and {} cannot be in one dataset: one is raw, the other is not",
                               (dataset.folder / first.name).string(), printable(sample.name)),
                   "give all samples in one format"};
    }
    if (!is_raw(sample) && sample.window_bytes != 0) {
      return Error{Blame::kUser,
                   fmt::format("{}: windows are for raw files", text_of(dataset, sample)),
                   "cut the file into one per input, or give its values as raw .bin"};
    }
  }
  return {};
}

/// Learns from the first readable sample what all must be.
Status settle(Dataset& dataset, bool lenient) {
  if (dataset.rows != nullptr) return {};
  HIL_TRY(check_formats(dataset));
  if (file_format_of(dataset.samples.front().name) == FileFormat::kRaw) return {};
  std::optional<Error> first_error;
  for (const Sample& sample : dataset.samples) {
    const fs::path path = dataset.folder / sample.name;
    const auto tensor = decode_file(path, dataset.image, path.string());
    if (tensor) return take_format(dataset, sample, *tensor);
    if (!first_error) first_error = tensor.error();
    if (!lenient) break;
  }
  return *first_error;
}

}  // namespace

Result<Dataset> load_dataset(const fs::path& path, Problems* problems) {
  std::error_code ignored;
  const auto kind = fs::status(path, ignored).type();
  if (kind != fs::file_type::directory && kind != fs::file_type::regular) {
    return Error{Blame::kUser, fmt::format("there is no dataset {}", path.string()), kLayoutHint};
  }
  auto dataset = kind == fs::file_type::directory ? load_folder(path, problems) : load_file(path);
  if (!dataset) return dataset;
  HIL_TRY(settle(*dataset, problems != nullptr));
  return dataset;
}

}  // namespace hil::data
