// SPDX-License-Identifier: Apache-2.0
// Files of sysfs, written from an agent's log.
#include "tests/chain/played_sysfs.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>

namespace hil::test {
namespace {

namespace fs = std::filesystem;

constexpr double kTwoPi = 6.283185307179586;
constexpr double kRefresh_s = 1e-3;

double now_s() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// A new file of @p bytes zeros, mapped.
void* mapped_file(const fs::path& path, std::size_t bytes) {
  fs::create_directories(path.parent_path());
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  const bool sized = file >= 0 && ftruncate(file, static_cast<off_t>(bytes)) == 0;
  void* const at =
      sized ? mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) : MAP_FAILED;
  if (file >= 0) close(file);
  if (at != MAP_FAILED) return at;
  ADD_FAILURE() << "cannot map " << path;
  std::abort();
}

void put(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  write_text(path, text + "\n");
}

}  // namespace

WorkedEnergy::WorkedEnergy(const fs::path& path, const BoardPower& power)
    : path_(path), power_(power), log_(static_cast<WorkLog*>(mapped_file(path, sizeof(WorkLog)))) {}

WorkedEnergy::~WorkedEnergy() {
  munmap(log_, sizeof(WorkLog));
}

/// Seconds between two moments, each weighed with its ripple.
double WorkedEnergy::rippled(double from_s, double to_s) const {
  const double turn = kTwoPi / power_.ripple_s;
  return to_s - from_s + power_.ripple / turn * (std::cos(turn * from_s) - std::cos(turn * to_s));
}

double WorkedEnergy::joules(double from_s, double to_s) const {
  double joules = power_.idle_w * rippled(from_s, to_s);
  const std::uint32_t windows = log_->windows;
  for (std::uint32_t w = 0; w < windows; ++w) {
    const WorkLog::Window& window = log_->window[w];
    const std::uint64_t end_ns = window.end_ns;
    const double begin = 1e-9 * static_cast<double>(window.begin_ns.load());
    const double end = end_ns == 0 ? to_s : 1e-9 * static_cast<double>(end_ns);
    const double first = std::max(from_s, begin);
    const double last = std::min(to_s, end);
    if (!window.works || last <= first) continue;
    joules += (power_.work_w - power_.idle_w) * rippled(first, last);
  }
  return joules;
}

DigitsFile::DigitsFile(const fs::path& path) {
  char* const text = static_cast<char*>(mapped_file(path, sizeof(std::uint64_t) + 1));
  text[sizeof(std::uint64_t)] = '\n';
  at_ = reinterpret_cast<std::atomic<std::uint64_t>*>(text);
  show(0);
}

DigitsFile::~DigitsFile() {
  munmap(at_, sizeof(std::uint64_t) + 1);
}

void DigitsFile::show(std::uint64_t number) {
  char text[9];
  *fmt::format_to_n(text, 8, "{:08}", number).out = '\0';
  show(text);
}

void DigitsFile::show(const char (&text)[9]) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, text, sizeof(bytes));
  *at_ = bytes;
}

std::unique_ptr<PlayedSysfs> PlayedSysfs::powercap(const fs::path& root,
                                                   const WorkedEnergy& energy) {
  std::unique_ptr<PlayedSysfs> played(new PlayedSysfs(energy, kRefresh_s));
  const fs::path zone = root / "class/powercap/intel-rapl:0";
  put(zone / "name", "package-0");
  put(zone / "max_energy_range_uj", std::to_string(kRange_uj));
  played->files_.push_back(std::make_unique<DigitsFile>(zone / "energy_uj"));
  played->thread_ = std::thread([raw = played.get()] { raw->play(); });
  return played;
}

std::unique_ptr<PlayedSysfs> PlayedSysfs::jetson(const fs::path& root, const WorkedEnergy& energy,
                                                 double share, double update_s) {
  std::unique_ptr<PlayedSysfs> played(new PlayedSysfs(energy, update_s));
  const fs::path chip = root / "class/hwmon/hwmon3";
  put(chip / "name", "ina3221");
  put(chip / "update_interval", fmt::format("{:.0f}", update_s * 1e3));
  played->shares_ = {1 / kVolts, share / kVolts};
  for (const auto& [number, label] : {std::pair(1, "VDD_IN"), std::pair(2, "VDD_SOC")}) {
    put(chip / fmt::format("in{}_label", number), label);
    put(chip / fmt::format("in{}_enable", number), "1");
    put(chip / fmt::format("in{}_input", number), fmt::format("{:.0f}", kVolts * 1e3));
    put(chip / fmt::format("shunt{}_resistor", number), "5000");
    played->files_.push_back(
        std::make_unique<DigitsFile>(chip / fmt::format("curr{}_input", number)));
  }
  played->thread_ = std::thread([raw = played.get()] { raw->play(); });
  return played;
}

PlayedSysfs::~PlayedSysfs() {
  halt();
}

void PlayedSysfs::halt() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

void PlayedSysfs::spoil(const char (&text)[9]) {
  halt();
  files_.front()->show(text);
}

/// Conversions begin and end on a grid, whenever this thread gets to show them.
void PlayedSysfs::play() {
  const double start = now_s();
  double shown = start;
  while (!stop_) {
    const double next = shown + update_s_;
    std::this_thread::sleep_for(std::chrono::duration<double>(next - now_s()));
    const double now = now_s();
    worst_gap_s_ = std::max(worst_gap_s_.load(), now - shown);
    shown += update_s_ * std::max(1.0, std::floor((now - shown) / update_s_));
    show(energy_.joules(start, shown), energy_.joules(shown - update_s_, shown) / update_s_);
  }
}

void PlayedSysfs::show(double joules, double watts) {
  if (shares_.empty()) {
    // A window's end may become known a little after it: nothing is taken back.
    counted_j_ = std::max(counted_j_, joules);
    files_.front()->show(static_cast<std::uint64_t>(counted_j_ * 1e6) % kRange_uj);
  }
  for (std::size_t k = 0; k < shares_.size(); ++k)
    files_[k]->show(static_cast<std::uint64_t>(std::llround(1e3 * shares_[k] * watts)));
}

}  // namespace hil::test
