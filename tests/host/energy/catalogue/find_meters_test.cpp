// SPDX-License-Identifier: Apache-2.0
// Which meters are found among ports, in sysfs and through Joulescope's library.
#include "host/energy/catalogue/find_meters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/energy/catalogue/meter_ports.hpp"
#include "tests/host/energy/joulescope/fake_jsdrv.hpp"
#include "tests/host/energy/sysfs/sysfs_tree.hpp"

namespace hil::energy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class FindMeters : public testing::Test {
 protected:
  FindMeters() {
    places_.sysfs = tree_.root();
    places_.joulescope_library = "libjsdrv-of-nobody.so";
  }
  [[nodiscard]] FoundMeters find(const AskMeter& ask = {}) const {
    return find_meters(places_, ask, Deadline::after(std::chrono::seconds(10)));
  }
  [[nodiscard]] std::vector<std::string> names(const AskMeter& ask = {}) const {
    std::vector<std::string> names;
    for (const FoundMeter& meter : find(ask).meters)
      names.push_back(meter.name);
    return names;
  }

  SysfsTree tree_;
  MeterPlaces places_;
};

Result<MeterInfo> answers_as_lpm01a(const MeterPort& port, Deadline /*deadline*/) {
  if (port.name == "/dev/ttyACM3") return MeterInfo{};
  return Error{Blame::kLab, "no LPM01A", ""};
}

TEST_F(FindMeters, NothingAtAll) {
  EXPECT_THAT(find().meters, IsEmpty());
  EXPECT_THAT(find().notes, IsEmpty());
}

TEST_F(FindMeters, OfAPpk2TheMetersOwnInterface) {
  places_.ports = {ppk2_port("/dev/ttyACM0", "D6A1", 3), ppk2_port("/dev/ttyACM1", "D6A1", 1)};
  const auto found = find().meters;
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].name, "ppk2");
  EXPECT_EQ(found[0].port, "/dev/ttyACM1");
  EXPECT_EQ(found[0].serial, "D6A1");
  EXPECT_EQ(found[0].rate_hz, 100e3);
  EXPECT_EQ(found[0].abilities.logic_bits, 8u);
  EXPECT_TRUE(found[0].abilities.sources);
}

TEST_F(FindMeters, AnOldPpk2HasOnePort) {
  places_.ports = {ppk2_port("/dev/ttyACM0", "D6A1", 0)};
  EXPECT_THAT(names(), ElementsAre("ppk2"));
  places_.ports = {ppk2_port("/dev/ttyACM0", "D6A1", {}), ppk2_port("/dev/ttyACM1", "D6A1", {})};
  EXPECT_THAT(names(), ElementsAre("ppk2:/dev/ttyACM0", "ppk2:/dev/ttyACM1"))
      << "the system does not say which interface they are";
}

TEST_F(FindMeters, TwoOfAKindHaveSerialNumbersInTheirNames) {
  places_.ports = {ppk2_port("/dev/ttyACM0", "A", 1), ppk2_port("/dev/ttyACM1", "A", 3),
                   ppk2_port("/dev/ttyACM2", "B", 1), ppk2_port("/dev/ttyACM3", "B", 3)};
  EXPECT_THAT(names(), ElementsAre("ppk2@A", "ppk2@B"));
  places_.ports = {ppk2_port("/dev/ttyACM0", "", 1), ppk2_port("/dev/ttyACM2", "", 1)};
  EXPECT_THAT(names(), ElementsAre("ppk2:/dev/ttyACM0", "ppk2:/dev/ttyACM2"));
}

TEST_F(FindMeters, AnLpm01aIsAsked) {
  places_.ports = {stm_port("/dev/ttyACM2", "S2", "STM32 Virtual ComPort"),
                   stm_port("/dev/ttyACM3", "S3", "STM32 Virtual ComPort")};
  const auto found = find(answers_as_lpm01a);
  ASSERT_EQ(found.meters.size(), 1u);
  EXPECT_EQ(found.meters[0].name, "lpm01a");
  EXPECT_EQ(found.meters[0].serial, "S3");
  EXPECT_THAT(found.notes,
              ElementsAre("/dev/ttyACM2 has the USB id of an LPM01A and does not answer as one"));
}

TEST_F(FindMeters, WithoutAskingItsNameCounts) {
  places_.ports = {stm_port("/dev/ttyACM2", "S2", "STM32 Virtual ComPort"),
                   stm_port("/dev/ttyACM3", "S3", "PowerShield (Virtual ComPort in FS Mode)")};
  const auto found = find();
  ASSERT_EQ(found.meters.size(), 1u);
  EXPECT_EQ(found.meters[0].port, "/dev/ttyACM3");
  EXPECT_THAT(found.notes, ElementsAre(HasSubstr("/dev/ttyACM2 may be an LPM01A")));
}

TEST_F(FindMeters, AHeldPortIsNeverOpened) {
  MeterPort held = stm_port("/dev/ttyACM3", "S3", "PowerShield (Virtual ComPort in FS Mode)");
  held.access = {DeviceAccess::Cause::kHeld, "held by picocom (process 7)", "end that program"};
  MeterPort other = stm_port("/dev/ttyACM4", "S4", "Board");
  other.access = held.access;
  places_.ports = {held, other};
  const auto found = find([](const MeterPort& port, Deadline) -> Result<MeterInfo> {
    ADD_FAILURE() << port.name << " was asked";
    return MeterInfo{};
  });
  ASSERT_EQ(found.meters.size(), 1u);
  EXPECT_EQ(found.meters[0].access.why_not, "held by picocom (process 7)");
  EXPECT_THAT(found.notes, ElementsAre("/dev/ttyACM4 may be an LPM01A, by its USB id; it was not "
                                       "asked: held by picocom (process 7)"));
}

TEST_F(FindMeters, PortsOfBoardsAreNone) {
  MeterPort board = stm_port("/dev/ttyACM0", "066A", "STM32 STLink");
  board.usb = boards::UsbId{0x0483, 0x374b};
  places_.ports = {board, MeterPort{"/dev/ttyS0"}};
  EXPECT_THAT(names(answers_as_lpm01a), IsEmpty());
}

TEST_F(FindMeters, RailsAndZones) {
  tree_.add_jetson();
  tree_.put("bus/iio/devices/iio:device0/name", "ina226");
  tree_.put("bus/iio/devices/iio:device0/in_current3_raw", "1000");
  tree_.put("bus/iio/devices/iio:device0/in_current3_scale", "nan");
  tree_.put("class/powercap/intel-rapl:0/name", "package-0");
  tree_.put("class/powercap/intel-rapl:0/energy_uj", "1");
  const auto found = find().meters;
  ASSERT_EQ(found.size(), 4u);
  EXPECT_EQ(found[0].name, "hwmon:VDD_IN");
  EXPECT_EQ(found[0].model, "ina3221");
  EXPECT_EQ(found[0].rate_hz, 50);
  EXPECT_TRUE(found[0].abilities.measures_voltage);
  EXPECT_TRUE(found[0].access.granted());
  EXPECT_EQ(found[2].name, "iio:ina226");
  EXPECT_EQ(found[2].access.why_not, "its scale is 'nan'");
  EXPECT_EQ(found[3].name, "powercap:package-0");
  for (const FoundMeter& meter : found)
    EXPECT_TRUE(parse_meter_name(meter.name).ok()) << meter.name;
}

TEST_F(FindMeters, LabelsThatDoNotNameOneRail) {
  tree_.add_jetson();
  tree_.put("class/hwmon/hwmon4/in1_label", "a,b");
  EXPECT_THAT(names(), ElementsAre("hwmon:ina3221@1-0040/1", "hwmon:VDD_CPU_GPU_CV"));
  tree_.put("class/hwmon/hwmon4/in1_label", "VDD_CPU_GPU_CV");
  EXPECT_THAT(names(), ElementsAre("hwmon:ina3221@1-0040/1", "hwmon:ina3221@1-0040/2"));
}

TEST_F(FindMeters, ZonesOfOneNameGoByTheirIds) {
  for (const char* id : {"intel-rapl:0", "intel-rapl:1", "intel-rapl:2"}) {
    const std::string at = std::string("class/powercap/") + id;
    tree_.put(at + "/name", id == std::string("intel-rapl:2") ? "psys" : "package-0");
    tree_.put(at + "/energy_uj", "1");
  }
  EXPECT_THAT(names(),
              ElementsAre("powercap:intel-rapl:0", "powercap:intel-rapl:1", "powercap:psys"));
}

TEST_F(FindMeters, AJoulescopeWithoutItsLibraryIsSeenAndExplained) {
  tree_.put("bus/usb/devices/1-4/idVendor", "16d0");
  tree_.put("bus/usb/devices/1-4/idProduct", "0e88");
  tree_.put("bus/usb/devices/1-4/serial", "002557");
  auto found = find().meters;
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].name, "joulescope");
  EXPECT_EQ(found[0].rate_hz, 2e6);
  EXPECT_THAT(found[0].access.why_not, HasSubstr("cannot be loaded"));
  EXPECT_THAT(found[0].access.hint, HasSubstr("joulescope_driver"));
  const FakeJsdrv fake;
  places_.joulescope_library = FakeJsdrv::path();
  found = find().meters;
  ASSERT_EQ(found.size(), 2u) << "one that the driver sees, and one that it does not";
  EXPECT_EQ(found[0].name, "joulescope@000123");
  EXPECT_TRUE(found[0].access.granted());
  EXPECT_EQ(found[1].access.why_not, "its driver does not see it");
  fake.set_devices("u/js110/002557");
  found = find().meters;
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(found[0].access.granted());
}

}  // namespace
}  // namespace hil::energy
