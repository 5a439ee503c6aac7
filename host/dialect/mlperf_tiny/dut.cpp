// SPDX-License-Identifier: Apache-2.0
// Dut: commands and their answers, as the published firmware gives them.
#include "host/dialect/mlperf_tiny/dut.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

namespace hil::dialect::mlperf_tiny {
namespace {

constexpr const char* kProfileText = "ULPMark for tinyML Firmware V0.0.1";
/// m-lap-us shows 32 bits.
constexpr double kClockWrap = 4294967296.0;
/// Most inferences of one `infer`, as many as the firmware's int holds.
constexpr long kMostCount = std::numeric_limits<std::int32_t>::max();

constexpr const char* kHelp[] = {
    "name         who this is",
    "profile      firmware and model",
    "timestamp    the clock, in microseconds",
    "db load N    N bytes of a sample will come",
    "db HH[HH]*   bytes of it, two hex digits each",
    "db print     the bytes that have come",
    "infer N [W]  W inferences (10), then N of which the time is taken",
    "results      of the last inference",
    "help         this",
};

std::vector<std::string_view> words_of(std::string_view command) {
  std::vector<std::string_view> words;
  while (!command.empty()) {
    const std::size_t end = std::min(command.find(' '), command.size());
    if (end > 0) words.push_back(command.substr(0, end));
    command.remove_prefix(std::min(end + 1, command.size()));
  }
  return words;
}

/// The digits that @p word begins with, as atoi() takes them: 0 if there are none, and never more
/// than the firmware's int holds.
long leading_number(std::string_view word) {
  long number = 0;
  const auto result = std::from_chars(word.data(), word.data() + word.size(), number);
  if (result.ec == std::errc::result_out_of_range) return word.front() == '-' ? -1 : kMostCount;
  return std::clamp(number, -kMostCount, kMostCount);
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// What the runner sent, fit to be sent back.
std::string printable(std::string_view text) {
  std::string safe(text);
  std::replace_if(
      safe.begin(), safe.end(), [](char c) { return c < 0x20 || c > 0x7E; }, '?');
  return safe;
}

}  // namespace

Dut::Dut(DutModel& model, Writer writer, std::function<std::uint64_t()> host_us)
    : model_(model),
      writer_(std::move(writer)),
      host_us_(std::move(host_us)),
      host_seen_us_(host_us_()) {}

Status Dut::boot() {
  HIL_TRY(say("m-timestamp-mode-performance"));
  HIL_TRY(stamp());
  HIL_TRY(say("m-init-done"));
  return say("m-ready");
}

Status Dut::take(std::string_view command) {
  HIL_TRY(answer(command));
  return say("m-ready");
}

Status Dut::answer(std::string_view command) {
  const Words words = words_of(command);
  const std::string_view first = words.empty() ? std::string_view() : words.front();
  if (first == "name") return say(fmt::format("m-name-dut-[{}]", model_.vendor()));
  if (first == "timestamp") return stamp();
  if (first == "profile") return describe();
  if (first == "help") return help();
  if (first == "db") return buffer(words);
  if (first == "infer") return infer(words);
  if (first == "results") return results();
  return refuse(fmt::format("Unknown command: {}", printable(first)));
}

Status Dut::describe() const {
  HIL_TRY(say(fmt::format("m-profile-[{}]", kProfileText)));
  return say(fmt::format("m-model-[{}]", model_.model_id()));
}

Status Dut::help() const {
  HIL_TRY(say(kProfileText));
  for (const char* line : kHelp)
    HIL_TRY(say(line));
  return {};
}

Status Dut::buffer(const Words& words) {
  if (words.size() < 2) return refuse("Command 'db' requires a subcommand");
  if (words[1] == "load") return load(words);
  if (words[1] == "print") return print();
  return add(words[1]);
}

Status Dut::load(const Words& words) {
  if (words.size() < 3) return refuse("Command 'db load' requires the # of bytes");
  const long size = leading_number(words[2]);
  if (size <= 0) return refuse("Command 'db load' must be >0 bytes");
  const std::size_t most = model_.most_sample_bytes();
  filled_ = 0;
  if (std::cmp_greater(size, most)) {
    buffer_.clear();
    return writer_(fmt::format("Supplied buffer size {} exceeds maximum of {}\n", size, most));
  }
  buffer_.assign(static_cast<std::size_t>(size), 0);
  return say(fmt::format("m-[Expecting {} bytes]", size));
}

Status Dut::add(std::string_view digits) {
  if (digits.size() % 2 != 0) return refuse("Insufficent number of hex digits");  // sic
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = hex_digit(digits[i]);
    const int low = hex_digit(digits[i + 1]);
    if (high < 0 || low < 0) {
      return refuse(fmt::format("Invalid hex digit '{}'", printable(digits.substr(i, 2))));
    }
    // The published firmware would write behind its count here.
    if (filled_ == buffer_.size()) return refuse("More bytes than 'db load' said");
    buffer_[filled_++] = static_cast<std::uint8_t>(high * 16 + low);
    if (filled_ == buffer_.size()) return say("m-load-done");  // what else this command has is lost
  }
  return {};
}

Status Dut::print() const {
  std::string text;
  for (std::size_t at = 0; at < buffer_.size(); at += kPrintedBytes) {
    const auto line = std::span(buffer_).subspan(at, std::min(kPrintedBytes, buffer_.size() - at));
    text += fmt::format("m-buffer-{:02x}\r\n", fmt::join(line, "-"));
  }
  if (buffer_.size() % kPrintedBytes != 0) text += "\r\n";
  return writer_(text);
}

Status Dut::infer(const Words& words) {
  long count = 1, warmup = kUsualWarmup;
  if (words.size() > 1) count = leading_number(words[1]);
  if (count <= 0) return refuse("Inference iterations must be >0");
  if (words.size() > 2) warmup = leading_number(words[2]);
  if (warmup < 0) return refuse("Inference warmup must be >=0");
  const Status done = infer(static_cast<std::uint32_t>(count), static_cast<std::uint32_t>(warmup));
  if (done.ok()) return done;
  HIL_TRY(refuse(printable(done.error().what)));
  return done.error().blame == Blame::kUser ? Status() : done;
}

Status Dut::infer(std::uint32_t count, std::uint32_t warmup) {
  const auto sample = std::span<const std::uint8_t>(buffer_).first(filled_);
  HIL_TRY(model_.check(sample));
  HIL_TRY(say(fmt::format("m-warmup-start-{}", warmup)));
  if (warmup > 0) HIL_TRY(model_.infer(sample, warmup, false));
  HIL_TRY(say("m-warmup-done"));
  HIL_TRY(say(fmt::format("m-infer-start-{}", count)));
  HIL_TRY(stamp());
  HIL_ASSIGN(DutRun run, model_.infer(sample, count, true));
  clock_us_ += run.device_us;
  host_seen_us_ = host_us_();
  HIL_TRY(say_clock());  // without what the host has taken since
  HIL_TRY(say("m-infer-done"));
  values_ = std::move(run.values);
  return results();
}

Status Dut::results() const {
  return say(fmt::format("m-results-[{:.3f}]", fmt::join(values_, ",")));
}

Status Dut::stamp() {
  const std::uint64_t now = host_us_();
  clock_us_ += static_cast<double>(now - host_seen_us_);
  host_seen_us_ = now;
  return say_clock();
}

Status Dut::say_clock() const {
  return say(fmt::format("m-lap-us-{:.0f}", std::floor(std::fmod(clock_us_, kClockWrap))));
}

Status Dut::say(std::string_view line) const {
  return writer_(fmt::format("{}\r\n", line));
}

Status Dut::refuse(std::string_view why) const {
  return say(fmt::format("e-[{}]", why));
}

}  // namespace hil::dialect::mlperf_tiny
