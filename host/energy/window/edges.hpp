// SPDX-License-Identifier: Apache-2.0
// Edges of one logic input of a trace.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/energy/trace.hpp"

namespace hil::energy {

/// Which input, and whether a high pin reads 0 on it.
struct LogicInput {
  unsigned bit = 0;
  bool inverted = false;

  bool operator==(const LogicInput&) const = default;
};

/// "D0", or "D0 (inverted)".
std::string name_of(const LogicInput& input);

struct Edge {
  std::uint64_t index = 0;  ///< first sample that shows the new level
  bool rising = false;      ///< of the pin, so inversion is taken out
  /// Samples right before `index` that are lost: the edge is somewhere among them. 0: it is less
  /// than one sample before `index`.
  std::uint64_t lost_before = 0;
  /// The samples at it are flag::kInvalid, and so many are lost somewhere among those: the index is
  /// off by up to that (at least 1 of invalid samples).
  std::uint64_t doubt = 0;

  /// An edge beside a gap or among invalid samples is not trusted: it may not be fitted to.
  [[nodiscard]] bool trusted() const { return lost_before == 0 && doubt == 0; }
  /// How far position() may be off, beside half a sample.
  [[nodiscard]] double slack() const {
    return 0.5 * static_cast<double>(lost_before) + static_cast<double>(doubt);
  }
  /// Middle of where it can be. Levels are seen at the beginning of each sample, so the pin moved
  /// after the beginning of sample index - 1 and not after the one of `index`.
  [[nodiscard]] double position() const {
    return static_cast<double>(index) - 0.5 * static_cast<double>(lost_before + 1);
  }
};

/// A level that was held for less time than the pin's signal can.
struct Glitch {
  std::uint64_t index = 0, samples = 0;
  bool high = false;
};

/// How many glitches are listed: a floating input has as many as the trace has samples.
inline constexpr std::size_t kMostGlitches = 100;

struct EdgeList {
  bool starts_high = false;
  std::vector<Edge> edges;         ///< by index, rising and falling alternate
  std::vector<Glitch> glitches;    ///< the first kMostGlitches; their edges are not in `edges`
  std::uint64_t glitch_count = 0;  ///< all of them

  /// Those of glitches, too.
  [[nodiscard]] std::size_t seen() const { return edges.size() + 2 * glitch_count; }
  /// So many more edges than the @p made ones are noise: the input floats or has another signal.
  [[nodiscard]] bool floats(std::size_t made) const {
    constexpr std::size_t kFactor = 4, kMore = 16;
    return seen() > kFactor * made + kMore;
  }
};

/// Finds the edges of @p input. A level held for less than @p hold_s is a glitch: it is listed as
/// such and the level before it goes on (of a burst each is counted). Only what was certainly
/// shorter is: n samples of a level may be up to n + 1 samples of time. A level that a gap or an
/// end of the trace cuts short is no glitch. Lost samples hold the level before them.
///   kLab  the trace has no such input
Result<EdgeList> find_edges(const Trace& trace, const LogicInput& input, double hold_s);

/// The hold time that is taken where nothing else is said: shorter levels of a region pin are
/// disturbances (the EEMBC runner's filter has the same 50 us).
inline constexpr double kRegionHold_s = 50e-6;

}  // namespace hil::energy
