// SPDX-License-Identifier: Apache-2.0
// A link that loses and flips single bytes, as a bad cable does to text.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "host/link/link.hpp"

namespace hil::dialect::mlperf_tiny {

class ByteFaultLink : public Link {
 public:
  /// @p drop and @p flip: probabilities per byte, both ways. @p inner must outlive this.
  ByteFaultLink(Link& inner, double drop, double flip, std::uint64_t seed)
      : inner_(inner), drop_(drop), flip_(flip), random_(seed) {}

  Result<std::size_t> write(std::span<const std::uint8_t> bytes) override {
    if (waiting_.empty()) {
      waiting_ = broken(bytes);
      taken_ = bytes.size();
    }
    while (!waiting_.empty()) {
      HIL_ASSIGN(const std::size_t count, inner_.write(waiting_));
      if (count == 0) return std::size_t{0};
      waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    }
    return taken_;
  }
  Result<std::size_t> read(std::span<std::uint8_t> buffer, Deadline deadline) override {
    std::vector<std::uint8_t> bytes(buffer.size());
    HIL_ASSIGN(const std::size_t count, inner_.read(bytes, deadline));
    const auto rest = broken(std::span(bytes).first(count));
    std::copy(rest.begin(), rest.end(), buffer.begin());
    return rest.size();
  }
  Status wait(bool want_write, Deadline deadline) override {
    return inner_.wait(want_write, deadline);
  }
  [[nodiscard]] std::uint32_t baud() const override { return inner_.baud(); }
  [[nodiscard]] std::string name() const override { return "bad " + inner_.name(); }

  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }
  [[nodiscard]] std::uint64_t flipped() const { return flipped_; }

 private:
  double draw() { return static_cast<double>(random_() >> 11) * 0x1.0p-53; }

  std::vector<std::uint8_t> broken(std::span<const std::uint8_t> bytes) {
    std::vector<std::uint8_t> rest;
    for (std::uint8_t byte : bytes) {
      if (draw() < drop_) {
        ++dropped_;
        continue;
      }
      if (draw() < flip_) {
        ++flipped_;
        byte = static_cast<std::uint8_t>(byte ^ (1u << (random_() % 8)));
      }
      rest.push_back(byte);
    }
    return rest;
  }

  Link& inner_;
  double drop_, flip_;
  std::mt19937_64 random_;
  std::vector<std::uint8_t> waiting_;
  std::size_t taken_ = 0;
  std::uint64_t dropped_ = 0, flipped_ = 0;
};

}  // namespace hil::dialect::mlperf_tiny
