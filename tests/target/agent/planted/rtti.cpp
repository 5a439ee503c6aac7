// SPDX-License-Identifier: Apache-2.0
// Breaks a rule on purpose: has virtual functions.
namespace {
struct Base {
  virtual int get() const { return 1; }
};
struct Derived : Base {
  int get() const override { return 2; }
};
}  // namespace

int main(int count, char**) {
  const Base base;
  const Derived derived;
  const Base* volatile one = count > 1 ? &base : &derived;
  return one->get();
}
