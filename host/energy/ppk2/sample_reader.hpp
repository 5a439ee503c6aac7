// SPDX-License-Identifier: Apache-2.0
// From a PPK2's bytes to samples on an unbroken grid: what was lost is there as a gap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "host/energy/ppk2/sample.hpp"

namespace hil::energy::ppk2 {

struct ReadSample {
  /// Gaps are 0; they and what is invalid keep the logic levels of the last good sample, so that no
  /// edge appears that nobody saw.
  Sample sample;
  std::uint8_t flags = 0;  ///< bits of energy::flag
};

struct ReaderEvent {
  enum class Kind : std::uint8_t {
    kLoss,     ///< the counter went on by `amount` samples that did not come
    kResync,   ///< words began `amount` bytes later than expected
    kInvalid,  ///< `amount` samples in a row can't be right
  };
  Kind kind = Kind::kLoss;
  std::uint64_t index = 0;   ///< of the first sample behind it; of kInvalid: of the first of them
  std::uint64_t amount = 0;  ///< samples; of kResync: bytes
};

/// Takes bytes in any pieces. The counter in each word is followed: as the maker's program does, it
/// takes five words in a row that all are off before that is called loss; those five are good, and
/// the missing ones come before them as gaps. Words whose counter is off for less, until three in a
/// row are right again, are kInvalid. A
/// loss of 64 or a multiple of it can't be seen here (RateWatch does). A stream that starts in the
/// middle of a word, or loses single bytes, is found again by the counter.
class SampleReader {
 public:
  /// Appends to @p out what @p bytes complete.
  void take(std::span<const std::uint8_t> bytes, std::vector<ReadSample>& out);
  /// The stream has ended: gives what still waited for more, as kInvalid where that is not clear.
  void finish(std::vector<ReadSample>& out);

  /// Since the last call.
  [[nodiscard]] std::vector<ReaderEvent> take_events();
  /// Samples given, gaps included.
  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// Of them, those that are kInvalid.
  [[nodiscard]] std::uint64_t invalid() const { return invalid_; }

 private:
  using Out = std::vector<ReadSample>;

  [[nodiscard]] std::size_t available() const { return buffer_.size() - begin_; }
  [[nodiscard]] Sample at(std::size_t byte) const;
  /// Whether @p words words that begin @p offset bytes behind begin_ count up by one each.
  [[nodiscard]] bool counts_up(std::size_t offset, std::size_t words) const;
  void find_start(Out& out);
  void read_words(Out& out);
  void doubt(const Sample& sample, Out& out);
  void settle_loss(Out& out);
  void find_words_again(Out& out);
  void give_up(std::size_t words, Out& out);
  void emit(Sample sample, std::uint8_t flags, Out& out);
  void emit_gaps(std::uint64_t gaps, Out& out);
  void add_event(ReaderEvent::Kind kind, std::uint64_t index, std::uint64_t amount);

  std::vector<std::uint8_t> buffer_;
  std::size_t begin_ = 0;     ///< first byte that is not settled; a word starts there
  std::size_t doubtful_ = 0;  ///< words from there on whose counters are off
  std::size_t run_ = 0;       ///< of the last of them, how many count up
  bool started_ = false;
  std::uint8_t expected_ = 0;            ///< counter of the word behind the doubtful ones
  std::optional<std::uint8_t> range_{};  ///< of the last good sample
  std::uint8_t logic_ = 0;               ///< likewise
  std::uint64_t count_ = 0, invalid_ = 0;
  std::vector<ReaderEvent> events_;
};

}  // namespace hil::energy::ppk2
