// SPDX-License-Identifier: Apache-2.0
// An emulated Nordic PPK2: the real serial protocol, a true current behind it, and faults to order.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "host/emulate/meter/current_source.hpp"
#include "host/emulate/meter/ppk2_metadata.hpp"
#include "host/link/link.hpp"

namespace hil::emulate {

/// Indices count words since sampling started.
struct Ppk2Faults {
  struct Drop {
    std::uint64_t at = 0;
    std::uint32_t words = 0;  ///< that the device counts and never sends
  };
  struct Range {
    std::uint64_t at = 0;
    std::uint32_t words = 0;
    /// 0 to 4: the front end is stuck there, its code clips; 5 to 7: the word says what can't be
    std::uint8_t range = 0;
  };
  std::vector<Drop> drops;    ///< by index
  std::vector<Range> ranges;  ///< by index
  Ppk2MetadataFault metadata = Ppk2MetadataFault::kNone;
  bool silent = false;                  ///< it answers nothing
  std::size_t most_metadata_write = 0;  ///< bytes that leave at once, a pause between; 0: all
  bool open_end = false;                ///< its metadata ends without the end of the last line
  std::size_t most_write = 0;           ///< bytes of samples that leave at once; 0: all there are
  bool streaming_at_open = false;       ///< an earlier user left it running
  bool broken_command = false;          ///< an earlier user broke off behind a command's first byte
  unsigned mode_at_open = 2;            ///< that an earlier user left: 1 ampere, 2 source meter
  bool on_at_open = false;              ///< an earlier user left the switch to the board closed
  std::uint64_t reset_after = 0;        ///< so many words: it leaves the bus; 0: never
  bool floating_logic = false;          ///< nothing on the logic port: all inputs read noise
  int voltage_error_mv = 0;             ///< what it sets beside what it was told; its VDD says so
};

/// A PPK2 on @p link, served by a thread of its own until destruction. Samples are paced by the
/// machine's clock: of t seconds since start exactly floor(t * 1e5) are due, and if whoever reads
/// is late they wait, none is skipped. The source's time goes on only while sampling. Its DUT power
/// commands go to CurrentSource::set_supply(); in ampere mode they let the board's own supply
/// through, and only once a voltage has been told (as users of real ones report).
class Ppk2Device {
 public:
  static constexpr double kRateHz = 100'000;

  /// @p source must outlive this and is the thread's. @p own_supply_v: volts of the supply that the
  /// board has in ampere mode.
  Ppk2Device(std::unique_ptr<Link> link, CurrentSource& source, Ppk2Faults faults = {},
             double own_supply_v = 3.3);
  ~Ppk2Device();
  Ppk2Device(const Ppk2Device&) = delete;
  Ppk2Device& operator=(const Ppk2Device&) = delete;

  /// Words that were given to the link, and words that were made (lost ones, too), since the last
  /// start of sampling.
  [[nodiscard]] std::uint64_t words_sent() const { return sent_; }
  [[nodiscard]] std::uint64_t words_made() const { return made_; }
  [[nodiscard]] bool sampling() const { return sampling_; }
  [[nodiscard]] bool target_on() const { return target_on_; }
  [[nodiscard]] unsigned millivolts() const { return millivolts_; }
  /// 1: ampere meter, 2: source meter.
  [[nodiscard]] unsigned mode() const { return mode_; }
  /// The board has had a supply at some time while the mode changed.
  [[nodiscard]] bool mode_changed_live() const { return mode_changed_live_; }

 private:
  class Worker;  // all that the thread alone uses

  std::atomic<std::uint64_t> sent_{0}, made_{0};
  std::atomic<bool> sampling_{false}, target_on_{false}, stop_{false}, mode_changed_live_{false};
  std::atomic<unsigned> millivolts_{3000}, mode_{2};
  std::thread thread_;
};

}  // namespace hil::emulate
