// SPDX-License-Identifier: Apache-2.0
// Random histories of the reliable link. HIL_SCHEDULES=1000000 runs so many (5,000 otherwise),
// HIL_SCHEDULE_SEED=N begins with that one: the way to see a failure again.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/protocol/frame/schedule.hpp"

namespace hil::frame::test {
namespace {

std::uint64_t number_of(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(Schedules, LoseDoubleAndBlockNothing) {
  const std::uint64_t first = number_of("HIL_SCHEDULE_SEED", 1);
  const std::uint64_t count = number_of("HIL_SCHEDULES", 5'000);
  ASSERT_GT(count, 0u);
  ScheduleCounts counts;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const std::string wrong = run_schedule(seed, counts);
    ASSERT_EQ(wrong, "") << "HIL_SCHEDULE_SEED=" << seed << " HIL_SCHEDULES=1 shows it again";
  }
  fmt::print(
      "{} schedules: {} bytes, {} frames sent again, {} kept ahead, {} sessions, at most {} "
      "polls on the good line\n",
      count, counts.bytes, counts.sent_again, counts.out_of_order, counts.sessions, counts.repairs);
  if (count < 1000) return;
  EXPECT_GT(counts.bytes, count * 100) << "the schedules do next to nothing";
  EXPECT_GT(counts.sent_again, count / 10);
  EXPECT_GT(counts.out_of_order, count / 10);
  EXPECT_GT(counts.sessions, count);
}

}  // namespace
}  // namespace hil::frame::test
