// SPDX-License-Identifier: Apache-2.0
// Trace files on disk.
#include "host/energy/file/trace_file.hpp"

#include "host/base/digest.hpp"
#include "host/base/file.hpp"

namespace hil::energy {
namespace {

constexpr std::uint64_t kMostFileBytes = std::uint64_t{4} << 30;

}  // namespace

Result<results::EnergyTraceFile> save_trace(const TraceFile& file,
                                            const std::filesystem::path& path) {
  HIL_ASSIGN(const auto bytes, pack_trace(file));
  const std::string_view content(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  HIL_TRY(write_file(path, content));
  return results::EnergyTraceFile{path.filename().string(), hex_of(sha256_of(bytes)),
                                  file.trace.size()};
}

Result<TraceFile> load_trace(const std::filesystem::path& path) {
  HIL_ASSIGN(const auto bytes, read_file(path, kMostFileBytes));
  auto file = unpack_trace(bytes);
  if (file.ok()) return file;
  Error error = file.error();
  error.what = path.filename().string() + ": " + error.what;
  return error;
}

}  // namespace hil::energy
