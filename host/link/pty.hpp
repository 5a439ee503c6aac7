// SPDX-License-Identifier: Apache-2.0
// A pseudo-terminal pair: the host keeps the master as a link, an agent process gets the slave.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "host/base/file_descriptor.hpp"
#include "host/base/result.hpp"
#include "host/link/fd_link.hpp"

namespace hil {

/// The line is raw, 8N1, without echo. The master hangs up when the last slave descriptor is
/// closed, so it must not be closed before the agent has one: give slave() to the agent's process
/// as a standard stream, then release_slave(). From there on the agent alone holds it, and its
/// death is a hang-up at once.
class Pty {
 public:
  /// Opens a pair. @p baud is what the link reports (a pty passes bytes at once whatever it is).
  ///   kLab  no pseudo-terminal can be had
  static Result<Pty> open(std::uint32_t baud = 0);

  [[nodiscard]] Link& link() { return *link_; }
  /// The link's descriptor, for poll(2).
  [[nodiscard]] int master() const { return link_->descriptor(); }
  [[nodiscard]] const std::string& slave_path() const { return slave_path_; }
  /// The slave's descriptor, to be inherited; -1 after release_slave().
  [[nodiscard]] int slave() const { return slave_.get(); }
  void release_slave() { slave_.reset(); }

 private:
  Pty(std::unique_ptr<FdLink> link, FileDescriptor slave, std::string slave_path);

  std::unique_ptr<FdLink> link_;
  FileDescriptor slave_;
  std::string slave_path_;
};

}  // namespace hil
