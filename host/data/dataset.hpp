// SPDX-License-Identifier: Apache-2.0
// A labelled set of samples, as every reader gives it and every measurement takes it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/data/element_type.hpp"

namespace hil::data {

/// One sample's place and label; its bytes are read when needed.
struct Sample {
  std::string name;         ///< file name relative to the dataset's folder
  std::uint32_t label = 0;  ///< class index, < class_count
  std::uint32_t line = 0;   ///< line in the label file, from 1
};

struct Dataset {
  std::filesystem::path folder;
  std::uint32_t class_count = 0;
  std::vector<Sample> samples;
  std::vector<std::string> label_names;     ///< empty or class_count entries
  std::optional<ElementType> element_type;  ///< from dataset.json; raw bytes are ambiguous without
  float scale = 0;              ///< of quantised samples, from dataset.json; 0: plain numbers
  std::int32_t zero_point = 0;  ///< real = scale * (q - zero_point)
  std::string license;          ///< from dataset.json, may be empty
  std::string source;           ///< from dataset.json, may be empty
  std::string labels_sha256;    ///< of the label file, hexadecimal
};

}  // namespace hil::data
