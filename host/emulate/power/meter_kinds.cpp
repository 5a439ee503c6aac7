// SPDX-License-Identifier: Apache-2.0
// Which meters there are, their faults by name, and how each is made.
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <string_view>

#include "host/emulate/meter/meter_line.hpp"
#include "host/emulate/power/virtual_meter.hpp"

namespace hil::emulate {
namespace {

/// What --meter-fault makes of either meter; what the other one has not stays as it is.
struct Faults {
  Ppk2Faults ppk2;
  Lpm01aFaults lpm01a;
  Lpm01aFirmware firmware;  ///< of the LPM01A
};

using Give = bool (*)(Faults& faults, std::uint64_t number);
struct Fault {
  const char* meter;  ///< empty: both
  const char* name;
  bool has_number;
  Give give;
};

constexpr std::uint64_t kLostAt = 50'000;  // samples into a recording

constexpr std::array<Fault, 9> kFaults{{
    {"", "lose", true,
     [](Faults& faults, std::uint64_t number) {
       if (number == 0 || number > 1'000'000) return false;
       const auto count = static_cast<std::uint32_t>(number);
       faults.ppk2.drops.push_back({kLostAt, count});
       faults.lpm01a.losses.push_back({kLostAt, count});
       return true;
     }},
    {"", "voltage-mv", true,
     [](Faults& faults, std::uint64_t number) {
       if (number > 1'000) return false;
       faults.ppk2.voltage_error_mv = faults.lpm01a.voltage_error_mv = static_cast<int>(number);
       return true;
     }},
    {"", "streaming", false,
     [](Faults& faults, std::uint64_t) {
       return faults.ppk2.streaming_at_open = faults.lpm01a.streaming_at_open = true;
     }},
    {"ppk2", "floating-logic", false,
     [](Faults& faults, std::uint64_t) { return faults.ppk2.floating_logic = true; }},
    {"ppk2", "reset-after", true,
     [](Faults& faults, std::uint64_t number) {
       faults.ppk2.reset_after = number;
       return number > 0;
     }},
    {"ppk2", "wrong-calibration", false,
     [](Faults& faults, std::uint64_t) {
       faults.ppk2.metadata = Ppk2MetadataFault::kWrongBlock;
       return true;
     }},
    {"lpm01a", "overflow-after", true,
     [](Faults& faults, std::uint64_t number) {
       faults.lpm01a.overflow_after = number;
       return number > 0;
     }},
    {"lpm01a", "falls-only", false,
     [](Faults& faults, std::uint64_t) { return !(faults.firmware.both_edges = false); }},
    {"lpm01a", "old-firmware", false,
     [](Faults& faults, std::uint64_t) {
       faults.firmware.version = "1.0.5";
       return !(faults.firmware.events = false);
     }},
}};

Error no_fault(const std::string& kind, const std::string& given) {
  std::string known;
  for (const Fault& fault : kFaults) {
    if (*fault.meter != '\0' && kind != fault.meter) continue;
    known +=
        fmt::format("{}{}{}", known.empty() ? "" : ", ", fault.name, fault.has_number ? "=N" : "");
  }
  return {Blame::kUser, fmt::format("an emulated {} has no fault '{}'", kind, given),
          fmt::format("take one of: {}", known)};
}

/// "lose=5" or "floating-logic".
Status give_fault(const std::string& kind, const std::string& given, Faults& faults) {
  const std::size_t sign = given.find('=');
  const std::string_view name = std::string_view(given).substr(0, sign);
  const std::string_view value =
      sign == std::string::npos ? "" : std::string_view(given).substr(sign + 1);
  for (const Fault& fault : kFaults) {
    if (name != fault.name || (*fault.meter != '\0' && kind != fault.meter)) continue;
    std::uint64_t number = 0;
    const char* const end = value.data() + value.size();
    const auto [last, failed] = std::from_chars(value.data(), end, number);
    const bool is_number = failed == std::errc() && last == end;
    if (fault.has_number != (sign != std::string::npos) || (fault.has_number && !is_number)) break;
    if (fault.give(faults, number)) return {};
  }
  return no_fault(kind, given);
}

Result<Faults> faults_of(const MeterRequest& request) {
  Faults faults;
  for (const std::string& given : request.faults)
    HIL_TRY(give_fault(request.kind, given, faults));
  return faults;
}

}  // namespace

Status check_meter(const MeterRequest& request) {
  if (request.kind != "ppk2" && request.kind != "lpm01a") {
    return Error{Blame::kUser, fmt::format("there is no emulated meter '{}'", request.kind),
                 "take ppk2 or lpm01a"};
  }
  const auto faults = faults_of(request);
  return faults.ok() ? Status() : Status(faults.error());
}

Status VirtualMeter::open_device(const MeterRequest& request) {
  HIL_ASSIGN(Faults faults, faults_of(request));
  HIL_ASSIGN(MeterLine line, open_meter_line());
  port_ = line.path;
  if (request.kind == "ppk2") {
    ppk2_ =
        std::make_unique<Ppk2Device>(std::move(line.link), source_, faults.ppk2, model_.volts());
  } else {
    lpm01a_ = std::make_unique<Lpm01aDevice>(std::move(line.link), source_, faults.firmware,
                                             faults.lpm01a);
  }
  return {};
}

}  // namespace hil::emulate
