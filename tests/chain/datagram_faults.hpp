// SPDX-License-Identifier: Apache-2.0
// A link that breaks nothing but the datagrams of streams, and watches which of them arrive.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/link/fault_link.hpp"
#include "protocol/frame/decoder.hpp"

namespace hil::test {

/// Samples of datagrams, as an onlooker reads them off the line.
struct Watched {
  std::uint64_t datagrams = 0;
  std::uint64_t bytes = 0;  ///< of samples
};

/// The frames of a stream pass through a FaultLink of their own, all others as they are; so the
/// FaultLink's counts are those of the stream alone.
class DatagramFaults : public Link {
 public:
  DatagramFaults(Link& inner, const FaultPlan& plan) : inner_(inner), lane_(end_, plan) {}

  Result<std::size_t> write(std::span<const std::uint8_t> bytes) override {
    return inner_.write(bytes);
  }
  Result<std::size_t> read(std::span<std::uint8_t> buffer, Deadline deadline) override;
  Status wait(bool want_write, Deadline deadline) override;
  [[nodiscard]] std::uint32_t baud() const override { return inner_.baud(); }
  [[nodiscard]] std::string name() const override { return "faults of datagrams"; }

  [[nodiscard]] const FaultCounts& planted() const { return lane_.incoming(); }
  [[nodiscard]] const Watched& sent() const { return sent_; }
  /// Whole datagrams that came in order, each once.
  [[nodiscard]] const Watched& arrived() const { return arrived_; }

 private:
  /// What the lane reads from.
  class End : public Link {
   public:
    Result<std::size_t> write(std::span<const std::uint8_t> sent) override { return sent.size(); }
    Result<std::size_t> read(std::span<std::uint8_t> buffer, Deadline deadline) override;
    Status wait(bool, Deadline) override { return {}; }
    [[nodiscard]] std::uint32_t baud() const override { return 0; }
    [[nodiscard]] std::string name() const override { return "lane"; }
    std::vector<std::uint8_t> bytes;
  };
  /// Reads the frames of a line one after the other.
  class Onlooker {
   public:
    /// True if @p byte ended a good datagram of a stream: `first_index` and `bytes` of it.
    bool push(std::uint8_t byte);
    std::uint64_t first_index = 0, bytes = 0;

   private:
    std::vector<std::uint8_t> memory_ = std::vector<std::uint8_t>(4096);
    frame::Decoder decoder_{memory_};
  };

  Status fill(Deadline deadline);
  void take(std::uint8_t byte);
  void pass(std::span<const std::uint8_t> bytes);

  Link& inner_;
  End end_;
  FaultLink lane_;
  Onlooker before_, behind_;
  std::vector<std::uint8_t> frame_;  ///< being gathered
  std::vector<std::uint8_t> out_;    ///< for read()
  Watched sent_, arrived_;
  std::uint64_t next_index_ = 0;
};

}  // namespace hil::test
