// SPDX-License-Identifier: Apache-2.0
// Whole files: read with a size limit, written so that a half-written one never carries the name.
#include "host/base/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

namespace hil {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPieceBytes = 65536;

/// Closes what it holds.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  [[nodiscard]] int get() const { return value_; }

 private:
  int value_;
};

std::string text_of_errno(int error_number) {
  return std::error_code(error_number, std::generic_category()).message();
}

Error read_error(const fs::path& path, int error_number) {
  std::string hint = "check that its disk is there and sound";
  if (error_number == ENOENT || error_number == ENOTDIR || error_number == ENAMETOOLONG ||
      error_number == ELOOP) {
    hint = "check the path for a typing error";
  }
  if (error_number == EACCES) hint = "check the permissions of the file and of its folders";
  return {Blame::kUser,
          fmt::format("cannot read {}: {}", path.string(), text_of_errno(error_number)), hint};
}

/// What the user can do about a failed write to @p path.
std::string write_hint(const fs::path& path, int error_number) {
  const fs::path parent = path.parent_path();
  const std::string folder = parent.empty() ? "." : parent.string();
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
      return fmt::format("free some space on the disk of {} or choose another", folder);
    case EFBIG:
      return "the file would exceed a size limit (ulimit -f, or of the file system)";
    case EACCES:
    case EPERM:
    case EROFS:
      return fmt::format("choose a folder you can write to, {} is not one", folder);
    case ENOENT:
    case ENOTDIR:
      return fmt::format("make the folder {} first, or choose another", folder);
    case EISDIR:
      return "give the name of a file, not of a folder";
    case ELOOP:
    case ENAMETOOLONG:
      return "give another name";
    default:
      return fmt::format("check the disk of {}, or choose another", folder);
  }
}

Error write_error(const fs::path& path, const char* doing, int error_number) {
  return {Blame::kUser,
          fmt::format("cannot {} {}: {}", doing, path.string(), text_of_errno(error_number)),
          write_hint(path, error_number)};
}

/// Opens @p path for reading if it is a regular file; @p size_bytes is its size at that moment.
Result<int> open_regular(const fs::path& path, std::uint64_t& size_bytes) {
  // O_NONBLOCK: opening a pipe without a writer would wait for one.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return read_error(path, errno);
  struct stat info {};
  if (::fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode)) {
    ::close(descriptor);
    return Error{Blame::kUser, fmt::format("cannot read {}: not a regular file", path.string()),
                 "give the name of a file, not of a folder, pipe or device"};
  }
  size_bytes = static_cast<std::uint64_t>(info.st_size);
  return descriptor;
}

Error too_large(const fs::path& path, std::uint64_t max_bytes) {
  return {Blame::kUser,
          fmt::format("{} is larger than the {} bytes allowed", path.string(), max_bytes),
          "check that this is the right file"};
}

/// Calls @p take with each piece of @p descriptor up to the end of the file.
Status read_pieces(int descriptor, const fs::path& path,
                   const std::function<Status(std::span<const std::uint8_t>)>& take) {
  std::vector<std::uint8_t> piece(kPieceBytes);
  for (;;) {
    const ssize_t got = ::read(descriptor, piece.data(), piece.size());
    if (got == 0) return {};
    if (got < 0) {
      if (errno == EINTR) continue;
      return read_error(path, errno);
    }
    HIL_TRY(take({piece.data(), static_cast<std::size_t>(got)}));
  }
}

/// Reads all of @p path into @p content (a vector or string of bytes).
template <class Content>
Status read_all(const fs::path& path, std::uint64_t max_bytes, Content& content) {
  std::uint64_t size_bytes = 0;
  HIL_ASSIGN(const int opened, open_regular(path, size_bytes));
  const Descriptor descriptor(opened);
  if (size_bytes > max_bytes) return too_large(path, max_bytes);
  content.reserve(static_cast<std::size_t>(size_bytes));
  return read_pieces(opened, path, [&](std::span<const std::uint8_t> piece) -> Status {
    // The file may have grown since fstat.
    if (piece.size() > max_bytes - content.size()) return too_large(path, max_bytes);
    content.insert(content.end(), piece.begin(), piece.end());
    return {};
  });
}

/// A name in the folder of @p path that nothing else uses.
fs::path temporary_name(const fs::path& path) {
  static std::atomic<unsigned> counter{0};
  const std::string name = fmt::format(".{}.{}-{}.tmp", path.filename().string().substr(0, 200),
                                       ::getpid(), counter.fetch_add(1));
  return path.parent_path() / name;
}

/// The name by which the kernel knows what @p descriptor has open.
std::string name_of(int descriptor) {
  return fmt::format("/proc/self/fd/{}", descriptor);
}

/// A file without a name in the folder of @p path: whatever ends this program leaves nothing of it.
/// -1 where the file system has no such files (open(2), O_TMPFILE) or they could get no name.
int open_unnamed(const fs::path& path) {
  const fs::path parent = path.parent_path();
  const int descriptor =
      ::open(parent.empty() ? "." : parent.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
  if (descriptor < 0 || ::access(name_of(descriptor).c_str(), F_OK) == 0) return descriptor;
  ::close(descriptor);
  return -1;
}

/// Where the symbolic links at @p path end, whether or not a file is there yet.
Result<fs::path> follow_links(fs::path path) {
  constexpr int kMaxLinks = 40;  // as the Linux kernel allows (path_resolution(7))
  std::error_code failure;
  for (int i = 0; i < kMaxLinks; ++i) {
    if (!fs::is_symlink(fs::symlink_status(path, failure))) return path;
    const fs::path target = fs::read_symlink(path, failure);
    if (failure) return write_error(path, "create", failure.value());
    path = path.parent_path() / target;
  }
  return write_error(path, "create", ELOOP);
}

/// Flushes the folder entry of a renamed file; best effort, the file itself is already on the disk.
void sync_folder(const fs::path& file) {
  const fs::path parent = file.parent_path();
  const Descriptor folder(
      ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() >= 0) ::fsync(folder.get());
}

}  // namespace

Result<std::vector<std::uint8_t>> read_file(const fs::path& path, std::uint64_t max_bytes) {
  std::vector<std::uint8_t> content;
  HIL_TRY(read_all(path, max_bytes, content));
  return content;
}

Result<std::string> read_text_file(const fs::path& path, std::uint64_t max_bytes) {
  std::string content;
  HIL_TRY(read_all(path, max_bytes, content));
  return content;
}

Status read_file_in_pieces(const fs::path& path,
                           const std::function<Status(std::span<const std::uint8_t>)>& take) {
  std::uint64_t size_bytes = 0;
  HIL_ASSIGN(const int opened, open_regular(path, size_bytes));
  const Descriptor descriptor(opened);
  return read_pieces(opened, path, take);
}

Result<AtomicFile> AtomicFile::create(const fs::path& given) {
  HIL_ASSIGN(const fs::path path, follow_links(given));
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  if (path.filename().empty() || fs::is_directory(status)) {
    return write_error(path, "create", path.empty() ? ENOENT : EISDIR);
  }
  const bool exists = fs::exists(status);
  if (exists && ::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) != 0) {
    return write_error(path, "create", errno);
  }
  const bool direct = exists && !fs::is_regular_file(status);
  const fs::path temporary = direct ? fs::path() : temporary_name(path);
  const int unnamed = direct ? -1 : open_unnamed(path);
  if (unnamed >= 0) return AtomicFile(path, temporary, unnamed, true);
  const int flags = direct ? O_WRONLY | O_CLOEXEC : O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
  const int descriptor = ::open((direct ? path : temporary).c_str(), flags, 0666);
  if (descriptor < 0) return write_error(path, "create", errno);
  return AtomicFile(path, temporary, descriptor, false);
}

AtomicFile::AtomicFile(fs::path path, fs::path temporary, int descriptor, bool unnamed)
    : path_(std::move(path)),
      temporary_(std::move(temporary)),
      descriptor_(descriptor),
      unnamed_(unnamed) {}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::move(other.temporary_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      unnamed_(other.unnamed_),
      pending_(std::move(other.pending_)) {}

AtomicFile& AtomicFile::operator=(AtomicFile&& other) noexcept {
  if (this != &other) {
    discard();
    path_ = std::move(other.path_);
    temporary_ = std::move(other.temporary_);
    descriptor_ = std::exchange(other.descriptor_, -1);
    unnamed_ = other.unnamed_;
    pending_ = std::move(other.pending_);
  }
  return *this;
}

AtomicFile::~AtomicFile() {
  discard();
}

void AtomicFile::discard() noexcept {
  if (descriptor_ < 0) return;
  ::close(std::exchange(descriptor_, -1));
  if (!temporary_.empty() && !unnamed_) ::unlink(temporary_.c_str());
}

Status AtomicFile::fail(const char* doing, int error_number) {
  discard();
  return write_error(path_, doing, error_number);
}

Status AtomicFile::flush() {
  std::string_view left = pending_;
  while (!left.empty()) {
    const ssize_t written = ::write(descriptor_, left.data(), left.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return fail("write", errno);
    }
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  pending_.clear();
  return {};
}

Status AtomicFile::write(std::string_view bytes) {
  if (descriptor_ < 0) return Error{Blame::kBug, "write to a closed file " + path_.string(), ""};
  pending_.append(bytes);
  if (pending_.size() < kPieceBytes) return {};
  return flush();
}

Status AtomicFile::commit() {
  if (descriptor_ < 0) return Error{Blame::kBug, "commit of a closed file " + path_.string(), ""};
  HIL_TRY(flush());
  if (!temporary_.empty()) {
    if (::fsync(descriptor_) != 0) return fail("write", errno);
    if (unnamed_ && ::linkat(AT_FDCWD, name_of(descriptor_).c_str(), AT_FDCWD, temporary_.c_str(),
                             AT_SYMLINK_FOLLOW) != 0) {
      return fail("name", errno);
    }
    unnamed_ = false;
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) return fail("rename to", errno);
    sync_folder(path_);
  }
  // Errors of delayed writing came with fsync; after the rename there is nothing left to undo.
  ::close(std::exchange(descriptor_, -1));
  return {};
}

Status write_file(const fs::path& path, std::string_view content) {
  HIL_ASSIGN(AtomicFile file, AtomicFile::create(path));
  HIL_TRY(file.write(content));
  return file.commit();
}

}  // namespace hil
