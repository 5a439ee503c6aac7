// SPDX-License-Identifier: Apache-2.0
// The doctor on this machine, with USB devices that umockdev makes up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <iostream>

#include "host/lab/doctor/doctor.hpp"
#include "tests/host/base/as_nobody.hpp"
#include "tests/host/lab/usb_bench.hpp"

namespace hil::lab::doctor {
namespace {

using testing::Contains;
using testing::StartsWith;

const FakeUsbDevice kNucleo{
    7,        "0483", "374b", "0668FF343339", "STMicroelectronics", "STM32 STLink", "ST-Link Debug",
    "ttyACM0"};

class UsbDoctorTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!bench_.works()) GTEST_SKIP() << "run it under umockdev-wrapper (package umockdev)";
    bench_.add(kNucleo);
  }

  /// "name: what" of one area.
  static std::vector<std::string> said(const std::string& area) {
    boards::Board nucleo;
    nucleo.id = "nucleo";
    nucleo.serial.usb = {{0x0483, 0x374b}};
    nucleo.probe.emplace();
    nucleo.probe->usb = nucleo.serial.usb;
    Checkup checkup;
    checkup.machine = this_machine();
    checkup.installed.catalogue = {nucleo};
    std::vector<std::string> texts;
    for (const Finding& finding : examine(checkup)) {
      if (finding.area == area) texts.push_back(finding.name + ": " + finding.what);
    }
    return texts;
  }

  UsbBench bench_;
};

TEST_F(UsbDoctorTest, SeesPortAndProbe) {
  EXPECT_THAT(said("ports"), Contains(StartsWith("/dev/ttyACM0: free")));
  EXPECT_THAT(said("ports"), testing::SizeIs(1)) << "the device has its port";
  EXPECT_THAT(said("probes"), Contains("ST-LINK/V2-1 0668FF343339: can be opened"));
}

TEST_F(UsbDoctorTest, SeesWhatIsRefused) {
  ASSERT_EQ(::chmod(bench_.root().c_str(), 0755), 0);
  ASSERT_EQ(::chmod("/dev/bus/usb/001/007", 0600), 0);
  EXPECT_EXIT(
      {
        become_nobody();
        for (const std::string& text : said("probes"))
          std::cerr << text;
        std::_Exit(0);
      },
      testing::ExitedWithCode(0),
      "ST-LINK/V2-1 0668FF343339: plugged in, but /dev/bus/usb/001/007 can't be opened: no perm");
}

}  // namespace
}  // namespace hil::lab::doctor
