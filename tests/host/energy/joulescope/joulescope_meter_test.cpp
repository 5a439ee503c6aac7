// SPDX-License-Identifier: Apache-2.0
// The Joulescope meter with a fake of its maker's library.
#include "host/energy/joulescope/joulescope_meter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "tests/host/energy/joulescope/fake_jsdrv.hpp"
#include "tests/host/energy/sysfs/sysfs_tree.hpp"

namespace hil::energy {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kPath = "u/js220/000123/";

Deadline soon() {
  return Deadline::after(seconds(20));
}

class JoulescopeTest : public testing::Test {
 protected:
  [[nodiscard]] Result<std::unique_ptr<PowerMeter>> make(const MeterSetup& setup = {0, false,
                                                                                    500e3},
                                                         const std::string& serial = "") const {
    return make_joulescope(FakeJsdrv::path(), serial, setup, soon());
  }
  void send(const char* topic, const FakeBlock& block) const {
    fake_.send(std::string(kPath) + topic, block.bytes());
  }
  void send_all(std::uint64_t id, const std::vector<float>& amps) const {
    send("s/i/!data", FakeBlock::of_floats(id, amps));
    send("s/v/!data", FakeBlock::of_floats(id, std::vector<float>(amps.size(), 3.3F)));
    for (const char* input : {"s/gpi/0/!data", "s/gpi/1/!data"})
      send(input, FakeBlock::of_bits(id, std::vector<int>(amps.size(), input[6] == '0' ? 1 : 0)));
  }

  FakeJsdrv fake_;
};

TEST_F(JoulescopeTest, RecordsFromBeginToEnd) {
  auto meter = make();
  ASSERT_TRUE(meter.ok()) << meter.error().what;
  EXPECT_EQ((*meter)->info().model, "Joulescope JS220");
  EXPECT_EQ((*meter)->info().serial, "000123");
  EXPECT_EQ((*meter)->info().firmware, "driver 2.3.4");
  EXPECT_EQ((*meter)->abilities().logic_bits, 2u);
  Trace trace;
  ASSERT_TRUE((*meter)->start(trace, soon()).ok());
  EXPECT_EQ(trace.rate_hz, 500e3);
  EXPECT_EQ(trace.supply.source, VoltageSource::kMeasured);
  EXPECT_NEAR(trace.accuracy.time_base, 50e-6 / 1.7320508, 1e-9) << "a standard uncertainty";
  send_all(1000, {0.001F, 0.003F, 0.002F});
  ASSERT_TRUE((*meter)->read(trace, soon()).ok());
  send_all(1006, {0.004F});
  ASSERT_TRUE((*meter)->stop(trace, soon()).ok());
  EXPECT_THAT(trace.rails.at(0).values, ElementsAre(0.002F, 0.003F));
  EXPECT_THAT(trace.rails[0].volts, ElementsAre(3.3F, 3.3F));
  EXPECT_THAT(trace.logic, ElementsAre(1, 1));
  EXPECT_GT(trace.supply.uncertainty_v, 0);
  meter->reset();
  EXPECT_EQ(fake_.calls(),
            "initialize\nquery @/version\nquery @/list\nopen u/js220/000123 mode 1\n"
            "publish u/js220/000123/h/fs=1000000\n"
            "subscribe u/js220/000123/s/i/!data\npublish u/js220/000123/s/i/ctrl=1\n"
            "subscribe u/js220/000123/s/v/!data\npublish u/js220/000123/s/v/ctrl=1\n"
            "subscribe u/js220/000123/s/gpi/0/!data\npublish u/js220/000123/s/gpi/0/ctrl=1\n"
            "subscribe u/js220/000123/s/gpi/1/!data\npublish u/js220/000123/s/gpi/1/ctrl=1\n"
            "publish u/js220/000123/s/i/ctrl=0\nunsubscribe u/js220/000123/s/i/!data\n"
            "publish u/js220/000123/s/v/ctrl=0\nunsubscribe u/js220/000123/s/v/!data\n"
            "publish u/js220/000123/s/gpi/0/ctrl=0\nunsubscribe u/js220/000123/s/gpi/0/!data\n"
            "publish u/js220/000123/s/gpi/1/ctrl=0\nunsubscribe u/js220/000123/s/gpi/1/!data\n"
            "close u/js220/000123\nfinalize\n");
}

TEST_F(JoulescopeTest, BlocksFromAnotherThread) {
  const auto meter = make({0, false, 100e3});
  ASSERT_TRUE(meter.ok()) << meter.error().what;
  Trace trace;
  ASSERT_TRUE((*meter)->start(trace, soon()).ok());
  std::thread driver([this] {
    for (std::uint64_t k = 0; k < 50; ++k)
      send_all(k * 2000, std::vector<float>(1000, 0.01F));
  });
  while (trace.size() < 5000)
    ASSERT_TRUE((*meter)->read(trace, soon()).ok());
  driver.join();
  EXPECT_EQ(trace.size(), 5000u);
  EXPECT_TRUE(trace.events.empty());
}

TEST_F(JoulescopeTest, ALostBlockIsAGap) {
  const auto meter = make();
  Trace trace;
  ASSERT_TRUE((*meter)->start(trace, soon()).ok());
  send_all(0, {1, 1});
  send_all(8, {1, 1});
  ASSERT_TRUE((*meter)->stop(trace, soon()).ok());
  EXPECT_THAT(trace.flags, ElementsAre(0, flag::kGap, 0));
}

TEST_F(JoulescopeTest, SilenceIsAnError) {
  const auto meter = make();
  Trace trace;
  ASSERT_TRUE((*meter)->start(trace, soon()).ok());
  const Status silent = (*meter)->read(trace, Deadline::after(seconds(20)));
  ASSERT_FALSE(silent.ok());
  EXPECT_EQ(silent.error().blame, Blame::kLink);
  EXPECT_THAT(silent.error().what, HasSubstr("silent for 2 s"));
}

TEST_F(JoulescopeTest, ADeadlineAppendsNothing) {
  const auto meter = make();
  Trace trace;
  ASSERT_TRUE((*meter)->start(trace, soon()).ok());
  ASSERT_TRUE((*meter)->read(trace, Deadline::after(std::chrono::milliseconds(5))).ok());
  EXPECT_EQ(trace.size(), 0u);
}

TEST_F(JoulescopeTest, BlocksInAnUnknownForm) {
  const auto meter = make();
  Trace trace;
  ASSERT_TRUE((*meter)->start(trace, soon()).ok());
  FakeBlock block = FakeBlock::of_floats(0, {1});
  block.version = 9;
  send("s/i/!data", block);
  const Status status = (*meter)->read(trace, soon());
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().what, HasSubstr("unknown form"));
}

TEST_F(JoulescopeTest, InterruptsTheBoardsSupply) {
  {
    const auto meter = make();
    ASSERT_TRUE((*meter)->set_target_power(false, soon()).ok());
    ASSERT_TRUE((*meter)->set_target_power(true, soon()).ok());
  }
  EXPECT_THAT(fake_.calls(),
              HasSubstr("s/i/range/mode=off\npublish u/js220/000123/s/i/range/mode=auto"));
  fake_.set_devices("u/js110/002557");
  const auto meter = make();
  ASSERT_TRUE(meter.ok()) << meter.error().what;
  ASSERT_TRUE((*meter)->set_target_power(false, soon()).ok());
  EXPECT_THAT(fake_.calls(), HasSubstr("publish u/js110/002557/s/i/range/select=off"));
}

TEST_F(JoulescopeTest, AJs110IsToldToSendItsInputs) {
  fake_.set_devices("u/js110/002557");
  const auto meter = make();
  ASSERT_TRUE(meter.ok()) << meter.error().what;
  Trace trace;
  ASSERT_TRUE((*meter)->start(trace, soon()).ok());
  EXPECT_THAT(fake_.calls(), HasSubstr("/h/fs=2000000\n"));
  EXPECT_THAT(fake_.calls(), HasSubstr("/s/i/lsb_src=2\n"));
  EXPECT_THAT(fake_.calls(), HasSubstr("/s/v/lsb_src=3\n"));
}

TEST_F(JoulescopeTest, OneOfSeveralBySerialNumber) {
  fake_.set_devices("u/mb/93NP,u/js220/000123,u/js110/002557");
  EXPECT_EQ((*make({0, false, 0}, "002557"))->info().model, "Joulescope JS110");
  const auto several = make();
  ASSERT_FALSE(several.ok());
  EXPECT_EQ(several.error().what, "2 Joulescopes are here: 000123, 002557");
  EXPECT_EQ(several.error().hint, "name one: joulescope@000123");
  EXPECT_EQ(make({}, "1").error().what, "no Joulescope has the serial number 1");
  fake_.set_devices("");
  EXPECT_EQ(make().error().blame, Blame::kLab);
}

TEST_F(JoulescopeTest, RatesThatItDoesNotHave) {
  for (const double rate : {3e6, 2e6, 300e3, -1.0, 0.3})
    EXPECT_EQ(make({0, false, rate}).error().blame, Blame::kUser) << rate;
  EXPECT_EQ(make({3.3, true, 0}).error().blame, Blame::kUser) << "it cannot supply";
  Trace trace;
  ASSERT_TRUE((*make({}))->start(trace, soon()).ok());
  EXPECT_EQ(trace.rate_hz, 1e6);
}

TEST_F(JoulescopeTest, RefusalsSayWho) {
  fake_.fail("open", 16);
  const auto held = make();
  ASSERT_FALSE(held.ok());
  EXPECT_EQ(held.error().blame, Blame::kLab);
  EXPECT_EQ(held.error().what, "cannot open Joulescope u/js220/000123: NOT_FOUND (16)");
  const FakeJsdrv again;
  again.fail("s/v/ctrl=1", 11);
  const auto meter = make();
  Trace trace;
  const Status refused = (*meter)->start(trace, soon());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().blame, Blame::kLink);
  EXPECT_THAT(refused.error().what, HasSubstr("refuses u/js220/000123/s/v/ctrl: TIMED_OUT"));
}

TEST_F(JoulescopeTest, AnOlderDriverIsRefused) {
  fake_.set_version(0x01040009);
  const auto old = make();
  ASSERT_FALSE(old.ok());
  EXPECT_EQ(old.error().what, "Joulescope's driver is version 1.4.9");
  EXPECT_THAT(fake_.calls(), HasSubstr("finalize"));
}

TEST(JoulescopeLibrary, MissingSaysWhatToInstall) {
  const auto none = make_joulescope("libjsdrv-of-nobody.so", "", {}, soon());
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().blame, Blame::kLab);
  EXPECT_THAT(none.error().what, HasSubstr("libjsdrv-of-nobody.so cannot be loaded"));
  EXPECT_THAT(none.error().hint, HasSubstr("joulescope_driver"));
}

TEST(JoulescopeLibrary, AnotherLibraryIsSaid) {
  const auto other = JsdrvLibrary::load("libm.so.6");
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().what, "libm.so.6 is not Joulescope's driver: it has no jsdrv_initialize");
}

TEST(JoulescopeUnits, OfAList) {
  const auto units =
      units_in("u/js220/000123,,x,u/js220,u/js220/,u/mb/9,u/js110/2/5,u/js/1,u/js2\x1b/1");
  ASSERT_EQ(units.size(), 2u);
  EXPECT_EQ(units[0].path, "u/js220/000123");
  EXPECT_EQ(units[0].serial, "000123");
  EXPECT_EQ(units[1].model, "js110");
  EXPECT_EQ(units[1].serial, "2/5");
}

TEST(JoulescopeUsb, WhatSysfsSays) {
  const SysfsTree tree;
  tree.put("bus/usb/devices/1-4/idVendor", "16d0");
  tree.put("bus/usb/devices/1-4/idProduct", "10ba");
  tree.put("bus/usb/devices/1-4/serial", "000123");
  tree.put("bus/usb/devices/1-5/idVendor", "16d0");
  tree.put("bus/usb/devices/1-5/idProduct", "0e87");
  const auto units = find_joulescope_usb(tree.root());
  ASSERT_EQ(units.size(), 1u) << "a bootloader is none";
  EXPECT_EQ(units[0].model, "js220");
  EXPECT_EQ(units[0].serial, "000123");
}

}  // namespace
}  // namespace hil::energy
