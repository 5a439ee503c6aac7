// SPDX-License-Identifier: Apache-2.0
// An engine whose model is any bytes that start with 'F'; its outputs are a hash of its inputs.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "protocol/status.hpp"

namespace hil::test {

struct FakeEngine {
  std::vector<std::vector<std::uint8_t>> inputs;
  std::vector<std::vector<std::uint8_t>> outputs;
  std::uint32_t operators = 3;
  std::uint64_t ticks_per_operator = 10;
  std::function<void(std::uint32_t)> before_operator;  ///< runs ahead of the agent's own hook
  StatusCode result = StatusCode::kOk;                 ///< of an inference that was not stopped
  std::map<std::uint32_t, std::vector<std::vector<std::uint8_t>>> operator_outputs;  ///< by index
  bool loaded = false;
  std::span<const std::uint8_t> model;   ///< as load() was given it last
  std::uint8_t state = 0;                ///< grows with every inference; part of the outputs
  bool keeps_inputs = false;             ///< and state: an inference overwrites neither
  std::vector<std::string> seen_inputs;  ///< of each inference, one after the other
};

/// What the outputs of operator @p index are for these inputs: 7 bytes, and about 300 bytes more
/// if index is even.
std::vector<std::vector<std::uint8_t>> operator_bytes(const std::string& inputs,
                                                      std::uint32_t index);

/// The engine linked into the agent under test.
FakeEngine& fake_engine();

/// What output @p index is for these inputs, one after the other, and that state.
std::string expected_output(const std::string& inputs, std::size_t index, std::size_t size,
                            std::uint8_t state = 0);

}  // namespace hil::test
