// SPDX-License-Identifier: Apache-2.0
// What the linked image writes at start to devices that QEMU has no model of (clock control, pins),
// as QEMU logs it, compared with the approved trace.
#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>
#include <regex>

#include "host/session/session.hpp"
#include "tests/target/port/emulated_agent.hpp"

namespace hil::test {
namespace {

namespace fs = std::filesystem;

/// "RCC+0x040 0x00000001" of each logged write.
std::vector<std::string> writes_in(const fs::path& log) {
  const std::regex line_of_write(
      R"((\w+): unimplemented device write \(size 4, offset (0x\w+), value (0x\w+)\))");
  std::vector<std::string> found;
  std::ifstream file(log);
  std::smatch part;
  for (std::string line; std::getline(file, line);) {
    if (std::regex_search(line, part, line_of_write)) {
      found.push_back(part[1].str() + "+" + part[2].str() + " " + part[3].str());
    }
  }
  return found;
}

std::vector<std::string> approved(const std::string& board) {
  std::ifstream file("tests/target/port/" + board + ".qemu.trace");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line[0] != '#') lines.push_back(line);
  }
  return lines;
}

class SetUpOnQemu : public testing::TestWithParam<const char*> {};

TEST_P(SetUpOnQemu, writes_what_has_been_approved) {
  const boards::Board board = board_of(GetParam());
  const fs::path image = image_of(board);
  const std::string reason = reason_to_skip(board, image);
  if (!reason.empty()) GTEST_SKIP() << reason;
  const fs::path log = fs::temp_directory_path() /
                       ("hilbench-" + board.id + "-" + std::to_string(getpid()) + ".log");
  {
    EmulatedAgent agent(board, image, {"-d", "unimp,guest_errors", "-D", log.string()});
    session::SessionOptions options;
    options.channel.board = board.id;
    const auto session =
        session::Session::open(agent.link(), options, Deadline::after(std::chrono::seconds(20)));
    EXPECT_TRUE(session.ok());
  }
  EXPECT_THAT(writes_in(log), testing::ElementsAreArray(approved(board.id)));
  fs::remove(log);
}

INSTANTIATE_TEST_SUITE_P(Boards, SetUpOnQemu,
                         testing::Values("netduino_plus_2", "stm32vldiscovery"),
                         [](const auto& board) { return std::string(board.param); });

}  // namespace
}  // namespace hil::test
