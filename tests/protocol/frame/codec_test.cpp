// SPDX-License-Identifier: Apache-2.0
// CRC-32, byte stuffing, frame encoder and decoder.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "protocol/frame/decoder.hpp"
#include "protocol/frame/frame.hpp"
#include "protocol/frame/message.hpp"

namespace hil::frame {
namespace {

using Bytes = std::vector<std::uint8_t>;
using testing::ElementsAre;
using Event = Decoder::Event;

Bytes stuff(const Bytes& bytes) {
  Bytes out(cobs_max_size(bytes.size()) + 1);
  CobsWriter writer(out);
  writer.push(std::span<const std::uint8_t>(bytes));
  out.resize(writer.finish());
  return out;
}

Bytes encode_frame(const Header& header, const Bytes& payload) {
  Bytes out(max_wire_size(payload.size()));
  out.resize(encode(header, payload, out));
  return out;
}

/// Events other than kNone that @p wire gives, and the body of the last good frame.
std::vector<Event> decode(Decoder& decoder, const Bytes& wire, Bytes* body = nullptr) {
  std::vector<Event> events;
  for (const std::uint8_t byte : wire) {
    const Event event = decoder.push(byte);
    if (event == Event::kNone) continue;
    events.push_back(event);
    if (event == Event::kFrame && body != nullptr) {
      body->assign(decoder.body().begin(), decoder.body().end());
    }
  }
  return events;
}

TEST(Crc32, GivesTheCheckValueOfItsSpecification) {
  const std::string text = "123456789";
  const Bytes bytes(text.begin(), text.end());
  EXPECT_EQ(crc32(bytes), 0xCBF43926u);
  EXPECT_EQ(crc32({}), 0u);
}

TEST(Crc32, IsTheSameWithTheSmallTable) {
  std::vector<std::uint8_t> bytes(1000);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(i * i >> 3);
  BasicCrc32<4> small;
  BasicCrc32<8> large;
  small.update(bytes);
  large.update(bytes);
  EXPECT_EQ(small.value(), large.value());
  EXPECT_EQ(large.value(), crc32(bytes));
}

TEST(Crc32, IsTheSameInPieces) {
  Bytes bytes(1000);
  std::mt19937 random(1);
  for (auto& byte : bytes)
    byte = static_cast<std::uint8_t>(random());
  Crc32 crc;
  const std::span<const std::uint8_t> all(bytes);
  crc.update(all.first(1));
  crc.update(all.subspan(1, 0));
  crc.update(all.subspan(1));
  EXPECT_EQ(crc.value(), crc32(bytes));
}

TEST(Cobs, StuffsTheExamplesOfThePaper) {
  EXPECT_THAT(stuff({0x00}), ElementsAre(0x01, 0x01, 0x00));
  EXPECT_THAT(stuff({0x11, 0x22, 0x00, 0x33}), ElementsAre(0x03, 0x11, 0x22, 0x02, 0x33, 0x00));
  EXPECT_THAT(stuff({0x00, 0x00}), ElementsAre(0x01, 0x01, 0x01, 0x00));
}

TEST(Cobs, AddsNoBlockAfterAFullOne) {
  const Bytes full(254, 0x55);
  EXPECT_EQ(stuff(full).size(), 254u + 2);
  Bytes longer(255, 0x55);
  EXPECT_EQ(stuff(longer).size(), 255u + 3);
}

TEST(Cobs, NeverTakesMoreThanItsBoundNorHoldsADelimiter) {
  std::mt19937 random(7);
  for (std::size_t size = 0; size < 1100; ++size) {
    Bytes bytes(size);
    for (auto& byte : bytes)
      byte = static_cast<std::uint8_t>(random() % 7);
    const Bytes wire = stuff(bytes);
    ASSERT_LE(wire.size(), cobs_max_size(size) + 1);
    ASSERT_EQ(std::count(wire.begin(), wire.end(), kDelimiter), 1);
  }
}

TEST(Frame, SurvivesTheTripAtEverySize) {
  Bytes buffer(body_size(1100));
  Decoder decoder(buffer);
  std::mt19937 random(3);
  for (std::size_t size = 0; size <= 1100; ++size) {
    Bytes payload(size);
    const unsigned range = size % 3 == 0 ? 2 : 256;  // many zeros, or hardly any
    for (auto& byte : payload)
      byte = static_cast<std::uint8_t>(random() % range);
    const Header header{kLinkVersion,
                        Type::kData,
                        static_cast<std::uint8_t>(random()),
                        static_cast<std::uint8_t>(random()),
                        static_cast<std::uint8_t>(random()),
                        static_cast<std::uint8_t>(random())};
    Bytes body;
    ASSERT_THAT(decode(decoder, encode_frame(header, payload), &body), ElementsAre(Event::kFrame));
    const Header got = header_of(body);
    ASSERT_EQ(got.type, header.type);
    ASSERT_EQ(got.session, header.session);
    ASSERT_EQ(got.seq, header.seq);
    ASSERT_EQ(got.ack, header.ack);
    ASSERT_EQ(got.window, header.window);
    ASSERT_EQ(Bytes(body.begin() + kHeaderBytes, body.end()), payload);
  }
}

TEST(Frame, CostsFifteenBytesAtMostForOneKilobyte) {
  EXPECT_LE(max_wire_size(1024) - 1024, 15u);
}

TEST(Decoder, NeverTakesADamagedFrameForAGoodOne) {
  Bytes buffer(body_size(64));
  Decoder decoder(buffer);
  const Bytes wire = encode_frame({kLinkVersion, Type::kData, 9, 8, 7, 6}, {1, 0, 2, 0, 0, 3});
  for (std::size_t at = 0; at < wire.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      Bytes damaged = wire;
      damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ (1u << bit));
      damaged.push_back(kDelimiter);
      EXPECT_THAT(decode(decoder, damaged), testing::Not(testing::Contains(Event::kFrame)))
          << "byte " << at << ", bit " << bit;
    }
    if (at + 1 == wire.size()) break;  // its delimiter may come late
    Bytes missing = wire;
    missing.erase(missing.begin() + static_cast<std::ptrdiff_t>(at));
    missing.push_back(kDelimiter);
    EXPECT_THAT(decode(decoder, missing), testing::Not(testing::Contains(Event::kFrame)))
        << "without byte " << at;
  }
}

TEST(Decoder, FindsTheNextFrameAfterAnyGarbage) {
  Bytes buffer(body_size(64));
  Decoder decoder(buffer);
  const Bytes good = encode_frame({kLinkVersion, Type::kAck, 1, 2, 3, 4}, {5, 6});
  std::mt19937 random(11);
  for (int round = 0; round < 2000; ++round) {
    Bytes wire(random() % 300);
    for (auto& byte : wire)
      byte = static_cast<std::uint8_t>(random());
    wire.push_back(kDelimiter);
    wire.insert(wire.end(), good.begin(), good.end());
    Bytes body;
    ASSERT_EQ(decode(decoder, wire, &body).back(), Event::kFrame);
    ASSERT_EQ(body.size(), kHeaderBytes + 2);
  }
}

TEST(Decoder, NamesWhatIsWrong) {
  Bytes buffer(body_size(4));
  Decoder decoder(buffer);
  EXPECT_THAT(decode(decoder, {0, 0, 0}), ElementsAre()) << "empty frames are no errors";
  EXPECT_THAT(decode(decoder, {0x05, 1, 0}), ElementsAre(Event::kMalformed)) << "block cut short";
  EXPECT_EQ(decoder.last_raw_bytes(), 2u);
  EXPECT_THAT(decode(decoder, {0x03, 1, 2, 0}), ElementsAre(Event::kMalformed)) << "too short";
  const Header header{kLinkVersion, Type::kData, 0, 0, 0, 0};
  EXPECT_THAT(decode(decoder, encode_frame(header, Bytes(5, 1))), ElementsAre(Event::kOverlong));
  EXPECT_THAT(decode(decoder, encode_frame(header, Bytes(4, 1))), ElementsAre(Event::kFrame));
  Bytes wire = encode_frame(header, Bytes(4, 1));
  wire[1] ^= 0x40;
  EXPECT_THAT(decode(decoder, wire), ElementsAre(Event::kCrcError));
}

TEST(MessageHead, SurvivesTheTripInEveryField) {
  for (unsigned service = 1; service < 32; ++service) {
    for (unsigned low = 0; low < 64; ++low) {
      const MessageHead head{static_cast<std::uint16_t>(service * 2011 + low),
                             static_cast<Service>(service), static_cast<std::uint8_t>(low % 8),
                             static_cast<Kind>(low % 4), static_cast<std::uint8_t>(low)};
      std::array<std::uint8_t, kMessageHeadBytes> bytes{};
      write(head, bytes);
      const MessageHead got = read_message_head(bytes);
      ASSERT_EQ(got.body_bytes, head.body_bytes);
      ASSERT_EQ(got.service, head.service);
      ASSERT_EQ(got.method, head.method);
      ASSERT_EQ(got.kind, head.kind);
      ASSERT_EQ(got.call, head.call);
    }
  }
}

}  // namespace
}  // namespace hil::frame
