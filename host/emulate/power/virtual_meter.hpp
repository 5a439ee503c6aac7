// SPDX-License-Identifier: Apache-2.0
// The emulated power meter of one virtual board: from QEMU's plugin to a pty that speaks a
// protocol.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "host/base/file_descriptor.hpp"
#include "host/base/result.hpp"
#include "host/boards/board.hpp"
#include "host/emulate/meter/lpm01a_device.hpp"
#include "host/emulate/meter/meter_request.hpp"
#include "host/emulate/meter/ppk2_device.hpp"
#include "host/emulate/power/power_plugin.hpp"
#include "host/emulate/power/track_source.hpp"
#include "host/emulate/power/truth_file.hpp"

namespace hil::emulate {

/// Whether there is such a meter with such faults (meter_kinds.cpp).
///   kUser  there is not: the hint names those that there are
Status check_meter(const MeterRequest& request);

/// A thread of its own takes what the plugin writes, the meter has another one.
class VirtualMeter {
 public:
  struct Callbacks {
    std::function<void(const std::string& what)> remark;  ///< by any thread
    std::function<void(bool on)> supply;  ///< by the meter's: the board loses or gets its power
  };

  /// Opens the meter's line; it answers at once.
  ///   kUser    no such meter or fault
  ///   kConfig  the board's file has no power figures
  ///   kLab     no plugin, no pseudo-terminal, or the truth can't be written
  static Result<std::unique_ptr<VirtualMeter>> make(const boards::Board& board,
                                                    const MeterRequest& request,
                                                    Callbacks callbacks);
  ~VirtualMeter();
  VirtualMeter(const VirtualMeter&) = delete;
  VirtualMeter& operator=(const VirtualMeter&) = delete;

  /// Where the host opens it.
  [[nodiscard]] const std::string& port() const { return port_; }

  /// For a QEMU that is about to start; what came of the one before is done with.
  ///   kLab  no pipe can be had
  Result<PowerPlugin> connect();

  /// What the windows of all runs have taken that the truth file holds by now.
  [[nodiscard]] TruthTotals totals() const;

 private:
  VirtualMeter(const boards::Board& board, const MeterRequest& request, Callbacks callbacks);
  Status open_device(const MeterRequest& request);
  Status write_truth() const;
  void serve();
  void take(FileDescriptor pipe);
  void end_of_run(Track track);

  const std::string board_;
  const MeterRequest request_;
  const PowerModel model_;
  const Callbacks callbacks_;
  std::string port_;
  TrackSource source_;
  std::unique_ptr<Ppk2Device> ppk2_;
  std::unique_ptr<Lpm01aDevice> lpm01a_;

  FileDescriptor bell_;  ///< rung when next_pipe_ or ending_ has changed
  mutable std::mutex mutex_;
  FileDescriptor next_pipe_;
  bool ending_ = false;
  std::vector<TrueRun> runs_;
  TruthTotals totals_;  ///< of the runs that are in the file
  std::thread thread_;
};

}  // namespace hil::emulate
