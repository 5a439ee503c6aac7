// SPDX-License-Identifier: Apache-2.0
// FaultLink: two lanes that gather frames, break them, and pass them on.
#include "host/link/fault_link.hpp"

#include <algorithm>
#include <array>
#include <thread>
#include <utility>

namespace hil {
namespace {

constexpr std::uint8_t kDelimiter = 0x00;
/// Most bytes that wait for the inner link before write() takes no more.
constexpr std::size_t kMostWaiting = 8192;
/// A run of bytes without a delimiter is passed on as it is beyond this.
constexpr std::size_t kMostFrameBytes = 128 * 1024;

}  // namespace

bool FaultPlan::any() const {
  return drop > 0 || duplicate > 0 || swap > 0 || flip > 0 || stall.length.count() > 0 ||
         cut.length.count() > 0;
}

FaultLink::Lane::Lane(const FaultPlan& plan, std::uint64_t stream)
    : plan_(plan), random_(plan.seed * 2 + stream) {}

void FaultLink::Lane::take(std::span<const std::uint8_t> bytes) {
  for (const std::uint8_t byte : bytes) {
    frame_.push_back(byte);
    if (byte == kDelimiter || frame_.size() >= kMostFrameBytes) finish_frame();
  }
}

void FaultLink::Lane::cut(std::size_t bytes) {
  counts_.bytes_cut += bytes;
}

void FaultLink::Lane::finish_frame() {
  std::vector<std::uint8_t> frame;
  std::swap(frame, frame_);
  if (frame.size() == 1) return emit(frame);  // a lone delimiter is no frame
  ++counts_.frames;
  // All four are drawn each time: what happens to one frame does not shift the luck of the next.
  const bool dropped = draw(plan_.drop);
  const bool twice = draw(plan_.duplicate);
  const bool swapped = draw(plan_.swap);
  const bool flipped = draw(plan_.flip);
  if (dropped) {
    ++counts_.dropped;
    return;
  }
  if (flipped) flip_bit(frame);
  if (swapped && held_.empty()) {
    ++counts_.swapped;
    held_ = std::move(frame);
    return;
  }
  emit(frame);
  if (twice) {
    ++counts_.duplicated;
    emit(frame);
  }
  emit(held_);
  held_.clear();
}

void FaultLink::Lane::emit(const std::vector<std::uint8_t>& frame) {
  out_.insert(out_.end(), frame.begin(), frame.end());
}

bool FaultLink::Lane::draw(double probability) {
  // 53 bits: the same sequence with every standard library, unlike std::bernoulli_distribution.
  return static_cast<double>(random_() >> 11) * 0x1.0p-53 < probability;
}

void FaultLink::Lane::flip_bit(std::vector<std::uint8_t>& frame) {
  ++counts_.flipped;
  const std::uint64_t bit = random_() % (frame.size() * 8);
  frame[bit / 8] = static_cast<std::uint8_t>(frame[bit / 8] ^ (1u << (bit % 8)));
}

std::span<const std::uint8_t> FaultLink::Lane::ready() const {
  return std::span<const std::uint8_t>(out_).subspan(out_at_);
}

void FaultLink::Lane::drop_ready(std::size_t count) {
  out_at_ += count;
  if (out_at_ == out_.size()) {
    out_.clear();
    out_at_ = 0;
  }
}

FaultLink::FaultLink(Link& inner, const FaultPlan& plan)
    : inner_(inner),
      plan_(plan),
      start_(Deadline::Clock::now()),
      outgoing_(plan, 0),
      incoming_(plan, 1) {}

bool FaultLink::inside(const FaultWindow& window) const {
  const auto age = Deadline::Clock::now() - start_;
  return age >= window.at && age < window.at + window.length;
}

Deadline FaultLink::end_of(const FaultWindow& window) const {
  return Deadline::after(start_ + window.at + window.length - Deadline::Clock::now());
}

Result<std::size_t> FaultLink::write(std::span<const std::uint8_t> bytes) {
  HIL_TRY(flush());
  if (outgoing_.ready().size() >= kMostWaiting) return std::size_t{0};
  if (inside(plan_.cut)) {
    outgoing_.cut(bytes.size());
    return bytes.size();
  }
  outgoing_.take(bytes);
  HIL_TRY(flush());
  return bytes.size();
}

Result<std::size_t> FaultLink::read(std::span<std::uint8_t> buffer, Deadline deadline) {
  HIL_TRY(flush());
  if (incoming_.ready().empty()) HIL_TRY(fill(deadline));
  const auto ready = incoming_.ready();
  const std::size_t count = std::min(buffer.size(), ready.size());
  std::copy_n(ready.begin(), count, buffer.begin());
  incoming_.drop_ready(count);
  return count;
}

Status FaultLink::wait(bool want_write, Deadline deadline) {
  HIL_TRY(flush());
  const bool can_write = outgoing_.ready().size() < kMostWaiting;
  if (!incoming_.ready().empty() || (want_write && can_write)) return {};
  return fill(deadline);
}

Status FaultLink::flush() {
  if (inside(plan_.stall)) return {};
  while (!outgoing_.ready().empty()) {
    HIL_ASSIGN(const std::size_t count, inner_.write(outgoing_.ready()));
    if (count == 0) return {};
    outgoing_.drop_ready(count);
  }
  return {};
}

Status FaultLink::fill(Deadline deadline) {
  std::array<std::uint8_t, 4096> bytes;
  while (true) {
    if (inside(plan_.stall)) {
      // Nothing passes until its end, not even the news of a hang-up.
      const Deadline end = Deadline::earlier(deadline, end_of(plan_.stall));
      std::this_thread::sleep_until(end.at());
    } else {
      HIL_TRY(flush());
      HIL_ASSIGN(const std::size_t count, inner_.read(bytes, Deadline::after({})));
      const auto got = std::span<const std::uint8_t>(bytes).first(count);
      if (inside(plan_.cut)) {
        incoming_.cut(count);
      } else {
        incoming_.take(got);
      }
      if (!incoming_.ready().empty() || deadline.expired()) return {};
      if (count == 0) HIL_TRY(inner_.wait(!outgoing_.ready().empty(), deadline));
    }
    if (deadline.expired()) return {};
  }
}

}  // namespace hil
