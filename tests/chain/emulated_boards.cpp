// SPDX-License-Identifier: Apache-2.0
// State folder, skips, and the search for what was left behind.
#include "tests/chain/emulated_boards.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "host/boards/catalogue.hpp"
#include "host/lab/agent_image.hpp"
#include "host/report/json_record.hpp"

namespace hil::test {
namespace {

namespace fs = std::filesystem;

bool in_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path != nullptr ? path : "");
  std::string folder;
  while (std::getline(folders, folder, ':')) {
    if (access((fs::path(folder) / program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

/// The program that @p board needs to run here; empty: none.
std::string emulator_of(const boards::Board& board) {
  if (board.emulator->kind == boards::EmulatorKind::kQemu) return board.emulator->program;
  return board.emulator->runner.empty() ? "" : board.emulator->runner.front();
}

}  // namespace

void EmulatedBoards::SetUp() {
  state_ = (folder_ / "state").string();
  setenv("XDG_STATE_HOME", state_.c_str(), 1);
}

void EmulatedBoards::TearDown() {
  EXPECT_EQ(left_behind(), std::vector<int>{}) << "processes outlived the run";
  std::error_code error;
  for (fs::recursive_directory_iterator entry(state_, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->is_directory()) continue;
    const std::string name = entry->path().filename().string();
    EXPECT_TRUE(name == "flash.bin" || name == "lock" || name == "rates.json" ||
                name.ends_with(".lock"))
        << entry->path() << " was left behind";
  }
}

void EmulatedBoards::need(const std::string& board) {
  const auto catalogue = boards::Catalogue::load();
  ASSERT_TRUE(catalogue) << catalogue.error().what;
  const auto found = catalogue->find(board);
  ASSERT_TRUE(found) << found.error().what;
  ASSERT_TRUE(found->emulator);
  const fs::path image = lab::default_agent_folder() / found->agent.image;
  if (!fs::exists(image)) GTEST_SKIP() << image << " was not built: its cross compiler is missing";
  for (const std::string& program : {emulator_of(*found), std::string("openocd")}) {
    if (!program.empty() && !in_path(program)) GTEST_SKIP() << program << " is not installed";
  }
}

results::Record EmulatedBoards::run(std::vector<std::string> words) {
  const fs::path file = folder_ / "record.json";
  words.insert(words.end(), {"--emulate", "--json", file.string()});
  const auto outcome = run_hilbench(words);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  auto record = report::load_record(file);
  if (record) return std::move(record).value();
  ADD_FAILURE() << record.error().what;
  return {};
}

std::vector<int> EmulatedBoards::left_behind() const {
  std::vector<int> found;
  std::error_code error;
  for (fs::directory_iterator entry("/proc", error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    int pid = 0;
    const auto read = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (read.ec != std::errc() || pid == getpid()) continue;
    std::ifstream file(entry->path() / "environ", std::ios::binary);
    const std::string environment{std::istreambuf_iterator<char>(file), {}};
    if (environment.find("XDG_STATE_HOME=" + state_) != std::string::npos) found.push_back(pid);
  }
  return found;
}

const results::Metric* find_metric(const results::Record& record, const std::string& name) {
  for (const results::Metric& metric : record.metrics) {
    if (metric.name == name) return &metric;
  }
  return nullptr;
}

}  // namespace hil::test
