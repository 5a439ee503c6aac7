// SPDX-License-Identifier: Apache-2.0
// Meters opened by name, as far as that goes without an instrument.
#include "host/energy/catalogue/open_meter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/energy/catalogue/serial_ports.hpp"
#include "tests/host/energy/catalogue/meter_ports.hpp"
#include "tests/host/energy/joulescope/fake_jsdrv.hpp"
#include "tests/host/energy/sysfs/sysfs_tree.hpp"

namespace hil::energy {
namespace {

class OpenMeter : public testing::Test {
 protected:
  OpenMeter() { places_.sysfs = tree_.root(); }

  [[nodiscard]] Result<std::unique_ptr<PowerMeter>> open(const std::string& text,
                                                         const MeterSetup& setup = {}) const {
    HIL_ASSIGN(const MeterName name, parse_meter_name(text));
    return open_meter(name, setup, places_, Deadline::after(std::chrono::seconds(10)));
  }
  [[nodiscard]] Result<std::unique_ptr<EnergyCounter>> count(const std::string& text) const {
    HIL_ASSIGN(const MeterName name, parse_meter_name(text));
    return open_counter(name, places_);
  }

  SysfsTree tree_;
  MeterPlaces places_;
};

TEST_F(OpenMeter, RailsByLabel) {
  tree_.add_jetson();
  const auto meter = open("hwmon:VDD_IN,VDD_CPU_GPU_CV");
  ASSERT_TRUE(meter.ok()) << meter.error().what;
  Trace trace;
  ASSERT_TRUE((*meter)->start(trace, Deadline::never()).ok());
  EXPECT_EQ(trace.rails.size(), 2u);
  EXPECT_EQ(open("hwmon").error().blame, Blame::kUser) << "which of two?";
  EXPECT_EQ(open("iio:ina226").error().what, "iio has no rail on this machine");
}

TEST_F(OpenMeter, ZonesAsACounterAlone) {
  tree_.put("class/powercap/intel-rapl:0/name", "package-0");
  tree_.put("class/powercap/intel-rapl:0/energy_uj", "1");
  EXPECT_EQ(open("powercap").error().what, "powercap counts energy and has no samples");
  EXPECT_EQ((*count("powercap"))->info().model, "RAPL package-0");
  EXPECT_EQ((*count("powercap:package-0"))->info().kind, "powercap");
  EXPECT_EQ(count("powercap:core").error().blame, Blame::kUser);
}

TEST_F(OpenMeter, WhatIsNoMeterHere) {
  EXPECT_EQ(open("agent").error().blame, Blame::kUser);
  EXPECT_EQ(count("agent").error().blame, Blame::kUser);
  EXPECT_EQ(count("ppk2").error().what, "the meter ppk2 does not count energy");
  EXPECT_EQ(open("replay:/no/such/file").error().blame, Blame::kUser);
}

TEST_F(OpenMeter, SerialMetersThatAreNotThere) {
  EXPECT_EQ(open("ppk2").error().what, "no ppk2 is here: no serial port has the USB id 1915:c00a");
  EXPECT_EQ(open("ppk2").error().hint, "plug it in, or name its port: ppk2:/dev/ttyACM0");
  EXPECT_EQ(open("lpm01a").error().what,
            "no lpm01a is here: no serial port has the USB id 0483:5740");
  EXPECT_EQ(open("ppk2:/dev/ttyACM-of-nobody").error().blame, Blame::kLab);
}

TEST_F(OpenMeter, AJoulescopeThroughItsLibrary) {
  const FakeJsdrv fake;
  places_.joulescope_library = FakeJsdrv::path();
  EXPECT_EQ((*open("joulescope"))->info().serial, "000123");
  EXPECT_EQ(open("joulescope@7").error().blame, Blame::kLab);
}

TEST(TheOneOf, BySerialNumberOrAlone) {
  const std::vector<MeterPort> two{ppk2_port("/dev/ttyACM1", "A1", 1),
                                   ppk2_port("/dev/ttyACM3", "B1", 1)};
  EXPECT_EQ(the_one_of({two[0]}, *parse_meter_name("ppk2"))->name, "/dev/ttyACM1");
  EXPECT_EQ(the_one_of(two, *parse_meter_name("ppk2@B1"))->name, "/dev/ttyACM3");
  const auto several = the_one_of(two, *parse_meter_name("ppk2"));
  ASSERT_FALSE(several.ok());
  EXPECT_EQ(several.error().what,
            "2 ports may be a ppk2: /dev/ttyACM1 (serial A1), /dev/ttyACM3 (serial B1)");
  EXPECT_EQ(several.error().hint, "name one: ppk2@A1");
  const auto none = the_one_of(two, *parse_meter_name("ppk2@B2"));
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().blame, Blame::kLab);
  EXPECT_EQ(none.error().hint, "did you mean ppk2@B1?");
}

TEST(PortNamed, WithAndWithoutItsFolder) {
  const std::vector<MeterPort> ports{ppk2_port("/dev/ttyACM1", "A1", 1)};
  EXPECT_EQ(port_named("ttyACM1", ports).serial, "A1");
  EXPECT_EQ(port_named("/dev/ttyACM1", ports).serial, "A1");
  EXPECT_EQ(port_named("/dev/pts/4", ports).name, "/dev/pts/4");
}

}  // namespace
}  // namespace hil::energy
