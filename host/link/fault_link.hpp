// SPDX-License-Identifier: Apache-2.0
// A link that breaks what passes through it, on purpose and repeatably.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "host/link/fault_lane.hpp"
#include "host/link/fault_plan.hpp"
#include "host/link/link.hpp"

namespace hil {

/// Breaks frames both ways; each direction draws from random sequences of its own, so one
/// direction's faults do not depend on the other's timing. Keeps the pace of the inner link: what
/// it takes beyond that link's room is a millisecond of the line.
class FaultLink : public Link {
 public:
  /// @p inner must outlive this.
  FaultLink(Link& inner, const FaultPlan& plan);

  /// Stalls and cuts are counted from the first call of this; before it there are none.
  void start_clock();

  Result<std::size_t> write(std::span<const std::uint8_t> bytes) override;
  Result<std::size_t> read(std::span<std::uint8_t> buffer, Deadline deadline) override;
  Status wait(bool want_write, Deadline deadline) override;
  [[nodiscard]] std::uint32_t baud() const override { return inner_.baud(); }
  Status set_baud(std::uint32_t baud) override;
  [[nodiscard]] std::string name() const override { return inner_.name() + " with faults"; }

  [[nodiscard]] const FaultPlan& plan() const { return plan_; }
  [[nodiscard]] const FaultCounts& outgoing() const { return outgoing_.counts(); }
  [[nodiscard]] const FaultCounts& incoming() const { return incoming_.counts(); }
  /// How many stalls and cuts have begun by now.
  [[nodiscard]] std::uint32_t stalls_begun() const { return begun(plan_.stalls); }
  [[nodiscard]] std::uint32_t cuts_begun() const { return begun(plan_.cuts); }

 private:
  using Windows = std::vector<FaultWindow>;

  [[nodiscard]] std::uint32_t begun(const Windows& windows) const;
  /// The end of the window that is open now, if one is.
  [[nodiscard]] std::optional<Deadline> end_of(const Windows& windows) const;
  /// Bytes taken at once: the last of them may have to wait for the inner link.
  [[nodiscard]] std::size_t most_taken() const;
  /// Hands what is ready to the inner link, as many bytes as it takes.
  Status flush();
  /// Reads what the inner link has and breaks it, until there is something to read or (if @p
  /// want_write) room to write; blocks until @p deadline at most.
  Status move(bool want_write, Deadline deadline);
  Status take_incoming();

  Link& inner_;
  FaultPlan plan_;
  std::optional<Deadline::Clock::time_point> start_;
  FaultLane outgoing_;
  FaultLane incoming_;
};

}  // namespace hil
