// SPDX-License-Identifier: Apache-2.0
// Tests of the emulated LPM01A by itself: its bytes, its commands, its pace.
#include "host/emulate/meter/lpm01a_device.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <span>
#include <string>
#include <string_view>

#include "host/emulate/meter/lpm01a_control.hpp"
#include "host/emulate/meter/lpm01a_encoding.hpp"
#include "host/emulate/meter/meter_line.hpp"
#include "host/emulate/meter/scenario.hpp"
#include "host/link/tty_link.hpp"

namespace hil::emulate {
namespace {

using testing::HasSubstr;

std::string_view operator""_b(const char* text, std::size_t size) {
  return {text, size};
}

TEST(Lpm01aEncoding, WritesTheManualsExamples) {
  EXPECT_EQ(ascii_sample(640.9e-6), "6409-07\r\n");
  EXPECT_EQ(ascii_sample(0), "0000-10\r\n");
  EXPECT_EQ(ascii_sample(9.99996e-3), "1000-05\r\n");
  EXPECT_EQ(ascii_sample(1234e6), "1234+06\r\n");
  EXPECT_EQ(binary_sample(640.9e-6), "\x52\xA0"_b);
  EXPECT_EQ(binary_sample(325.0 / 4096), "\x31\x45"_b);
  EXPECT_EQ(binary_sample(0), "\xE0\x00"_b);
  EXPECT_EQ(binary_sample(1e9), "\x0F\xFF"_b);
}

TEST(Lpm01aEncoding, WritesTimeStamps) {
  EXPECT_EQ(ascii_stamp({1000, 5}), "\r\nTimeStamp: 001s 000ms, buff 05%\r\n\r\n\0"_b);
  EXPECT_EQ(ascii_stamp({1'000'020, 120}), "\r\nTimeStamp:>000s 020ms, buff 99%\r\n\r\n\0"_b);
  EXPECT_EQ(binary_stamp({0x01020304, 7}), "\xF0\xF3\x01\x02\x03\x04\x07\xFF\xFF"_b);
  EXPECT_EQ(binary_stamp({0x8000'0001, 0}), "\xF0\xF3\x80\x00\x00\x01\x00\xFF\xFF"_b);
}

class Lpm01aControl : public testing::Test {
 protected:
  std::string say(const std::string& line, bool acquiring = false) {
    const Lpm01aAnswer answer = obey(line, acquiring, firmware_, faults_, settings_);
    action_ = answer.action;
    return answer.text;
  }
  Lpm01aFirmware firmware_;
  Lpm01aFaults faults_;
  Lpm01aSettings settings_;
  Lpm01aAction action_ = Lpm01aAction::kNone;
};

TEST_F(Lpm01aControl, CarriesOutTheRunnersSequence) {
  for (const char* line : {"htc", "lcd 1 \"a text\"", "pwr off", "acqtime inf", "trigdelay 0",
                           "trigsrc sw", "eventsrc d7 fal", "output energy", "format ascii_dec",
                           "freq 1k", "volt 1800m", "pwr on nostatus"})
    EXPECT_EQ(say(line), "\r\nPowerShield > ack " + std::string(line) + "\r\n\r\n");
  EXPECT_TRUE(settings_.controlled && settings_.energy && settings_.text && settings_.power_on);
  EXPECT_EQ(settings_.rate_hz, 1000);
  EXPECT_EQ(settings_.millivolts, 1800u);
  EXPECT_EQ(settings_.edges, Lpm01aSettings::Edges::kFalling);
  say("start");
  EXPECT_EQ(action_, Lpm01aAction::kStart);
  EXPECT_EQ(say("stop", true), "");
  EXPECT_EQ(action_, Lpm01aAction::kStop);
}

TEST_F(Lpm01aControl, AnErrorStandsUntilItsStatusIsAsked) {
  settings_.error = true;
  EXPECT_THAT(say("start"), HasSubstr("error start"));
  EXPECT_EQ(action_, Lpm01aAction::kNone);
  EXPECT_THAT(say("status"), HasSubstr("ack status error"));
  EXPECT_THAT(say("status"), HasSubstr("ack status ok"));
  EXPECT_THAT(say("start"), HasSubstr("ack start"));
}

TEST_F(Lpm01aControl, HasModes) {
  EXPECT_THAT(say("acqmode stat"), HasSubstr("ack"));
  EXPECT_THAT(say("pwrend off"), HasSubstr("ack"));
  EXPECT_TRUE(settings_.static_values && !settings_.power_end_on);
  EXPECT_THAT(say("acqmode dyn"), HasSubstr("ack"));
  EXPECT_THAT(say("pwrend on"), HasSubstr("ack"));
  EXPECT_TRUE(!settings_.static_values && settings_.power_end_on);
  EXPECT_THAT(say("funcmode high"), HasSubstr("ack"));
  for (const char* line : {"acqmode", "pwrend auto", "funcmode low"})
    EXPECT_THAT(say(line), HasSubstr("error"));
}

TEST_F(Lpm01aControl, TellsWhatItIs) {
  EXPECT_EQ(say("powershield"),
            "\r\nPowerShield > ack powershield 454D554C-41544544-00000001\r\n\r\n");
  EXPECT_EQ(say("version"), "\r\nPowerShield > ack version 1.0.6\r\n\r\n");
  faults_.voltage_error_mv = -8;
  EXPECT_EQ(say("volt get"), "\r\nPowerShield > ack volt get 3292-03\r\n\r\n");
  EXPECT_EQ(say("pwr get"), "\r\nPowerShield > ack pwr get off\r\n\r\n");
  EXPECT_EQ(say(""), "");
}

TEST_F(Lpm01aControl, RefusesWhatItCannotAndChangesNothing) {
  for (const char* line :
       {"volt 1799m", "volt 3301m", "volt", "volt x", "freq 3k", "freq", "pwr up",
        "eventsrc d6 fal", "output power", "format hex", "trigsrc d2", "stop", "nonsense"})
    EXPECT_THAT(say(line),
                HasSubstr("PowerShield > error " + std::string(line) + "\r\nError detail: "));
  EXPECT_EQ(settings_.millivolts, 3300u);
  EXPECT_EQ(settings_.rate_hz, 100);
  settings_.rate_hz = 20e3;
  EXPECT_THAT(say("start"), HasSubstr("error start"));
  settings_.text = false;
  settings_.energy = true;
  EXPECT_THAT(say("start"), HasSubstr("error start"));
  EXPECT_THAT(say("freq 1k", true), HasSubstr("Acquisition on going"));
}

TEST_F(Lpm01aControl, HasTheFirmwareThatIsAskedFor) {
  EXPECT_THAT(say("eventsrc d7 both"), HasSubstr("ack"));
  firmware_.both_edges = false;
  EXPECT_THAT(say("eventsrc d7 both"), HasSubstr("error"));
  EXPECT_THAT(say("eventsrc d7 ris"), HasSubstr("ack"));
  firmware_.events = false;
  firmware_.error_word = "err";
  EXPECT_THAT(say("eventsrc d7 fal"), HasSubstr("> err eventsrc"));
}

/// Talks to one over its line.
class Lpm01aDeviceTest : public testing::Test {
 protected:
  void connect(Lpm01aFirmware firmware = {}, Lpm01aFaults faults = {}) {
    auto line = open_meter_line();
    ASSERT_TRUE(line.ok()) << line.error().what;
    auto link = TtyLink::open(line->path, 0);
    ASSERT_TRUE(link.ok()) << link.error().what;
    link_ = std::move(*link);
    device_.emplace(std::move(line->link), scenario_, std::move(firmware), std::move(faults));
  }

  void send(std::string_view text) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    ASSERT_EQ(*link_->write(std::span(bytes, text.size())), text.size());
  }

  /// What comes up to and with @p end.
  std::string hear(std::string_view end) {
    std::string heard;
    const Deadline deadline = Deadline::after(std::chrono::seconds(20));
    while (heard.find(end) == std::string::npos && !deadline.expired()) {
      std::array<std::uint8_t, 4096> buffer{};
      const auto count = link_->read(buffer, deadline);
      if (!count) break;
      heard.append(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(*count));
    }
    return heard;
  }

  Scenario scenario_{Scenario::Power::kMeter};
  std::unique_ptr<TtyLink> link_;
  std::optional<Lpm01aDevice> device_;
};

TEST_F(Lpm01aDeviceTest, PowersTheBoardAndMeasuresIt) {
  scenario_.constant(2e-3, 1);
  connect();
  send("volt 2000m\r\npwr on nostatus\r\noutput energy\r\nfreq 1k\r\nstart\r\n");
  EXPECT_THAT(hear("4000-09"), HasSubstr("TimeStamp: 000s 000ms, buff 00%"));  // 2 V * 2 mA * 1 ms
  EXPECT_TRUE(device_->target_on());
  EXPECT_TRUE(device_->sampling());
  EXPECT_EQ(device_->millivolts(), 2000u);
  send("stop\r\n");
  const std::string end = hear("PowerShield > Acquisition completed");
  EXPECT_THAT(end, HasSubstr("\r\nend\r\n"));
  EXPECT_FALSE(device_->sampling());
}

TEST_F(Lpm01aDeviceTest, SwitchesTheBoardOnWithTheAcquisitionUnlessTold) {
  scenario_.constant(2e-3, 1);
  connect();
  send("format bin_hexa\r\nfreq 100k\r\nstart\r\n");
  hear("\xF0\xF3");
  EXPECT_TRUE(device_->target_on());
}

TEST_F(Lpm01aDeviceTest, CutsTheSupplyAt59Milliamperes) {
  scenario_.constant(58e-3, 0.05).constant(60e-3, 1);
  connect();
  send("freq 1k\r\nstart\r\n");
  EXPECT_THAT(hear("Acquisition completed"), HasSubstr("overcurrent"));
  EXPECT_FALSE(device_->target_on());
  EXPECT_EQ(device_->samples_made(), 51u);
}

TEST_F(Lpm01aDeviceTest, TellsTheEdgesOfItsEventSource) {
  scenario_.constant(1e-3, 0.0105).windows({2, 1, 2e-3, 0.005, 0, 0, 1e-3, 0.005});
  connect();
  send("eventsrc d7 fal\r\noutput energy\r\nfreq 1k\r\nstart\r\n");
  const std::string heard = hear("event 2 ");
  EXPECT_THAT(heard, HasSubstr("event 1 ris"));
  EXPECT_EQ(heard.find("fal\r\n\r\nevent"), std::string::npos);
}

TEST_F(Lpm01aDeviceTest, IsStillWhenItsFaultIsToBeMute) {
  Lpm01aFaults faults;
  faults.mute = true;
  connect({}, faults);
  send("powershield\r\n");
  std::array<std::uint8_t, 16> buffer{};
  EXPECT_EQ(*link_->read(buffer, Deadline::after(std::chrono::milliseconds(50))), 0u);
}

}  // namespace
}  // namespace hil::emulate
