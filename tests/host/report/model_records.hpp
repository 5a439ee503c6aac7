// SPDX-License-Identifier: Apache-2.0
// Records of compared models, for the tests of writers.
#pragma once

#include "host/results/record.hpp"

namespace hil::report {

/// 400 samples of 4 classes, 17 of which flip, in slices of two columns.
results::Record models_record();

/// The same without classes: outputs are compared as values.
results::Record values_record();

}  // namespace hil::report
