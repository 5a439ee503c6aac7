// SPDX-License-Identifier: Apache-2.0
// Entry of the host program.
#include "host/app/program.hpp"

int main(int argc, char** argv) {
  return hil::app::run({argv + 1, argv + argc});
}
