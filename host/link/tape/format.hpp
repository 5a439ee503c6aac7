// SPDX-License-Identifier: Apache-2.0
// What a tape holds: the numbers of its format and one record of it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hil::tape {

/// First bytes of every tape; u16 major, u16 minor and u32 0 follow, little-endian.
inline constexpr std::array<std::uint8_t, 8> kMagic{'h', 'i', 'l', 't', 'a', 'p', 'e', '\n'};
inline constexpr std::size_t kHeaderBytes = 16;
inline constexpr std::uint16_t kMajor = 1;  ///< another one is refused
inline constexpr std::uint16_t kMinor = 0;  ///< a higher one may have kinds that are skipped

/// Bytes of one block of records before compression at most; a tape that says more is refused.
inline constexpr std::size_t kMostBlockBytes = 16u << 20;
/// A tape with later times (106 days) is broken.
inline constexpr std::uint64_t kMostNs = std::uint64_t{1} << 53;

/// Kinds of records; numbers never change meaning.
enum class Kind : std::uint8_t {
  kOut = 1,     ///< the host wrote `bytes`, all that the link took of what it was offered
  kIn = 2,      ///< the host read `bytes`; none: nothing was there
  kWait = 3,    ///< a wait for the link ended
  kClock = 4,   ///< the host saw this time at the `number`-th look since the last step
  kStamp = 5,   ///< the host took this time to send it to the board
  kStop = 6,    ///< the host saw signal `number` at the `other`-th look since the last step
  kFailed = 7,  ///< kind `number` failed: blame `other`, what `bytes`, hint `text`
  kLine = 8,    ///< from here on the link is called `text` and has rate `number` (0: none)
  kRate = 9,    ///< the host set the line's rate to `number`
  kNote = 10,   ///< `bytes` names what `text` (JSON) says
  kEnd = 11,    ///< the tape is whole
};

/// One record. A step is any kind but kLine, kNote and kEnd.
struct Record {
  Kind kind = Kind::kWait;
  std::uint64_t at_ns = 0;  ///< since the tape's start; never goes back
  std::uint64_t number = 0;
  std::uint64_t other = 0;
  std::vector<std::uint8_t> bytes;
  std::string text;
};

/// Whether the record is one of the things whose order is replayed to the letter.
constexpr bool is_step(Kind kind) {
  return kind < Kind::kLine || kind == Kind::kRate;
}

/// Appends @p record to @p block as it is stored; @p last_ns: at_ns of the record before, which is
/// not later.
void append_record(const Record& record, std::uint64_t last_ns, std::vector<std::uint8_t>& block);

}  // namespace hil::tape
