// SPDX-License-Identifier: Apache-2.0
// Resumption: counting, and the limit.
#include "host/measure/resumption.hpp"

#include <fmt/format.h>

namespace hil::measure {

Error Resumption::with_history(Error error, const char* reason) const {
  if (count_ == 0) return error;
  error.what += fmt::format(" ({}after {} {}: {})", reason, count_,
                            count_ == 1 ? "interruption" : "interruptions", history_);
  return error;
}

Status Resumption::resume(lab::ReadyBoard& board, const Error& why, std::uint64_t done) {
  if (count_ > 0 && done <= last_done_) return with_history(why, "it got no further ");
  if (count_ == kMost) return with_history(why, "that is too often ");
  const Status back = board.recover(why, Deadline::never());
  if (!back.ok()) return with_history(back.error(), "");
  history_ += (count_ == 0 ? "" : "; ") + why.what;
  last_done_ = done;
  ++count_;
  return {};
}

}  // namespace hil::measure
