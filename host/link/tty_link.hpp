// SPDX-License-Identifier: Apache-2.0
// A link over a terminal given by its path, above all a virtual board's pseudo-terminal.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "host/link/fd_link.hpp"
#include "host/link/output_bound.hpp"

namespace hil {

/// For boards on a cable there is SerialLink, which also knows modem lines and port names;
/// libserialport refuses pseudo-terminals.
class TtyLink : public Link {
 public:
  /// Opens the terminal @p path raw, 8N1, without flow control, at @p baud bits per second (any
  /// rate; 0 leaves the rate as it is: a line without one), discards what came before, and locks
  /// it against everyone who uses flock as well. Never blocks.
  ///   kLab     no such file, no permission, busy, or held by another process
  ///   kConfig  not a terminal, or it does not take the rate (read back more than 2.5 % off)
  ///   kLink    it hung up at once
  static Result<std::unique_ptr<TtyLink>> open(const std::string& path, std::uint32_t baud);

  /// Takes no more than OutputBound allows.
  Result<std::size_t> write(std::span<const std::uint8_t> bytes) override;
  Result<std::size_t> read(std::span<std::uint8_t> buffer, Deadline deadline) override;
  /// With @p want_write it also ends when OutputBound allows more.
  Status wait(bool want_write, Deadline deadline) override;
  /// As the terminal reports it; 0 if opened without a rate.
  [[nodiscard]] std::uint32_t baud() const override { return baud_; }
  Status set_baud(std::uint32_t baud) override;
  [[nodiscard]] std::string name() const override { return link_.name(); }

 private:
  TtyLink(FileDescriptor fd, const std::string& path, std::uint32_t baud);
  /// Bytes the kernel has and the line does not; 0 if it can't say.
  [[nodiscard]] std::size_t queued() const;

  int fd_;  ///< link_'s
  std::string path_;
  FdLink link_;
  std::uint32_t baud_;
  OutputBound bound_;
};

}  // namespace hil
