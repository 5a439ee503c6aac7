// SPDX-License-Identifier: Apache-2.0
// hilbench boards: the list and the sheets as approved, the same as JSON, and wrong words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "host/app/board_text.hpp"
#include "host/app/commands.hpp"
#include "host/boards/catalogue.hpp"
#include "host/report/text.hpp"
#include "tests/host/base/scratch_folder.hpp"
#include "tests/host/report/approved_text.hpp"

namespace hil::app {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::internal::CaptureStdout;
using testing::internal::GetCapturedStdout;

/// The command with the board files of this source tree, by their relative path.
class BoardsCommand : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(::setenv("HILBENCH_BOARDS", "boards", 1), 0);
    ASSERT_EQ(::setenv("HILBENCH_AGENTS", "tests/none", 1), 0);  // whatever this build lacks
  }
  void TearDown() override {
    ASSERT_EQ(::unsetenv("HILBENCH_BOARDS"), 0);
    ASSERT_EQ(::unsetenv("HILBENCH_AGENTS"), 0);
  }
  static std::string output_of(const std::vector<std::string>& words) {
    CaptureStdout();
    const auto code = boards_command(words);
    std::string text = GetCapturedStdout();
    EXPECT_TRUE(code.ok()) << code.error().what;
    return text;
  }
  /// @p text but for its last fact, which changes with every run of hilbench conform.
  static std::string without_conform(const std::string& text) {
    const std::size_t at = text.find("\nconform ");
    return at == std::string::npos ? text : text.substr(0, at + 1);
  }
  static void expect(const std::string& name, const std::vector<std::string>& words) {
    report::expect_approved(name, without_conform(output_of(words)), "tests/host/app/approved/");
  }
};

TEST_F(BoardsCommand, ListsAll) {
  expect("boards.txt", {});
}

TEST_F(BoardsCommand, ShowsAllOfOne) {
  expect("boards_linux.txt", {"linux"});
  expect("boards_netduino_plus_2.txt", {"netduino_plus_2"});
  expect("boards_mps2_an386.txt", {"mps2_an386"});
  expect("boards_nucleo_f446re.txt", {"nucleo_f446re"});
}

TEST_F(BoardsCommand, JsonHasTheKeysOfTheBoardFile) {
  const json list = json::parse(output_of({"--json"})).at("boards");
  const auto catalogue = boards::Catalogue::load("boards");
  ASSERT_TRUE(catalogue.ok()) << catalogue.error().what;
  ASSERT_EQ(list.size(), catalogue->boards().size());
  const json netduino = json::parse(output_of({"netduino_plus_2", "--json"}));
  EXPECT_THAT(list, testing::Contains(netduino));
  EXPECT_EQ(netduino.at("status"), "tested in emulation");
  EXPECT_EQ(netduino.at("runs_as"), "QEMU machine");
  const auto file = read_text_file("boards/netduino_plus_2.json", 1 << 16);
  ASSERT_TRUE(file.ok()) << file.error().what;
  const json written = json::parse(*file);
  EXPECT_EQ(netduino.at("chip").at("memory"), written.at("chip").at("memory"));
  EXPECT_EQ(netduino.at("chip").at("id").at("values"), json::array({"0x00000413"}));
  EXPECT_EQ(netduino.at("board").at("probe"), written.at("board").at("probe"));
  EXPECT_EQ(netduino.at("agent").at("model_slot"), written.at("agent").at("model_slot"));
  EXPECT_EQ(netduino.at("emulator").at("memory"), written.at("emulator").at("memory"));
  const json linux_board = json::parse(output_of({"linux", "--json"}));
  EXPECT_EQ(linux_board.at("runs_as"), "process");
  EXPECT_FALSE(json::parse(output_of({"nucleo_f446re", "--json"})).contains("emulator"));
}

TEST_F(BoardsCommand, SetLinesAreShown) {
  const auto catalogue = boards::Catalogue::load("boards");
  ASSERT_TRUE(catalogue.ok()) << catalogue.error().what;
  auto board = catalogue->find("linux_aarch64");
  ASSERT_TRUE(board.ok());
  board->serial = {115'200,           {}, boards::LineState::kOff, boards::LineState::kOn,
                   {{0x403, 0x6001}}, {}};
  EXPECT_THAT(board_sheet(*board),
              HasSubstr("serial      115200 baud, DTR off, RTS on, USB 0403:6001\n"));
  board->chip.memory = {{"odd", boards::MemoryKind::kRam, 0, 1500}};
  EXPECT_THAT(board_table({*board}), HasSubstr("  1500 B  "));
}

TEST_F(BoardsCommand, BoardsWithoutAgentAreNamed) {
  const ScratchFolder folder;
  const std::string arm =
      R"("reason": "built without arm-none-eabi-g++", "packages": ["gcc-arm-none-eabi"]})";
  ASSERT_TRUE(write_file(folder.path() / "missing.json",
                         R"([{"board": "microbit", )" + arm + R"(, {"board": "mps2_an385", )" +
                             arm + R"(, {"board": "not_in_the_list", )" + arm +
                             R"(, {"board": "qemu_rv32", "reason": "built without agents", )"
                             R"("packages": []}, {"board": "mps2_an500", )" +
                             arm + "]")
                  .ok());
  ASSERT_TRUE(write_file(folder.path() / "hilbench-agent-mps2_an500.elf", "built since").ok());
  ASSERT_EQ(::setenv("HILBENCH_AGENTS", folder.path().c_str(), 1), 0);
  EXPECT_THAT(output_of({}),
              testing::EndsWith(
                  "\n\nno agent    for microbit, mps2_an385: hilbench was built without "
                  "arm-none-eabi-g++\n"
                  "  next      install what is missing (apt-get install gcc-arm-none-eabi) and "
                  "build hilbench again\n"
                  "no agent    for qemu_rv32: hilbench was built without agents\n"
                  "  next      build it\n"));
  EXPECT_THAT(output_of({"microbit"}), HasSubstr("no agent    for microbit: hilbench was"));
  EXPECT_THAT(output_of({"linux"}), testing::Not(HasSubstr("no agent")));
  EXPECT_EQ(json::parse(output_of({"microbit", "--json"})).at("agent_missing"),
            "built without arm-none-eabi-g++");
}

TEST_F(BoardsCommand, KeepsToTheWidthOfTheTerminal) {
  const auto catalogue = boards::Catalogue::load("boards");
  ASSERT_TRUE(catalogue.ok()) << catalogue.error().what;
  for (const std::size_t width : {60U, 80U, 120U, 200U}) {
    const std::string table = board_table(catalogue->boards(), width);
    EXPECT_LE(report::widest_line(table), width) << table;
    for (const boards::Board& board : catalogue->boards()) {
      EXPECT_THAT(table, HasSubstr(board.id + " "));
      EXPECT_LE(report::widest_line(board_sheet(board, width)), width);
    }
    EXPECT_EQ(table.find("Too narrow for: ") != std::string::npos, width < 120) << table;
  }
}

TEST_F(BoardsCommand, IdsAloneAreOneALine) {
  const auto catalogue = boards::Catalogue::load("boards");
  ASSERT_TRUE(catalogue.ok()) << catalogue.error().what;
  std::string ids;
  for (const boards::Board& board : catalogue->boards())
    ids += board.id + "\n";
  EXPECT_EQ(output_of({"--ids"}), ids);
}

TEST_F(BoardsCommand, WrongWordsAreNamed) {
  const auto none = boards_command({"netduino_plus"});
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().what, "there is no board 'netduino_plus'");
  EXPECT_EQ(none.error().hint, "did you mean 'netduino_plus_2'?");
  EXPECT_EQ(boards_command({"linux", "microbit"}).error().what,
            "boards does not know what to do with 'microbit'");
}

}  // namespace
}  // namespace hil::app
