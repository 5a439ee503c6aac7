// SPDX-License-Identifier: Apache-2.0
// The board's side of the DUT protocol in a thread of its own, and the runner's end of its line.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <memory>
#include <thread>

#include "host/dialect/mlperf_tiny/dut_server.hpp"
#include "host/link/fd_link.hpp"

namespace hil::dialect::mlperf_tiny {

class Served {
 public:
  explicit Served(DutModel& model) {
    int ends[2] = {-1, -1};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    runner_ = std::make_unique<FdLink>(FileDescriptor(ends[0]), "socket");
    board_ = std::make_unique<FdLink>(FileDescriptor(ends[1]), "socket");
    thread_ = std::thread([this, &model] {
      EXPECT_TRUE(serve_dut(*board_, model, [this] { return stop_.load(); }).ok());
    });
  }
  ~Served() {
    stop_ = true;
    thread_.join();
  }
  Link& link() { return *runner_; }

 private:
  std::unique_ptr<FdLink> runner_, board_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace hil::dialect::mlperf_tiny
