// SPDX-License-Identifier: Apache-2.0
// The options of operators as plain typed structs, one per kind of operator.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

namespace hil::model {

/// Numbers of the .tflite format.
enum class Padding : std::int8_t { kSame = 0, kValid = 1 };

/// Numbers of the .tflite format.
enum class Activation : std::int8_t {
  kNone = 0,
  kRelu = 1,
  kReluN1To1 = 2,
  kRelu6 = 3,
  kTanh = 4,
  kSignBit = 5,
};

/// Of operators that have none, or whose options are not read.
struct NoOptions {};

/// CONV_2D and DEPTHWISE_CONV_2D; values as in the file, checked when folding.
struct ConvOptions {
  Padding padding = Padding::kSame;
  std::int32_t stride_h = 0, stride_w = 0;
  std::int32_t dilation_h = 1, dilation_w = 1;
  std::int32_t depth_multiplier = 0;  ///< DEPTHWISE_CONV_2D only; 0 if not given
  Activation activation = Activation::kNone;
};

struct PoolOptions {
  Padding padding = Padding::kSame;
  std::int32_t stride_h = 0, stride_w = 0;
  std::int32_t filter_h = 0, filter_w = 0;
  Activation activation = Activation::kNone;
};

struct FullyConnectedOptions {
  Activation activation = Activation::kNone;
  std::int8_t weights_format = 0;  ///< 0: [out, in] row-major
};

/// ADD, SUB and MUL.
struct AddOptions {
  Activation activation = Activation::kNone;
};

struct LeakyReluOptions {
  float alpha = 0;
};

struct SoftmaxOptions {
  float beta = 0;
};

struct ConcatenationOptions {
  std::int32_t axis = 0;
  Activation activation = Activation::kNone;
};

struct StridedSliceOptions {
  std::int32_t begin_mask = 0, end_mask = 0, shrink_axis_mask = 0;  ///< bit n: dimension n
};

struct SplitOptions {
  std::int32_t num_splits = 0;
};

/// PACK and UNPACK.
struct PackOptions {
  std::int32_t axis = 0;
};

/// RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR.
struct ResizeOptions {
  bool align_corners = false;
  bool half_pixel_centers = false;
};

/// SVDF.
struct SvdfOptions {
  std::int32_t rank = 0;
  Activation activation = Activation::kNone;
};

/// UNIDIRECTIONAL_SEQUENCE_LSTM.
struct LstmOptions {
  Activation activation = Activation::kNone;
  float cell_clip = 0;  ///< 0 or less: none
  bool time_major = false;
  bool diagonal_recurrent = false;
};

/// CALL_ONCE.
struct CallOnceOptions {
  std::int32_t graph = 0;  ///< index into Model::graphs, unchecked
};

/// VAR_HANDLE: together the name of a variable; views of the file.
struct VarHandleOptions {
  std::string_view container, shared_name;
};

using Options = std::variant<NoOptions, ConvOptions, PoolOptions, FullyConnectedOptions, AddOptions,
                             SoftmaxOptions, LeakyReluOptions, ConcatenationOptions,
                             StridedSliceOptions, SplitOptions, PackOptions, ResizeOptions,
                             SvdfOptions, LstmOptions, CallOnceOptions, VarHandleOptions>;

}  // namespace hil::model
