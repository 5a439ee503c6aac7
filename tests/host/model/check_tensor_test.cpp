// SPDX-License-Identifier: Apache-2.0
// Tensors that are refused: sentence and hint, word for word.
#include "host/model/check_tensor.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <tuple>
#include <vector>

namespace hil::model {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr const char* kFresh = ", the file is damaged | get a fresh copy of the model";

/// "what | hint" of @p tensor's refusal.
std::string said_of(const Tensor& tensor, Blame blame) {
  const Status status = check_tensor(tensor);
  if (status.ok()) return "none";
  EXPECT_EQ(status.error().blame, blame) << status.error().what;
  return status.error().what + " | " + status.error().hint;
}

TEST(TensorRefusal, AVariableWithContent) {
  const Bytes data(4);
  Tensor tensor;
  tensor.is_variable = true;
  tensor.data = data;
  EXPECT_EQ(said_of(tensor, Blame::kUser), std::string("is a variable and a constant") + kFresh);
}

TEST(TensorRefusal, Shapes) {
  const std::tuple<std::vector<std::int32_t>, TensorType, const char*> cases[] = {
      {{1, 1, 1, 1, 1, 1, 1},
       TensorType::kInt8,
       "has 7 dimensions, at most 6 are supported | reshape it in the model"},
      {{2, -1},
       TensorType::kInt8,
       "has a dimension of -1 | "
       "convert the model with fixed shapes, all dimensions at least 1"},
      {{(1 << 24) + 1},
       TensorType::kInt8,
       "has a dimension of 16777217, at most 16777216 is supported | make the tensor smaller"},
      {{1 << 24, 32}, TensorType::kFloat32, "has more than 2 GB | make the tensor smaller"},
      {{1 << 24, 1 << 24, 1 << 24},
       TensorType::kInt8,
       "has more than 2 GB | make the tensor smaller"},
      {{1 << 24, 127}, TensorType::kInt8, "none"},
  };
  for (const auto& [shape, type, expected] : cases) {
    Tensor tensor;
    tensor.type = type;
    tensor.shape = shape;
    EXPECT_EQ(said_of(tensor, Blame::kModel), expected);
  }
}

TEST(TensorRefusal, Quantisation) {
  const float nan = std::nanf("");
  const auto said_with = [](const std::vector<float>& scales,
                            const std::vector<std::int64_t>& zero_points) {
    const std::vector<std::int32_t> shape{1, 2};
    Tensor tensor;
    tensor.type = TensorType::kInt8;
    tensor.shape = shape;
    tensor.scales = scales;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(zero_points.data());
    tensor.zero_points = {bytes, zero_points.size()};
    tensor.quantized_dimension = 1;
    return said_of(tensor, Blame::kUser);
  };
  EXPECT_EQ(said_with({nan}, {0}), std::string("has a scale of nan") + kFresh);
  EXPECT_EQ(said_with({-0.5F}, {0}), std::string("has a scale of -0.5") + kFresh);
  EXPECT_EQ(said_with({0.5F}, {128}), std::string("has a zero point of 128") + kFresh);
  EXPECT_EQ(said_with({0.5F, 1, 2}, {0}), std::string("has 3 scales for 2 channels") + kFresh);
  EXPECT_EQ(said_with({0.5F, 1}, {0, 0, 0}),
            std::string("has 2 scales but 3 zero points") + kFresh);
  EXPECT_EQ(said_with({0.5F, 1}, {0, 0}), "none");
}

}  // namespace
}  // namespace hil::model
