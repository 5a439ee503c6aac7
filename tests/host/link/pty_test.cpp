// SPDX-License-Identifier: Apache-2.0
// Pseudo-terminals: raw bytes, and hang-ups that mean something.
#include "host/link/pty.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <numeric>
#include <vector>

namespace hil {
namespace {

Deadline soon() {
  return Deadline::after(std::chrono::seconds(5));
}

TEST(Pty, PassesEveryByteBothWays) {
  auto pty = Pty::open(9600);
  ASSERT_TRUE(pty.ok()) << pty.error().what;
  std::vector<std::uint8_t> bytes(256);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  std::array<std::uint8_t, 512> buffer;
  ASSERT_EQ(*pty->link().write(bytes), 256u);
  ASSERT_EQ(::read(pty->slave(), buffer.data(), buffer.size()), 256);
  EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), buffer.begin()));
  ASSERT_EQ(::write(pty->slave(), bytes.data(), bytes.size()), 256);
  ASSERT_EQ(*pty->link().read(buffer, soon()), 256u) << "what was written must not be echoed";
  EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), buffer.begin()));
  EXPECT_EQ(pty->link().baud(), 9600u);
  EXPECT_EQ(pty->link().name(), "pty " + pty->slave_path());
}

TEST(Pty, WithoutDescriptorsLeftIsTheLabsFault) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const FileDescriptor highest(::dup(STDERR_FILENO));  // of those that are open without a gap
  const rlimit none{static_cast<rlim_t>(highest.get()) + 1, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const auto refused = Pty::open();
  ::setrlimit(RLIMIT_NOFILE, &before);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().blame, Blame::kLab);
  EXPECT_EQ(refused.error().what, "cannot open a pseudo-terminal: Too many open files");
  EXPECT_EQ(refused.error().hint,
            "check that /dev/pts is mounted and not full (sysctl kernel.pty.max)");
}

TEST(Pty, HangsUpOnlyWhenTheLastSlaveIsClosed) {
  auto pty = Pty::open();
  ASSERT_TRUE(pty.ok());
  std::array<std::uint8_t, 8> buffer;
  EXPECT_EQ(*pty->link().read(buffer, Deadline::after({})), 0u) << "no agent yet is no hang-up";
  FileDescriptor agent(::open(pty->slave_path().c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  ASSERT_TRUE(agent.is_open());
  pty->release_slave();
  EXPECT_EQ(pty->slave(), -1);
  EXPECT_EQ(*pty->link().read(buffer, Deadline::after({})), 0u);
  agent.reset();
  const auto end = pty->link().read(buffer, soon());
  ASSERT_FALSE(end.ok());
  EXPECT_EQ(end.error().blame, Blame::kLink);
  EXPECT_EQ(end.error().what, "pty " + pty->slave_path() + " hung up");
}

}  // namespace
}  // namespace hil
