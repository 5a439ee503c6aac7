// SPDX-License-Identifier: Apache-2.0
// A labelled set of samples, as every reader gives it and every measurement takes it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/data/element_type.hpp"

namespace hil::data {

/// Above this the confusion matrix alone would take more than 128 MB.
inline constexpr std::uint32_t kMaxClasses = 4096;

/// What is wrong with single samples. Readers that are given such a list put errors there, leave
/// the sample out and go on, so that a check can show all of them; without they fail at the first.
using Problems = std::vector<Error>;

/// How the samples lie on the disk (load.hpp says how each one is recognised).
enum class Layout : std::uint8_t {
  kMlperfFolder,  ///< y_labels.csv and one file per sample
  kManifest,      ///< manifest.csv and one file per sample
  kNpyPair,       ///< x.npy and y.npy
  kNpz,           ///< one .npz with members x and y
  kCsvRows,       ///< one .csv, a sample a row
  kClassFolders,  ///< one folder per class
};

/// Channels that images are given with.
enum class ImageChannels : std::uint8_t { kAsTheyAre, kGrey, kRgb };

/// One sample's place and label; its bytes are read when needed.
struct Sample {
  std::string name{};       ///< file name relative to the dataset's folder; "x.npy[17]" for a row
  std::uint32_t label = 0;  ///< class index, < class_count; 0 where there are no labels
  std::uint32_t line = 0;   ///< line in the label file, from 1; 0 if the layout has no such file
  std::uint32_t window_bytes = 0;     ///< bytes of one inference; 0: the whole file is one input
  std::uint32_t stride_bytes = 0;     ///< from one window to the next; 0 only if window_bytes is
  std::uint64_t size_bytes = 0;       ///< of the file, when it was listed; only with windows
  std::uint64_t row = 0;              ///< its place in Dataset::rows, if that is there
  std::vector<float> targets{};       ///< of a regression; else empty
  std::vector<std::string> slices{};  ///< one value per entry of Dataset::slice_names

  /// Inferences this sample gives: (size - window) / stride + 1, or 1 without windows; 0 if it is
  /// shorter than a window, which readers refuse.
  [[nodiscard]] std::uint64_t window_count() const {
    if (window_bytes == 0) return 1;
    if (size_bytes < window_bytes) return 0;
    return stride_bytes == 0 ? 1 : (size_bytes - window_bytes) / stride_bytes + 1;
  }
};

struct Dataset {
  std::filesystem::path folder;
  Layout layout = Layout::kMlperfFolder;
  /// Name of the file that Sample::line counts in; empty where samples have no lines.
  std::string label_file = "y_labels.csv";
  bool has_labels = true;         ///< false: Sample::label means nothing
  std::uint32_t class_count = 0;  ///< 0 for a regression and without labels
  std::vector<Sample> samples;
  std::vector<std::string> label_names;     ///< empty or class_count entries
  std::vector<std::string> target_names;    ///< of a regression: one per target, else empty
  std::vector<std::string> slice_names;     ///< extra columns of the manifest, in its order
  std::optional<ElementType> element_type;  ///< of the files or dataset.json; else they are raw
  std::vector<std::int32_t> shape;   ///< of one sample, row by row; empty if nothing states it
  float scale = 0;                   ///< of quantised samples (dataset.json); 0: plain numbers
  std::int32_t zero_point = 0;       ///< real = scale * (q - zero_point)
  std::uint32_t sample_rate_hz = 0;  ///< of WAV files, else 0
  ImageChannels image = ImageChannels::kAsTheyAre;  ///< from dataset.json
  /// Whether the samples are raw bytes, which say nothing of their type themselves.
  bool raw = true;
  /// All samples one after the other, of element_type and shape, where they are no files of their
  /// own (NPY pair, NPZ, CSV); copies of the dataset share them.
  std::shared_ptr<const std::vector<std::uint8_t>> rows;
  std::string license;        ///< from dataset.json, may be empty
  std::string source;         ///< from dataset.json, may be empty
  std::string labels_sha256;  ///< of what states the labels, hexadecimal; empty if there is none
};

/// Elements of one tensor of @p shape, each dimension at least 1; 1 for no dimension, nothing if
/// a dimension is below 1 or the product beyond 2^40.
std::optional<std::uint64_t> element_count_of(const std::vector<std::int32_t>& shape);

/// "49x10x1"; "scalar" for no dimension.
std::string shape_text(const std::vector<std::int32_t>& shape);

/// Words for people: "folder of MLPerf Tiny (y_labels.csv)", "folder per class", ...
const char* name_of(Layout layout);

/// "y_labels.csv line 17" or, where there are no lines, an empty text.
std::string place_of(const Dataset& dataset, const Sample& sample);

/// "tst_000016.bin, y_labels.csv line 17"
std::string text_of(const Dataset& dataset, const Sample& sample);

}  // namespace hil::data
