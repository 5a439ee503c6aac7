// SPDX-License-Identifier: Apache-2.0
// What a host says in its frames, whatever their timing: openings, and the bytes of its stream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "protocol/frame/decoder.hpp"
#include "protocol/frame/frame.hpp"

namespace hil::tape {

/// The u16 in front of a placed frame's bytes: where they belong in the stream.
inline constexpr std::size_t kPlaceBytes = 2;

/// A frame that carries meaning of its own.
struct HostFrame {
  bool opens = false;                 ///< a session; else it carries a piece of the stream
  std::vector<std::uint8_t> payload;  ///< of a placed frame without its place
};

/// Takes what a host writes, as the board of a perfect line does: gives the opening of each session
/// and each data frame once and in order, and knows what is to be acknowledged.
class HostFrames {
 public:
  HostFrames();
  /// The frames that end in @p bytes.
  std::vector<HostFrame> take(std::span<const std::uint8_t> bytes);

  /// Number of the data frame that is expected next.
  [[nodiscard]] std::uint8_t next_seq() const { return next_seq_; }
  [[nodiscard]] std::uint8_t session_byte() const { return static_cast<std::uint8_t>(session_); }
  /// The `seq` of a poll that came since the last call; nothing if none did.
  std::optional<std::uint8_t> take_poll();

 private:
  [[nodiscard]] bool is_new(const frame::Header& header, std::span<const std::uint8_t> payload);

  std::vector<std::uint8_t> buffer_;
  frame::Decoder decoder_;
  std::uint32_t session_ = 0;
  std::uint8_t next_seq_ = 0;
  std::optional<std::uint8_t> poll_;
};

}  // namespace hil::tape
