// SPDX-License-Identifier: Apache-2.0
// Uploads that break and go on in another session, or must not.
#include <gtest/gtest.h>

#include <algorithm>

#include "protocol/messages/cancel.pb.h"
#include "target/agent/memory.hpp"
#include "tests/target/agent/fake_port.hpp"
#include "tests/target/agent/run.hpp"

namespace hil::test {
namespace {

namespace v1 = hilbench::v1;

constexpr std::size_t kPart = 100;

std::uint32_t number(StatusCode status) {
  return static_cast<std::uint32_t>(status);
}

Incoming begin(Host& host, const v1::ModelBeginRequest& request) {
  return host.call(Service::kModel, method::kModelBegin, request);
}

Incoming commit(Host& host) {
  return host.call(Service::kModel, method::kModelCommit, v1::ModelCommitRequest{});
}

/// Streams @p model from byte @p from up to @p end.
void send_range(Host& host, std::uint8_t call, const std::string& model, std::size_t from,
                std::size_t end) {
  for (std::size_t at = from; at < end; at += kPart) {
    v1::ModelData data;
    data.set_offset(static_cast<std::uint32_t>(at));
    data.set_data(model.substr(at, std::min(kPart, end - at)));
    host.send(Service::kModel, method::kModelData, Kind::kStream, call, data);
  }
}

/// Sends the first @p bytes of @p model; the session stays open.
void send_first(Host& host, const std::string& model, std::size_t bytes) {
  send_range(host, begin(host, begin_of(model)).head.call, model, 0, bytes);
  EXPECT_FALSE(host.next()) << "data is not answered";
}

std::uint32_t held_bytes(Host& host, const v1::ModelBeginRequest& request) {
  const auto reply = parse<v1::ModelBeginReply>(begin(host, request));
  EXPECT_FALSE(reply.already_held());
  return reply.held_bytes();
}

/// Goes on where the agent says; true if the model is whole and loaded then. @p from: where.
bool goes_on(Host& host, const std::string& model, std::uint32_t& from) {
  const Incoming begun = begin(host, begin_of(model));
  from = parse<v1::ModelBeginReply>(begun).held_bytes();
  send_range(host, begun.head.call, model, from, model.size());
  const Incoming loaded = commit(host);
  EXPECT_EQ(loaded.head.kind, Kind::kReply) << error_of(loaded).text();
  const auto slot = agent::memory::state().model.slot.first(model.size());
  return fake_engine().loaded && std::string(slot.begin(), slot.end()) == model;
}

TEST(ResumedModel, GoesOnBehindAnyMessage) {
  const std::string model = fake_model(1950);
  for (std::size_t sent = 0; sent <= model.size(); sent += sent == 1900 ? 50 : kPart) {
    Host host;
    ASSERT_TRUE(host.open(1));
    send_first(host, model, sent);
    ASSERT_TRUE(host.open(2));
    std::uint32_t from = 0;
    EXPECT_TRUE(goes_on(host, model, from)) << sent;
    EXPECT_EQ(from, sent);
  }
}

TEST(ResumedModel, GoesOnWhereverTheLineBreaks) {
  const std::string model = fake_model(1950);
  std::uint32_t last = 0;
  std::size_t frames = 0;
  for (std::size_t most = 1; last < model.size(); ++most) {
    ASSERT_LT(most, 100u);
    Host host;
    ASSERT_TRUE(host.open(1));
    const Incoming begun = begin(host, begin_of(model));
    frames = 0;
    host.on_the_way_out = [&](const std::string& frame) {
      return ++frames < most ? std::vector{frame} : std::vector<std::string>{};
    };
    send_range(host, begun.head.call, model, 0, model.size());
    host.run(300);
    host.on_the_way_out = nullptr;
    ASSERT_TRUE(host.open(2));
    std::uint32_t from = 0;
    EXPECT_TRUE(goes_on(host, model, from)) << most;
    EXPECT_GE(from, last) << "more frames, more bytes";
    last = from;
  }
}

TEST(ResumedModel, GoesOnBehindEachOfSeveralBreaks) {
  const std::string model = fake_model(900);
  Host host;
  std::uint32_t at = 0;
  for (std::uint32_t session = 1; session <= 9; ++session) {
    ASSERT_TRUE(host.open(session));
    const Incoming begun = begin(host, begin_of(model));
    EXPECT_EQ(parse<v1::ModelBeginReply>(begun).held_bytes(), at);
    send_range(host, begun.head.call, model, at, at + kPart);
    EXPECT_FALSE(host.next());
    if (session % 2 == 0) host.send_close();
    at += kPart;
  }
  ASSERT_TRUE(host.open(10));
  EXPECT_TRUE(goes_on(host, model, at));
  EXPECT_EQ(at, 900u);
  EXPECT_TRUE(parse<v1::ModelBeginReply>(begin(host, begin_of(model))).already_held());
  EXPECT_EQ(parse<v1::ModelBeginReply>(begin(host, begin_of(model))).held_bytes(), 0u);
}

class BrokenModel : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(host.open(1));
    send_first(host, model, 600);
    ASSERT_TRUE(host.open(2));
  }
  Host host;
  const std::string model = fake_model(1000);
};

TEST_F(BrokenModel, OfAnotherDigestSizeOrPlaceStartsAtZeroAndReplacesIt) {
  auto other = begin_of(model);
  other.set_crc32(other.crc32() ^ 1);
  EXPECT_EQ(held_bytes(host, other), 0u);
  EXPECT_EQ(held_bytes(host, begin_of(model)), 0u) << "the slot is another model's now";
  send_first(host, model, 300);
  other = begin_of(model);
  other.set_size_bytes(other.size_bytes() - 1);
  EXPECT_EQ(held_bytes(host, other), 0u);
  send_first(host, model, 300);
  fake_port().slot.assign(model.begin(), model.end());
  auto in_slot = begin_of(model);
  in_slot.set_in_slot(true);
  EXPECT_EQ(held_bytes(host, in_slot), 0u);
  std::uint32_t from = 0;
  EXPECT_TRUE(goes_on(host, model, from));
  EXPECT_EQ(from, 0u) << "what lies in flash is not in RAM";
}

TEST_F(BrokenModel, IsKeptByARefusedBegin) {
  auto request = begin_of(model);
  request.set_size_bytes(0xFFFF'FFFF);
  EXPECT_EQ(error_of(begin(host, request)).status(), number(StatusCode::kTooLarge));
  EXPECT_EQ(held_bytes(host, begin_of(model)), 600u);
}

TEST_F(BrokenModel, IsSentWholeByAHostThatDoesNotGoOn) {
  EXPECT_EQ(upload(host, model).head.kind, Kind::kReply) << "a host of protocol 1.1";
  const auto slot = agent::memory::state().model.slot.first(model.size());
  EXPECT_EQ(std::string(slot.begin(), slot.end()), model);
}

TEST_F(BrokenModel, TakesNoMoreThanItsSize) {
  const Incoming begun = begin(host, begin_of(model));
  send_range(host, begun.head.call, model + "x", 600, 1001);
  const auto message = host.next();
  ASSERT_TRUE(message);
  EXPECT_EQ(error_of(*message).status(), number(StatusCode::kBadArgument));
  EXPECT_EQ(held_bytes(host, begin_of(model)), 0u) << "what is wrong is not built upon";
}

TEST_F(BrokenModel, TakesNoGapAndNoOverlap) {
  for (const std::size_t from : {500u, 599u, 601u, 700u}) {
    send_first(host, model, 600);
    const Incoming begun = begin(host, begin_of(model));
    ASSERT_EQ(parse<v1::ModelBeginReply>(begun).held_bytes(), 600u);
    send_range(host, begun.head.call, model, from, 1000);
    const auto message = host.next();
    ASSERT_TRUE(message);
    EXPECT_EQ(error_of(*message).detail_a(), from);
    EXPECT_EQ(error_of(*message).detail_b(), 600u);
  }
}

TEST_F(BrokenModel, IsNotCommittedBeforeTheRestHasCome) {
  EXPECT_EQ(error_of(commit(host)).status(), number(StatusCode::kBadState));
  EXPECT_EQ(held_bytes(host, begin_of(model)), 600u);
  EXPECT_EQ(error_of(commit(host)).detail_a(), 600u);
}

TEST_F(BrokenModel, TakesNothingOfTheSessionBefore) {
  send_range(host, 1, model, 600, 700);  // the call of session 1's begin
  const auto message = host.next();
  ASSERT_TRUE(message);
  EXPECT_EQ(error_of(*message).status(), number(StatusCode::kBadState));
  EXPECT_EQ(held_bytes(host, begin_of(model)), 600u);
}

TEST_F(BrokenModel, GoesOnInTheSameSessionAfterACancel) {
  const Incoming begun = begin(host, begin_of(model));
  v1::CancelRequest request;
  request.set_call(begun.head.call);
  const Incoming answer = host.call(Service::kCancel, method::kCancel, request);
  EXPECT_TRUE(parse<v1::CancelReply>(answer).stopped());
  std::uint32_t from = 0;
  EXPECT_TRUE(goes_on(host, model, from));
  EXPECT_EQ(from, 600u);
}

TEST_F(BrokenModel, IsLostInAReset) {
  Host after;
  ASSERT_TRUE(after.open(3));
  EXPECT_EQ(held_bytes(after, begin_of(model)), 0u);
}

// The digest is over all of it, not over what came last.
TEST(ResumedModel, WithAWrongBeginningIsRefusedAndStartsAtZero) {
  Host host;
  ASSERT_TRUE(host.open(1));
  const std::string model = fake_model(1000);
  std::string wrong = model;
  wrong[7] = static_cast<char>(wrong[7] ^ 1);
  send_range(host, begin(host, begin_of(model)).head.call, wrong, 0, 600);
  EXPECT_FALSE(host.next());
  ASSERT_TRUE(host.open(2));
  const Incoming begun = begin(host, begin_of(model));
  ASSERT_EQ(parse<v1::ModelBeginReply>(begun).held_bytes(), 600u);
  send_range(host, begun.head.call, model, 600, 1000);
  const auto error = error_of(commit(host));
  EXPECT_EQ(error.status(), number(StatusCode::kBadDigest));
  EXPECT_EQ(error.detail_b(), crc_of(wrong));
  std::uint32_t from = 0;
  EXPECT_TRUE(goes_on(host, model, from));
  EXPECT_EQ(from, 0u);
}

TEST(ResumedModel, ThatTheEngineRefusesStartsAtZero) {
  Host host;
  ASSERT_TRUE(host.open(1));
  EXPECT_EQ(upload(host, "not a model").head.kind, Kind::kError);
  EXPECT_EQ(held_bytes(host, begin_of("not a model")), 0u);
}

}  // namespace
}  // namespace hil::test
