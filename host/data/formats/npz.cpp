// SPDX-License-Identifier: Apache-2.0
// Members of NPZ archives (zip files of NPY arrays), by libzip.
#include "host/data/formats/npz.hpp"

#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <memory>

#include "host/base/file.hpp"

namespace hil::data {
namespace {

constexpr std::uint64_t kMaxArchiveBytes = 1U << 30;
constexpr const char* kHint = "write it with numpy.savez(x=..., y=...) or savez_compressed";

Error wrong(const std::filesystem::path& path, const std::string& what) {
  return {Blame::kUser, fmt::format("{}: {}", path.string(), what), kHint};
}

/// All that comes out of @p member, at most @p max_bytes.
Result<std::vector<std::uint8_t>> read_all(zip_file_t* member, const std::string& where,
                                           std::uint64_t max_bytes) {
  std::vector<std::uint8_t> bytes;
  std::vector<std::uint8_t> piece(65536);
  for (;;) {
    const zip_int64_t got = zip_fread(member, piece.data(), piece.size());
    if (got == 0) return bytes;
    if (got < 0) {
      return Error{Blame::kUser, fmt::format("{}: {}", where, zip_file_strerror(member)), kHint};
    }
    const auto count = static_cast<std::size_t>(got);
    if (count > max_bytes - bytes.size()) {
      return Error{Blame::kUser, fmt::format("{}: more than {} bytes unpacked", where, max_bytes),
                   "split the dataset into smaller archives"};
    }
    bytes.insert(bytes.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(count));
  }
}

}  // namespace

Result<std::optional<std::vector<std::uint8_t>>> read_npz_member(const std::filesystem::path& path,
                                                                 const std::string& name,
                                                                 std::uint64_t max_bytes) {
  HIL_ASSIGN(const auto file, read_file(path, kMaxArchiveBytes));
  zip_error_t fault;
  zip_error_init(&fault);
  zip_source_t* source = zip_source_buffer_create(file.data(), file.size(), 0, &fault);
  zip_t* opened = source != nullptr
                      ? zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &fault)
                      : nullptr;
  if (opened == nullptr) {
    const Error error =
        wrong(path, fmt::format("not an NPZ archive: {}", zip_error_strerror(&fault)));
    if (source != nullptr) zip_source_free(source);
    zip_error_fini(&fault);
    return error;
  }
  zip_error_fini(&fault);
  const std::unique_ptr<zip_t, void (*)(zip_t*)> archive(opened, zip_discard);
  const zip_int64_t index = zip_name_locate(archive.get(), name.c_str(), 0);
  if (index < 0) return std::optional<std::vector<std::uint8_t>>();
  const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> member(
      zip_fopen_index(archive.get(), static_cast<zip_uint64_t>(index), 0), zip_fclose);
  if (!member) return wrong(path, fmt::format("member {}: {}", name, zip_strerror(archive.get())));
  HIL_ASSIGN(auto bytes, read_all(member.get(), path.string() + "/" + name, max_bytes));
  return std::optional(std::move(bytes));
}

}  // namespace hil::data
