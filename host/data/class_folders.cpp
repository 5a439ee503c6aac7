// SPDX-License-Identifier: Apache-2.0
// Reader of datasets whose classes are folders.
#include "host/data/class_folders.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/base/digest.hpp"
#include "host/data/description.hpp"
#include "host/data/names.hpp"

namespace hil::data {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFiles = 10'000'000;

Error wrong(const fs::path& path, const std::string& what) {
  return {Blame::kUser, fmt::format("{}: {}", printable(path.string()), what),
          "one folder per class, in it only the files of its samples"};
}

/// Names in @p folder, sorted, without hidden ones; folders or anything else.
Result<std::vector<std::string>> names_in(const fs::path& folder, bool folders) {
  std::vector<std::string> names;
  std::error_code fault;
  fs::directory_iterator entry(folder, fault);
  for (; !fault && entry != fs::directory_iterator(); entry.increment(fault)) {
    std::error_code ignored;
    const std::string name = entry->path().filename().string();
    if (name.starts_with('.') || entry->is_directory(ignored) != folders) continue;
    if (!is_printable(name)) return wrong(entry->path(), "a name with control characters");
    if (names.size() == kMaxFiles) return wrong(folder, "too many files");
    names.push_back(name);
  }
  if (fault) return wrong(folder, fault.message());
  std::sort(names.begin(), names.end());
  return names;
}

Status check_names(const Dataset& dataset, const std::vector<std::string>& folders) {
  for (const std::string& name : folders) {
    const auto& known = dataset.label_names;
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    return wrong(dataset.folder / name, "the folder is none of the \"labels\" in dataset.json");
  }
  return {};
}

/// The samples of class @p label.
Status add_class(Dataset& dataset, std::uint32_t label, std::string& listing) {
  const std::string& name = dataset.label_names[label];
  const fs::path folder = dataset.folder / name;
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) return {};
  HIL_ASSIGN(const auto deeper, names_in(folder, true));
  if (!deeper.empty()) return wrong(folder / deeper.front(), "a folder within a class");
  HIL_ASSIGN(const auto files, names_in(folder, false));
  for (const std::string& file : files) {
    Sample sample;
    sample.name = name + "/" + file;
    sample.label = label;
    listing += sample.name + "\n";
    dataset.samples.push_back(std::move(sample));
  }
  return {};
}

}  // namespace

Result<Dataset> load_class_folders(const fs::path& folder) {
  Dataset dataset;
  dataset.folder = folder;
  dataset.layout = Layout::kClassFolders;
  dataset.label_file.clear();
  HIL_TRY(read_description_if_any(dataset));
  HIL_ASSIGN(auto classes, names_in(folder, true));
  if (classes.empty() || classes.size() > kMaxClasses) {
    return wrong(folder, fmt::format("{} folders, expected 1 to {}", classes.size(), kMaxClasses));
  }
  if (dataset.label_names.empty()) {
    dataset.label_names = std::move(classes);
    dataset.class_count = static_cast<std::uint32_t>(dataset.label_names.size());
  } else {
    HIL_TRY(check_names(dataset, classes));
  }
  std::string listing;  // what states the labels here is where the files lie
  for (std::uint32_t label = 0; label < dataset.class_count; ++label)
    HIL_TRY(add_class(dataset, label, listing));
  if (dataset.samples.empty()) return wrong(folder, "no class has a sample");
  dataset.labels_sha256 =
      hex_of(sha256_of({reinterpret_cast<const std::uint8_t*>(listing.data()), listing.size()}));
  return dataset;
}

}  // namespace hil::data
