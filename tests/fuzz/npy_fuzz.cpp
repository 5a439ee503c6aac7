// SPDX-License-Identifier: Apache-2.0
// Fuzzes the NPY parser: what it accepts has the size and shape that it says, and nothing leaves
// the file.
#include <cstddef>
#include <cstdint>
#include <span>

#include "host/data/dataset.hpp"
#include "host/data/formats/npy.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::uint8_t> file(data, size);
  const auto header = hil::data::parse_npy_header(file, "fuzz.npy");
  const auto tensor = hil::data::parse_npy(file, "fuzz.npy");
  if (!header) {
    if (tensor.ok() || header.error().what.empty()) __builtin_trap();
    return 0;
  }
  if (header->data_offset > size) __builtin_trap();
  if (!tensor) return 0;
  if (tensor->shape != header->shape) __builtin_trap();
  const std::uint64_t elements = tensor->bytes.size() / hil::data::size_of(tensor->type);
  if (elements != header->element_count) __builtin_trap();
  if (header->element_count * header->item_bytes != size - header->data_offset) __builtin_trap();
  return 0;
}
