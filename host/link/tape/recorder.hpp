// SPDX-License-Identifier: Apache-2.0
// Records a run: its link, its clock, and what else it gets from outside.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "host/base/clock.hpp"
#include "host/link/tape/run_tape.hpp"
#include "host/link/tape/writer.hpp"

namespace hil::tape {

class Recorder final : public RunTape, private ClockSource {
 public:
  /// Makes the tape at @p path (Writer::create()). @p about: program, command line and whatever
  /// else is known before the run.
  ///   kUser  the file can't be made
  static Result<std::unique_ptr<Recorder>> create(const std::filesystem::path& path,
                                                  nlohmann::json about);
  ~Recorder() override;

  [[nodiscard]] bool replays() const override { return false; }
  Link& begin(Link* real) override;
  void end() override;
  Result<nlohmann::json> outside(std::string_view what,
                                 const std::function<Result<nlohmann::json>()>& real) override;
  void note(std::string_view what, const nlohmann::json& said) override;

  /// Writes the end of a tape that is whole; nothing is recorded behind it.
  ///   kUser  not all of the run is on the tape: the disk is full
  Status finish();

 private:
  class RecordingLink;
  friend class RecordingLink;

  explicit Recorder(std::unique_ptr<Writer> writer);
  time_point now() override;
  time_point stamp() override;
  std::chrono::system_clock::time_point utc_now() override;
  int stop_signal(int real) override;

  /// Adds @p record, which happened at @p at; after a step time stands there.
  void add(Record record, time_point at);
  [[nodiscard]] std::uint64_t ns_at(time_point at) const;

  std::unique_ptr<Writer> writer_;
  time_point start_ = std::chrono::steady_clock::now();
  std::chrono::system_clock::time_point start_utc_ = std::chrono::system_clock::now();
  time_point now_ = start_;       ///< what this thread was last told
  std::uint64_t looks_ = 0;       ///< at the clock, since the last step
  std::uint64_t stop_looks_ = 0;  ///< at the stop flag, likewise
  bool stop_told_ = false;
  std::unique_ptr<RecordingLink> link_;
  std::optional<ClockScope> scope_;
};

}  // namespace hil::tape
