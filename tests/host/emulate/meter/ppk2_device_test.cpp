// SPDX-License-Identifier: Apache-2.0
// The emulated PPK2 seen as bytes: commands, metadata, words paced by the clock, faults.
#include "host/emulate/meter/ppk2_device.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <string>

#include "host/emulate/meter/meter_line.hpp"
#include "host/emulate/meter/scenario.hpp"
#include "host/link/fd_link.hpp"
#include "host/link/tty_link.hpp"

namespace hil::emulate {
namespace {

using std::chrono::milliseconds;

class Ppk2DeviceTest : public testing::Test {
 protected:
  void plug_in(Ppk2Faults faults = {}) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
    host_ = std::make_unique<FdLink>(FileDescriptor(ends[0]), "host");
    device_ = std::make_unique<Ppk2Device>(
        std::make_unique<FdLink>(FileDescriptor(ends[1]), "device"), scenario_, std::move(faults));
  }

  void say(std::initializer_list<std::uint8_t> bytes) {
    const std::vector<std::uint8_t> all(bytes);
    ASSERT_EQ(*host_->write(all), all.size());
  }

  /// Bytes until @p enough of them have come, or five seconds have passed.
  std::vector<std::uint8_t> hear(std::size_t enough) {
    std::vector<std::uint8_t> heard;
    std::array<std::uint8_t, 4096> buffer{};
    const Deadline deadline = Deadline::after(std::chrono::seconds(5));
    while (heard.size() < enough && !deadline.expired()) {
      const auto count = host_->read(buffer, deadline);
      if (!count) break;
      heard.insert(heard.end(), buffer.begin(),
                   buffer.begin() + static_cast<std::ptrdiff_t>(*count));
    }
    return heard;
  }

  std::string hear_text() {
    std::string text;
    const Deadline deadline = Deadline::after(std::chrono::seconds(5));
    while (!text.ends_with("END\n") && !deadline.expired()) {
      for (const std::uint8_t byte : hear(1))
        text.push_back(static_cast<char>(byte));
    }
    return text;
  }

  static std::uint32_t word(const std::vector<std::uint8_t>& bytes, std::size_t index) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
      value |= static_cast<std::uint32_t>(bytes.at(index * 4 + i)) << 8 * i;
    return value;
  }

  Scenario scenario_;
  std::unique_ptr<FdLink> host_;
  std::unique_ptr<Ppk2Device> device_;
};

TEST_F(Ppk2DeviceTest, AnswersWithItsMetadataAndNothingElse) {
  plug_in();
  say({0x07, 0x11, 0x02, 0x0d, 0x0c, 0xe4, 0x0c, 0x01, 0x19});
  const std::string text = hear_text();
  EXPECT_NE(text.find("VDD: 3300\n"), std::string::npos) << text;
  EXPECT_NE(text.find("mode: 2\n"), std::string::npos) << text;
  EXPECT_EQ(device_->millivolts(), 3300u);
  EXPECT_TRUE(device_->target_on());
}

TEST_F(Ppk2DeviceTest, InAmpereModeTheBoardIsFedOnceAVoltageWasTold) {
  scenario_ = Scenario(Scenario::Power::kMeter);
  plug_in();
  say({0x11, 0x01, 0x0c, 0x01, 0x19});
  hear_text();
  EXPECT_TRUE(device_->target_on());
  EXPECT_EQ(scenario_.supplied_volts(), 0);
  EXPECT_FALSE(device_->mode_changed_live());
  say({0x0d, 0x07, 0x08, 0x19});
  hear_text();
  EXPECT_EQ(scenario_.supplied_volts(), 3.3) << "its own supply's";
  say({0x11, 0x02, 0x19});
  hear_text();
  EXPECT_TRUE(device_->mode_changed_live());
  EXPECT_EQ(scenario_.supplied_volts(), 1.8);
}

TEST_F(Ppk2DeviceTest, SamplesCountUpAndCarryThePins) {
  scenario_.pins(2).constant(1e-3, 0.001).pins(3).constant(10e-3, 10);
  plug_in();
  say({0x06});
  const auto bytes = hear(4 * 300);
  ASSERT_GE(bytes.size(), 4 * 300u);
  for (std::size_t i = 0; i < 300; ++i) {
    EXPECT_EQ(word(bytes, i) >> 18 & 63u, i % 64);
    EXPECT_EQ(word(bytes, i) >> 24, i < 100 ? 2u : 3u) << i;
    EXPECT_EQ(word(bytes, i) >> 14 & 7u, i < 100 ? 2u : 3u) << i;
  }
}

TEST_F(Ppk2DeviceTest, NoMoreSamplesThanTimeHasPassed) {
  plug_in();
  const auto before = std::chrono::steady_clock::now();
  say({0x06});
  hear(4 * 2000);
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - before;
  EXPECT_GE(passed.count(), 0.02);
  EXPECT_LE(
      static_cast<double>(device_->words_sent()),
      1 + 1e5 * std::chrono::duration<double>(std::chrono::steady_clock::now() - before).count());
}

TEST_F(Ppk2DeviceTest, DropsWordsThatTheCounterCounts) {
  Ppk2Faults faults;
  faults.drops = {{10, 5}, {100, 64}};
  plug_in(faults);
  say({0x06});
  const auto bytes = hear(4 * 120);
  ASSERT_GE(bytes.size(), 4 * 120u);
  EXPECT_EQ(word(bytes, 9) >> 18 & 63u, 9u);
  EXPECT_EQ(word(bytes, 10) >> 18 & 63u, 15u);
  EXPECT_EQ(word(bytes, 94) >> 18 & 63u, 99u % 64);
  EXPECT_EQ(word(bytes, 95) >> 18 & 63u, 164u % 64) << "64 later: nothing to be seen";
}

TEST_F(Ppk2DeviceTest, LeavesTheBusWhenToldTo) {
  plug_in();
  say({0x20});
  std::array<std::uint8_t, 16> buffer{};
  EXPECT_FALSE(host_->read(buffer, Deadline::after(std::chrono::seconds(5))).ok());
}

TEST_F(Ppk2DeviceTest, StreamsAtOnceIfLeftRunning) {
  Ppk2Faults faults;
  faults.streaming_at_open = true;
  plug_in(faults);
  EXPECT_GE(hear(400).size(), 400u);
}

TEST_F(Ppk2DeviceTest, TargetPowerReachesTheBoard) {
  Scenario board(Scenario::Power::kMeter);
  board.constant(20e-3, 1);
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
  host_ = std::make_unique<FdLink>(FileDescriptor(ends[0]), "host");
  Ppk2Device device(std::make_unique<FdLink>(FileDescriptor(ends[1]), "device"), board);
  say({0x0d, 0x07, 0x08, 0x06});
  auto bytes = hear(40);
  EXPECT_EQ(word(bytes, 0) >> 14 & 7u, 0u) << "off: no current";
  say({0x07, 0x0c, 0x01, 0x19});
  while (!device.target_on()) {
  }
  hear_text();
  say({0x06});
  bytes = hear(40);
  EXPECT_EQ(word(bytes, 0) >> 14 & 7u, 3u) << "on: 20 mA";
  EXPECT_EQ(device.millivolts(), 1800u);
}

TEST(MeterLineTest, CanBeOpenedAgainAndAgain) {
  auto line = open_meter_line();
  ASSERT_TRUE(line.ok()) << line.error().what;
  Scenario scenario;
  Ppk2Device device(std::move(line->link), scenario);
  for (int i = 0; i < 3; ++i) {
    auto host = TtyLink::open(line->path, 0);
    ASSERT_TRUE(host.ok()) << host.error().what;
    const std::array<std::uint8_t, 1> ask{0x19};
    ASSERT_EQ(*(*host)->write(ask), 1u);
    std::array<std::uint8_t, 4096> buffer{};
    const auto count = (*host)->read(buffer, Deadline::after(std::chrono::seconds(5)));
    ASSERT_TRUE(count.ok()) << count.error().what;
    EXPECT_EQ(buffer[0], 'C');
  }
}

}  // namespace
}  // namespace hil::emulate
