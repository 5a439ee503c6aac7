// SPDX-License-Identifier: Apache-2.0
// A trace as the bytes of a file.
#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>
#include <bit>
#include <memory>

#include "host/base/digest.hpp"
#include "host/energy/file/trace_file.hpp"
#include "host/energy/file/trace_format.hpp"
#include "host/energy/file/trace_json.hpp"

namespace hil::energy {
namespace {

using namespace trace_format;
using Bytes = std::vector<std::uint8_t>;

constexpr int kLevel = 3;

template <class Number>
void put(Number number, Bytes& bytes) {
  for (unsigned shift = 0; shift < 8 * sizeof number; shift += 8)
    bytes.push_back(static_cast<std::uint8_t>(number >> shift));
}

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

/// Appends blocks to a file in memory.
class Packer {
 public:
  Packer() : context_(ZSTD_createCCtx()) {
    // Errors of these are of parameters that zstd does not know, and it knows them.
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, kLevel);
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
    file_.assign(kMagic.begin(), kMagic.end());
    put(kMajor, file_);
    put(kMinor, file_);
    put(std::uint32_t{0}, file_);
  }

  Status add(Block kind, const std::string& json) {
    if (json.size() > kMostJsonBytes) {
      return Error{Blame::kBug, fmt::format("a part of the trace has {} B of text", json.size()),
                   "report it"};
    }
    Bytes block{static_cast<std::uint8_t>(kind)};
    block.insert(block.end(), json.begin(), json.end());
    return add(block);
  }

  Status add(const Bytes& block) {
    const std::size_t at = file_.size();
    file_.resize(at + ZSTD_compressBound(block.size()));
    const std::size_t size = ZSTD_compress2(context_.get(), file_.data() + at, file_.size() - at,
                                            block.data(), block.size());
    if (ZSTD_isError(size) != 0) {
      return Error{Blame::kBug,
                   fmt::format("the trace can't be packed: {}", ZSTD_getErrorName(size)),
                   "report it"};
    }
    file_.resize(at + size);
    return {};
  }

  Status end(std::uint64_t samples) {
    Bytes block{static_cast<std::uint8_t>(Block::kEnd)};
    put(samples, block);
    const Sha256 digest = sha256_of(file_);
    block.insert(block.end(), digest.begin(), digest.end());
    return add(block);
  }

  Bytes take() { return std::move(file_); }

 private:
  std::unique_ptr<ZSTD_CCtx, FreeContext> context_;
  Bytes file_;
};

/// Values [first, first + count) as four planes of bytes.
void put_planes(const std::vector<float>& values, std::size_t first, std::size_t count,
                Bytes& block) {
  const std::size_t at = block.size();
  block.resize(at + 4 * count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto bits = std::bit_cast<std::uint32_t>(values[first + i]);
    for (std::size_t plane = 0; plane < 4; ++plane)
      block[at + plane * count + i] = static_cast<std::uint8_t>(bits >> (8 * plane));
  }
}

Bytes samples_block(const Trace& trace, std::size_t first, std::size_t count) {
  Bytes block{static_cast<std::uint8_t>(Block::kSamples)};
  put(static_cast<std::uint32_t>(count), block);
  const auto put_bytes = [&](const std::vector<std::uint8_t>& bytes) {
    const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(first);
    block.insert(block.end(), begin, begin + static_cast<std::ptrdiff_t>(count));
  };
  put_bytes(trace.flags);
  if (!trace.logic.empty()) put_bytes(trace.logic);
  for (const Rail& rail : trace.rails) {
    put_planes(rail.values, first, count, block);
    if (!rail.volts.empty()) put_planes(rail.volts, first, count, block);
  }
  return block;
}

/// Samples that fit into a block.
std::size_t samples_in_block(const Trace& trace) {
  std::size_t bytes = 2;
  for (const Rail& rail : trace.rails)
    bytes += rail.volts.empty() ? 4u : 8u;
  return std::min(kSampleBlock, kMostBlockBytes / 2 / bytes);
}

Status check_shape(const Trace& trace) {
  const std::size_t size = trace.size();
  bool fits = trace.logic.empty() ||
              (trace.logic.size() == size && trace.logic_bits > 0 && trace.logic_bits <= 8);
  fits = fits && trace.rails.size() <= kMostRails && trace.accuracy.steps.size() <= kMostSteps;
  for (const Rail& rail : trace.rails) {
    fits = fits && rail.values.size() == size;
    fits = fits && (rail.volts.empty() || rail.volts.size() == size);
  }
  if (fits) return {};
  return Error{Blame::kBug, "a trace has rails, logic and flags of different lengths, or too many",
               "report it"};
}

/// Calls @p text for each kRowsInBlock of @p rows and adds what it gives.
template <class Rows, class Text>
Status add_rows(Packer& packer, Block kind, const Rows& rows, Text text) {
  for (std::size_t first = 0; first < rows.size(); first += kRowsInBlock) {
    const std::size_t count = std::min(kRowsInBlock, rows.size() - first);
    HIL_TRY(packer.add(kind, text(rows, first, count)));
  }
  return {};
}

}  // namespace

Result<std::vector<std::uint8_t>> pack_trace(const TraceFile& file) {
  const Trace& trace = file.trace;
  HIL_TRY(check_shape(trace));
  Packer packer;
  HIL_TRY(packer.add(Block::kHeader, trace_json::header_text(trace)));
  const std::size_t most = samples_in_block(trace);
  for (std::size_t first = 0; first < trace.size(); first += most)
    HIL_TRY(packer.add(samples_block(trace, first, std::min(most, trace.size() - first))));
  HIL_TRY(add_rows(packer, Block::kEvents, trace.events, trace_json::events_text));
  HIL_TRY(add_rows(packer, Block::kDeviceWindows, file.device_windows,
                   trace_json::device_windows_text));
  HIL_TRY(add_rows(packer, Block::kWindows, file.windows, trace_json::windows_text));
  if (!file.options.empty())
    HIL_TRY(packer.add(Block::kOptions, trace_json::options_text(file.options)));
  HIL_TRY(packer.end(trace.size()));
  return packer.take();
}

}  // namespace hil::energy
