// SPDX-License-Identifier: Apache-2.0
// A connected socket to one of QEMU's doors.
#pragma once

#include <string>
#include <string_view>

#include "host/base/deadline.hpp"
#include "host/base/file_descriptor.hpp"
#include "host/base/result.hpp"

namespace hil::emulate {

/// How long QEMU may take for one answer. It takes micro- to milliseconds; the rest is for a
/// machine that is busy with other things.
inline constexpr std::chrono::seconds kAnswerTime{10};

class DoorStream {
 public:
  /// Takes over @p descriptor; @p name is for messages: "gdb", "QMP", "qtest".
  DoorStream(FileDescriptor descriptor, const char* name)
      : descriptor_(std::move(descriptor)), name_(name) {}

  /// Sends all of @p bytes.
  ///   kDevice  QEMU closed the door, or takes nothing until @p deadline
  Status send(std::string_view bytes, Deadline deadline);

  /// Appends to @p buffer what has come; waits for at least one byte. False: nothing came until
  /// @p deadline (one in the past makes it a look).
  ///   kDevice  QEMU closed the door
  Result<bool> receive(std::string& buffer, Deadline deadline);

  /// The error for an answer that did not come in time, or was not understood.
  [[nodiscard]] Error no_answer(std::string_view to) const;
  [[nodiscard]] Error strange_answer(std::string_view to, std::string_view answer) const;

  /// Whether the other end was found closed.
  [[nodiscard]] bool gone() const { return gone_; }
  [[nodiscard]] int descriptor() const { return descriptor_.get(); }

 private:
  Error closed();
  /// False at the deadline.
  Result<bool> wait_for(short events, Deadline deadline);

  FileDescriptor descriptor_;
  const char* name_;
  bool gone_ = false;
};

}  // namespace hil::emulate
