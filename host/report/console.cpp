// SPDX-License-Identifier: Apache-2.0
// A record as text for a terminal.
#include "host/report/console.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "host/report/color.hpp"
#include "host/report/console_classes.hpp"
#include "host/report/console_energy.hpp"
#include "host/report/console_link.hpp"
#include "host/report/console_metrics.hpp"
#include "host/report/console_profile.hpp"
#include "host/report/model_comparison_text.hpp"
#include "host/report/text.hpp"
#include "host/report/words.hpp"
#include "host/results/classification.hpp"

namespace hil::report {
namespace {

using namespace hil::results;

constexpr std::size_t kMinWidth = 60;
constexpr std::size_t kIndent = 13;  ///< columns before the text of "  dataset    ..."
constexpr std::size_t kEvents = 5;

/// "label value", or nothing for an empty value.
std::string labelled(const char* label, const std::string& value) {
  return value.empty() ? "" : fmt::format("{} {}", label, value);
}

std::string short_digest(const std::string& sha256) {
  return sha256.empty() ? "" : "sha256 " + sha256.substr(0, 12);
}

const Metric* find_metric(const Record& record, std::string_view name) {
  const auto found = std::find_if(record.metrics.begin(), record.metrics.end(),
                                  [&](const Metric& metric) { return metric.name == name; });
  return found == record.metrics.end() ? nullptr : &*found;
}

/// "0.35 s" or "12 s"; a host's time, good for two digits.
std::string duration_text(double milliseconds) {
  const double seconds = milliseconds / 1'000;
  return fmt::format("{:.{}f} s", seconds, seconds < 10 ? 2 : 0);
}

Tone tone_of(VerdictStatus status) {
  if (status == VerdictStatus::kPass) return Tone::kGood;
  return status == VerdictStatus::kInterrupted ? Tone::kWarning : Tone::kBad;
}

class Report {
 public:
  Report(const Record& record, std::size_t width, bool color)
      : record_(record), width_(std::max(width, kMinWidth)), color_(color) {}

  std::string text() {
    headline();
    accuracy();
    energy();
    models();
    other_metrics();
    operators();
    slices();
    gap();
    device();
    subject();
    circumstances();
    preparation();
    link();
    notes();
    events();
    gap();
    verdict();
    return std::move(text_);
  }

 private:
  /// One empty line, however often it is asked for.
  void gap() {
    if (!text_.ends_with("\n\n")) text_ += "\n";
  }

  void line(const char* title, const std::string& content) {
    text_ += paragraph(fmt::format("  {}", title), printable(content), kIndent, width_);
  }

  void headline() {
    std::string what = record_.command;
    if (!record_.model.file.empty()) {
      what += " " + std::filesystem::path(record_.model.file).filename().string();
    }
    if (!record_.board.id.empty()) what += " on " + record_.board.id;
    std::string lines = paragraph("", printable(what), 0, width_);
    if (lines.ends_with('\n')) lines.pop_back();
    text_ += paint(Tone::kHeading, lines, color_) + "\n";
  }

  void accuracy() {
    if (!record_.classification) return;
    const Classification& classification = *record_.classification;
    const Metric* top1 = find_metric(record_, "top1");
    if (top1 != nullptr) {
      const ClassCounts total = total_counts(classification);
      std::string content = fmt::format("{}, {} of {}", percent(top1->value),
                                        grouped(total.correct), grouped(total.samples));
      if (top1->interval) {
        content += fmt::format(", {} {:.0f} % interval {:.1f} to {}", top1->interval->method,
                               100 * top1->interval->level, 100 * top1->interval->low,
                               percent(top1->interval->high));
      }
      gap();
      line("top-1", fmt::format("{}, {}", content, word_of(top1->origin)));
    }
    gap();
    text_ += class_table(classification, width_);
    const std::string confusions = confusion_table(classification, width_);
    if (confusions.empty()) return;
    gap();
    text_ += confusions;
  }

  void energy() {
    if (!record_.energy) return;
    gap();
    text_ += energy_tables(*record_.energy, width_);
    gap();
    for (const auto& [title, content] : energy_lines(*record_.energy))
      line(title.c_str(), content);
  }

  void models() {
    if (!record_.model_comparison) return;
    gap();
    text_ += model_comparison_text(record_, width_);
  }

  void other_metrics() {
    std::vector<Metric> others;
    for (const Metric& metric : record_.metrics) {
      const bool shown_elsewhere = (metric.name == "top1" && record_.classification) ||
                                   metric.name == "line_share" ||
                                   (record_.energy && is_energy_metric(metric.name)) ||
                                   (record_.model_comparison && is_of_models(metric)) ||
                                   (is_profile() && is_device_metric(metric.name));
      if (!shown_elsewhere) others.push_back(metric);
    }
    if (others.empty()) return;
    gap();
    text_ += metric_table(others, width_);
    gap();
    for (const Metric& metric : others)
      line("spread", spread_text(metric));
  }

  void operators() {
    if (!record_.operators) return;
    gap();
    text_ += operator_table(*record_.operators, width_);
  }

  void device() {
    if (!is_profile()) return;
    for (const auto& [title, content] : device_lines(record_.metrics))
      line(title.c_str(), content);
  }

  void slices() {
    if (record_.slices.empty() || record_.model_comparison) return;
    gap();
    text_ += slice_table(record_.slices, width_);
  }

  void subject() {
    const BoardInfo& board = record_.board;
    const std::string name = board.serial.empty() ? board.id : board.id + "@" + board.serial;
    line("board", joined({name, labelled("core", board.core), labelled("id", board.unique_id),
                          board.emulated ? "emulated" : "",
                          board.boot_count > 0 ? fmt::format("boot {}", board.boot_count) : "",
                          labelled("after", board.reset_cause)}));
    line("agent", joined({labelled("version", board.agent_version),
                          labelled("engine", board.engine), short_digest(board.agent_sha256)}));
    model("model", record_.model);
    if (record_.model_comparison) model("float", record_.model_comparison->float_model);
    const DatasetInfo& dataset = record_.dataset;
    if (!dataset.folder.empty()) {
      line("dataset", joined({dataset.folder, counted(dataset.samples, "sample"),
                              counted(dataset.classes, "class", "es"), dataset.element_type,
                              labelled("license", dataset.license)}));
    }
  }

  void model(const char* title, const ModelInfo& info) {
    if (info.file.empty()) return;
    const auto if_known = [](const char* what, std::uint64_t bytes) {  // not of foreign firmware
      return bytes > 0 ? fmt::format("{} {} B", what, grouped(bytes)) : std::string();
    };
    line(title, joined({info.file, grouped(info.file_bytes) + " B", short_digest(info.sha256),
                        if_known("plan", info.plan_bytes), if_known("arena", info.arena_bytes),
                        grouped(info.macs) + " MACs"}));
  }

  void circumstances() {
    const Conditions& conditions = record_.conditions;
    const std::string baud = conditions.baud > 0 ? grouped(conditions.baud) + " baud" : "";
    const std::string ticks =
        conditions.tick_hz > 0 ? fmt::format("{} ticks/s", grouped(conditions.tick_hz)) : "";
    line("conditions", joined({labelled("hilbench", conditions.host_version), conditions.host_os,
                               labelled("started", conditions.started_utc), baud, ticks}));
    line("", conditions.dialect.empty() ? "" : "over the protocol " + conditions.dialect);
    line("", conditions.conversion);
    if (record_.model_comparison) line("", record_.model_comparison->float_conversion);
    line("inputs", conditions.inputs);
    if (conditions.state == "keep") line("", "the model's state is kept from sample to sample");
  }

  void preparation() {
    const Preparation& prepared = record_.preparation;
    std::string agent;
    if (!prepared.agent.empty()) {
      agent = fmt::format("agent {} in {}", prepared.agent, duration_text(prepared.agent_ms));
      if (!prepared.flash_tool.empty()) agent += " (" + prepared.flash_tool + ")";
    }
    std::string model;
    if (!prepared.model_place.empty()) {
      model = fmt::format("model {} {}{}", prepared.model_held ? "already in" : "put into",
                          prepared.model_place == "RAM" ? "" : "the ", prepared.model_place);
      if (!prepared.model_held) model += " in " + duration_text(prepared.model_ms);
    }
    line("prepared", joined({agent, model}));
  }

  void link() {
    const bool text = !record_.conditions.dialect.empty();
    for (const auto& [title, content] : text
                                            ? text_link_lines(record_.link)
                                            : link_lines(record_.link, is_profile() || is_energy()))
      line(title.c_str(), content);
  }

  /// What the host noted of a profile or of energy qualifies its numbers: no chatty agent pushes
  /// that out.
  void notes() {
    const char* title = "notes";
    for (const Event& event : record_.events) {
      if (!is_note(event)) continue;
      line(title, fmt::format("{}: {}", event.kind, event.text));
      title = "";
    }
  }

  [[nodiscard]] bool is_profile() const { return record_.command == "profile"; }
  [[nodiscard]] bool is_energy() const { return record_.command == "energy"; }
  [[nodiscard]] bool is_note(const Event& event) const {
    return (is_profile() || is_energy()) && !event.kind.starts_with("agent");
  }

  /// What the agent says when all is well is in the record alone.
  [[nodiscard]] static bool is_chatter(const Event& event) {
    return event.kind == "agent-log" && (event.level == "debug" || event.level == "info");
  }

  void events() {
    std::vector<Event> all;
    std::size_t chatter = 0;
    for (const Event& event : record_.events) {
      if (is_chatter(event)) {
        ++chatter;
      } else if (!is_note(event)) {
        all.push_back(event);
      }
    }
    const std::size_t first = all.size() - std::min(all.size(), kEvents);
    if (first > 0) line("events", fmt::format("the last {} of {}:", kEvents, grouped(all.size())));
    for (std::size_t i = first; i < all.size(); ++i) {
      const std::string level = all[i].level.empty() ? "" : all[i].level + ": ";
      line(i == 0 ? "events" : "",
           fmt::format("{:.1f} ms {}: {}{}", all[i].at_ms, all[i].kind, level, all[i].text));
    }
    if (chatter == 0) return;
    line("agent log", fmt::format("{} up to level info ('hilbench log RECORD' shows them)",
                                  counted(chatter, "line")));
  }

  void verdict() {
    const Verdict& verdict = record_.verdict;
    std::string status(word_of(verdict.status));
    std::transform(status.begin(), status.end(), status.begin(),
                   [](char c) { return static_cast<char>(c - 'a' + 'A'); });
    const char* noun = is_profile() ? "run" : is_energy() ? "window" : "sample";
    const std::string done = verdict.samples_done == verdict.samples_planned
                                 ? counted(verdict.samples_done, noun)
                                 : fmt::format("{} of {}", grouped(verdict.samples_done),
                                               counted(verdict.samples_planned, noun));
    const std::string lines =
        paragraph(status,
                  joined({fmt::format("{} in {:.1f} s", done, record_.duration_s), outputs_text(),
                          verdict.complete ? "" : "incomplete"}),
                  status.size() + 2, width_);
    text_ += paint(tone_of(verdict.status), status, color_) + lines.substr(status.size());
    if (!verdict.error) return;
    const std::string blame(word_of(verdict.error->blame));
    text_ += paragraph(blame + ":", printable(verdict.error->what), blame.size() + 2, width_);
    text_ += paragraph("next:", printable(verdict.error->hint), 6, width_);
  }

  [[nodiscard]] std::string outputs_text() const {
    const Verdict& verdict = record_.verdict;
    if (verdict.outputs_checked == 0) return "no output checked";
    const std::string checked = counted(verdict.outputs_checked, "output");
    // Printed numbers can be equal only as far as they have decimals.
    const char* equal = record_.conditions.dialect.empty() ? "equal to" : "as printed equal to";
    if (verdict.outputs_differing == 0) {
      return fmt::format("{} {} the host reference", checked, equal);
    }
    return fmt::format("{} of {} differ{} from the host reference",
                       grouped(verdict.outputs_differing), checked,
                       verdict.outputs_differing == 1 ? "s" : "");
  }

  const Record& record_;
  std::size_t width_;
  bool color_;
  std::string text_;
};

}  // namespace

std::string console_text(const Record& record, std::size_t width, bool color) {
  return Report(record, width, color).text();
}

}  // namespace hil::report
