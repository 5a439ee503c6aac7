// SPDX-License-Identifier: Apache-2.0
// Which rates are tried, and in which order.
#include "host/session/rate_choice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hil::session {
namespace {

using Rates = std::vector<std::uint32_t>;

TEST(RatesToTry, AreThoseThatBothListFastestFirst) {
  const Rates agent{115'200, 9600, 57'600, 230'400, 921'600};
  const Rates board{230'400, 460'800, 921'600, 115'200, 9600};
  EXPECT_EQ(rates_to_try(agent, board, 115'200, 0), (Rates{921'600, 230'400}));
  EXPECT_EQ(rates_to_try(agent, board, 9600, 0), (Rates{921'600, 230'400, 115'200}));
}

TEST(RatesToTry, StopAtTheOneThatIsKnown) {
  const Rates both{230'400, 460'800, 921'600};
  EXPECT_EQ(rates_to_try(both, both, 115'200, 460'800), (Rates{460'800, 230'400}));
  EXPECT_EQ(rates_to_try(both, both, 115'200, 500'000), (Rates{460'800, 230'400}));
  EXPECT_EQ(rates_to_try(both, both, 115'200, 115'200), Rates{});
  EXPECT_EQ(rates_to_try(both, both, 115'200, 4'000'000'000), (Rates{921'600, 460'800, 230'400}));
}

TEST(RatesToTry, AreNoneWithoutAList) {
  EXPECT_EQ(rates_to_try({}, Rates{230'400}, 115'200, 0), Rates{});
  EXPECT_EQ(rates_to_try(Rates{230'400}, {}, 115'200, 0), Rates{});
  EXPECT_EQ(rates_to_try(Rates{9600, 115'200}, Rates{9600, 115'200}, 115'200, 0), Rates{});
}

TEST(RatesToTry, NameEachOnce) {
  const Rates twice{230'400, 230'400, 460'800};
  EXPECT_EQ(rates_to_try(twice, twice, 115'200, 0), (Rates{460'800, 230'400}));
}

}  // namespace
}  // namespace hil::session
