// SPDX-License-Identifier: Apache-2.0
// Raw outputs of every sample as CSV, written while the run goes on.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/file.hpp"
#include "host/base/result.hpp"
#include "host/data/element_type.hpp"

namespace hil::report {

/// @p text as a CSV field, quoted where it has to be. Source: RFC 4180, section 2.
std::string csv_field(std::string_view text);

/// Type and number of elements of one output tensor.
struct OutputFormat {
  data::ElementType type = data::ElementType::kInt8;
  std::size_t element_count = 0;
};

/// The file `name,label,out0,out1,...`: one row per sample, all output tensors one after the other,
/// values raw (integers as they are, floats with as many digits as bring them back exactly).
///
/// Rows go to a temporary file; finish() gives it its name. Without finish() nothing remains, so a
/// run that ended early leaves a file only if its caller asks for it.
class OutputsCsv {
 public:
  /// Starts the file with its header.
  ///   kUser  the folder is missing or not writable, the disk is full
  static Result<OutputsCsv> create(const std::filesystem::path& path,
                                   std::vector<OutputFormat> outputs);

  /// Adds the row of one sample; @p outputs are the bytes of each output tensor.
  ///   kUser  the disk is full
  ///   kBug   the outputs do not have the sizes announced
  Status add(std::string_view name, std::uint32_t label,
             std::span<const std::vector<std::uint8_t>> outputs);

  /// Flushes the rows so far to the disk and gives the file its name.
  ///   kUser  the disk is full
  Status finish();

 private:
  OutputsCsv(AtomicFile file, std::vector<OutputFormat> outputs);

  AtomicFile file_;
  std::vector<OutputFormat> outputs_;
};

}  // namespace hil::report
