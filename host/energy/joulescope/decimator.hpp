// SPDX-License-Identifier: Apache-2.0
// Streams of current, voltage and inputs, each with sample ids of its own, onto one slower grid.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/energy/joulescope/stream_block.hpp"
#include "host/energy/trace.hpp"

namespace hil::energy {

/// Sample k of the trace covers sample ids [origin + k D, origin + (k + 1) D); origin is where
/// current and voltage are both there. Its current is the mean; its voltage the mean weighted by
/// current, so that neither charge nor energy (sum of i v) changes; an input is the level that it
/// had for the larger part. A sample that any element of current or voltage is missing in, or is no
/// number, is flag::kGap; each hole in a stream is an event "loss". Of inputs, the level before a
/// hole goes on through it.
class Decimator {
 public:
  enum Stream : std::size_t { kCurrent, kVoltage, kInput0, kInput1 };

  /// To @p rate_hz; @p inputs: how many of the inputs there will be (0 to 2), of which 0 is logic
  /// bit 0.
  Decimator(double rate_hz, unsigned inputs) : rate_hz_(rate_hz), inputs_(inputs) {}

  /// Takes the next block of @p stream and appends to @p trace, whose one rail has voltages, what
  /// is complete by now.
  ///   kLink  the streams make no sense together: rates that do not divide or that no model has,
  ///   ids
  ///          that jump by more than ten seconds, floats where bits belong
  Status add(Stream stream, const StreamBlock& block, Trace& trace);

  /// Elements of current and voltage that did not come.
  [[nodiscard]] std::uint64_t lost() const { return lost_; }

 private:
  static constexpr std::size_t kStreams = 4;
  struct Lane {
    std::uint32_t step = 0;     ///< sample ids an element; 0: nothing came yet
    std::uint64_t first = 0;    ///< sample id of the first block
    std::uint64_t dropped = 0;  ///< elements since the origin that are in the trace already
    std::vector<float> values;  ///< from there on; NaN: missing. Inputs: 0 or 1
  };

  Status settle(Stream stream, const StreamBlock& block);
  Status append(Stream stream, const StreamBlock& block, Trace& trace);
  Status append_waiting(Trace& trace);
  Status fill_hole(Stream stream, std::uint64_t elements, Trace& trace);
  void make_samples(Trace& trace);
  void make_sample(std::size_t index, Trace& trace) const;
  [[nodiscard]] std::uint8_t levels(std::size_t index) const;
  [[nodiscard]] bool in_use(std::size_t stream) const { return stream < kInput0 + inputs_; }
  [[nodiscard]] std::size_t elements_per_sample(const Lane& lane) const {
    return static_cast<std::size_t>(ids_per_sample_ / lane.step);
  }

  struct Waiting {
    Stream stream;
    StreamBlock block;
  };

  double rate_hz_;
  unsigned inputs_;
  std::uint32_t ids_per_second_ = 0;
  std::uint64_t ids_per_sample_ = 0;
  std::optional<std::uint64_t> origin_;
  std::array<Lane, kStreams> lanes_;
  std::vector<Waiting> waiting_;  ///< until origin_ is known
  std::uint64_t lost_ = 0;
};

}  // namespace hil::energy
