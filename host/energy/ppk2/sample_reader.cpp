// SPDX-License-Identifier: Apache-2.0
// SampleReader: the counter of each word against the one that is due.
#include "host/energy/ppk2/sample_reader.hpp"

#include <utility>

#include "host/energy/trace.hpp"

namespace hil::energy::ppk2 {
namespace {

constexpr std::size_t kWord = 4;
/// Words that must count up before a start, or a new one, is believed.
constexpr std::size_t kProof = 8;
/// The maker's program: facts/energy.md 3.7.
constexpr std::size_t kMismatches = 5;
/// Words in a row that are right again, until when it was no loss: one alone may be chance.
constexpr std::size_t kReturn = 3;
/// Doubtful words without such a run: enough to see whether words begin elsewhere.
constexpr std::size_t kMostDoubtful = 2 * kProof;
/// A device that says only nonsense must not fill the memory.
constexpr std::size_t kMostEvents = 10'000;

std::uint8_t counter_after(std::uint8_t counter, std::size_t words) {
  return static_cast<std::uint8_t>((counter + words) % kCounterPeriod);
}

/// Steps from one counter to the other, 0 to 63.
std::uint8_t steps(std::uint8_t from, std::uint8_t to) {
  return static_cast<std::uint8_t>((to + kCounterPeriod - from) % kCounterPeriod);
}

}  // namespace

Sample SampleReader::at(std::size_t byte) const {
  const std::uint8_t* p = buffer_.data() + begin_ + byte;
  return sample_of(static_cast<std::uint32_t>(p[0]) | static_cast<std::uint32_t>(p[1]) << 8 |
                   static_cast<std::uint32_t>(p[2]) << 16 | static_cast<std::uint32_t>(p[3]) << 24);
}

bool SampleReader::counts_up(std::size_t offset, std::size_t words) const {
  for (std::size_t i = 1; i < words; ++i) {
    const Sample before = at(offset + (i - 1) * kWord), now = at(offset + i * kWord);
    if (now.counter != counter_after(before.counter, 1)) return false;
  }
  return true;
}

void SampleReader::take(std::span<const std::uint8_t> bytes, Out& out) {
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  if (!started_ && available() >= kProof * kWord + kWord - 1) find_start(out);
  if (started_) read_words(out);
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(begin_));
  begin_ = 0;
}

void SampleReader::finish(Out& out) {
  if (!started_ && available() >= kWord) {
    started_ = true;
    expected_ = at(0).counter;
  }
  if (started_) read_words(out);
  if (doubtful_ > 0) give_up(doubtful_, out);
  buffer_.clear();
  begin_ = 0;
}

void SampleReader::find_start(Out&) {
  for (std::size_t shift = 0; shift < kWord; ++shift) {
    if (!counts_up(shift, kProof)) continue;
    if (shift > 0) add_event(ReaderEvent::Kind::kResync, count_, shift);
    begin_ += shift;
    break;
  }
  started_ = true;
  expected_ = at(0).counter;
}

void SampleReader::read_words(Out& out) {
  while (available() >= (doubtful_ + 1) * kWord) {
    const Sample sample = at(doubtful_ * kWord);
    if (doubtful_ > 0 || sample.counter != expected_) {
      doubt(sample, out);
      continue;
    }
    emit(sample, 0, out);
    begin_ += kWord;
    expected_ = counter_after(expected_, 1);
  }
}

void SampleReader::doubt(const Sample& sample, Out& out) {
  const bool due = sample.counter == expected_;
  const bool follows =
      doubtful_ > 0 && sample.counter == counter_after(at((doubtful_ - 1) * kWord).counter, 1);
  run_ = follows ? run_ + 1 : 1;
  ++doubtful_;
  expected_ = counter_after(expected_, 1);
  if (due && run_ == kReturn) {
    // As if nothing had been: the words of the run are read again, those before were wrong.
    expected_ = at((doubtful_ - run_) * kWord).counter;
    give_up(doubtful_ - run_, out);
    doubtful_ = run_ = 0;
  } else if (run_ == kMismatches) {
    settle_loss(out);
  } else if (doubtful_ == kMostDoubtful) {
    find_words_again(out);
  }
}

void SampleReader::settle_loss(Out& out) {
  const std::size_t before = doubtful_ - run_;
  const std::uint8_t due = counter_after(expected_, kCounterPeriod - run_);
  if (before > 0) give_up(before, out);
  const std::uint8_t lost = steps(due, at(0).counter);
  emit_gaps(lost, out);
  add_event(ReaderEvent::Kind::kLoss, count_, lost);
  // The words of the run are as they should be: they are read again.
  expected_ = at(0).counter;
  doubtful_ = run_ = 0;
}

void SampleReader::find_words_again(Out& out) {
  const std::uint8_t due = counter_after(expected_, kCounterPeriod - doubtful_);
  for (std::size_t shift = 1; shift < kWord; ++shift) {
    // The first word there may still be torn.
    std::size_t offset = (kMostDoubtful - kProof - 1) * kWord + shift;
    if (!counts_up(offset, kProof)) continue;
    while (offset >= kWord && at(offset).counter == counter_after(at(offset - kWord).counter, 1))
      offset -= kWord;
    begin_ += offset;
    const std::uint8_t lost = steps(due, at(0).counter);
    emit_gaps(lost, out);
    add_event(ReaderEvent::Kind::kResync, count_, offset % kWord);
    if (lost > 0) add_event(ReaderEvent::Kind::kLoss, count_, lost);
    expected_ = at(0).counter;
    doubtful_ = run_ = 0;
    return;
  }
  expected_ = counter_after(due, kProof);
  give_up(kProof, out);
  doubtful_ = run_ = 0;
}

/// Settles the first @p words doubtful words as samples that can't be right.
void SampleReader::give_up(std::size_t words, Out& out) {
  for (std::size_t i = 0; i < words; ++i)
    emit(at(i * kWord), flag::kInvalid, out);
  begin_ += words * kWord;
  doubtful_ -= words;
}

void SampleReader::emit(Sample sample, std::uint8_t flags, Out& out) {
  if (sample.range > 4) flags |= flag::kInvalid;
  if ((flags & flag::kInvalid) != 0) {
    add_event(ReaderEvent::Kind::kInvalid, count_, 1);
    ++invalid_;
    sample.logic = logic_;
  } else {
    logic_ = sample.logic;
    if (sample.code == 0 || sample.code == kMostCode) flags |= flag::kSaturated;
    if (range_ && *range_ != sample.range) flags |= flag::kRangeSwitch;
    range_ = sample.range;
  }
  out.push_back({sample, flags});
  ++count_;
}

void SampleReader::emit_gaps(std::uint64_t gaps, Out& out) {
  Sample gap;
  gap.logic = logic_;
  out.insert(out.end(), gaps, ReadSample{gap, flag::kGap});
  count_ += gaps;
}

void SampleReader::add_event(ReaderEvent::Kind kind, std::uint64_t index, std::uint64_t amount) {
  if (kind == ReaderEvent::Kind::kInvalid && !events_.empty()) {
    ReaderEvent& last = events_.back();
    if (last.kind == kind && last.index + last.amount == index) {
      last.amount += amount;
      return;
    }
  }
  if (events_.size() < kMostEvents) events_.push_back({kind, index, amount});
}

std::vector<ReaderEvent> SampleReader::take_events() {
  return std::exchange(events_, {});
}

}  // namespace hil::energy::ppk2
