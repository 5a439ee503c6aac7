// SPDX-License-Identifier: Apache-2.0
// Lines and JSON objects of frames, events and notes.
#include "host/app/tape_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <span>

#include "host/app/message_text.hpp"
#include "host/base/digest.hpp"
#include "host/base/error.hpp"
#include "host/link/tape/run_tape.hpp"
#include "host/report/shaped_table.hpp"
#include "host/report/text.hpp"
#include "protocol/frame/control.hpp"

namespace hil::app {
namespace {

using nlohmann::ordered_json;
using tape::Kind;
using Event = frame::Decoder::Event;

const char* name_of(frame::Type type) {
  switch (type) {
    case frame::Type::kOpen:
      return "open";
    case frame::Type::kAccept:
      return "accept";
    case frame::Type::kClose:
      return "close";
    case frame::Type::kAck:
      return "ack";
    case frame::Type::kPoll:
      return "poll";
    case frame::Type::kBusy:
      return "busy";
    case frame::Type::kData:
      return "data";
    case frame::Type::kDatagram:
      return "datagram";
    case frame::Type::kPlaced:
      return "placed";
    case frame::Type::kReset:
      return "reset";
  }
  return "unknown";
}

const char* name_of(Event event) {
  if (event == Event::kCrcError) return "CRC error";
  if (event == Event::kOverlong) return "over-long";
  return "malformed";
}

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::kOut:
      return "write";
    case Kind::kIn:
      return "read";
    case Kind::kWait:
      return "wait";
    case Kind::kRate:
      return "set rate";
    case Kind::kClock:
      return "clock";
    case Kind::kStamp:
      return "stamp";
    case Kind::kStop:
      return "stop";
    case Kind::kFailed:
      return "failed";
    case Kind::kLine:
      return "line";
    case Kind::kNote:
      return "note";
    case Kind::kEnd:
      return "end";
  }
  return "unknown";
}

double seconds(std::uint64_t ns) {
  return static_cast<double>(ns) / 1e9;
}

std::string limits_text(const frame::Limits& limits) {
  return fmt::format("frames of {} B, messages of {} B, window {}", limits.payload_bytes,
                     limits.message_bytes, limits.window);
}

std::string ack_text(std::span<const std::uint8_t> payload) {
  const auto ack = frame::read_ack(payload);
  if (!ack) return "makes no sense";
  const std::string answer = (ack->flags & frame::kAckAnswer) != 0
                                 ? fmt::format("answers poll at {}", ack->polled_seq)
                                 : std::string();
  return report::joined({(ack->flags & frame::kAckResend) != 0 ? "send again" : "", answer});
}

/// What a control frame says; empty if nothing beyond its numbers.
std::string control_text(frame::Type type, std::span<const std::uint8_t> payload) {
  if (type == frame::Type::kOpen) {
    const auto open = frame::read_open(payload);
    return open ? fmt::format("session {:08x}, {}", open->session, limits_text(open->host)) : "?";
  }
  if (type == frame::Type::kAccept) {
    const auto accept = frame::read_accept(payload);
    if (!accept) return "?";
    const std::string note(accept->crash_note.begin(), accept->crash_note.end());
    return fmt::format("session {:08x}, boot {} ({}), {}{}", accept->session, accept->boot_count,
                       frame::text_of(accept->reset_cause), limits_text(accept->agent),
                       note.empty() ? "" : ", crash note: " + report::printable(note));
  }
  if (type == frame::Type::kClose) {
    const auto close = frame::read_close(payload);
    constexpr const char* kReasons[] = {"done", "link version", "malformed open", "replaced"};
    const auto reason = close ? static_cast<std::size_t>(close->reason) : std::size(kReasons);
    return reason < std::size(kReasons) ? kReasons[reason] : "?";
  }
  if (type == frame::Type::kAck) return ack_text(payload);
  if (type == frame::Type::kBusy) {
    const auto busy = frame::read_busy(payload);
    return busy ? fmt::format("silent for up to {} ms", busy->quiet_ms) : "?";
  }
  if (type == frame::Type::kReset) {
    const auto reset = frame::read_reset(payload);
    return reset ? fmt::format("boot {} ({})", reset->boot_count, frame::text_of(reset->cause))
                 : "?";
  }
  return "";
}

/// "3 missing before it", "again"; empty: in its place.
std::string place_text(const tape::LoggedFrame& frame) {
  if (frame.missing == 0) return "";
  return frame.missing > 127 ? "again" : fmt::format("{} missing before it", frame.missing);
}

std::string content_text(const tape::LoggedFrame& frame) {
  if (frame.event != Event::kFrame) return fmt::format("{} B thrown away", frame.line_bytes);
  const frame::Type type = frame.header.type;
  const bool data = type == frame::Type::kData || type == frame::Type::kPlaced;
  if (!data && type != frame::Type::kDatagram) {
    return control_text(type, frame.payload);
  }
  std::string text = place_text(frame);
  const auto add = [&](const std::string& more) { text += (text.empty() ? "" : "; ") + more; };
  for (const tape::LoggedMessage& message : frame.messages)
    add(message_text(message));
  if (frame.message_bytes > 0) add(fmt::format("{} B of the next message", frame.message_bytes));
  return text;
}

ordered_json json_of(const tape::LoggedFrame& frame) {
  ordered_json json{{"at_s", seconds(frame.at_ns)},
                    {"direction", frame.to_board ? "to board" : "from board"},
                    {"line_bytes", frame.line_bytes}};
  if (frame.event != Event::kFrame) {
    json["error"] = name_of(frame.event);
    return json;
  }
  json["type"] = name_of(frame.header.type);
  json["session_byte"] = frame.header.session;
  json["seq"] = frame.header.seq;
  json["ack"] = frame.header.ack;
  json["window"] = frame.header.window;
  json["payload_bytes"] = frame.payload.size();
  if (frame.missing > 127) json["again"] = true;
  if (frame.missing > 0 && frame.missing < 128) json["missing_before"] = frame.missing;
  const std::string says = control_text(frame.header.type, frame.payload);
  if (!says.empty()) json["says"] = says;
  for (const tape::LoggedMessage& message : frame.messages)
    json["messages"].push_back(message_json(message));
  return json;
}

std::string text_of(const std::vector<std::uint8_t>& bytes) {
  return report::printable({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

/// A note in one line: what it is of, and what matters of it. JSON has all.
std::string note_text(const tape::Record& record) {
  const std::string name = text_of(record.bytes);
  const auto said = tape::parse_note<ordered_json>(record.text);
  if (!said.is_object()) return fmt::format("{}: {}", name, report::printable(record.text));
  if (name == "record") return fmt::format("record: {} B of JSON", record.text.size());
  const auto line = [](const ordered_json& json) {
    return report::printable(json.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
  };
  if (name == "start" && said.contains("words") && said["words"].is_array()) {
    std::string words = "start:";
    for (const auto& word : said["words"])
      words += " " + (word.is_string() ? report::printable(word.get<std::string>()) : line(word));
    return words;
  }
  const auto what = said.find("what");
  if (name != "outside" || what == said.end() || !what->is_string()) {
    return fmt::format("{}: {}", name, line(said));
  }
  const auto answer = said.find(said.contains("error") ? "error" : "value");
  return fmt::format("{}: {}", report::printable(what->get<std::string>()),
                     answer == said.end() ? "?" : line(*answer));
}

/// What records that are no bytes say.
std::string event_text(const tape::Record& record) {
  switch (record.kind) {
    case Kind::kLine:
      return fmt::format(
          "{}{}", report::printable(record.text),
          record.number > 0 ? fmt::format(", {} baud", record.number) : ", no line rate");
    case Kind::kRate:
      return fmt::format("{} baud", record.number);
    case Kind::kStop:
      return fmt::format("signal {}", record.number);
    case Kind::kFailed:
      return fmt::format("{}: {}", name_of(static_cast<Kind>(record.number)),
                         text_of(record.bytes));
    case Kind::kNote:
      return note_text(record);
    default:
      return "";
  }
}

bool is_event(Kind kind) {
  return kind == Kind::kLine || kind == Kind::kRate || kind == Kind::kStop ||
         kind == Kind::kFailed || kind == Kind::kNote;
}

std::string counts_line(const char* way, const tape::FrameCounts& counts) {
  using report::counted;
  return "  " + std::string(way) + ": " +
         report::joined({report::grouped(counts.bytes) + " B", counted(counts.frames, "frame"),
                         fmt::format("{} with {} B of data", report::grouped(counts.data_frames),
                                     report::grouped(counts.data_bytes)),
                         counts.again > 0 ? counted(counts.again, "frame") + " again" : "",
                         counts.gaps > 0 ? counted(counts.gaps, "gap") : "",
                         counts.crc_errors > 0 ? counted(counts.crc_errors, "CRC error") : "",
                         counts.malformed > 0 ? counted(counts.malformed, "malformed frame") : "",
                         counts.polls > 0 ? counted(counts.polls, "poll") : "",
                         counts.acks > 0 ? counted(counts.acks, "bare ack") : "",
                         counts.datagrams > 0 ? counted(counts.datagrams, "datagram") : ""}) +
         "\n";
}

ordered_json json_of(const tape::FrameCounts& counts) {
  return {{"bytes", counts.bytes},
          {"frames", counts.frames},
          {"data_frames", counts.data_frames},
          {"data_bytes", counts.data_bytes},
          {"again", counts.again},
          {"gaps", counts.gaps},
          {"crc_errors", counts.crc_errors},
          {"malformed", counts.malformed},
          {"polls", counts.polls},
          {"acks", counts.acks},
          {"datagrams", counts.datagrams}};
}

/// In ASCII: what is no text to a terminal is escaped.
std::string line_of(const ordered_json& json) {
  return json.dump(-1, ' ', true, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string TapeTeller::head() const {
  if (style_.json) return "";
  if (style_.raw) return fmt::format("{:>11}  what      bytes\n", "time s");
  return fmt::format("{:>11}  {:<10}{:>4}{:>4}{:>4}{:>6}  says\n", "time s", "frame", "seq", "ack",
                     "win", "bytes");
}

std::string TapeTeller::fitted_line(std::string line) const {
  if (style_.width == report::kNoWidth) return line + "\n";
  return report::fitted(line, style_.width) + "\n";
}

std::string TapeTeller::frame_lines(const tape::LoggedFrame& frame) {
  if (style_.json) return line_of(json_of(frame));
  const char way = frame.to_board ? '>' : '<';
  const std::string content = content_text(frame);
  if (frame.event != Event::kFrame) {
    return fitted_line(fmt::format("{:>11.6f}{}{:<10}{:>18}  {}", seconds(frame.at_ns), way,
                                   name_of(frame.event), "", content));
  }
  const frame::Header& header = frame.header;
  return fitted_line(fmt::format("{:>11.6f} {}{:<10}{:>4}{:>4}{:>4}{:>6}{}{}", seconds(frame.at_ns),
                                 way, name_of(header.type), header.seq, header.ack, header.window,
                                 frame.payload.size(), content.empty() ? "" : "  ", content));
}

std::string TapeTeller::event_line(const tape::Record& record) const {
  if (style_.json) {
    ordered_json json{{"at_s", seconds(record.at_ns)}, {"event", name_of(record.kind)}};
    if (record.kind == Kind::kNote) {
      json["note"] = text_of(record.bytes);
      const auto said = tape::parse_note<ordered_json>(record.text);
      json["says"] = said.is_discarded() ? ordered_json(record.text) : said;
    } else {
      json["says"] = event_text(record);
    }
    return line_of(json);
  }
  return fitted_line(fmt::format("{:>11.6f} *{:<10}{}", seconds(record.at_ns), name_of(record.kind),
                                 event_text(record)));
}

std::string TapeTeller::raw_line(const tape::Record& record) const {
  if (style_.json) {
    return line_of({{"at_s", seconds(record.at_ns)},
                    {"what", name_of(record.kind)},
                    {"hex", hex_of(record.bytes)}});
  }
  return fitted_line(fmt::format("{:>11.6f}  {:<6}{:>7}  {}", seconds(record.at_ns),
                                 name_of(record.kind), record.bytes.size(), hex_of(record.bytes)));
}

std::string TapeTeller::tell(const tape::Record& record) {
  last_ns_ = record.at_ns;
  if (record.kind == Kind::kFailed) ++failures_;
  if (is_event(record.kind)) return event_line(record);
  std::string lines;
  for (const tape::LoggedFrame& frame : log_.take(record)) {
    if (!style_.raw) lines += frame_lines(frame);
  }
  if (style_.raw && !record.bytes.empty()) lines += raw_line(record);
  return lines;
}

std::string TapeTeller::summary(bool whole, std::size_t cut_off_bytes) {
  if (style_.json) {
    return line_of({{"summary",
                     {{"duration_s", seconds(last_ns_)},
                      {"whole", whole},
                      {"cut_off_bytes", cut_off_bytes},
                      {"failures", failures_},
                      {"to_board", json_of(log_.to_board())},
                      {"from_board", json_of(log_.from_board())}}}});
  }
  const double duration = std::max(seconds(last_ns_), 1e-9);
  const auto bytes = static_cast<double>(log_.to_board().bytes + log_.from_board().bytes);
  std::string text = fmt::format("\n{:.3f} s, {} B/s both ways", seconds(last_ns_),
                                 report::grouped(static_cast<std::uint64_t>(bytes / duration)));
  if (failures_ > 0) text += ", " + report::counted(failures_, "failure") + " of the link";
  text += "\n" + counts_line("to the board", log_.to_board());
  text += counts_line("from the board", log_.from_board());
  if (!whole) {
    text += fmt::format("  no end: the run was killed, or the disk was full ({} B cut off)\n",
                        cut_off_bytes);
  }
  return text;
}

}  // namespace hil::app
