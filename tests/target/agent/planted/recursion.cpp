// SPDX-License-Identifier: Apache-2.0
// Breaks a rule on purpose: two functions that call each other.
namespace hil {
[[gnu::noinline]] int odd(volatile int* depth);
[[gnu::noinline]] int even(volatile int* depth) {
  *depth = *depth - 1;
  return *depth > 0 ? odd(depth) + 1 : 0;
}
[[gnu::noinline]] int odd(volatile int* depth) {
  *depth = *depth - 1;
  return *depth > 0 ? even(depth) + 1 : 0;
}
}  // namespace hil

int main(int count, char**) {
  volatile int depth = count;
  return hil::even(&depth);
}
