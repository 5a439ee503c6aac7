// SPDX-License-Identifier: Apache-2.0
// The network protocol of ST's stlink-server, as one client sees it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/emulate/probe/fronts/front.hpp"
#include "host/emulate/probe/fronts/stlink_commands.hpp"

namespace hil::emulate {

/// Requests of fixed sizes by their first byte; a USB command may bring data. API version 2. There
/// is one probe, of the given serial number.
class StlinkFront : public Front {
 public:
  StlinkFront(StlinkCommands commands, std::string serial)
      : commands_(commands), serial_(std::move(serial)) {}

  Result<bool> take(std::span<const std::uint8_t> bytes,
                    std::vector<std::uint8_t>& answers) override;

 private:
  using Bytes = std::span<const std::uint8_t>;
  /// Size of the request at the start of @p bytes with its data; 0: more bytes are needed to know;
  /// nothing: it is none.
  [[nodiscard]] static std::optional<std::size_t> request_bytes(Bytes bytes);
  Result<bool> answer(Bytes request, std::vector<std::uint8_t>& answers);
  [[nodiscard]] std::vector<std::uint8_t> device_info() const;
  Status answer_usb(Bytes request, std::vector<std::uint8_t>& answers);

  StlinkCommands commands_;
  std::string serial_;
  std::vector<std::uint8_t> waiting_;
};

}  // namespace hil::emulate
