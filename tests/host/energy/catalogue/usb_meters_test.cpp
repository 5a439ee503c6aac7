// SPDX-License-Identifier: Apache-2.0
// Meters on a bench that umockdev makes up: which port of a PPK2, and who an LPM01A may be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <numeric>

#include "host/base/file_descriptor.hpp"
#include "host/emulate/meter/lpm01a_device.hpp"
#include "host/emulate/meter/ppk2_device.hpp"
#include "host/emulate/meter/scenario.hpp"
#include "host/energy/catalogue/find_meters.hpp"
#include "host/energy/catalogue/open_meter.hpp"
#include "host/link/fd_link.hpp"
#include "host/measure/meter_places.hpp"
#include "tests/host/lab/usb_bench.hpp"

namespace hil::energy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const FakeUsbDevice kPpk2{7,      "1915", "c00a",    "D6A1C2E3", "Nordic Semiconductor",
                          "PPK2", "",     "ttyACM1", "ttyACM0"};
const FakeUsbDevice kPowerShield{9,
                                 "0483",
                                 "5740",
                                 "FFFFFFFEFFFF",
                                 "STMicroelectronics",
                                 "PowerShield (Virtual ComPort in FS Mode)",
                                 "",
                                 "ttyACM2"};

class UsbMeters : public testing::Test {
 protected:
  void SetUp() override {
    if (!bench_.works()) GTEST_SKIP() << "run it under umockdev-wrapper (package umockdev)";
  }
  static FoundMeters find(const AskMeter& ask) {
    auto places = measure::meter_places();
    EXPECT_TRUE(places.ok()) << places.error().what;
    if (!places.ok()) return {};
    places->joulescope_library = "libjsdrv-of-nobody.so";
    return find_meters(*places, ask, Deadline::after(std::chrono::seconds(10)));
  }

  /// The device's end of @p device's first port, which stays open until the test ends.
  std::unique_ptr<Link> far_end(const FakeUsbDevice& device) {
    // Without anybody at the near end the far one hangs up.
    near_end_ = FileDescriptor(::open(("/dev/" + device.tty).c_str(), O_RDWR | O_NOCTTY));
    return std::make_unique<FdLink>(FileDescriptor(::dup(bench_.far_end(device))), "far end");
  }
  /// Opens the meter called @p name and reads @p samples.
  static Trace record(const std::string& name, const MeterSetup& setup, std::size_t samples) {
    const auto soon = Deadline::after(std::chrono::seconds(40));
    const auto places = measure::meter_places();
    const auto meter = open_meter(*parse_meter_name(name), setup, *places, soon);
    EXPECT_TRUE(meter.ok()) << meter.error().what;
    Trace trace;
    if (!meter.ok()) return trace;
    EXPECT_TRUE((*meter)->set_target_power(true, soon).ok());
    Status status = (*meter)->start(trace, soon);
    while (status.ok() && trace.size() < samples && !soon.expired())
      status = (*meter)->read(trace, soon);
    EXPECT_TRUE(status.ok()) << status.error().what;
    EXPECT_TRUE((*meter)->stop(trace, soon).ok());
    return trace;
  }
  static double mean_of(const Rail& rail) {
    return std::accumulate(rail.values.begin(), rail.values.end(), 0.0) /
           static_cast<double>(rail.values.size());
  }

  UsbBench bench_;
  FileDescriptor near_end_;
};

TEST_F(UsbMeters, NoneIsThere) {
  EXPECT_TRUE(find({}).meters.empty());
}

TEST_F(UsbMeters, OfTwoPortsOfAPpk2TheOneOnInterface1) {
  bench_.add(kPpk2);
  const auto found = find({}).meters;
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].name, "ppk2");
  EXPECT_EQ(found[0].port, "/dev/ttyACM1") << "ttyACM0 is its shell";
  EXPECT_EQ(found[0].serial, "D6A1C2E3");
  EXPECT_TRUE(found[0].access.granted()) << found[0].access.why_not;
}

TEST_F(UsbMeters, AnLpm01aByNameOrByItsAnswer) {
  bench_.add(kPowerShield);
  const auto by_name = find({});
  ASSERT_EQ(by_name.meters.size(), 1u);
  EXPECT_EQ(by_name.meters[0].name, "lpm01a");
  EXPECT_EQ(by_name.meters[0].port, "/dev/ttyACM2");
  std::vector<std::string> asked;
  const auto by_answer = find([&asked](const MeterPort& port, Deadline) -> Result<MeterInfo> {
    asked.push_back(port.name);
    return Error{Blame::kLab, "no answer", ""};
  });
  EXPECT_TRUE(by_answer.meters.empty());
  EXPECT_THAT(asked, ElementsAre("/dev/ttyACM2"));
  EXPECT_THAT(by_answer.notes, ElementsAre(HasSubstr("does not answer as one")));
}

TEST_F(UsbMeters, APpk2IsOpenedByName) {
  bench_.add(kPpk2);
  emulate::Scenario scenario;
  scenario.constant(1e-3, 1.0);
  const emulate::Ppk2Device device(far_end(kPpk2), scenario);
  const Trace trace = record("ppk2@D6A1C2E3", {3.0, true, 0}, 2000);
  ASSERT_GE(trace.size(), 2000u);
  // A code's step is 4.4 uA there.
  EXPECT_NEAR(mean_of(trace.rails.at(0)), 1e-3, 4.4e-6);
  EXPECT_EQ(trace.meter.serial, "D6A1C2E3");
}

TEST_F(UsbMeters, AnLpm01aAnswersAndIsOpened) {
  bench_.add(kPowerShield);
  emulate::Scenario scenario;
  scenario.constant(1e-3, 1.0);
  const emulate::Lpm01aDevice device(far_end(kPowerShield), scenario);
  const auto found = find(ask_lpm01a);
  ASSERT_EQ(found.meters.size(), 1u);
  EXPECT_EQ(found.meters[0].name, "lpm01a");
  EXPECT_TRUE(found.notes.empty());
  const Trace trace = record("lpm01a", {3.0, true, 0}, 100);
  ASSERT_GE(trace.size(), 100u);
  EXPECT_EQ(trace.rails.at(0).quantity, Quantity::kPower);
  EXPECT_NEAR(mean_of(trace.rails.at(0)), 3e-3, 3e-5) << "1 mA at 3 V";
}

TEST_F(UsbMeters, SomethingElseWithThatUsbIdIsNone) {
  bench_.add(kPowerShield);
  emulate::Scenario scenario;
  emulate::Lpm01aFaults mute;
  mute.mute = true;
  const emulate::Lpm01aDevice device(far_end(kPowerShield), scenario, {}, mute);
  EXPECT_THAT(find(ask_lpm01a).notes, ElementsAre(HasSubstr("does not answer as one")));
}

TEST_F(UsbMeters, AMeterIsOneProcesss) {
  bench_.add(kPpk2);
  emulate::Scenario scenario;
  const emulate::Ppk2Device device(far_end(kPpk2), scenario);
  const auto soon = Deadline::after(std::chrono::seconds(20));
  const auto places = measure::meter_places();
  const auto first = open_meter(*parse_meter_name("ppk2"), {3.0, true, 0}, *places, soon);
  ASSERT_TRUE(first.ok()) << first.error().what;
  const auto second = open_meter(*parse_meter_name("ppk2"), {3.0, true, 0}, *places, soon);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().blame, Blame::kLab);
  EXPECT_THAT(second.error().what, HasSubstr("held by"));
}

TEST_F(UsbMeters, BothBesideABoard) {
  bench_.add(kPpk2);
  bench_.add(kPowerShield);
  bench_.add({12, "0483", "374b", "0668FF", "STMicroelectronics", "STM32 STLink", "ST-Link Debug",
              "ttyACM3"});
  const auto found = find({}).meters;
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].port, "/dev/ttyACM1");
  EXPECT_EQ(found[1].port, "/dev/ttyACM2");
}

}  // namespace
}  // namespace hil::energy
