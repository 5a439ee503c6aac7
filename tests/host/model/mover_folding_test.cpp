// SPDX-License-Identifier: Apache-2.0
// Data movers and conversions through the compiler: types the golden vectors lack, every refusal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <random>

#include "host/model/model.hpp"
#include "tests/host/model/tflite_builder.hpp"

namespace hil::model {
namespace {

using test::FileText;
using test::MakeOptions;
using test::TensorText;
using test::write_tflite;
using testing::HasSubstr;
using Shape = std::vector<std::int32_t>;

template <class T>
std::vector<std::uint8_t> bytes_of(const std::vector<T>& values) {
  std::vector<std::uint8_t> bytes(values.size() * sizeof(T));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

/// A constant int32 tensor without quantisation.
TensorText integers(const Shape& values) {
  return {.shape = {static_cast<std::int32_t>(values.size())},
          .type = TensorType::kInt32,
          .scales = {},
          .zero_points = {},
          .data = bytes_of(values)};
}

/// One operator of all tensors but the last @p outputs, which it writes; activations are inputs.
FileText one_operator(std::int32_t code, std::vector<TensorText> tensors,
                      std::uint8_t options_type = 0, const MakeOptions& options = nullptr,
                      std::size_t outputs = 1) {
  FileText file;
  file.tensors = std::move(tensors);
  test::OperatorText op{code, {}, {}, options_type, options};
  for (std::size_t i = 0; i < file.tensors.size(); ++i) {
    const auto index = static_cast<std::int32_t>(i);
    const bool is_output = i + outputs >= file.tensors.size();
    (is_output ? op.outputs : op.inputs).push_back(index);
    if (is_output) file.outputs.push_back(index);
    if (!is_output && file.tensors[i].data.empty()) file.inputs.push_back(index);
  }
  file.operators = {op};
  return file;
}

TensorText activation(const Shape& shape, TensorType type = TensorType::kInt8) {
  return {.shape = shape, .type = type};
}

/// The first output for @p inputs; fails the test if the file does not compile and run.
std::vector<std::uint8_t> run(const FileText& file,
                              const std::vector<std::vector<std::uint8_t>>& inputs) {
  const auto model = compile(write_tflite(file), "mover.tflite");
  EXPECT_TRUE(model.ok()) << model.error().what;
  if (!model.ok()) return {};
  auto runner = ReferenceRunner::make(*model);
  EXPECT_TRUE(runner.ok()) << runner.error().what;
  if (!runner.ok()) return {};
  const auto outputs = runner->run(inputs);
  EXPECT_TRUE(outputs.ok());
  return outputs.ok() ? outputs->at(0) : std::vector<std::uint8_t>{};
}

TEST(MoverFolding, PadsInt16AndInt32) {
  const std::vector<std::int16_t> x{1, -2};
  FileText file = one_operator(34, {activation({2}, TensorType::kInt16), integers({1, 2}),
                                    activation({5}, TensorType::kInt16)});
  EXPECT_EQ(run(file, {bytes_of(x)}), bytes_of<std::int16_t>({0, 1, -2, 0, 0}));
  file = one_operator(60, {activation({1}, TensorType::kInt32), integers({0, 2}), integers({-9}),
                           activation({3}, TensorType::kInt32)});
  EXPECT_EQ(run(file, {bytes_of<std::int32_t>({70000})}), bytes_of<std::int32_t>({70000, -9, -9}));
}

TEST(MoverFolding, PaddingsMayBeInt64) {
  FileText file = one_operator(34, {activation({1}), integers({}), activation({3})});
  file.tensors[1] = {.shape = {1, 2},
                     .type = TensorType::kInt64,
                     .scales = {},
                     .zero_points = {},
                     .data = bytes_of<std::int64_t>({2, 0})};
  file.inputs = {0};
  EXPECT_EQ(run(file, {{5}}), (std::vector<std::uint8_t>{0, 0, 5}));
}

TEST(MoverFolding, TransposesSixDimensionsOfInt16) {
  FileText file = one_operator(
      39, {activation({1, 2, 1, 3, 1, 1}, TensorType::kInt16), integers({5, 3, 0, 1, 4, 2}),
           activation({1, 3, 1, 2, 1, 1}, TensorType::kInt16)});
  EXPECT_EQ(run(file, {bytes_of<std::int16_t>({1, 2, 3, 4, 5, 6})}),
            bytes_of<std::int16_t>({1, 4, 2, 5, 3, 6}));
}

MakeOptions slice_options(std::int32_t begin_mask, std::int32_t end_mask, std::int32_t shrink) {
  return [=](test::Builder& fbb) {
    return tflite::CreateStridedSliceOptions(fbb, begin_mask, end_mask, 0, 0, shrink).Union();
  };
}

FileText slice(const Shape& in, const Shape& begin, const Shape& end, const Shape& strides,
               const Shape& out, const MakeOptions& options = slice_options(0, 0, 0)) {
  return one_operator(
      45, {activation(in), integers(begin), integers(end), integers(strides), activation(out)},
      tflite::BuiltinOptions_StridedSliceOptions, options);
}

/// What x[begin:end:stride] takes of @p size elements, read off the definition of Python's slices.
Shape taken(std::int32_t begin, std::int32_t end, std::int32_t stride, std::int32_t size) {
  if (begin < 0) begin += size;
  if (end < 0) end += size;
  Shape indices;
  for (std::int32_t i = 0; i < size; ++i) {
    const std::int32_t at = stride > 0 ? i : size - 1 - i;
    const std::int32_t first = stride > 0 ? std::max(begin, 0) : std::min(begin, size - 1);
    const std::int32_t steps = stride > 0 ? at - first : first - at;
    const bool inside = stride > 0 ? at < end : at > end;
    if (steps >= 0 && steps % std::abs(stride) == 0 && inside) indices.push_back(at);
  }
  return indices;
}

TEST(MoverFolding, SlicesAsPythonDoes) {
  std::mt19937 random(11);
  const auto draw = [&random](int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  int sliced = 0;
  for (int round = 0; round < 2000; ++round) {
    Shape in(2), begin(2), end(2), strides(2), out(2);
    std::vector<Shape> indices;
    for (std::size_t i = 0; i < 2; ++i) {
      in[i] = draw(1, 7);
      begin[i] = draw(-10, 9);
      end[i] = draw(-10, 9);
      strides[i] = draw(0, 1) == 0 ? draw(1, 4) : draw(-4, -1);
      indices.push_back(taken(begin[i], end[i], strides[i], in[i]));
      out[i] = static_cast<std::int32_t>(indices[i].size());
    }
    const auto x = test::some_bytes(static_cast<std::size_t>(in[0] * in[1]));
    if (out[0] == 0 || out[1] == 0) {
      EXPECT_FALSE(compile(write_tflite(slice(in, begin, end, strides, {1, 1})), "s").ok());
      continue;
    }
    std::vector<std::uint8_t> expected;
    for (const std::int32_t row : indices[0]) {
      for (const std::int32_t column : indices[1])
        expected.push_back(x[static_cast<std::size_t>(row * in[1] + column)]);
    }
    ASSERT_EQ(run(slice(in, begin, end, strides, out), {x}), expected) << "round " << round;
    ++sliced;
  }
  EXPECT_GT(sliced, 150);
}

TEST(MoverFolding, QuantisesInt32WithAnyZeroPoint) {
  FileText file = one_operator(114, {activation({2}, TensorType::kInt32), activation({2})});
  file.tensors[0].zero_points = {1000000};
  file.tensors[1].zero_points = {3};
  EXPECT_EQ(run(file, {bytes_of<std::int32_t>({1000005, 999999})}), bytes_of<std::int8_t>({8, 2}));
}

MakeOptions resize_options(bool align_corners, bool half_pixel_centers) {
  return [=](test::Builder& fbb) {
    return tflite::CreateResizeBilinearOptions(fbb, align_corners, half_pixel_centers).Union();
  };
}

FileText pad() {
  return one_operator(34, {activation({2, 3}), integers({1, 0, 0, 2}), activation({3, 5})});
}
FileText pad_v2() {
  FileText file = one_operator(
      60, {activation({2}), integers({1, 0}), {.shape = {}, .data = {7}}, activation({3})});
  return file;
}
FileText transpose() {
  return one_operator(39, {activation({2, 3}), integers({1, 0}), activation({3, 2})});
}
FileText strided_slice() {
  return slice({4}, {1}, {3}, {1}, {2});
}
FileText concatenation() {
  return one_operator(2, {activation({2, 3}), activation({2, 1}), activation({2, 4})},
                      tflite::BuiltinOptions_ConcatenationOptions, [](test::Builder& fbb) {
                        return tflite::CreateConcatenationOptions(fbb, -1).Union();
                      });
}
FileText split() {
  return one_operator(
      49, {integers({1}), activation({2, 4}), activation({2, 2}), activation({2, 2})},
      tflite::BuiltinOptions_SplitOptions,
      [](test::Builder& fbb) { return tflite::CreateSplitOptions(fbb, 2).Union(); }, 2);
}
FileText resize() {
  return one_operator(23, {activation({1, 2, 2, 3}), integers({4, 5}), activation({1, 4, 5, 3})},
                      tflite::BuiltinOptions_ResizeBilinearOptions, resize_options(false, false));
}
FileText quantize() {
  return one_operator(114, {activation({2}, TensorType::kFloat32), activation({2})});
}
FileText dequantize() {
  return one_operator(6, {activation({2}), activation({2}, TensorType::kFloat32)});
}
FileText squeeze() {
  return one_operator(43, {activation({2, 1, 3}), activation({2, 3})});
}

using Make = FileText (*)();

TEST(MoverFolding, TheModelsBelowAreGoodBeforeTheyAreChanged) {
  for (const Make make : {pad, pad_v2, transpose, strided_slice, concatenation, split, resize,
                          quantize, dequantize, squeeze}) {
    const auto model = compile(write_tflite(make()), "good.tflite");
    EXPECT_TRUE(model.ok()) << model.error().what;
  }
}

struct Refusal {
  const char* name;
  Make make;
  std::function<void(FileText&)> change;
  const char* says;
};

class RefusedMove : public testing::TestWithParam<Refusal> {};

TEST_P(RefusedMove, NamesTheOperatorAndTheReason) {
  FileText file = GetParam().make();
  GetParam().change(file);
  const auto compiled = compile(write_tflite(file), "refused.tflite");
  ASSERT_FALSE(compiled.ok());
  EXPECT_EQ(compiled.error().blame, Blame::kModel) << compiled.error().what;
  EXPECT_THAT(compiled.error().what, HasSubstr(GetParam().says));
  EXPECT_FALSE(compiled.error().hint.empty());
}

using F = FileText;

const Refusal kRefusedPads[] = {
    {"PadNotConstant", pad,
     [](F& f) {
       f.tensors[1].data = {};
       f.inputs = {0, 1};
     },
     "operator 0 (PAD) needs constant integers as its paddings"},
    {"PadCount", pad,
     [](F& f) {
       f.tensors[1] = integers({1, 0, 0});
     },
     "operator 0 (PAD) needs 4 values as its paddings"},
    {"PadNegative", pad,
     [](F& f) {
       f.tensors[1] = integers({2, -1, 0, 2});
     },
     "operator 0 (PAD) has paddings that do not lead"},
    {"PadHuge", pad,
     [](F& f) {
       f.tensors[1] = integers({1, 0, 2147483647, 2});
     },
     "operator 0 (PAD) has paddings that do not lead"},
    {"PadShape", pad,
     [](F& f) {
       f.tensors[2].shape = {3, 4};
     },
     "operator 0 (PAD) has paddings that do not lead"},
    {"PadRank", pad, [](F& f) { f.tensors[2].shape = {15}; },
     "operator 0 (PAD) has an output of another rank"},
    {"PadType", pad, [](F& f) { f.tensors[2].type = TensorType::kInt16; }, "is not supported"},
    {"PadV2Quantisation", pad_v2, [](F& f) { f.tensors[2].zero_points = {1}; },
     "operator 0 (PADV2) has a value of another quantisation"},
    {"PadV2Values", pad_v2,
     [](F& f) {
       f.tensors[2].shape = {2};
       f.tensors[2].data = {1, 2};
     },
     "operator 0 (PADV2) needs one constant"},
};
const Refusal kRefusedViews[] = {
    {"TransposeTwice", transpose,
     [](F& f) {
       f.tensors[1] = integers({1, 1});
     },
     "operator 0 (TRANSPOSE) takes a dimension of its input twice"},
    {"TransposeAxis", transpose,
     [](F& f) {
       f.tensors[1] = integers({2, 0});
     },
     "operator 0 (TRANSPOSE) goes along axis 2 of 2 dimensions"},
    {"TransposeShape", transpose,
     [](F& f) {
       f.tensors[2].shape = {2, 3};
     },
     "operator 0 (TRANSPOSE) has an output that is not its input transposed"},
    {"SliceStride", strided_slice, [](F& f) { f.tensors[3] = integers({0}); },
     "operator 0 (STRIDED_SLICE) has a stride of 0"},
    {"SliceWide", strided_slice,
     [](F& f) {
       f.tensors[2].type = TensorType::kInt64;
       f.tensors[2].data = bytes_of<std::int64_t>({std::int64_t{1} << 32});
     },
     "operator 0 (STRIDED_SLICE) has a begin, end or stride beyond 32 bits"},
    {"SliceEmpty", strided_slice, [](F& f) { f.tensors[1] = integers({3}); },
     "operator 0 (STRIDED_SLICE) takes nothing"},
    {"SliceShape", strided_slice, [](F& f) { f.tensors[4].shape = {3}; },
     "operator 0 (STRIDED_SLICE) has an output of another shape"},
    {"SliceShrinksBehindTheEnd", strided_slice,
     [](F& f) {
       f.tensors[1] = integers({4});
       f.tensors[4].shape = {};
       f.operators[0].options = slice_options(0, 0, 1);
     },
     "operator 0 (STRIDED_SLICE) takes nothing"},
    {"SliceShrinksBackwards", strided_slice,
     [](F& f) {
       f.tensors[3] = integers({-1});
       f.tensors[4].shape = {};
       f.operators[0].options = slice_options(0, 0, 1);
     },
     "operator 0 (STRIDED_SLICE) takes nothing"},
    {"SqueezeShape", squeeze,
     [](F& f) {
       f.tensors[1].shape = {3, 2};
     },
     "operator 0 (SQUEEZE) has an output that differs from its input"},
};
const Refusal kRefusedJoins[] = {
    {"JoinActivation", concatenation,
     [](F& f) {
       f.operators[0].options = [](test::Builder& fbb) {
         return tflite::CreateConcatenationOptions(fbb, 1, 1).Union();
       };
     },
     "operator 0 (CONCATENATION) has a fused activation"},
    {"JoinAxis", concatenation,
     [](F& f) {
       f.operators[0].options = [](test::Builder& fbb) {
         return tflite::CreateConcatenationOptions(fbb, -3).Union();
       };
     },
     "operator 0 (CONCATENATION) goes along axis -3 of 2 dimensions"},
    {"JoinShape", concatenation,
     [](F& f) {
       f.tensors[1].shape = {1, 1};
     },
     "operator 0 (CONCATENATION) has an input 1 whose shape does not fit"},
    {"JoinTotal", concatenation,
     [](F& f) {
       f.tensors[2].shape = {2, 5};
     },
     "operator 0 (CONCATENATION) joins 4 along axis 1, but its output has 5"},
    {"JoinScale", concatenation, [](F& f) { f.tensors[0].scales = {0.25F}; },
     "operator 0 (CONCATENATION) has an input 0 of another quantisation"},
    {"JoinType", concatenation, [](F& f) { f.tensors[1].type = TensorType::kInt16; },
     "is not supported"},
    {"SplitCount", split,
     [](F& f) {
       f.operators[0].options = [](test::Builder& fbb) {
         return tflite::CreateSplitOptions(fbb, 4).Union();
       };
     },
     "operator 0 (SPLIT) says 4 parts, but has 2 outputs"},
    {"SplitAxis", split, [](F& f) { f.tensors[0] = integers({2}); },
     "operator 0 (SPLIT) goes along axis 2 of 2 dimensions"},
    {"SplitShape", split,
     [](F& f) {
       f.tensors[3].shape = {2, 1};
     },
     "operator 0 (SPLIT) has outputs that are not 2 equal parts along axis 1"},
};
const Refusal kRefusedConversions[] = {
    {"ResizeBoth", resize, [](F& f) { f.operators[0].options = resize_options(true, true); },
     "operator 0 (RESIZE_BILINEAR) has both align_corners and half_pixel_centers"},
    {"ResizeSize", resize,
     [](F& f) {
       f.tensors[1] = integers({4, 4});
     },
     "operator 0 (RESIZE_BILINEAR) makes images of 4x4, but its output is 4x5"},
    {"ResizeDepth", resize,
     [](F& f) {
       f.tensors[2].shape = {1, 4, 5, 2};
     },
     "operator 0 (RESIZE_BILINEAR) needs an input and an output of four dimensions"},
    {"ResizeSide", resize,
     [](F& f) {
       f.tensors[1] = integers({65536, 5});
       f.tensors[2].shape = {1, 65536, 5, 3};
     },
     "operator 0 (RESIZE_BILINEAR) has images with a side above 65535"},
    {"QuantizeSize", quantize, [](F& f) { f.tensors[1].shape = {3}; },
     "operator 0 (QUANTIZE) has an output with another number of elements"},
    {"QuantizeScale", quantize, [](F& f) { f.tensors[1].scales = {}; },
     "operator 0 (QUANTIZE) needs quantisation"},
    {"QuantizeFactor", quantize,
     [](F& f) {
       f.tensors[0].type = TensorType::kInt16;
       f.tensors[0].scales = {1e9F};
       f.tensors[1].scales = {1e-9F};
     },
     "operator 0 (QUANTIZE) has an input scale of more than 2^30 times"},
    {"QuantizeToInt32", quantize, [](F& f) { f.tensors[1].type = TensorType::kInt32; },
     "is not supported"},
    {"DequantizeScale", dequantize, [](F& f) { f.tensors[0].scales = {0.0F}; },
     "operator 0 (DEQUANTIZE) cannot use scale 0"},
    {"DequantizeSize", dequantize, [](F& f) { f.tensors[1].shape = {1}; },
     "operator 0 (DEQUANTIZE) has an output with another number of elements"},
};

const auto kName = [](const testing::TestParamInfo<Refusal>& tested) {
  return std::string(tested.param.name);
};
INSTANTIATE_TEST_SUITE_P(Pads, RefusedMove, testing::ValuesIn(kRefusedPads), kName);
INSTANTIATE_TEST_SUITE_P(Views, RefusedMove, testing::ValuesIn(kRefusedViews), kName);
INSTANTIATE_TEST_SUITE_P(Joins, RefusedMove, testing::ValuesIn(kRefusedJoins), kName);
INSTANTIATE_TEST_SUITE_P(Conversions, RefusedMove, testing::ValuesIn(kRefusedConversions), kName);

}  // namespace
}  // namespace hil::model
