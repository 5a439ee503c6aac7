// SPDX-License-Identifier: Apache-2.0
// Fuzzes the plan validator, and runs what it lets through: no kernel may leave its memory.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "protocol/frame/crc32.hpp"
#include "protocol/plan/validate.hpp"
#include "target/engine/plan_engine.hpp"
#include "tests/target/engine/aligned_bytes.hpp"

namespace {

constexpr std::size_t kMaxPlan = 16 * 1024;
constexpr std::size_t kMaxArena = 64 * 1024;

volatile std::uint64_t sink;  // keeps the reads from being optimised away

/// The CRC-32 would keep the fuzzer out of everything behind it.
void seal(std::span<std::uint8_t> plan) {
  if (plan.size() < sizeof(hil::plan::Header)) return;
  const auto size = static_cast<std::uint32_t>(plan.size());
  std::memcpy(plan.data() + offsetof(hil::plan::Header, total_bytes), &size, sizeof(size));
  const std::uint32_t crc = hil::frame::crc32(plan.subspan(8));
  std::memcpy(plan.data() + offsetof(hil::plan::Header, crc32), &crc, sizeof(crc));
}

/// Every view of a plan that was refused must still be safe to read.
std::size_t read_everything(std::span<const std::uint8_t> bytes) {
  const hil::plan::PlanView plan(bytes);
  std::size_t sum = plan.name(3).size();
  for (std::uint32_t i = 0; i < plan.tensor_count(); ++i)
    sum += plan.tensor(i).rank;
  for (std::uint32_t i = 0; i < plan.subgraph_count() && i < 4; ++i) {
    hil::plan::OperatorCursor cursor = plan.operators(plan.subgraph(i));
    hil::plan::OperatorView op;
    while (cursor.next(op))
      sum += op.input(0) + op.params<hil::plan::ConvParams>().stride_h;
  }
  return sum;
}

void run(std::span<const std::uint8_t> model) {
  const auto header = hil::plan::load_at<hil::plan::Header>(model, 0);
  const std::uint64_t needed = std::uint64_t{header.arena_bytes} + header.state_bytes;
  hil::engine::testing::AlignedBytes arena(needed < kMaxArena ? static_cast<std::size_t>(needed)
                                                              : kMaxArena);
  hil::engine::PlanEngine engine;
  constexpr std::uint64_t kMaxWork = 1'000'000;
  if (engine.load({model, arena.bytes()}, kMaxWork) != hil::StatusCode::kOk) return;
  for (std::uint32_t i = 0; i < engine.input_count(); ++i) {
    for (std::uint8_t& byte : engine.input(i))
      byte = static_cast<std::uint8_t>(i + 0x81);
  }
  if (engine.invoke({}) != hil::StatusCode::kOk) __builtin_trap();
  std::uint32_t sum = 0;
  for (std::uint32_t i = 0; i < engine.output_count(); ++i) {
    if (engine.describe_output(i).size_bytes != engine.output(i).size()) __builtin_trap();
    for (const std::uint8_t byte : engine.output(i))
      sum += byte;
  }
  sink = sum;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > kMaxPlan) return 0;
  hil::engine::testing::AlignedBytes plan(size);
  if (size > 0) std::memcpy(plan.bytes().data(), data, size);
  sink = read_everything(plan.bytes());
  run(plan.bytes());
  seal(plan.bytes());
  run(plan.bytes());
  return 0;
}
