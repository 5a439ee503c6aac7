// SPDX-License-Identifier: Apache-2.0
// Steps that tests of energy runs take: stash inputs, begin a run, take what has come of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocol/messages/energy.pb.h"
#include "tests/target/agent/fake_port.hpp"
#include "tests/target/agent/run.hpp"

namespace hil::test {

/// The inputs of the fake engine for sample @p number.
inline std::string energy_sample(std::uint32_t number) {
  std::size_t size = 0;
  for (const auto& input : fake_engine().inputs)
    size += input.size();
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i)
    bytes[i] = static_cast<char>(number * 31 + i * 3 + 1);
  return bytes;
}

inline std::string energy_samples(std::uint32_t count) {
  std::string bytes;
  for (std::uint32_t i = 0; i < count; ++i)
    bytes += energy_sample(i);
  return bytes;
}

inline hilbench::v1::EnergyStashRequest stash_of(const std::string& bytes, std::uint32_t samples,
                                                 bool mark = false) {
  hilbench::v1::EnergyStashRequest request;
  request.set_size_bytes(static_cast<std::uint32_t>(bytes.size()));
  request.set_samples(samples);
  request.set_mark(mark);
  return request;
}

inline void send_stash(Host& host, std::uint8_t call, const std::string& bytes,
                       std::size_t part = 40) {
  for (std::size_t at = 0; at < bytes.size(); at += part) {
    hilbench::v1::EnergyInput input;
    input.set_offset(static_cast<std::uint32_t>(at));
    input.set_data(bytes.substr(at, part));
    host.send(Service::kEnergy, method::kEnergyInput, Kind::kStream, call, input);
  }
}

/// Stashes samples 0 to @p count - 1; what the agent says when it has them.
inline hilbench::v1::EnergyWindow stash(Host& host, std::uint32_t count, bool mark = false) {
  const std::string bytes = energy_samples(count);
  const Incoming begun =
      host.call(Service::kEnergy, method::kEnergyStash, stash_of(bytes, count, mark));
  EXPECT_EQ(begun.head.kind, Kind::kReply) << error_of(begun).text();
  send_stash(host, begun.head.call, bytes);
  const auto message = host.next();
  if (!message) {
    ADD_FAILURE() << "the stash was not answered";
    return {};
  }
  EXPECT_EQ(message->head.method, method::kEnergyWindow);
  return parse<hilbench::v1::EnergyWindow>(*message);
}

/// @p windows windows of the given steps on @p samples stashed samples, rests of 100 ticks.
inline hilbench::v1::EnergyRunRequest run_of_windows(
    std::uint32_t windows, std::uint32_t samples,
    const std::vector<hilbench::v1::EnergyStep>& steps) {
  hilbench::v1::EnergyRunRequest request;
  for (const auto& step : steps)
    *request.add_steps() = step;
  request.set_windows(windows);
  request.set_rest(hilbench::v1::ENERGY_REST_WAIT);
  request.set_rest_ticks(100);
  request.set_samples(samples);
  request.set_stash_crc32(crc_of(energy_samples(samples)));
  request.set_budget_ms(1000);
  return request;
}

inline hilbench::v1::EnergyStep step_of(hilbench::v1::EnergyRegion region,
                                        std::uint32_t repetitions = 1) {
  hilbench::v1::EnergyStep step;
  step.set_region(region);
  step.set_repetitions(repetitions);
  return step;
}

inline hilbench::v1::EnergyStep rest_of(std::uint64_t ticks, hilbench::v1::EnergyRest rest) {
  hilbench::v1::EnergyStep step = step_of(hilbench::v1::ENERGY_REGION_REST);
  step.set_rest_ticks(ticks);
  step.set_rest(rest);
  return step;
}

/// What has come of a run.
struct EnergyResults {
  std::vector<hilbench::v1::EnergyWindow> windows;
  std::optional<hilbench::v1::EnergyEnd> end;
  std::optional<hilbench::v1::ErrorReply> error;
};

/// Begins a run and waits for its end; the pins' changes are those of it alone.
inline EnergyResults carry_out(Host& host, const hilbench::v1::EnergyRunRequest& request) {
  host.run(20);  // until the line is at rest
  fake_port().pin_changes.clear();
  fake_port().rests.clear();
  EnergyResults results;
  const Incoming begun = host.call(Service::kEnergy, method::kEnergyRun, request);
  if (begun.head.kind == Kind::kError) {
    results.error = error_of(begun);
    return results;
  }
  EXPECT_GE(parse<hilbench::v1::EnergyRunReply>(begun).quiet_ms(), request.budget_ms());
  while (const auto message = host.next()) {
    EXPECT_EQ(message->head.call, begun.head.call);
    EXPECT_EQ(message->head.service, Service::kEnergy);
    if (message->head.kind == Kind::kError) {
      results.error = error_of(*message);
      return results;
    }
    if (message->head.method == method::kEnergyEnd) {
      results.end = parse<hilbench::v1::EnergyEnd>(*message);
      return results;
    }
    results.windows.push_back(parse<hilbench::v1::EnergyWindow>(*message));
    EXPECT_EQ(results.windows.back().window(), results.windows.size() - 1);
  }
  ADD_FAILURE() << "no end came";
  return results;
}

}  // namespace hil::test
