// SPDX-License-Identifier: Apache-2.0
// Ctrl-C: asked once, a flag; asked twice, the end.
#include "host/base/signals.hpp"

#include <gtest/gtest.h>

#include <csignal>

namespace hil {
namespace {

TEST(StopRequest, TheFirstSignalSetsTheFlag) {
  const StopRequest stop;
  EXPECT_FALSE(stop.requested());
  ::raise(SIGINT);
  EXPECT_TRUE(stop.requested());
  ::raise(SIGTERM);
  EXPECT_EQ(stop.signal(), SIGINT) << "the first one counts";
}

TEST(StopRequest, StartsUnasked) {
  {
    const StopRequest stop;
    ::raise(SIGTERM);
    EXPECT_EQ(stop.signal(), SIGTERM);
  }
  EXPECT_EQ(StopRequest::last_signal(), SIGTERM) << "is known after its end";
  const StopRequest stop;
  EXPECT_FALSE(stop.requested());
  EXPECT_EQ(StopRequest::last_signal(), 0);
}

TEST(StopRequestDeathTest, TheSecondSignalKills) {
  EXPECT_EXIT(
      {
        const StopRequest stop;
        ::raise(SIGINT);
        ::raise(SIGINT);
      },
      testing::KilledBySignal(SIGINT), "");
}

TEST(StopRequest, RestoresWhatWasThere) {
  ::signal(SIGINT, SIG_IGN);
  { const StopRequest stop; }
  EXPECT_EQ(::signal(SIGINT, SIG_DFL), SIG_IGN);
}

}  // namespace
}  // namespace hil
