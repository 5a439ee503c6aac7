// SPDX-License-Identifier: Apache-2.0
// Board files: the real ones, and every way to get one wrong.
#include "host/boards/catalogue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

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
  const auto board = catalogue->find("linux");
  ASSERT_TRUE(board.ok());
  EXPECT_EQ(board->chip.core, "host");
  EXPECT_TRUE(board->tested);
  EXPECT_EQ(board->serial.baud, 0u);
  ASSERT_TRUE(board->emulator);
  EXPECT_EQ(board->emulator->kind, EmulatorKind::kProcess);
  EXPECT_EQ(board->emulator->agent, "hilbench-agent-linux");
  EXPECT_EQ(board->file, fs::path("boards/linux.json"));
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
  EXPECT_EQ(near.hint, "Did you mean 'linux'?");
  EXPECT_THAT(catalogue->find("something_else").error().hint, HasSubstr("hilbench boards"));
  EXPECT_THAT(catalogue->find(std::string(100'000, 'x')).error().hint, HasSubstr("boards"));
}

TEST_F(CatalogueTest, NamesFileAndPathOfWhatIsWrong) {
  const Error type = failure_after([](json& b) { b["board"]["serial"]["baud"] = "fast"; });
  EXPECT_EQ(type.blame, Blame::kConfig);
  EXPECT_THAT(type.what, HasSubstr("linux.json: /board/serial/baud: "));
  EXPECT_THAT(failure_after([](json& b) { b["board"]["serial"]["baud"] = -1; }).what,
              HasSubstr("/board/serial/baud"));
  EXPECT_THAT(failure_after([](json& b) { b["board"]["serial"]["baud"] = 1e10; }).what,
              HasSubstr("/board/serial/baud"));
  EXPECT_THAT(failure_after([](json& b) { b["chip"].erase("core"); }).what, HasSubstr("/chip"));
  EXPECT_THAT(failure_after([](json& b) { b["chip"]["colour"] = "red"; }).what, HasSubstr("/chip"));
  EXPECT_THAT(failure_after([](json& b) { b["emulator"]["agent"] = "../../bin/sh"; }).what,
              HasSubstr("/emulator/agent"));
  EXPECT_THAT(failure_after([](json& b) { b["schema"] = "hilbench-board/2"; }).what,
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
