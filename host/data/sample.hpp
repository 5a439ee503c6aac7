// SPDX-License-Identifier: Apache-2.0
// The bytes of one sample of a dataset.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/data/dataset.hpp"
#include "host/data/element_type.hpp"
#include "host/data/formats/tensor.hpp"

namespace hil::data {

/// Reads window @p window (0 if it has none) of @p sample of @p dataset: @p element_count elements
/// of @p type, little-endian, row by row.
///   kUser  the file is gone, unreadable, damaged, or of another size, type, shape or sample rate
///          than the dataset's (file, line, what it is and what was expected are named)
Result<std::vector<std::uint8_t>> read_sample(const Dataset& dataset, const Sample& sample,
                                              std::uint64_t element_count, ElementType type,
                                              std::uint64_t window = 0);

/// All of @p sample, whatever its windows: as it is in the file, raw bytes with the dataset's
/// element type (u8 if nothing states one) and without a shape. Sizes are not compared with
/// anything.
///   kUser  the file is gone, unreadable, damaged or larger than kMaxSampleBytes
Result<Tensor> load_sample(const Dataset& dataset, const Sample& sample);

/// Compares @p tensor, a sample of @p dataset whose files say what they are, with the others'
/// element type, shape and sample rate. @p where names it.
///   kUser  it differs
Status check_alike(const Dataset& dataset, const Tensor& tensor, const std::string& where);

/// Path and, where there is one, the line of the label file: for errors.
std::string where_of(const Dataset& dataset, const Sample& sample);

/// Reads a file outside a dataset for an input of shape @p input: decoded by its name (decode.hpp),
/// a raw one is taken for values of @p raw_type.
///   kUser  unreadable, damaged, or of another size or shape
Result<Tensor> read_input_file(const std::filesystem::path& path,
                               const std::vector<std::int32_t>& input, ElementType raw_type);

/// The same as read_sample() for a raw file outside a dataset.
Result<std::vector<std::uint8_t>> read_sample_file(const std::filesystem::path& path,
                                                   std::uint64_t element_count, ElementType type);

}  // namespace hil::data
