// SPDX-License-Identifier: Apache-2.0
// memfd_create() and whole reads and writes.
#include "host/flash/memory_file.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace hil::flash {
namespace {

Error failed(const char* doing) {
  return {Blame::kTool, fmt::format("cannot {} a file in memory: {}", doing, std::strerror(errno)),
          "free some memory"};
}

}  // namespace

Result<MemoryFile> MemoryFile::create(std::span<const std::uint8_t> content) {
  FileDescriptor descriptor(::memfd_create("hilbench", MFD_CLOEXEC));
  if (!descriptor.is_open()) return failed("make");
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor.get(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return failed("write");
    content = content.subspan(static_cast<std::size_t>(written));
  }
  return MemoryFile(std::move(descriptor));
}

Result<std::vector<std::uint8_t>> MemoryFile::content(std::uint64_t size) const {
  struct stat status = {};
  if (::fstat(descriptor(), &status) != 0) return failed("look at");
  if (static_cast<std::uint64_t>(status.st_size) != size) {
    return Error{Blame::kTool,
                 fmt::format("OpenOCD gave {} bytes instead of {}", status.st_size, size),
                 "try again"};
  }
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got =
        ::pread(descriptor(), bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return failed("read");
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

}  // namespace hil::flash
