// SPDX-License-Identifier: Apache-2.0
// A model with as many samples of its dataset as a test wants, over and over.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "host/data/load.hpp"
#include "host/measure/sample_source.hpp"

namespace hil::measure::test {

struct Cycled {
  model::CompiledModel model;
  SampleSource source;
};

/// @p count samples (files), of the dataset at @p folder from its first on, again and again.
inline Cycled cycled(const std::string& file, const std::string& folder, std::size_t count) {
  auto model = model::load(file);
  EXPECT_TRUE(model) << model.error().what;
  auto dataset = data::load_dataset(folder);
  EXPECT_TRUE(dataset) << dataset.error().what;
  const std::vector<data::Sample> all = dataset->samples;
  dataset->samples.clear();
  for (std::size_t i = 0; i < count; ++i)
    dataset->samples.push_back(all[i % all.size()]);
  auto source = SampleSource::make(std::move(*dataset), *model, {});
  EXPECT_TRUE(source) << source.error().what;
  return {std::move(*model), std::move(*source)};
}

}  // namespace hil::measure::test
