// SPDX-License-Identifier: Apache-2.0
// Blocks: each a zstd frame that knows its size and carries a checksum.
#include "host/link/tape/writer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace hil::tape {
namespace {

constexpr std::size_t kFullBlock = 256u << 10;
constexpr std::uint64_t kFlushNs = 1'000'000'000;

Error can_not(const char* doing, const std::filesystem::path& path, int error_number) {
  return {
      Blame::kUser,
      fmt::format("the tape {} can't be {}: {}", path.string(), doing, std::strerror(error_number)),
      error_number == ENOSPC || error_number == EFBIG || error_number == EDQUOT
          ? "make room, or name a file on another disk by --tape"
          : "name a file that can be written by --tape"};
}

std::vector<std::uint8_t> header() {
  std::vector<std::uint8_t> bytes(kMagic.begin(), kMagic.end());
  bytes.resize(kHeaderBytes);
  bytes[8] = kMajor & 0xFF;
  bytes[9] = kMajor >> 8;
  bytes[10] = kMinor & 0xFF;
  bytes[11] = kMinor >> 8;
  return bytes;
}

}  // namespace

void Writer::FreeContext::operator()(ZSTD_CCtx_s* context) const {
  ZSTD_freeCCtx(context);
}

Result<std::unique_ptr<Writer>> Writer::create(const std::filesystem::path& path) {
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (file.get() < 0) return can_not("made", path, errno);
  std::unique_ptr<Writer> writer(new Writer(path, std::move(file)));
  const auto bytes = header();
  HIL_TRY(writer->write_all(bytes, bytes.size()));
  return writer;
}

Writer::Writer(std::filesystem::path path, FileDescriptor file)
    : path_(std::move(path)), file_(std::move(file)), context_(ZSTD_createCCtx()) {
  // Errors of these are of parameters that zstd does not know, and it knows them.
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, 1);
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
}

Writer::~Writer() {
  flush();
}

void Writer::add(Record record) {
  if (failure_) return;
  record.at_ns = std::max(record.at_ns, last_ns_);
  if (block_.empty()) flushed_ns_ = record.at_ns;
  append_record(record, last_ns_, block_);
  last_ns_ = record.at_ns;
  if (block_.size() >= kFullBlock || last_ns_ - flushed_ns_ >= kFlushNs) flush();
}

void Writer::flush() {
  if (failure_ || block_.empty()) return;
  packed_.resize(ZSTD_compressBound(block_.size()));
  const std::size_t size =
      ZSTD_compress2(context_.get(), packed_.data(), packed_.size(), block_.data(), block_.size());
  if (ZSTD_isError(size) != 0 || block_.size() > kMostBlockBytes) {
    failure_ = Error{
        Blame::kBug,
        fmt::format("the tape {} can't be written: {}", path_.string(),
                    ZSTD_isError(size) != 0 ? ZSTD_getErrorName(size) : "a record is too long"),
        "report it"};
    return;
  }
  block_.clear();
  const Status written = write_all(packed_, size);
  if (!written.ok()) failure_ = written.error();
}

Status Writer::write_all(const std::vector<std::uint8_t>& bytes, std::size_t count) {
  for (std::size_t at = 0; at < count;) {
    const ssize_t written = ::write(file_.get(), bytes.data() + at, count - at);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return can_not("written", path_, errno);
    at += static_cast<std::size_t>(written);
  }
  return {};
}

}  // namespace hil::tape
