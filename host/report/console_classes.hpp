// SPDX-License-Identifier: Apache-2.0
// The classification part of the console report: classes and confusions.
#pragma once

#include <cstddef>
#include <string>

#include "host/results/record.hpp"

namespace hil::report {

/// Label, samples, correct, recall, precision and (from 72 columns on) F1 of each class and of all.
/// Of more than 40 classes the 20 with the lowest recall.
std::string class_table(const results::Classification& classification, std::size_t width);

/// The confusion matrix for up to 12 classes if it fits in @p width columns, else the ten largest
/// confusions. Empty if there is no sample.
std::string confusion_table(const results::Classification& classification, std::size_t width);

}  // namespace hil::report
