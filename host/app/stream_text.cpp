// SPDX-License-Identifier: Apache-2.0
// Streams as columns and as JSON.
#include "host/app/stream_text.hpp"

#include <fmt/format.h>

#include "host/report/color.hpp"
#include "host/report/shaped_table.hpp"
#include "host/report/text.hpp"

namespace hil::app {
namespace {

using report::fixed_text;
using report::grouped;
using session::StreamAccount;

double bytes_per_s(const StreamOutcome& outcome) {
  const double bytes = static_cast<double>(outcome.account.received()) *
                       static_cast<double>(outcome.channel.sample_bytes);
  return outcome.seconds > 0 ? bytes / outcome.seconds : 0;
}

struct HostRate {
  double hz = 0, uncertainty_hz = 0;
};

/// Samples per second by the host's clock, if the device's has been held against it.
std::optional<HostRate> host_rate(const StreamOutcome& outcome) {
  if (!outcome.clock || outcome.pace.stamps() < 2) return std::nullopt;
  const double hz = outcome.pace.measured_hz() * (1 + outcome.clock->ppm * 1e-6);
  return HostRate{hz, hz * outcome.clock->uncertainty_ppm * 1e-6};
}

/// "1 sample", "2 samples"
std::string count_of(std::uint64_t count, const char* what) {
  return fmt::format("{} {}{}", grouped(count), what, count == 1 ? "" : "s");
}

std::string line(const char* title, const std::string& text) {
  return fmt::format("  {:<16}{}\n", title, text);
}

std::string losses_text(const StreamAccount& account) {
  const session::StreamLosses& lost = account.losses();
  std::string text = line("lost", count_of(lost.total(), "sample"));
  if (lost.total() == 0) return text;
  text += line("  on the line", grouped(lost.on_line));
  text += line("  on the board", grouped(lost.on_device) + " (it had no room)");
  text += line("  on the host", grouped(lost.on_host) + " (taken too late)");
  return text + line("gaps", fmt::format("{}, the longest of {}", grouped(account.gaps()),
                                         count_of(account.longest_gap(), "sample")));
}

std::string pace_text(const StreamOutcome& outcome) {
  const session::StreamPace& pace = outcome.pace;
  if (pace.stamps() < 2) return line("rate", "not known: fewer than two time stamps");
  std::string rate = fixed_text(pace.measured_hz(), 3) + " Hz by the board's clock";
  if (const auto host = host_rate(outcome)) {
    rate += fmt::format(", {} +- {} Hz by the host's", fixed_text(host->hz, 3),
                        fixed_text(host->uncertainty_hz, 3));
  }
  return line("rate", rate) +
         line("jitter", fmt::format("{} us from earliest to latest against {} Hz, standard "
                                    "deviation {} us",
                                    fixed_text(pace.jitter_us(), 1), grouped(outcome.rate_hz),
                                    fixed_text(pace.deviation_us(), 1)));
}

std::string verdict_text(const StreamAccount& account, bool color) {
  if (!account.closed()) {
    return report::paint(report::Tone::kBad, "OPEN", color) +
           "  the board did not say what it had taken: what came last may be missing\n";
  }
  const std::uint64_t lost = account.losses().total();
  const auto tone = lost == 0 ? report::Tone::kGood : report::Tone::kWarning;
  const std::string share =
      lost == 0 ? "none lost"
                : fmt::format("{} lost, {}", grouped(lost),
                              report::percent(static_cast<double>(lost) /
                                              static_cast<double>(account.produced())));
  return fmt::format("{}  {} accounted for, {}\n",
                     report::paint(tone, lost == 0 ? "WHOLE" : "LOSSES", color),
                     count_of(account.produced(), "sample"), share);
}

}  // namespace

std::string channels_text(const std::vector<session::StreamChannel>& channels, std::size_t width) {
  std::vector<std::vector<std::string>> rows{{"channel", "bytes/sample", "most Hz"}};
  for (const auto& channel : channels)
    rows.push_back(
        {report::printable(channel.name), grouped(channel.sample_bytes), grouped(channel.most_hz)});
  report::TableShape shape;
  shape.right = {1, 2};
  shape.indent = 0;
  return report::shaped_table(std::move(rows), shape, width).text;
}

nlohmann::ordered_json channels_json(const std::vector<session::StreamChannel>& channels) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& channel : channels)
    list.push_back({{"name", channel.name},
                    {"sample_bytes", channel.sample_bytes},
                    {"most_hz", channel.most_hz}});
  return {{"channels", list}};
}

std::string stream_text(const StreamOutcome& outcome, bool color) {
  const StreamAccount& account = outcome.account;
  std::string text = fmt::format(
      "{} of {}: samples of {} byte{} at {} Hz, {} s\n", report::printable(outcome.channel.name),
      outcome.board, outcome.channel.sample_bytes, outcome.channel.sample_bytes == 1 ? "" : "s",
      grouped(outcome.rate_hz), fixed_text(outcome.seconds, 1));
  text += line(account.closed() ? "taken" : "known of", count_of(account.produced(), "sample"));
  text += line("received", fmt::format("{}, {} bytes/s", count_of(account.received(), "sample"),
                                       fixed_text(bytes_per_s(outcome), 0)));
  text += losses_text(account);
  text += pace_text(outcome);
  return text + verdict_text(account, color);
}

nlohmann::ordered_json stream_json(const StreamOutcome& outcome) {
  const StreamAccount& account = outcome.account;
  const session::StreamLosses& lost = account.losses();
  nlohmann::ordered_json json = {
      {"board", outcome.board},
      {"channel", outcome.channel.name},
      {"sample_bytes", outcome.channel.sample_bytes},
      {"rate_hz", outcome.rate_hz},
      {"seconds", outcome.seconds},
      {"accounted_for", account.closed()},
      {"samples",
       {{"taken", account.produced()},
        {"received", account.received()},
        {"lost_on_line", lost.on_line},
        {"lost_on_board", lost.on_device},
        {"lost_on_host", lost.on_host}}},
      {"gaps", account.gaps()},
      {"longest_gap_samples", account.longest_gap()},
      {"datagrams",
       {{"received", account.datagrams_received()}, {"stale", outcome.stale_datagrams}}},
      {"bytes_per_s", bytes_per_s(outcome)}};
  if (account.closed()) json["datagrams"]["sent"] = account.datagrams_sent();
  if (outcome.pace.stamps() >= 2) {
    json["measured_hz"] = outcome.pace.measured_hz();
    json["jitter_us"] = outcome.pace.jitter_us();
    json["deviation_us"] = outcome.pace.deviation_us();
  }
  if (outcome.clock) {
    json["clock_ppm"] = outcome.clock->ppm;
    json["clock_uncertainty_ppm"] = outcome.clock->uncertainty_ppm;
  }
  if (const auto host = host_rate(outcome)) json["measured_hz_by_host"] = host->hz;
  return json;
}

}  // namespace hil::app
