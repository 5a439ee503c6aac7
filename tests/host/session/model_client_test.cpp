// SPDX-License-Identifier: Apache-2.0
// Sending a model: what fits, what does not, and what goes wrong on the way.
#include "host/session/model_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/frame/crc32.hpp"
#include "protocol/messages/ids.hpp"
#include "tests/host/session/open_session.hpp"
#include "tests/host/session/serving_agent.hpp"

namespace hil::session {
namespace {

class ModelClientTest : public testing::Test {
 protected:
  void SetUp() override {
    auto session = Session::open(agent_, quick(), soon());
    ASSERT_TRUE(session.ok()) << session.error().what;
    session_ = std::move(*session);
    for (std::size_t i = 0; i < bytes_.size(); ++i)
      bytes_[i] = static_cast<std::uint8_t>(i * 7);
    image_.bytes = bytes_;
    image_.crc32 = frame::crc32(bytes_);
    image_.format = 1;
    image_.plan_major = 1;
    image_.features = 1;
    image_.arena_bytes = 5000;
    image_.operators = {{3, "CONV_2D"}, {9, "FULLY_CONNECTED"}};
  }
  Error refusal() const {
    const Status status = check_fits(session_->agent(), image_);
    EXPECT_FALSE(status.ok());
    return status.ok() ? Error{} : status.error();
  }
  ServingAgent agent_;
  std::unique_ptr<Session> session_;
  std::vector<std::uint8_t> bytes_ = std::vector<std::uint8_t>(10'000);
  ModelImage image_;
};

TEST_F(ModelClientTest, SendsAModelInSteps) {
  auto upload = ModelUpload::begin(*session_, image_, soon());
  ASSERT_TRUE(upload.ok()) << upload.error().what;
  EXPECT_FALSE(upload->already_held());
  std::size_t steps = 0;
  while (!upload->all_sent()) {
    const std::size_t before = upload->sent_bytes();
    ASSERT_TRUE(upload->step(soon()).ok());
    ASSERT_GT(upload->sent_bytes(), before);
    ++steps;
  }
  EXPECT_GT(steps, 1u) << "progress can be shown";
  EXPECT_EQ(upload->total_bytes(), bytes_.size());
  const auto loaded = upload->finish(soon());
  ASSERT_TRUE(loaded.ok()) << loaded.error().what;
  EXPECT_EQ(loaded->load_ticks, 77u);
  EXPECT_EQ(loaded->arena_bytes, 4000u);
  EXPECT_EQ(agent_.model, bytes_);
}

TEST_F(ModelClientTest, SendsNothingThatIsThere) {
  agent_.held = bytes_;
  const auto loaded = upload_model(*session_, image_, soon());
  ASSERT_TRUE(loaded.ok()) << loaded.error().what;
  EXPECT_TRUE(loaded->already_held);
  EXPECT_EQ(loaded->arena_bytes, image_.arena_bytes);
  EXPECT_TRUE(agent_.model.empty());
}

TEST_F(ModelClientTest, SaysBothNumbersWhenItDoesNotFit) {
  bytes_.resize(10'001);
  image_.bytes = bytes_;
  const auto loaded = upload_model(*session_, image_, soon());
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().blame, Blame::kDevice);
  EXPECT_EQ(loaded.error().what, "the plan needs 10001 bytes, linux has 10000");
  EXPECT_EQ(loaded.error().hint, "take a smaller model or a board with more memory");
  EXPECT_TRUE(agent_.model.empty());
  image_.bytes = std::span(bytes_).first(10);
  image_.arena_bytes = 5001;
  EXPECT_EQ(refusal().what, "the model's arena needs 5001 bytes, linux has 5000");
  EXPECT_EQ(refusal().hint, "take a smaller model or a board with more memory");
}

TEST_F(ModelClientTest, NamesWhatTheAgentLacks) {
  image_.operators.push_back({25, "SOFTMAX int8", 0x02, 7});
  image_.operators.push_back({1000, "CUSTOM"});
  EXPECT_EQ(refusal().what,
            "linux lacks operators that the model needs: operator 7 (SOFTMAX int8), operator 0 "
            "(CUSTOM)");
  EXPECT_EQ(refusal().hint,
            "put an agent on the board that has them (target/engine/README.md says how to build "
            "one), or take a model without them");
  image_.operators = {{3, "CONV_2D float32", 0x10}, {4, "DEPTHWISE_CONV_2D"}};
  EXPECT_TRUE(check_fits(session_->agent(), image_).ok()) << "an agent that says no types";
  image_.operators.clear();
  image_.features = 5;
  EXPECT_EQ(refusal().what, "linux lacks the features 0x4 that the plan needs");
  image_.features = 1;
  image_.plan_major = 2;
  EXPECT_EQ(refusal().what, "linux reads plan format 1.0, the plan has 2.0");
  image_.plan_major = 1;
  image_.format = 2;
  EXPECT_EQ(refusal().what, "linux does not take models of format 0x2");
  EXPECT_EQ(refusal().hint, "put an agent on the board that has it built in");
  AgentInfo without = session_->agent();
  without.services = 0;
  EXPECT_EQ(check_fits(without, image_).error().what, "linux takes no models");
}

TEST_F(ModelClientTest, TellsTheFirstErrorOfTheStream) {
  agent_.refuse_data = true;
  const auto loaded = upload_model(*session_, image_, soon());
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().blame, Blame::kDevice);
  EXPECT_EQ(loaded.error().what, "sending the model: the agent says: bad argument (offset)");
}

TEST_F(ModelClientTest, SaysHowFarItCameWhenTimeIsUp) {
  agent_.on_message = [this](const rpc::Message& message) {  // takes the call, then no more
    if (message.head.method == method::kModelBegin) {
      agent_.reply(message, hilbench::v1::ModelBeginReply{});
    }
    agent_.mute = message.head.method == method::kModelData;
  };
  const auto loaded = upload_model(*session_, image_, soon(200));
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().blame, Blame::kLink);
  EXPECT_THAT(loaded.error().what, testing::MatchesRegex("sending the model took too long: "
                                                         "[0-9]+ of 10000 bytes"));
  EXPECT_EQ(loaded.error().hint, "allow more time, or look for faults of the line");
}

TEST_F(ModelClientTest, GoesOnBehindWhatTheAgentHas) {
  agent_.model.assign(bytes_.begin(), bytes_.begin() + 7001);
  agent_.held_part = 7001;
  auto upload = ModelUpload::begin(*session_, image_, soon());
  ASSERT_TRUE(upload.ok()) << upload.error().what;
  EXPECT_EQ(upload->began_at(), 7001u);
  EXPECT_EQ(upload->sent_bytes(), 7001u);
  EXPECT_FALSE(upload->already_held());
  EXPECT_FALSE(upload->all_sent());
  while (!upload->all_sent())
    ASSERT_TRUE(upload->step(soon()).ok());
  EXPECT_TRUE(upload->finish(soon()).ok());
  EXPECT_EQ(agent_.model, bytes_);
}

TEST_F(ModelClientTest, OnlyCommitsWhatTheAgentHasAllOf) {
  agent_.model = bytes_;
  agent_.held_part = 10'000;
  const auto loaded = upload_model(*session_, image_, soon());
  ASSERT_TRUE(loaded.ok()) << loaded.error().what;
  EXPECT_FALSE(loaded->already_held);
  EXPECT_EQ(loaded->load_ticks, 77u);
  EXPECT_EQ(agent_.model, bytes_);
}

TEST_F(ModelClientTest, DoesNotBelieveInMoreThanThereIs) {
  for (const std::uint32_t bytes : {10'001u, 0xFFFF'FFFFu}) {
    agent_.held_part = bytes;
    const auto loaded = upload_model(*session_, image_, soon());
    ASSERT_FALSE(loaded.ok());
    EXPECT_EQ(loaded.error().blame, Blame::kDevice);
    EXPECT_EQ(loaded.error().what,
              "the agent says that it has " + std::to_string(bytes) + " bytes of a model of 10000");
    EXPECT_EQ(loaded.error().hint, "put the agent of this hilbench on the board");
  }
}

TEST_F(ModelClientTest, SendsAllToAnAgentThatSaysNothingOfAPart) {
  agent_.model.assign(bytes_.begin(), bytes_.begin() + 7001);
  auto upload = ModelUpload::begin(*session_, image_, soon());
  ASSERT_TRUE(upload.ok()) << upload.error().what;
  EXPECT_EQ(upload->began_at(), 0u);
  while (!upload->all_sent())
    ASSERT_TRUE(upload->step(soon()).ok());
  EXPECT_TRUE(upload->finish(soon()).ok());
  EXPECT_EQ(agent_.model, bytes_);
}

TEST_F(ModelClientTest, CommitBeforeTheEndIsABug) {
  auto upload = ModelUpload::begin(*session_, image_, soon());
  ASSERT_TRUE(upload.ok());
  const Error error = upload->finish(soon()).error();
  EXPECT_EQ(error.blame, Blame::kBug);
  EXPECT_EQ(error.what, "a model was committed before it was sent");
}

}  // namespace
}  // namespace hil::session
