// SPDX-License-Identifier: Apache-2.0
// Parts of ports that need no board: rings, counters, hexadecimal text.
#include <gtest/gtest.h>

#include <string>

#include "target/agent/text.hpp"
#include "target/port/bare/half_periods.hpp"
#include "target/port/bare/interrupt_ring.hpp"
#include "target/port/bare/kept.hpp"
#include "target/port/port.hpp"

namespace hil::port {
namespace {

TEST(InterruptRing, gives_bytes_in_order_and_refuses_what_does_not_fit) {
  InterruptRing<4> ring;
  EXPECT_TRUE(ring.empty());
  for (std::uint8_t byte = 1; byte <= 4; ++byte)
    EXPECT_TRUE(ring.push(byte));
  EXPECT_TRUE(ring.full());
  EXPECT_FALSE(ring.push(5));
  for (std::uint8_t byte = 1; byte <= 4; ++byte) {
    EXPECT_EQ(ring.front(), byte);
    ring.pop();
  }
  EXPECT_TRUE(ring.empty());
}

TEST(InterruptRing, goes_on_when_its_places_wrap) {
  InterruptRing<8> ring;
  for (std::uint32_t i = 0; i < 3 * 65536; ++i) {
    ASSERT_TRUE(ring.push(static_cast<std::uint8_t>(i)));
    ASSERT_TRUE(ring.push(static_cast<std::uint8_t>(i + 1)));
    ASSERT_EQ(ring.size(), 2u);
    ASSERT_EQ(ring.front(), static_cast<std::uint8_t>(i));
    ring.pop();
    ring.pop();
  }
}

class Counter : public testing::Test {
 protected:
  std::uint64_t read(std::uint32_t counter) const {
    return halves_.extend([counter] { return counter; });
  }
  HalfPeriods halves_;
};

TEST_F(Counter, counts_on_over_its_end) {
  EXPECT_EQ(read(0x7FFF'FFFF), 0x7FFF'FFFFu);
  EXPECT_EQ(read(0x8000'0000), 0x8000'0000u) << "nobody has looked yet";
  halves_.look(0x8000'0001);
  EXPECT_EQ(read(0x8000'0002), 0x8000'0002u);
  EXPECT_EQ(read(0x0000'0000), 0x1'0000'0000u) << "nobody has looked yet";
  halves_.look(5);
  EXPECT_EQ(read(6), 0x1'0000'0006u);
}

TEST_F(Counter, may_be_looked_at_often) {
  for (int i = 0; i < 10; ++i)
    halves_.look(0x8000'0000);
  for (int i = 0; i < 10; ++i)
    halves_.look(0);
  EXPECT_EQ(read(7), 0x1'0000'0007u);
}

TEST_F(Counter, is_right_when_looked_at_between_the_two_readings) {
  const std::uint64_t now = halves_.extend([this] {
    halves_.look(0x8000'0000);  // the interrupt comes here
    return 0x8000'0001u;
  });
  EXPECT_EQ(now, 0x8000'0001u);
}

TEST_F(Counter, starts_anew) {
  halves_.look(0x8000'0000);
  halves_.clear();
  EXPECT_EQ(read(3), 3u);
}

using frame::ResetCause;

/// What the next start finds when the chip says @p hardware.
ResetCause cause_after(ResetCause hardware) {
  kept::begin(hardware);
  return reset_cause();
}

// One test, since memory that a reset keeps is also kept from one test to the next.
TEST(Kept, tells_why_the_agent_started) {
  EXPECT_EQ(cause_after(ResetCause::kUnknown), ResetCause::kPowerOn) << "no magic number yet";
  EXPECT_EQ(cause_after(ResetCause::kUnknown), ResetCause::kPin) << "nobody here asked for it";
  kept::leave(ResetCause::kSoftware);
  EXPECT_EQ(cause_after(ResetCause::kUnknown), ResetCause::kSoftware);
  kept::leave(ResetCause::kFault);
  EXPECT_EQ(cause_after(ResetCause::kUnknown), ResetCause::kFault);
  EXPECT_EQ(cause_after(ResetCause::kUnknown), ResetCause::kPin) << "it counts once";
  kept::leave(ResetCause::kFault);
  EXPECT_EQ(cause_after(ResetCause::kSoftware), ResetCause::kFault) << "ours, and it says more";
  kept::leave(ResetCause::kFault);
  EXPECT_EQ(cause_after(ResetCause::kWatchdog), ResetCause::kWatchdog) << "the chip knows better";
  EXPECT_EQ(cause_after(ResetCause::kPowerOn), ResetCause::kPowerOn);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(no_init().data()) % 16, 0u);
}

TEST(TextWriter, writes_hexadecimal_without_leading_zeros) {
  char text[32];
  agent::TextWriter writer(text);
  writer.put_hex(0).put(" ").put_hex(0xE000'ED28).put(" ").put_hex(0x10);
  EXPECT_STREQ(text, "0 e000ed28 10");
}

}  // namespace
}  // namespace hil::port
