// SPDX-License-Identifier: Apache-2.0
// RatedLine: a PacedBoard and what a host does with it.
#include "tests/host/lab/rated_line.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "host/lab/agent_image.hpp"

namespace hil::lab {

Result<std::size_t> PoorCable::write(std::span<const std::uint8_t> bytes) {
  if (broken) return bytes.size();
  std::vector<std::uint8_t> sent(bytes.begin(), bytes.end());
  if (baud() > most_baud) {
    for (std::uint8_t& byte : sent)
      byte = byte == 0x5A ? 0x01 : 0x5A;
  }
  const bool frame = sent.size() > 100;
  if (spoils_frames > 0 && frame && baud() > RatedLine::kFirst) {
    sent[50] = sent[50] == 0x5A ? 0x01 : 0x5A;
    --spoils_frames;
    const auto count = inner_->write(sent);
    if (!count.ok() || *count > 50) return count;
    ++spoils_frames;
    return count;
  }
  return inner_->write(sent);
}

Result<std::size_t> PoorCable::read(std::span<std::uint8_t> buffer, Deadline deadline) {
  HIL_ASSIGN(const std::size_t count, inner_->read(buffer, deadline));
  if (broken || (deaf && baud() > RatedLine::kFirst)) return std::size_t{0};
  return count;
}

Status PoorCable::set_baud(std::uint32_t baud) {
  if (not_done.count(baud) != 0) return Error{Blame::kConfig, "the adapter does not do that", ""};
  HIL_TRY(inner_->set_baud(baud));
  rates_set.push_back(baud);
  return {};
}

RatedLine::RatedLine() {
  emulate::PacedBoardOptions options;
  options.image = default_agent_folder() / "hilbench-agent-linux";
  options.baud = kFirst;
  auto board = emulate::PacedBoard::start(options);
  if (!board.ok()) throw std::runtime_error(board.error().what);
  board_ = std::move(*board);
  plug_in();
}

void RatedLine::plug_in() {
  session_.reset();
  cable_.reset();  // its lock goes with it
  auto link = TtyLink::open(board_->pty(), kFirst);
  if (!link.ok()) throw std::runtime_error(link.error().what);
  cable_ = std::make_unique<PoorCable>(std::move(*link));
}

void RatedLine::close() {
  const std::uint64_t before = board_->counts().to_device;
  session_.reset();
  const Deadline deadline = Deadline::after(std::chrono::seconds(20));
  while (board_->counts().to_device == before && !deadline.expired())
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));  // the rest of that frame
}

Status RatedLine::open(bool other_rate) {
  if (cable_->baud() != kFirst) HIL_TRY(cable_->set_baud(kFirst));
  session::SessionOptions options;
  options.channel.board = "linux";
  options.channel.other_rate = other_rate;
  auto session =
      session::Session::open(*cable_, options, Deadline::after(std::chrono::seconds(20)));
  if (!session.ok()) return session.error();
  session_ = std::move(*session);
  return {};
}

Result<Raised> RatedLine::raise(const RaisePlan& plan) {
  const RaiseLine line{[this]() -> session::Session& { return *session_; },
                       [this]() -> Status {
                         session_.reset();
                         return open(true);
                       }};
  return raise_line(line, plan);
}

void RatedLine::die() {
  cable_->broken = true;
  session_.reset();
}

}  // namespace hil::lab
