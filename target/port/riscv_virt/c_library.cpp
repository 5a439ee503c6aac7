// SPDX-License-Identifier: Apache-2.0
// The few functions of a C library that agent and compiler need; Debian's for bare RISC-V is 1 GB.
#include <cstddef>
#include <cstdint>

#include "target/port/riscv_virt/float_functions.hpp"

// Else the compiler would see that a loop copies, and call the function that it stands in.
#ifndef __clang__
#pragma GCC optimize("no-tree-loop-distribute-patterns")
#endif

namespace {

using Byte = unsigned char;

bool aligned(const void* one, const void* other) {
  return ((reinterpret_cast<std::uintptr_t>(one) | reinterpret_cast<std::uintptr_t>(other)) % 4) ==
         0;
}

/// A word as it lies in an object of any type.
using Word [[gnu::may_alias]] = std::uint32_t;

}  // namespace

extern "C" {

void* memcpy(void* out, const void* in, std::size_t size) {
  auto* to = static_cast<Byte*>(out);
  const auto* from = static_cast<const Byte*>(in);
  if (aligned(to, from)) {
    for (; size >= sizeof(Word); size -= sizeof(Word), to += sizeof(Word), from += sizeof(Word))
      *reinterpret_cast<Word*>(to) = *reinterpret_cast<const Word*>(from);
  }
  for (; size > 0; --size)
    *to++ = *from++;
  return out;
}

void* memmove(void* out, const void* in, std::size_t size) {
  auto* to = static_cast<Byte*>(out);
  const auto* from = static_cast<const Byte*>(in);
  if (reinterpret_cast<std::uintptr_t>(to) - reinterpret_cast<std::uintptr_t>(from) >= size) {
    return memcpy(out, in, size);  // reads each byte before it is written over
  }
  for (; size > 0; --size)
    to[size - 1] = from[size - 1];
  return out;
}

void* memset(void* out, int value, std::size_t size) {
  auto* to = static_cast<Byte*>(out);
  const auto byte = static_cast<Byte>(value);
  if (aligned(to, to)) {
    const Word word = 0x0101'0101u * byte;
    for (; size >= sizeof(Word); size -= sizeof(Word), to += sizeof(Word))
      *reinterpret_cast<Word*>(to) = word;
  }
  for (; size > 0; --size)
    *to++ = byte;
  return out;
}

int memcmp(const void* one, const void* other, std::size_t size) {
  const auto* a = static_cast<const Byte*>(one);
  const auto* b = static_cast<const Byte*>(other);
  for (; size > 0; --size, ++a, ++b) {
    if (*a != *b) return *a - *b;
  }
  return 0;
}

std::size_t strlen(const char* text) {
  std::size_t size = 0;
  while (text[size] != '\0')
    ++size;
  return size;
}

float expf(float x) {
  return hil::port::float_functions::exp(x);
}
float logf(float x) {
  return hil::port::float_functions::log(x);
}
float tanhf(float x) {
  return hil::port::float_functions::tanh(x);
}
float sqrtf(float x) {
  return hil::port::float_functions::sqrt(x);
}

}  // extern "C"
