// SPDX-License-Identifier: Apache-2.0
// Reading and playing transcripts.
#include "tests/host/dialect/transcript.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "host/dialect/mlperf_tiny/protocol.hpp"

namespace hil::dialect::mlperf_tiny {
namespace {

std::string from_hex(const std::string& digits) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    bytes.push_back(static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  return bytes;
}

}  // namespace

std::vector<Step> read_transcript(const std::string& name) {
  std::ifstream file("tests/host/dialect/transcripts/" + name);
  EXPECT_TRUE(file.is_open()) << name;
  std::vector<Step> steps;
  std::string line;
  while (std::getline(file, line)) {
    if (line.empty() || line.front() == '#') continue;
    const std::string rest = line.size() > 2 ? line.substr(2) : "";
    if (line.front() == '>') {
      steps.push_back({rest, ""});
      continue;
    }
    if (steps.empty()) steps.push_back({"", ""});
    std::string& reply = steps.back().reply;
    const char form = line.size() > 1 ? line[1] : ' ';
    if (form == 'x') {
      reply += from_hex(rest.substr(1));
    } else if (form == 'n') {
      reply += rest.substr(1) + "\n";
    } else if (form == 'r') {
      reply += rest.substr(1);
    } else {
      reply += rest + "\r\n";
    }
  }
  return steps;
}

Result<std::size_t> TranscriptLink::write(std::span<const std::uint8_t> bytes) {
  for (const std::uint8_t byte : bytes) {
    if (static_cast<char>(byte) != kTerminator) {
      command_.push_back(static_cast<char>(byte));
      continue;
    }
    const std::string command = std::exchange(command_, {});
    if (at_ < steps_.size() && steps_[at_].command == command) {
      const std::string& reply = steps_[at_++].reply;
      pending_.insert(pending_.end(), reply.begin(), reply.end());
    } else {
      surprises_.push_back(command);
    }
  }
  return bytes.size();
}

Result<std::size_t> TranscriptLink::read(std::span<std::uint8_t> buffer, Deadline deadline) {
  if (pending_.empty()) std::this_thread::sleep_until(deadline.at());
  const std::size_t count = std::min({buffer.size(), pending_.size(), most_});
  for (std::size_t i = 0; i < count; ++i) {
    buffer[i] = static_cast<std::uint8_t>(pending_.front());
    pending_.pop_front();
  }
  return count;
}

Status TranscriptLink::wait(bool want_write, Deadline deadline) {
  if (!want_write && pending_.empty()) std::this_thread::sleep_until(deadline.at());
  return {};
}

}  // namespace hil::dialect::mlperf_tiny
