// SPDX-License-Identifier: Apache-2.0
// What is recorded of the operators of one inference: ticks, digests, and where it stops.
#include "target/agent/trace.hpp"

#include "target/engine/engine.hpp"

namespace hil::agent {
namespace {

void add_outputs(frame::Crc32& crc, std::uint32_t index) {
  for (std::uint32_t output = 0;; ++output) {
    const auto bytes = engine::operator_output(index, output);
    if (bytes.empty()) return;
    crc.update(bytes);
  }
}

}  // namespace

void Trace::begin(const TraceOptions& options) {
  options_ = options;
  begin_inference(0);
}

void Trace::begin_inference(std::uint32_t sample) {
  sample_ = sample;
  recorded_ = 0;
  next_ = options_.first;
  crc_ = {};
  held_ = false;
}

void Trace::after_operator(std::uint32_t index, std::uint64_t now) {
  if (complete()) return;
  if (options_.digests) add_outputs(crc_, index);
  if (index != next_) return;
  if (options_.ticks) memory_.ticks[recorded_] = now - started_;
  if (options_.digests) memory_.digests[recorded_] = crc_.value();
  ++recorded_;
  next_ += options_.stride;
}

}  // namespace hil::agent
