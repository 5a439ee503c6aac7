// SPDX-License-Identifier: Apache-2.0
// trace1-energy.bin and trace1-timestamps.json.
#include "host/energy/file/mlperf_trace.hpp"

#include <fmt/format.h>

#include <bit>
#include <charconv>
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
/// No meter for boards sees more: what says so is no energy.
constexpr double kMostWatts = 1e6;
/// 11 in nearly all that are published; a list of more is no list of windows.
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
          "name a trace1-timestamps.json: [0.014, 2.779, ...], seconds from the trace's start, one "
          "before the first window and two per window; or pairs [[begin, end], ...]"};
}

/// Reads the samples behind the header; what is no energy is kInvalid.
void read_samples(std::span<const std::uint8_t> bytes, Trace& trace) {
  Rail& rail = trace.rails.emplace_back();
  rail.name = "main";
  rail.quantity = Quantity::kPower;
  const std::size_t count = (bytes.size() - kHeaderBytes) / 4;
  rail.values.reserve(count);
  trace.flags.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const double watts =
        static_cast<double>(float_at(bytes, kHeaderBytes + 4 * i)) * kMicro * trace.rate_hz;
    const bool sound = std::abs(watts) <= kMostWatts;  // not NaN either
    rail.values.push_back(sound ? static_cast<float>(watts) : 0);
    if (!sound) trace.flags[i] = flag::kInvalid;
  }
}

/// Says in events what is wrong with the trace; an error if most of it is.
Status judge_samples(std::size_t left_over, Trace& trace) {
  std::size_t invalid = 0;
  std::size_t first = 0;
  for (std::size_t i = trace.size(); i-- > 0;) {
    if (trace.flags[i] == 0) continue;
    ++invalid;
    first = i;
  }
  const std::string where = fmt::format("byte {}: sample {}", kHeaderBytes + 4 * first, first);
  if (2 * invalid > trace.size()) {
    return bad(fmt::format("{} is no energy, as are {} of {}", where, invalid, trace.size()));
  }
  if (invalid > 0) {
    trace.events.push_back({first, "invalid",
                            fmt::format("{} of {} samples {} no energy, the first at {}", invalid,
                                        trace.size(), invalid == 1 ? "is" : "are", where)});
  }
  if (left_over > 0) {
    trace.events.push_back(
        {trace.size(), "cut-off",
         fmt::format("the file ends within a sample: its last {} B are left out", left_over)});
  }
  return {};
}

/// A time as a number, or as a text that is one; NaN if it is neither.
double time_of(const nlohmann::json& entry) {
  if (entry.is_number()) return entry.get<double>();
  double time = NAN;
  if (!entry.is_string()) return time;
  const auto& text = entry.get_ref<const std::string&>();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), time);
  return error == std::errc() && end == text.data() + text.size() ? time : NAN;
}

/// The list in @p json, which may be the one list of an object; null if there is none.
const nlohmann::json* list_in(const nlohmann::json& json) {
  if (json.is_array()) return &json;
  const nlohmann::json* list = nullptr;
  if (!json.is_object()) return list;
  for (const auto& member : json) {
    if (!member.is_array()) continue;
    if (list != nullptr) return nullptr;
    list = &member;
  }
  return list;
}

/// The times of pairs, with one before them as the plain list has it.
Result<std::vector<double>> flattened(const nlohmann::json& pairs) {
  std::vector<double> stamps{0};
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (!pairs[i].is_array() || pairs[i].size() != 2)
      return bad_stamps(fmt::format("entry {} is no pair", i));
    for (const auto& entry : pairs[i])
      stamps.push_back(time_of(entry));
    const double begin = stamps[stamps.size() - 2];
    if (!(begin >= stamps[stamps.size() - 3] && stamps.back() > begin &&
          std::isfinite(stamps.back())))
      return bad_stamps(fmt::format("entry {} is no time after the one before", i));
  }
  return stamps;
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
  const double rate = static_cast<double>(float_at(bytes, 1));
  if (!(rate > 0 && rate <= kMostRateHz)) return bad("byte 1: the rate is none that can be");
  Trace trace;
  trace.meter.kind = "mlperf-trace";
  trace.meter.model = "published energy trace";
  trace.rate_hz = rate;
  read_samples(bytes, trace);
  HIL_TRY(judge_samples((bytes.size() - kHeaderBytes) % 4, trace));
  return trace;
}

Result<Trace> load_mlperf_trace(const std::filesystem::path& path) {
  HIL_ASSIGN(const auto bytes, read_file(path, kMostBytes));
  return named(parse_mlperf_trace(bytes), path);
}

Result<std::vector<double>> parse_time_stamps(std::string_view json) {
  const auto parsed = nlohmann::json::parse(json.begin(), json.end(), nullptr, false);
  if (parsed.is_discarded()) return bad_stamps("it is no JSON");
  const nlohmann::json* times = list_in(parsed);
  if (times == nullptr || times->empty() || times->size() > kMostStamps)
    return bad_stamps(fmt::format("it is no array of 1 to {}", kMostStamps));
  if (times->front().is_array()) return flattened(*times);
  std::vector<double> stamps;
  for (const auto& entry : *times) {
    const double stamp = time_of(entry);
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
