// SPDX-License-Identifier: Apache-2.0
// The link of a replay: no bytes leave, and what comes is the tape's.
#pragma once

#include <string>

#include "host/link/tape/player.hpp"

namespace hil::tape {

class Player::PlayedLink final : public Link {
 public:
  explicit PlayedLink(Player& player) : player_(player) {}

  Result<std::size_t> write(std::span<const std::uint8_t> bytes) override;
  Result<std::size_t> read(std::span<std::uint8_t> buffer, Deadline deadline) override;
  Status wait(bool want_write, Deadline deadline) override;
  Status set_baud(std::uint32_t baud) override;
  [[nodiscard]] std::uint32_t baud() const override { return player_.baud_; }
  [[nodiscard]] std::string name() const override { return player_.name_; }

 private:
  // By the order of frames.
  Result<std::size_t> write_by_frames(std::span<const std::uint8_t> bytes);
  Result<std::size_t> read_by_frames(std::span<std::uint8_t> buffer, Deadline deadline);
  /// Passes time until the next input, or to @p deadline; true if there is one.
  Result<bool> await_input(Deadline deadline);
  void apply(Record& input);
  [[nodiscard]] Status check_frames() const;
  [[nodiscard]] Error end_of_tape() const;

  Player& player_;
  std::vector<std::uint8_t> rest_;  ///< of what has come: not read yet
};

}  // namespace hil::tape
