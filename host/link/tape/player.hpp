// SPDX-License-Identifier: Apache-2.0
// Replays a run: gives it what link, clock and the rest gave the recorded one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/link/tape/frame_replay.hpp"
#include "host/link/tape/lease_mask.hpp"
#include "host/link/tape/reader.hpp"
#include "host/link/tape/run_tape.hpp"

namespace hil::tape {

/// A host that does what the recorded one did sees the same to the letter: every byte at the same
/// look at the link, every time at the same look at the clock. From the first look that is another
/// on, what the board sent is given by the order of frames (FrameReplay), and time passes as the
/// tape has it, or to the end of a wait in which nothing comes.
class Player final : public RunTape, private ClockSource {
 public:
  /// Unpacked bytes of a tape that is replayed: what differs is found with all of it in memory.
  static constexpr std::uint64_t kMostBytes = std::uint64_t{4} << 30;

  /// Reads all of @p tape once.
  ///   kUser  not a tape, of another format, broken, without the note it begins with, or of more
  ///          than @p most_bytes (each record counts as it lies in memory)
  static Result<std::unique_ptr<Player>> create(std::vector<std::uint8_t> tape,
                                                std::uint64_t most_bytes = kMostBytes);
  ~Player() override;

  [[nodiscard]] bool replays() const override { return true; }
  Link& begin(Link* real) override;
  void end() override;
  Result<nlohmann::json> outside(std::string_view what,
                                 const std::function<Result<nlohmann::json>()>& real) override;
  void note(std::string_view /*what*/, const nlohmann::json& /*said*/) override {}

  /// The last note of that name on the tape, not "outside"; null if there is none.
  [[nodiscard]] nlohmann::json find_note(const std::string& what) const;
  /// Whether the tape has an end; if not, its run was killed or the disk was full.
  [[nodiscard]] bool whole() const { return whole_; }
  /// Whether the host looked at link and clock as the recorded one did.
  [[nodiscard]] bool to_the_letter() const { return !by_frames_; }
  /// What the host sent that the tape has otherwise, in words: "at frame 7: ..."; empty: nothing.
  /// To be asked when the run has ended.
  [[nodiscard]] std::string difference();

 private:
  class PlayedLink;
  friend class PlayedLink;

  Player(std::vector<std::uint8_t> tape, Reader reader);
  Status scan(std::uint64_t most_bytes);
  time_point now() override;
  time_point stamp() override;
  std::chrono::system_clock::time_point utc_now() override;
  int stop_signal(int real) override;

  /// The next step or note "outside" of the tape; null at its end.
  const Record* peek();
  /// Takes it.
  Record consume();
  /// The next step if it is of kind @p kind, or the failure of one; else nothing, and from here on
  /// the replay goes by frames.
  std::optional<Record> expect(Kind kind);
  void go_by_frames();
  void pass_to(std::uint64_t at_ns);
  [[nodiscard]] time_point point(std::uint64_t at_ns) const;
  [[nodiscard]] std::uint64_t ns_at(time_point at) const;
  Result<nlohmann::json> value_of(std::string_view what, const std::string& text);
  void settle();

  std::vector<std::uint8_t> tape_;
  Reader reader_;
  std::optional<Record> next_;
  bool at_end_ = false;
  bool whole_ = false;
  std::vector<std::pair<std::string, std::string>> notes_;
  std::string odd_outside_;  ///< asked for where the tape has none

  time_point start_{};
  std::chrono::system_clock::time_point start_utc_{};
  std::uint64_t now_ns_ = 0;
  std::uint64_t looks_ = 0, stop_looks_ = 0;
  int stopped_ = 0;
  Replayed replayed_;
  std::string name_;
  std::uint32_t baud_ = 0;
  LeaseMask mask_;
  std::unique_ptr<FrameReplay> by_frames_;
  std::unique_ptr<PlayedLink> link_;
  std::optional<ClockScope> scope_;
};

}  // namespace hil::tape
