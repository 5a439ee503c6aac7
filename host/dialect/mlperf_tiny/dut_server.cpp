// SPDX-License-Identifier: Apache-2.0
// serve_dut(): bytes to commands, replies to bytes.
#include "host/dialect/mlperf_tiny/dut_server.hpp"

#include <array>
#include <chrono>
#include <string_view>

#include "host/base/deadline.hpp"
#include "host/dialect/mlperf_tiny/command_reader.hpp"

namespace hil::dialect::mlperf_tiny {
namespace {

using Clock = Deadline::Clock;

/// How long a wish to stop may go unseen.
constexpr std::chrono::milliseconds kLook{200};
/// For the line to take more of a reply; then the rest is dropped: nobody reads.
constexpr std::chrono::milliseconds kNobodyReads{5'000};

/// Replies onto the link. What nobody reads must not keep the board: it is dropped.
class ReplyWriter {
 public:
  ReplyWriter(Link& link, const std::function<bool()>& stopped) : link_(link), stopped_(stopped) {}

  Status write(std::string_view text) {
    std::span<const std::uint8_t> rest(reinterpret_cast<const std::uint8_t*>(text.data()),
                                       text.size());
    auto moved = Clock::now();
    while (true) {
      HIL_ASSIGN(const std::size_t count, link_.write(rest));
      rest = rest.subspan(count);
      if (rest.empty()) return {};
      if (count > 0) moved = Clock::now();
      if (stopped_() || Clock::now() > moved + kNobodyReads) return {};
      HIL_TRY(link_.wait(true, Deadline::after(kLook)));
    }
  }

 private:
  Link& link_;
  const std::function<bool()>& stopped_;
};

}  // namespace

Status serve_dut(Link& link, DutModel& model, const std::function<bool()>& stopped) {
  ReplyWriter writer(link, stopped);
  const auto start = Clock::now();
  Dut dut(
      model, [&](std::string_view text) { return writer.write(text); },
      [&] {
        const auto age = Clock::now() - start;
        return static_cast<std::uint64_t>(
            std::chrono::duration_cast<std::chrono::microseconds>(age).count());
      });
  HIL_TRY(dut.boot());
  CommandReader commands;
  std::array<std::uint8_t, 256> bytes;
  while (!stopped()) {
    HIL_ASSIGN(const std::size_t count, link.read(bytes, Deadline::after(kLook)));
    for (const std::uint8_t byte : std::span(bytes).first(count)) {
      if (const auto command = commands.push(byte)) HIL_TRY(dut.take(*command));
    }
  }
  return {};
}

}  // namespace hil::dialect::mlperf_tiny
