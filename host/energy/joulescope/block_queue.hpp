// SPDX-License-Identifier: Apache-2.0
// Blocks on their way from the driver's thread to the meter's.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

#include "host/base/deadline.hpp"
#include "host/energy/joulescope/decimator.hpp"

namespace hil::energy {

/// What is full drops: the hole is seen by sample ids.
class BlockQueue {
 public:
  struct Item {
    Decimator::Stream stream;
    std::vector<std::uint8_t> bytes;
  };

  void push(Decimator::Stream stream, std::span<const std::uint8_t> bytes) {
    {
      const std::lock_guard lock(mutex_);
      if (size_ + bytes.size() > kMostBytes) return;
      size_ += bytes.size();
      items_.push_back({stream, {bytes.begin(), bytes.end()}});
    }
    some_.notify_one();
  }

  /// All there is; blocks until there is something or @p deadline.
  std::vector<Item> take(Deadline deadline) {
    std::unique_lock lock(mutex_);
    const auto at = deadline.at();
    const auto any = [this] { return !items_.empty(); };
    if (at == Deadline::Clock::time_point::max()) {
      some_.wait(lock, any);
    } else {
      some_.wait_until(lock, at, any);
    }
    std::vector<Item> taken;
    taken.swap(items_);
    size_ = 0;
    return taken;
  }

 private:
  /// Ten seconds of two streams of floats at 2 MHz.
  static constexpr std::size_t kMostBytes = 160'000'000;

  std::mutex mutex_;
  std::condition_variable some_;
  std::vector<Item> items_;
  std::size_t size_ = 0;
};

}  // namespace hil::energy
