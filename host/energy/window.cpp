// SPDX-License-Identifier: Apache-2.0
// The words for windows.
#include "host/energy/window.hpp"

namespace hil::energy {

const char* word_of(Alignment alignment) {
  switch (alignment) {
    case Alignment::kLogic:
      return "logic";
    case Alignment::kTracePattern:
      return "trace-pattern";
    case Alignment::kHostClock:
      return "host-clock";
    case Alignment::kCounter:
      return "counter";
    case Alignment::kStamps:
      return "time-stamps";
  }
  return "";
}

const char* word_of(WindowKind kind) {
  switch (kind) {
    case WindowKind::kInference:
      return "inference";
    case WindowKind::kLoadAndInference:
      return "load+infer";
    case WindowKind::kIdle:
      return "idle";
    case WindowKind::kTransfer:
      return "transfer";
    case WindowKind::kPreProcess:
      return "pre-process";
    case WindowKind::kPostProcess:
      return "post-process";
    case WindowKind::kPeriod:
      return "period";
  }
  return "";
}

}  // namespace hil::energy
