// SPDX-License-Identifier: Apache-2.0
// The digits fixture as model and samples.
#pragma once

#include <gtest/gtest.h>

#include <optional>

#include "host/data/mlperf_folder.hpp"
#include "host/measure/sample_source.hpp"

namespace hil::measure::test {

struct Digits {
  model::CompiledModel model;
  data::Dataset dataset;
  [[nodiscard]] Result<SampleSource> source(std::optional<data::ElementType> type = {}) const {
    return SampleSource::make(dataset, model, type);
  }
};

inline Digits load_digits() {
  auto model = model::load("fixtures/digits/digits_int8.tflite");
  EXPECT_TRUE(model) << model.error().what;
  auto dataset = data::load_mlperf_folder("fixtures/digits/test");
  EXPECT_TRUE(dataset) << dataset.error().what;
  return {std::move(model).value(), std::move(dataset).value()};
}

}  // namespace hil::measure::test
