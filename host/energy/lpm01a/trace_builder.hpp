// SPDX-License-Identifier: Apache-2.0
// A trace out of the records of one acquisition; loss is found by the time stamps.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/energy/lpm01a/acquisition.hpp"
#include "host/energy/lpm01a/stream_record.hpp"
#include "host/energy/trace.hpp"

namespace hil::energy::lpm01a {

/// Time is the sample index, and a time stamp comes every kBlock samples. If fewer came between two
/// stamps, some were lost, and nobody knows which: missing ones are appended and the whole block
/// becomes gaps (flag::kGap, value 0), with an event "loss". More than that makes no sense.
///
/// Edges on D7: an event "edge" with text "rise" or "fall" whose index is that of the sample in
/// which the edge lies. Logic bit 0 is the level at each sample's beginning, so it changes with the
/// sample behind that one. With EdgeSource::kBoth the level is low at first, and each edge changes
/// it unless its word says more: "fal" is a fall, and so "ris" is a rise where "fal" was ever said
/// (firmware 1.0.6 says "ris" of falling edges too). With kFalling every edge is a fall, rises are
/// not known and the bit stays 0; complete_rises() fills it in. Numbers of events must ascend by 1;
/// else an event "loss".
///
/// The samples behind the last time stamp are those that came: nothing tells whether some are lost.
///
/// Other events: "trigger", "buffer" (from 50 % on, once each time), "power", "voltage", "text",
/// "stray", "overcurrent". Values beyond the meter's range are flag::kSaturated, those that no
/// sample can have are flag::kInvalid.
class TraceBuilder {
 public:
  static constexpr std::uint64_t kBlock = 1000;

  explicit TraceBuilder(const Acquisition& acquisition) : acquisition_(acquisition) {}

  /// Makes @p trace an empty one of this acquisition; its meter, accuracy and supply are kept.
  void begin(Trace& trace);

  /// Adds what @p record says. Samples in front of the first time stamp wait for it: if it says 0,
  /// they are of an earlier run and dropped.
  ///   kLab   overcurrent; the supply is another voltage than was set
  ///   kLink  samples and time stamps contradict each other
  Status add(const StreamRecord& record, Trace& trace);

  /// Ends the trace: what still waits for a time stamp is appended.
  void end(Trace& trace);

  /// The last thing that the meter called an error; empty: nothing.
  [[nodiscard]] const std::string& last_error() const { return last_error_; }
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] bool completed() const { return completed_; }
  /// What could be no record, and was not used.
  [[nodiscard]] std::uint64_t strays() const { return strays_; }

 private:
  void add_sample(double value, Trace& trace);
  Status add_stamp(const StreamRecord& stamp, Trace& trace);
  void add_first_stamp(const StreamRecord& stamp, Trace& trace);
  Status add_edge(const StreamRecord& edge, Trace& trace);
  /// One of the first hundred that nobody needs for figures.
  void remark(Trace& trace, const char* kind, const std::string& text);
  Status add_overcurrent(Trace& trace);
  Status check_voltage(double volts, Trace& trace);
  /// Samples that lie between the last stamp and this one by their times; nothing: makes no sense.
  [[nodiscard]] std::optional<std::uint64_t> due(const StreamRecord& stamp) const;
  Status close_block(std::uint64_t due_samples, Trace& trace);
  void note_buffer(unsigned percent, Trace& trace);

  Acquisition acquisition_;
  bool stamped_ = false;           ///< the first stamp has come
  std::vector<double> early_;      ///< samples in front of it
  std::uint64_t block_begin_ = 0;  ///< index of the first sample behind the last stamp
  std::uint32_t stamp_ms_ = 0;
  std::uint32_t edge_number_ = 0;  ///< of the last event
  bool any_edge_ = false, any_fall_word_ = false;
  bool level_ = false, next_level_ = false;  ///< of D7
  bool buffer_noted_ = false;
  bool ended_ = false, completed_ = false;
  std::uint64_t strays_ = 0, remarks_ = 0;
  std::string last_error_;
};

}  // namespace hil::energy::lpm01a
