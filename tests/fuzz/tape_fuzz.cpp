// SPDX-License-Identifier: Apache-2.0
// Fuzzes the tape reader and what is made of tapes: as a file, as records of one block, and as what
// a host writes in a replay.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "host/link/tape/frame_log.hpp"
#include "host/link/tape/frame_replay.hpp"
#include "host/link/tape/lease_mask.hpp"
#include "host/link/tape/player.hpp"
#include "host/link/tape/reader.hpp"

namespace {

using namespace hil::tape;
using Bytes = std::vector<std::uint8_t>;

void require(bool holds) {
  if (!holds) __builtin_trap();
}

/// Times never go back, and what is read can be stored again.
void read_all(const Bytes& bytes) {
  auto reader = Reader::open(bytes);
  if (!reader.ok()) return;
  FrameLog log;
  std::uint64_t last_ns = 0;
  while (true) {
    const auto record = reader->next();
    if (!record.ok()) {
      require(record.error().what.find("at byte") != std::string::npos);
      return;
    }
    if (!*record) break;
    require((*record)->at_ns >= last_ns);
    Bytes stored;
    append_record(**record, last_ns, stored);
    last_ns = (*record)->at_ns;
    for (const LoggedFrame& frame : log.take(**record))
      require(frame.line_bytes > 0);
  }
}

/// A host that reads, waits and writes what the tape itself holds: no answer may break it.
void play(const Bytes& bytes) {
  auto player = Player::create(bytes);
  if (!player.ok()) return;
  hil::Link& link = (*player)->begin(nullptr);
  std::uint8_t buffer[64];
  for (int i = 0; i < 40; ++i) {
    const auto now = hil::Clock::now();
    const auto read = link.read(buffer, hil::Deadline::after(std::chrono::milliseconds(i)));
    const std::size_t count = read.ok() ? *read : 0;
    require(count <= sizeof buffer);
    const auto written = link.write(std::span(buffer).first(count));
    require(!written.ok() || *written <= count);
    static_cast<void>(link.wait(false, hil::Deadline::after({})));
    static_cast<void>((*player)->outside("fuzz", [] { return nlohmann::json(); }));
    require(hil::Clock::stop_signal(0) >= 0);
    require(hil::Clock::now() >= now);
  }
  (*player)->end();
  static_cast<void>((*player)->difference());
}

/// The fuzzer's bytes as one uncompressed block: zstd's checks keep it from records otherwise.
Bytes as_block(const Bytes& records) {
  Bytes tape(kMagic.begin(), kMagic.end());
  tape.resize(kHeaderBytes);
  tape[8] = kMajor;
  // A zstd frame (RFC 8878): magic, one segment with its size in two bytes, one raw block, the
  // last.
  const std::size_t size = records.size();
  require(size >= 256 && size < 65536 + 256);
  for (const int byte : {0x28, 0xB5, 0x2F, 0xFD, 0x60})
    tape.push_back(static_cast<std::uint8_t>(byte));
  tape.push_back(static_cast<std::uint8_t>((size - 256) & 0xFF));
  tape.push_back(static_cast<std::uint8_t>((size - 256) >> 8));
  const std::size_t block = (size << 3) | 1;
  for (unsigned shift = 0; shift < 24; shift += 8)
    tape.push_back(static_cast<std::uint8_t>(block >> shift));
  tape.insert(tape.end(), records.begin(), records.end());
  return tape;
}

/// A note "start" as records, so that a replay begins; then the fuzzer's.
Bytes with_start(const Bytes& records) {
  Record start;
  start.kind = Kind::kNote;
  start.bytes = {'s', 't', 'a', 'r', 't'};
  start.text = "{\"steady_ns\":1000,\"utc_ns\":1000}" + std::string(300, ' ');
  Bytes all;
  append_record(start, 0, all);
  all.insert(all.end(), records.begin(), records.end());
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Bytes bytes(data + 1, data + size);
  switch (data[0] % 4) {
    case 0:
      read_all(bytes);
      play(bytes);
      break;
    case 1: {
      const Bytes tape = as_block(with_start(bytes));
      read_all(tape);
      play(tape);
      break;
    }
    case 2: {
      LeaseMask mask;
      require(mask.mask(bytes).size() == bytes.size());
      mask.taken(bytes.size() / 2);
      require(mask.mask(bytes).size() == bytes.size());
      break;
    }
    default: {
      HostFrames host;
      for (const HostFrame& frame : host.take(bytes))
        require(frame.opens || frame.payload.size() <= bytes.size());
      break;
    }
  }
  return 0;
}
