// SPDX-License-Identifier: Apache-2.0
// Lines come out whole whatever pieces bytes come in, and garbage is told from text.
#include "host/dialect/mlperf_tiny/line_reader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hil::dialect::mlperf_tiny {
namespace {

std::vector<Line> lines_of(const std::string& bytes, std::size_t piece) {
  LineReader reader;
  std::vector<Line> lines;
  const std::vector<std::uint8_t> all(bytes.begin(), bytes.end());
  for (std::size_t at = 0; at < all.size(); at += piece) {
    reader.push(std::span(all).subspan(at, std::min(piece, all.size() - at)));
    while (auto line = reader.next())
      lines.push_back(*std::move(line));
  }
  return lines;
}

TEST(LineReader, CutsAtLineEndsInPiecesOfAnySize) {
  const std::string bytes = "m-ready\r\n\r\n\nbare\nx\r\n";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    const auto lines = lines_of(bytes, piece);
    ASSERT_EQ(lines.size(), 3u) << piece;
    EXPECT_EQ(lines[0].text, "m-ready");
    EXPECT_EQ(lines[1].text, "bare");
    EXPECT_EQ(lines[2].text, "x");
    EXPECT_FALSE(lines[0].garbled || lines[1].garbled || lines[2].garbled);
  }
}

TEST(LineReader, TellsBytesThatAreNoText) {
  const auto lines = lines_of("m-re\x1b[2Jady\r\nm-\xffready\na\rb\r\ngood\n", 3);
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0].text, "m-re?[2Jady");
  EXPECT_TRUE(lines[0].garbled);
  EXPECT_EQ(lines[1].text, "m-?ready");
  EXPECT_TRUE(lines[1].garbled);
  EXPECT_TRUE(lines[2].garbled);  // two lines, one of whose LF was lost
  EXPECT_EQ(lines[3].text, "good");
  EXPECT_FALSE(lines[3].garbled);
}

TEST(LineReader, BoundsALineThatDoesNotEnd) {
  const auto lines = lines_of(std::string(5 * kMostLineChars, 'a') + "\nm-ready\r\n", 1000);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_TRUE(lines[0].garbled);
  EXPECT_EQ(lines[0].text.size(), kMostLineChars);
  EXPECT_EQ(lines[1].text, "m-ready");
  EXPECT_FALSE(lines[1].garbled);
  const auto whole = lines_of(std::string(kMostLineChars, 'a') + "\n", 7);
  ASSERT_EQ(whole.size(), 1u);
  EXPECT_FALSE(whole[0].garbled);
}

TEST(LineReader, ForgetsWhatWasPushed) {
  LineReader reader;
  const std::string half = "m-rea";
  reader.push(std::vector<std::uint8_t>(half.begin(), half.end()));
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.in_line());
  reader.clear();
  EXPECT_FALSE(reader.in_line());
  const std::string rest = "dy\n";
  reader.push(std::vector<std::uint8_t>(rest.begin(), rest.end()));
  EXPECT_EQ(reader.next()->text, "dy");
}

}  // namespace
}  // namespace hil::dialect::mlperf_tiny
