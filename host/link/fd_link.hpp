// SPDX-License-Identifier: Apache-2.0
// A link over any non-blocking file descriptor: pty master, socket, raw tty.
#pragma once

#include <cstdint>
#include <string>

#include "host/base/file_descriptor.hpp"
#include "host/link/link.hpp"

namespace hil {

class FdLink : public Link {
 public:
  /// Takes over @p fd and makes it non-blocking. @p name is for messages; @p baud: see
  /// Link::baud().
  FdLink(FileDescriptor fd, std::string name, std::uint32_t baud = 0);

  Result<std::size_t> write(std::span<const std::uint8_t> bytes) override;
  Result<std::size_t> read(std::span<std::uint8_t> buffer, Deadline deadline) override;
  Status wait(bool want_write, Deadline deadline) override;
  [[nodiscard]] std::uint32_t baud() const override { return baud_; }
  [[nodiscard]] std::string name() const override { return name_; }
  /// For poll(2) beside other descriptors; -1 if it is closed.
  [[nodiscard]] int descriptor() const { return fd_.get(); }

 private:
  /// One read() without waiting; 0 if nothing is there.
  Result<std::size_t> read_now(std::span<std::uint8_t> buffer);
  [[nodiscard]] Error hung_up() const;
  [[nodiscard]] Error failed(const char* doing, int error_number) const;

  FileDescriptor fd_;
  std::string name_;
  std::uint32_t baud_;
  bool is_socket_ = false;
};

}  // namespace hil
