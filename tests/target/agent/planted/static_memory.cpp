// SPDX-License-Identifier: Apache-2.0
// Breaks a rule on purpose: static memory of its own.
namespace hil {
volatile char planted[64];
}

int main() {
  return hil::planted[1];
}
