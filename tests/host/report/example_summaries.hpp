// SPDX-License-Identifier: Apache-2.0
// Summaries of models of our own, for the writers' tests.
#pragma once

#include <cstddef>

#include "host/model/summary.hpp"

namespace hil::report {

/// The fixture digits_int8.tflite.
model::ModelSummary digits_summary();

/// One of each common operator, with a board that has too little memory.
model::ModelSummary tight_summary();

/// As above, with two operators that have no kernel.
model::ModelSummary unsupported_summary();

/// A residual network of @p blocks blocks of three operators each: skip connections.
model::ModelSummary residual_summary(std::size_t blocks);

/// Names that would steer a terminal or break XML.
model::ModelSummary hostile_summary();

}  // namespace hil::report
