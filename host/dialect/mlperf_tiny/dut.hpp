// SPDX-License-Identifier: Apache-2.0
// The board's end of the protocol: what each command does and answers.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"
#include "host/dialect/mlperf_tiny/protocol.hpp"

namespace hil::dialect::mlperf_tiny {

/// What inferences behind the protocol came to.
struct DutRun {
  std::vector<double> values;  ///< of the last one, as `m-results` prints them
  double device_us = 0;        ///< that all of them took, together
};

/// What computes behind the protocol: any sink of samples.
class DutModel {
 public:
  virtual ~DutModel() = default;
  /// For `m-name-dut-[...]`: printable, without brackets.
  [[nodiscard]] virtual std::string vendor() const = 0;
  /// For `m-model-[...]`: "kws01".
  [[nodiscard]] virtual std::string model_id() const = 0;
  /// Most bytes of a sample.
  [[nodiscard]] virtual std::size_t most_sample_bytes() const { return kMostBufferBytes; }
  /// Whether @p sample fits the model.
  ///   kUser  it does not: the runner is told, nothing else happens
  virtual Status check(std::span<const std::uint8_t> sample) = 0;
  /// Runs @p sample, which check() liked, @p count times (at least 1); @p timed: the time is looked
  /// at. Blocks.
  ///   kUser  as of check(); any other error ends the server
  virtual Result<DutRun> infer(std::span<const std::uint8_t> sample, std::uint32_t count,
                               bool timed) = 0;
};

/// Commands in, replies out; knows no link. Its clock stands still but for what it is told: between
/// the two stamps of an `infer` lies what DutRun::device_us says, between others the host's time.
class Dut {
 public:
  /// Gets each piece of a reply as soon as it is known.
  using Writer = std::function<Status(std::string_view)>;

  /// @p model must outlive it. @p host_us: microseconds that never go back.
  Dut(DutModel& model, Writer writer, std::function<std::uint64_t()> host_us);

  /// What firmware says when it starts.
  Status boot();
  /// Answers @p command (without terminator), m-ready included.
  ///   every error of DutModel::infer() but kUser, and of the writer
  Status take(std::string_view command);

 private:
  using Words = std::vector<std::string_view>;

  Status answer(std::string_view command);
  Status describe() const;
  Status help() const;
  Status buffer(const Words& words);
  Status load(const Words& words);
  Status add(std::string_view digits);
  Status print() const;
  Status infer(const Words& words);
  Status infer(std::uint32_t count, std::uint32_t warmup);
  Status results() const;
  /// Lets the clock go on with the host's, and says what it shows.
  Status stamp();
  [[nodiscard]] Status say_clock() const;
  Status say(std::string_view line) const;
  Status refuse(std::string_view why) const;

  DutModel& model_;
  Writer writer_;
  std::function<std::uint64_t()> host_us_;
  double clock_us_ = 0;
  std::uint64_t host_seen_us_ = 0;    ///< up to which the clock knows
  std::vector<std::uint8_t> buffer_;  ///< of the size that `db load` said
  std::size_t filled_ = 0;
  std::vector<double> values_;  ///< of the last inference
};

}  // namespace hil::dialect::mlperf_tiny
