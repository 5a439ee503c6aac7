// SPDX-License-Identifier: Apache-2.0
// Both kinds of a device's end, and how each says that the device has gone.
#include "host/emulate/line/device_end.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "host/emulate/line/terminal_rate.hpp"
#include "host/link/pty.hpp"

namespace hil::emulate {
namespace {

TEST(DeviceEnd, ASocketHasNoRateAndEndsWithItsPeer) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);  // blocking
  DeviceEnd device{FileDescriptor(ends[0])};
  FileDescriptor peer(ends[1]);
  EXPECT_FALSE(device.is_terminal());
  EXPECT_EQ(device.rate(), 0u);

  std::array<std::uint8_t, 8> buffer{};
  EXPECT_EQ(device.read(buffer), std::size_t{0});
  EXPECT_EQ(device.read({}), std::size_t{0});
  EXPECT_EQ(device.write({}), std::size_t{0});
  ASSERT_EQ(::write(peer.get(), "abc", 3), 3);
  EXPECT_EQ(device.read(buffer), std::size_t{3});
  EXPECT_EQ(buffer[2], 'c');
  EXPECT_EQ(device.write(std::span(buffer).first(2)), std::size_t{2});

  peer.reset();
  EXPECT_EQ(device.read(buffer), std::nullopt);
  EXPECT_EQ(device.write(buffer), std::nullopt);  // without SIGPIPE
}

TEST(DeviceEnd, AFullSocketTakesNothingNow) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  DeviceEnd device{FileDescriptor(ends[0])};
  const FileDescriptor peer(ends[1]);
  const std::array<std::uint8_t, 4096> bytes{};
  auto count = device.write(bytes);
  for (int i = 0; i < 10'000 && count.value_or(0) > 0; ++i)
    count = device.write(bytes);
  EXPECT_EQ(count, std::size_t{0});
}

TEST(DeviceEnd, ATerminalsRateIsTheOneThatItsUserHasSet) {
  auto pty = Pty::open();
  ASSERT_TRUE(pty.ok()) << pty.error().what;
  DeviceEnd device{FileDescriptor(::fcntl(pty->master(), F_DUPFD_CLOEXEC, 0))};
  EXPECT_TRUE(device.is_terminal());
  for (const std::uint32_t baud : {9'600u, 115'200u, 123'456u, 921'600u}) {
    ASSERT_TRUE(set_terminal_rate(pty->slave(), baud));
    EXPECT_EQ(device.rate(), baud);
  }
  std::array<std::uint8_t, 8> buffer{};
  EXPECT_EQ(device.read(buffer), std::size_t{0});
  ASSERT_EQ(::write(pty->slave(), "abc", 3), 3);
  EXPECT_EQ(device.read(buffer), std::size_t{3});
  pty->release_slave();
  EXPECT_EQ(device.read(buffer), std::nullopt);  // nobody has the slave
}

TEST(TerminalRate, WhatIsNoTerminalHasNone) {
  const FileDescriptor file(::open("/dev/null", O_RDWR | O_CLOEXEC));
  EXPECT_EQ(terminal_rate(file.get()), 0u);
  EXPECT_FALSE(set_terminal_rate(file.get(), 9'600));
  EXPECT_EQ(terminal_rate(-1), 0u);
}

}  // namespace
}  // namespace hil::emulate
