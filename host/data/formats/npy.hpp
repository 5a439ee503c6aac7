// SPDX-License-Identifier: Apache-2.0
// Parser of NPY, the array format of NumPy: bytes in, a tensor out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/data/formats/tensor.hpp"

namespace hil::data {

/// What stands before the values. Source: NEP 1 of NumPy, format versions 1.0, 2.0 and 3.0.
struct NpyHeader {
  char kind = 'f';             ///< of NumPy: f float, i integer, u unsigned, b bool
  std::size_t item_bytes = 4;  ///< 1, 2, 4 or 8
  bool big_endian = false;
  bool column_major = false;  ///< stored in Fortran order
  std::vector<std::int32_t> shape;
  std::size_t data_offset = 0;      ///< of the first value
  std::uint64_t element_count = 0;  ///< product of shape; 0 if a dimension is 0
};

/// Reads the header at the start of @p file; the values are not looked at, and nothing is allocated
/// by what the header claims. @p where names the file in errors.
///   kUser  not NPY, truncated, an element type without a rule (complex, text, structures), a
///          dimension or a product of them beyond 2^31 - 1 or 2^40; the byte is named
Result<NpyHeader> parse_npy_header(std::span<const std::uint8_t> file, const std::string& where);

/// The whole of @p file. Types that we have stay as they are; others become the next of ours:
///
/// | NumPy | ours |
/// |-------|------|
/// | bool  | u8, 0 or 1 |
/// | u2, u4, u8, i8 | i32; a value beyond it is an error |
/// | f2    | f32, exactly |
/// | f8    | f32, rounded to nearest; a finite value beyond it is an error |
///
///   kUser  as parse_npy_header(); too few or too many bytes of values; column-major order of more
///          than one dimension; a value that does not fit (its index is named)
Result<Tensor> parse_npy(std::span<const std::uint8_t> file, const std::string& where);

}  // namespace hil::data
