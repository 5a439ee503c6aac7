// SPDX-License-Identifier: Apache-2.0
// Rows of raw outputs, and what is left when a run or the disk ends early.
#include "host/report/outputs_csv.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "tests/host/base/scratch_folder.hpp"

namespace hil::report {
namespace {

using data::ElementType;
using Outputs = std::vector<std::vector<std::uint8_t>>;

std::string content_of(const std::filesystem::path& path) {
  const auto text = read_text_file(path, 1 << 24);
  return text.ok() ? *text : "unreadable: " + text.error().what;
}

TEST(OutputsCsv, IntegersAreRaw) {
  const ScratchFolder folder;
  const auto path = folder.path() / "out.csv";
  auto csv = OutputsCsv::create(path, {{ElementType::kInt8, 3}});
  ASSERT_TRUE(csv.ok()) << csv.error().what;
  ASSERT_TRUE(csv->add("a.bin", 2, Outputs{{0x80, 0xff, 0x7f}}).ok());
  ASSERT_TRUE(csv->add("odd, \"name\"", 0, Outputs{{0, 1, 2}}).ok());
  EXPECT_FALSE(std::filesystem::exists(path));
  ASSERT_TRUE(csv->finish().ok());
  EXPECT_EQ(content_of(path),
            "name,label,out0,out1,out2\na.bin,2,-128,-1,127\n\"odd, \"\"name\"\"\",0,0,1,2\n");
}

TEST(OutputsCsv, SeveralOutputsShareOneRow) {
  const ScratchFolder folder;
  const auto path = folder.path() / "out.csv";
  auto csv = OutputsCsv::create(
      path, {{ElementType::kFloat32, 2}, {ElementType::kInt32, 1}, {ElementType::kUint8, 1}});
  ASSERT_TRUE(csv.ok()) << csv.error().what;
  const float values[] = {0.1F, -1e-30F};
  std::vector<std::uint8_t> floats(sizeof values);
  std::memcpy(floats.data(), values, sizeof values);
  ASSERT_TRUE(csv->add("a", 1, Outputs{floats, {0, 0, 0, 0x80}, {255}}).ok());
  ASSERT_TRUE(csv->finish().ok());
  EXPECT_EQ(content_of(path), "name,label,out0,out1,out2,out3\na,1,0.1,-1e-30,-2147483648,255\n");
}

TEST(OutputsCsv, NothingRemainsUnlessAskedFor) {
  const ScratchFolder folder;
  {
    auto csv = OutputsCsv::create(folder.path() / "out.csv", {{ElementType::kInt8, 1}});
    ASSERT_TRUE(csv.ok());
    ASSERT_TRUE(csv->add("a", 1, Outputs{{1}}).ok());
  }
  EXPECT_EQ(folder.entry_count(), 0);
}

TEST(OutputsCsv, WrongSizesAreOurFault) {
  const ScratchFolder folder;
  auto csv = OutputsCsv::create(folder.path() / "out.csv", {{ElementType::kInt16, 2}});
  ASSERT_TRUE(csv.ok());
  const std::pair<Outputs, const char*> cases[] = {
      {{}, "a has 0 outputs instead of 1"},
      {{{1, 2, 3, 4}, {1}}, "a has 2 outputs instead of 1"},
      {{{1, 2}}, "output 0 of a has 2 bytes for 2 values of type i16"},
      {{{1, 2, 3, 4, 5}}, "output 0 of a has 5 bytes for 2 values of type i16"},
  };
  for (const auto& [outputs, expected] : cases) {
    const auto status = csv->add("a", 0, outputs);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().blame, Blame::kBug);
    EXPECT_EQ(status.error().what, expected);
  }
  EXPECT_TRUE(csv->add("a", 0, Outputs{{1, 0, 2, 0}}).ok());
}

TEST(OutputsCsv, FullDiskIsReported) {
  auto csv = OutputsCsv::create("/dev/full", {{ElementType::kInt8, 100}});
  ASSERT_TRUE(csv.ok());
  Status status;
  const Outputs row{std::vector<std::uint8_t>(100, 0x80)};
  for (int i = 0; i < 1000 && status.ok(); ++i)
    status = csv->add("a.bin", 0, row);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().blame, Blame::kUser);
  EXPECT_EQ(status.error().what, "cannot write /dev/full: No space left on device");
  EXPECT_EQ(status.error().hint, "free some space on the disk of /dev or choose another");
}

TEST(OutputsCsv, UnwritableFolderIsReportedAtOnce) {
  const auto csv = OutputsCsv::create("/proc/none/out.csv", {{ElementType::kInt8, 1}});
  ASSERT_FALSE(csv.ok());
  EXPECT_EQ(csv.error().blame, Blame::kUser);
  EXPECT_EQ(csv.error().what, "cannot create /proc/none/out.csv: No such file or directory");
  EXPECT_EQ(csv.error().hint, "make the folder /proc/none first, or choose another");
}

}  // namespace
}  // namespace hil::report
