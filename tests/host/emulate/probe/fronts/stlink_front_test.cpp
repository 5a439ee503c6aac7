// SPDX-License-Identifier: Apache-2.0
// The ST-LINK's network protocol: whole, in pieces, and from a client that breaks it.
#include "host/emulate/probe/fronts/stlink_front.hpp"

#include <gtest/gtest.h>

#include "host/emulate/probe/fronts/little_endian.hpp"
#include "tests/host/emulate/probe/fake_target.hpp"

namespace hil::emulate {
namespace {

using Bytes = std::vector<std::uint8_t>;

class StlinkFrontTest : public testing::Test {
 protected:
  StlinkFront front() {
    return {StlinkCommands(target_.port, target_.bus, target_.core, 0x4BA0'0477), "SERIAL01"};
  }

  /// A request for USB command @p command; @p data goes with it or, if @p wants, comes back.
  static Bytes usb(Bytes command, const Bytes& data, std::uint32_t wants) {
    Bytes request(32, 0);
    request[0] = 5;
    std::copy(command.begin(), command.end(), request.begin() + 8);
    request[24] = wants > 0 ? 1 : 0;
    put_u32(request, 28, wants > 0 ? wants : static_cast<std::uint32_t>(data.size()));
    request.insert(request.end(), data.begin(), data.end());
    return request;
  }
  static Bytes memory_command(std::uint8_t code, std::uint32_t address, std::uint16_t size) {
    Bytes command = {0xF2,
                     code,
                     0,
                     0,
                     0,
                     0,
                     static_cast<std::uint8_t>(size),
                     static_cast<std::uint8_t>(size >> 8)};
    put_u32(std::span(command).first(6), 2, address);
    return command;
  }
  Bytes answer(const Bytes& request) {
    StlinkFront one = front();
    Bytes answers;
    const auto more = one.take(request, answers);
    EXPECT_TRUE(more.ok() && *more);
    return answers;
  }

  FakeTarget target_{"netduino_plus_2"};
};

TEST_F(StlinkFrontTest, ShakesHandsAndNamesItself) {
  EXPECT_EQ(answer({6, 0, 0, 0}).size(), 16U);
  EXPECT_EQ(u32_at(answer({6, 0, 0, 0}), 0), 2U);
  EXPECT_EQ(answer({0, 0}), (Bytes{1, 0, 0, 0}));
  EXPECT_EQ(answer({1}), (Bytes{1, 0, 0, 0}));
  const Bytes info = answer({2, 0, 0, 0, 0, 0, 0, 0});
  ASSERT_EQ(info.size(), 45U);
  EXPECT_EQ(std::string(info.begin() + 8, info.begin() + 16), "SERIAL01");
  EXPECT_EQ(info[16], 0);
  EXPECT_EQ(u16_at(info, 40), 0x0483);
  EXPECT_EQ(answer({3, 0, 0, 0, 1, 0, 0, 0}).size(), 8U);
}

TEST_F(StlinkFrontTest, AnswersAlikeWhereverTheStreamIsCut) {
  Bytes stream = {6, 0, 0, 0, 1};
  for (const Bytes& request :
       {usb(memory_command(0x08, 0x2000'0100, 8), {1, 2, 3, 4, 5, 6, 7, 8}, 0),
        usb(memory_command(0x07, 0x2000'0100, 8), {}, 8), usb({0xF2, 0x3E}, {}, 12),
        usb({0xF1}, {}, 6)}) {
    stream.insert(stream.end(), request.begin(), request.end());
  }
  Bytes whole;
  StlinkFront all = front();
  ASSERT_TRUE(*all.take(stream, whole));
  ASSERT_EQ(whole.size(), 16U + 4 + 4 + 12 + 16 + 10);
  EXPECT_EQ(Bytes(whole.begin() + 28, whole.begin() + 36), (Bytes{1, 2, 3, 4, 5, 6, 7, 8}));
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    StlinkFront one = front();
    Bytes answers;
    ASSERT_TRUE(*one.take(std::span(stream).first(cut), answers));
    ASSERT_TRUE(*one.take(std::span(stream).subspan(cut), answers));
    EXPECT_EQ(answers, whole) << cut;
  }
}

TEST_F(StlinkFrontTest, ClosingEndsTheConversationAfterItsAnswer) {
  StlinkFront one = front();
  Bytes answers;
  const auto more = one.take(Bytes{4, 0, 0, 0, 1, 0, 0, 0, 1}, answers);
  ASSERT_TRUE(more.ok());
  EXPECT_FALSE(*more);
  EXPECT_EQ(answers, (Bytes{1, 0, 0, 0}));
}

TEST_F(StlinkFrontTest, WhatIsNoRequestEndsTheConversation) {
  for (const std::uint8_t first : Bytes{7, 0x47, 0xFF}) {
    StlinkFront one = front();
    Bytes answers;
    EXPECT_FALSE(*one.take(Bytes{first}, answers));
  }
  Bytes huge = usb({0xF2, 0x07}, {}, 1);
  put_u32(huge, 28, 0xFFFF'FFFF);
  StlinkFront one = front();
  Bytes answers;
  EXPECT_FALSE(*one.take(huge, answers));
  EXPECT_TRUE(answers.empty());
}

TEST_F(StlinkFrontTest, LengthsThatDisagreeDoNoHarm) {
  // 65535 bytes asked for, room for 4; the same to write with 4 bytes of data.
  EXPECT_EQ(answer(usb(memory_command(0x07, 0x2000'0100, 0xFFFF), {}, 4)).size(), 8U);
  EXPECT_EQ(answer(usb(memory_command(0x08, 0x2000'0100, 0xFFFF), {9, 9, 9, 9}, 0)).size(), 4U);
  EXPECT_EQ(target_.read(0x2000'0100), 0x0909'0909U);
  EXPECT_EQ(target_.read(0x2000'0104), 0U);
  Bytes batch = {0xF2, 0x51, 0xFF, 0xFF, 0xFF, 0xFF};
  EXPECT_EQ(answer(usb(batch, {1, 2, 3}, 0)).size(), 4U);
  EXPECT_EQ(answer(usb({0xF2, 0x3A}, {}, 5)).size(), 9U);
  EXPECT_EQ(answer(usb({0xF2}, {}, 0)).size(), 4U);
}

TEST_F(StlinkFrontTest, UnknownCommandsSaySo) {
  EXPECT_EQ(answer(usb({0xF2, 0x99}, {}, 2))[4], 0x42);
  EXPECT_EQ(answer(usb({0xEE}, {}, 2))[4], 0x42);
  EXPECT_EQ(answer(usb({0xF2, 0x30, 0xA3}, {}, 2))[4], 0x80);
}

TEST_F(StlinkFrontTest, ABatchOfWordsIsDoneInOrder) {
  StlinkFront one = front();
  Bytes data = {1, 2, 3, 0};  // address, write, read
  for (const std::uint32_t value : {0x2000'0040U, 0xCAFE'F00DU, 0x2000'0040U}) {
    data.resize(data.size() + 4);
    put_u32(data, data.size() - 4, value);
  }
  Bytes answers;
  ASSERT_TRUE(*one.take(usb({0xF2, 0x51, 3}, data, 0), answers));
  answers.clear();
  ASSERT_TRUE(*one.take(usb({0xF2, 0x52}, {}, 24), answers));
  EXPECT_EQ(u32_at(answers, 4 + 8), 0xCAFE'F00DU);
  EXPECT_EQ(u32_at(answers, 4 + 12), 0x80U);
  EXPECT_EQ(u32_at(answers, 4 + 20), 0x80U);
}

TEST_F(StlinkFrontTest, AnEndOfQemuIsAnErrorNotAnAnswer) {
  target_.qemu.die();
  StlinkFront one = front();
  Bytes answers;
  const auto more = one.take(usb(memory_command(0x07, 0x2000'0100, 8), {}, 8), answers);
  ASSERT_FALSE(more.ok());
  EXPECT_EQ(more.error().blame, Blame::kDevice);
}

}  // namespace
}  // namespace hil::emulate
