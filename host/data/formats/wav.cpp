// SPDX-License-Identifier: Apache-2.0
// Decoder of WAV recordings, by libsndfile.
#include "host/data/formats/wav.hpp"

#include <fmt/format.h>
#include <sndfile.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

namespace hil::data {
namespace {

constexpr const char* kHint = "write it as 16-bit PCM (WAV)";

/// libsndfile's view of bytes in memory.
struct MemoryFile {
  std::span<const std::uint8_t> bytes;
  sf_count_t at = 0;
};

sf_count_t length_of(void* user) {
  return static_cast<sf_count_t>(static_cast<MemoryFile*>(user)->bytes.size());
}

sf_count_t seek(sf_count_t offset, int whence, void* user) {
  auto* file = static_cast<MemoryFile*>(user);
  const sf_count_t size = length_of(user);
  if (whence == SEEK_CUR) offset += file->at;
  if (whence == SEEK_END) offset += size;
  file->at = std::clamp<sf_count_t>(offset, 0, size);
  return file->at;
}

sf_count_t read(void* to, sf_count_t count, void* user) {
  auto* file = static_cast<MemoryFile*>(user);
  const sf_count_t taken = std::clamp<sf_count_t>(count, 0, length_of(user) - file->at);
  std::memcpy(to, file->bytes.data() + file->at, static_cast<std::size_t>(taken));
  file->at += taken;
  return taken;
}

sf_count_t write(const void*, sf_count_t, void*) {
  return 0;
}

sf_count_t position(void* user) {
  return static_cast<MemoryFile*>(user)->at;
}

/// Bytes of one value of a coding that is read.
std::optional<std::uint64_t> value_bytes(int format) {
  switch (format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_U8:
      return 1;
    case SF_FORMAT_PCM_16:
      return 2;
    case SF_FORMAT_PCM_24:
      return 3;
    case SF_FORMAT_PCM_32:
    case SF_FORMAT_FLOAT:
      return 4;
    case SF_FORMAT_DOUBLE:
      return 8;
    default:
      return std::nullopt;
  }
}

std::uint32_t word_at(std::span<const std::uint8_t> bytes, std::size_t at) {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

/// libsndfile reads what is left of a recording that is cut off, so the sizes are checked here: of
/// the whole and of the piece that holds the values. Source: Microsoft, Multimedia Programming
/// Interface and Data Specifications 1.0 (RIFF, WAVE).
Status check_sizes(std::span<const std::uint8_t> file, const std::string& where) {
  if (file.size() < 12 || std::memcmp(file.data(), "RIFF", 4) != 0 ||
      std::memcmp(file.data() + 8, "WAVE", 4) != 0) {
    return Error{Blame::kUser, where + " byte 0: not a WAV file", kHint};
  }
  std::uint64_t at = 12;
  while (at + 8 <= file.size()) {
    const std::uint64_t size = word_at(file, static_cast<std::size_t>(at) + 4);
    if (at + 8 + size > file.size()) {
      return Error{Blame::kUser,
                   fmt::format("{} byte {}: a piece of {} bytes, but only {} are left", where, at,
                               size, file.size() - at - 8),
                   "the recording is cut off or was not closed: write it again"};
    }
    if (std::memcmp(file.data() + at, "data", 4) == 0) return {};
    at += 8 + size + (size & 1U);
  }
  return Error{Blame::kUser, where + ": a WAV file without values", kHint};
}

Status check_coding(const SF_INFO& info, std::uint64_t file_bytes, const std::string& where) {
  const auto bytes = value_bytes(info.format);
  if (!bytes) return Error{Blame::kUser, where + ": a WAV file in a compressed coding", kHint};
  const bool possible = info.frames > 0 && info.channels > 0 && info.samplerate > 0 &&
                        static_cast<std::uint64_t>(info.frames) <=
                            file_bytes / *bytes / static_cast<std::uint64_t>(info.channels);
  if (possible) return {};
  return Error{Blame::kUser,
               fmt::format("{}: {} frames of {} channels at {} Hz are not read", where, info.frames,
                           info.channels, info.samplerate),
               "a recording has a frame, a channel and a rate at least: write it again"};
}

}  // namespace

Result<Tensor> decode_wav(std::span<const std::uint8_t> file, const std::string& where) {
  HIL_TRY(check_sizes(file, where));
  MemoryFile memory{file};
  SF_VIRTUAL_IO io{length_of, seek, read, write, position};
  SF_INFO info{};
  const std::unique_ptr<SNDFILE, int (*)(SNDFILE*)> sound(
      sf_open_virtual(&io, SFM_READ, &info, &memory), sf_close);
  if (!sound) {
    return Error{Blame::kUser, fmt::format("{}: WAV: {}", where, sf_strerror(nullptr)), kHint};
  }
  HIL_TRY(check_coding(info, file.size(), where));
  const bool is_short = *value_bytes(info.format) <= 2;
  const auto count =
      static_cast<std::size_t>(info.frames) * static_cast<std::size_t>(info.channels);
  Tensor tensor;
  tensor.type = is_short ? ElementType::kInt16 : ElementType::kFloat32;
  tensor.scale = is_short ? 1.0F / 32768 : 0;
  tensor.sample_rate_hz = static_cast<std::uint32_t>(info.samplerate);
  tensor.shape = {static_cast<std::int32_t>(info.frames)};
  if (info.channels > 1) tensor.shape.push_back(info.channels);
  tensor.bytes.resize(count * size_of(tensor.type));
  void* to = tensor.bytes.data();  // operator new aligns it for both
  const sf_count_t got = is_short
                             ? sf_readf_short(sound.get(), static_cast<short*>(to), info.frames)
                             : sf_readf_float(sound.get(), static_cast<float*>(to), info.frames);
  if (got == info.frames) return tensor;
  return Error{Blame::kUser,
               fmt::format("{}: {} of {} frames could be read", where, got, info.frames),
               "the recording is cut off or damaged: write it again"};
}

}  // namespace hil::data
