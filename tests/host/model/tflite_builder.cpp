// SPDX-License-Identifier: Apache-2.0
// Content of the small files that tests write.
#include "tests/host/model/tflite_builder.hpp"

#include <random>

namespace hil::model::test {

std::vector<std::uint8_t> some_bytes(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<std::uint8_t> bytes(count);
  for (auto& byte : bytes)
    byte = static_cast<std::uint8_t>(random());
  return bytes;
}

FileText small_network() {
  FileText file;
  const std::vector<float> per_channel = {0.01F, 0.02F, 0.03F, 0.04F};
  const std::vector<std::int64_t> zeros = {0, 0, 0, 0};
  const auto int32 = TensorType::kInt32;
  file.tensors = {
      {.shape = {1, 6, 6, 2}, .zero_points = {-3}, .name = "input"},
      {.shape = {4, 3, 3, 2}, .scales = per_channel, .zero_points = zeros, .data = some_bytes(72)},
      {.shape = {4},
       .type = int32,
       .scales = per_channel,
       .zero_points = zeros,
       .data = std::vector<std::uint8_t>(16)},
      {.shape = {1, 6, 6, 4}, .zero_points = {5}},
      {.shape = {1, 3, 3, 4}, .scales = {0.02F}, .data = some_bytes(36, 2)},
      {.shape = {1, 6, 6, 4}, .zero_points = {1}},
      {.shape = {4}, .scales = {0.25F}, .data = some_bytes(4, 3)},
      {.shape = {1, 6, 6, 4}, .zero_points = {7}},
      {.shape = {1, 3, 3, 4}, .zero_points = {7}},
      {.shape = {2}, .type = int32, .scales = {}, .data = {1, 0, 0, 0, 36, 0, 0, 0}},
      {.shape = {1, 36}, .zero_points = {7}},
      {.shape = {4, 36}, .scales = {0.01F}, .data = some_bytes(144, 4)},
      {.shape = {1, 4}, .scales = {0.125F}},
      {.shape = {1, 4}, .scales = {1.0F / 256.0F}, .zero_points = {-128}, .name = "output"},
  };
  file.operators = {
      {3, {0, 1, 2}, {3}, 1, conv_options(Padding::kSame, 1, Activation::kRelu)},
      {4, {3, 4}, {5}, 2, depthwise_options(Padding::kSame, 1)},
      {0, {5, 6}, {7}, 11, add_options()},
      {1, {7}, {8}, 5, pool_options(Padding::kValid, 2, 2)},
      {22, {8, 9}, {10}, 0, nullptr},
      {9, {10, 11, -1}, {12}, 8, fully_connected_options()},
      {25, {12}, {13}, 9, softmax_options(1.0F)},
  };
  file.inputs = {0};
  file.outputs = {13};
  return file;
}

}  // namespace hil::model::test
