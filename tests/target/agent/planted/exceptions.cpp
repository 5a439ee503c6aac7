// SPDX-License-Identifier: Apache-2.0
// Breaks a rule on purpose: throws.
int main(int count, char**) {
  if (count > 1) throw count;
  return 0;
}
