// SPDX-License-Identifier: Apache-2.0
// Breaks a rule on purpose: takes memory from the heap.
#include <cstdlib>

int main(int count, char**) {
  void* volatile memory = std::malloc(static_cast<std::size_t>(count));
  return memory == nullptr ? 1 : 0;
}
