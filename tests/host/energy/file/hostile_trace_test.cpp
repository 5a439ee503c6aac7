// SPDX-License-Identifier: Apache-2.0
// Trace files that are broken at any byte, lie about sizes, or unpack to far more than they are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zstd.h>

#include <random>
#include <string>

#include "host/base/digest.hpp"
#include "host/energy/file/trace_file.hpp"
#include "host/energy/file/trace_format.hpp"
#include "tests/host/energy/file/trace_examples.hpp"

namespace hil::energy {
namespace {

using ::testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;
using trace_format::Block;

/// Blocks of one's own in a file that is otherwise right.
class Forged {
 public:
  Forged() {
    file_.assign(trace_format::kMagic.begin(), trace_format::kMagic.end());
    file_.resize(trace_format::kFileHeaderBytes);
    file_[8] = trace_format::kMajor;
  }
  Forged& block(Block kind, const std::string& content) {
    std::string whole(1, static_cast<char>(kind));
    whole += content;
    return raw(whole);
  }
  Forged& raw(const std::string& whole) {
    const std::size_t at = file_.size();
    file_.resize(at + ZSTD_compressBound(whole.size()));
    file_.resize(
        at + ZSTD_compress(file_.data() + at, file_.size() - at, whole.data(), whole.size(), 1));
    return *this;
  }
  Forged& header(const std::string& rails = "[]", const std::string& more = "") {
    return block(Block::kHeader,
                 R"({"meter":{"kind":"","model":"","serial":"","firmware":"","calibration":"",)"
                 R"("port":"","emulated":false},"accuracy":{"steps":[],"time_base":0,"source":""},)"
                 R"("supply":{"source":"unknown","volts":0,"uncertainty_v":0},"rate_hz":1000,)"
                 R"("logic_bits":0,"logic":false,"rails":)" +
                     rails + more + "}");
  }
  Forged& end(std::uint8_t samples) {
    std::string content(8, '\0');
    content[0] = static_cast<char>(samples);
    for (const std::uint8_t byte : sha256_of(file_))
      content += static_cast<char>(byte);
    return block(Block::kEnd, content);
  }
  [[nodiscard]] std::string error(std::uint64_t most = 1 << 20) const {
    const auto read = unpack_trace(file_, most);
    if (read.ok()) return "";
    EXPECT_EQ(read.error().blame, Blame::kUser);
    return read.error().what;
  }

 private:
  Bytes file_;
};

TEST(HostileTrace, ForgedBlocksThatAreRightAreRead) {
  EXPECT_EQ(Forged().header().end(0).error(), "");
  EXPECT_EQ(Forged().header().block(static_cast<Block>(99), "newer").end(0).error(), "");
}

TEST(HostileTrace, EveryCutIsNoticed) {
  const auto whole = pack_trace(testing::example_file(300));
  ASSERT_TRUE(whole.ok());
  for (std::size_t size = 0; size < whole->size(); ++size) {
    const auto read = unpack_trace(std::span(*whole).first(size));
    ASSERT_FALSE(read.ok()) << size;
    EXPECT_THAT(read.error().what, HasSubstr("byte "));
  }
}

TEST(HostileTrace, EveryFlippedBitIsNoticed) {
  const auto whole = pack_trace(testing::example_file(300));
  ASSERT_TRUE(whole.ok());
  for (std::size_t at = 0; at < whole->size(); ++at) {
    // Bytes 10 to 15 are the minor version and a reserve: readers do not look at them, but the
    // digest has them.
    Bytes broken = *whole;
    broken[at] ^= static_cast<std::uint8_t>(1u << (at % 8));
    ASSERT_FALSE(unpack_trace(broken).ok()) << at;
  }
}

TEST(HostileTrace, AnotherVersionIsNamed) {
  auto bytes = *pack_trace(testing::example_file(1));
  bytes[8] = 2;
  const auto read = unpack_trace(bytes);
  EXPECT_THAT(read.error().what,
              HasSubstr("this trace has format 2, this hilbench reads format 1"));
  EXPECT_THAT(read.error().hint, HasSubstr("newer"));
}

TEST(HostileTrace, WhatUnpacksToTooMuchIsRefused) {
  Forged bomb;
  bomb.header();
  for (int i = 0; i < 20; ++i)
    bomb.block(static_cast<Block>(99), std::string(100'000, 'x'));
  EXPECT_THAT(bomb.error(), HasSubstr("unpacks to more than 1048576 B"));
  EXPECT_THAT(Forged().header().block(Block::kEvents, std::string(5 << 20, ' ')).error(8 << 20),
              HasSubstr("too much text"));
}

TEST(HostileTrace, BlocksOutOfPlaceAreRefused) {
  EXPECT_THAT(Forged().end(0).error(), HasSubstr("before the header"));
  EXPECT_THAT(Forged().header().header().error(), HasSubstr("second header"));
  EXPECT_THAT(Forged().header().error(), HasSubstr("cut off"));
  EXPECT_THAT(Forged().header().end(0).header().error(), HasSubstr("follows the end"));
  EXPECT_THAT(Forged().header().end(1).error(), HasSubstr("samples are missing"));
  EXPECT_THAT(Forged().header().block(Block::kEnd, "short").error(), HasSubstr("another length"));
  EXPECT_THAT(Forged().header().block(Block::kEnd, std::string(40, '\0')).error(),
              HasSubstr("SHA-256"));
}

TEST(HostileTrace, SamplesMustFitTheirNumber) {
  const std::string one_rail =
      R"([{"name":"a","quantity":"current","part_of_another":false,"volts":false}])";
  const auto samples = [&](const std::string& content) {
    return Forged().header(one_rail).block(Block::kSamples, content).end(1).error();
  };
  EXPECT_EQ(samples(std::string("\1\0\0\0", 4) + std::string(5, '\0')), "");
  EXPECT_THAT(samples("ab"), HasSubstr("no number of samples"));
  EXPECT_THAT(samples(std::string("\1\0\0\0", 4) + std::string(6, '\0')), HasSubstr("length"));
  EXPECT_THAT(samples(std::string("\2\0\0\0", 4) + std::string(5, '\0')), HasSubstr("length"));
  EXPECT_THAT(samples(std::string("\xFF\xFF\xFF\xFF", 4) + std::string(5, '\0')),
              HasSubstr("length"));
}

TEST(HostileTrace, HeadersThatCanNotBeAreRefused) {
  const auto header = [](const std::string& text) {
    return Forged().block(Block::kHeader, text).end(0).error();
  };
  EXPECT_THAT(header("{"), HasSubstr("no JSON"));
  EXPECT_THAT(header("[]"), HasSubstr("not an object"));
  EXPECT_THAT(header("{}"), HasSubstr("meter is missing"));
  EXPECT_THAT(header(std::string(100'000, '[')), HasSubstr("no JSON"));
  EXPECT_THAT(Forged().header("7").end(0).error(), HasSubstr("rails is not a short array"));
  EXPECT_THAT(Forged().header("[]", R"(,"rate_hz":-1)").end(0).error(), HasSubstr("rate_hz"));
  EXPECT_THAT(Forged().header("[]", R"(,"rate_hz":1e999)").end(0).error(), HasSubstr("no JSON"));
  EXPECT_THAT(Forged().header("[]", R"(,"logic_bits":9)").end(0).error(), HasSubstr("logic_bits"));
  EXPECT_THAT(Forged().header("[]", R"(,"logic":true)").end(0).error(), HasSubstr("logic_bits"));
}

TEST(HostileTrace, RowsThatCanNotBeAreRefused) {
  const auto rows = [](Block kind, const std::string& text) {
    return Forged().header().block(kind, text).end(0).error();
  };
  EXPECT_THAT(rows(Block::kEvents, "{}"), HasSubstr("no array"));
  EXPECT_THAT(rows(Block::kEvents, "[7]"), HasSubstr("not an object"));
  EXPECT_THAT(rows(Block::kEvents, R"([{"index":-1}])"), HasSubstr("index is not a whole number"));
  EXPECT_THAT(rows(Block::kWindows, R"([{"kind":"sleeping"}])"), HasSubstr("known word"));
  EXPECT_THAT(rows(Block::kDeviceWindows,
                   R"([{"kind":"idle","begin_ticks":1,"end_ticks":2,"inferences":4294967296}])"),
              HasSubstr("inferences"));
  EXPECT_THAT(rows(Block::kOptions, "[]"), HasSubstr("no object"));
  EXPECT_THAT(rows(Block::kOptions, R"({"a":1})"), HasSubstr("a is not a text"));
}

TEST(HostileTrace, NoiseIsNoTrace) {
  std::mt19937 random(1);
  for (int i = 0; i < 2'000; ++i) {
    Bytes bytes(random() % 200);
    for (std::uint8_t& byte : bytes)
      byte = static_cast<std::uint8_t>(random());
    if (bytes.size() >= 16 && i % 2 == 0) {
      std::copy(trace_format::kMagic.begin(), trace_format::kMagic.end(), bytes.begin());
      bytes[8] = trace_format::kMajor;
      bytes[9] = 0;
    }
    ASSERT_FALSE(unpack_trace(bytes).ok());
  }
}

}  // namespace
}  // namespace hil::energy
