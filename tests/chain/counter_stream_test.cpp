// SPDX-License-Identifier: Apache-2.0
// The counter sensor of the linux agent: every sample that comes is the right one, and every one
// that does not come is counted where it was lost.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <thread>

#include "host/base/subprocess.hpp"
#include "host/link/pty.hpp"
#include "host/rpc/typed_call.hpp"
#include "host/session/crash_client.hpp"
#include "host/session/stream_client.hpp"
#include "protocol/messages/line.pb.h"
#include "tests/chain/datagram_faults.hpp"

namespace hil::test {
namespace {

using session::Samples;
using session::Session;
using session::StreamAccount;
using session::StreamOptions;
using session::StreamRun;
using std::chrono::milliseconds;

constexpr std::uint32_t kCounter16 = 0, kCounter32 = 1;  // channels

Deadline soon() {
  return Deadline::after(std::chrono::seconds(20));
}

/// The agent as a process, and a session with it over a link of the test's choice.
class CounterStream : public testing::Test {
 protected:
  void SetUp() override {
    auto pty = Pty::open();
    ASSERT_TRUE(pty.ok());
    pty_ = std::make_unique<Pty>(std::move(pty).value());
    SpawnOptions options;
    options.argv = {HIL_AGENT_LINUX, pty_->slave_path()};
    options.stdin_fd = pty_->slave();
    auto agent = Subprocess::spawn(options);
    ASSERT_TRUE(agent.ok()) << agent.error().what;
    agent_ = std::make_unique<Subprocess>(std::move(agent).value());
    pty_->release_slave();
  }
  Link& link() { return pty_->link(); }
  std::unique_ptr<Session> open(Link& link) {
    auto opened = Session::open(link, {}, soon());
    EXPECT_TRUE(opened.ok()) << opened.error().what;
    return opened.ok() ? std::move(opened).value() : nullptr;
  }
  static StreamRun begin(Session& session, const StreamOptions& options) {
    auto run = StreamRun::begin(session, options, soon());
    EXPECT_TRUE(run.ok()) << run.error().what;
    return std::move(run).value();
  }

 private:
  std::unique_ptr<Pty> pty_;  // outlives the process
  std::unique_ptr<Subprocess> agent_;
};

/// Holds every sample against its index, and every time stamp against the timer.
class Checker {
 public:
  explicit Checker(const StreamRun& run) : bytes_(run.sample_bytes()), rate_hz_(run.rate_hz()) {}

  void take(const Samples& samples) {
    ASSERT_GE(samples.first_index, next_) << "out of order, or twice";
    ASSERT_EQ(samples.first_index - next_, samples.lost.total());
    const std::size_t count = samples.bytes.size() / bytes_;
    for (std::size_t i = 0; i < count; ++i)
      wrong_ += value_at(samples.bytes, i) == expected(samples.first_index + i) ? 0u : 1u;
    check_time(samples);
    received_ += count;
    next_ = samples.first_index + count;
  }
  void finish(const StreamRun& run) const {
    const StreamAccount& account = run.account();
    EXPECT_EQ(wrong_, 0u);
    EXPECT_TRUE(account.closed());
    EXPECT_EQ(account.received(), received_);
    EXPECT_EQ(account.received() + account.losses().total(), account.produced());
  }
  [[nodiscard]] std::uint64_t received() const { return received_; }

 private:
  [[nodiscard]] std::uint64_t value_at(const std::vector<std::uint8_t>& bytes,
                                       std::size_t index) const {
    std::uint64_t value = 0;
    for (std::size_t i = bytes_; i-- > 0;)
      value = value << 8 | bytes[index * bytes_ + i];
    return value;
  }
  [[nodiscard]] std::uint64_t expected(std::uint64_t index) const {
    return index & ((1ull << (8 * bytes_)) - 1);
  }
  /// Ticks are nanoseconds; each stamp was rounded down.
  void check_time(const Samples& samples) {
    const double due = static_cast<double>(samples.first_index) * 1e9 / rate_hz_;
    const double start = static_cast<double>(samples.device_ticks) - due;
    if (received_ == 0) start_ = start;
    EXPECT_NEAR(start, start_, 2) << "sample " << samples.first_index;
  }

  std::size_t bytes_;
  double rate_hz_;
  double start_ = 0;
  std::uint64_t next_ = 0, received_ = 0, wrong_ = 0;
};

/// Takes samples until @p enough says so (or the run is done by itself), then all that is left.
Checker pull(StreamRun& run, const std::function<bool(const StreamAccount&)>& enough) {
  Checker checker(run);
  bool stopped = false;
  while (!run.done()) {
    if (!stopped && enough(run.account())) {
      stopped = true;
      const Status status = run.stop(soon());
      EXPECT_TRUE(status.ok()) << status.error().what;
    }
    const auto samples = run.next(stopped ? soon() : Deadline::after(milliseconds(20)));
    EXPECT_TRUE(samples.ok()) << samples.error().what;
    if (!samples.ok()) break;
    if (*samples) checker.take(**samples);
    if (testing::Test::HasFatalFailure()) break;
  }
  checker.finish(run);
  const auto& losses = run.account().losses();
  fmt::print("{} samples, {} received, lost: {} line, {} device, {} host; {} datagrams of {}\n",
             run.account().produced(), checker.received(), losses.on_line, losses.on_device,
             losses.on_host, run.account().datagrams_received(), run.account().datagrams_sent());
  return checker;
}
Checker pull(StreamRun& run, milliseconds time) {
  const Deadline end = Deadline::after(time);
  return pull(run, [end](const StreamAccount&) { return end.expired(); });
}
/// Faults are drawn frame by frame: their number depends on that of the frames alone.
Checker pull_datagrams(StreamRun& run, std::uint64_t count) {
  const Deadline end = soon();
  return pull(run, [&](const StreamAccount& account) {
    return account.datagrams_received() >= count || end.expired();
  });
}

TEST_F(CounterStream, ChannelsAreThere) {
  const auto session = open(link());
  const auto channels = session::list_streams(*session, soon());
  ASSERT_TRUE(channels.ok());
  ASSERT_EQ(channels->size(), 2u);
  EXPECT_EQ((*channels)[kCounter16].name, "counter16");
  EXPECT_EQ((*channels)[kCounter16].sample_bytes, 2u);
  EXPECT_EQ((*channels)[kCounter32].sample_bytes, 4u);
}

/// Nothing is lost on a pty; on a busy machine the agent may have to drop, and says so.
TEST_F(CounterStream, EverySampleIsTheRightOneAt50_200And1000KilobytesPerSecond) {
  const auto session = open(link());
  for (const StreamOptions& options :
       {StreamOptions{kCounter16, 25'000, 0}, StreamOptions{kCounter32, 50'000, 0},
        StreamOptions{kCounter16, 500'000, 0}}) {
    StreamRun run = begin(*session, options);
    const Checker checker = pull(run, milliseconds(1000));
    EXPECT_GT(checker.received(), 0u);
    EXPECT_EQ(run.account().losses().on_line, 0u);
    EXPECT_EQ(run.account().losses().on_host, 0u);
    EXPECT_EQ(run.stale_datagrams(), 0u);
  }
}

TEST_F(CounterStream, SlowSamplesDoNotWaitForCompany) {
  const auto session = open(link());
  StreamRun run = begin(*session, {kCounter16, 10, 5});
  EXPECT_EQ(run.block_samples(), 1u);
  pull(run, std::chrono::seconds(30));
  EXPECT_EQ(run.account().produced(), 5u);
}

TEST_F(CounterStream, ACountIsExact) {
  const auto session = open(link());
  StreamRun run = begin(*session, {kCounter32, 100'000, 12'345});
  pull(run, std::chrono::seconds(30));
  EXPECT_EQ(run.account().produced(), 12'345u);
}

FaultPlan plan_of(double drop, double duplicate, double swap, double flip, std::uint64_t seed) {
  FaultPlan plan;
  plan.drop = drop;
  plan.duplicate = duplicate;
  plan.swap = swap;
  plan.flip = flip;
  plan.seed = seed;
  return plan;
}

/// What a stream over @p faults has lost, held against the onlooker's count.
void expect_planted(const DatagramFaults& faults, const StreamRun& run) {
  const StreamAccount& account = run.account();
  EXPECT_EQ(account.datagrams_sent(), faults.sent().datagrams);
  EXPECT_EQ(account.datagrams_received(), faults.arrived().datagrams);
  EXPECT_EQ(account.received() * run.sample_bytes(), faults.arrived().bytes);
  EXPECT_EQ(account.losses().on_line * run.sample_bytes(),
            faults.sent().bytes - faults.arrived().bytes);
}

TEST_F(CounterStream, PlantedLossesAreCountedExactly) {
  DatagramFaults faults(link(), plan_of(0.05, 0.03, 0.04, 0, 3));
  const auto session = open(faults);
  StreamRun run = begin(*session, {kCounter16, 200'000, 0});
  pull_datagrams(run, 500);
  expect_planted(faults, run);
  const FaultCounts& planted = faults.planted();
  EXPECT_GT(planted.dropped, 0u);
  EXPECT_GT(planted.swapped, 0u);
  EXPECT_GT(planted.duplicated, 0u);
  EXPECT_EQ(planted.frames, run.account().datagrams_sent());
  // A swapped one comes behind its successor: too late.
  EXPECT_EQ(planted.dropped + planted.swapped,
            run.account().datagrams_sent() - run.account().datagrams_received());
  EXPECT_GE(run.stale_datagrams(), planted.duplicated);
}

TEST_F(CounterStream, FlippedBitsLoseDatagramsAndNeverChangeASample) {
  DatagramFaults faults(link(), plan_of(0, 0, 0, 2e-5, 5));
  const auto session = open(faults);
  StreamRun run = begin(*session, {kCounter16, 500'000, 0});
  pull_datagrams(run, 500);
  expect_planted(faults, run);
  const std::uint64_t lost = run.account().datagrams_sent() - run.account().datagrams_received();
  EXPECT_GT(lost, 0u);
  EXPECT_LE(lost, 2 * faults.planted().flipped_bits) << "a broken delimiter costs two";
}

TEST_F(CounterStream, AllFaultsTogetherAndMostOfTheDatagramsLost) {
  for (const double share : {0.1, 0.5, 0.8}) {
    DatagramFaults faults(link(), plan_of(share, share / 4, share / 4, share * 2e-5, 7));
    const auto session = open(faults);
    StreamRun run = begin(*session, {kCounter32, 200'000, 0});
    pull_datagrams(run, 60);
    expect_planted(faults, run);
  }
}

/// More than 255 in a row, and their numbers have 8 bits.
TEST_F(CounterStream, ALongSilenceOfTheLineIsCounted) {
  FaultPlan cut;
  cut.drop = 1;
  DatagramFaults faults(link(), cut);
  const auto session = open(faults);
  StreamRun run = begin(*session, {kCounter16, 500'000, 0});
  pull(run, milliseconds(1000));
  EXPECT_EQ(run.account().received(), 0u);
  EXPECT_GT(run.account().datagrams_sent(), 255u);
  expect_planted(faults, run);
}

/// 400 kB of samples, where the pty and the agent together hold some 100.
TEST_F(CounterStream, AHostThatStallsMakesTheDeviceDrop) {
  const auto session = open(link());
  StreamRun run = begin(*session, {kCounter32, 100'000, 0});
  std::this_thread::sleep_for(milliseconds(1000));
  pull(run, milliseconds(500));
  EXPECT_GT(run.account().losses().on_device, 0u);
  EXPECT_EQ(run.account().losses().on_line, 0u);
  EXPECT_GT(run.account().longest_gap(), 1000u);
}

TEST_F(CounterStream, CallsGoOnBesideIt) {
  const auto session = open(link());
  StreamRun run = begin(*session, {kCounter32, 500'000, 0});
  hilbench::v1::EchoRequest request;
  Checker checker(run);
  for (int i = 0; i < 300; ++i) {
    request.set_data(std::string(3000, static_cast<char>(i)));
    const auto echo = rpc::call<hilbench::v1::EchoReply>(session->channel(), Service::kLine,
                                                         method::kEcho, request, soon());
    ASSERT_TRUE(echo.ok()) << echo.error().what;
    ASSERT_EQ(echo->body.data(), request.data());
    ASSERT_TRUE(session->sync_time(soon()).ok());
    const auto samples = run.next(Deadline::after({}));
    ASSERT_TRUE(samples.ok()) << samples.error().what;
    if (*samples) checker.take(**samples);
  }
  ASSERT_TRUE(run.stop(soon()).ok());
  while (!run.done()) {
    const auto samples = run.next(soon());
    ASSERT_TRUE(samples.ok()) << samples.error().what;
    if (*samples) checker.take(**samples);
  }
  checker.finish(run);
  EXPECT_GT(checker.received(), 0u);
  EXPECT_EQ(run.account().losses().on_line, 0u);
}

TEST_F(CounterStream, AResetInItIsAnErrorAndTheNextStreamBeginsAnew) {
  auto session = open(link());
  {
    StreamRun run = begin(*session, {kCounter16, 25'000, 0});
    ASSERT_TRUE(run.next(soon()).ok());
    ASSERT_TRUE(session::force_end(*session, session::ForcedEnd::kReset, soon()).ok());
    Status status;
    while (status.ok()) {
      const auto samples = run.next(soon());
      if (!samples.ok()) status = samples.error();
    }
    EXPECT_EQ(status.error().blame, Blame::kDevice) << status.error().what;
    EXPECT_FALSE(run.account().closed()) << "nobody knows how many there were";
    EXPECT_GT(run.account().received(), 0u);
  }
  session = open(link());
  StreamRun run = begin(*session, {kCounter16, 25'000, 0});
  pull(run, milliseconds(200));
  EXPECT_EQ(run.account().losses().on_line, 0u);
}

TEST_F(CounterStream, ASessionThatEndsInItLeavesNothingToTheNext) {
  auto session = open(link());
  {
    StreamRun run = begin(*session, {kCounter16, 25'000, 0});
    ASSERT_TRUE(run.next(soon()).ok());
  }
  session.reset();
  session = open(link());
  StreamRun run = begin(*session, {kCounter32, 10'000, 5000});
  pull(run, std::chrono::seconds(30));
  EXPECT_EQ(run.account().produced(), 5000u);
  EXPECT_EQ(run.stale_datagrams(), 0u);
}

}  // namespace
}  // namespace hil::test
