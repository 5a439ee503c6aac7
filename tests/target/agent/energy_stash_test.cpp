// SPDX-License-Identifier: Apache-2.0
// Inputs on their way to the stash: where they go, when the pin is high, what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "target/agent/memory.hpp"
#include "tests/target/agent/energy_run.hpp"

namespace hil::test {
namespace {

namespace v1 = hilbench::v1;
using testing::HasSubstr;

class Stash : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(host.open(1));
    ASSERT_NO_FATAL_FAILURE(load_fake(host));
    host.run(20);
  }
  v1::ErrorReply refused(const v1::EnergyStashRequest& request) {
    return error_of(host.call(Service::kEnergy, method::kEnergyStash, request));
  }
  Host host;
};

TEST_F(Stash, KeepsWhatCame) {
  const auto window = stash(host, 3);
  const std::string bytes = energy_samples(3);
  EXPECT_EQ(window.crc32(), crc_of(bytes));
  EXPECT_EQ(window.repetitions(), 3u);
  const auto& kept = agent::memory::energy().stash.bytes;
  EXPECT_EQ(std::string(kept.begin(), kept.end()), bytes);
  EXPECT_EQ(kept.data(), agent::memory::state().model.arena.data() + 128)
      << "behind the model's 123 bytes, aligned";
  EXPECT_TRUE(fake_port().pin_changes.empty()) << "no mark was asked for";
}

TEST_F(Stash, PinIsHighFromTheFirstByteToTheLast) {
  const std::string bytes = energy_samples(2);
  const Incoming begun =
      host.call(Service::kEnergy, method::kEnergyStash, stash_of(bytes, 2, true));
  host.run(20);
  fake_port().ticks = 5000;
  ASSERT_EQ(fake_port().pins, port::pin::kInRun);
  send_stash(host, begun.head.call, bytes.substr(0, 60), 60);
  host.run(10);
  EXPECT_EQ(fake_port().pins, port::pin::kInRun | port::pin::kInRegion | port::pin::kPerInference);
  fake_port().ticks = 6000;
  v1::EnergyInput rest;
  rest.set_offset(60);
  rest.set_data(bytes.substr(60));
  host.send(Service::kEnergy, method::kEnergyInput, Kind::kStream, begun.head.call, rest);
  const auto message = host.next();
  ASSERT_TRUE(message);
  const auto window = parse<v1::EnergyWindow>(*message);
  EXPECT_EQ(window.begin_ticks(), 5000u);
  EXPECT_EQ(window.end_ticks(), 6000u);
  std::vector<std::uint32_t> pins;
  for (const PinChange& change : fake_port().pin_changes)
    pins.push_back(change.pins);
  EXPECT_THAT(pins, testing::ElementsAre(0x80, 0x83, 0x81, 0x80, 0x00))
      << "up at the first sample, toggled at the second";
}

TEST_F(Stash, BytesOutOfPlaceEndIt) {
  const std::string bytes = energy_samples(1);
  const Incoming begun =
      host.call(Service::kEnergy, method::kEnergyStash, stash_of(bytes, 1, true));
  v1::EnergyInput part;
  part.set_offset(1);
  part.set_data("abc");
  host.send(Service::kEnergy, method::kEnergyInput, Kind::kStream, begun.head.call, part);
  auto message = host.next();
  ASSERT_TRUE(message);
  EXPECT_EQ(error_of(*message).status(), static_cast<std::uint32_t>(StatusCode::kBadArgument));
  EXPECT_EQ(fake_port().pins, 0u);
  send_stash(host, begun.head.call, bytes);
  EXPECT_FALSE(host.next()) << "what follows is dropped";
}

TEST_F(Stash, MoreBytesThanAnnouncedEndIt) {
  const std::string bytes = energy_samples(1);
  const Incoming begun = host.call(Service::kEnergy, method::kEnergyStash, stash_of(bytes, 1));
  v1::EnergyInput part;
  part.set_data(bytes + "x");
  host.send(Service::kEnergy, method::kEnergyInput, Kind::kStream, begun.head.call, part);
  const auto message = host.next();
  ASSERT_TRUE(message);
  EXPECT_THAT(error_of(*message).text(), HasSubstr("do not belong there"));
}

TEST_F(Stash, RefusesWhatItHasNoRoomFor) {
  const std::uint64_t room = agent::memory::state().model.arena.size() - 128;
  const auto samples = static_cast<std::uint32_t>(room / 105 + 1);  // of 105 bytes each
  auto request = stash_of("", samples);
  request.set_size_bytes(samples * 105);
  const auto error = refused(request);
  EXPECT_EQ(error.status(), static_cast<std::uint32_t>(StatusCode::kTooLarge));
  EXPECT_EQ(error.detail_a(), samples * 105u);
  EXPECT_EQ(error.detail_b(), room);
  request.set_samples(0xFFFF'FFFF);  // times 105 is more than 32 bits
  EXPECT_EQ(refused(request).status(), static_cast<std::uint32_t>(StatusCode::kBadArgument));
}

TEST_F(Stash, RefusesHalfASample) {
  EXPECT_EQ(refused(stash_of(energy_samples(1) + "x", 1)).text(), "not a whole number of samples");
  EXPECT_EQ(refused(stash_of("", 0)).text(), "not a whole number of samples");
}

TEST_F(Stash, NeedsAModel) {
  Host other;
  ASSERT_TRUE(other.open(2));
  const auto error =
      error_of(other.call(Service::kEnergy, method::kEnergyStash, stash_of("abc", 1)));
  EXPECT_EQ(error.status(), static_cast<std::uint32_t>(StatusCode::kNoModel));
}

TEST_F(Stash, EndOfTheSessionEndsIt) {
  const std::string bytes = energy_samples(1);
  const Incoming begun =
      host.call(Service::kEnergy, method::kEnergyStash, stash_of(bytes, 1, true));
  send_stash(host, begun.head.call, bytes.substr(0, 40));
  host.run(20);
  EXPECT_NE(fake_port().pins, 0u);
  host.send_close();
  host.run(20);
  EXPECT_EQ(fake_port().pins, 0u);
  EXPECT_EQ(agent::memory::energy().stash.phase, agent::EnergyStash::Phase::kNone);
}

TEST_F(Stash, MemoryThatHasChangedIsFoundOut) {
  stash(host, 1);
  agent::memory::energy().stash.bytes[3] ^= 1;
  const EnergyResults results =
      carry_out(host, run_of_windows(1, 1, {step_of(v1::ENERGY_REGION_INFERENCE)}));
  ASSERT_TRUE(results.error);
  EXPECT_EQ(results.error->status(), static_cast<std::uint32_t>(StatusCode::kBadDigest));
}

}  // namespace
}  // namespace hil::test
