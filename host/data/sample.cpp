// SPDX-License-Identifier: Apache-2.0
// The bytes of one sample of a dataset.
#include "host/data/sample.hpp"

#include <fmt/format.h>

#include <limits>

#include "host/base/file.hpp"
#include "host/data/mlperf_folder.hpp"

namespace hil::data {
namespace {

constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

/// Another element type under which @p got_bytes would be right.
std::string size_hint(std::uint64_t got_bytes, std::uint64_t element_count) {
  for (const auto type : {ElementType::kInt8, ElementType::kInt16, ElementType::kFloat32}) {
    if (got_bytes / size_of(type) == element_count && got_bytes % size_of(type) == 0) {
      return fmt::format("the file has {} bytes per element: state its type with --input-type",
                         size_of(type));
    }
  }
  return "check that dataset and model belong together";
}

Error wrong_size(const std::string& where, std::uint64_t got_bytes, std::uint64_t element_count,
                 ElementType type) {
  return {Blame::kUser,
          fmt::format("{}: {} bytes, expected {} ({} x {})", where, got_bytes,
                      element_count * size_of(type), element_count, name_of(type)),
          size_hint(got_bytes, element_count)};
}

Result<std::vector<std::uint8_t>> read_exactly(const std::filesystem::path& path,
                                               const std::string& where,
                                               std::uint64_t element_count, ElementType type) {
  if (element_count > kNoLimit / size_of(type)) {
    return Error{Blame::kBug, fmt::format("{}: {} elements asked for", where, element_count), ""};
  }
  const std::uint64_t expected_bytes = element_count * size_of(type);
  std::error_code no_size;
  const std::uint64_t got_bytes = std::filesystem::file_size(path, no_size);
  if (!no_size && got_bytes != expected_bytes) {
    return wrong_size(where, got_bytes, element_count, type);
  }
  HIL_ASSIGN(std::vector<std::uint8_t> bytes, read_file(path, expected_bytes));
  if (bytes.size() != expected_bytes) return wrong_size(where, bytes.size(), element_count, type);
  return bytes;
}

}  // namespace

Result<std::vector<std::uint8_t>> read_sample(const Dataset& dataset, const Sample& sample,
                                              std::uint64_t element_count, ElementType type) {
  const std::filesystem::path path = dataset.folder / sample.name;
  const std::string where = fmt::format("{} ({} line {})", path.string(), kLabelFile, sample.line);
  return read_exactly(path, where, element_count, type);
}

Result<std::vector<std::uint8_t>> read_sample_file(const std::filesystem::path& path,
                                                   std::uint64_t element_count, ElementType type) {
  return read_exactly(path, path.string(), element_count, type);
}

}  // namespace hil::data
