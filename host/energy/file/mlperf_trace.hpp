// SPDX-License-Identifier: Apache-2.0
// The energy traces that submitters of MLPerf Tiny publish.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"
#include "host/energy/trace.hpp"

namespace hil::energy {

/// A trace1-energy.bin: byte 0xF1, float32 samples per second, then float32 microjoules per sample,
/// all little-endian (found by inspection of the rounds v0.7 to v1.2). One rail "main" of power in
/// watt; the supply is in it and not known. Samples may be negative (noise of a meter about 0); one
/// that is no number, or of more than a megawatt, is flag::kInvalid, and the event "invalid" says
/// how many are; bytes of a sample that is cut off at the end are left out, with an event
/// "cut-off".
///   kUser  no such trace, no whole sample, a rate that cannot be, more than half of the samples
///   are
///          no energies (`what` names the byte)
Result<Trace> parse_mlperf_trace(std::span<const std::uint8_t> bytes);
/// The same of a file.
///   kUser  unreadable or larger than 1 GiB, too
Result<Trace> load_mlperf_trace(const std::filesystem::path& path);

/// A trace1-timestamps.json: an array of seconds since the trace's start, ascending (all that are
/// published are such, by runners of two makers). Also taken: numbers written as texts, an object
/// with one array among its members, and pairs [begin, end], which become the plain list, with a
/// stamp 0 before the first window.
///   kUser  no such list; `what` names the entry
Result<std::vector<double>> parse_time_stamps(std::string_view json);
Result<std::vector<double>> load_time_stamps(const std::filesystem::path& path);

}  // namespace hil::energy
