// SPDX-License-Identifier: Apache-2.0
// The PPK2 meter against an emulated one with every fault that the facts name.
#include "host/energy/ppk2/ppk2_meter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>

#include "host/emulate/meter/ppk2_device.hpp"
#include "host/emulate/meter/scenario.hpp"
#include "host/link/fd_link.hpp"

namespace hil::energy {
namespace {

using emulate::Ppk2Faults;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;

Deadline soon() {
  return Deadline::after(seconds(20));
}

MeterSetup source(double volts) {
  MeterSetup setup;
  setup.volts = volts;
  setup.source = true;
  return setup;
}

class Ppk2MeterTest : public testing::Test {
 protected:
  void plug_in(Ppk2Faults faults = {}) {
    meter_.reset();
    device_.reset();
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
    link_ = std::make_unique<FdLink>(FileDescriptor(ends[0]), "tty /dev/ttyACM7");
    device_ = std::make_unique<emulate::Ppk2Device>(
        std::make_unique<FdLink>(FileDescriptor(ends[1]), "device"), scenario_, std::move(faults));
  }

  Result<std::unique_ptr<PowerMeter>> make(const MeterSetup& setup) {
    return make_ppk2(std::move(link_), setup, soon());
  }

  void open(const MeterSetup& setup) {
    auto made = make(setup);
    ASSERT_TRUE(made.ok()) << made.error().what;
    meter_ = std::move(made).value();
  }

  /// Records until @p samples have come.
  void record(std::size_t samples) {
    ASSERT_TRUE(meter_->start(trace_, soon()).ok());
    const Deadline deadline = soon();
    while (trace_.size() < samples && !deadline.expired()) {
      const Status status = meter_->read(trace_, deadline);
      ASSERT_TRUE(status.ok()) << status.error().what;
    }
    const Status stopped = meter_->stop(trace_, soon());
    ASSERT_TRUE(stopped.ok()) << stopped.error().what;
    ASSERT_GE(trace_.size(), samples);
  }

  [[nodiscard]] std::vector<MeterEvent> events(const std::string& kind) const {
    std::vector<MeterEvent> found;
    std::copy_if(trace_.events.begin(), trace_.events.end(), std::back_inserter(found),
                 [&](const MeterEvent& event) { return event.kind == kind; });
    return found;
  }

  [[nodiscard]] std::size_t flagged(std::uint8_t bits) const {
    return static_cast<std::size_t>(std::count_if(trace_.flags.begin(), trace_.flags.end(),
                                                  [&](std::uint8_t f) { return (f & bits) != 0; }));
  }

  emulate::Scenario scenario_{emulate::Scenario::Power::kOwn};
  std::unique_ptr<Link> link_;
  std::unique_ptr<emulate::Ppk2Device> device_;
  std::unique_ptr<PowerMeter> meter_;
  Trace trace_;
};

TEST_F(Ppk2MeterTest, SaysWhatItIsAndWhatItWasTold) {
  scenario_.pins(1).constant(2e-3, 10);
  plug_in();
  MeterSetup setup = source(1.8);
  setup.serial = "D6A1B2";
  open(setup);
  EXPECT_EQ(device_->millivolts(), 1800u);
  EXPECT_EQ(device_->mode(), 2u);
  EXPECT_EQ(meter_->info().kind, "ppk2");
  EXPECT_EQ(meter_->info().serial, "D6A1B2");
  EXPECT_EQ(meter_->info().port, "tty /dev/ttyACM7");
  EXPECT_THAT(meter_->info().calibration, HasSubstr("HW 9173, "));
  EXPECT_FALSE(meter_->info().emulated) << "nobody said so";
  EXPECT_EQ(meter_->abilities().logic_bits, 8u);
  EXPECT_TRUE(meter_->abilities().switches_target);
  EXPECT_FALSE(meter_->abilities().measures_voltage);
  EXPECT_GE(meter_->abilities().proof_s, 1) << "what a hidden loss takes to be seen";

  record(1000);
  EXPECT_EQ(trace_.rate_hz, 1e5);
  ASSERT_EQ(trace_.rails.size(), 1u);
  EXPECT_EQ(trace_.rails[0].name, "main");
  EXPECT_EQ(trace_.rails[0].values.size(), trace_.size());
  EXPECT_EQ(trace_.logic.size(), trace_.size());
  EXPECT_EQ(trace_.supply.source, VoltageSource::kSet);
  EXPECT_EQ(trace_.supply.volts, 1.8);
  EXPECT_NEAR(trace_.supply.uncertainty_v, 0.0104, 1e-4);
  EXPECT_THAT(trace_.events, IsEmpty());
  for (std::size_t i = 0; i < trace_.size(); ++i) {
    ASSERT_NEAR(trace_.rails[0].values[i], 2e-3, 3e-6) << i;
    ASSERT_EQ(trace_.logic[i], 1);
  }
  EXPECT_EQ(trace_.size(), device_->words_sent());
}

TEST_F(Ppk2MeterTest, AsAmpereMeterItIsToldTheVoltage) {
  plug_in();
  MeterSetup setup;
  setup.volts = 3.3;
  setup.emulated = true;
  open(setup);
  EXPECT_EQ(device_->mode(), 1u);
  EXPECT_EQ(device_->millivolts(), 3300u);
  EXPECT_TRUE(device_->target_on()) << "else the board's own supply does not reach it";
  record(100);
  EXPECT_EQ(trace_.supply.source, VoltageSource::kStated);
  EXPECT_EQ(trace_.supply.uncertainty_v, 0);
  EXPECT_TRUE(trace_.meter.emulated);
  EXPECT_THAT(events("voltage"), IsEmpty());
}

TEST_F(Ppk2MeterTest, AsAmpereMeterItLetsTheBoardsOwnSupplyThrough) {
  scenario_ = emulate::Scenario(emulate::Scenario::Power::kMeter);
  scenario_.constant(2e-3, 10);
  plug_in();
  MeterSetup setup;
  setup.volts = 3.3;
  open(setup);
  record(1000);
  EXPECT_NEAR(trace_.rails[0].values[500], 2e-3, 3e-6) << "a board without supply takes nothing";
  plug_in();
  setup.volts = 5.1;
  open(setup);
  EXPECT_EQ(device_->millivolts(), 5000u) << "the most that it can be told";
}

TEST_F(Ppk2MeterTest, TheSwitchIsOpenWhereTheSourceBehindItChanges) {
  MeterSetup ampere;
  ampere.volts = 1.8;
  for (const unsigned before : {1u, 2u}) {
    Ppk2Faults faults;
    faults.mode_at_open = before;
    faults.on_at_open = true;
    plug_in(faults);
    open(before == 1 ? source(1.8) : ampere);
    EXPECT_EQ(device_->mode(), 3 - before);
    EXPECT_FALSE(device_->mode_changed_live());
    EXPECT_EQ(device_->target_on(), before == 2) << "a source is switched on by its user alone";
    plug_in(faults);
    open(before == 1 ? ampere : source(1.8));
    EXPECT_EQ(device_->mode(), before);
    EXPECT_TRUE(device_->target_on()) << "left as it is";
  }
}

TEST_F(Ppk2MeterTest, AStopThatABrokenOffCommandSwallowsIsSaidAgain) {
  Ppk2Faults faults;
  faults.streaming_at_open = true;
  faults.broken_command = true;
  plug_in(faults);
  open(source(3.3));
  EXPECT_FALSE(device_->sampling());
}

TEST_F(Ppk2MeterTest, MetadataMayEndWithoutTheEndOfItsLine) {
  scenario_.constant(1e-3, 10);
  Ppk2Faults faults;
  faults.open_end = true;
  faults.most_metadata_write = 7;
  plug_in(faults);
  open(source(3.3));
  record(100);
  EXPECT_THAT(trace_.events, IsEmpty());
}

TEST_F(Ppk2MeterTest, RefusesWhatItCannot) {
  MeterSetup setup;
  for (const double volts : {0.0, -1.0, 12.0, 1000.0, std::nan("")}) {
    setup.volts = volts;
    EXPECT_EQ(make_ppk2(nullptr, setup, soon()).error().blame, Blame::kUser) << volts;
  }
  EXPECT_THAT(make_ppk2(nullptr, source(5.5), soon()).error().what,
              HasSubstr("can't supply 5.5 V"));
  EXPECT_THAT(make_ppk2(nullptr, source(0.5), soon()).error().hint, HasSubstr("0.8 to 5 V"));
  setup.volts = 3.3;
  setup.rate_hz = 1000;
  EXPECT_THAT(make_ppk2(nullptr, setup, soon()).error().what, HasSubstr("1000 samples a second"));
}

TEST_F(Ppk2MeterTest, RecordsAgainFromZero) {
  scenario_.constant(1e-3, 10);
  plug_in();
  open(source(3.3));
  record(500);
  const std::size_t first = trace_.size();
  record(300);
  EXPECT_EQ(trace_.size(), device_->words_sent());
  EXPECT_GT(first, 0u);
  EXPECT_THAT(trace_.events, IsEmpty());
}

TEST_F(Ppk2MeterTest, SwitchesTheBoardOnAndOff) {
  plug_in();
  open(source(3.3));
  for (const bool on : {true, false, true}) {
    ASSERT_TRUE(meter_->set_target_power(on, soon()).ok());
    const Deadline deadline = soon();
    while (device_->target_on() != on && !deadline.expired()) {
    }
    EXPECT_EQ(device_->target_on(), on);
  }
  meter_.reset();
  EXPECT_TRUE(device_->target_on()) << "left as it is";
}

TEST_F(Ppk2MeterTest, EndsAStreamThatAnEarlierUserLeft) {
  scenario_.constant(7e-3, 10);
  Ppk2Faults faults;
  faults.streaming_at_open = true;
  plug_in(faults);
  open(source(3.3));
  EXPECT_FALSE(device_->sampling());
  record(1000);
  EXPECT_THAT(trace_.events, IsEmpty());
  EXPECT_EQ(flagged(0xff), 0u);
}

TEST_F(Ppk2MeterTest, MetadataMayComeInAnyPieces) {
  Ppk2Faults faults;
  faults.most_metadata_write = 7;
  plug_in(faults);
  open(source(3.3));
  record(100);
  EXPECT_THAT(trace_.events, IsEmpty());
}

TEST_F(Ppk2MeterTest, CalibrationWithoutNumbersIsNamedAndWidensTheResult) {
  Ppk2Faults faults;
  faults.metadata = emulate::Ppk2MetadataFault::kNan;
  plug_in(faults);
  open(source(3.3));
  record(100);
  const auto found = events("calibration");
  ASSERT_EQ(found.size(), 8u) << "R2 and all seven of range 4";
  EXPECT_THAT(found[0].text, HasSubstr("R2 is missing or no number: the maker's default 10.15"));
  EXPECT_GT(trace_.accuracy.steps[2].gain, 2 * trace_.accuracy.steps[1].gain);
  EXPECT_GT(trace_.accuracy.steps[4].gain, 2 * trace_.accuracy.steps[3].gain);
}

TEST_F(Ppk2MeterTest, AWrongCalibrationBlockIsRefused) {
  Ppk2Faults faults;
  faults.metadata = emulate::Ppk2MetadataFault::kWrongBlock;
  plug_in(faults);
  const auto made = make(source(3.3));
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().blame, Blame::kLab);
  EXPECT_THAT(made.error().what, HasSubstr("calibration can't be right: R0 is 0.0564"));
}

TEST_F(Ppk2MeterTest, AWrongVoltageIsNamedAndWidensTheResult) {
  Ppk2Faults faults;
  faults.voltage_error_mv = -300;
  plug_in(faults);
  open(source(3.3));
  record(100);
  const auto found = events("voltage");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].text,
            "it says that it gives 3.000 V, told to give 3.300 V: the voltage's uncertainty covers "
            "both");
  EXPECT_GE(trace_.supply.uncertainty_v, 0.3);
}

TEST_F(Ppk2MeterTest, LossIsAGapAtItsPlace) {
  // A current that tells where it was.
  emulate::Scenario ramp;
  ramp.ramp(1e-3, 4e-3, 0.2);
  for (const std::uint32_t lost : {1u, 5u, 63u}) {
    device_.reset();
    scenario_ = ramp;
    Ppk2Faults faults;
    faults.drops = {{5000, lost}};
    plug_in(faults);
    open(source(3.3));
    record(20'000);
    EXPECT_EQ(flagged(flag::kGap), lost);
    EXPECT_EQ(flagged(flag::kInvalid), 0u);
    const auto found = events("loss");
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].index, 5000u + lost);
    EXPECT_THAT(found[0].text, HasSubstr(std::to_string(lost) + " sample"));
    for (const std::size_t i : {4999u, 5100u, 19'999u})
      EXPECT_NEAR(trace_.rails[0].values[i], 1e-3 + 3e-3 * (static_cast<double>(i) + 0.5) / 20'000,
                  3e-6)
          << i;
    for (std::size_t i = 5000; i < 5000 + lost; ++i)
      EXPECT_EQ(trace_.flags[i], flag::kGap) << i;
  }
}

TEST_F(Ppk2MeterTest, LossOfSixtyFourIsSeenByTheClock) {
  Ppk2Faults faults;
  // Four hundred times over, so that a busy machine can't hide it: 25,600 samples in 0.4 s.
  for (std::uint64_t i = 0; i < 400; ++i)
    faults.drops.push_back({60'000 + i * 100, 64});
  plug_in(faults);
  open(source(3.3));
  record(240'000 - 25'600);
  if (events("loss").empty() && !events("clock").empty()) {
    // A machine so busy that arrivals tell nothing: that is said, and nothing is claimed at random.
    GTEST_SKIP() << events("clock")[0].text;
  }
  EXPECT_NEAR(static_cast<double>(flagged(flag::kGap)), 25'600, 1500);
  EXPECT_GT(flagged(flag::kInvalid), 0u);
  ASSERT_FALSE(events("loss").empty());
  EXPECT_THAT(events("loss")[0].text, HasSubstr("as the clock says"));
}

TEST_F(Ppk2MeterTest, ResetInMidStreamNamesHowManyCame) {
  Ppk2Faults faults;
  faults.reset_after = 12'345;
  plug_in(faults);
  open(source(3.3));
  ASSERT_TRUE(meter_->start(trace_, soon()).ok());
  Status status;
  const Deadline deadline = soon();
  while (status.ok() && !deadline.expired())
    status = meter_->read(trace_, deadline);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().blame, Blame::kLink);
  EXPECT_THAT(status.error().what, HasSubstr("hung up, after 12345 samples of the PPK2"));
  EXPECT_EQ(trace_.size(), 12'345u);
  EXPECT_FALSE(meter_->stop(trace_, soon()).ok());
}

TEST_F(Ppk2MeterTest, ImpossibleRangesAndClippedCodesAreFlagged) {
  scenario_.constant(14e-3, 10);
  Ppk2Faults faults;
  faults.ranges = {{100, 10, 5}, {200, 20, 1}, {300, 5, 7}};
  plug_in(faults);
  open(source(3.3));
  record(1000);
  EXPECT_EQ(flagged(flag::kInvalid), 15u);
  EXPECT_EQ(flagged(flag::kSaturated), 20u);
  EXPECT_EQ(flagged(flag::kRangeSwitch), 2u);
  EXPECT_EQ(trace_.flags[200], flag::kSaturated | flag::kRangeSwitch);
  const auto found = events("invalid");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].index, 100u);
  EXPECT_EQ(found[0].text, "10 samples that can't be right");
}

TEST_F(Ppk2MeterTest, ReadsTornToSingleBytesGiveTheSame) {
  scenario_.ramp(0, 30e-3, 0.05);
  Ppk2Faults faults;
  faults.most_write = 3;
  plug_in(faults);
  open(source(3.3));
  record(5000);
  EXPECT_THAT(trace_.events, IsEmpty());
  for (const std::size_t i : {10u, 2500u, 4999u})
    EXPECT_NEAR(trace_.rails[0].values[i], 30e-3 * (static_cast<double>(i) + 0.5) / 5000, 30e-6);
}

TEST_F(Ppk2MeterTest, AFloatingLogicPortReadsNoise) {
  scenario_.constant(1e-3, 10);
  Ppk2Faults faults;
  faults.floating_logic = true;
  plug_in(faults);
  open(source(3.3));
  record(5000);
  std::size_t edges = 0;
  for (std::size_t i = 1; i < trace_.size(); ++i)
    edges += (trace_.logic[i] ^ trace_.logic[i - 1]) & 1u;
  EXPECT_GT(edges, trace_.size() / 4);
}

TEST_F(Ppk2MeterTest, SilenceIsNoPpk2) {
  Ppk2Faults faults;
  faults.silent = true;
  plug_in(faults);
  const auto made = make(source(3.3));
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().blame, Blame::kLink);
  EXPECT_EQ(made.error().what, "no PPK2 answers on tty /dev/ttyACM7");
  EXPECT_THAT(made.error().hint, HasSubstr("first serial interface"));
}

TEST_F(Ppk2MeterTest, APpk2ThatSendsNoSamplesIsNamed) {
  Ppk2Faults faults;
  faults.drops = {{0, 1'000'000'000}};
  plug_in(faults);
  open(source(3.3));
  ASSERT_TRUE(meter_->start(trace_, soon()).ok());
  Status status;
  const Deadline deadline = soon();
  while (status.ok() && !deadline.expired())
    status = meter_->read(trace_, Deadline::after(std::chrono::milliseconds(20)));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().blame, Blame::kLink);
  EXPECT_THAT(status.error().what, HasSubstr("sends no samples, after 0"));
}

/// Something else on the port: says what it is given, at once, and never stops.
TEST_F(Ppk2MeterTest, AnotherDeviceIsNamed) {
  for (const std::string& said : {std::string("hello\r\n"), std::string("a: b\nEND\n")}) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
    FdLink far(FileDescriptor(ends[1]), "far");
    std::atomic<bool> over{false};
    std::thread answers([&] {
      std::array<std::uint8_t, 64> heard{};
      while (!over) {
        const auto count = far.read(heard, Deadline::after(std::chrono::milliseconds(10)));
        if (!count) return;
        if (std::find(heard.begin(), heard.begin() + static_cast<std::ptrdiff_t>(*count), 0x19) !=
            heard.begin() + static_cast<std::ptrdiff_t>(*count)) {
          (void)far.write({reinterpret_cast<const std::uint8_t*>(said.data()), said.size()});
        }
      }
    });
    const auto made =
        make_ppk2(std::make_unique<FdLink>(FileDescriptor(ends[0]), "there"), source(3.3), soon());
    over = true;
    answers.join();
    ASSERT_FALSE(made.ok());
    EXPECT_EQ(made.error().blame, Blame::kLab) << said;
    EXPECT_EQ(made.error().what, "what answers on there is no PPK2");
  }
}

}  // namespace
}  // namespace hil::energy
