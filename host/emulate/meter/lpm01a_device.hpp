// SPDX-License-Identifier: Apache-2.0
// An emulated LPM01A: the real line protocol, a true current behind it, and faults to order.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "host/emulate/meter/current_source.hpp"
#include "host/link/link.hpp"

namespace hil::emulate {

/// What its firmware is like.
struct Lpm01aFirmware {
  std::string version = "1.0.6";
  /// `eventsrc d7 ...` is known at all: not before 1.0.6.
  bool events = true;
  /// `eventsrc d7 both` is known beside `fal` and `ris`. No manual says whether real firmware has
  /// it; `fal` is what the published runner uses.
  bool both_edges = true;
  /// Events are told in binary, too, as text metadata; not known of real firmware.
  bool events_in_binary = false;
  const char* error_word = "error";  ///< the manual prints "err"
};

/// Indices count samples of an acquisition.
struct Lpm01aFaults {
  struct Loss {
    std::uint64_t at = 0;
    std::uint32_t samples = 0;  ///< that are measured and never sent
  };
  struct Stray {
    std::uint64_t at = 0;
    std::string bytes;  ///< sent in front of that sample as they are
  };
  std::vector<Loss> losses;          ///< by index
  std::vector<Stray> strays;         ///< by index
  std::string left_over;             ///< sent in front of the first time stamp
  std::size_t most_write = 0;        ///< bytes that leave at once, a pause between; 0: all
  bool streaming_at_open = false;    ///< an earlier user left an acquisition running
  double streaming_hz = 10e3;        ///< at that rate, in binary above 1 kHz
  bool static_at_open = false;       ///< an earlier user left it to measure one value at a time
  bool power_ends_at_open = false;   ///< an earlier user left it to cut the supply at each end
  std::uint64_t overflow_after = 0;  ///< samples until its buffer overflows; 0: never
  std::uint64_t lost_event = 0;      ///< number of an event that is not sent; 0: none
  std::uint64_t silent_after = 0;    ///< samples until it hangs; 0: never
  bool deaf_to_stop = false;         ///< an acquisition goes on, told to stop
  std::string refused;               ///< commands that begin so are answered by an error
  int voltage_error_mv = 0;          ///< what it supplies beside what it was told
  bool mute = false;                 ///< answers nothing: another product with the same USB id
};

/// An LPM01A on @p link, served by a thread of its own until destruction. Samples are paced by the
/// machine's clock: t seconds after an acquisition has begun floor(t * rate) are due, and if
/// whoever reads is late they wait, none is skipped (a real one would overflow: see faults). The
/// source's time goes on only during acquisitions, waiting for their trigger among that. Supply
/// commands go to CurrentSource::set_supply(); above 59 mA the supply is cut. An acquisition that
/// it ends by itself leaves it in a state of error: `start` is refused until `status` has been
/// asked. Its id says that it is emulated.
class Lpm01aDevice {
 public:
  /// @p source must outlive this and is the thread's.
  Lpm01aDevice(std::unique_ptr<Link> link, CurrentSource& source, Lpm01aFirmware firmware = {},
               Lpm01aFaults faults = {});
  ~Lpm01aDevice();
  Lpm01aDevice(const Lpm01aDevice&) = delete;
  Lpm01aDevice& operator=(const Lpm01aDevice&) = delete;

  /// Samples measured (lost ones, too) since the last start.
  [[nodiscard]] std::uint64_t samples_made() const { return made_; }
  [[nodiscard]] bool sampling() const { return sampling_; }
  [[nodiscard]] bool target_on() const { return target_on_; }
  [[nodiscard]] unsigned millivolts() const { return millivolts_; }
  /// A host has taken control (`htc`) and not released it.
  [[nodiscard]] bool controlled() const { return controlled_; }

 private:
  class Worker;

  std::atomic<std::uint64_t> made_{0};
  std::atomic<bool> sampling_{false}, target_on_{false}, controlled_{false}, stop_{false};
  std::atomic<unsigned> millivolts_{3300};
  std::unique_ptr<Worker> worker_;
  std::thread thread_;
};

}  // namespace hil::emulate
