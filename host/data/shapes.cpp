// SPDX-License-Identifier: Apache-2.0
// Whether samples of one shape may be given to an input of another.
#include "host/data/shapes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/data/formats/decode.hpp"

namespace hil::data {
namespace {

using Shape = std::vector<std::int32_t>;

Shape without_ones(Shape shape) {
  shape.erase(std::remove(shape.begin(), shape.end(), 1), shape.end());
  return shape;
}

bool is_image(const Dataset& dataset) {
  if (dataset.raw || dataset.rows != nullptr || dataset.samples.empty()) return false;
  const FileFormat format = file_format_of(dataset.samples.front().name);
  return format == FileFormat::kPng || format == FileFormat::kJpeg;
}

/// What to do about images that do not fit.
std::string image_hint(const Shape& image, const Shape& input) {
  Shape grey = image, colour = image;
  grey.back() = 1;
  colour.back() = 3;
  const Shape wanted = without_ones(input);
  if (image.back() == 3 && without_ones(grey) == wanted) {
    return "state \"image\": \"grey\" in dataset.json to turn colour into grey";
  }
  if (image.back() == 1 && without_ones(colour) == wanted) {
    return "state \"image\": \"rgb\" in dataset.json to give grey as three channels";
  }
  return "resize the images to the model's input as it was done in training; it is not done here, "
         "because how it is done changes accuracy";
}

}  // namespace

Status check_shapes(const Dataset& dataset, const Shape& input) {
  const Shape sample = without_ones(dataset.shape);
  const Shape wanted = without_ones(input);
  const bool same_count = element_count_of(dataset.shape) == element_count_of(input);
  const bool plain_row = sample.size() <= 1 || wanted.size() <= 1;
  if (sample == wanted || (same_count && plain_row)) return {};
  std::string hint = "check that dataset and model belong together";
  if (is_image(dataset)) {
    hint = image_hint(dataset.shape, input);
  } else if (same_count) {
    hint = "give the samples in the order of the model's input (numpy: transpose or reshape)";
  }
  return Error{Blame::kUser,
               fmt::format("{} has samples of {}, the model's input is {}", dataset.folder.string(),
                           shape_text(dataset.shape), shape_text(input)),
               hint};
}

}  // namespace hil::data
