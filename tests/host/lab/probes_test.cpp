// SPDX-License-Identifier: Apache-2.0
// What is a debug probe and what is not.
#include "host/lab/probes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hil::lab {
namespace {

UsbDevice device(boards::UsbId id, const std::string& product = "",
                 std::vector<std::string> interfaces = {}) {
  UsbDevice made;
  made.identity.id = id;
  made.identity.product = product;
  made.interfaces = std::move(interfaces);
  return made;
}

TEST(ProbeKind, ByIds) {
  EXPECT_EQ(probe_kind(device({0x0483, 0x374b})), "ST-LINK/V2-1");
  EXPECT_EQ(probe_kind(device({0x0483, 0x3748})), "ST-LINK/V2");
  EXPECT_EQ(probe_kind(device({0x0483, 0x374f})), "STLINK-V3");
  EXPECT_EQ(probe_kind(device({0x1366, 0x0105})), "J-Link");
  EXPECT_EQ(probe_kind(device({0x1366, 0x1061})), "J-Link");
}

TEST(ProbeKind, ByNames) {
  EXPECT_EQ(probe_kind(device({0x0d28, 0x0204}, "BBC micro:bit CMSIS-DAP")), "CMSIS-DAP");
  EXPECT_EQ(probe_kind(device({0x2e8a, 0x000c}, "Debug Probe", {"CMSIS-DAP v2 Interface"})),
            "CMSIS-DAP");
}

TEST(ProbeKind, OtherDevices) {
  EXPECT_EQ(probe_kind(device({0x0483, 0x5740}, "STM32 Virtual COM Port", {"CDC"})), "");
  EXPECT_EQ(probe_kind(device({0x374b, 0x0483})), "");
  EXPECT_EQ(probe_kind(device({0, 0})), "");
}

TEST(GuessBoards, ByTheProbesIds) {
  boards::Board with;
  with.id = "nucleo";
  with.probe.emplace();
  with.probe->usb = {{0x0483, 0x374b}};
  boards::Board without;
  without.id = "linux";
  Probe probe;
  probe.usb.id = {0x0483, 0x374b};
  EXPECT_THAT(guess_boards(probe, {without, with}), testing::ElementsAre("nucleo"));
  probe.usb.id.product = 0;
  EXPECT_THAT(guess_boards(probe, {without, with}), testing::IsEmpty());
}

}  // namespace
}  // namespace hil::lab
