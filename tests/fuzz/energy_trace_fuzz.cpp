// SPDX-License-Identifier: Apache-2.0
// Fuzzes the readers of energy traces: ours (as a file, and as one unpacked block), MLPerf Tiny's,
// its time stamps, and tables; and sums up what comes out.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/energy/file/csv_trace.hpp"
#include "host/energy/file/mlperf_trace.hpp"
#include "host/energy/file/trace_file.hpp"
#include "host/energy/file/trace_format.hpp"
#include "host/energy/sum/figures.hpp"

namespace {

using namespace hil::energy;
using Bytes = std::vector<std::uint8_t>;

void require(bool holds) {
  if (!holds) __builtin_trap();
}

/// All rails, logic and flags are of one length, values are numbers, and sums do not fail.
void check(const Trace& trace, const std::vector<Window>& windows) {
  const std::size_t size = trace.size();
  require(trace.rate_hz > 0);
  require(trace.logic.empty() || trace.logic.size() == size);
  for (const Rail& rail : trace.rails) {
    require(rail.values.size() == size);
    require(rail.volts.empty() || rail.volts.size() == size);
    for (const float value : rail.values)
      require(std::isfinite(value));
  }
  MeasuredWindows measured;
  measured.windows = windows;
  Window window;
  window.begin = 0.25;
  window.end = static_cast<double>(size) - 0.25;
  window.inferences = 1;
  measured.windows.push_back(window);
  window.kind = WindowKind::kIdle;
  measured.windows.push_back(window);
  static_cast<void>(figures_of(trace, measured));
}

void check_file(const Bytes& bytes) {
  const auto file = unpack_trace(bytes, 64u << 20);
  if (!file.ok()) {
    require(file.error().what.find("byte ") != std::string::npos);
    return;
  }
  check(file->trace, file->windows);
  const auto packed = pack_trace(*file);
  require(packed.ok());
  require(unpack_trace(*packed).ok());
}

/// A block as a zstd frame that is not compressed, so that the fuzzer's bytes reach the parsers.
void add_raw_block(const Bytes& content, Bytes& file) {
  // RFC 8878: magic; one segment with its size, in one byte or (less 256) in two; one raw block,
  // the last.
  const std::size_t size = content.size();
  const bool small = size < 256;
  for (const int byte : {0x28, 0xB5, 0x2F, 0xFD, small ? 0x20 : 0x60})
    file.push_back(static_cast<std::uint8_t>(byte));
  const std::size_t stated = small ? size : size - 256;
  file.push_back(static_cast<std::uint8_t>(stated & 0xFF));
  if (!small) file.push_back(static_cast<std::uint8_t>(stated >> 8));
  const std::size_t block = (size << 3) | 1;
  for (unsigned shift = 0; shift < 24; shift += 8)
    file.push_back(static_cast<std::uint8_t>(block >> shift));
  file.insert(file.end(), content.begin(), content.end());
}

/// A file of blocks that the fuzzer divides by bytes 0xFE; a first header that is right if it
/// begins with 0xFF.
void check_blocks(const Bytes& bytes) {
  Bytes file(trace_format::kMagic.begin(), trace_format::kMagic.end());
  file.resize(trace_format::kFileHeaderBytes);
  file[8] = trace_format::kMajor;
  auto at = bytes.begin();
  if (at != bytes.end() && *at == 0xFF) {
    TraceFile plain;
    plain.trace.rate_hz = 1000;
    plain.trace.rails.push_back({"main", Quantity::kCurrent, {}, {}, false});
    const auto packed = pack_trace(plain);
    require(packed.ok());
    // The header's block is what lies before the end's, which is the last 55 B or so.
    file = *packed;
    const Bytes magic{0x28, 0xB5, 0x2F, 0xFD};
    file.erase(std::find_end(file.begin(), file.end(), magic.begin(), magic.end()), file.end());
    ++at;
  }
  while (at != bytes.end()) {
    const auto end = std::find(at, bytes.end(), 0xFE);
    add_raw_block(Bytes(at, end), file);
    at = end == bytes.end() ? end : end + 1;
  }
  check_file(file);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Bytes bytes(data + 1, data + size);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  switch (data[0] % 5) {
    case 0:
      check_file(bytes);
      break;
    case 1:
      check_blocks(bytes);
      break;
    case 2: {
      const auto trace = parse_mlperf_trace(bytes);
      if (trace.ok()) check(*trace, {});
      break;
    }
    case 3: {
      const auto stamps = parse_time_stamps(text);
      require(!stamps.ok() || std::is_sorted(stamps->begin(), stamps->end()));
      break;
    }
    default: {
      const auto trace = parse_csv_trace(text);
      if (trace.ok()) check(*trace, {});
      require(trace.ok() || trace.error().what.find("line ") == 0);
      break;
    }
  }
  return 0;
}
