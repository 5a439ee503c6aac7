// SPDX-License-Identifier: Apache-2.0
// VirtualMeter: one thread that reads the plugin's pipe and hands whole runs to the meter's.
#include "host/emulate/power/virtual_meter.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "host/base/file.hpp"
#include "host/base/program_files.hpp"
#include "host/emulate/meter/meter_line.hpp"

namespace hil::emulate {
namespace {

namespace fs = std::filesystem;

/// Device time from sample to sample: fine enough to see operators, 7 samples of a PPK2.
constexpr double kSampleSeconds = 70e-6;
/// Of the pipe, in bytes: what an unprivileged program may ask for at most by default.
constexpr int kPipeBytes = 1 << 20;
/// Runs whose truth is kept.
constexpr std::size_t kMostRuns = 10'000;
constexpr double kMostClockError = 1e-3;

Error no_descriptor(const char* what) {
  return {Blame::kLab, fmt::format("cannot make {}: {}", what, std::strerror(errno)),
          "check the limit of open files (ulimit -n)"};
}

/// True if a byte of @p pipe or a ring of @p bell is there; the bell is silent then.
void wait_for(const FileDescriptor& pipe, const FileDescriptor& bell) {
  std::array<pollfd, 2> polled{pollfd{bell.get(), POLLIN, 0}, pollfd{pipe.get(), POLLIN, 0}};
  ::poll(polled.data(), polled.size(), -1);
  std::uint64_t rings = 0;
  [[maybe_unused]] const auto read = ::read(bell.get(), &rings, sizeof rings);
}

}  // namespace

Result<std::unique_ptr<VirtualMeter>> VirtualMeter::make(const boards::Board& board,
                                                         const MeterRequest& request,
                                                         Callbacks callbacks) {
  HIL_TRY(check_meter(request));
  if (!board.emulator || !board.emulator->power) {
    return Error{
        Blame::kConfig,
        fmt::format("{} has no emulated power meter: its file has no emulator.power", board.id),
        "take a board that has it, or write that block"};
  }
  std::unique_ptr<VirtualMeter> made(new VirtualMeter(board, request, std::move(callbacks)));
  made->bell_ = FileDescriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!made->bell_.is_open()) return no_descriptor("an eventfd");
  HIL_TRY(made->write_truth());
  HIL_TRY(made->open_device(request));
  made->thread_ = std::thread([meter = made.get()] { meter->serve(); });
  return made;
}

VirtualMeter::VirtualMeter(const boards::Board& board, const MeterRequest& request,
                           Callbacks callbacks)
    : board_(board.id),
      request_(request),
      model_(*board.emulator->power, board.emulator->icount_shift),
      callbacks_(std::move(callbacks)),
      source_(model_.amps_asleep(), model_.volts(),
              SupplyRules{request.back_powered, callbacks_.supply}) {}

VirtualMeter::~VirtualMeter() {
  ppk2_.reset();
  lpm01a_.reset();
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(bell_.get(), &one, sizeof one);
  thread_.join();
}

Result<PowerPlugin> VirtualMeter::connect() {
  PowerPlugin plugin;
  plugin.file = program_files().agents / kPowerPlugin;
  std::error_code ignored;
  if (!fs::exists(plugin.file, ignored)) {
    return Error{Blame::kLab,
                 fmt::format("there is no {}, without which nothing can be measured: {} is missing",
                             kPowerPlugin, plugin.file.string()),
                 "build it, or set HILBENCH_AGENTS to the folder that has it and the agents"};
  }
  plugin.file = fs::absolute(plugin.file, ignored);
  plugin.every = model_.instructions_in(kSampleSeconds);
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) return no_descriptor("a pipe for QEMU");
  plugin.pipe = FileDescriptor(ends[1]);
  ::fcntl(plugin.pipe.get(), F_SETPIPE_SZ, kPipeBytes);  // a smaller one serves, too
  {
    const std::lock_guard lock(mutex_);
    next_pipe_ = FileDescriptor(ends[0]);
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(bell_.get(), &one, sizeof one);
  return plugin;
}

TruthTotals VirtualMeter::totals() const {
  const std::lock_guard lock(mutex_);
  return totals_;
}

void VirtualMeter::serve() {
  FileDescriptor none;
  while (true) {
    wait_for(none, bell_);
    FileDescriptor pipe;
    {
      const std::lock_guard lock(mutex_);
      if (ending_) return;
      pipe = std::move(next_pipe_);
    }
    if (pipe.is_open()) take(std::move(pipe));
  }
}

/// Until the pipe has ended or there is another one.
void VirtualMeter::take(FileDescriptor pipe) {
  PluginRecordReader reader;
  TrackBuilder builder(model_);
  std::vector<PluginRecord> records;
  std::array<std::uint8_t, 64 * 1024> buffer;
  while (true) {
    const ssize_t count = ::read(pipe.get(), buffer.data(), buffer.size());
    if (count == 0) break;
    if (count < 0 && errno != EAGAIN && errno != EINTR) break;
    if (count < 0) {
      wait_for(pipe, bell_);
      const std::lock_guard lock(mutex_);
      if (ending_ || next_pipe_.is_open()) break;
      continue;
    }
    records.clear();
    const bool sound =
        reader.take(std::span(buffer).first(static_cast<std::size_t>(count)), records);
    for (const PluginRecord& record : records) {
      if (auto track = builder.take(record)) end_of_run(std::move(*track));
    }
    if (const std::string complaint = builder.take_complaint(); !complaint.empty())
      callbacks_.remark(complaint);
    if (!sound) {
      callbacks_.remark("the power plugin writes what this hilbench does not know");
      break;
    }
  }
  // wait_for() may have taken a ring that was for serve().
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(bell_.get(), &one, sizeof one);
}

void VirtualMeter::end_of_run(Track track) {
  if (track.clock_error > kMostClockError) {
    callbacks_.remark(fmt::format(
        "the board's clock is {:.2f} % off its instructions: emulator.power.tick_hz of {} is wrong",
        track.clock_error * 100, board_));
  }
  TrueRun run = true_run_of(track, source_.volts(), false);
  run.played = source_.play(std::move(track));
  {
    const std::lock_guard lock(mutex_);
    if (runs_.size() < kMostRuns) runs_.push_back(std::move(run));
  }
  if (const Status written = write_truth(); !written.ok()) callbacks_.remark(written.error().what);
  const std::lock_guard lock(mutex_);
  totals_ = totals_of(runs_);
}

Status VirtualMeter::write_truth() const {
  if (request_.truth.empty()) return {};
  std::string text;
  {
    const std::lock_guard lock(mutex_);
    text = truth_json(board_, model_.figures(), runs_);
  }
  return write_file(request_.truth, text);
}

}  // namespace hil::emulate
