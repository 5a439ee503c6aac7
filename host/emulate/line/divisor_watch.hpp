// SPDX-License-Identifier: Apache-2.0
// Reads the rate of the device's UART on request, in a thread of its own.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "host/base/deadline.hpp"
#include "host/base/file_descriptor.hpp"
#include "host/base/result.hpp"

namespace hil::emulate {

/// A thread of its own, because QEMU may wait for the relay to take bytes while it is asked: were
/// it the relay that asks, both would wait for ever. Thread-safe.
class DivisorWatch {
 public:
  /// The device's rate in bits per second, 0 if it has none now; may block for a while.
  using ReadRate = std::function<std::uint32_t()>;
  struct Sample {
    std::uint32_t rate = 0;
    Deadline::Clock::time_point at{};  ///< when the reading began
  };

  ///   kLab  no descriptor can be had
  static Result<std::unique_ptr<DivisorWatch>> make();
  ~DivisorWatch();
  DivisorWatch(const DivisorWatch&) = delete;
  DivisorWatch& operator=(const DivisorWatch&) = delete;

  /// What to read from now on; empty: nothing. Blocks while the one before is being called.
  void set_reader(ReadRate read);
  /// Asks for a sample; nothing if one is on its way.
  void ask();
  /// The sample that has come, once.
  std::optional<Sample> take();
  /// Readable when a sample may have come.
  [[nodiscard]] int descriptor() const { return come_.get(); }

 private:
  explicit DivisorWatch(FileDescriptor come);
  void run();

  FileDescriptor come_;  ///< an eventfd
  std::mutex reading_;   ///< held while read_ is called or replaced; taken before mutex_
  ReadRate read_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool asked_ = false;
  bool ending_ = false;
  std::optional<Sample> sample_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace hil::emulate
