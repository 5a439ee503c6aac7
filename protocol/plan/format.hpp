// SPDX-License-Identifier: Apache-2.0
// The plan: what the host makes of a model and the agent executes. Plain structs, little-endian.
#pragma once

#include <bit>
#include <cstdint>

namespace hil::plan {

static_assert(std::endian::native == std::endian::little, "plans are little-endian only");

inline constexpr std::uint32_t kMagic = 0x4C50'4948;  ///< "HIPL" as bytes in the file
inline constexpr std::uint16_t kMajor = 1;            ///< another major is refused
inline constexpr std::uint16_t kMinor = 0;            ///< a newer minor is accepted
inline constexpr std::uint32_t kAlignment = 16;       ///< of the blob in memory and of its sections
inline constexpr std::uint32_t kMaxRank = 6;
inline constexpr std::int32_t kMaxDimension = 1 << 24;  ///< keeps index arithmetic in 32 bits

/// Which kernel layout the constants are packed for.
enum class Core : std::uint16_t { kReference = 0 };

/// Bits of Header::features: what an engine must have to run the plan at all.
enum Feature : std::uint32_t {
  kFeatureInt8 = 1u << 0,
  kFeatureFloat32 = 1u << 1,
  kFeatureInt16 = 1u << 2,
  kFeatureState = 1u << 3,
  kFeatureSubgraphs = 1u << 4
};

/// Starts the blob. crc32 covers everything after itself up to total_bytes.
struct Header {
  std::uint32_t magic;
  std::uint32_t crc32;  ///< CRC-32 (protocol/frame/crc32.hpp) of bytes [8, total_bytes)
  std::uint16_t major;
  std::uint16_t minor;
  std::uint32_t total_bytes;
  Core core;
  std::uint16_t section_count;
  std::uint32_t features;  ///< Feature bits the engine must have
  /// MACs of one run of the main graph; the validator recomputes and compares it. Output elements
  /// times taps, padding counted: CONV_2D kh*kw*in/groups, DEPTHWISE_CONV_2D kh*kw,
  /// FULLY_CONNECTED in; all other operators 0.
  std::uint64_t work;
  std::uint32_t arena_bytes;      ///< RAM for activations, kAlignment-aligned
  std::uint32_t state_bytes;      ///< RAM for kState tensors, behind the arena; 0 without state
  std::uint8_t model_sha256[32];  ///< of the .tflite file; checked by the host only
};
static_assert(sizeof(Header) == 72);

enum class SectionType : std::uint16_t {
  kTensors = 1,    ///< TensorRecord[]
  kOperators = 2,  ///< OperatorRecord, each followed by tensor indices and parameters
  kConstants = 3,  ///< weights, biases, multipliers
  kSubgraphs = 4,  ///< SubgraphRecord[]; entry 0 is the main graph
  kIndices = 5,    ///< uint16 tensor indices that subgraphs refer to
  kState = 6,      ///< StateRecord[]: tensors that live between inferences and how they start
  kNames = 7,      ///< not critical: one NUL-terminated name per tensor, in order, for people
};

/// Where a section would best live: an engine with slow flash may copy kRam sections to RAM first.
/// Advice only; every engine may leave all sections in place.
enum class Place : std::uint8_t { kInPlace = 0, kRam = 1 };

inline constexpr std::uint8_t kSectionCritical = 1;  ///< flag: an unknown type must be refused

/// Follows the header, section_count times. Offsets are from the start of the blob. Each type of
/// this version at most once; sections lie behind the table, in ascending order of offset, and do
/// not overlap. kTensors, kOperators, kSubgraphs and kIndices must be there.
struct Section {
  SectionType type;
  std::uint8_t flags;
  Place place;
  std::uint32_t offset;  ///< multiple of kAlignment
  std::uint32_t size;    ///< bytes, without padding
};
static_assert(sizeof(Section) == 12);

enum class ElementType : std::uint8_t { kInt8 = 1, kInt16 = 2, kInt32 = 3, kFloat32 = 4 };

enum class Memory : std::uint8_t {
  kArena = 0,     ///< offset from the start of the arena
  kConstant = 1,  ///< offset from the start of the constants section
  kState = 2,     ///< offset from the start of the state memory (behind the arena)
};

/// One tensor, row-major (NHWC for images), dims[rank..] are 1.
struct TensorRecord {
  ElementType type;
  std::uint8_t rank;
  Memory memory;
  std::uint8_t reserved;
  std::uint32_t offset;  ///< bytes; multiple of 4, arena tensors of kAlignment
  float scale;           ///< real = scale * (q - zero_point); 0 for float32 and per-channel
  std::int32_t zero_point;
  std::int32_t dims[kMaxRank];
};
static_assert(sizeof(TensorRecord) == 40);

/// Operator codes of the plan: the numbers of the .tflite builtin operators.
enum class Opcode : std::uint16_t {
  kAdd = 0,
  kAveragePool2d = 1,
  kConcatenation = 2,
  kConv2d = 3,
  kDepthwiseConv2d = 4,
  kDequantize = 6,
  kFullyConnected = 9,
  kLogistic = 14,
  kMaxPool2d = 17,
  kMul = 18,
  kRelu = 19,
  kRelu6 = 21,
  kReshape = 22,
  kResizeBilinear = 23,
  kSoftmax = 25,
  kSvdf = 27,
  kTanh = 28,
  kPad = 34,
  kTranspose = 39,
  kMean = 40,
  kSub = 41,
  kSqueeze = 43,
  kUnidirectionalSequenceLstm = 44,
  kStridedSlice = 45,
  kSplit = 49,
  kPadV2 = 60,
  kExpandDims = 70,
  kResizeNearestNeighbor = 97,
  kLeakyRelu = 98,
  kQuantize = 114,
  kHardSwish = 117,
  kCallOnce = 129,
  kVarHandle = 142,
  kReadVariable = 143,
  kAssignVariable = 144,
};

/// One operator: this head, then uint16 tensor indices (inputs, outputs; padded to 4 bytes;
/// kNoTensor for an optional input that is absent), then the parameter struct of the opcode.
/// Records follow each other; size_bytes is a multiple of 4.
struct OperatorRecord {
  std::uint16_t size_bytes;
  Opcode opcode;
  std::uint8_t input_count;
  std::uint8_t output_count;
  std::uint16_t reserved;
};
static_assert(sizeof(OperatorRecord) == 8);
inline constexpr std::uint16_t kNoTensor = 0xFFFF;

/// One graph: operators [first_operator_byte, +operator_bytes) of the operator section; inputs and
/// outputs are runs of the index section (positions in units of one index). Graphs follow each
/// other without gaps: graph 0 starts at operator byte 0 and index 0, its outputs right behind its
/// inputs, graph 1 right behind both, and the last one ends where the sections end.
struct SubgraphRecord {
  std::uint32_t first_operator_byte;
  std::uint32_t operator_bytes;
  std::uint16_t operator_count;
  std::uint16_t first_input;
  std::uint16_t input_count;
  std::uint16_t first_output;
  std::uint16_t output_count;
  std::uint16_t reserved;
};
static_assert(sizeof(SubgraphRecord) == 20);

/// One tensor that keeps its content between inferences.
struct StateRecord {
  std::uint16_t tensor;
  std::uint8_t fill;  ///< every byte at load and reset_state (the zero point for int8, else 0)
  std::uint8_t reserved;
};
static_assert(sizeof(StateRecord) == 4);

/// Rescaling by multiplier * 2^(shift - 31), double rounding.
/// Source: QuantizeMultiplier and MultiplyByQuantizedMultiplier of TensorFlow Lite Micro.
struct Rescale {
  std::int32_t multiplier;
  std::int32_t shift;
};

/// Shifts: CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED -31..30; ADD -31..0; SOFTMAX 0..31.
/// Multipliers are never negative.
inline constexpr std::int32_t kMinShift = -31;
inline constexpr std::int32_t kMaxShift = 30;

/// CONV_2D: always three inputs: x, weights [out, kh, kw, in/groups], int32 bias [out] or
/// kNoTensor. DEPTHWISE_CONV_2D: weights [1, kh, kw, out], out = in * multiplier.
struct ConvParams {
  std::uint16_t stride_h, stride_w;
  std::uint16_t dilation_h, dilation_w;
  std::uint16_t pad_top, pad_left;  ///< zero-point rows and columns before the image
  /// And after it; out = (in + before + after - e) / stride + 1, e = (filter - 1) * dilation + 1.
  std::uint16_t pad_bottom, pad_right;
  std::int32_t input_zero_point;
  std::int32_t output_zero_point;
  std::int32_t activation_min, activation_max;
  std::uint32_t multiplier_offset;  ///< int32[out] in the constants section
  std::uint32_t shift_offset;       ///< int8[out] in the constants section
};
static_assert(sizeof(ConvParams) == 40);

/// FULLY_CONNECTED: always three inputs: x (flat rows of `in`), weights [out, in], int32 bias [out]
/// or kNoTensor. The last dimension of the output is `out`.
struct FullyConnectedParams {
  std::int32_t input_zero_point;
  std::int32_t weights_zero_point;
  std::int32_t output_zero_point;
  std::int32_t activation_min, activation_max;
  std::uint32_t multiplier_offset;  ///< int32[out] in the constants section
  std::uint32_t shift_offset;       ///< int8[out] in the constants section
};
static_assert(sizeof(FullyConnectedParams) == 28);

struct PoolParams {
  std::uint16_t stride_h, stride_w;
  std::uint16_t filter_h, filter_w;
  std::uint16_t pad_top, pad_left;
  std::uint16_t pad_bottom, pad_right;  ///< as in ConvParams; every pad is smaller than its filter
  std::int32_t activation_min, activation_max;
};
static_assert(sizeof(PoolParams) == 24);

struct AddParams {
  std::int32_t zero_point_a, zero_point_b, output_zero_point;
  Rescale a, b, output;  ///< after a left shift of both inputs by 20 bits
  std::int32_t activation_min, activation_max;
};
static_assert(sizeof(AddParams) == 44);

/// SOFTMAX over the last dimension (at most kMaxSoftmaxDepth); scores below diff_min from the
/// maximum give 0. diff_min = -floor(31 * 2^26 / 2^beta.shift).
inline constexpr std::int32_t kMaxSoftmaxDepth = 8191;  ///< the sum of 2^19 each stays in 32 bits
struct SoftmaxParams {
  Rescale beta;
  std::int32_t diff_min;
};
static_assert(sizeof(SoftmaxParams) == 12);

// RESHAPE has one input, no parameters; its output may lie where its input lies.

}  // namespace hil::plan
