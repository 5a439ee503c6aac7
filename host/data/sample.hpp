// SPDX-License-Identifier: Apache-2.0
// The bytes of one sample of a dataset.
#pragma once

#include <cstdint>
#include <vector>

#include "host/base/result.hpp"
#include "host/data/dataset.hpp"
#include "host/data/element_type.hpp"

namespace hil::data {

/// Reads @p sample of @p dataset: @p element_count elements of @p type, little-endian, row by row.
///   kUser  the file is gone, unreadable, or of another size (file, line, both sizes are named)
Result<std::vector<std::uint8_t>> read_sample(const Dataset& dataset, const Sample& sample,
                                              std::uint64_t element_count, ElementType type);

/// The same for a file outside a dataset.
Result<std::vector<std::uint8_t>> read_sample_file(const std::filesystem::path& path,
                                                   std::uint64_t element_count, ElementType type);

}  // namespace hil::data
