// SPDX-License-Identifier: Apache-2.0
// trace1-energy.bin and trace1-timestamps.json.
#include "host/energy/file/mlperf_trace.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <nlohmann/json.hpp>

#include "host/base/file.hpp"

namespace hil::energy {
namespace {

constexpr std::uint8_t kFirstByte = 0xF1;
constexpr std::size_t kHeaderBytes = 5;
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;
constexpr std::uint64_t kMostStampBytes = 1u << 20;
constexpr double kMostRateHz = 1e7;
constexpr double kMicro = 1e-6;
/// 11 in all that are published; a list of more is no list of windows.
constexpr std::size_t kMostStamps = 10'000;

float float_at(std::span<const std::uint8_t> bytes, std::size_t at) {
  std::uint32_t bits = 0;
  for (std::size_t i = 4; i-- > 0;)
    bits = (bits << 8) | bytes[at + i];
  return std::bit_cast<float>(bits);
}

Error bad(std::string what) {
  return {Blame::kUser, "this is no energy trace of MLPerf Tiny: " + std::move(what),
          "name a trace1-energy.bin as the EEMBC runner writes it"};
}

Error bad_stamps(std::string what) {
  return {Blame::kUser, "these are no time stamps: " + std::move(what),
          "name a trace1-timestamps.json: [0.014, 2.779, ...], seconds from the trace's start"};
}

/// The error with the file's name before it.
template <class T>
Result<T> named(Result<T> result, const std::filesystem::path& path) {
  if (result.ok()) return result;
  Error error = result.error();
  error.what = path.filename().string() + ": " + error.what;
  return error;
}

}  // namespace

Result<Trace> parse_mlperf_trace(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kHeaderBytes + 4) return bad(fmt::format("it has {} B", bytes.size()));
  if (bytes[0] != kFirstByte) return bad(fmt::format("byte 0 is 0x{:02x}, not 0xf1", bytes[0]));
  if ((bytes.size() - kHeaderBytes) % 4 != 0) {
    return bad(fmt::format("byte {}: the last sample is cut off",
                           bytes.size() - (bytes.size() - kHeaderBytes) % 4));
  }
  const double rate = static_cast<double>(float_at(bytes, 1));
  if (!(rate > 0 && rate <= kMostRateHz)) return bad("byte 1: the rate is none that can be");
  Trace trace;
  trace.meter.kind = "mlperf-trace";
  trace.meter.model = "published energy trace";
  trace.rate_hz = rate;
  Rail& rail = trace.rails.emplace_back();
  rail.name = "main";
  rail.quantity = Quantity::kPower;
  const std::size_t count = (bytes.size() - kHeaderBytes) / 4;
  rail.values.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = kHeaderBytes + 4 * i;
    const double watts = static_cast<double>(float_at(bytes, at)) * kMicro * rate;
    // A float of some 1e38 uJ overflows as watts.
    if (!(watts >= 0 && std::isfinite(static_cast<float>(watts))))
      return bad(fmt::format("byte {}: sample {} is no energy", at, i));
    rail.values.push_back(static_cast<float>(watts));
  }
  trace.flags.resize(count);
  return trace;
}

Result<Trace> load_mlperf_trace(const std::filesystem::path& path) {
  HIL_ASSIGN(const auto bytes, read_file(path, kMostBytes));
  return named(parse_mlperf_trace(bytes), path);
}

Result<std::vector<double>> parse_time_stamps(std::string_view json) {
  const auto list = nlohmann::json::parse(json.begin(), json.end(), nullptr, false);
  if (list.is_discarded()) return bad_stamps("it is no JSON");
  if (!list.is_array() || list.empty() || list.size() > kMostStamps)
    return bad_stamps(fmt::format("it is no array of 1 to {}", kMostStamps));
  std::vector<double> stamps;
  for (const auto& entry : list) {
    const double stamp = entry.is_number() ? entry.get<double>() : -1;
    if (!(stamp >= 0 && std::isfinite(stamp)))
      return bad_stamps(fmt::format("entry {} is no time", stamps.size()));
    if (!stamps.empty() && stamp <= stamps.back())
      return bad_stamps(fmt::format("entry {} is not later than the one before", stamps.size()));
    stamps.push_back(stamp);
  }
  return stamps;
}

Result<std::vector<double>> load_time_stamps(const std::filesystem::path& path) {
  HIL_ASSIGN(const auto text, read_text_file(path, kMostStampBytes));
  return named(parse_time_stamps(text), path);
}

}  // namespace hil::energy
