// SPDX-License-Identifier: Apache-2.0
// The serial line of a virtual board: bytes between a pty and the device at the host's rate.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "host/base/file_descriptor.hpp"
#include "host/base/result.hpp"
#include "host/emulate/line/board_tty.hpp"
#include "host/emulate/line/delay_queue.hpp"
#include "host/emulate/line/device_end.hpp"
#include "host/emulate/line/divisor_watch.hpp"
#include "host/emulate/line/garbler.hpp"
#include "host/emulate/line/line_counts.hpp"
#include "host/emulate/line/line_pacer.hpp"
#include "host/emulate/line/rate_judge.hpp"

namespace hil::emulate {

/// Passes bytes both ways in a thread of its own, 10 bit times each at the rate that the pty's user
/// has set; what is on its way is a few milliseconds' worth. If the device's rate is another one
/// (RateJudge), what arrives is not what was sent. Without a device (no power) bytes are lost, as
/// they are on a desk. With a turnaround every byte to the host arrives that much later
/// (DelayQueue). Thread-safe.
class LineRelay {
 public:
  /// How long a host that does not read holds the device up, until bytes for it are dropped.
  static constexpr std::chrono::seconds kMostStall{1};

  /// Longest turnaround that is of any use; longer ones are taken as this.
  static constexpr std::chrono::seconds kMostTurnaround{1};

  /// @p baud: the pty's rate until its user sets one; 0: no rate, bytes pass at once.
  ///   kLab  no pty or descriptor can be had
  static Result<std::unique_ptr<LineRelay>> make(std::uint32_t baud,
                                                 Deadline::Clock::duration turnaround = {});
  ~LineRelay();
  LineRelay(const LineRelay&) = delete;
  LineRelay& operator=(const LineRelay&) = delete;

  /// Path of the pty's slave.
  [[nodiscard]] std::string pty() const;

  /// Connects the device: @p uart is our end of a stream socket, or the master of a pty whose slave
  /// the device has; the rate of that one is then the device's, known at once. Of a socket,
  /// @p read_rate gives the device's rate and is called at most every RateJudge::kSampleEvery while
  /// bytes pass, plus once at each change of the host's rate, in another thread; empty: the rates
  /// always fit.
  void attach(FileDescriptor uart, DivisorWatch::ReadRate read_rate);
  /// Lets go of the device; read_rate is not called any more when this returns.
  void detach();
  /// Closes the pty, so that who has it open sees a hang-up, and opens a new one.
  ///   kLab  no new one can be had; the line stays broken
  Status hang_up();

  /// What has gone over the line so far.
  [[nodiscard]] LineCounts counts() const;

 private:
  /// Bytes on their way in one direction.
  struct Lane {
    explicit Lane(std::uint32_t baud) : pacer(baud) {}
    void enter(std::span<const std::uint8_t> bytes, LinePacer::Clock::time_point now,
               LineCounts& counts);
    /// The bytes that have passed by @p now; what late looks have cost goes to @p counts.
    std::size_t due(LinePacer::Clock::time_point now, LineCounts& counts);
    void leave(std::size_t count);
    LinePacer pacer;
    std::vector<std::uint8_t> bytes;
    bool blocked = false;  ///< its receiver takes nothing now
    LinePacer::Clock::time_point blocked_since{};
  };
  using Time = LinePacer::Clock::time_point;

  LineRelay(BoardTty tty, std::unique_ptr<DivisorWatch> watch, FileDescriptor wake,
            std::uint32_t baud, Deadline::Clock::duration turnaround);
  void run();
  void wake() const;
  /// Moves what can be moved at @p now.
  void pump(Time now);
  void note_rates(Time now);
  void take_from_host(Time now);
  void take_from_device(Time now);
  void give_to_device(Time now);
  /// What has passed the line to the host goes on to where it waits for its turnaround.
  void pass_to_host(Time now);
  void give_to_host(Time now);
  void sample_terminal(Time now);
  /// The host does not read, and the line waits for it.
  [[nodiscard]] bool stalled(Time now) const;
  void lose_device();
  /// What the loop sleeps for.
  struct Waits {
    int tty = -1, uart = -1;
    short tty_events = 0, uart_events = 0;
    std::optional<Time> until;
  };
  [[nodiscard]] Waits waits(Time now) const;
  /// Blocks until there may be something to pump; called without the mutex.
  void wait(const Waits& waits) const;

  std::unique_ptr<DivisorWatch> watch_;
  FileDescriptor wake_;  ///< an eventfd
  std::atomic<bool> ending_ = false;

  mutable std::mutex mutex_;  // for all below, held while pumping
  std::optional<BoardTty> tty_;
  std::uint32_t baud_;
  DeviceEnd uart_;
  bool has_reader_ = false;  ///< the device's rate can be known
  RateJudge judge_;
  Garbler garbler_;
  Lane to_device_;
  Lane to_host_;
  DelayQueue arriving_;  ///< has passed to_host_; to_host_.blocked is about its taker
  LineCounts counts_;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace hil::emulate
