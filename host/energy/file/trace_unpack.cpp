// SPDX-License-Identifier: Apache-2.0
// The bytes of a file as a trace: every length is checked before it is believed.
#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "host/base/digest.hpp"
#include "host/energy/file/trace_file.hpp"
#include "host/energy/file/trace_format.hpp"
#include "host/energy/file/trace_json.hpp"

namespace hil::energy {
namespace {

using namespace trace_format;
using Bytes = std::span<const std::uint8_t>;

template <class Number>
Number number_at(Bytes bytes, std::size_t at) {
  Number number = 0;
  for (std::size_t i = sizeof number; i-- > 0;)
    number = static_cast<Number>((number << 8) | bytes[at + i]);
  return number;
}

std::string_view text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class Unpacker {
 public:
  Unpacker(Bytes file, std::uint64_t most_bytes) : file_(file), most_bytes_(most_bytes) {}

  Result<TraceFile> run() {
    HIL_TRY(check_start());
    at_ = kFileHeaderBytes;
    while (!ended_) {
      if (at_ >= file_.size()) return broken("it is cut off: no end comes");
      HIL_TRY(load_block());
      const std::string wrong = take_block();
      if (!wrong.empty()) return broken(wrong);
      at_ += packed_;
    }
    if (at_ != file_.size()) return broken("something follows the end");
    return std::move(result_);
  }

 private:
  [[nodiscard]] Error broken(const std::string& why) const {
    return {Blame::kUser,
            fmt::format("the trace file is broken in the block at byte {}: {}", at_, why),
            "measure again; hilbench trusts no part of it"};
  }

  Status check_start() const {
    if (file_.size() < kFileHeaderBytes ||
        !std::equal(kMagic.begin(), kMagic.end(), file_.begin())) {
      return Error{Blame::kUser, "this is no trace: byte 0 does not begin as one",
                   "name a file that hilbench energy has kept (.hiltrace)"};
    }
    const auto major = number_at<std::uint16_t>(file_, 8);
    if (major == kMajor) return {};
    return Error{Blame::kUser,
                 fmt::format("byte 8: this trace has format {}, this hilbench reads format {}",
                             major, kMajor),
                 major > kMajor ? "use the hilbench that recorded it, or a newer one"
                                : "use the hilbench that recorded it"};
  }

  /// Unpacks the block at at_ into block_; packed_ is its length in the file.
  Status load_block() {
    const Bytes rest = file_.subspan(at_);
    if (rest.size() < 4 || number_at<std::uint32_t>(rest, 0) != ZSTD_MAGICNUMBER)
      return broken("no block begins there");
    packed_ = ZSTD_findFrameCompressedSize(rest.data(), rest.size());
    if (ZSTD_isError(packed_) != 0) return broken("it is cut off, or makes no sense");
    const auto size = ZSTD_getFrameContentSize(rest.data(), rest.size());
    if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR ||
        size > kMostBlockBytes || size == 0) {
      return broken("its size is not stated, or too large");
    }
    unpacked_ += size;
    if (unpacked_ > most_bytes_)
      return broken(fmt::format("the trace unpacks to more than {} B", most_bytes_));
    block_.resize(static_cast<std::size_t>(size));
    const std::size_t done = ZSTD_decompress(block_.data(), block_.size(), rest.data(), packed_);
    if (ZSTD_isError(done) != 0) return broken(ZSTD_getErrorName(done));
    if (done != block_.size()) return broken("it is shorter than it says");
    return {};
  }

  /// What is wrong with the block; empty if nothing is.
  std::string take_block() {
    const Bytes content = Bytes(block_).subspan(1);
    const auto kind = static_cast<Block>(block_[0]);
    if (kind == Block::kHeader) {
      if (header_) return "a second header";
      header_ = true;
      if (content.size() > kMostJsonBytes) return "too much text";
      return take_header(content);
    }
    if (!header_) return "it comes before the header";
    if (kind == Block::kSamples) return take_samples(content);
    if (kind == Block::kEnd) return take_end(content);
    if (content.size() > kMostJsonBytes) return "too much text";
    return take_text(kind, text_of(content));
  }

  std::string take_text(Block kind, std::string_view text) {
    switch (kind) {
      case Block::kEvents:
        return trace_json::read_events(text, result_.trace.events);
      case Block::kDeviceWindows:
        return trace_json::read_device_windows(text, result_.device_windows);
      case Block::kWindows:
        return trace_json::read_windows(text, result_.windows);
      case Block::kOptions:
        return trace_json::read_options(text, result_.options);
      default:
        return "";  // a newer minor version's
    }
  }

  std::string take_header(Bytes content) {
    std::string wrong = trace_json::read_header(text_of(content), result_.trace, with_volts_);
    if (!wrong.empty()) return wrong;
    has_logic_ = result_.trace.logic_bits > 0;
    sample_bytes_ = has_logic_ ? 2 : 1;
    for (const bool volts : with_volts_)
      sample_bytes_ += volts ? 8 : 4;
    return wrong;
  }

  std::string take_samples(Bytes content) {
    if (content.size() < 4) return "it has no number of samples";
    const std::size_t count = number_at<std::uint32_t>(content, 0);
    content = content.subspan(4);
    if (content.size() / sample_bytes_ != count || content.size() % sample_bytes_ != 0)
      return "its length does not fit its number of samples";
    Trace& trace = result_.trace;
    append(content, count, trace.flags);
    if (has_logic_) append(content, count, trace.logic);
    const std::size_t first = trace.flags.size() - count;
    for (std::size_t r = 0; r < trace.rails.size(); ++r) {
      append_planes(content, count, first, trace.rails[r].values);
      if (with_volts_[r]) append_planes(content, count, first, trace.rails[r].volts);
    }
    return "";
  }

  static void append(Bytes& content, std::size_t count, std::vector<std::uint8_t>& bytes) {
    bytes.insert(bytes.end(), content.begin(),
                 content.begin() + static_cast<std::ptrdiff_t>(count));
    content = content.subspan(count);
  }

  /// What is no number becomes 0 and invalid.
  void append_planes(Bytes& content, std::size_t count, std::size_t first,
                     std::vector<float>& values) {
    values.resize(first + count);
    for (std::size_t i = 0; i < count; ++i) {
      std::uint32_t bits = 0;
      for (std::size_t plane = 4; plane-- > 0;)
        bits = (bits << 8) | content[plane * count + i];
      const auto value = std::bit_cast<float>(bits);
      values[first + i] = std::isfinite(value) ? value : 0;
      if (!std::isfinite(value)) result_.trace.flags[first + i] |= flag::kInvalid;
    }
    content = content.subspan(4 * count);
  }

  std::string take_end(Bytes content) {
    if (block_.size() != kEndBytes) return "an end of another length";
    if (number_at<std::uint64_t>(content, 0) != result_.trace.size()) return "samples are missing";
    const Sha256 digest = sha256_of(file_.first(at_));
    if (!std::equal(digest.begin(), digest.end(), content.begin() + 8))
      return "the SHA-256 of what comes before is another";
    ended_ = true;
    return "";
  }

  Bytes file_;
  std::uint64_t most_bytes_;
  std::size_t at_ = 0;
  std::size_t packed_ = 0;
  std::uint64_t unpacked_ = 0;
  std::vector<std::uint8_t> block_;
  std::vector<bool> with_volts_;
  std::size_t sample_bytes_ = 1;
  bool header_ = false, has_logic_ = false, ended_ = false;
  TraceFile result_;
};

}  // namespace

Result<TraceFile> unpack_trace(std::span<const std::uint8_t> bytes, std::uint64_t most_bytes) {
  return Unpacker(bytes, most_bytes).run();
}

}  // namespace hil::energy
