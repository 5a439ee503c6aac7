// SPDX-License-Identifier: Apache-2.0
// Header, blocks, records: every length is checked before it is believed.
#include "host/link/tape/reader.hpp"

#include <fmt/format.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>

#include "host/base/error.hpp"
#include "host/base/file.hpp"

namespace hil::tape {
namespace {

constexpr std::uint64_t kMostFileBytes = std::uint64_t{4} << 30;

/// Takes numbers and bytes off a span; ok() turns false for good at the first that is not there.
class Cursor {
 public:
  explicit Cursor(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (bytes_.empty()) break;
      const std::uint8_t byte = bytes_.front();
      bytes_ = bytes_.subspan(1);
      const std::uint64_t bits = byte & 0x7Fu;
      if (shift == 63 && bits > 1) break;
      value |= bits << shift;
      if ((byte & 0x80u) == 0) return value;
    }
    ok_ = false;
    return 0;
  }
  std::span<const std::uint8_t> take(std::uint64_t count) {
    if (count > bytes_.size()) {
      ok_ = false;
      count = 0;
    }
    const auto taken = bytes_.first(static_cast<std::size_t>(count));
    bytes_ = bytes_.subspan(taken.size());
    return taken;
  }
  std::span<const std::uint8_t> rest() { return take(bytes_.size()); }
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::size_t left() const { return bytes_.size(); }

 private:
  std::span<const std::uint8_t> bytes_;
  bool ok_ = true;
};

std::vector<std::uint8_t> bytes_of(std::span<const std::uint8_t> bytes) {
  return {bytes.begin(), bytes.end()};
}

std::string text_of(std::span<const std::uint8_t> bytes) {
  return {bytes.begin(), bytes.end()};
}

/// The kinds that are not there give false: a newer minor version's.
bool take_content(Cursor& content, Record& record) {
  switch (record.kind) {
    case Kind::kOut:
    case Kind::kIn:
      record.bytes = bytes_of(content.rest());
      return true;
    case Kind::kClock:
    case Kind::kRate:
      record.number = content.number();
      return true;
    case Kind::kStop:
      record.number = content.number();
      record.other = content.number();
      return true;
    case Kind::kFailed:
      record.number = content.number();
      record.other = content.number();
      record.bytes = bytes_of(content.take(content.number()));
      record.text = text_of(content.rest());
      return true;
    case Kind::kLine:
      record.number = content.number();
      record.text = text_of(content.rest());
      return true;
    case Kind::kNote:
      record.bytes = bytes_of(content.take(content.number()));
      record.text = text_of(content.rest());
      return true;
    case Kind::kWait:
    case Kind::kStamp:
    case Kind::kEnd:
      return true;
  }
  return false;
}

unsigned u16_at(std::span<const std::uint8_t> bytes, std::size_t at) {
  return bytes[at] | (static_cast<unsigned>(bytes[at + 1]) << 8);
}

}  // namespace

Result<Reader> Reader::open(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kHeaderBytes || !std::equal(kMagic.begin(), kMagic.end(), bytes.begin())) {
    return Error{Blame::kUser, "this is no tape: it does not begin as one",
                 "name a file that --tape has made"};
  }
  const unsigned major = u16_at(bytes, 8);
  if (major != kMajor) {
    return Error{Blame::kUser,
                 fmt::format("this tape has format {}.{}, this hilbench reads format {}", major,
                             u16_at(bytes, 10), kMajor),
                 major > kMajor ? "use the hilbench that recorded it, or a newer one"
                                : "use the hilbench that recorded it"};
  }
  return Reader(bytes);
}

Error Reader::broken(const char* why) const {
  return {Blame::kUser,
          fmt::format("the tape is broken in the block at byte {}: {}", block_at_, why),
          "what comes before can be seen by hilbench tape show"};
}

Result<bool> Reader::load_block() {
  const auto rest = bytes_.subspan(at_);
  block_.clear();
  record_at_ = 0;
  if (rest.empty()) return false;
  block_at_ = at_;
  const std::size_t packed = ZSTD_findFrameCompressedSize(rest.data(), rest.size());
  const auto size = ZSTD_getFrameContentSize(rest.data(), rest.size());
  constexpr std::uint32_t kZstdMagic = ZSTD_MAGICNUMBER;
  const std::size_t known = std::min<std::size_t>(rest.size(), 4);
  for (std::size_t i = 0; i < known; ++i) {
    if (rest[i] != ((kZstdMagic >> (8 * i)) & 0xFFu)) return broken("no block begins there");
  }
  if (ZSTD_isError(packed) != 0) {
    if (ZSTD_getErrorCode(packed) != ZSTD_error_srcSize_wrong) return broken("it makes no sense");
    cut_off_ = rest.size();
    at_ = bytes_.size();
    return false;
  }
  if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR ||
      size > kMostBlockBytes) {
    return broken("its size is not stated, or too large");
  }
  block_.resize(static_cast<std::size_t>(size));
  const std::size_t done = ZSTD_decompress(block_.data(), block_.size(), rest.data(), packed);
  if (ZSTD_isError(done) != 0) return broken(ZSTD_getErrorName(done));
  if (done != block_.size()) return broken("it is shorter than it says");
  at_ += packed;
  return true;
}

Result<std::optional<Record>> Reader::next() {
  while (!ended_) {
    if (record_at_ >= block_.size()) {
      HIL_ASSIGN(const bool more, load_block());
      if (!more) break;
      continue;
    }
    HIL_ASSIGN(auto record, parse());
    if (record) return record;
  }
  return std::optional<Record>();
}

Result<std::optional<Record>> Reader::parse() {
  Cursor cursor(std::span<const std::uint8_t>(block_).subspan(record_at_));
  Record record;
  record.kind = static_cast<Kind>(cursor.take(1)[0]);
  const std::uint64_t later = cursor.number();
  Cursor content(cursor.take(cursor.number()));
  if (!cursor.ok()) return broken("a record is longer than the block");
  record_at_ = block_.size() - cursor.left();
  if (later > kMostNs || last_ns_ + later > kMostNs) return broken("a time is too late");
  last_ns_ += later;
  record.at_ns = last_ns_;
  if (!take_content(content, record)) return std::optional<Record>();
  if (!content.ok()) return broken("a record is shorter than its kind needs");
  ended_ = record.kind == Kind::kEnd;
  return std::optional(std::move(record));
}

Result<std::vector<std::uint8_t>> read_tape_file(const std::filesystem::path& path) {
  return read_file(path, kMostFileBytes);
}

}  // namespace hil::tape
