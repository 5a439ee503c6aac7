// SPDX-License-Identifier: Apache-2.0
// Links over descriptors: bytes, deadlines, hang-ups.
#include "host/link/fd_link.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <numeric>
#include <thread>
#include <vector>

namespace hil {
namespace {

using std::chrono::milliseconds;

class FdLinkTest : public testing::Test {
 protected:
  void SetUp() override {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    link_ = std::make_unique<FdLink>(FileDescriptor(ends[0]), "socket", 115200);
    far_ = FileDescriptor(ends[1]);
  }
  std::unique_ptr<FdLink> link_;
  FileDescriptor far_;
  std::array<std::uint8_t, 16> buffer_{};
};

TEST_F(FdLinkTest, MovesBytesBothWays) {
  const std::vector<std::uint8_t> bytes{1, 0, 255};
  EXPECT_EQ(*link_->write(bytes), 3u);
  ASSERT_EQ(::read(far_.get(), buffer_.data(), buffer_.size()), 3);
  ASSERT_EQ(::write(far_.get(), bytes.data(), 2), 2);
  EXPECT_EQ(*link_->read(buffer_, Deadline::never()), 2u);
  EXPECT_EQ(buffer_[1], 0);
  EXPECT_EQ(link_->baud(), 115200u);
  EXPECT_EQ(link_->name(), "socket");
}

TEST_F(FdLinkTest, ReadEndsAtItsDeadline) {
  EXPECT_EQ(*link_->read(buffer_, Deadline::after(milliseconds(-5))), 0u);
  const auto began = Deadline::Clock::now();
  EXPECT_EQ(*link_->read(buffer_, Deadline::after(milliseconds(30))), 0u);
  EXPECT_GE(Deadline::Clock::now() - began, milliseconds(30));
}

TEST_F(FdLinkTest, ReadWakesWhenBytesCome) {
  std::thread writer([this] {
    std::this_thread::sleep_for(milliseconds(20));
    const char byte = 7;
    EXPECT_EQ(::write(far_.get(), &byte, 1), 1);
  });
  EXPECT_EQ(*link_->read(buffer_, Deadline::after(std::chrono::seconds(10))), 1u);
  writer.join();
}

TEST_F(FdLinkTest, WriteTakesWhatFits) {
  const std::vector<std::uint8_t> bytes(1 << 22);
  std::size_t total = 0;
  while (true) {
    const auto count = link_->write(bytes);
    ASSERT_TRUE(count.ok());
    if (*count == 0) break;
    total += *count;
    ASSERT_LT(total, std::size_t{1} << 26) << "never full";
  }
  EXPECT_GT(total, 0u);
  const auto began = Deadline::Clock::now();
  EXPECT_TRUE(link_->wait(true, Deadline::after(milliseconds(20))).ok());
  EXPECT_GE(Deadline::Clock::now() - began, milliseconds(20)) << "no room yet";
}

TEST_F(FdLinkTest, HangUpComesBehindTheLastBytes) {
  ASSERT_EQ(::write(far_.get(), "ab", 2), 2);
  far_.reset();
  EXPECT_TRUE(link_->wait(false, Deadline::never()).ok());
  EXPECT_EQ(*link_->read(buffer_, Deadline::never()), 2u);
  const auto end = link_->read(buffer_, Deadline::never());
  ASSERT_FALSE(end.ok());
  EXPECT_EQ(end.error().blame, Blame::kLink);
  EXPECT_EQ(end.error().what, "socket hung up");
  EXPECT_FALSE(end.error().hint.empty());
  EXPECT_FALSE(link_->write(buffer_).ok()) << "and no SIGPIPE";
}

}  // namespace
}  // namespace hil
