// SPDX-License-Identifier: Apache-2.0
// QEMU's gdb door, as far as a test needs it to make a core fault.
#include "tests/target/port/gdb_door.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <stdexcept>

namespace hil::test {
namespace {

constexpr int kPatienceMs = 20'000;

}  // namespace

/// QEMU stops the machine when a debugger comes, which the socket does at the start.
GdbDoor::GdbDoor(FileDescriptor socket) : socket_(std::move(socket)) {
  ask("qXfer:features:read:target.xml:0,ffb");  // else QEMU 7.2 knows no registers
}

void GdbDoor::stop() {
  send("\x03");
  take_packet();
}

void GdbDoor::go_on() {
  send("$c#63");
}

void GdbDoor::reset() {
  // "monitor system_reset" in hexadecimal: a command for QEMU's own monitor.
  std::string command;
  for (const char c : std::string("system_reset"))
    command += fmt::format("{:02x}", static_cast<unsigned>(c));
  std::string answer = ask("qRcmd," + command);
  while (answer != "OK")
    answer = take_packet();  // what the monitor prints comes first
}

void GdbDoor::set_register(int number, std::uint32_t value) {
  const std::uint32_t swapped = __builtin_bswap32(value);  // in the core's order
  const std::string answer = ask(fmt::format("P{:x}={:08x}", number, swapped));
  if (answer != "OK") throw std::runtime_error("register refused: " + answer);
}

std::string GdbDoor::ask(const std::string& packet) {
  unsigned sum = 0;
  for (const char c : packet)
    sum += static_cast<unsigned char>(c);
  send(fmt::format("${}#{:02x}", packet, sum & 0xFF));
  return take_packet();
}

std::string GdbDoor::take_packet() {
  while (take_byte() != '$') {
  }
  std::string body;
  for (char c = take_byte(); c != '#'; c = take_byte())
    body += c;
  take_byte();  // the sum: a socket pair loses nothing
  take_byte();
  send("+");
  return body;
}

void GdbDoor::send(const std::string& bytes) {
  if (write(socket_.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
    throw std::runtime_error("QEMU's gdb door is closed");
  }
}

char GdbDoor::take_byte() {
  pollfd waiting{socket_.get(), POLLIN, 0};
  char byte = 0;
  if (poll(&waiting, 1, kPatienceMs) != 1 || read(socket_.get(), &byte, 1) != 1) {
    throw std::runtime_error("QEMU's gdb door says nothing");
  }
  return byte;
}

}  // namespace hil::test
