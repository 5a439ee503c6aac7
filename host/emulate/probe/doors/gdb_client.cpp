// SPDX-License-Identifier: Apache-2.0
// GdbClient: requests and answers of gdb's remote serial protocol as QEMU 7.2 speaks it.
#include "host/emulate/probe/doors/gdb_client.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/base/digest.hpp"

namespace hil::emulate {
namespace {

/// Bytes of memory in one packet: QEMU's PacketSize of 0x1000 characters, less the header.
constexpr std::size_t kMemoryBytes = 2000;
/// A step that takes longer waits for an interrupt, which QEMU masks while stepping.
constexpr std::chrono::milliseconds kStepTime{500};
constexpr const char* kInterrupt = "\x03";
/// The stop reply for a breakpoint, which is signal 5 (SIGTRAP).
constexpr const char* kTrapped = "T05";

/// The core halted (T, S), or the whole program ended (W, X), which QEMU says when it quits.
bool is_stop(std::string_view payload) {
  return !payload.empty() && std::string_view("TSWX").find(payload[0]) != std::string_view::npos;
}

}  // namespace

Status GdbClient::tell(std::string_view payload, Deadline deadline) {
  return stream_.send(gdb_packet(payload), deadline);
}

Result<std::optional<std::string>> GdbClient::packet(Deadline deadline) {
  while (true) {
    if (auto payload = reader_.next()) {
      HIL_TRY(stream_.send("+", Deadline::after(kAnswerTime)));
      return payload;
    }
    if (reader_.overflowed()) return stream_.strange_answer("all", "a packet without end");
    HIL_ASSIGN(const bool came, stream_.receive(reader_.buffer(), deadline));
    if (!came) return std::optional<std::string>();
  }
}

Result<std::string> GdbClient::ask(std::string_view payload, Deadline deadline) {
  HIL_TRY(tell(payload, deadline));
  HIL_ASSIGN(auto answer, packet(deadline));
  if (!answer) return stream_.no_answer(payload);
  return *std::move(answer);
}

Status GdbClient::order(std::string_view payload) {
  HIL_ASSIGN(const std::string answer, ask(payload));
  if (answer != "OK") return stream_.strange_answer(payload, answer);
  return {};
}

Status GdbClient::open(Deadline deadline) {
  HIL_TRY(ask("qSupported", deadline));
  // QEMU answers to 'p' only after its description has been read once.
  HIL_TRY(ask("qXfer:features:read:target.xml:0,ffb", deadline));
  HIL_ASSIGN(const std::string state, ask("?", deadline));
  if (!is_stop(state)) return stream_.strange_answer("?", state);
  return {};
}

Status GdbClient::drain(Deadline deadline) {
  HIL_TRY(tell("qC", deadline));
  while (true) {
    HIL_ASSIGN(const auto answer, packet(deadline));
    if (!answer) return stream_.no_answer("qC");
    if (answer->rfind("QC", 0) == 0) return {};
  }
}

Result<bool> GdbClient::halt() {
  const Deadline deadline = Deadline::after(kAnswerTime);
  HIL_TRY(stream_.send(kInterrupt, deadline));
  while (true) {
    HIL_ASSIGN(const auto stop, packet(deadline));
    if (!stop) return stream_.no_answer("an interrupt");
    if (!is_stop(*stop)) continue;
    // A breakpoint hit at the same time gives a second stop reply behind the first.
    HIL_TRY(drain(deadline));
    return stop->rfind(kTrapped, 0) == 0;
  }
}

Status GdbClient::resume() {
  return tell("c", Deadline::after(kAnswerTime));
}

Status GdbClient::step() {
  HIL_TRY(tell("s", Deadline::after(kAnswerTime)));
  HIL_ASSIGN(const auto stop, packet(Deadline::after(kStepTime)));
  if (!stop) HIL_TRY(halt());
  return {};
}

Result<bool> GdbClient::poll_stop() {
  HIL_ASSIGN(const auto stop, packet(Deadline::after({})));
  return stop && is_stop(*stop);
}

Result<std::uint64_t> GdbClient::read_register(unsigned number) {
  const std::string request = fmt::format("p{:x}", number);
  HIL_ASSIGN(const std::string answer, ask(request));
  if (answer.empty() || answer[0] == 'E') return std::uint64_t{0};  // this core has none
  const auto value = number_from_hex(answer);
  if (!value) return stream_.strange_answer(request, answer);
  return *value;
}

Status GdbClient::write_register(unsigned number, std::uint64_t value, std::size_t size_bytes) {
  return order(fmt::format("P{:x}={}", number, hex_of_number(value, size_bytes)));
}

Status GdbClient::insert_breakpoint(std::uint32_t address) {
  return order(fmt::format("Z1,{:x},2", address));
}

Status GdbClient::remove_breakpoint(std::uint32_t address) {
  return order(fmt::format("z1,{:x},2", address));
}

Status GdbClient::write_memory(std::uint32_t address, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const auto piece = bytes.first(std::min(bytes.size(), kMemoryBytes));
    HIL_TRY(order(fmt::format("M{:x},{:x}:{}", address, piece.size(), hex_of(piece))));
    bytes = bytes.subspan(piece.size());
    address += static_cast<std::uint32_t>(piece.size());
  }
  return {};
}

Status GdbClient::send_raw(std::span<const std::uint8_t> bytes) {
  return stream_.send(std::string(bytes.begin(), bytes.end()), Deadline::after(kAnswerTime));
}

Status GdbClient::receive_raw(std::vector<std::uint8_t>& bytes) {
  std::string said;
  HIL_TRY(stream_.receive(said, Deadline::after({})));
  bytes.assign(said.begin(), said.end());
  return {};
}

Status GdbClient::regain() {
  const Deadline deadline = Deadline::after(kAnswerTime);
  // Halts the core if it runs, is ignored between packets, and lies in a packet that the client did
  // not finish, whose wrong checksum then ends it (twice: the first may be eaten as its checksum).
  HIL_TRY(stream_.send(fmt::format("{}#00#00", kInterrupt), deadline));
  reader_ = GdbPacketReader();
  HIL_TRY(drain(deadline));
  HIL_ASSIGN(const std::string state, ask("?", deadline));  // QEMU removes all breakpoints at this
  if (!is_stop(state)) return stream_.strange_answer("?", state);
  return {};
}

}  // namespace hil::emulate
