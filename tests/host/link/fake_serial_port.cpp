// SPDX-License-Identifier: Apache-2.0
// FakeSerialPort: a pseudo-terminal and a name for it.
#include "tests/host/link/fake_serial_port.hpp"

#include <asm/termbits.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <stdexcept>

namespace hil {

FakeSerialPort::FakeSerialPort() : master_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
  std::array<char, 64> path{};
  if (!master_.is_open() || ::grantpt(master_.get()) != 0 || ::unlockpt(master_.get()) != 0 ||
      ::ptsname_r(master_.get(), path.data(), path.size()) != 0) {
    throw std::runtime_error("no pseudo-terminal");
  }
  slave_ = path.data();
  const auto link = folder_.path() / "ttyHIL0";
  std::filesystem::create_symlink(slave_, link);
  // Other users must reach it for the test of permissions.
  std::filesystem::permissions(folder_.path(), std::filesystem::perms(0755));
  name_ = "/dev/../../.." + link.string();
  fake_modem() = {};
}

void FakeSerialPort::send(const std::vector<std::uint8_t>& bytes) const {
  if (::write(master_.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
    throw std::runtime_error("the pseudo-terminal does not take what is sent");
  }
}

std::vector<std::uint8_t> FakeSerialPort::receive(std::size_t least) const {
  std::vector<std::uint8_t> bytes;
  std::array<std::uint8_t, 4096> buffer;
  while (bytes.size() < least) {
    pollfd ready{master_.get(), POLLIN, 0};
    if (::poll(&ready, 1, 5000) <= 0) break;
    const ssize_t count = ::read(master_.get(), buffer.data(), buffer.size());
    if (count <= 0) break;
    bytes.insert(bytes.end(), buffer.begin(), buffer.begin() + count);
  }
  return bytes;
}

std::uint32_t FakeSerialPort::baud() const {
  termios2 settings = {};
  return ::ioctl(master_.get(), TCGETS2, &settings) == 0 ? settings.c_ospeed : 0;
}

}  // namespace hil
