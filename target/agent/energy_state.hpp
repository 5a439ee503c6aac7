// SPDX-License-Identifier: Apache-2.0
// What the agent remembers of an energy run and of the inputs stashed for it; it exists only where
// the configuration has energy runs.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "protocol/frame/crc32.hpp"
#include "target/port/port.hpp"

namespace hil::agent {

/// What one window does; see EnergyStep in energy.proto.
struct EnergyStep {
  enum class Region : std::uint8_t { kInference, kLoadAndInference, kLoad, kOutput, kRest };
  Region region = Region::kInference;
  port::Idle rest = port::Idle::kBusy;
  std::uint32_t repetitions = 1;
  std::uint64_t rest_ticks = 0;
  std::uint32_t repeat_operator = 0;
  std::uint32_t repeat_times = 1;
};

/// One reading of a counter on the board.
struct EnergyCount {
  std::uint64_t ticks = 0;  ///< middle of the reading
  std::uint32_t took_ticks = 0;
  bool failed = false;
  std::uint64_t energy = 0;
  std::uint64_t charge = 0;
};

/// What has come of one window.
struct EnergyRecord {
  std::uint64_t begin_ticks = 0;
  std::uint64_t end_ticks = 0;
  std::uint32_t crc32 = 0;
  std::uint32_t overlap_bytes = 0;
  port::Idle rested = port::Idle::kStop;
};

/// Around one window.
struct EnergyCounts {
  EnergyCount before;
  EnergyCount behind;
};

/// A run, as it was asked for and as it went. Owned by services/energy.cpp and energy_run.cpp.
struct EnergyRunState {
  static constexpr std::size_t kMostSteps = 8;  // of energy.options
  enum class Phase : std::uint8_t {
    kReady,    ///< to be carried out, once the line is quiet
    kSending,  ///< its results are going out
    kFailing,  ///< it failed: to be reported when there is room
  };
  Phase phase = Phase::kReady;
  port::Idle rest = port::Idle::kBusy;
  bool reset_state = false;
  bool counter = false;
  std::uint8_t counter_address = 0;
  std::uint8_t step_count = 0;
  std::array<EnergyStep, kMostSteps> steps{};
  std::uint32_t windows = 0;
  std::uint64_t rest_ticks = 0;
  std::uint64_t period_ticks = 0;
  std::uint64_t mark_ticks = 0;

  std::uint64_t begin_ticks = 0;
  std::uint64_t end_ticks = 0;
  std::uint64_t first_mark_ticks = 0;
  std::uint64_t last_mark_ticks = 0;
  port::Idle rested = port::Idle::kStop;  ///< the lightest rest between windows
  std::uint32_t late_windows = 0;
  std::uint32_t sent = 0;  ///< windows whose results have gone out
};

/// Inputs that lie in the arena, behind what the model uses. Owned by services/energy_stash.cpp.
struct EnergyStash {
  enum class Phase : std::uint8_t {
    kNone,
    kReceiving,
    kStored,  ///< all is there: to be answered when there is room
    kReady,   ///< it has been answered
  };
  Phase phase = Phase::kNone;
  bool mark = false;             ///< pin 0 is high while the bytes come
  bool armed = false;            ///< the answer to the request has been acknowledged
  bool begun = false;            ///< bytes of it are coming
  std::uint8_t call = 0;         ///< of the request
  std::uint8_t pins = 0;         ///< as they are now
  std::uint32_t generation = 0;  ///< of the session that sends it
  std::uint32_t size = 0;
  std::uint32_t samples = 0;
  std::uint32_t received = 0;
  std::uint64_t armed_ticks = 0;
  std::uint64_t begin_ticks = 0;
  std::uint64_t end_ticks = 0;
  std::span<std::uint8_t> bytes;
  frame::Crc32 crc;
};

struct EnergyState {
  constexpr EnergyState(std::span<EnergyRecord> window_records,
                        std::span<EnergyCounts> window_counts)
      : records(window_records), counts(window_counts) {}

  std::span<EnergyRecord> records;  ///< one per window that a run may have
  std::span<EnergyCounts> counts;   ///< likewise; empty: no counter is read
  EnergyRunState run;
  EnergyStash stash;
};

}  // namespace hil::agent
