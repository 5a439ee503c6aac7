// SPDX-License-Identifier: Apache-2.0
// Fuzzes both parsers of the MLPerf Tiny dialect: lines from a board, commands from a runner.
#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "host/dialect/mlperf_tiny/command_reader.hpp"
#include "host/dialect/mlperf_tiny/dut.hpp"
#include "host/dialect/mlperf_tiny/line_reader.hpp"
#include "host/dialect/mlperf_tiny/reply.hpp"

namespace {

using namespace hil::dialect::mlperf_tiny;  // NOLINT: one file, one purpose

void check(bool holds) {
  if (!holds) std::abort();
}

bool is_printable(const std::string& text) {
  for (const char c : text) {
    if (c < 0x20 || c > 0x7E) return false;
  }
  return true;
}

std::vector<Line> lines_of(std::span<const std::uint8_t> input, std::size_t piece) {
  LineReader reader;
  std::vector<Line> lines;
  for (std::size_t at = 0; at < input.size(); at += piece) {
    reader.push(input.subspan(at, std::min(piece, input.size() - at)));
    while (auto line = reader.next())
      lines.push_back(*std::move(line));
  }
  return lines;
}

/// The same lines in pieces of any size, each of them safe to print, and each parsed.
std::vector<Line> fuzz_lines(std::span<const std::uint8_t> input) {
  const auto lines = lines_of(input, input.size() + 1);
  const auto bytewise = lines_of(input, 1);
  check(lines.size() == bytewise.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    check(lines[i].text == bytewise[i].text && lines[i].garbled == bytewise[i].garbled);
    check(is_printable(lines[i].text) && lines[i].text.size() <= kMostLineChars);
    const Reply reply = parse_reply(lines[i]);
    check(is_printable(reply.text));
    check((reply.kind == ReplyKind::kResults) == !reply.values.empty());
    check((reply.kind == ReplyKind::kBuffer) == !reply.bytes.empty());
    check(!lines[i].garbled || reply.kind == ReplyKind::kGarbled);
  }
  return lines;
}

class AnyModel : public DutModel {
 public:
  [[nodiscard]] std::string vendor() const override { return "fuzz"; }
  [[nodiscard]] std::string model_id() const override { return "any"; }
  hil::Status check(std::span<const std::uint8_t> sample) override {
    if (!sample.empty()) return {};
    return hil::Error{hil::Blame::kUser, "no sample", ""};
  }
  hil::Result<DutRun> infer(std::span<const std::uint8_t> sample, std::uint32_t count,
                            bool) override {
    ::check(count > 0 && !sample.empty());
    return DutRun{{sample.front() / 255.0, -1.5}, 10.0 * count};
  }
};

/// Every command is answered, to the end, and our own reader understands every line of it.
void fuzz_commands(std::span<const std::uint8_t> input) {
  AnyModel model;
  std::string said;
  std::uint64_t now = 0;
  Dut dut(
      model,
      [&](std::string_view text) {
        said += text;
        return hil::Status();
      },
      [&] { return now += 100; });
  check(dut.boot().ok());
  CommandReader reader;
  for (const std::uint8_t byte : input) {
    const auto command = reader.push(byte);
    if (!command) continue;
    check(command->size() <= kMostCommandChars);
    said.clear();
    check(dut.take(*command).ok());
    check(said.ends_with("m-ready\r\n"));
    const std::vector<std::uint8_t> bytes(said.begin(), said.end());
    for (const Line& line : fuzz_lines(bytes)) {
      // Before the first inference there are no results to print.
      check(parse_reply(line).kind != ReplyKind::kGarbled || line.text == "m-results-[]");
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::uint8_t> input(data, size);
  fuzz_lines(input);
  fuzz_commands(input);
  return 0;
}
