// SPDX-License-Identifier: Apache-2.0
// Transcripts of the DUT protocol as test data, and a link that plays the board of one.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "host/link/link.hpp"

namespace hil::dialect::mlperf_tiny {

/// A command (without its terminator; none at boot) and all bytes that answer it.
struct Step {
  std::string command;
  std::string reply;
};

/// Reads tests/host/dialect/transcripts/@p name. What comes before the first command is a step with
/// an empty command, if there is anything.
std::vector<Step> read_transcript(const std::string& name);

/// The board of a transcript: answers the commands it knows, in their order, and nothing else.
class TranscriptLink : public Link {
 public:
  /// @p most: bytes that one read gives.
  explicit TranscriptLink(std::vector<Step> steps, std::size_t most = 4096)
      : steps_(std::move(steps)), most_(most) {}

  Result<std::size_t> write(std::span<const std::uint8_t> bytes) override;
  Result<std::size_t> read(std::span<std::uint8_t> buffer, Deadline deadline) override;
  Status wait(bool want_write, Deadline deadline) override;
  [[nodiscard]] std::uint32_t baud() const override { return 115'200; }
  [[nodiscard]] std::string name() const override { return "transcript"; }

  /// Steps that were played.
  [[nodiscard]] std::size_t played() const { return at_; }
  [[nodiscard]] std::size_t size() const { return steps_.size(); }
  /// Commands that came instead of the next step's.
  [[nodiscard]] const std::vector<std::string>& surprises() const { return surprises_; }

 private:
  std::vector<Step> steps_;
  std::size_t most_;
  std::size_t at_ = 0;
  std::string command_;
  std::deque<char> pending_;
  std::vector<std::string> surprises_;
};

}  // namespace hil::dialect::mlperf_tiny
