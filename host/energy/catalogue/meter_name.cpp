// SPDX-License-Identifier: Apache-2.0
// KIND[@SERIAL][:WHERE] taken apart.
#include "host/energy/catalogue/meter_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "host/base/nearest.hpp"
#include "host/rpc/printable.hpp"

namespace hil::energy {
namespace {

/// What a name may or must say besides its kind.
enum class Place : std::uint8_t { kNone, kMay, kMust };

struct Kind {
  MeterKind kind;
  const char* word;
  bool has_serial;
  Place place;
  const char* example;  ///< for the hint of an error
};

constexpr std::array<Kind, 8> kKinds{{
    {MeterKind::kPpk2, "ppk2", true, Place::kMay, "ppk2, ppk2@SERIAL or ppk2:/dev/ttyACM1"},
    {MeterKind::kLpm01a, "lpm01a", true, Place::kMay,
     "lpm01a, lpm01a@SERIAL or lpm01a:/dev/ttyACM0"},
    {MeterKind::kHwmon, "hwmon", false, Place::kMay, "hwmon:VDD_IN or hwmon:VDD_IN,VDD_SOC"},
    {MeterKind::kIio, "iio", false, Place::kMay, "iio:ina226"},
    {MeterKind::kPowercap, "powercap", false, Place::kMay, "powercap or powercap:package-0"},
    {MeterKind::kAgent, "agent", false, Place::kMay,
     "agent or agent:0x41, an INA228's I2C address"},
    {MeterKind::kJoulescope, "joulescope", true, Place::kNone, "joulescope or joulescope@SERIAL"},
    {MeterKind::kReplay, "replay", false, Place::kMust, "replay:trace.csv"},
}};

const Kind& kind_of(MeterKind kind) {
  return *std::find_if(kKinds.begin(), kKinds.end(),
                       [kind](const Kind& one) { return one.kind == kind; });
}

Result<Kind> find_kind(const std::string& word) {
  std::vector<std::string> words;
  for (const Kind& kind : kKinds) {
    if (word == kind.word) return kind;
    words.emplace_back(kind.word);
  }
  const std::string meant = did_you_mean(nearest_ones(word, words));
  return Error{Blame::kUser, fmt::format("there is no kind of meter '{}'", rpc::printable(word)),
               meant.empty() ? "ppk2, lpm01a, hwmon, iio, powercap, agent, joulescope or replay; "
                               "'hilbench meters' lists what is connected"
                             : meant};
}

Error wrong(const std::string& what, const Kind& kind) {
  return {Blame::kUser, what, fmt::format("write {}", kind.example)};
}

Status check_serial(const std::string& serial, const Kind& kind) {
  if (!kind.has_serial) {
    return wrong(fmt::format("a meter {} has no serial number", kind.word), kind);
  }
  if (serial.empty()) return wrong("there is no serial number behind '@'", kind);
  return {};
}

Status check_where(const MeterName& name, const Kind& kind) {
  if (kind.place == Place::kNone) {
    return wrong(fmt::format("a meter {} has no port or part to name", kind.word), kind);
  }
  if (name.where.empty()) return wrong("nothing stands behind ':'", kind);
  if (kind.kind == MeterKind::kAgent) {
    const auto address = counter_address(name);
    return address ? Status() : Status(address.error());
  }
  const bool a_list = kind.kind == MeterKind::kHwmon || kind.kind == MeterKind::kIio ||
                      kind.kind == MeterKind::kPowercap;
  if (!a_list) return {};
  const auto parts = name.parts();
  const auto commas = std::count(name.where.begin(), name.where.end(), ',');
  if (parts.size() == static_cast<std::size_t>(commas) + 1) return {};
  return wrong("nothing stands before or behind a comma", kind);
}

}  // namespace

const char* word_of(MeterKind kind) {
  return kind_of(kind).word;
}

std::vector<std::string> MeterName::parts() const {
  std::vector<std::string> found;
  std::size_t begin = 0;
  while (begin <= where.size()) {
    const std::size_t end = std::min(where.find(',', begin), where.size());
    if (end > begin) found.push_back(where.substr(begin, end - begin));
    begin = end + 1;
  }
  return found;
}

std::string MeterName::text() const {
  std::string text = word_of(kind);
  if (!serial.empty()) text += "@" + serial;
  if (!where.empty()) text += ":" + where;
  return text;
}

Result<MeterName> parse_meter_name(std::string_view text) {
  if (rpc::printable(text) != text) {
    return Error{Blame::kUser,
                 fmt::format("'{}' is no name of a meter: it has characters that cannot be seen",
                             rpc::printable(text)),
                 "'hilbench meters' lists the names"};
  }
  // The place may hold '@' and ':' itself: a file, an id in sysfs.
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string_view front = text.substr(0, colon);
  const std::size_t at = std::min(front.find('@'), front.size());
  HIL_ASSIGN(const Kind kind, find_kind(std::string(front.substr(0, at))));
  MeterName name;
  name.kind = kind.kind;
  if (at < front.size()) {
    name.serial = front.substr(at + 1);
    HIL_TRY(check_serial(name.serial, kind));
  }
  if (colon < text.size()) {
    name.where = text.substr(colon + 1);
    HIL_TRY(check_where(name, kind));
  } else if (kind.place == Place::kMust) {
    return wrong("no file is named", kind);
  }
  return name;
}

Result<std::uint8_t> counter_address(const MeterName& name) {
  constexpr std::uint8_t kDefault = 0x40;
  constexpr unsigned kMost = 0x7F;
  if (name.where.empty()) return kDefault;
  unsigned address = 0;
  const bool hex = name.where.size() == 4 && name.where.starts_with("0x");
  const char* end = name.where.data() + name.where.size();
  const bool all = hex && std::from_chars(end - 2, end, address, 16).ptr == end;
  if (all && address <= kMost) return static_cast<std::uint8_t>(address);
  return wrong(fmt::format("'{}' is no I2C address", rpc::printable(name.where)),
               kind_of(MeterKind::kAgent));
}

bool gives_counts(MeterKind kind) {
  return kind == MeterKind::kPowercap || kind == MeterKind::kAgent;
}

}  // namespace hil::energy
