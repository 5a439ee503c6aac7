// SPDX-License-Identifier: Apache-2.0
// Link models: what they answer, that they are small, and that every agent has their operators.
#include "host/conform/link_models.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>

#include "tests/host/conform/linux_board.hpp"

namespace hil::conform {
namespace {

using test::Bytes;

/// The edges of rectangles: 1, primes, squares, powers of two, the largest message and beyond.
constexpr std::size_t kSizes[] = {1, 2, 3, 49, 64, 1000, 1024, 4099, 16'384, 65'521, 65'536};

model::CompiledModel compiled(const std::vector<std::uint8_t>& tflite) {
  auto model = model::compile(tflite, "link.tflite");
  EXPECT_TRUE(model) << (model ? "" : model.error().what);
  return model ? std::move(model).value() : model::CompiledModel();
}

Bytes every_byte(std::size_t count) {
  Bytes bytes(count);
  for (std::size_t i = 0; i < count; ++i)
    bytes[i] = static_cast<std::uint8_t>(i * 7 + i / 256 + 200);
  return bytes;
}

std::set<std::string> lines_of(const char* path) {
  std::ifstream file(path);
  std::set<std::string> lines;
  for (std::string line; std::getline(file, line);)
    lines.insert(line);
  return lines;
}

TEST(LinkModels, RunOnTheSmallestAgents) {
  const auto listed = lines_of("target/engine/operators/small.list");
  for (const auto& make : {echo_model, source_model, sink_model}) {
    for (const model::UsedOperator& used : compiled(make(64)).operators)
      EXPECT_EQ(listed.count(measure::title_of(used)), 1U) << measure::title_of(used);
  }
}

TEST(LinkModels, PlansStaySmallForSizesWithDivisors) {
  for (const std::size_t bytes : {64U, 1024U, 65'536U}) {
    EXPECT_LT(compiled(echo_model(bytes)).plan.size(), 400U);
    EXPECT_LT(compiled(source_model(bytes)).plan.size(), 1'300U);
    EXPECT_LT(compiled(sink_model(bytes)).plan.size(), 400U);
    EXPECT_EQ(compiled(source_model(bytes)).macs, 0U);
  }
}

TEST(LinkModels, NothingIsRefusedLikeAnyDamagedModel) {
  for (const auto& make : {echo_model, source_model, sink_model})
    EXPECT_FALSE(model::compile(make(0), "link.tflite"));
}

TEST(LinkModels, EchoGivesBackEveryByte) {
  const auto board = test::LinuxBoard::start();
  ASSERT_NE(board, nullptr);
  for (const std::size_t bytes : kSizes) {
    const Bytes sent = every_byte(bytes);
    const auto outputs = board->run(compiled(echo_model(bytes)), {sent}, 2);
    ASSERT_EQ(outputs.size(), 2U) << bytes;
    EXPECT_EQ(outputs[0], std::vector<Bytes>{sent}) << bytes;
    EXPECT_EQ(outputs[1], std::vector<Bytes>{sent}) << bytes;
  }
}

TEST(LinkModels, SourceGivesOtherBytesForEveryInput) {
  const auto board = test::LinuxBoard::start();
  ASSERT_NE(board, nullptr);
  for (const std::size_t bytes : kSizes) {
    const model::CompiledModel model = compiled(source_model(bytes));
    auto reference = model::ReferenceRunner::make(model);
    ASSERT_TRUE(reference);
    std::set<Bytes> seen;
    for (const std::int8_t value : std::initializer_list<std::int8_t>{-64, 0, 63}) {
      const std::vector<Bytes> inputs{{static_cast<std::uint8_t>(value)}};
      const auto outputs = board->run(model, inputs);
      ASSERT_EQ(outputs.size(), 1U) << bytes;
      EXPECT_EQ(outputs[0], *reference->run(inputs)) << bytes;
      EXPECT_EQ(outputs[0].at(0).size(), bytes);
      seen.insert(outputs[0].at(0));
    }
    EXPECT_EQ(seen.size(), 3U) << bytes;
  }
}

TEST(LinkModels, SourceSaturatesNowhere) {
  const model::CompiledModel model = compiled(source_model(65'536));
  auto reference = model::ReferenceRunner::make(model);
  ASSERT_TRUE(reference);
  const auto low = reference->run(std::vector<Bytes>{{0xC0}});
  const auto high = reference->run(std::vector<Bytes>{{0x3F}});
  ASSERT_TRUE(low && high);
  for (std::size_t i = 0; i < 65'536; ++i)
    ASSERT_EQ(static_cast<std::uint8_t>(high->at(0)[i] - low->at(0)[i]), 127) << i;
}

TEST(LinkModels, SinkGivesTheFirstByte) {
  const auto board = test::LinuxBoard::start();
  ASSERT_NE(board, nullptr);
  for (const std::size_t bytes : kSizes) {
    const Bytes sent = every_byte(bytes);
    const auto outputs = board->run(compiled(sink_model(bytes)), {sent});
    ASSERT_EQ(outputs.size(), 1U) << bytes;
    EXPECT_EQ(outputs[0], std::vector<Bytes>{Bytes{sent.front()}}) << bytes;
  }
}

}  // namespace
}  // namespace hil::conform
