// SPDX-License-Identifier: Apache-2.0
// Traces on disk, in our own format, with all that is needed to compute the figures again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/energy/trace.hpp"
#include "host/energy/window.hpp"
#include "host/energy/window/device_window.hpp"
#include "host/results/energy.hpp"

namespace hil::energy {

/// A recording and what belongs to it.
struct TraceFile {
  Trace trace;
  std::vector<DeviceWindow> device_windows;  ///< as the board reported them
  std::vector<Window> windows;               ///< as they were cut
  /// Whatever else a computation needs, by name; numbers as text that gives the same bits again.
  std::map<std::string, std::string> options;
};

/// The usual end of the name of such a file.
inline constexpr const char* kTraceExtension = ".hiltrace";

/// Writes @p file at @p path, all or nothing.
///   kUser  it can't be written
///   kBug   rails, logic or flags differ in length
/// @returns name, digest and number of samples, as a record keeps them
Result<results::EnergyTraceFile> save_trace(const TraceFile& file,
                                            const std::filesystem::path& path);

/// Reads what save_trace() wrote.
///   kUser  unreadable, no trace, another format version, broken or cut off (`what` names the byte)
Result<TraceFile> load_trace(const std::filesystem::path& path);

/// Bytes of a whole file as save_trace() writes it.
///   kBug  rails, logic or flags differ in length
Result<std::vector<std::uint8_t>> pack_trace(const TraceFile& file);

/// Pure other half of pack_trace(); trusts no byte.
///   kUser  as load_trace(), or it unpacks to more than @p most_bytes
Result<TraceFile> unpack_trace(std::span<const std::uint8_t> bytes,
                               std::uint64_t most_bytes = std::uint64_t{4} << 30);

}  // namespace hil::energy
