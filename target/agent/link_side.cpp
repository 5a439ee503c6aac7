// SPDX-License-Identifier: Apache-2.0
// The agent's end of the line: bytes to frames, the handshake, and frames to bytes.
#include "target/agent/link_side.hpp"

#include <algorithm>

#include "target/agent/crash_note.hpp"
#include "target/agent/extension.hpp"
#include "target/agent/memory.hpp"
#include "target/agent/services/services.hpp"
#include "target/port/port.hpp"

namespace hil::agent {
namespace {

// Enough to keep up with any line, few enough that a flood of noise cannot hold the loop.
constexpr int kReadsPerPass = 8;

}  // namespace

bool LinkSide::take_input() {
  bool any = false;
  for (int i = 0; i < kReadsPerPass; ++i) {
    const std::size_t count = port::read(input_);
    if (count == 0) break;
    any = true;
    input_ticks_ = moved_ticks_ = port::ticks();
    unheard_bytes_ = static_cast<std::uint16_t>(unheard_bytes_ + count);
    for (const std::uint8_t byte : input_.first(count)) {
      if (decoder_.push(byte) == frame::Decoder::Event::kFrame) take_frame(decoder_.body());
    }
    if (unheard_bytes_ >= frame::kMostUnheardBytes) set_rate(0);
    if (count < input_.size()) break;
  }
  return any;
}

void LinkSide::take_frame(std::span<const std::uint8_t> body) {
  const frame::Header header = frame::header_of(body);
  unheard_bytes_ = 0;
  switch (endpoint_.receive(body)) {
    case frame::Received::kOpen:
      take_open(header);
      break;
    case frame::Received::kClose:
      take_close(header);
      break;
    case frame::Received::kNoSession:
      reset_due_ = true;
      break;
    default:
      break;  // handled by the endpoint, or nothing that a host may send
  }
}

void LinkSide::take_open(const frame::Header& header) {
  if (header.version != frame::kLinkVersion) return refuse(header, frame::CloseReason::kVersion);
  const auto open = frame::read_open(endpoint_.payload());
  if (!open) return refuse(header, frame::CloseReason::kMalformed);
  if (!endpoint_.is_open()) return start_session(*open);
  if (open->session == endpoint_.session()) {
    accept_due_ = true;  // our accept was lost
  } else if (open->session != replaced_session_) {
    replaced_session_ = endpoint_.session();
    start_session(*open);
  }
}

void LinkSide::start_session(const frame::Open& open) {
  peer_ = open.host;
  endpoint_.open(open.session, own_, peer_);
  const std::size_t frame_bytes = std::min(own_.payload_bytes, peer_.payload_bytes);
  most_message_ = std::min<std::size_t>(
      {own_.message_bytes, peer_.message_bytes, frames_per_window_ * frame_bytes});
  ++generation_;
  log::begin_session(memory::state());
  if (open.lease == 0) {
    log::say(log::Level::kInfo, "session opened");
  } else {
    log::say(log::Level::kInfo, "session opened, lease ", open.lease, "");
  }
  accept_due_ = true;
  // Nor a rate that the last session asked for and never acknowledged: this one speaks at today's.
  reset_due_ = busy_due_ = rate_due_ = false;
}

void LinkSide::take_close(const frame::Header& header) {
  const bool ours = header.session == static_cast<std::uint8_t>(endpoint_.session());
  if (!endpoint_.is_open() || !ours) return;
  endpoint_.close();
  ++generation_;
  log::say(log::Level::kInfo, "session closed");
  accept_due_ = busy_due_ = false;
  set_rate(0);
}

void LinkSide::change_rate(std::uint32_t baud) {
  next_baud_ = baud;
  rate_due_ = true;
}

void LinkSide::set_rate(std::uint32_t baud) {
  unheard_bytes_ = 0;
  rate_due_ = false;
  if (!raised_ && baud == 0) return;
  raised_ = baud != 0;
  port::set_rate(baud);
}

void LinkSide::refuse(const frame::Header& header, frame::CloseReason reason) {
  close_due_ = true;
  refuse_reason_ = reason;
  refused_session_ = header.session;
}

void LinkSide::announce_busy(std::uint32_t quiet_ms) {
  if (!endpoint_.is_open()) return;
  quiet_ms_ = quiet_ms;
  busy_due_ = true;
}

bool LinkSide::send_output(bool idle) {
  bool any = flush();
  while (wire_first_ == wire_end_ && load_wire(idle))
    any |= flush();
  if (rate_due_ && at_rest()) set_rate(next_baud_);
  return any;
}

/// Hands the wire buffer to the port; true if it took any byte.
bool LinkSide::flush() {
  if (wire_first_ == wire_end_) return false;
  const auto left = std::span<const std::uint8_t>(wire_).subspan(wire_first_);
  const std::size_t taken = port::write(left.first(wire_end_ - wire_first_));
  wire_first_ += taken;
  if (taken != 0) moved_ticks_ = port::ticks();
  return taken != 0;
}

bool LinkSide::load_wire(bool idle) {
  if (load_control() || load_datagram()) return true;
  frame::Endpoint::Outgoing out;
  if (!endpoint_.next(out, idle)) return false;
  load(out.header, out.payload);
  return true;
}

/// The frames of the handshake go before all others.
bool LinkSide::load_control() {
  std::uint8_t bytes[frame::kMostControlBytes];
  if (close_due_) {
    close_due_ = false;
    frame::Header header = endpoint_.header_for(frame::Type::kClose);
    header.session = refused_session_;
    load(header, frame::write(frame::Close{refuse_reason_, frame::kLinkVersion}, bytes));
  } else if (accept_due_) {
    accept_due_ = false;
    load(endpoint_.header_for(frame::Type::kAccept), write_accept(bytes));
  } else if (reset_due_) {
    reset_due_ = false;
    const frame::Reset reset{crash::boot_count(), port::reset_cause()};
    load(endpoint_.header_for(frame::Type::kReset), frame::write(reset, bytes));
  } else if (busy_due_) {
    busy_due_ = false;
    load(endpoint_.header_for(frame::Type::kBusy), frame::write(frame::Busy{quiet_ms_}, bytes));
  } else {
    return false;
  }
  return true;
}

/// Datagrams go ahead of the stream: lines of the log because they are few and short, samples
/// because their source leaves the stream its turns.
bool LinkSide::load_datagram() {
  std::uint8_t bytes[log::kMostDatagram];
  std::span<const std::uint8_t> datagram;
  if (endpoint_.is_open()) datagram = log::next_datagram(memory::state(), bytes);
  if (datagram.empty() && kExtension.next_datagram != nullptr) {
    datagram = kExtension.next_datagram(memory::state());
  }
  if (datagram.empty()) return false;
  load(endpoint_.header_for_datagram(), datagram);
  return true;
}

std::span<const std::uint8_t> LinkSide::write_accept(std::span<std::uint8_t> out) const {
  frame::Accept accept;
  accept.session = endpoint_.session();
  accept.boot_count = crash::boot_count();
  accept.reset_cause = port::reset_cause();
  accept.agent = own_;
  accept.crash_note = crash::note();
  accept.abilities = endpoint_.abilities();
  return frame::write(accept, out);
}

void LinkSide::load(const frame::Header& header, std::span<const std::uint8_t> payload) {
  wire_first_ = 0;
  wire_end_ = frame::encode(header, payload, wire_);
}

}  // namespace hil::agent
