// SPDX-License-Identifier: Apache-2.0
// The commands of a PPK2, over a link.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/energy/ppk2/calibration.hpp"
#include "host/link/link.hpp"

namespace hil::energy::ppk2 {

/// The device confirms nothing; its one answer is the metadata. Commands: facts/energy.md 3.2.
class Ppk2Port {
 public:
  using Sink = std::function<void(std::span<const std::uint8_t>)>;

  explicit Ppk2Port(std::unique_ptr<Link> link) : link_(std::move(link)) {}

  /// Each blocks until the bytes are on the line.
  ///   kLink  it is gone, or does not take them by @p deadline
  Status start_sampling(Deadline deadline);
  Status set_target_power(bool on, Deadline deadline);
  /// @p volts: 0.8 to 5
  Status set_regulator(double volts, Deadline deadline);
  Status set_mode(bool source, Deadline deadline);

  /// Ends sampling: gives @p sink what still comes until the line has been silent for 50 ms, and
  /// says so again to one that goes on.
  ///   kLink  it is gone, or it does not stop by @p deadline
  Status stop_sampling(const Sink& sink, Deadline deadline);

  /// Asks for the metadata; only while it is not sampling.
  ///   kLink  no answer
  ///   kLab   the answer is none of a PPK2, or its factors can't be right
  Result<Calibration> read_calibration(Deadline deadline);

  /// What has come, as Link::read().
  Result<std::size_t> read(std::span<std::uint8_t> buffer, Deadline deadline) {
    return link_->read(buffer, deadline);
  }
  /// Tells it to stop without waiting; for the end of all use.
  void leave();
  [[nodiscard]] std::string name() const { return link_->name(); }

 private:
  Status send(std::span<const std::uint8_t> bytes, Deadline deadline);

  std::unique_ptr<Link> link_;
};

}  // namespace hil::energy::ppk2
