// SPDX-License-Identifier: Apache-2.0
// Stopwatch: getrusage() of one thread, for the relay and a board may run in others.
#include "bench/link/stopwatch.hpp"

#include <sys/resource.h>

namespace hil::bench {
namespace {

using Clock = std::chrono::steady_clock;

double thread_cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double milliseconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

}  // namespace

Stopwatch::Stopwatch() : start_(Clock::now()), cpu_start_(thread_cpu_seconds()) {}

void Stopwatch::stop(Row& row) const {
  const double cpu = thread_cpu_seconds() - cpu_start_;
  row.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  row.host_cpu_share = cpu / row.seconds;
}

Row row_for(const std::string& protocol, const LineCase& where, const Task& task,
            std::uint32_t samples) {
  Row row;
  row.protocol = protocol;
  row.board = where.board;
  row.baud = where.baud;
  row.turnaround_ms = static_cast<unsigned>(where.turnaround.count());
  row.model = task.name;
  row.sample_bytes = task.sample_bytes();
  row.samples = samples;
  return row;
}

void fill_from_line(const emulate::LineCounts& before, const emulate::LineCounts& after, Row& row) {
  row.wire_bytes_to_device = after.to_device - before.to_device;
  row.wire_bytes = row.wire_bytes_to_device + after.to_host - before.to_host;
  row.put_off_ms = milliseconds(after.put_off - before.put_off);
  row.held_up_ms = milliseconds(after.held_up - before.held_up);
}

}  // namespace hil::bench
