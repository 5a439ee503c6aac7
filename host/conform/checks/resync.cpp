// SPDX-License-Identifier: Apache-2.0
// resync: garbage straight onto the line; the next call must still be answered.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <span>

#include "host/conform/checks/checks.hpp"
#include "host/conform/garbage.hpp"

namespace hil::conform {
namespace {

/// A lost call is found by a poll after some round trips; the burst's own way is not
/// counted.
constexpr std::chrono::milliseconds kLimit{2'000};
constexpr std::chrono::seconds kWriteTime{10};
constexpr int kRounds = 3;
constexpr double kBitsPerByte = 10;

using Milliseconds = std::chrono::duration<double, std::milli>;

Status write_all(Link& link, std::span<const std::uint8_t> bytes) {
  const Deadline deadline = Deadline::after(kWriteTime);
  while (!bytes.empty()) {
    HIL_ASSIGN(const std::size_t count, link.write(bytes));
    bytes = bytes.subspan(count);
    if (bytes.empty()) break;
    if (deadline.expired()) {
      return Error{Blame::kLink, fmt::format("the line took no bytes for {} s", kWriteTime.count()),
                   "look whether the agent still reads"};
    }
    HIL_TRY(link.wait(true, deadline));
  }
  return {};
}

/// Time that @p bytes are on their way, which is not the agent's to answer for.
Milliseconds line_time(const Link& link, std::size_t bytes) {
  if (link.baud() == 0) return {};
  return std::chrono::duration<double>(static_cast<double>(bytes) * kBitsPerByte / link.baud());
}

}  // namespace

Status check_resync(Bench& bench, Check& check) {
  check.limit = fmt::format("every next call answered, within {} ms", kLimit.count());
  check.advice =
      "look at the port's read(): it must give all bytes, also while many come; the "
      "frame decoder gets over the rest by itself";
  Link& link = bench.board().link();
  const auto garbage = all_garbage(bench.session().start().limits.payload_bytes);
  Milliseconds longest{0};
  int bursts = 0;
  for (int round = 0; round < (bench.quick() ? 1 : kRounds); ++round) {
    for (const Garbage& burst : garbage) {
      if (bench.watch().stopped()) return {};
      const auto start = Deadline::Clock::now();
      HIL_TRY(write_all(link, burst.bytes));
      const auto travel = line_time(link, burst.bytes.size());
      const auto answered = bench.session().sync_time(Deadline::after(
          2 * kLimit + std::chrono::duration_cast<std::chrono::milliseconds>(travel)));
      if (!answered) return Error(answered.error()).within("after " + burst.name);
      const Milliseconds took = Deadline::Clock::now() - start;
      longest = std::max(longest, took - travel);
      ++bursts;
    }
  }
  check.figures.push_back(bench.host_figure("bursts", bursts, ""));
  check.figures.push_back(bench.host_figure("longest to the next answer", longest.count(), "ms"));
  const bool late = longest > kLimit;
  check.verdict = late ? Verdict::kFail : Verdict::kPass;
  if (late) check.finding = "the agent takes long to find its place again";
  if (!late) check.advice.clear();
  return {};
}

}  // namespace hil::conform
