// SPDX-License-Identifier: Apache-2.0
// The bytes of one sample of a dataset.
#include "host/data/sample.hpp"

#include <fmt/format.h>

#include <fstream>
#include <limits>
#include <span>

#include "host/base/file.hpp"
#include "host/data/formats/decode.hpp"
#include "host/data/shapes.hpp"

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

/// One window of a raw file. The file may have changed since it was listed.
Result<std::vector<std::uint8_t>> read_window(const std::filesystem::path& path,
                                              const std::string& where, const Sample& sample,
                                              std::uint64_t window) {
  std::error_code fault;
  const bool regular = std::filesystem::is_regular_file(path, fault);
  std::ifstream file;
  if (regular) file.open(path, std::ios::binary);
  std::vector<std::uint8_t> bytes(sample.window_bytes);
  const std::uint64_t offset = window * sample.stride_bytes;
  if (!file.is_open() || !file.seekg(static_cast<std::streamoff>(offset)) ||
      !file.read(reinterpret_cast<char*>(bytes.data()),
                 static_cast<std::streamsize>(bytes.size()))) {
    return Error{Blame::kUser,
                 fmt::format("{}: {} bytes at byte {} cannot be read", where, bytes.size(), offset),
                 "the file was changed or removed: start again"};
  }
  return bytes;
}

/// The bytes of row @p sample.row of an array in memory.
std::span<const std::uint8_t> row_of(const Dataset& dataset, const Sample& sample) {
  const std::size_t row_bytes =
      static_cast<std::size_t>(element_count_of(dataset.shape).value_or(0)) *
      size_of(*dataset.element_type);
  return std::span(*dataset.rows)
      .subspan(static_cast<std::size_t>(sample.row) * row_bytes, row_bytes);
}

}  // namespace

std::string where_of(const Dataset& dataset, const Sample& sample) {
  const std::string path = (dataset.folder / sample.name).string();
  const std::string place = place_of(dataset, sample);
  return place.empty() ? path : fmt::format("{} ({})", path, place);
}

Status check_alike(const Dataset& dataset, const Tensor& tensor, const std::string& where) {
  if (tensor.type != dataset.element_type) {
    return Error{Blame::kUser,
                 fmt::format("{}: {} values, the first sample has {}", where, name_of(tensor.type),
                             name_of(dataset.element_type.value_or(tensor.type))),
                 "give all samples with the same element type"};
  }
  if (tensor.shape != dataset.shape) {
    return Error{
        Blame::kUser,
        fmt::format("{}: {}, the first sample has {}", where, shape_text(tensor.shape),
                    shape_text(dataset.shape)),
        "give all samples with the same shape, prepared as in training: nothing is resized "
        "or padded here"};
  }
  if (tensor.sample_rate_hz != dataset.sample_rate_hz) {
    return Error{Blame::kUser,
                 fmt::format("{}: {} Hz, the first sample has {} Hz", where, tensor.sample_rate_hz,
                             dataset.sample_rate_hz),
                 "record or resample all with the rate used in training"};
  }
  return {};
}

Result<std::vector<std::uint8_t>> read_sample(const Dataset& dataset, const Sample& sample,
                                              std::uint64_t element_count, ElementType type,
                                              std::uint64_t window) {
  const std::string where = where_of(dataset, sample);
  if (sample.window_bytes != 0) {
    if (sample.window_bytes / size_of(type) != element_count ||
        sample.window_bytes % size_of(type) != 0) {
      return wrong_size(where + ", window", sample.window_bytes, element_count, type);
    }
    return read_window(dataset.folder / sample.name, where, sample, window);
  }
  if (dataset.raw) {
    return read_exactly(dataset.folder / sample.name, where, element_count, type);
  }
  HIL_ASSIGN(Tensor tensor, load_sample(dataset, sample));
  HIL_TRY(check_alike(dataset, tensor, where));
  if (tensor.type == type && tensor.bytes.size() / size_of(type) == element_count) {
    return std::move(tensor.bytes);
  }
  return wrong_size(where, tensor.bytes.size(), element_count, type);
}

Result<Tensor> load_sample(const Dataset& dataset, const Sample& sample) {
  const std::string where = where_of(dataset, sample);
  const std::filesystem::path path = dataset.folder / sample.name;
  if (!dataset.raw && dataset.rows == nullptr) return decode_file(path, dataset.image, where);
  Tensor tensor;
  tensor.type = dataset.element_type.value_or(ElementType::kUint8);
  if (dataset.rows != nullptr) {
    const auto row = row_of(dataset, sample);
    tensor.bytes.assign(row.begin(), row.end());
    tensor.shape = dataset.shape;
    return tensor;
  }
  HIL_ASSIGN(tensor.bytes, read_file(path, kMaxSampleBytes));
  return tensor;
}

Result<Tensor> read_input_file(const std::filesystem::path& path,
                               const std::vector<std::int32_t>& input, ElementType raw_type) {
  if (file_format_of(path.filename().string()) != FileFormat::kRaw) {
    HIL_ASSIGN(Tensor tensor, decode_file(path, ImageChannels::kAsTheyAre, path.string()));
    Dataset alone;
    alone.folder = path;
    alone.raw = false;
    alone.shape = tensor.shape;
    alone.samples.emplace_back().name = path.filename().string();
    HIL_TRY(check_shapes(alone, input));
    return tensor;
  }
  Tensor tensor;
  tensor.type = raw_type;
  tensor.shape = input;
  HIL_ASSIGN(tensor.bytes, read_sample_file(path, element_count_of(input).value_or(0), raw_type));
  return tensor;
}

Result<std::vector<std::uint8_t>> read_sample_file(const std::filesystem::path& path,
                                                   std::uint64_t element_count, ElementType type) {
  return read_exactly(path, path.string(), element_count, type);
}

}  // namespace hil::data
