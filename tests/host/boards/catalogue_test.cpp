// SPDX-License-Identifier: Apache-2.0
// Board files: the real ones, and every way to get one wrong.
#include "host/boards/catalogue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "host/boards/schema.hpp"
#include "tests/host/base/scratch_folder.hpp"

namespace hil::boards {
namespace {

using nlohmann::json;
using testing::HasSubstr;
namespace fs = std::filesystem;

/// A scratch folder with the real schema and one board file.
class CatalogueTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::copy_file("boards/board.schema.json", folder() / "board.schema.json");
    board_ = json::parse(std::ifstream("boards/linux.json"));
  }
  fs::path folder() const { return scratch_.path(); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder() / name) << text;
  }
  Error failure() const {
    const auto catalogue = Catalogue::load(folder());
    EXPECT_FALSE(catalogue.ok());
    return catalogue.ok() ? Error{} : catalogue.error();
  }
  /// What is said of linux.json after @p change.
  Error failure_after(const std::function<void(json&)>& change) const {
    json board = board_;
    change(board);
    write("linux.json", board.dump());
    return failure();
  }
  ScratchFolder scratch_;
  json board_;
};

TEST_F(CatalogueTest, TheRealFilesAreGood) {
  const auto catalogue = Catalogue::load("boards");
  ASSERT_TRUE(catalogue.ok()) << catalogue.error().what;
  std::vector<std::string> ids;
  for (const Board& board : catalogue->boards()) {
    ids.push_back(board.id);
    EXPECT_EQ(board.file, fs::path("boards") / (board.id + ".json"));
    EXPECT_FALSE(board.status == BoardStatus::kEmulated && !board.emulator) << board.id;
  }
  EXPECT_THAT(ids, testing::IsSupersetOf({"linux", "linux_aarch64", "microbit", "mps2_an385",
                                          "mps2_an385_m0", "mps2_an386", "mps2_an500", "mps3_an547",
                                          "netduino_plus_2", "nucleo_f446re", "qemu_rv32",
                                          "stm32f4_discovery", "stm32vldiscovery"}));
}

TEST_F(CatalogueTest, ACheckGoesOnAfterAFault) {
  write("linux.json", board_.dump());
  write("aaa.json", "{");
  write("zzz.json", "{}");
  const CatalogueCheck check = check_catalogue(folder());
  ASSERT_EQ(check.sound.size(), 1u);
  EXPECT_EQ(check.sound.front().id, "linux");
  ASSERT_EQ(check.wrong.size(), 2u);
  EXPECT_THAT(check.wrong[0].what, HasSubstr("aaa.json"));
  EXPECT_THAT(check.wrong[1].what, HasSubstr("zzz.json"));
  EXPECT_EQ(failure().what, check.wrong[0].what) << "load() stops at the first";
  EXPECT_EQ(check_catalogue(folder() / "none").wrong.size(), 1u);
}

TEST_F(CatalogueTest, SortsById) {
  for (const char* id : {"zeta", "alpha", "linux"}) {
    board_["id"] = id;
    board_.erase("emulator");
    write(std::string(id) + ".json", board_.dump());
  }
  const auto catalogue = Catalogue::load(folder());
  ASSERT_TRUE(catalogue.ok()) << catalogue.error().what;
  ASSERT_EQ(catalogue->boards().size(), 3u);
  EXPECT_EQ(catalogue->boards()[0].id, "alpha");
  EXPECT_EQ(catalogue->boards()[2].id, "zeta");
  EXPECT_FALSE(catalogue->boards()[0].emulator);
}

TEST_F(CatalogueTest, HintsAtTheNearestBoard) {
  const auto catalogue = Catalogue::load("boards");
  ASSERT_TRUE(catalogue.ok());
  const Error near = catalogue->find("linx").error();
  EXPECT_EQ(near.blame, Blame::kUser);
  EXPECT_EQ(near.what, "there is no board 'linx'");
  EXPECT_EQ(near.hint, "did you mean 'linux'?");
  EXPECT_EQ(catalogue->find("something_else").error().hint,
            "'hilbench boards' lists those there are");
  EXPECT_THAT(catalogue->find(std::string(100'000, 'x')).error().hint, HasSubstr("boards"));
}

TEST_F(CatalogueTest, NamesFileAndPathOfWhatIsWrong) {
  const Error type = failure_after([](json& b) { b["board"]["serial"]["baud"] = "fast"; });
  EXPECT_EQ(type.blame, Blame::kConfig);
  EXPECT_EQ(type.hint, "boards/README.md says what a board file holds");
  EXPECT_THAT(type.what, HasSubstr("linux.json: /board/serial/baud: "));
  EXPECT_THAT(failure_after([](json& b) { b["board"]["serial"]["baud"] = -1; }).what,
              HasSubstr("/board/serial/baud"));
  EXPECT_THAT(failure_after([](json& b) { b["board"]["serial"]["baud"] = 1e10; }).what,
              HasSubstr("/board/serial/baud"));
  EXPECT_THAT(failure_after([](json& b) { b["chip"].erase("core"); }).what,
              HasSubstr("/chip: Missing required property 'core'"));
  EXPECT_THAT(failure_after([](json& b) { b["chip"]["colour"] = "red"; }).what,
              HasSubstr("/chip/colour: there is no such key"));
  EXPECT_THAT(failure_after([](json& b) { b["agent"]["image"] = "../../bin/sh"; }).what,
              HasSubstr("/agent/image"));
  EXPECT_THAT(failure_after([](json& b) { b["schema"] = "hilbench-board/0"; }).what,
              HasSubstr("/schema"));
  EXPECT_THAT(failure_after([](json& b) { b = json::array(); }).what, HasSubstr("linux.json: /"));
}

TEST_F(CatalogueTest, IdMustBeTheFilesName) {
  EXPECT_THAT(failure_after([](json& b) { b["id"] = "other"; }).what,
              HasSubstr("/id: is 'other', the file's name says 'linux'"));
}

TEST_F(CatalogueTest, SaysWhereTheJsonBreaks) {
  write("linux.json", "{\n  \"id\": linux\n}");
  const Error error = failure();
  EXPECT_EQ(error.blame, Blame::kConfig);
  EXPECT_THAT(error.what, HasSubstr("linux.json: parse error at line 2"));
}

TEST_F(CatalogueTest, BoundsTheSizeOfAFile) {
  write("linux.json", std::string(70'000, ' '));
  EXPECT_EQ(failure().blame, Blame::kConfig);
}

TEST_F(CatalogueTest, BoundsTextAndDepth) {
  // Without the bound the regular expressions of the schema overflow the stack.
  const Error text = failure_after([](json& b) { b["id"] = std::string(60'000, 'a'); });
  EXPECT_THAT(text.what, HasSubstr("/id: 60000 bytes of text, at most 1000 are allowed"));
  EXPECT_THAT(failure_after([](json& b) { b[std::string(60'000, 'a')] = 1; }).what,
              HasSubstr("a key that is too long"));
  write("linux.json", std::string(30'000, '[') + std::string(30'000, ']'));
  EXPECT_THAT(failure().what, HasSubstr("nested too deeply"));
}

TEST_F(CatalogueTest, AFileCutShortAnywhereIsRefused) {
  std::ifstream file("boards/netduino_plus_2.json");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  const fs::path cut = folder() / "netduino_plus_2.json";
  for (std::size_t size = 0; size < text.size(); ++size) {
    fs::remove(cut);  // to cut it in place would have the file system write each one to the disk
    std::ofstream(cut) << text.substr(0, size);
    ASSERT_FALSE(load_json(cut).ok()) << size;
  }
  std::ofstream(cut) << text;
  EXPECT_TRUE(load_json(cut).ok());
}

TEST_F(CatalogueTest, NeedsBoardsSchemaAndFolder) {
  EXPECT_THAT(failure().what, HasSubstr("no board files"));
  write("linux.json", board_.dump());
  write("board.schema.json", "{\"type\": 3}");
  EXPECT_THAT(failure().what, HasSubstr("not a JSON schema"));
  fs::remove(folder() / "board.schema.json");
  EXPECT_EQ(failure().blame, Blame::kConfig);
  EXPECT_THAT(Catalogue::load(folder() / "none").error().what, HasSubstr("none"));
}

TEST_F(CatalogueTest, TheEnvironmentNamesTheFolder) {
  write("linux.json", board_.dump());
  ASSERT_EQ(::setenv("HILBENCH_BOARDS", folder().c_str(), 1), 0);
  EXPECT_EQ(default_folder(), folder());
  ASSERT_EQ(::unsetenv("HILBENCH_BOARDS"), 0);
  EXPECT_TRUE(fs::exists(default_folder() / "linux.json"));
}

}  // namespace
}  // namespace hil::boards
