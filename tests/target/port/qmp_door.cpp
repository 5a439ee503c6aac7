// SPDX-License-Identifier: Apache-2.0
// QEMU's machine protocol, as far as a test needs it to set what a device measures.
#include "tests/target/port/qmp_door.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <stdexcept>

namespace hil::test {
namespace {

constexpr int kPatienceMs = 20'000;

}  // namespace

QmpDoor::QmpDoor(FileDescriptor socket) : socket_(std::move(socket)) {
  take_line();  // who QEMU is
  ask(R"({"execute":"qmp_capabilities"})");
}

void QmpDoor::set(const std::string& device, const std::string& name, int value) {
  ask(fmt::format(R"({{"execute":"qom-set","arguments":)"
                  R"({{"path":"/machine/peripheral/{}","property":"{}","value":{}}}}})",
                  device, name, value));
}

/// What comes meanwhile and is no answer tells of the machine's events.
void QmpDoor::ask(const std::string& command) {
  const std::string line = command + "\n";
  if (write(socket_.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    throw std::runtime_error("QEMU's machine protocol is closed");
  }
  std::string answer = take_line();
  while (answer.find("\"event\"") != std::string::npos)
    answer = take_line();
  if (answer.find("\"return\"") == std::string::npos) throw std::runtime_error(answer);
}

std::string QmpDoor::take_line() {
  std::string line;
  for (;;) {
    pollfd waiting{socket_.get(), POLLIN, 0};
    char byte = 0;
    if (poll(&waiting, 1, kPatienceMs) != 1 || read(socket_.get(), &byte, 1) != 1) {
      throw std::runtime_error("QEMU's machine protocol says nothing");
    }
    if (byte == '\n') return line;
    line += byte;
  }
}

}  // namespace hil::test
