// SPDX-License-Identifier: Apache-2.0
// The log's lines on their way to the host: each as a datagram, and those still kept on request.
#include <algorithm>

#include "protocol/messages/log.nano.pb.h"
#include "target/agent/crash_note.hpp"
#include "target/agent/dispatcher.hpp"
#include "target/agent/memory.hpp"
#include "target/agent/reply.hpp"
#include "target/agent/services/services.hpp"
#include "target/port/port.hpp"

namespace hil::agent::log {
namespace {

// Tags and numbers of a LogLine around its text.
constexpr std::size_t kAroundText = 2 + 11 + 2 + 6;
static_assert(sizeof(hilbench_v1_LogLine::text) == LogRing::kMostText + 1);
static_assert(hilbench_v1_LogLine_size == kAroundText + LogRing::kMostText);
static_assert(kMostDatagram == frame::kMessageHeadBytes + hilbench_v1_LogLine_size);

hilbench_v1_LogLine line_at(const LogRing& ring, std::uint32_t number, std::size_t most_text) {
  hilbench_v1_LogLine line{};
  const std::size_t room = std::min(most_text + 1, sizeof(line.text));
  const LogRing::Head head = ring.read(number, std::span(line.text).first(room));
  line.level = static_cast<hilbench_v1_LogLevel>(head.level);
  line.device_ticks = head.ticks;
  line.number = number;
  return line;
}

/// Lines of an answer to LogRead.
struct Page {
  const LogRing& ring;
  std::uint32_t first, end;
  std::size_t most_text;  ///< bytes, of each
};

// A line inside a message costs its tag and length beside its own bytes; the page's own numbers.
constexpr std::size_t kAroundLine = 2 + kAroundText;
constexpr std::size_t kAroundPage = 2 * 6;

/// As many lines from @p first on as surely fit @p room bytes; one is cut to fit.
Page page_of(const LogRing& ring, std::uint32_t first, std::size_t room) {
  Page page{ring, first, first, room - kAroundLine};
  for (; page.end != ring.next(); ++page.end) {
    const std::size_t text_bytes = ring.read(page.end, {}).text_bytes;
    const std::size_t size = kAroundLine + std::min(text_bytes, page.most_text);
    if (size > room) break;
    room -= size;
  }
  return page;
}

bool write_page(pb_ostream_t* stream, const pb_field_t* field, void* const* arg) {
  const Page& page = *static_cast<const Page*>(*arg);
  for (std::uint32_t number = page.first; number != page.end; ++number) {
    const hilbench_v1_LogLine line = line_at(page.ring, number, page.most_text);
    if (!pb_encode_tag_for_field(stream, field) ||
        !pb_encode_submessage(stream, hilbench_v1_LogLine_fields, &line)) {
      return false;
    }
  }
  return true;
}

}  // namespace

void say(Level level, const char* text) {
  memory::state().log.ring.add(static_cast<std::uint8_t>(level), port::ticks(), text);
}

void say(Level level, const char* before, const char* text) {
  ErrorText line;
  line.writer.put(before).put(text);
  say(level, line.get());
}

void say(Level level, const char* before, std::uint64_t number, const char* after) {
  ErrorText text;
  text.writer.put(before).put(number).put(after);
  say(level, text.get());
}

void say_start(const State& state) {
  ErrorText text;
  text.writer.put(port::tick_hz()).put(port::identity().emulated ? " Hz emulated" : " Hz");
  text.writer.put(", agent ").put(memory::static_bytes()).put(" B, models ");
  text.writer.put(state.model.slot.size()).put(" B, arena ").put(state.model.arena.size());
  text.writer.put(" B");
  say(Level::kDebug, text.get());
  ErrorText boot;
  boot.writer.put("boot ").put(crash::boot_count()).put(": ").put(text_of(port::reset_cause()));
  const auto note = crash::note();
  if (!note.empty()) boot.writer.put(", ").put(note);
  say(note.empty() ? Level::kInfo : Level::kWarning, boot.get());
}

void begin_session(State& state) {
  state.log.session_first = state.log.waiting = state.log.ring.next();
}

std::span<const std::uint8_t> next_datagram(State& state, std::span<std::uint8_t> out) {
  LogState& log = state.log;
  log.waiting = std::max(log.waiting, log.ring.oldest());
  const bool quiet = state.run.quiet && state.run.phase != RunState::Phase::kIdle;
  if (quiet || log.waiting == log.ring.next()) return {};
  const std::size_t most = std::min(out.size(), state.link.most_datagram());
  const hilbench_v1_LogLine line =
      line_at(log.ring, log.waiting, most - frame::kMessageHeadBytes - kAroundText);
  ++log.waiting;
  const auto body = out.subspan(frame::kMessageHeadBytes);
  pb_ostream_t stream = pb_ostream_from_buffer(body.data(), body.size());
  if (!pb_encode(&stream, hilbench_v1_LogLine_fields, &line)) return {};
  const frame::MessageHead head{static_cast<std::uint16_t>(stream.bytes_written), Service::kLog,
                                method::kLogLine, Kind::kStream, 0};
  frame::write(head, out.first<frame::kMessageHeadBytes>());
  return out.first(frame::kMessageHeadBytes + stream.bytes_written);
}

void read(State& state, const Message& message) {
  hilbench_v1_LogReadRequest request{};
  if (!decode_or_refuse(state, message, request)) return;
  const LogRing& ring = state.log.ring;
  const std::uint32_t first = std::clamp(request.first_line, ring.oldest(), ring.next());
  Page page = page_of(ring, first,
                      most_answer(state, Kind::kRequest) - frame::kMessageHeadBytes - kAroundPage);
  hilbench_v1_LogReadReply answer{};
  answer.oldest_line = ring.oldest();
  answer.next_line = ring.next();
  answer.lines.funcs.encode = write_page;
  answer.lines.arg = &page;
  reply(state, message.head, answer);
}

}  // namespace hil::agent::log
