// SPDX-License-Identifier: Apache-2.0
// The rates that are remembered: what is kept, and what a broken file does.
#include "host/lab/known_rates.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "host/base/file.hpp"
#include "tests/host/base/scratch_folder.hpp"

namespace hil::lab {
namespace {

namespace fs = std::filesystem;

class KnownRatesTest : public testing::Test {
 protected:
  void write(const std::string& text) { ASSERT_TRUE(write_file(file_, text).ok()); }
  [[nodiscard]] std::string content() const { return *read_text_file(file_, 1 << 20); }

  ScratchFolder folder_;
  fs::path file_ = folder_.path() / "rates.json";
  KnownRates rates_{file_};
};

TEST_F(KnownRatesTest, AreFoundAgainAndForgotten) {
  EXPECT_EQ(rates_.find("a@1"), std::nullopt);
  ASSERT_TRUE(rates_.remember("a@1", 921'600).ok());
  ASSERT_TRUE(rates_.remember("a@2", 460'800).ok());
  ASSERT_TRUE(rates_.remember("a@1", 230'400).ok());
  EXPECT_EQ(KnownRates(file_).find("a@1"), 230'400u);
  EXPECT_EQ(rates_.find("a@2"), 460'800u);
  ASSERT_TRUE(rates_.forget("a@1").ok());
  ASSERT_TRUE(rates_.forget("nobody").ok());
  EXPECT_EQ(rates_.find("a@1"), std::nullopt);
  EXPECT_EQ(rates_.find("a@2"), 460'800u);
}

TEST_F(KnownRatesTest, LeaveNothingBesideTheFile) {
  ASSERT_TRUE(rates_.remember("a", 921'600).ok());
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()), 1);
}

TEST_F(KnownRatesTest, MakeTheFolder) {
  const KnownRates deep(folder_.path() / "state" / "hilbench" / "rates.json");
  ASSERT_TRUE(deep.remember("a", 921'600).ok());
  EXPECT_EQ(deep.find("a"), 921'600u);
}

TEST_F(KnownRatesTest, AFolderThatCannotBeMadeIsAnErrorOfTheLab) {
  write("a file");
  const Status status = KnownRates(file_ / "rates.json").remember("a", 921'600);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().blame, Blame::kLab);
  EXPECT_FALSE(status.error().hint.empty());
}

TEST_F(KnownRatesTest, ABrokenFileCountsAsNone) {
  const std::string good = R"({"baud": 460800, "used_utc": "2026-01-31T23:59:59Z"})";
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("[]"), std::string("null"),
        std::string(R"({"schema": 1})"), std::string("\xFF\xFE\0", 3),
        fmt::format(R"({{"schema": "hilbench-rates/2", "boards": {{"a": {}}}}})", good),
        std::string(R"({"schema": "hilbench-rates/1"})"),
        std::string(R"({"schema": "hilbench-rates/1", "boards": [1, 2]})")}) {
    write(text);
    EXPECT_EQ(rates_.find("a"), std::nullopt) << text;
  }
  ASSERT_TRUE(rates_.remember("a", 230'400).ok());
  EXPECT_EQ(rates_.find("a"), 230'400u) << "it has been written anew";
}

TEST_F(KnownRatesTest, AnEntryThatMakesNoSenseIsNone) {
  for (const char* entry :
       {"3", "{}", R"({"baud": -9600, "used_utc": ""})", R"({"baud": 9600.5, "used_utc": ""})",
        R"({"baud": 0, "used_utc": ""})", R"({"baud": 4294967296, "used_utc": ""})",
        R"({"baud": 12000001, "used_utc": ""})", R"({"baud": "9600", "used_utc": ""})",
        R"({"baud": 9600, "used_utc": 7})", R"({"baud": 9600})"}) {
    write(fmt::format(R"({{"schema": "hilbench-rates/1", "boards": {{"a": {}, "b": {}}}}})", entry,
                      R"({"baud": 460800, "used_utc": ""})"));
    EXPECT_EQ(rates_.find("a"), std::nullopt) << entry;
    EXPECT_EQ(rates_.find("b"), 460'800u) << entry;
  }
}

TEST_F(KnownRatesTest, KeysMayBeAnything) {
  const std::string key("nucleo@\xFF\n\"\\", 11);
  ASSERT_TRUE(rates_.remember(key, 921'600).ok());
  ASSERT_TRUE(rates_.remember("plain", 230'400).ok());
  EXPECT_EQ(rates_.find("plain"), 230'400u);
}

TEST_F(KnownRatesTest, TheOneUnusedForLongestGoes) {
  nlohmann::json boards = nlohmann::json::object();
  for (std::size_t i = 0; i < KnownRates::kMostBoards; ++i) {
    boards[fmt::format("b{}", i)] = {{"baud", 460'800},
                                     {"used_utc", fmt::format("2020-01-01T00:{:05}Z", i)}};
  }
  write(nlohmann::json{{"schema", "hilbench-rates/1"}, {"boards", boards}}.dump());
  ASSERT_TRUE(rates_.remember("new", 921'600).ok());
  EXPECT_EQ(rates_.find("b0"), std::nullopt);
  EXPECT_EQ(rates_.find("b1"), 460'800u);
  EXPECT_EQ(rates_.find("new"), 921'600u);
  EXPECT_EQ(nlohmann::json::parse(content())["boards"].size(), KnownRates::kMostBoards);
}

}  // namespace
}  // namespace hil::lab
