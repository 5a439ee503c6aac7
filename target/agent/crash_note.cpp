// SPDX-License-Identifier: Apache-2.0
// What survives a reset: how often the agent has started, and where it was when it failed.
#include "target/agent/crash_note.hpp"

#include "protocol/frame/control.hpp"
#include "target/agent/text.hpp"
#include "target/port/port.hpp"

namespace hil::agent::crash {
namespace {

constexpr std::uint32_t kMagic = 0x4352'4948;  // "HICR"

/// Lies at the start of port::no_init(). Random after power-on, hence magic and check.
struct Note {
  std::uint32_t magic;
  std::uint32_t boot_count;
  std::uint32_t check;  ///< ~boot_count
  std::uint32_t operator_index;
  std::uint8_t service;
  std::uint8_t method;
  std::uint8_t fresh;  ///< text was written in the run before this one
  std::uint8_t text_bytes;
  char text[frame::kMostCrashNoteBytes];
};

Note* get() {
  return reinterpret_cast<Note*>(port::no_init().data());
}

bool valid(const Note& note) {
  return note.magic == kMagic && note.check == ~note.boot_count &&
         note.text_bytes <= frame::kMostCrashNoteBytes;
}

void forget_place(Note& note) {
  note.operator_index = kNoOperator;
  note.service = note.method = 0;
}

}  // namespace

void begin() {
  static_assert(sizeof(Note) == 20 + frame::kMostCrashNoteBytes);
  if (port::no_init().size() < sizeof(Note)) port::fatal();
  Note& note = *get();
  if (!valid(note)) note = Note{kMagic, 0, 0, 0, 0, 0, 0, 0, {}};
  if (note.fresh == 0) note.text_bytes = 0;
  note.fresh = 0;
  ++note.boot_count;
  note.check = ~note.boot_count;
  forget_place(note);
}

std::uint32_t boot_count() {
  return get()->boot_count;
}

std::span<const std::uint8_t> note() {
  const Note& note = *get();
  return {reinterpret_cast<const std::uint8_t*>(note.text), note.text_bytes};
}

void at_message(Service service, std::uint8_t method) {
  get()->service = static_cast<std::uint8_t>(service);
  get()->method = method;
}

void at_operator(std::uint32_t index) {
  get()->operator_index = index;
}

void write(const char* reason) {
  Note& note = *get();
  char text[frame::kMostCrashNoteBytes + 1];
  TextWriter writer(text);
  writer.put(reason);
  if (note.operator_index != kNoOperator) writer.put(", operator ").put(note.operator_index);
  if (note.service != 0) {
    writer.put(", last message ").put(note.service).put(".").put(note.method);
  }
  for (std::size_t i = 0; i < writer.size(); ++i)
    note.text[i] = text[i];
  note.text_bytes = static_cast<std::uint8_t>(writer.size());
  note.fresh = 1;
}

void fail(const char* reason) {
  write(reason);
  port::fatal();
}

}  // namespace hil::agent::crash
