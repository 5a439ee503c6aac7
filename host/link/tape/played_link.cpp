// SPDX-License-Identifier: Apache-2.0
// Reads, writes and waits, first to the letter, then by frames.
#include "host/link/tape/played_link.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hil::tape {
namespace {

Error error_of_record(const Record& record) {
  if (record.other > static_cast<std::uint64_t>(Blame::kBug)) {
    return {Blame::kBug, "the tape has an error that can't be read", ""};
  }
  return {
      static_cast<Blame>(record.other), {record.bytes.begin(), record.bytes.end()}, record.text};
}

}  // namespace

Result<std::size_t> Player::PlayedLink::write(std::span<const std::uint8_t> bytes) {
  const auto masked = player_.mask_.mask(bytes);
  const auto fits = [&](const Record& record) {
    return record.kind != Kind::kOut ||
           (record.bytes.size() <= masked.size() &&
            std::equal(record.bytes.begin(), record.bytes.end(), masked.begin()));
  };
  if (!player_.by_frames_) {
    const Record* next = player_.peek();
    if (next != nullptr && !fits(*next)) player_.go_by_frames();
  }
  const auto record = player_.expect(Kind::kOut);
  if (!record) return write_by_frames(masked);
  if (record->kind == Kind::kFailed) return error_of_record(*record);
  player_.mask_.taken(record->bytes.size());
  return record->bytes.size();
}

Result<std::size_t> Player::PlayedLink::read(std::span<std::uint8_t> buffer, Deadline deadline) {
  if (!player_.by_frames_) {
    const Record* next = player_.peek();
    const bool too_long =
        next != nullptr && next->kind == Kind::kIn && next->bytes.size() > buffer.size();
    if (too_long) player_.go_by_frames();
  }
  const auto record = player_.expect(Kind::kIn);
  if (!record) return read_by_frames(buffer, deadline);
  if (record->kind == Kind::kFailed) return error_of_record(*record);
  std::copy(record->bytes.begin(), record->bytes.end(), buffer.begin());
  return record->bytes.size();
}

Status Player::PlayedLink::wait(bool want_write, Deadline deadline) {
  const auto record = player_.expect(Kind::kWait);
  if (!record) {
    HIL_TRY(check_frames());
    if (want_write) return {};  // there always is room
    const auto found = await_input(deadline);
    if (!found.ok()) return found.error();
    return {};
  }
  if (record->kind == Kind::kFailed) return error_of_record(*record);
  return {};
}

Status Player::PlayedLink::set_baud(std::uint32_t baud) {
  const auto record = player_.expect(Kind::kRate);
  if (!record) {
    player_.baud_ = baud;
    return check_frames();
  }
  if (record->kind == Kind::kFailed) return error_of_record(*record);
  return {};
}

Result<std::size_t> Player::PlayedLink::write_by_frames(std::span<const std::uint8_t> bytes) {
  HIL_TRY(check_frames());
  player_.by_frames_->take(bytes);
  player_.mask_.taken(bytes.size());
  HIL_TRY(check_frames());
  return bytes.size();
}

Result<std::size_t> Player::PlayedLink::read_by_frames(std::span<std::uint8_t> buffer,
                                                       Deadline deadline) {
  HIL_TRY(check_frames());
  if (rest_.empty()) {
    HIL_ASSIGN(const bool found, await_input(deadline));
    if (!found) return std::size_t{0};
  }
  const std::size_t count = std::min(buffer.size(), rest_.size());
  std::copy_n(rest_.begin(), count, buffer.begin());
  rest_.erase(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(count));
  return count;
}

Result<bool> Player::PlayedLink::await_input(Deadline deadline) {
  if (!rest_.empty()) return true;
  FrameReplay& tape = *player_.by_frames_;
  rest_ = tape.take_answer();
  const std::uint64_t end_ns = player_.ns_at(deadline.at());
  while (rest_.empty()) {
    const Record* next = tape.next_input();
    if (next == nullptr || (next->at_ns > player_.now_ns_ && next->at_ns > end_ns)) break;
    Record input = tape.take_input();
    player_.pass_to(input.at_ns);
    if (input.kind == Kind::kFailed) return error_of_record(input);
    apply(input);
  }
  if (!rest_.empty()) return true;
  const bool forever = deadline.at() == Clock::time_point::max();
  if (tape.next_input() == nullptr && (tape.at_end() || forever)) return end_of_tape();
  player_.pass_to(end_ns);
  return false;
}

void Player::PlayedLink::apply(Record& input) {
  if (input.kind == Kind::kLine) {
    player_.baud_ = static_cast<std::uint32_t>(input.number);
    player_.name_ = input.text;
  } else if (input.kind == Kind::kStop) {
    player_.stopped_ = static_cast<int>(std::min<std::uint64_t>(input.number, 64));
  } else {
    rest_ = std::move(input.bytes);
  }
}

Status Player::PlayedLink::check_frames() const {
  const std::string& difference = player_.by_frames_->difference();
  if (difference.empty()) return {};
  if (player_.by_frames_->ran_out() && !player_.whole_) return end_of_tape();
  return Error{Blame::kModel,
               fmt::format("the host behaves otherwise than recorded, {}", difference), ""};
}

Error Player::PlayedLink::end_of_tape() const {
  return {Blame::kLink,
          fmt::format("the tape ends here, {:.3f} s after its start",
                      static_cast<double>(player_.now_ns_) / 1e9),
          player_.whole_ ? "the run on it had ended here" : "its run was ended from outside"};
}

}  // namespace hil::tape
