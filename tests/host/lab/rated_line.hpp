// SPDX-License-Identifier: Apache-2.0
// The linux agent behind a paced line, and a cable to it that is too slow for some rates.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "host/emulate/paced_board.hpp"
#include "host/lab/line_raise.hpp"
#include "host/link/tty_link.hpp"
#include "host/session/session.hpp"

namespace hil::lab {

/// Passes bytes on to a tty; at rates above most_baud every byte to the board is another one.
class PoorCable : public Link {
 public:
  explicit PoorCable(std::unique_ptr<TtyLink> inner) : inner_(std::move(inner)) {}

  std::uint32_t most_baud = 4'000'000'000;
  std::set<std::uint32_t> not_done;      ///< rates that the adapter does not do
  bool deaf = false;                     ///< nothing comes back at rates above the first
  bool broken = false;                   ///< bytes vanish
  unsigned spoils_frames = 0;            ///< one byte of so many, at rates above the first
  std::vector<std::uint32_t> rates_set;  ///< in order

  Result<std::size_t> write(std::span<const std::uint8_t> bytes) override;
  Result<std::size_t> read(std::span<std::uint8_t> buffer, Deadline deadline) override;
  Status wait(bool want_write, Deadline deadline) override {
    return inner_->wait(want_write, deadline);
  }
  [[nodiscard]] std::uint32_t baud() const override { return inner_->baud(); }
  Status set_baud(std::uint32_t baud) override;
  [[nodiscard]] std::string name() const override { return "poor cable"; }

 private:
  std::unique_ptr<TtyLink> inner_;
};

/// The agent, the relay that garbles where the rates differ, the cable, and the session.
class RatedLine {
 public:
  static constexpr std::uint32_t kFirst = 115'200;

  /// Starts the agent. Fails the test if that is not possible.
  RatedLine();

  /// A new host: opens the relay's terminal at the first rate.
  void plug_in();
  /// Opens a session on it at the first rate.
  Status open(bool other_rate = false);
  /// Says goodbye and waits until that has passed the line.
  void close();
  /// raise_line() on that session.
  Result<Raised> raise(const RaisePlan& plan);
  /// A host that ends without a word.
  void die();

  [[nodiscard]] PoorCable& cable() { return *cable_; }
  [[nodiscard]] session::Session& session() { return *session_; }
  [[nodiscard]] emulate::PacedBoard& board() { return *board_; }

 private:
  std::unique_ptr<emulate::PacedBoard> board_;
  std::unique_ptr<PoorCable> cable_;
  std::unique_ptr<session::Session> session_;
};

}  // namespace hil::lab
