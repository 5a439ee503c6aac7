// SPDX-License-Identifier: Apache-2.0
// verify against an agent whose operators are of another model.
#include "host/measure/verify.hpp"

#include <gtest/gtest.h>

#include "tests/host/measure/digits.hpp"
#include "tests/host/session/open_session.hpp"
#include "tests/host/session/serving_agent.hpp"

namespace hil::measure {
namespace {

TEST(Verify, AnOutputOfAnotherSizeIsTheDevicesFault) {
  const test::Digits digits = test::load_digits();
  session::ServingAgent agent;
  agent.change_output = [&](auto& part) {  // as many bytes as the model gives, or none
    const std::vector<std::uint8_t> output(10);
    part.set_data(output.data(), output.size());
    part.set_crc32(frame::crc32(output));
    part.set_more(false);
    part.set_stopped(agent.begun.trace().stop_after());
    if (part.stopped()) part.clear_data();
  };
  const auto session = session::Session::open(agent, session::quick(), session::soon());
  ASSERT_TRUE(session.ok()) << session.error().what;
  const Inputs inputs{std::vector<std::uint8_t>(64)};
  const auto found = verify(**session, digits.model, inputs, Watch{});
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().blame, Blame::kDevice);
  EXPECT_EQ(found.error().what, "output 0 of operator 0 has 500 bytes on the device, 512 here");
  EXPECT_EQ(found.error().hint, "flash the agent that belongs to this hilbench");
}

}  // namespace
}  // namespace hil::measure
