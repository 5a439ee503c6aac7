// SPDX-License-Identifier: Apache-2.0
// From what a file says of its samples' classes to class indices.
#pragma once

#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/data/dataset.hpp"

namespace hil::data {

/// Sets label, class_count and label_names from @p labels, one text per sample of @p dataset:
/// where dataset.json names the labels each text is one of the names, else an index; otherwise
/// whole numbers are indices (classes 0 to the largest), and anything else are names, which become
/// classes in alphabetical order. @p where names the file.
///   kUser  an empty label, a name or index that dataset.json does not have, a number that is no
///          index, too many classes (the sample is named)
Status assign_labels(Dataset& dataset, const std::vector<std::string>& labels,
                     const std::string& where);

/// The same for labels that are numbers already.
Status assign_indices(Dataset& dataset, const std::vector<std::int64_t>& indices,
                      const std::string& where);

}  // namespace hil::data
