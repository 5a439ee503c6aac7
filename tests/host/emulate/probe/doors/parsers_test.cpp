// SPDX-License-Identifier: Apache-2.0
// What QEMU says on its doors, whole, in pieces and broken.
#include <gtest/gtest.h>

#include <string>

#include "host/emulate/probe/doors/base64.hpp"
#include "host/emulate/probe/doors/gdb_packets.hpp"
#include "host/emulate/probe/doors/line_reader.hpp"
#include "host/emulate/probe/doors/qmp_client.hpp"
#include "host/emulate/probe/doors/qtest_client.hpp"

namespace hil::emulate {
namespace {

TEST(GdbPackets, AreFramedWithTheirChecksum) {
  EXPECT_EQ(gdb_packet("OK"), "$OK#9a");
  EXPECT_EQ(gdb_packet(""), "$#00");
}

TEST(GdbPackets, AreFoundAtWhateverByteTheStreamIsCut) {
  const std::string stream =
      "+noise$OK#9a++$T05thread:01;#07-$bad#00$a}\x03*\"#" + std::string("00") + gdb_packet("last");
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    GdbPacketReader reader;
    std::string found;
    for (const std::string& part : {stream.substr(0, cut), stream.substr(cut)}) {
      reader.buffer() += part;
      while (const auto packet = reader.next())
        found += *packet + "|";
    }
    EXPECT_EQ(found, "OK|T05thread:01;|last|") << cut;
  }
}

TEST(GdbPackets, EscapesAndRepeatsAreUndone) {
  GdbPacketReader reader;
  reader.buffer() = gdb_packet(
      "a}\x03"
      "b*\"c");  // 0x23 escaped, and b five more times
  EXPECT_EQ(reader.next(), "a#bbbbbbc");
}

TEST(GdbPackets, OneWithoutEndIsGivenUp) {
  GdbPacketReader reader;
  reader.buffer() = "$" + std::string(GdbPacketReader::kMaxPacketBytes + 10, 'x');
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.overflowed());
  reader.buffer() += "#00$OK#9a";
  EXPECT_FALSE(reader.next());
}

TEST(GdbPackets, ARepeatThatWouldGrowTooLargeIsDropped) {
  std::string bomb = "a";
  for (int i = 0; i < 200; ++i)
    bomb += "*~";  // 97 each
  GdbPacketReader reader;
  reader.buffer() = gdb_packet(bomb) + gdb_packet("OK");
  EXPECT_EQ(reader.next(), "OK");
}

TEST(GdbPackets, NumbersAreLittleEndian) {
  EXPECT_EQ(number_from_hex("78563412"), 0x1234'5678U);
  EXPECT_EQ(number_from_hex("0123456789abcdef"), 0xEFCD'AB89'6745'2301U);
  for (const char* bad : {"", "1", "xx", "0x", "00112233445566778899"}) {
    EXPECT_FALSE(number_from_hex(bad)) << bad;
  }
  EXPECT_EQ(hex_of_number(0x1234'5678, 4), "78563412");
  EXPECT_EQ(hex_of_number(1, 8), "0100000000000000");
}

TEST(LineReaderTest, CutsLinesAtWhateverByteTheyCome) {
  const std::string stream = "one\ntwo\r\n\nrest";
  LineReader reader(10);
  std::string found;
  for (const char byte : stream) {
    reader.buffer() += byte;
    while (const auto line = reader.next())
      found += *line + "|";
  }
  EXPECT_EQ(found, "one|two||");
  EXPECT_FALSE(reader.overflowed());
}

TEST(LineReaderTest, AnEndlessLineOverflows) {
  LineReader reader(10);
  reader.buffer() = std::string(11, 'x');
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.overflowed());
  LineReader late(10);
  late.buffer() = std::string(11, 'x') + "\n";
  EXPECT_FALSE(late.next());
  EXPECT_TRUE(late.overflowed());
}

TEST(QtestAnswers, AreToldFromInterrupts) {
  EXPECT_TRUE(parse_qtest_answer("OK")->ok);
  EXPECT_EQ(parse_qtest_answer("OK 0x2a")->value, "0x2a");
  EXPECT_FALSE(parse_qtest_answer("IRQ raise 3"));
  EXPECT_FALSE(parse_qtest_answer("FAIL Unknown command 'x'")->ok);
  EXPECT_FALSE(parse_qtest_answer("")->ok);
  EXPECT_FALSE(parse_qtest_answer("OKAY")->ok);
}

TEST(QmpMessages, AreToldApart) {
  EXPECT_EQ(parse_qmp(R"({"QMP": {}})")->kind, QmpMessage::Kind::kGreeting);
  EXPECT_EQ(parse_qmp(R"({"return": {}})")->kind, QmpMessage::Kind::kReturn);
  EXPECT_EQ(parse_qmp(R"({"error": {"desc": "no"}})")->description, "no");
  const auto event = parse_qmp(R"({"event": "RESET", "data": {"reason": "guest-reset"}})");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->event, "RESET");
  EXPECT_EQ(event->reason, "guest-reset");
}

TEST(QmpMessages, BrokenOnesAreNone) {
  for (const char* bad : {"", "{", "[]", "1", "null", R"({"event": 1})", "{}", "\"QMP\""}) {
    EXPECT_FALSE(parse_qmp(bad)) << bad;
  }
  EXPECT_EQ(parse_qmp(R"({"event": "RESET", "data": [1]})")->reason, "");
  EXPECT_EQ(parse_qmp(R"({"error": 5})")->description, "");
}

TEST(Base64, KnowsTheVectorsOfItsStandard) {
  const std::pair<const char*, const char*> vectors[] = {
      {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : vectors) {
    const std::string text(plain);
    const std::vector<std::uint8_t> bytes(text.begin(), text.end());
    EXPECT_EQ(base64_of(bytes), coded);
    EXPECT_EQ(bytes_from_base64(coded), bytes);
  }
}

TEST(Base64, RefusesWhatIsNone) {
  for (const char* bad : {"Zg", "Zg=", "Zg= ", "=Zg=", "Z===", "Zm9v\n", "Zm9 ", "====", "Zm\n="}) {
    EXPECT_FALSE(bytes_from_base64(bad)) << bad;
  }
}

}  // namespace
}  // namespace hil::emulate
