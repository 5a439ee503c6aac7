// SPDX-License-Identifier: Apache-2.0
// ProbeSession: a front for the client's protocol, or the relay to QEMU's gdb stub.
#include "host/emulate/probe/probe_session.hpp"

#include "host/emulate/probe/fronts/bitbang_front.hpp"
#include "host/emulate/probe/fronts/stlink_front.hpp"

namespace hil::emulate {
namespace {

/// The IDCODE of the JTAG-DP that goes with an SW-DP: the parts' data sheets name both. A part
/// without JTAG answers with the same word.
std::uint32_t jtag_idcode(std::uint32_t dpidr) {
  switch (dpidr) {
    case 0x2BA0'1477:  // Cortex-M4, M7
      return 0x4BA0'0477;
    case 0x1BA0'1477:  // Cortex-M3
      return 0x3BA0'0477;
    case 0x6BA0'2477:  // DPv2 and later
      return 0x6BA0'0477;
    default:
      return dpidr;
  }
}

}  // namespace

const char* name_of(DoorKind kind) {
  switch (kind) {
    case DoorKind::kStlink:
      return "the ST-LINK";
    case DoorKind::kJtag:
      return "JTAG";
    case DoorKind::kGdb:
      break;
  }
  return "gdb";
}

ProbeSession::ProbeSession(DoorKind kind, ClientSocket client, const SessionBoard& board)
    : kind_(kind),
      client_(std::move(client)),
      board_(board),
      port_(board.bus, board.core, board.dpidr, board.ap_idr) {}

Result<std::unique_ptr<ProbeSession>> ProbeSession::start(DoorKind kind, ClientSocket client,
                                                          const SessionBoard& board) {
  std::unique_ptr<ProbeSession> session(new ProbeSession(kind, std::move(client), board));
  const std::uint32_t idcode = jtag_idcode(board.dpidr);
  if (kind == DoorKind::kStlink) {
    const StlinkCommands commands(session->port_, board.bus, board.core, idcode);
    session->front_ = std::make_unique<StlinkFront>(commands, board.serial);
  } else if (kind == DoorKind::kJtag) {
    session->front_ = std::make_unique<BitbangFront>(
        JtagChain(session->port_, idcode, board.core.chip().other_taps()), board.bus, board.core);
  } else {
    HIL_TRY(board.core.give_to_foreigner());
  }
  return session;
}

Result<bool> ProbeSession::take_from_client() {
  if (!client_.receive(bytes_)) return false;
  answers_.clear();
  if (relays()) return relay_to_stub();
  HIL_ASSIGN(const bool more, front_->take(bytes_, answers_));
  return client_.send(answers_) && more;
}

Result<bool> ProbeSession::relay_to_stub() {
  passed_.clear();
  const bool sane = guard_.take(bytes_, passed_, answers_);
  HIL_TRY(board_.core.machine().send_to_stub(passed_));
  return client_.send(answers_) && sane;
}

Result<bool> ProbeSession::take_from_stub() {
  HIL_TRY(board_.core.machine().receive_from_stub(bytes_));
  return client_.send(bytes_);
}

Status ProbeSession::end() {
  if (relays()) return board_.core.take_back_from_foreigner();
  HIL_TRY(board_.bus.flush());
  if (board_.core.loader().active()) HIL_TRY(board_.core.halt());
  return board_.core.chip().collect(board_.core.machine(), false);
}

}  // namespace hil::emulate
