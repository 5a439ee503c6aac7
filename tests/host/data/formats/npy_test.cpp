// SPDX-License-Identifier: Apache-2.0
// NPY headers and values: every type, every cut, claims that are too large.
#include "host/data/formats/npy.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "tests/host/data/files.hpp"

namespace hil::data {
namespace {

using test::Bytes;
using test::bytes_of;
using test::header;
using test::npy;
using test::operator+;
using testing::HasSubstr;

Tensor parsed(const Bytes& file) {
  auto tensor = parse_npy(file, "a.npy");
  if (!tensor) ADD_FAILURE() << tensor.error().what;
  return tensor ? *tensor : Tensor{};
}

std::string error_of(const Bytes& file) {
  const auto tensor = parse_npy(file, "a.npy");
  if (tensor) return "none";
  EXPECT_EQ(tensor.error().blame, Blame::kUser);
  EXPECT_NE(tensor.error().hint, "");
  return tensor.error().what;
}

TEST(Npy, OurTypesStayAsTheyAre) {
  const Tensor floats = parsed(npy(header("<f4", "(2, 1)"), bytes_of<float>({0.5F, -2})));
  EXPECT_EQ(floats.type, ElementType::kFloat32);
  EXPECT_EQ(floats.shape, (std::vector<std::int32_t>{2, 1}));
  EXPECT_EQ(floats.bytes, bytes_of<float>({0.5F, -2}));
  EXPECT_EQ(parsed(npy(header("|i1", "(3,)"), {1, 0x80, 0xff})).type, ElementType::kInt8);
  EXPECT_EQ(parsed(npy(header("|u1", "(3,)"), {1, 0x80, 0xff})).bytes, (Bytes{1, 0x80, 0xff}));
  EXPECT_EQ(parsed(npy(header("<i2", "(1,)"), {1, 0x80})).type, ElementType::kInt16);
  EXPECT_EQ(parsed(npy(header("<i4", "(1,)"), {1, 2, 3, 4})).bytes, (Bytes{1, 2, 3, 4}));
}

TEST(Npy, OtherTypesBecomeTheNextOfOurs) {
  EXPECT_EQ(parsed(npy(header("|b1", "(3,)"), {0, 1, 7})).bytes, (Bytes{0, 1, 1}));
  EXPECT_EQ(parsed(npy(header("<u2", "(2,)"), bytes_of<std::uint16_t>({0, 65535}))).bytes,
            bytes_of<std::int32_t>({0, 65535}));
  EXPECT_EQ(parsed(npy(header("<i8", "(2,)"), bytes_of<std::int64_t>({-3, INT32_MAX}))).bytes,
            bytes_of<std::int32_t>({-3, INT32_MAX}));
  EXPECT_EQ(parsed(npy(header("<f8", "(2,)"), bytes_of<double>({0.1, -INFINITY}))).bytes,
            bytes_of<float>({0.1F, -INFINITY}));
  EXPECT_EQ(parsed(npy(header("<f2", "(5,)"),
                       bytes_of<std::uint16_t>({0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00})))
                .bytes,
            bytes_of<float>({1, -2, 65504, 0x1p-24F, INFINITY}));
}

TEST(Npy, BigEndianIsTurned) {
  EXPECT_EQ(parsed(npy(header(">i2", "(1,)"), {0x01, 0x02})).bytes, (Bytes{0x02, 0x01}));
  EXPECT_EQ(parsed(npy(header(">f4", "(1,)"), {0x3f, 0x80, 0, 0})).bytes, bytes_of<float>({1}));
}

TEST(Npy, ValuesThatDoNotFitAreNamed) {
  EXPECT_EQ(error_of(npy(header("<u4", "(2,)"), bytes_of<std::uint32_t>({1, UINT32_MAX}))),
            "a.npy: value 1 does not fit 32 bits");
  EXPECT_EQ(error_of(npy(header("<i8", "(1,)"), bytes_of<std::int64_t>({INT64_MIN}))),
            "a.npy: value 0 does not fit 32 bits");
  EXPECT_EQ(error_of(npy(header("<f8", "(1,)"), bytes_of<double>({1e300}))),
            "a.npy: value 0 does not fit float32");
}

TEST(Npy, EveryCutIsRefused) {
  const Bytes file = npy(header("<f4", "(2, 2)"), bytes_of<float>({1, 2, 3, 4}));
  for (std::size_t size = 0; size < file.size(); ++size)
    EXPECT_FALSE(parse_npy(std::span(file).first(size), "a.npy").ok()) << size;
  EXPECT_THAT(error_of(file + Bytes{0}), HasSubstr("17 bytes of values, the NPY header says 16"));
}

TEST(Npy, ClaimsBeyondTheFileAllocateNothing) {
  EXPECT_THAT(error_of(npy(header("<f4", "(536870912,)"), {0})),
              HasSubstr("1 bytes of values, the NPY header says 2147483648"));
  for (const char* shape : {"(2147483648,)", "(2147483647, 2147483647)", "(99999999999999999999,)",
                            "(1048576, 1048576, 2)"}) {
    EXPECT_THAT(error_of(npy(header("|u1", shape), {0})), HasSubstr("NPY header: shape")) << shape;
  }
  Bytes long_header = test::text("\x93NUMPY");
  long_header.insert(long_header.end(), {2, 0, 0xff, 0xff, 0xff, 0xff});
  EXPECT_THAT(error_of(long_header), HasSubstr("the NPY header is cut off"));
}

TEST(Npy, HeadersThatNumPyDoesNotWriteAreRefused) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "expected a dictionary"},
      {"{}", "one of descr, fortran_order and shape is missing"},
      {"{'descr': '<f4', 'descr': '<f4'}", "a key is unknown or given twice"},
      {"{'colour': 1}", "a key is unknown or given twice"},
      {"{'descr': '<c8'}", "element type '<c8' is not read"},
      {"{'descr': '|O'}", "element type '|O' is not read"},
      {"{'descr': '\x1b[2J'}", "element type '?[2J' is not read"},
      {"{'descr': [('a', '<f4')]}", "arrays of structures are not read"},
      {"{'fortran_order': 1}", "fortran_order is neither True nor False"},
      {"{'shape': [1]}", "shape is not a tuple"},
      {"{'shape': (-1,)}", "shape is not a tuple of sizes"},
      {"{'shape': (1", "shape does not end"},
      {"{'shape': (1,)", "the dictionary does not end"},
  };
  for (const auto& [text, expected] : cases)
    EXPECT_THAT(error_of(npy(text, {})), HasSubstr(expected)) << text;
  EXPECT_THAT(error_of(npy(header("<f4", "()") + "x", {})), HasSubstr("more than the dictionary"));
  EXPECT_EQ(error_of(test::text("GIF89a")), "a.npy byte 0: not an NPY file");
}

TEST(Npy, ColumnMajorOrderMattersBeyondOneDimension) {
  EXPECT_THAT(error_of(npy(header("|u1", "(2, 2)", "True"), {1, 2, 3, 4})),
              HasSubstr("column-major"));
  EXPECT_EQ(parsed(npy(header("|u1", "(4, 1)", "True"), {1, 2, 3, 4})).bytes, (Bytes{1, 2, 3, 4}));
}

}  // namespace
}  // namespace hil::data
