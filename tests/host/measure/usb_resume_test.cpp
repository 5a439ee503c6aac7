// SPDX-License-Identifier: Apache-2.0
// A board that leaves USB in the middle of a run and comes back under another name: the real agent
// behind a serial port that umockdev makes up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "host/boards/catalogue.hpp"
#include "host/emulate/process_board.hpp"
#include "host/lab/agent_image.hpp"
#include "host/measure/evaluate.hpp"
#include "tests/host/base/scratch_folder.hpp"
#include "tests/host/lab/usb_bench.hpp"
#include "tests/host/measure/cycled.hpp"

namespace hil::measure {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint32_t kSamples = 1000;
constexpr std::uint32_t kMiddle = 500;

/// Carries bytes between two descriptors until it is pulled.
class Cable {
 public:
  Cable(int one, int other) : thread_([this, one, other] { carry(one, other); }) {}
  Cable(const Cable&) = delete;
  Cable& operator=(const Cable&) = delete;
  ~Cable() {
    pulled_ = true;
    thread_.join();
  }

 private:
  void carry(int one, int other) const {
    while (!pulled_) {
      std::array<pollfd, 2> ends{pollfd{one, POLLIN, 0}, pollfd{other, POLLIN, 0}};
      if (::poll(ends.data(), ends.size(), 20) <= 0) continue;
      if ((ends[0].revents & POLLIN) != 0) pass(one, other);
      if ((ends[1].revents & POLLIN) != 0) pass(other, one);
    }
  }

  void pass(int from, int to) const {
    std::array<char, 1024> bytes;
    const ssize_t count = ::read(from, bytes.data(), bytes.size());
    for (ssize_t at = 0; at < count && !pulled_;) {
      const ssize_t written = ::write(to, bytes.data() + at, static_cast<std::size_t>(count - at));
      if (written > 0) {
        at += written;
        continue;
      }
      pollfd room{to, POLLOUT, 0};
      ::poll(&room, 1, 20);
    }
  }

  std::atomic<bool> pulled_ = false;
  std::thread thread_;
};

class UsbResume : public testing::Test {
 protected:
  void SetUp() override {
    if (!bench_.works()) GTEST_SKIP() << "run it under umockdev-wrapper (package umockdev)";
    ::setenv("XDG_STATE_HOME", state_.path().c_str(), 1);
    const auto catalogue = boards::Catalogue::load("boards");
    board_ = *catalogue->find("linux");
    const auto image = lab::find_agent(board_, {});
    ASSERT_TRUE(image.ok()) << image.error().what;
    ::unsetenv("LD_PRELOAD");  // the agent shall see the machine as it is
    auto agent = emulate::ProcessBoard::start(image->path);
    ASSERT_TRUE(agent.ok()) << agent.error().what;
    agent_ = std::move(*agent);
    // One on the desk: an adapter on USB and nothing to start.
    board_.emulator.reset();
    board_.serial.baud = 921'600;
    board_.serial.bauds.clear();
    board_.serial.dtr = boards::LineState::kOn;
    board_.serial.usb = {{0x0483, 0x374b}};
    plug_in(kNucleo);
  }
  void TearDown() override { cable_.reset(); }

  void plug_in(const FakeUsbDevice& device) {
    bench_.add(device);
    cable_ = std::make_unique<Cable>(bench_.far_end(device), agent_->line());
  }
  void unplug(const FakeUsbDevice& device) {
    cable_.reset();
    bench_.unplug(device);
  }

  [[nodiscard]] lab::ReadyOptions options() const {
    lab::ReadyOptions options;
    options.flash = false;
    options.reconnect = milliseconds(20'000);
    return options;
  }
  std::unique_ptr<lab::ReadyBoard> ready(const lab::ReadyOptions& options) {
    auto board = lab::make_ready(board_, options, Deadline::after(std::chrono::seconds(10)));
    EXPECT_TRUE(board.ok()) << board.error().what;
    return board.ok() ? std::move(*board) : nullptr;
  }

  /// @p in_the_middle is called once.
  static Evaluation evaluate(lab::ReadyBoard& board, const std::function<void()>& in_the_middle) {
    static const auto work =
        test::cycled("fixtures/digits/digits_int8.tflite", "fixtures/digits/test", kSamples);
    EvaluateOptions options;
    options.count = kSamples;
    options.scoring = Scoring::kNone;
    Watch watch;
    watch.progress = [&](Phase phase, std::uint64_t done, std::uint64_t) {
      if (phase == Phase::kRun && done == kMiddle) in_the_middle();
    };
    return measure::evaluate(board, work.model, work.source, options, watch);
  }

  static std::vector<std::uint32_t> digests_of(const Evaluation& evaluation) {
    std::vector<std::uint32_t> digests;
    for (const auto& sample : evaluation.samples)
      digests.push_back(sample.crc32);
    return digests;
  }

  static std::vector<std::string> events_of(const Evaluation& evaluation) {
    std::vector<std::string> events;
    for (const auto& event : evaluation.record.events) {
      if (!event.kind.starts_with("agent-log")) events.push_back(event.kind + ": " + event.text);
    }
    return events;
  }

  const FakeUsbDevice kNucleo{
      7, "0483", "374b", "0668FF343339", "STMicroelectronics", "STLink V2-1", "", "ttyACM0"};
  UsbBench bench_;
  ScratchFolder state_;
  boards::Board board_;
  std::unique_ptr<emulate::ProcessBoard> agent_;
  std::unique_ptr<Cable> cable_;
};

TEST_F(UsbResume, AReturnUnderAnotherName) {
  if (IsSkipped()) return;
  const auto board = ready(options());
  ASSERT_TRUE(board);
  EXPECT_EQ(board->link().name(), "serial /dev/ttyACM0");
  const Evaluation undisturbed = evaluate(*board, [] {});
  ASSERT_EQ(undisturbed.samples.size(), kSamples);

  FakeUsbDevice back = kNucleo;
  back.address = 12;
  back.place = "3.1";
  back.tty = "ttyACM5";
  std::thread hand;
  const Evaluation found = evaluate(*board, [&] {
    unplug(kNucleo);
    hand = std::thread([&] {
      std::this_thread::sleep_for(milliseconds(400));
      plug_in(back);
    });
  });
  hand.join();
  ASSERT_FALSE(found.record.verdict.error) << found.record.verdict.error->what;
  EXPECT_EQ(found.record.verdict.status, results::VerdictStatus::kPass);
  EXPECT_EQ(found.record.verdict.outputs_checked, kSamples);
  EXPECT_EQ(digests_of(found), digests_of(undisturbed));
  EXPECT_EQ(board->link().name(), "serial /dev/ttyACM5");
  EXPECT_EQ(board->link().baud(), 921'600u);
  EXPECT_EQ(board->reconnects(), 1u);
  const auto events = events_of(found);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_THAT(events[0], HasSubstr("reconnect: "));
  EXPECT_THAT(events[0], HasSubstr("serial /dev/ttyACM0 is gone; back as serial /dev/ttyACM5"));
  EXPECT_THAT(events[0], HasSubstr("were sent again"));
}

TEST_F(UsbResume, AnotherBoardOfTheSameKindIsNotTaken) {
  if (IsSkipped()) return;
  lab::ReadyOptions impatient = options();
  impatient.reconnect = milliseconds(500);
  std::vector<std::string> told;
  impatient.progress = [&](std::string_view step) { told.emplace_back(step); };
  const auto board = ready(impatient);
  ASSERT_TRUE(board);
  FakeUsbDevice other = kNucleo;
  other.serial = "0668FF000000";  // in the same place
  other.tty = "ttyACM1";
  const Evaluation found = evaluate(*board, [&] {
    unplug(kNucleo);
    plug_in(other);
  });
  ASSERT_TRUE(found.record.verdict.error);
  EXPECT_EQ(found.record.verdict.error->blame, Blame::kLink);
  EXPECT_THAT(found.record.verdict.error->what, HasSubstr("serial /dev/ttyACM0 is gone"));
  EXPECT_THAT(found.record.verdict.error->what,
              HasSubstr("there is no port with USB serial number 0668FF343339, interface 1"));
  EXPECT_THAT(told, ElementsAre("waiting for the board to come back", ""));
  EXPECT_GE(found.record.verdict.samples_done, kMiddle);
}

TEST_F(UsbResume, OfTwoPortsOfOneDeviceTheSameOne) {
  if (IsSkipped()) return;
  unplug(kNucleo);
  FakeUsbDevice device = kNucleo;
  device.tty = "ttyACM1";
  device.second_tty = "ttyACM2";
  plug_in(device);
  EXPECT_THAT(lab::make_ready(board_, options(), Deadline::after(milliseconds(500))).error().what,
              HasSubstr("/dev/ttyACM1 (serial 0668FF343339, interface 1), /dev/ttyACM2 (serial "
                        "0668FF343339, interface 3)"));
  board_.serial.interface = 1;
  const auto board = ready(options());
  ASSERT_TRUE(board);
  EXPECT_EQ(board->link().name(), "serial /dev/ttyACM1");
  FakeUsbDevice back = device;
  back.tty = "ttyACM8";
  back.second_tty = "ttyACM7";
  const Evaluation found = evaluate(*board, [&] {
    unplug(device);
    plug_in(back);
  });
  ASSERT_FALSE(found.record.verdict.error) << found.record.verdict.error->what;
  EXPECT_EQ(found.record.verdict.outputs_checked, kSamples);
  EXPECT_EQ(board->link().name(), "serial /dev/ttyACM8");
}

}  // namespace
}  // namespace hil::measure
