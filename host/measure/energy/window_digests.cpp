// SPDX-License-Identifier: Apache-2.0
// Digest against digest.
#include "host/measure/energy/window_digests.hpp"

#include <fmt/format.h>

namespace hil::measure {
namespace {

using session::EnergyRegion;

bool has_output(const PlannedRun& planned, const session::EnergyWindow& window) {
  if (planned.group.use == WindowUse::kLayer) return false;  // in place, it changes what it repeats
  const EnergyRegion region = planned.options.steps.at(window.step).region;
  return region == EnergyRegion::kInference || region == EnergyRegion::kLoadAndInference;
}

Error odd_sample(const session::EnergyWindow& window) {
  return {Blame::kDevice, fmt::format("a window took input {}, which it has not", window.sample),
          "flash the agent again, and report it if it stays"};
}

Error wrong_output(const session::EnergyWindow& window, const std::string& name) {
  return {Blame::kDevice,
          fmt::format("after {} inferences in a window the output differs from that of one "
                      "inference on the same input ({})",
                      window.repetitions, name),
          "run hilbench verify; if that finds nothing, the board is not reliable at this supply"};
}

}  // namespace

Result<std::optional<Error>> check_digests(const PlannedRun& planned,
                                           const session::EnergyResult& result,
                                           const ExpectedDigests& expected,
                                           results::Verdict& verdict) {
  std::optional<Error> first;
  for (const session::EnergyWindow& window : result.windows) {
    if (!has_output(planned, window)) continue;
    const std::size_t sample = window.sample;
    if (sample >= expected.once.size() || sample >= expected.whole.size()) {
      return odd_sample(window);
    }
    const std::optional<std::uint32_t> digest =
        window.repetitions == 1 ? expected.once[sample] : expected.whole[sample];
    if (!digest) continue;
    ++verdict.outputs_checked;
    if (window.crc32 == *digest) continue;
    ++verdict.outputs_differing;
    if (!first) first = wrong_output(window, expected.names.at(sample));
  }
  return first;
}

}  // namespace hil::measure
