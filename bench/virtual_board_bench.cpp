// SPDX-License-Identifier: Apache-2.0
// Seconds from the command line to the table on virtual boards: agent to be flashed, agent there.
//
// Usage: virtual_board_bench HILBENCH. Runs the digits model of fixtures/ on each board that has a
// debug probe, in a state folder of its own; goals for netduino_plus_2: 10 s and 3 s.
#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "host/base/subprocess.hpp"

namespace hil {
namespace {

namespace fs = std::filesystem;

constexpr int kRepeats = 5;
constexpr std::chrono::seconds kMostTime{60};
constexpr const char* kBoards[] = {"netduino_plus_2", "stm32vldiscovery", "microbit", "mps2_an386"};

/// Wall time of one profile in seconds; -1 if it failed.
double profile(const std::string& program, const std::string& board) {
  SpawnOptions options;
  options.argv = {program,   "profile", "fixtures/digits/digits_int8.tflite",
                  "--board", board,     "--emulate"};
  const auto start = std::chrono::steady_clock::now();
  auto process = Subprocess::spawn(options);
  if (!process.ok()) return -1;
  const auto ended = process->wait(Deadline::after(kMostTime));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  return ended && ended->clean() ? took.count() : -1;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

int run(const std::string& program) {
  std::string name = (fs::temp_directory_path() / "hilbench-bench-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) return 4;
  setenv("XDG_STATE_HOME", name.c_str(), 1);
  bool failed = false;
  fmt::print("profile of digits, {} times each, median (fastest to slowest) in s of wall time\n",
             kRepeats);
  for (const char* board : kBoards) {
    std::vector<double> cold, warm;
    for (int i = 0; i < kRepeats; ++i) {
      fs::remove_all(fs::path(name) / "hilbench");
      cold.push_back(profile(program, board));
      warm.push_back(profile(program, board));
    }
    const auto [c0, c1] = std::minmax_element(cold.begin(), cold.end());
    const auto [w0, w1] = std::minmax_element(warm.begin(), warm.end());
    fmt::print("{:<18}  from nothing {:.2f} ({:.2f} to {:.2f})   again {:.2f} ({:.2f} to {:.2f})\n",
               board, median(cold), *c0, *c1, median(warm), *w0, *w1);
    failed = failed || *c0 < 0 || *w0 < 0;
  }
  fs::remove_all(name);
  if (failed) fmt::print("a profile failed: -1\n");
  return failed ? 1 : 0;
}

}  // namespace
}  // namespace hil

int main(int argc, char** argv) {
  if (argc == 2) return hil::run(argv[1]);
  fmt::print(stderr, "usage: virtual_board_bench HILBENCH\n");
  return 2;
}
