// SPDX-License-Identifier: Apache-2.0
// Boards side by side: wall time, memory and failures of 16 virtual and 64 linux boards, beside
// one.
//
// Usage: many_boards_bench HILBENCH. Evaluates the digits of fixtures/ on all boards at once, in a
// state folder of its own. Memory is the largest sum over hilbench and everything it started,
// looked at ten times a second: RSS counts pages that processes share once for each of them, PSS
// once in all.
#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/base/subprocess.hpp"
#include "host/report/json_record.hpp"

namespace hil {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::minutes kMostTime{10};
constexpr std::chrono::milliseconds kLook{100};

struct Case {
  const char* title;
  const char* boards;
  std::size_t count;
  bool cold;  ///< starts without flash content
};

constexpr Case kCases[] = {
    {"1 linux", "linux", 1, true},
    {"64 linux", "linux@1-64", 64, true},
    {"1 netduino_plus_2, to be flashed", "netduino_plus_2", 1, true},
    {"1 netduino_plus_2, again", "netduino_plus_2", 1, false},
    {"16 netduino_plus_2, to be flashed", "netduino_plus_2@1-16", 16, true},
    {"16 netduino_plus_2, again", "netduino_plus_2@1-16", 16, false},
    {"16 of 4 kinds, to be flashed",
     "netduino_plus_2@1-4,microbit@1-4,mps2_an386@1-4,qemu_rv32@1-4", 16, true},
};

std::optional<int> number_of(const std::string& text) {
  int number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Parent of every process: field 4 of /proc/PID/stat (proc(5)), behind a name in parentheses.
std::map<int, int> parents() {
  std::map<int, int> found;
  std::error_code error;
  for (fs::directory_iterator entry("/proc", error), end; !error && entry != end;
       entry.increment(error)) {
    const auto pid = number_of(entry->path().filename().string());
    if (!pid) continue;
    std::ifstream file(entry->path() / "stat");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    int parent = 0;
    const std::size_t name_end = text.rfind(')');
    if (name_end == std::string::npos || text.size() < name_end + 5) continue;
    std::from_chars(text.data() + name_end + 4, text.data() + text.size(), parent);
    found[*pid] = parent;
  }
  return found;
}

bool descends(const std::map<int, int>& parents, int pid, int from) {
  for (int depth = 0; depth < 20 && pid > 1; ++depth) {
    if (pid == from) return true;
    const auto parent = parents.find(pid);
    if (parent == parents.end()) return false;
    pid = parent->second;
  }
  return false;
}

struct Memory {
  double rss_mb = 0, pss_mb = 0;
};

/// What @p root and all below it hold now, by /proc/PID/smaps_rollup.
Memory memory_of(int root) {
  Memory sum;
  const auto all = parents();
  for (const auto& [pid, parent] : all) {
    if (!descends(all, pid, root)) continue;
    std::ifstream file(fmt::format("/proc/{}/smaps_rollup", pid));
    std::string word;
    while (file >> word) {
      double kilobytes = 0;
      if (word == "Rss:" && file >> kilobytes) sum.rss_mb += kilobytes * 1024 / 1e6;
      if (word == "Pss:" && file >> kilobytes) sum.pss_mb += kilobytes * 1024 / 1e6;
    }
  }
  return sum;
}

struct Outcome {
  double wall_s = 0;
  Memory most;
  std::size_t passed = 0;
  std::uint64_t samples = 0;      ///< of all boards
  double longest_silence_ms = 0;  ///< on any line
};

void read_records(const fs::path& where, Outcome& outcome) {
  std::error_code error;
  for (fs::directory_iterator entry(where, error), end; !error && entry != end;
       entry.increment(error)) {
    const auto record = report::load_record(entry->path());
    if (!record) continue;
    outcome.samples += record->verdict.samples_done;
    if (record->verdict.status == results::VerdictStatus::kPass) ++outcome.passed;
    outcome.longest_silence_ms =
        std::max(outcome.longest_silence_ms, record->link.longest_silence_ms);
  }
}

Outcome measure(const std::string& program, const Case& of, const fs::path& folder) {
  const fs::path out = folder / "out";
  fs::remove_all(out);
  fs::create_directory(out);
  if (of.cold) fs::remove_all(folder / "hilbench");
  SpawnOptions options;
  options.argv = {program,
                  "evaluate",
                  "fixtures/digits/digits_int8.tflite",
                  "--dataset",
                  "fixtures/digits/test",
                  "--board",
                  of.boards,
                  "--emulate",
                  "--json",
                  of.count == 1 ? (out / "one.json").string() : out.string()};
  Outcome outcome;
  const auto start = std::chrono::steady_clock::now();
  auto process = Subprocess::spawn(options);
  if (!process.ok()) return outcome;
  const Deadline deadline = Deadline::after(kMostTime);
  while (!process->wait(Deadline::after(kLook)) && !deadline.expired()) {
    const Memory now = memory_of(process->pid());
    outcome.most.rss_mb = std::max(outcome.most.rss_mb, now.rss_mb);
    outcome.most.pss_mb = std::max(outcome.most.pss_mb, now.pss_mb);
  }
  process->terminate();
  outcome.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  read_records(out, outcome);
  return outcome;
}

int run(const std::string& program) {
  std::string name = (fs::temp_directory_path() / "hilbench-bench-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) return 4;
  setenv("XDG_STATE_HOME", name.c_str(), 1);
  bool failed = false;
  fmt::print("evaluate of digits on boards side by side, from the command line to its end\n");
  fmt::print("{:<34} {:>8} {:>10} {:>9} {:>9} {:>11} {:>9}\n", "boards", "wall s", "samples/s",
             "RSS MB", "PSS MB", "silence ms", "failures");
  for (const Case& one : kCases) {
    const Outcome outcome = measure(program, one, name);
    const std::size_t failures = one.count - std::min(outcome.passed, one.count);
    failed = failed || failures > 0;
    fmt::print("{:<34} {:>8.2f} {:>10.0f} {:>9.0f} {:>9.0f} {:>11.0f} {:>9}\n", one.title,
               outcome.wall_s, static_cast<double>(outcome.samples) / outcome.wall_s,
               outcome.most.rss_mb, outcome.most.pss_mb, outcome.longest_silence_ms, failures);
  }
  fs::remove_all(name);
  return failed ? 1 : 0;
}

}  // namespace
}  // namespace hil

int main(int argc, char** argv) {
  if (argc == 2) return hil::run(argv[1]);
  fmt::print(stderr, "usage: many_boards_bench HILBENCH\n");
  return 2;
}
