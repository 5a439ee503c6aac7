// SPDX-License-Identifier: Apache-2.0
// FakeQemu: one thread that answers like QEMU 7.2.
#include "tests/host/emulate/probe/fake_qemu.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <sstream>
#include <stdexcept>

#include "host/emulate/probe/doors/base64.hpp"

namespace hil::emulate {
namespace {

constexpr std::array<const char*, 3> kDoorNames = {"gdb", "qmp", "qtest"};

std::uint32_t number(const std::string& text, int base = 0) {
  return static_cast<std::uint32_t>(std::stoul(text, nullptr, base));
}

}  // namespace

FakeQemu::FakeQemu() : stop_(::eventfd(0, EFD_CLOEXEC)) {
  std::array<FileDescriptor*, 3> ours = {&ours_.gdb, &ours_.qmp, &ours_.qtest};
  for (std::size_t i = 0; i < 3; ++i) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
      throw std::runtime_error("no socket");
    }
    *ours[i] = FileDescriptor(ends[0]);
    theirs_[i] = FileDescriptor(ends[1]);
  }
  registers_[25] = 1U << 24;
  send(kQmp, "{\"QMP\": {\"version\": {}, \"capabilities\": []}}\r\n");
  thread_ = std::thread([this] { serve(); });
}

FakeQemu::~FakeQemu() {
  const std::uint64_t one = 1;
  if (::write(stop_.get(), &one, sizeof one) == sizeof one) thread_.join();
}

std::unique_ptr<Machine> FakeQemu::machine() {
  auto machine = Machine::connect(doors(), Deadline::after(std::chrono::seconds(10)));
  if (!machine.ok()) throw std::runtime_error(machine.error().what);
  return std::move(*machine);
}

void FakeQemu::send(Door door, const std::string& bytes) {
  (void)::send(theirs_[door].get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

void FakeQemu::serve() {
  std::array<char, 65536> buffer;
  while (true) {
    std::array<pollfd, 4> waiting{};
    for (std::size_t i = 0; i < 3; ++i)
      waiting[i] = {theirs_[i].get(), POLLIN, 0};
    waiting[3] = {stop_.get(), POLLIN, 0};
    if (::poll(waiting.data(), waiting.size(), -1) < 0 || waiting[3].revents != 0) return;
    for (std::size_t i = 0; i < 3; ++i) {
      if (waiting[i].revents == 0) continue;
      const ssize_t count = ::recv(theirs_[i].get(), buffer.data(), buffer.size(), 0);
      if (count <= 0) return;
      const std::lock_guard lock(mutex_);
      take(static_cast<Door>(i), std::string(buffer.data(), static_cast<std::size_t>(count)));
    }
  }
}

void FakeQemu::take(Door door, const std::string& bytes) {
  const auto spoiled = spoiled_.find(kDoorNames[door]);
  if (spoiled != spoiled_.end()) return send(door, spoiled->second);
  if (door == kGdb) return take_gdb(bytes);
  if (door == kQmp) {
    if (bytes.find("system_reset") == std::string::npos) return send(kQmp, "{\"return\": {}}\n");
    ++resets_;
    running_ = false;
    registers_[13] = load(0, 4);
    registers_[15] = load(4, 4) & ~1U;
    registers_[25] = (load(4, 4) & 1U) << 24;
    // The event first, behind one of a reset by the firmware.
    return send(kQmp,
                "{\"event\": \"RESET\", \"data\": {\"guest\": true, \"reason\": \"guest-reset\"}}\n"
                "{\"event\": \"RESET\", \"data\": {\"reason\": \"host-qmp-system-reset\"}}\n"
                "{\"return\": {}}\n");
  }
  qtest_input_ += bytes;
  for (auto end = qtest_input_.find('\n'); end != std::string::npos;
       end = qtest_input_.find('\n')) {
    ++memory_requests_;
    send(kQtest, "IRQ raise 3\n" + answer_qtest(qtest_input_.substr(0, end)) + "\n");
    qtest_input_.erase(0, end + 1);
  }
}

void FakeQemu::take_gdb(const std::string& bytes) {
  if (running_) {  // anything halts it, the first byte is lost
    running_ = false;
    send(kGdb, gdb_packet("T02thread:01;"));
    return take_gdb(bytes.substr(1));
  }
  reader_.buffer() += bytes;
  while (const auto packet = reader_.next()) {
    const std::string answer = answer_gdb(*packet);
    if (*packet != "c") {
      send(kGdb, "+" + gdb_packet(answer));
    } else if (!reader_.buffer().empty()) {
      return take_gdb(std::exchange(reader_.buffer(), ""));
    }
  }
}

std::string FakeQemu::answer_gdb(const std::string& packet) {
  const auto comma = packet.find(',');
  switch (packet[0]) {
    case '?':
      breakpoints_.clear();
      return "T05thread:01;";
    case 'q':
      return packet == "qC" ? "QC01" : "PacketSize=1000";
    case 'c':
      running_ = true;
      return "";
    case 's':
      registers_[15] += 2;
      return "T05thread:01;";
    case 'p': {
      const auto which = number(packet.substr(1), 16);
      return hex_of_number(registers_[which], which >= 26 && which < 42 ? 8 : 4);
    }
    case 'P': {
      const auto equals = packet.find('=');
      registers_[number(packet.substr(1, equals - 1), 16)] =
          number_from_hex(packet.substr(equals + 1)).value_or(0);
      return "OK";
    }
    case 'M': {
      std::uint32_t address = number(packet.substr(1, comma - 1), 16);
      const std::string hex = packet.substr(packet.find(':') + 1);
      for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        store(address++, number(hex.substr(i, 2), 16), 1);
      }
      return "OK";
    }
    case 'Z':
      breakpoints_.insert(number(packet.substr(3), 16));
      return "OK";
    case 'z':
      breakpoints_.erase(number(packet.substr(3), 16));
      return "OK";
    default:
      return "";
  }
}

std::string FakeQemu::answer_qtest(const std::string& line) {
  std::istringstream words(line);
  std::string command, address, third, fourth;
  words >> command >> address >> third >> fourth;
  const std::uint32_t at = number(address);
  const unsigned size = command.ends_with('b') ? 1 : command.ends_with('w') ? 2 : 4;
  if (command == "b64read") {
    std::vector<std::uint8_t> bytes(number(third));
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = static_cast<std::uint8_t>(load(at + static_cast<std::uint32_t>(i), 1));
    }
    return "OK " + base64_of(bytes);
  }
  if (command == "b64write") {
    std::uint32_t next = at;
    const auto bytes = bytes_from_base64(fourth);
    if (!bytes || bytes->size() != number(third)) return "FAIL";
    for (const std::uint8_t byte : *bytes)
      store(next++, byte, 1);
    return "OK";
  }
  if (command.starts_with("read")) return fmt::format("OK 0x{:016x}", load(at, size));
  store(at, number(third), size);
  return "OK";
}

std::uint32_t FakeQemu::load(std::uint32_t address, unsigned size) {
  std::uint32_t value = 0;
  for (unsigned i = 0; i < size; ++i)
    value |= std::uint32_t{memory_[address + i]} << 8 * i;
  return value;
}

void FakeQemu::store(std::uint32_t address, std::uint32_t value, unsigned size) {
  for (unsigned i = 0; i < size; ++i) {
    memory_[address + i] = static_cast<std::uint8_t>(value >> 8 * i);
  }
}

std::uint32_t FakeQemu::word(std::uint32_t address) {
  const std::lock_guard lock(mutex_);
  return load(address, 4);
}

void FakeQemu::set_word(std::uint32_t address, std::uint32_t value) {
  const std::lock_guard lock(mutex_);
  store(address, value, 4);
}

std::uint32_t FakeQemu::reg(unsigned which) {
  const std::lock_guard lock(mutex_);
  return static_cast<std::uint32_t>(registers_[which]);
}

void FakeQemu::set_reg(unsigned which, std::uint32_t value) {
  const std::lock_guard lock(mutex_);
  registers_[which] = value;
}

std::set<std::uint32_t> FakeQemu::breakpoints() {
  const std::lock_guard lock(mutex_);
  return breakpoints_;
}

bool FakeQemu::running() {
  const std::lock_guard lock(mutex_);
  return running_;
}

unsigned FakeQemu::resets() {
  const std::lock_guard lock(mutex_);
  return resets_;
}

unsigned FakeQemu::memory_requests() {
  const std::lock_guard lock(mutex_);
  return memory_requests_;
}

void FakeQemu::hit_breakpoint() {
  const std::lock_guard lock(mutex_);
  running_ = false;
  send(kGdb, gdb_packet("T05thread:01;"));
}

void FakeQemu::die() {
  const std::lock_guard lock(mutex_);
  for (const FileDescriptor& door : theirs_)
    ::shutdown(door.get(), SHUT_RDWR);
}

void FakeQemu::spoil(const std::string& door, const std::string& answer) {
  const std::lock_guard lock(mutex_);
  spoiled_[door] = answer;
}

}  // namespace hil::emulate
