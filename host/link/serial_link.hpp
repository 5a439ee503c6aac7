// SPDX-License-Identifier: Apache-2.0
// A link over a serial port of this machine: UART, USB adapter or USB device.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "host/link/link.hpp"
#include "host/link/output_bound.hpp"

struct sp_port;

namespace hil {

struct SerialSettings {
  std::uint32_t baud = 0;   ///< bits per second; 0: the line has no rate (USB device), none is set
  std::optional<bool> dtr;  ///< asserted or not; nothing: as the system does at open
  std::optional<bool> rts;  ///< likewise
};

/// By libserialport. The port is locked (flock) for as long as the link lives.
class SerialLink : public Link {
 public:
  /// Opens port @p name ("/dev/ttyACM0", "ttyACM0", or a link to one as below /dev/serial/by-id):
  /// 8N1, no flow control, at the rate and with the modem lines of @p settings; discards what came
  /// before. Never blocks.
  ///   kLab     no such port (the nearest name in `hint`), no permission (the group in `hint`), or
  ///            held by another process
  ///   kConfig  port or driver does not do the rate (read back more than 2.5 % off) or the modem
  ///            lines
  ///   kLink    it was unplugged in between
  static Result<std::unique_ptr<SerialLink>> open(const std::string& name,
                                                  const SerialSettings& settings);

  /// Takes no more than OutputBound allows.
  Result<std::size_t> write(std::span<const std::uint8_t> bytes) override;
  Result<std::size_t> read(std::span<std::uint8_t> buffer, Deadline deadline) override;
  /// With @p want_write it also ends when OutputBound allows more.
  Status wait(bool want_write, Deadline deadline) override;
  /// As the driver reports it; 0 if opened without a rate.
  [[nodiscard]] std::uint32_t baud() const override { return baud_; }
  /// Read back as by open(); a link opened without a rate has none to change.
  Status set_baud(std::uint32_t baud) override;
  [[nodiscard]] std::string name() const override { return name_; }

 private:
  struct ClosePort {
    void operator()(sp_port* port) const;
  };
  using Port = std::unique_ptr<sp_port, ClosePort>;

  SerialLink(Port port, int fd, std::string name, std::uint32_t baud);

  /// One read without waiting; 0 if nothing is there.
  ///   kLink  the port is gone
  Result<std::size_t> read_now(std::span<std::uint8_t> buffer);
  [[nodiscard]] std::size_t queued() const;
  [[nodiscard]] Error gone() const;

  Port port_;
  int fd_;  ///< port_'s
  std::string name_;
  std::uint32_t baud_;
  OutputBound bound_;
};

}  // namespace hil
