// SPDX-License-Identifier: Apache-2.0
// Memory and peripheral registers of QEMU's machine through its qtest protocol.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "host/base/result.hpp"
#include "host/emulate/probe/doors/door_stream.hpp"
#include "host/emulate/probe/doors/line_reader.hpp"

namespace hil::emulate {

/// What qtest says to a request: "OK", "OK VALUE", "FAIL ...". Lines about interrupts ("IRQ raise
/// 3"), which come in between, are no answer.
struct QtestAnswer {
  bool ok = false;
  std::string value;  ///< behind "OK ", empty if there is none
};

/// Nothing if @p line is no answer. Pure.
std::optional<QtestAnswer> parse_qtest_answer(std::string_view line);

/// Every call blocks for the answer (kAnswerTime); all fail with kDevice when QEMU ended, does not
/// answer, or refuses. Works while the core runs. Stores to ROM are dropped, reads where nothing is
/// give 0.
class QtestClient {
 public:
  explicit QtestClient(FileDescriptor descriptor) : stream_(std::move(descriptor), "qtest") {}

  /// @p size is 1, 2 or 4 bytes; anything else is taken as 4.
  Result<std::uint32_t> read(std::uint32_t address, unsigned size);
  Status write(std::uint32_t address, std::uint32_t value, unsigned size);
  Status read_block(std::uint32_t address, std::span<std::uint8_t> bytes);
  Status write_block(std::uint32_t address, std::span<const std::uint8_t> bytes);

  [[nodiscard]] bool gone() const { return stream_.gone(); }

 private:
  /// The value behind "OK"; @p request is one line without its end.
  Result<std::string> ask(const std::string& request);

  DoorStream stream_;
  LineReader reader_{std::size_t{128} * 1024};
};

}  // namespace hil::emulate
