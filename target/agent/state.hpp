// SPDX-License-Identifier: Apache-2.0
// Everything the agent remembers between two passes of its loop; plain data, one owner per part.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "protocol/frame/crc32.hpp"
#include "protocol/status.hpp"
#include "target/agent/link_side.hpp"
#include "target/agent/log_ring.hpp"
#include "target/agent/trace.hpp"

namespace hil::agent {

/// The model slot; owned by services/model.cpp.
struct ModelState {
  enum class Phase : std::uint8_t {
    kIdle,       ///< no upload is going on; engine::loaded() says whether there is a model
    kReceiving,  ///< between begin and commit
    kFailed,     ///< an error was reported; the rest of the upload is dropped
  };
  std::span<std::uint8_t> slot;
  std::span<std::uint8_t> arena;
  Phase phase = Phase::kIdle;
  std::uint8_t call = 0;        ///< of the begin request
  std::uint32_t format = 0;     ///< engine::Format bit
  std::uint32_t size = 0;       ///< bytes, as announced
  std::uint32_t received = 0;   ///< bytes; stays when the session ends, so that it can go on there
  std::uint32_t announced = 0;  ///< CRC-32
  bool in_slot = false;         ///< it lies in port::model_slot(), not in slot
  frame::Crc32 crc;             ///< of the bytes received
};

/// The run of samples; owned by services/infer.cpp and inference.cpp.
struct RunState {
  enum class Phase : std::uint8_t {
    kIdle,       ///< no run
    kReceiving,  ///< the next sample's input is coming
    kReady,      ///< it is complete: to be computed, once the line is quiet if that is asked for
    kSending,    ///< its outputs are going out
    kFailing,    ///< it failed (stopped_by): to be reported when there is room
    kEnergy,     ///< an energy run: services/energy.cpp has the phases of it
  };
  Phase phase = Phase::kIdle;
  std::uint8_t call = 0;  ///< of the begin request
  bool crc_only = false;
  bool quiet = false;        ///< nothing is received or sent while a sample is computed
  bool reset_state = false;  ///< before the next inference
  std::uint32_t sample = 0;  ///< number of the current sample
  std::uint32_t left = 0;    ///< samples still to be answered, the current one included
  std::uint64_t budget_ticks = 0;

  std::uint32_t tensor = 0;  ///< position in the inputs (kReceiving) or outputs (kSending)
  std::uint32_t offset = 0;  ///< bytes within that tensor
  std::uint32_t used = 0;    ///< bytes of the part at the front that earlier samples have taken

  std::uint64_t started = 0;                ///< ticks when invoke began
  std::uint64_t set_aside = 0;              ///< ticks since then spent on the line and on digests
  std::uint64_t computed = 0;               ///< ticks of the last inference without those
  std::size_t overlap = 0;                  ///< bytes that came meanwhile in a quiet run
  std::uint32_t crc = 0;                    ///< of its outputs
  bool stopped = false;                     ///< by the trace, behind its last operator
  StatusCode stopped_by = StatusCode::kOk;  ///< why the inference was stopped or failed

  bool has_ended = false;      ///< ended_call is the last run's: late inputs of it are dropped
  bool was_cancelled = false;  ///< that run was stopped by the host
  std::uint8_t ended_call = 0;
};

/// The log; owned by services/log.cpp.
struct LogState {
  LogRing ring;
  std::uint32_t waiting = 1;        ///< number of the next line to go out by itself
  std::uint32_t session_first = 1;  ///< number of the session's first line
};

struct State {
  LinkSide link;
  ModelState model;
  RunState run;
  Trace trace;  ///< of the run's last inference; stays when the run has ended
  LogState log;
  std::size_t skip_bytes = 0;     ///< of a refused message, still to come
  std::size_t scanned_bytes = 0;  ///< of the receive ring: no cancel of the run is in them
  std::uint32_t generation = 0;   ///< of the session that model and run belong to
};

}  // namespace hil::agent
