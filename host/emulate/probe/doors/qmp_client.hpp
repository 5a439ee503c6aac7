// SPDX-License-Identifier: Apache-2.0
// Resets QEMU's machine through its QMP monitor.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "host/base/result.hpp"
#include "host/emulate/probe/doors/door_stream.hpp"
#include "host/emulate/probe/doors/line_reader.hpp"

namespace hil::emulate {

/// What one line of QMP is, as far as we need to know.
struct QmpMessage {
  enum class Kind : std::uint8_t { kGreeting, kReturn, kError, kEvent };
  Kind kind = Kind::kEvent;
  std::string event;        ///< name of an event: "RESET"
  std::string reason;       ///< data.reason of an event, if it has one
  std::string description;  ///< of an error
};

/// Nothing if @p line is no JSON object or none that QMP sends. Pure.
std::optional<QmpMessage> parse_qmp(std::string_view line);

/// Every call fails with kDevice when QEMU ended, does not answer, or refuses.
class QmpClient {
 public:
  explicit QmpClient(FileDescriptor descriptor) : stream_(std::move(descriptor), "QMP") {}

  /// Waits for the greeting and leaves negotiation mode.
  Status open(Deadline deadline);

  /// Resets the machine and returns when that is done; a halted core stays halted.
  Status reset();

  [[nodiscard]] bool gone() const { return stream_.gone(); }

 private:
  Result<QmpMessage> next(std::string_view doing, Deadline deadline);
  Status send(std::string_view command, Deadline deadline);

  DoorStream stream_;
  LineReader reader_{std::size_t{64} * 1024};
};

}  // namespace hil::emulate
