// SPDX-License-Identifier: Apache-2.0
// The board's end of the protocol on a link: an FdLink on any descriptor, a pty, a socket.
#pragma once

#include <functional>

#include "host/base/result.hpp"
#include "host/dialect/mlperf_tiny/dut.hpp"
#include "host/link/link.hpp"

namespace hil::dialect::mlperf_tiny {

/// Boots, then answers commands on @p link by @p model until @p stopped (asked at least five times
/// a second while nothing is computed) says so. Deaf while it computes, as firmware is: what comes
/// meanwhile waits in the link.
///   kLink  the other end is gone; on a pty keep a slave open to outlive runners that go
///   every error of Dut::take()
Status serve_dut(Link& link, DutModel& model, const std::function<bool()>& stopped);

}  // namespace hil::dialect::mlperf_tiny
