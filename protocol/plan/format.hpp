// SPDX-License-Identifier: Apache-2.0
// The plan, its whole specification in one file: plain structs, little-endian, and every parameter.
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
  /// FULLY_CONNECTED in; SVDF outputs * (filters / units) * (in + memory),
  /// UNIDIRECTIONAL_SEQUENCE_LSTM outputs * 4 * (in + units); all other operators 0.
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

enum class ElementType : std::uint8_t {
  kInt8 = 1,
  kInt16 = 2,
  kInt32 = 3,
  kFloat32 = 4,
  kInt64 = 5,  ///< biases only
  kUint8 = 6,  ///< of QUANTIZE, DEQUANTIZE and the operators that copy all bytes
};

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
  kExp = 47,
  kSplit = 49,
  kMaximum = 55,
  kArgMax = 56,
  kMinimum = 57,
  kNeg = 59,
  kPadV2 = 60,
  kExpandDims = 70,
  kLog = 73,
  kSqrt = 75,
  kRsqrt = 76,
  kReduceMax = 82,
  kPack = 83,
  kUnpack = 88,
  kSquare = 92,
  kResizeNearestNeighbor = 97,
  kLeakyRelu = 98,
  kAbs = 101,
  kSplitV = 102,
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

/// One tensor that keeps its content between inferences, and how it starts at load and reset_state.
struct StateRecord {
  std::uint16_t tensor;
  std::uint8_t fill;     ///< every byte (the zero point for int8, else 0), unless it has content
  std::uint8_t content;  ///< 1: its bytes are copied from the constants; 0: filled
  std::uint32_t content_offset;  ///< in the constants section; 0 without content
};
static_assert(sizeof(StateRecord) == 8);

/// Rescaling by multiplier * 2^(shift - 31), double rounding.
/// Source: QuantizeMultiplier and MultiplyByQuantizedMultiplier of TensorFlow Lite Micro.
struct Rescale {
  std::int32_t multiplier;
  std::int32_t shift;
};

/// Shifts: CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED, MUL, MEAN, SVDF,
/// UNIDIRECTIONAL_SEQUENCE_LSTM -31..30; ADD, SUB -31..0; SOFTMAX 0..31.
/// Multipliers are never negative.
inline constexpr std::int32_t kMinShift = -31;
inline constexpr std::int32_t kMaxShift = 30;

// int16 activations are the int16x8 of TensorFlow Lite: zero point 0 where weights are involved,
// weights int8. CONV_2D and FULLY_CONNECTED with an int32 bias or none add up in 32 bits and
// rescale as int8 does. With an int64 bias, and DEPTHWISE_CONV_2D always (int64 bias or none), sums
// have 64 bits and are rescaled by a multiplier of 15 bits in one rounding, halves up:
//   (sum * m + 2^(14 - shift)) >> (15 - shift), m = min((multiplier + 2^15) >> 16, 2^15 - 1).
// Source: ConvPerChannel, DepthwiseConvPerChannel, FullyConnected for int16 and
// MultiplyByQuantizedMultiplier for int64 of TensorFlow Lite Micro.
inline constexpr std::int32_t kMaxWideShift = 7;  ///< of rescaling 64-bit sums

/// CONV_2D: always three inputs: x, weights [out, kh, kw, in/groups], int32 bias [out] (int16: or
/// int64) or kNoTensor. DEPTHWISE_CONV_2D: weights [1, kh, kw, out], out = in * multiplier; bias of
/// int8 x int32, of int16 x int64.
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
/// (int16: or int64) or kNoTensor. The last dimension of the output is `out`.
struct FullyConnectedParams {
  std::int32_t input_zero_point;
  std::int32_t weights_zero_point;
  std::int32_t output_zero_point;
  std::int32_t activation_min, activation_max;
  std::uint32_t multiplier_offset;  ///< int32[out] in the constants section
  std::uint32_t shift_offset;       ///< int8[out] in the constants section
};
static_assert(sizeof(FullyConnectedParams) == 28);

/// AVERAGE_POOL_2D and MAX_POOL_2D in int8 and int16.
struct PoolParams {
  std::uint16_t stride_h, stride_w;
  std::uint16_t filter_h, filter_w;
  std::uint16_t pad_top, pad_left;
  std::uint16_t pad_bottom, pad_right;  ///< as in ConvParams; every pad is smaller than its filter
  std::int32_t activation_min, activation_max;
};
static_assert(sizeof(PoolParams) == 24);

/// ADD and SUB in int8 and int16; shapes broadcast by numpy's rule.
struct AddParams {
  std::int32_t zero_point_a, zero_point_b, output_zero_point;
  Rescale a, b, output;  ///< after a left shift of both inputs by 20 bits (int16: 15)
  std::int32_t activation_min, activation_max;
};
static_assert(sizeof(AddParams) == 44);

/// MUL in int8, and in int16 with zero points of 0; shapes broadcast by numpy's rule.
struct MulParams {
  std::int32_t zero_point_a, zero_point_b, output_zero_point;
  Rescale output;
  std::int32_t activation_min, activation_max;
};
static_assert(sizeof(MulParams) == 28);

/// LOGISTIC, TANH, RELU, RELU6, LEAKY_RELU and HARD_SWISH in int8: y = table[x & 0xFF]. The output
/// has the shape of the input and may lie where the input lies.
struct LookupParams {
  std::uint32_t table_offset;  ///< int8[256] in the constants section
};
static_assert(sizeof(LookupParams) == 4);

/// MEAN in int8 and int16: y = rescale(sum - n * input_zero_point) + output_zero_point over the n
/// elements that share an output; the rescale includes the division by n. Outputs lie in the order
/// of the dimensions that are left; the output's own dimensions may name the others as 1 or not at
/// all.
struct MeanParams {
  std::uint32_t axes;  ///< bit i: input dimension i is averaged over
  std::int32_t input_zero_point, output_zero_point;
  Rescale rescale;
};
static_assert(sizeof(MeanParams) == 20);

/// LOGISTIC and TANH in int16: the table of 256 points of the sigmoid (spaced 1/24) is read at v =
/// (x * multiplier + 2^(shift - 1)) >> shift, in units of 1/12288, and interpolated; the output has
/// scale 2^-15 and zero point 0, as the input has zero point 0.
/// Source: the int16 kernels of LOGISTIC and TANH of TensorFlow Lite Micro.
struct Sigmoid16Params {
  std::int32_t multiplier;  ///< 0..32767
  std::int32_t shift;       ///< 0..31; 0 adds nothing
};
static_assert(sizeof(Sigmoid16Params) == 8);

/// RELU, RELU6 and LEAKY_RELU in int16: v = x - input_zero_point is rescaled by `positive` if v >=
/// 0, else by `negative` (and its sign turned if `turned` is 1); then output_zero_point is added.
struct Linear16Params {
  std::int32_t input_zero_point, output_zero_point;
  Rescale positive, negative;  ///< shifts kMinShift..kMaxShift
  std::uint32_t turned;        ///< 0 or 1
  std::int32_t activation_min, activation_max;
};
static_assert(sizeof(Linear16Params) == 36);

/// MEAN in float32.
struct FloatMeanParams {
  std::uint32_t axes;  ///< as in MeanParams
};
static_assert(sizeof(FloatMeanParams) == 4);

/// LEAKY_RELU in float32: x above 0, else alpha * x. The other float32 operators on single values
/// have no parameters; their output has the shape of the input and may lie where the input lies.
struct FloatLeakyReluParams {
  float alpha;
};
static_assert(sizeof(FloatLeakyReluParams) == 4);

/// SOFTMAX of int8 over the last dimension (at most kMaxSoftmaxDepth), to int8 or int16; scores
/// below diff_min from the maximum give 0. diff_min = -floor(31 * 2^26 / 2^beta.shift).
inline constexpr std::int32_t kMaxSoftmaxDepth = 8191;  ///< the sum of 2^19 each stays in 32 bits
struct SoftmaxParams {
  Rescale beta;
  std::int32_t diff_min;
};
static_assert(sizeof(SoftmaxParams) == 12);

/// SOFTMAX of int16 over the last dimension (at most kMaxSoftmax16Depth): differences from the
/// maximum are rescaled so that 65535 is 10, exponentials and the reciprocal of their sum are
/// interpolated in tables of kInt16TableEntries.
/// Source: SoftmaxInt16 and LUTLookup of TensorFlow Lite Micro.
inline constexpr std::int32_t kMaxSoftmax16Depth = 65536;  ///< sums of 2^15 each stay in 31 bits
inline constexpr std::int32_t kMaxSoftmax16Shift = 15;     ///< differences have 16 bits
inline constexpr std::uint32_t kInt16TableEntries = 513;
struct Softmax16Params {
  Rescale beta;                     ///< shift kMinShift..kMaxSoftmax16Shift
  std::uint32_t exp_offset;         ///< int16[]: e^x for x in -10..0; multiple of 4; none below 0,
                                    ///< the last two at least 2^14
  std::uint32_t reciprocal_offset;  ///< int16[]: 1 / (1 + x) for x in 0..1; multiple of 4
};
static_assert(sizeof(Softmax16Params) == 16);

/// Of float32 operators with a fused activation: min(max(x, activation_min), activation_max). NONE
/// is the lowest and the largest finite float. As it is the whole of ADD's parameters.
struct FloatRangeParams {
  float activation_min, activation_max;
};
static_assert(sizeof(FloatRangeParams) == 8);

/// CONV_2D and DEPTHWISE_CONV_2D of float32 activations; operands as for ConvParams, but a float32
/// bias and weights of float32 or int8 (hybrid: real = scale of the output channel * q).
struct FloatConvParams {
  std::uint16_t stride_h, stride_w;
  std::uint16_t dilation_h, dilation_w;
  std::uint16_t pad_top, pad_left;
  std::uint16_t pad_bottom, pad_right;
  float activation_min, activation_max;
  std::uint32_t scale_offset;  ///< float[out] in the constants section; int8 weights only
};
static_assert(sizeof(FloatConvParams) == 28);

/// FULLY_CONNECTED of float32 activations; operands as for FullyConnectedParams, types as for
/// FloatConvParams.
struct FloatFullyConnectedParams {
  float activation_min, activation_max;
  std::uint32_t scale_offset;  ///< float[out] in the constants section; int8 weights only
};
static_assert(sizeof(FloatFullyConnectedParams) == 12);

/// Pooling of float32.
struct FloatPoolParams {
  std::uint16_t stride_h, stride_w;
  std::uint16_t filter_h, filter_w;
  std::uint16_t pad_top, pad_left;
  std::uint16_t pad_bottom, pad_right;  ///< as in PoolParams
  float activation_min, activation_max;
};
static_assert(sizeof(FloatPoolParams) == 24);

/// SOFTMAX of float32 over the last dimension: exp(beta * (x - maximum)), each by their sum.
struct FloatSoftmaxParams {
  float beta;  ///< finite, not negative
};
static_assert(sizeof(FloatSoftmaxParams) == 4);

// RESHAPE has one input, no parameters; its output may lie where its input lies.

// SQUEEZE and EXPAND_DIMS are RESHAPE under other names. READ_VARIABLE copies a kState tensor to
// the output, ASSIGN_VARIABLE copies the input to a kState tensor, its output; neither has
// parameters. VAR_HANDLE is never in a plan: variables are kState tensors that operators name. Nor
// is CALL_ONCE: what its graph gives to variables is their content in the state records.
//
// Operators with state (SVDF, UNIDIRECTIONAL_SEQUENCE_LSTM) have their kState tensors among their
// outputs: they are written, and read before.

/// PAD, PADV2: the input, of the output's rank, lies at `before` in the output; elements around it
/// are `fill`. Any element type.
struct PadParams {
  std::int32_t before[kMaxRank];  ///< elements of each dimension before the input; 0 behind rank
  std::uint32_t fill;             ///< the bits of one element, in the lowest bytes
};
static_assert(sizeof(PadParams) == 28);

/// TRANSPOSE, STRIDED_SLICE: output element [i0, i1, ..] is input element offset + i0 * strides[0]
/// + i1 * strides[1] + .. in memory order. Any element type.
struct StridedViewParams {
  std::int32_t offset;
  std::int32_t strides[kMaxRank];  ///< may be negative or 0
};
static_assert(sizeof(StridedViewParams) == 28);

/// CONCATENATION (1 to 255 inputs, one output), SPLIT (one input, 1 to kMaxOutputs outputs): each
/// of them is `rows` rows of equal length; the rows of the single tensor are those of the many end
/// to end. Any element type. The axis operand is folded into `rows`.
inline constexpr std::uint32_t kMaxOutputs = 64;  ///< bounds the search for overlaps
struct JoinParams {
  std::uint32_t rows;  ///< product of the dimensions before the axis
};
static_assert(sizeof(JoinParams) == 4);

// SPLIT_V and UNPACK are SPLIT, PACK is CONCATENATION, under other names.

// MAXIMUM and MINIMUM have no parameters: any element type, shapes broadcast by numpy's rule. Nor
// have ABS, NEG, EXP, LOG, SQRT, RSQRT and SQUARE: float32 only.

/// REDUCE_MAX in int8 and float32; the output as for MEAN.
struct ReduceMaxParams {
  std::uint32_t axes;  ///< as in MeanParams
};
static_assert(sizeof(ReduceMaxParams) == 4);

/// ARG_MAX of int8 or float32: the input is [rows, length, inner], the int32 output [rows, inner];
/// the index of the largest of `length` values, the first of equal ones.
struct ArgMaxParams {
  std::uint32_t rows, length, inner;
};
static_assert(sizeof(ArgMaxParams) == 12);

/// RESIZE_NEAREST_NEIGHBOR (tables of uint16: which input row or column), any element type, and
/// RESIZE_BILINEAR (tables of ResizeTap), int8 and float32. One entry per output row or column.
struct ResizeParams {
  std::uint32_t rows_offset;     ///< in the constants section, a multiple of 4
  std::uint32_t columns_offset;  ///< in the constants section, a multiple of 4
};
static_assert(sizeof(ResizeParams) == 8);

/// The two input rows (or columns) an output row lies between: lower * (1 - f) + upper * f. Both
/// lie inside the input; f = 0 where they are the same one.
struct ResizeTap {
  std::uint16_t lower, upper;
  std::uint32_t fraction;  ///< f: int8: 0..1023 in units of 2^-10; float32: the bits of a float
};
static_assert(sizeof(ResizeTap) == 8);

/// QUANTIZE from int8, int16 or int32 to int8, int16 or int32, and between int8 and uint8. From
/// float32 it has no parameters: scale and zero point are the output tensor's. DEQUANTIZE (from
/// int8, int16, uint8) has none: they are the input's.
struct RequantiseParams {
  std::int32_t input_zero_point;
  std::int32_t output_zero_point;
  Rescale rescale;  ///< shift kMinShift..kMaxShift
};
static_assert(sizeof(RequantiseParams) == 16);

/// SVDF: always four inputs: x [batch, in], feature weights [filters, in], time weights [filters,
/// memory], bias [units] or kNoTensor; two outputs: y [batch, units] and the state [batch, filters
/// * memory], which has the last `memory` values of each filter, the oldest first. Each output is
/// the sum of filters / units consecutive filters. These are the parameters of int8: weights int8,
/// bias int32, time weights and state both int8 or both int16.
struct SvdfParams {
  std::int32_t input_zero_point, state_zero_point, output_zero_point;
  Rescale feature;  ///< from a filter's sum over the input to its state
  Rescale output;   ///< from the sum over the states, bias included, to the output
};
static_assert(sizeof(SvdfParams) == 28);

/// SVDF of float32 activations, state and bias; weights of float32 or int8 (hybrid).
struct FloatSvdfParams {
  float activation_min, activation_max;
  float feature_scale, time_scale;  ///< of int8 weights: real = scale * q
};
static_assert(sizeof(FloatSvdfParams) == 16);

/// UNIDIRECTIONAL_SEQUENCE_LSTM: always 13 inputs: x [batch, time, in]; weights [units, in] of the
/// input, forget, cell and output gate; recurrent weights [units, units] of the same gates; their
/// biases [units]. Three outputs: y [batch, time, units], hidden state and cell state [batch,
/// units]. The hidden state is what y was in the step before; both have one quantisation.
inline constexpr std::uint32_t kLstmGates = 4;

struct LstmGateRescales {
  Rescale input;      ///< from the sum over x, bias included, to units of 2^-12
  Rescale recurrent;  ///< from the sum over the hidden state to units of 2^-12
};

/// In int8: weights and hidden state int8, biases int32, cell state int16 of scale 2^p and zero
/// point 0. p = cell_shift - 12.
struct LstmParams {
  std::uint32_t time_major;  ///< not 0: x and y are [time, batch, ..]
  std::int32_t input_zero_point, hidden_zero_point;
  std::int32_t cell_min, cell_max;  ///< in int16; where the cell state is clipped
  std::int32_t cell_shift;          ///< kMinCellShift..kMaxCellShift
  Rescale cell;                     ///< from input gate times cell gate (2^-30) to the cell state
  Rescale hidden;                   ///< from tanh(cell) times output gate (2^-30) to the output
  LstmGateRescales gates[kLstmGates];
};
static_assert(sizeof(LstmParams) == 104);
inline constexpr std::int32_t kMinCellShift = -30;
inline constexpr std::int32_t kMaxCellShift = 14;  ///< 3 * 2^15 * 2^14 stays in 32 bits

/// In float32, states and biases too; each of the weights is float32 or int8 (hybrid).
struct FloatLstmParams {
  std::uint32_t time_major;            ///< as in LstmParams
  float cell_min, cell_max;            ///< where the cell state is clipped
  float input_scales[kLstmGates];      ///< of int8 weights: real = scale * q
  float recurrent_scales[kLstmGates];  ///< of int8 recurrent weights
};
static_assert(sizeof(FloatLstmParams) == 44);

}  // namespace hil::plan
