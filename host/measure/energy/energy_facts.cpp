// SPDX-License-Identifier: Apache-2.0
// Facts of an energy trace as text and back.
#include "host/measure/energy/energy_facts.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace hil::measure {
namespace {

using energy::Alignment;
using energy::WindowKind;

constexpr std::array kAlignments{Alignment::kLogic, Alignment::kTracePattern, Alignment::kHostClock,
                                 Alignment::kCounter};
constexpr std::array kKinds{WindowKind::kInference, WindowKind::kLoadAndInference};
constexpr std::array<const char*, 4> kUses{"figures", "phase", "layer", "duty"};

Error wrong(const std::string& name) {
  return {Blame::kUser, fmt::format("the trace's file does not say what '{}' is", name),
          "give the trace that belongs to a record of hilbench energy"};
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return parts;
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Reads options by name; the first that is wrong is kept.
class Reader {
 public:
  explicit Reader(const std::map<std::string, std::string>& options) : options_(options) {}

  std::string text(const char* name) {
    const auto found = options_.find(name);
    if (found != options_.end()) return found->second;
    fail(name);
    return {};
  }
  [[nodiscard]] bool has(const char* name) const { return options_.count(name) != 0; }

  template <class Number>
  Number number(const char* name) {
    const auto read = number_of<Number>(text(name));
    if (!read) fail(name);
    if constexpr (std::is_floating_point_v<Number>) {
      if (read && !std::isfinite(*read)) fail(name);
    }
    return read.value_or(Number{});
  }

  energy::LogicInput input(const char* name) {
    std::string word = text(name);
    const bool inverted = word.ends_with('!');
    if (inverted) word.pop_back();
    const auto bit = number_of<unsigned>(word);
    if (!bit || *bit > 7) fail(name);
    return {bit.value_or(0), inverted};
  }

  void fail(const char* name) {
    if (!error_) error_ = wrong(name);
  }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  const std::map<std::string, std::string>& options_;
  std::optional<Error> error_;
};

std::string input_text(const energy::LogicInput& input) {
  return fmt::format("{}{}", input.bit, input.inverted ? "!" : "");
}

void read_groups(Reader& reader, EnergyFacts& facts) {
  const std::string text = reader.text("groups");
  for (const std::string_view part : split(text, ' ')) {
    const auto fields = split(part, ':');
    if (fields.size() != 5) return reader.fail("groups");
    std::size_t use = 0;
    while (use < kUses.size() && fields[0] != kUses.at(use))
      ++use;
    const auto windows = number_of<std::uint32_t>(fields[1]);
    const auto first = number_of<std::uint32_t>(fields[2]);
    const auto count = number_of<std::uint32_t>(fields[3]);
    const auto end = number_of<std::uint64_t>(fields[4]);
    if (use == kUses.size() || !windows || !first || !count || !end) return reader.fail("groups");
    facts.groups.push_back({static_cast<WindowUse>(use), *windows, *first, *count, *end});
  }
}

/// Groups of operators must name operators that are there.
void check_layers(Reader& reader, const EnergyFacts& facts) {
  for (const WindowGroup& group : facts.groups) {
    if (group.use != WindowUse::kLayer) continue;
    const bool inside = group.layer_count > 0 && group.first_layer <= facts.layers.size() &&
                        group.layer_count <= facts.layers.size() - group.first_layer;
    if (!inside) return reader.fail("layers");
  }
}

void read_anchors(Reader& reader, EnergyFacts& facts) {
  const std::string text = reader.text("anchors");
  for (const std::string_view part : split(text, ' ')) {
    const auto fields = split(part, ':');
    if (fields.size() != 3) return reader.fail("anchors");
    const auto ticks = number_of<std::uint64_t>(fields[0]);
    const auto at = number_of<double>(fields[1]);
    const auto sigma = number_of<double>(fields[2]);
    if (!ticks || !at || !sigma) return reader.fail("anchors");
    facts.anchors.push_back({*ticks, *at, *sigma});
  }
}

void read_counts(Reader& reader, EnergyFacts& facts) {
  const std::string text = reader.text("counts");
  for (const std::string_view part : split(text, ' ')) {
    const auto fields = split(part, ':');
    if (fields.size() != 4) return reader.fail("counts");
    const auto at = number_of<double>(fields[0]);
    const auto joules = number_of<double>(fields[1]);
    const auto sigma = number_of<double>(fields[2]);
    const auto still = number_of<double>(fields[3]);
    if (!at || !joules || !sigma || !still) return reader.fail("counts");
    facts.counts.push_back({*at, *joules, *sigma, *still});
  }
  if (facts.counts.empty()) reader.fail("counts");
}

void read_layers(Reader& reader, EnergyFacts& facts) {
  const std::string text = reader.text("layers");
  for (const std::string_view part : split(text, '\n')) {
    const std::size_t space = part.find(' ');
    const auto times = number_of<std::uint32_t>(part.substr(0, space));
    if (!times || space == std::string_view::npos) return reader.fail("layers");
    facts.layers.push_back({std::string(part.substr(space + 1)), *times});
  }
}

std::string reading_text(const std::optional<session::EnergyCounterReading>& reading) {
  if (!reading) return "-";
  return fmt::format("{}:{}:{}:{}", reading->ticks, reading->took_ticks, reading->energy,
                     reading->charge);
}

std::string readings_text(const CounterFacts& counter) {
  std::string text;
  for (const CountedWindow& window : counter.windows) {
    text += fmt::format("{}{} {}", text.empty() ? "" : " ", reading_text(window.before),
                        reading_text(window.behind));
  }
  return text;
}

std::optional<session::EnergyCounterReading> reading_of(Reader& reader, std::string_view text) {
  if (text == "-") return std::nullopt;
  const auto fields = split(text, ':');
  if (fields.size() != 4) {
    reader.fail("readings");
    return std::nullopt;
  }
  const auto ticks = number_of<std::uint64_t>(fields[0]);
  const auto took = number_of<std::uint32_t>(fields[1]);
  const auto energy = number_of<std::uint64_t>(fields[2]);
  const auto charge = number_of<std::uint64_t>(fields[3]);
  if (!ticks || !took || !energy || !charge) {
    reader.fail("readings");
    return std::nullopt;
  }
  return session::EnergyCounterReading{*ticks, *took, *energy, *charge};
}

void read_counter(Reader& reader, EnergyFacts& facts) {
  CounterFacts& counter = facts.counter.emplace();
  counter.scale = {reader.number<double>("joules_per_code"),
                   reader.number<double>("coulombs_per_code"), reader.number<double>("refresh_s")};
  const std::string text = reader.text("readings");
  const auto parts = split(text, ' ');
  if (parts.size() % 2 != 0) return reader.fail("readings");
  for (std::size_t i = 0; i < parts.size(); i += 2)
    counter.windows.push_back({reading_of(reader, parts[i]), reading_of(reader, parts[i + 1])});
}

template <class Enum, std::size_t kCount>
Enum word_in(Reader& reader, const char* name, const std::array<Enum, kCount>& all) {
  const std::string word = reader.text(name);
  for (const Enum value : all) {
    if (word == energy::word_of(value)) return value;
  }
  reader.fail(name);
  return all.front();
}

}  // namespace

std::map<std::string, std::string> to_options(const EnergyFacts& facts) {
  std::map<std::string, std::string> options{{"alignment", energy::word_of(facts.alignment)},
                                             {"kind", energy::word_of(facts.kind)},
                                             {"scope", facts.scope},
                                             {"idle_mode", facts.idle_mode},
                                             {"tick_hz", fmt::format("{}", facts.tick_hz)}};
  std::string& groups = options["groups"];
  for (const WindowGroup& group : facts.groups) {
    groups += fmt::format("{}{}:{}:{}:{}:{}", groups.empty() ? "" : " ",
                          kUses.at(static_cast<std::size_t>(group.use)), group.windows,
                          group.first_layer, group.layer_count, group.end_sample);
  }
  if (facts.alignment == Alignment::kLogic) {
    options["region"] = input_text(facts.region);
    if (facts.toggle) options["toggle"] = input_text(*facts.toggle);
  }
  if (facts.alignment == Alignment::kTracePattern) {
    options["mark_ticks"] = fmt::format("{}", facts.marks.mark_ticks);
    options["lead_ticks"] = fmt::format("{}", facts.marks.lead_ticks);
    options["trail_ticks"] = fmt::format("{}", facts.marks.trail_ticks);
  }
  if (facts.alignment == Alignment::kHostClock) {
    std::string& anchors = options["anchors"];
    for (const energy::HostAnchor& anchor : facts.anchors) {
      anchors += fmt::format("{}{}:{}:{}", anchors.empty() ? "" : " ", anchor.ticks, anchor.trace_s,
                             anchor.sigma_s);
    }
  }
  if (!facts.counts.empty()) {
    std::string& counts = options["counts"];
    for (const HostCount& count : facts.counts) {
      counts += fmt::format("{}{}:{}:{}:{}", counts.empty() ? "" : " ", count.at_s, count.joules,
                            count.sigma_s, count.still_s);
    }
  }
  if (facts.counter) {
    options["joules_per_code"] = fmt::format("{}", facts.counter->scale.joules_per_code);
    options["coulombs_per_code"] = fmt::format("{}", facts.counter->scale.coulombs_per_code);
    options["refresh_s"] = fmt::format("{}", facts.counter->scale.refresh_s);
    options["readings"] = readings_text(*facts.counter);
  }
  if (!facts.layers.empty()) {
    std::string& layers = options["layers"];
    for (const RepeatedLayer& layer : facts.layers)
      layers += fmt::format("{}{} {}", layers.empty() ? "" : "\n", layer.times, layer.name);
  }
  if (facts.period_s > 0) {
    options["period_s"] = fmt::format("{}", facts.period_s);
    options["cell_mah"] = fmt::format("{}", facts.cell_mah);
    options["cell_volts"] = fmt::format("{}", facts.cell_volts);
  }
  return options;
}

Result<EnergyFacts> facts_from(const std::map<std::string, std::string>& options) {
  EnergyFacts facts;
  Reader reader(options);
  facts.alignment = word_in(reader, "alignment", kAlignments);
  facts.kind = word_in(reader, "kind", kKinds);
  facts.scope = reader.text("scope");
  facts.idle_mode = reader.text("idle_mode");
  facts.tick_hz = reader.number<std::uint64_t>("tick_hz");
  if (facts.tick_hz == 0) reader.fail("tick_hz");
  read_groups(reader, facts);
  if (facts.alignment == Alignment::kLogic) {
    facts.region = reader.input("region");
    if (reader.has("toggle")) facts.toggle = reader.input("toggle");
  }
  if (facts.alignment == Alignment::kTracePattern) {
    facts.marks = {facts.tick_hz, reader.number<std::uint64_t>("mark_ticks"),
                   reader.number<std::uint64_t>("lead_ticks"),
                   reader.number<std::uint64_t>("trail_ticks")};
  }
  if (facts.alignment == Alignment::kHostClock) read_anchors(reader, facts);
  if (reader.has("counts")) read_counts(reader, facts);
  if (facts.alignment == Alignment::kCounter) read_counter(reader, facts);
  if (reader.has("layers")) read_layers(reader, facts);
  check_layers(reader, facts);
  if (reader.has("period_s")) {
    facts.period_s = reader.number<double>("period_s");
    facts.cell_mah = reader.number<double>("cell_mah");
    facts.cell_volts = reader.number<double>("cell_volts");
    if (facts.period_s <= 0) reader.fail("period_s");
  }
  if (reader.error()) return *reader.error();
  return facts;
}

}  // namespace hil::measure
