// SPDX-License-Identifier: Apache-2.0
// Uploads: good, broken, too large, out of order, repeated.
#include <gtest/gtest.h>

#include "protocol/messages/cancel.pb.h"
#include "target/agent/memory.hpp"
#include "tests/target/agent/fake_port.hpp"
#include "tests/target/agent/run.hpp"

namespace hil::test {
namespace {

namespace v1 = hilbench::v1;

class Model : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(host.open(1)); }
  static std::uint32_t number(StatusCode status) { return static_cast<std::uint32_t>(status); }
  Incoming begin(const v1::ModelBeginRequest& request) {
    return host.call(Service::kModel, method::kModelBegin, request);
  }
  Incoming commit() {
    return host.call(Service::kModel, method::kModelCommit, v1::ModelCommitRequest{});
  }
  static std::size_t capacity() { return agent::memory::state().model.slot.size(); }
  Host host;
};

TEST_F(Model, is_received_checked_and_loaded) {
  const std::string model = fake_model(1500);
  const auto reply = parse<v1::ModelCommitReply>(upload(host, model));
  EXPECT_EQ(reply.arena_bytes(), 123u);
  const auto slot = agent::memory::state().model.slot.first(model.size());
  EXPECT_EQ(std::string(slot.begin(), slot.end()), model);
  ASSERT_GE(host.busies.size(), 2u) << "loading may take a while: that is said first";
  EXPECT_GT(frame::read_busy(host.busies.front().bytes())->quiet_ms, 0u);
  EXPECT_EQ(frame::read_busy(host.busies.back().bytes())->quiet_ms, 0u);
}

TEST_F(Model, that_is_held_needs_not_be_sent) {
  upload(host, fake_model(500));
  EXPECT_TRUE(parse<v1::ModelBeginReply>(begin(begin_of(fake_model(500)))).already_held());
  EXPECT_TRUE(fake_engine().loaded);
  EXPECT_FALSE(parse<v1::ModelBeginReply>(begin(begin_of(fake_model(501)))).already_held());
  EXPECT_FALSE(fake_engine().loaded);
  // Nothing is held while something else is being sent.
  EXPECT_FALSE(parse<v1::ModelBeginReply>(begin(begin_of(fake_model(500)))).already_held());
}

TEST_F(Model, of_the_slots_size_fits_and_one_more_does_not) {
  upload(host, fake_model(40));
  auto request = begin_of(fake_model(40));
  request.set_size_bytes(static_cast<std::uint32_t>(capacity() + 1));
  const auto error = error_of(begin(request));
  EXPECT_EQ(error.status(), number(StatusCode::kTooLarge));
  EXPECT_EQ(error.detail_a(), capacity() + 1);
  EXPECT_EQ(error.detail_b(), capacity());
  EXPECT_TRUE(fake_engine().loaded) << "a refused begin leaves the loaded model alone";
  request.set_size_bytes(static_cast<std::uint32_t>(capacity()));
  EXPECT_EQ(begin(request).head.kind, Kind::kReply);
}

TEST_F(Model, of_no_bytes_or_unknown_format_is_refused) {
  auto request = begin_of("");
  EXPECT_EQ(error_of(begin(request)).status(), number(StatusCode::kBadArgument));
  request = begin_of("F");
  for (const std::uint32_t format : {0u, 2u, 3u, 0x80000000u}) {
    request.set_format(format);
    EXPECT_EQ(error_of(begin(request)).status(), number(StatusCode::kUnsupported)) << format;
  }
}

TEST_F(Model, with_a_wrong_digest_is_refused) {
  const std::string model = fake_model(300);
  auto request = begin_of(model);
  request.set_crc32(request.crc32() ^ 1);
  send_model(host, begin(request).head.call, model);
  const auto error = error_of(commit());
  EXPECT_EQ(error.status(), number(StatusCode::kBadDigest));
  EXPECT_EQ(error.detail_a(), request.crc32());
  EXPECT_EQ(error.detail_b(), crc_of(model));
  EXPECT_FALSE(fake_engine().loaded);
  EXPECT_EQ(error_of(commit()).status(), number(StatusCode::kBadState));
}

TEST_F(Model, with_missing_bytes_is_refused) {
  const std::string model = fake_model(300);
  const Incoming begun = begin(begin_of(model));
  send_model(host, begun.head.call, model.substr(0, 299));
  const auto error = error_of(commit());
  EXPECT_EQ(error.status(), number(StatusCode::kBadState));
  EXPECT_EQ(error.detail_a(), 299u);
  EXPECT_EQ(error.detail_b(), 300u);
}

TEST_F(Model, out_of_order_is_reported_once) {
  const std::string model = fake_model(300);
  const Incoming begun = begin(begin_of(model));
  v1::ModelData data;
  data.set_offset(1);
  data.set_data("abc");
  host.send(Service::kModel, method::kModelData, Kind::kStream, begun.head.call, data);
  host.send(Service::kModel, method::kModelData, Kind::kStream, begun.head.call, data);
  const auto message = host.next();
  ASSERT_TRUE(message);
  EXPECT_EQ(error_of(*message).status(), number(StatusCode::kBadArgument));
  EXPECT_EQ(message->head.call, begun.head.call);
  EXPECT_FALSE(host.next());
  EXPECT_EQ(error_of(commit()).status(), number(StatusCode::kBadState));
  EXPECT_EQ(upload(host, model).head.kind, Kind::kReply) << "the next upload starts anew";
}

TEST_F(Model, longer_than_announced_is_refused) {
  const std::string model = fake_model(300);
  const Incoming begun = begin(begin_of(model));
  send_model(host, begun.head.call, model + "x");
  const auto message = host.next();
  ASSERT_TRUE(message);
  EXPECT_EQ(error_of(*message).status(), number(StatusCode::kBadArgument));
}

TEST_F(Model, data_without_begin_or_of_another_call_is_refused) {
  send_model(host, 33, "abc");
  auto message = host.next();
  ASSERT_TRUE(message);
  EXPECT_EQ(error_of(*message).status(), number(StatusCode::kBadState));
  const Incoming begun = begin(begin_of(fake_model(10)));
  send_model(host, static_cast<std::uint8_t>(begun.head.call ^ 1), "abc");
  message = host.next();
  ASSERT_TRUE(message);
  EXPECT_EQ(error_of(*message).status(), number(StatusCode::kBadState));
}

TEST_F(Model, that_the_engine_refuses_says_why) {
  const auto malformed = error_of(upload(host, "not a model"));
  EXPECT_EQ(malformed.status(), number(StatusCode::kMalformed));
  EXPECT_EQ(malformed.text(), "malformed: it does not start with F, operator 4");
  const auto large = error_of(upload(host, "Large"));
  EXPECT_EQ(large.status(), number(StatusCode::kTooLarge));
  EXPECT_EQ(large.detail_b(), agent::memory::state().model.arena.size());
  EXPECT_FALSE(fake_engine().loaded);
}

TEST_F(Model, upload_can_be_cancelled) {
  const Incoming begun = begin(begin_of(fake_model(300)));
  v1::CancelRequest request;
  request.set_call(begun.head.call);
  const Incoming answer = host.call(Service::kCancel, method::kCancel, request);
  EXPECT_TRUE(parse<v1::CancelReply>(answer).stopped());
  EXPECT_EQ(error_of(commit()).status(), number(StatusCode::kBadState));
}

v1::ModelBeginRequest begin_in_slot(const std::string& model) {
  auto request = begin_of(model);
  request.set_in_slot(true);
  return request;
}

TEST_F(Model, in_the_flash_slot_is_loaded_from_there) {
  const std::string model = fake_model(400);
  fake_port().slot.assign(512, 0xFF);
  std::copy(model.begin(), model.end(), fake_port().slot.begin());
  const auto begun = parse<v1::ModelBeginReply>(begin(begin_in_slot(model)));
  EXPECT_TRUE(begun.slot_holds());
  EXPECT_FALSE(begun.already_held());
  ASSERT_GE(host.busies.size(), 1u) << "reading all of a slot may take a while: that is said first";
  EXPECT_EQ(parse<v1::ModelCommitReply>(commit()).arena_bytes(), 123u);
  EXPECT_EQ(fake_engine().model.data(), fake_port().slot.data());
  EXPECT_EQ(fake_engine().model.size(), model.size());
  EXPECT_TRUE(parse<v1::ModelBeginReply>(begin(begin_in_slot(model))).already_held());
  EXPECT_FALSE(parse<v1::ModelBeginReply>(begin(begin_of(model))).already_held())
      << "where it lies decides how fast it is: in RAM it is another one";
}

TEST_F(Model, that_the_flash_slot_does_not_hold_changes_nothing) {
  upload(host, fake_model(40));
  fake_port().slot.assign(512, 0xFF);
  const auto begun = parse<v1::ModelBeginReply>(begin(begin_in_slot(fake_model(400))));
  EXPECT_FALSE(begun.slot_holds());
  EXPECT_FALSE(begun.already_held());
  EXPECT_TRUE(fake_engine().loaded);
  EXPECT_EQ(error_of(commit()).status(), number(StatusCode::kBadState));
}

TEST_F(Model, beyond_the_flash_slot_is_refused) {
  fake_port().slot.assign(512, 0xFF);
  const auto error = error_of(begin(begin_in_slot(fake_model(513))));
  EXPECT_EQ(error.status(), number(StatusCode::kTooLarge));
  EXPECT_EQ(error.text(), "model of 513 bytes, the flash slot has 512");
  fake_port().slot.clear();
  EXPECT_EQ(error_of(begin(begin_in_slot(fake_model(1)))).detail_b(), 0u);
}

TEST_F(Model, data_for_the_flash_slot_is_refused) {
  const std::string model = fake_model(400);
  fake_port().slot.assign(model.begin(), model.end());
  send_model(host, begin(begin_in_slot(model)).head.call, "abc");
  const auto message = host.next();
  ASSERT_TRUE(message);
  EXPECT_EQ(error_of(*message).status(), number(StatusCode::kBadArgument));
  EXPECT_EQ(fake_port().slot[0], 'F') << "flash is not written to";
}

}  // namespace
}  // namespace hil::test
