// SPDX-License-Identifier: Apache-2.0
// The link in a few lines: zeros that reassure stay, the others go.
#include "host/report/console_link.hpp"

#include <fmt/format.h>

#include <utility>

#include "host/report/text.hpp"
#include "host/results/link_quality.hpp"

namespace hil::report {
namespace {

using namespace hil::results;

std::string if_any(std::uint64_t count, std::string_view noun, std::string_view plural = "s") {
  return count > 0 ? counted(count, noun, plural) : std::string();
}

/// "3 bits flipped"; nothing for none.
std::string done(std::uint64_t count, std::string_view noun, std::string_view what) {
  return count > 0 ? fmt::format("{} {}", counted(count, noun), what) : std::string();
}

std::string traffic_text(const LinkInfo& link) {
  const std::string rate =
      link.baud > 0 ? fmt::format(" at {} baud", grouped(link.baud)) : std::string();
  return fmt::format("{}{}: {} B in {} sent, {} B in {} received", link.name, rate,
                     grouped(link.bytes_sent), counted(link.frames_sent, "frame"),
                     grouped(link.bytes_received), counted(link.frames_received, "frame"));
}

/// "goodput 11,190 B/s of inputs to the board, line share 97.1 %".
std::string goodput_text(const LinkInfo& link, bool quiet) {
  if (!link.goodput_bytes_per_s) return "";
  const bool to_board = link.payload_bytes_sent >= link.payload_bytes_received;
  return joined(
      {fmt::format("goodput {} B/s of {} the board", fixed_text(*link.goodput_bytes_per_s, 0),
                   to_board ? "inputs to" : "outputs from"),
       quiet ? "one sample at a time, the line silent meanwhile" : "",
       link.line_share && !quiet ? "line share " + percent(*link.line_share) : ""});
}

std::string trouble_text(const LinkInfo& link) {
  return joined(
      {counted(link.retransmitted_frames + link.device_duplicate_frames, "retransmission") +
           fmt::format(" ({} host, {} board)", grouped(link.retransmitted_frames),
                       grouped(link.device_duplicate_frames)),
       counted(link.crc_errors, "CRC error"), if_any(link.malformed_frames, "malformed frame"),
       if_any(link.discarded_bytes, "discarded byte"), if_any(link.resyncs, "resync"),
       if_any(link.resend_requests, "resend request"), if_any(link.polls, "poll"),
       if_any(link.datagrams_lost, "lost datagram"), if_any(link.reconnects, "reconnect"),
       fmt::format("longest silence {:.1f} ms", link.longest_silence_ms)});
}

std::string loss_text(const FrameLoss& loss, const char* way) {
  if (loss.lost == 0) return "";
  return fmt::format("{} of {} {} the board ({})", grouped(loss.lost),
                     counted(loss.frames, "frame"), way, percent(loss.share()));
}

std::string lost_text(const LinkInfo& link) {
  const std::string lost =
      joined({loss_text(loss_to_board(link), "to"), loss_text(loss_from_board(link), "from")});
  return lost.empty() ? lost : "lost or damaged " + lost;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> link_lines(const LinkInfo& link, bool quiet) {
  if (link.name.empty()) return {};
  std::vector<std::pair<std::string, std::string>> lines{{"link", traffic_text(link)},
                                                         {"", goodput_text(link, quiet)},
                                                         {"", trouble_text(link)},
                                                         {"", lost_text(link)}};
  if (link.limit) lines.emplace_back("", "limit " + limit_text(*link.limit));
  if (link.injected) {
    lines.emplace_back("injected",
                       fmt::format("{}: {}", link.injected->plan, injected_text(*link.injected)));
  }
  return lines;
}

std::string injected_text(const InjectedFaults& injected) {
  const std::string text =
      joined({injected.dropped_frames > 0
                  ? fmt::format("{} of {} dropped", grouped(injected.dropped_frames),
                                counted(injected.frames, "frame"))
                  : "",
              done(injected.duplicated_frames, "frame", "doubled"),
              done(injected.swapped_frames, "frame", "swapped"),
              done(injected.flipped_bits, "bit", "flipped"), if_any(injected.stalls, "stall"),
              injected.cuts > 0 ? fmt::format("{} ({} B)", counted(injected.cuts, "cut"),
                                              grouped(injected.cut_bytes))
                                : ""});
  return text.empty() ? "nothing was broken before the end" : text;
}

std::vector<std::pair<std::string, std::string>> text_link_lines(const LinkInfo& link) {
  if (link.name.empty()) return {};
  const std::string rate = link.baud > 0 ? fmt::format(" at {} baud", grouped(link.baud)) : "";
  return {
      {"link", fmt::format("{}{}: {} B in {} sent, {} B in {} received", link.name, rate,
                           grouped(link.bytes_sent), counted(link.frames_sent, "command"),
                           grouped(link.bytes_received), counted(link.frames_received, "line"))},
      {"", joined({counted(link.retransmitted_frames, "sample") + " sent again",
                   if_any(link.malformed_frames, "garbled line"), if_any(link.resyncs, "resync"),
                   link.line_share ? "line share " + percent(*link.line_share) : "",
                   fmt::format("longest silence {:.1f} ms", link.longest_silence_ms)})}};
}

}  // namespace hil::report
