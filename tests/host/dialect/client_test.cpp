// SPDX-License-Identifier: Apache-2.0
// The runner's side against boards that answer well, badly, late and not at all.
#include "host/dialect/mlperf_tiny/client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/dialect/transcript.hpp"

namespace hil::dialect::mlperf_tiny {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<std::uint8_t> kSample{1, 2, 3, 4};
constexpr std::chrono::seconds kLong{30};

ClientOptions quick() {
  ClientOptions options;
  options.silence = milliseconds(40);
  return options;
}

TEST(Client, TakesQuirksByName) {
  for (const std::size_t piece : {1u, 2u, 3u, 5u, 7u, 4096u}) {
    TranscriptLink link(read_transcript("client_quirks.txt"), piece);
    Client client(link, quick());
    const auto identity = client.identify(Deadline::after(kLong));
    ASSERT_TRUE(identity) << identity.error().what;
    EXPECT_EQ(identity->vendor, "acme");
    EXPECT_EQ(identity->model, "");
    EXPECT_TRUE(identity->has_stamps);
    const auto answer = client.run(kSample, {});
    ASSERT_TRUE(answer) << answer.error().what;
    EXPECT_THAT(answer->values, ElementsAre(0, 1, -0.125));
    EXPECT_EQ(answer->window->device_us, 100u);
    EXPECT_EQ(answer->attempts, 1u);
    EXPECT_EQ(link.played(), link.size());
    EXPECT_TRUE(link.surprises().empty());
  }
}

TEST(Client, WaitsForABoardThatBoots) {
  TranscriptLink link(read_transcript("client_boot.txt"), 3);
  Client client(link, quick());
  const auto identity = client.identify(Deadline::after(kLong));
  ASSERT_TRUE(identity) << identity.error().what;
  EXPECT_EQ(identity->vendor, "acme nano");
  EXPECT_EQ(identity->mode, "energy");
  EXPECT_FALSE(identity->has_stamps);
  EXPECT_EQ(client.traffic().garbled_lines, 1u);
}

TEST(Client, SendsASampleAgainUntilAllIsRight) {
  TranscriptLink link(read_transcript("client_retries.txt"));
  Client client(link, quick());
  ASSERT_TRUE(client.identify(Deadline::after(kLong)));
  const auto answer = client.run(kSample, {});
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_THAT(answer->values, ElementsAre(0.25, 0.75));
  EXPECT_EQ(answer->attempts, 3u);
  EXPECT_EQ(answer->window->device_us, 150u);
  EXPECT_EQ(client.traffic().retries, 2u);
  EXPECT_EQ(client.traffic().read_backs, 3u);
  EXPECT_EQ(client.traffic().differing_read_backs, 1u);
  EXPECT_EQ(client.traffic().garbled_lines, 1u);
  EXPECT_EQ(link.played(), link.size());
}

TEST(Client, SaysWhatTheFirmwareRefuses) {
  TranscriptLink link(read_transcript("client_refusal.txt"));
  Client client(link, quick());
  ASSERT_TRUE(client.identify(Deadline::after(kLong)));
  const auto answer = client.run(kSample, {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().blame, Blame::kDevice);
  EXPECT_EQ(answer.error().what,
            "failed 3 times, at last: the board answers 'db load 4' with e-[no]");
  EXPECT_EQ(client.traffic().error_replies, 2u);
}

TEST(Client, GoesOnWithoutProofsThatFirmwareCannotGive) {
  TranscriptLink link(read_transcript("client_no_proof.txt"));
  Client client(link, quick());
  ASSERT_TRUE(client.identify(Deadline::after(kLong)));
  ASSERT_TRUE(client.run(kSample, {}));
  ASSERT_TRUE(client.run(kSample, {}));
  EXPECT_EQ(client.remarks().size(), 2u);
  EXPECT_EQ(client.traffic().retries, 0u);
  EXPECT_EQ(link.played(), link.size());
  EXPECT_TRUE(link.surprises().empty());
}

TEST(Client, SaysThatNobodyAnswers) {
  TranscriptLink link({});
  Client client(link, quick());
  const auto identity = client.identify(Deadline::after(milliseconds(100)));
  ASSERT_FALSE(identity);
  EXPECT_EQ(identity.error().blame, Blame::kLink);
  EXPECT_THAT(identity.error().what, HasSubstr("no firmware with MLPerf Tiny's DUT API answers"));
  EXPECT_THAT(identity.error().what, HasSubstr("0 bytes came"));
}

TEST(Client, GivesUpOnABoardThatFallsSilent) {
  auto steps = read_transcript("client_quirks.txt");
  steps.resize(4);  // up to 'db load'
  TranscriptLink link(steps);
  Client client(link, quick());
  ASSERT_TRUE(client.identify(Deadline::after(kLong)));
  const auto answer = client.run(kSample, {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().blame, Blame::kLink);
  EXPECT_GT(client.traffic().lost_replies, 0u);
}

TEST(Client, StopsWhenItIsTold) {
  TranscriptLink link(read_transcript("client_quirks.txt"));
  bool stop = false;
  ClientOptions options = quick();
  options.stopped = [&] { return stop; };
  Client client(link, options);
  ASSERT_TRUE(client.identify(Deadline::after(kLong)));
  stop = true;
  const auto answer = client.run(kSample, {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().blame, Blame::kUser);
}

TEST(Client, RefusesAnEmptySample) {
  TranscriptLink link({});
  Client client(link, quick());
  const auto answer = client.run({}, {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().blame, Blame::kUser);
}

/// Sends without end, and never what was asked for.
class BabblingLink : public Link {
 public:
  explicit BabblingLink(std::string text) : text_(std::move(text)) {}
  Result<std::size_t> write(std::span<const std::uint8_t> bytes) override { return bytes.size(); }
  Result<std::size_t> read(std::span<std::uint8_t> buffer, Deadline) override {
    for (std::uint8_t& byte : buffer)
      byte = static_cast<std::uint8_t>(text_[at_++ % text_.size()]);
    return buffer.size();
  }
  Status wait(bool, Deadline) override { return {}; }
  [[nodiscard]] std::uint32_t baud() const override { return 0; }
  [[nodiscard]] std::string name() const override { return "babble"; }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

TEST(Client, EndsOnALinkThatNeverDoes) {
  for (const char* text : {"x", "m-lap-us-1\r\n", "\xff\n", "m-infer-start-1\r\n"}) {
    BabblingLink link(text);
    ClientOptions options = quick();
    options.attempts = 1;
    Client client(link, options);
    EXPECT_FALSE(client.identify(Deadline::after(milliseconds(50)))) << text;
    const auto answer = client.run(kSample, {});
    ASSERT_FALSE(answer) << text;
    EXPECT_EQ(answer.error().blame, Blame::kLink);
  }
}

}  // namespace
}  // namespace hil::dialect::mlperf_tiny
