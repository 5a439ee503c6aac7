// SPDX-License-Identifier: Apache-2.0
// What the C library's mathematics asks of a system: a place for errno, which nobody reads.

namespace {
constinit int g_errno = 0;
}

extern "C" int* __errno();  // newlib's name

extern "C" int* __errno() {
  return &g_errno;
}
