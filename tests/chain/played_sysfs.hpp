// SPDX-License-Identifier: Apache-2.0
// A made-up /sys whose sensors and counters show what an agent is doing right now.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/chain/program.hpp"
#include "tests/chain/work_log.hpp"

namespace hil::test {

/// What a board draws: one level when it rests and one in windows in which it works, both rippling
/// along with the time of day.
struct BoardPower {
  double idle_w = 0, work_w = 0;
  double ripple = 0, ripple_s = 1;  ///< relative amplitude and period of a sine
};

/// The log of one agent, and the energy that follows from it.
class WorkedEnergy {
 public:
  /// @p path is made anew.
  WorkedEnergy(const std::filesystem::path& path, const BoardPower& power);
  ~WorkedEnergy();
  WorkedEnergy(const WorkedEnergy&) = delete;
  WorkedEnergy& operator=(const WorkedEnergy&) = delete;

  [[nodiscard]] const WorkLog& log() const { return *log_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Joules between two moments of CLOCK_MONOTONIC, in seconds, by what the log says until now.
  [[nodiscard]] double joules(double from_s, double to_s) const;

 private:
  [[nodiscard]] double rippled(double from_s, double to_s) const;

  std::filesystem::path path_;
  BoardPower power_;
  WorkLog* log_ = nullptr;
};

/// A file of eight digits that are written in one move, so that nobody reads half a number.
class DigitsFile {
 public:
  explicit DigitsFile(const std::filesystem::path& path);
  ~DigitsFile();
  DigitsFile(const DigitsFile&) = delete;
  DigitsFile& operator=(const DigitsFile&) = delete;

  /// @p number has eight digits at most.
  void show(std::uint64_t number);
  /// Any eight characters.
  void show(const char (&text)[9]);

 private:
  std::atomic<std::uint64_t>* at_ = nullptr;
};

/// Plays until destroyed; a thread of its own writes.
class PlayedSysfs {
 public:
  static constexpr std::uint64_t kRange_uj = 100'000'000;
  static constexpr double kVolts = 5;

  /// A zone package-0 that counts @p energy, refreshed every millisecond, and begins again at
  /// kRange_uj.
  static std::unique_ptr<PlayedSysfs> powercap(const std::filesystem::path& root,
                                               const WorkedEnergy& energy);
  /// An INA3221 of a Jetson at kVolts: VDD_IN with all of @p energy, VDD_SOC with @p share of it;
  /// each reading is the mean of @p update_s.
  static std::unique_ptr<PlayedSysfs> jetson(const std::filesystem::path& root,
                                             const WorkedEnergy& energy, double share,
                                             double update_s);
  ~PlayedSysfs();

  /// Shows @p text where energy is counted (of rails: the first current) for good.
  void spoil(const char (&text)[9]);
  /// Longest time between two numbers in seconds: what a reading may be old.
  [[nodiscard]] double worst_gap_s() const { return worst_gap_s_; }

 private:
  PlayedSysfs(const WorkedEnergy& energy, double update_s) : energy_(energy), update_s_(update_s) {}
  void play();
  void show(double joules, double watts);
  void halt();

  const WorkedEnergy& energy_;
  double update_s_;
  double counted_j_ = 0;
  std::vector<double> shares_;  ///< of each current, in amperes; none: a counter
  std::vector<std::unique_ptr<DigitsFile>> files_;
  std::atomic<bool> stop_{false};
  std::atomic<double> worst_gap_s_{0};
  std::thread thread_;
};

}  // namespace hil::test
