// SPDX-License-Identifier: Apache-2.0
// The installed program: how long `hilbench --help` takes to start and end, and bytes by part.
//
// Usage: installed_bench PREFIX [JSON]. PREFIX is what `cmake --install` made. Goal of --help: 50
// ms.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "host/base/file.hpp"
#include "host/base/subprocess.hpp"

namespace hil {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

constexpr int kRepeats = 30;
constexpr std::chrono::seconds kMostTime{10};
constexpr double kFailed = -1;

struct Command {
  std::string name;
  Words argv;
  std::vector<double> milliseconds;
};

struct Part {
  const char* name;
  const char* folder;  ///< below the prefix
};

constexpr Part kParts[] = {{"program", "bin"},
                           {"supervisor of virtual boards", "libexec"},
                           {"agents", "lib/hilbench/agents"},
                           {"board files", "share/hilbench/boards"},
                           {"examples", "share/hilbench/examples"},
                           {"man pages", "share/man"}};

/// Wall time from spawn to end in ms; kFailed if it could not start or did not end with 0.
double run_once(const Words& argv) {
  SpawnOptions options;
  options.argv = argv;
  const auto start = std::chrono::steady_clock::now();
  auto process = Subprocess::spawn(options);
  if (!process.ok()) return kFailed;
  const auto ended = process->wait(Deadline::after(kMostTime));
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  return ended && ended->clean() ? took.count() : kFailed;
}

/// In turn, so that what else the machine does falls on all of them alike.
void run_all(std::vector<Command>& commands) {
  for (int i = 0; i <= kRepeats; ++i) {
    for (Command& command : commands) {
      const double took = run_once(command.argv);
      if (i > 0) command.milliseconds.push_back(took);  // the first one reads the disk
    }
  }
}

/// {median, fastest, slowest}; sorts @p values.
std::array<double, 3> summary_of(std::vector<double>& values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return {(values[middle - 1] + values[middle]) / 2, values.front(), values.back()};
}

std::uintmax_t bytes_below(const fs::path& folder) {
  std::uintmax_t bytes = 0;
  std::error_code failed;
  for (fs::recursive_directory_iterator entry(folder, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    if (entry->is_regular_file(failed)) bytes += entry->file_size(failed);
  }
  return bytes;
}

std::string print_times(std::vector<Command>& commands) {
  std::string json;
  fmt::print("wall time from start to end, {} times each in turn: median (fastest to slowest)\n",
             kRepeats);
  for (Command& command : commands) {
    const auto [median, fastest, slowest] = summary_of(command.milliseconds);
    if (fastest < 0) {
      fmt::print("  {:<30}did not run\n", command.name);
      continue;
    }
    fmt::print("  {:<30}{:7.2f} ms  ({:.2f} to {:.2f})\n", command.name, median, fastest, slowest);
    json += fmt::format("{}\n    \"{}\": {{\"median_ms\": {:.3f}, \"min_ms\": {:.3f}}}",
                        json.empty() ? "" : ",", command.name, median, fastest);
  }
  return json;
}

std::string print_sizes(const fs::path& prefix) {
  const auto whole = bytes_below(prefix);
  std::string json = fmt::format("\n    \"whole\": {}", whole);
  fmt::print("bytes of the installed files, stripped: {:.2f} MB in all\n",
             static_cast<double>(whole) / 1e6);
  for (const Part& part : kParts) {
    const auto bytes = bytes_below(prefix / part.folder);
    fmt::print("  {:<30}{:7.2f} MB\n", part.name, static_cast<double>(bytes) / 1e6);
    json += fmt::format(",\n    \"{}\": {}", part.name, bytes);
  }
  return json;
}

int run(const fs::path& prefix, const std::string& file) {
  const std::string program = (prefix / "bin/hilbench").string();
  std::vector<Command> commands{{"hilbench --help", {program, "--help"}, {}},
                                {"hilbench boards", {program, "boards"}, {}},
                                {"openocd --version", {"openocd", "--version"}, {}},
                                {"/bin/true", {"/bin/true"}, {}}};
  run_all(commands);
  const std::string times = print_times(commands);
  const std::string sizes = print_sizes(prefix);
  if (commands.front().milliseconds.front() < 0) return 1;
  if (file.empty()) return 0;
  const auto written = write_file(file, fmt::format("{{\n  \"start_up\": {{{}\n  }},\n  "
                                                    "\"bytes\": {{{}\n  }}\n}}\n",
                                                    times, sizes));
  if (!written.ok()) fmt::print(stderr, "{}\n", written.error().what);
  return written.ok() ? 0 : 1;
}

}  // namespace
}  // namespace hil

int main(int argc, char** argv) {
  if (argc == 2 || argc == 3) return hil::run(argv[1], argc == 3 ? argv[2] : "");
  fmt::print(stderr, "usage: installed_bench PREFIX [JSON]\n");
  return 2;
}
