// SPDX-License-Identifier: Apache-2.0
// hilbench boards: the list and the sheets as approved, the same as JSON, and wrong words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "host/app/board_text.hpp"
#include "host/app/commands.hpp"
#include "host/boards/catalogue.hpp"
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
  void SetUp() override { ASSERT_EQ(::setenv("HILBENCH_BOARDS", "boards", 1), 0); }
  void TearDown() override { ASSERT_EQ(::unsetenv("HILBENCH_BOARDS"), 0); }
  static std::string output_of(const std::vector<std::string>& words) {
    CaptureStdout();
    const auto code = boards_command(words);
    std::string text = GetCapturedStdout();
    EXPECT_TRUE(code.ok()) << code.error().what;
    return text;
  }
  static void expect(const std::string& name, const std::vector<std::string>& words) {
    report::expect_approved(name, output_of(words), "tests/host/app/approved/");
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
  board->serial = {115'200, {}, boards::LineState::kOff, boards::LineState::kOn, {{0x403, 0x6001}}};
  EXPECT_THAT(board_sheet(*board),
              HasSubstr("serial      115200 baud, DTR off, RTS on, USB 0403:6001\n"));
  board->chip.memory = {{"odd", boards::MemoryKind::kRam, 0, 1500}};
  EXPECT_THAT(board_table({*board}), HasSubstr("  1500 B  "));
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
