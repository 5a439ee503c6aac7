// SPDX-License-Identifier: Apache-2.0
// Which serial port belongs to a board.
#include "host/lab/ports.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hil::lab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr boards::UsbId kStLink{0x0483, 0x374b};
constexpr boards::UsbId kFtdi{0x0403, 0x6001};

Port usb_port(const std::string& name, boards::UsbId id, const std::string& serial,
              std::optional<UsbInterface> place = {}) {
  Port port;
  port.name = name;
  port.transport = "usb";
  port.usb = UsbIdentity{id, serial, "maker", "product"};
  port.place = std::move(place);
  return port;
}

boards::Board board_with(const std::string& id, std::vector<boards::UsbId> usb) {
  boards::Board board;
  board.id = id;
  board.serial.usb = std::move(usb);
  return board;
}

const boards::Board kNucleo = board_with("nucleo", {kStLink});

TEST(FindPort, TheOnlyOneWithTheBoardsIds) {
  Port native;
  native.name = "/dev/ttyS0";
  const auto port = find_port(
      kNucleo, "",
      {native, usb_port("/dev/ttyUSB0", kFtdi, "F1"), usb_port("/dev/ttyACM0", kStLink, "066A")});
  ASSERT_TRUE(port.ok()) << port.error().what;
  EXPECT_EQ(port->name, "/dev/ttyACM0");
}

TEST(FindPort, OneOfTwoAlikeBySerialNumber) {
  const std::vector<Port> ports{usb_port("/dev/ttyACM0", kStLink, "066A"),
                                usb_port("/dev/ttyACM1", kStLink, "066B")};
  EXPECT_EQ(find_port(kNucleo, "066B", ports)->name, "/dev/ttyACM1");
  const auto undecided = find_port(kNucleo, "", ports);
  ASSERT_FALSE(undecided.ok());
  EXPECT_EQ(undecided.error().blame, Blame::kLab);
  EXPECT_EQ(undecided.error().what,
            "2 serial ports may belong to nucleo: /dev/ttyACM0 (serial 066A), /dev/ttyACM1 "
            "(serial 066B)");
  EXPECT_EQ(undecided.error().hint, "name the board by its serial number: --board nucleo@SERIAL");
}

TEST(FindPort, ASerialNumberIsEnoughForForeignAdapters) {
  EXPECT_EQ(find_port(kNucleo, "F1", {usb_port("/dev/ttyUSB0", kFtdi, "F1")})->name,
            "/dev/ttyUSB0");
  EXPECT_EQ(find_port(board_with("plain", {}), "F1", {usb_port("/dev/ttyUSB0", kFtdi, "F1")})->name,
            "/dev/ttyUSB0");
}

TEST(FindPort, OfOneSerialNumberTheBoardsIdsDecide) {
  const std::vector<Port> ports{usb_port("/dev/ttyUSB0", kFtdi, "0001"),
                                usb_port("/dev/ttyACM0", kStLink, "0001")};
  EXPECT_EQ(find_port(kNucleo, "0001", ports)->name, "/dev/ttyACM0");
}

TEST(FindPort, TwoPortsOfOneDeviceAreNamedByPort) {
  const auto undecided = find_port(
      kNucleo, "066A",
      {usb_port("/dev/ttyACM0", kStLink, "066A"), usb_port("/dev/ttyACM1", kStLink, "066A")});
  ASSERT_FALSE(undecided.ok());
  EXPECT_EQ(undecided.error().hint,
            "name the port by --port, or its interface in the board's file (serial.interface)");
  EXPECT_FALSE(
      find_port(kNucleo, "",
                {usb_port("/dev/ttyACM0", kStLink, ""), usb_port("/dev/ttyACM1", kStLink, "")})
          .ok());
}

TEST(FindPort, OfTwoPortsOfOneDeviceTheOneOfTheBoardsInterface) {
  const std::vector<Port> ports{usb_port("/dev/ttyACM0", kStLink, "066A", UsbInterface{"1-4", 0}),
                                usb_port("/dev/ttyACM1", kStLink, "066A", UsbInterface{"1-4", 2})};
  boards::Board board = kNucleo;
  EXPECT_THAT(find_port(board, "", ports).error().what,
              HasSubstr("/dev/ttyACM0 (serial 066A, interface 0), /dev/ttyACM1 (serial 066A, "
                        "interface 2)"));
  board.serial.interface = 2;
  EXPECT_EQ(find_port(board, "", ports)->name, "/dev/ttyACM1");
  EXPECT_EQ(find_port(board, "066A", ports)->name, "/dev/ttyACM1");
  board.serial.interface = 1;
  EXPECT_EQ(find_port(board, "", ports).error().blame, Blame::kLab);
}

class PortIdentityTest : public testing::Test {
 protected:
  const Port before_ = usb_port("/dev/ttyACM0", kStLink, "066A", UsbInterface{"1-4", 2});
  const Port second_ = usb_port("/dev/ttyACM1", kStLink, "066A", UsbInterface{"1-4", 4});
};

TEST_F(PortIdentityTest, ComesBackUnderAnyNameAndAnywhere) {
  const PortIdentity identity(before_, {before_, second_});
  const std::vector<Port> later{
      usb_port("/dev/ttyACM0", kFtdi, "066A", UsbInterface{"1-1", 2}),    // another maker's
      usb_port("/dev/ttyACM1", kStLink, "066A", UsbInterface{"1-2", 4}),  // its other port
      usb_port("/dev/ttyACM2", kStLink, "066B",
               UsbInterface{"1-4", 2}),  // another one in its place
      usb_port("/dev/ttyACM3", kStLink, "066A", UsbInterface{"1-2", 2})};
  ASSERT_NE(identity.find(later), nullptr);
  EXPECT_EQ(identity.find(later)->name, "/dev/ttyACM3");
  EXPECT_EQ(identity.find({later[0], later[1], later[2]}), nullptr);
  EXPECT_EQ(identity.text(), "with USB serial number 066A, interface 2");
  EXPECT_FALSE(identity.is_a_name());
}

TEST_F(PortIdentityTest, WithoutSerialNumberThePlaceCounts) {
  const Port plain = usb_port("/dev/ttyUSB0", kFtdi, "", UsbInterface{"1-4.2", 0});
  const PortIdentity identity(plain, {plain});
  const Port elsewhere = usb_port("/dev/ttyUSB0", kFtdi, "", UsbInterface{"1-4.1", 0});
  const Port back = usb_port("/dev/ttyUSB1", kFtdi, "", UsbInterface{"1-4.2", 0});
  EXPECT_EQ(identity.find({elsewhere}), nullptr);
  const std::vector<Port> both{elsewhere, back};
  ASSERT_NE(identity.find(both), nullptr);
  EXPECT_EQ(identity.find(both)->name, "/dev/ttyUSB1");
  EXPECT_EQ(identity.text(), "at place 1-4.2 on USB, interface 0");
}

// Cheap adapters all say "0001".
TEST_F(PortIdentityTest, WhereTwoHaveOneSerialNumberThePlaceCountsToo) {
  const Port mine = usb_port("/dev/ttyUSB0", kFtdi, "0001", UsbInterface{"1-1", 0});
  const Port other = usb_port("/dev/ttyUSB1", kFtdi, "0001", UsbInterface{"1-2", 0});
  const PortIdentity identity(mine, {mine, other});
  EXPECT_EQ(identity.find({other}), nullptr) << "another board would be taken for ours";
  const std::vector<Port> both{other, mine};
  ASSERT_NE(identity.find(both), nullptr);
  EXPECT_EQ(identity.find(both)->name, "/dev/ttyUSB0");
}

TEST_F(PortIdentityTest, TwoThatCannotBeToldApartAreNone) {
  const PortIdentity identity(before_, {before_});
  const std::vector<Port> two{before_,
                              usb_port("/dev/ttyACM5", kStLink, "066A", UsbInterface{"2-1", 2})};
  EXPECT_EQ(identity.find(two), nullptr);
}

TEST_F(PortIdentityTest, APortThatIsNotOnUsbIsItsName) {
  Port native;
  native.name = "/dev/ttyS0";
  const PortIdentity identity(native, {});
  EXPECT_TRUE(identity.is_a_name());
  Port other = native;
  other.name = "/dev/ttyS1";
  EXPECT_EQ(identity.find({other, before_}), nullptr);
  const std::vector<Port> all{other, native};
  ASSERT_NE(identity.find(all), nullptr);
  EXPECT_EQ(identity.find(all)->name, "/dev/ttyS0");
}

TEST(FindPort, NoneIsThere) {
  const auto none = find_port(kNucleo, "", {usb_port("/dev/ttyUSB0", kFtdi, "F1")});
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().blame, Blame::kLab);
  EXPECT_EQ(none.error().what, "no serial port of nucleo is there: none has the USB id 0483:374b");
  EXPECT_FALSE(find_port(kNucleo, "", {}).ok());
}

TEST(FindPort, AMistypedSerialNumber) {
  const auto none = find_port(kNucleo, "066AFF51", {usb_port("/dev/ttyACM0", kStLink, "066AFF50")});
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().what, "no serial port has the USB serial number 066AFF51");
  EXPECT_EQ(none.error().hint, "did you mean 066AFF50?");
  EXPECT_THAT(find_port(kNucleo, "\x1b[2J", {}).error().what, HasSubstr("number ?[2J"));
}

TEST(FindPort, ABoardFileWithoutIds) {
  const auto none =
      find_port(board_with("plain", {}), "", {usb_port("/dev/ttyACM0", kStLink, "066A")});
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().blame, Blame::kConfig);
  EXPECT_EQ(none.error().what, "plain does not say what USB ids its serial port has");
}

TEST(GuessBoards, AllThatNameTheIds) {
  const std::vector<boards::Board> all{kNucleo, board_with("other", {kFtdi, kStLink}),
                                       board_with("none", {})};
  EXPECT_THAT(guess_boards(usb_port("/dev/ttyACM0", kStLink, ""), all),
              ElementsAre("nucleo", "other"));
  EXPECT_THAT(guess_boards(usb_port("/dev/ttyACM0", {1, 2}, ""), all), IsEmpty());
  EXPECT_THAT(guess_boards(Port{}, all), IsEmpty());
}

}  // namespace
}  // namespace hil::lab
