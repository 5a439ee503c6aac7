// SPDX-License-Identifier: Apache-2.0
// Streams of the counter sensor on the linux board: what arrives, what is lost where, and what it
// costs host and agent.
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "host/base/file.hpp"
#include "host/boards/catalogue.hpp"
#include "host/lab/ready_board.hpp"
#include "host/session/stream_client.hpp"

namespace {

using namespace hil;  // NOLINT: one program, one purpose
using Clock = std::chrono::steady_clock;

constexpr auto kLength = std::chrono::seconds(3);

struct Row {
  std::string channel;
  std::uint32_t rate_hz = 0, sample_bytes = 0;
  session::StreamAccount account;
  double seconds = 0, host_cpu = 0, agent_cpu = 0;  ///< CPU: seconds
};

double own_cpu_s() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// User and system time of a process so far; fields 14 and 15 of /proc/PID/stat (proc(5)).
double cpu_s_of(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string line;
  std::getline(file, line);
  std::istringstream fields(line.substr(line.rfind(')') + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field)
    fields >> skipped;
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

Result<Row> measure(lab::ReadyBoard& board, const session::StreamChannel& channel,
                    std::uint32_t rate_hz) {
  const auto soon = [] { return Deadline::after(std::chrono::seconds(10)); };
  const double host_before = own_cpu_s(), agent_before = cpu_s_of(board.agent_pid());
  const auto begun = Clock::now();
  HIL_ASSIGN(auto run,
             session::StreamRun::begin(board.session(), {channel.number, rate_hz, 0}, soon()));
  while (!run.done()) {
    if (Clock::now() >= begun + kLength) HIL_TRY(run.stop(soon()));
    HIL_TRY(run.next(Deadline::after(std::chrono::milliseconds(50))));
  }
  Row row{channel.name, rate_hz, channel.sample_bytes, run.account()};
  row.seconds = std::chrono::duration<double>(Clock::now() - begun).count();
  row.host_cpu = own_cpu_s() - host_before;
  row.agent_cpu = cpu_s_of(board.agent_pid()) - agent_before;
  return row;
}

double bytes_per_s(const Row& row) {
  return static_cast<double>(row.account.received() * row.sample_bytes) / row.seconds;
}

nlohmann::ordered_json json_of(const Row& row) {
  const session::StreamLosses& lost = row.account.losses();
  return {{"channel", row.channel},
          {"rate_hz", row.rate_hz},
          {"sample_bytes", row.sample_bytes},
          {"seconds", row.seconds},
          {"bytes_per_s", bytes_per_s(row)},
          {"samples", row.account.produced()},
          {"lost_on_line", lost.on_line},
          {"lost_on_board", lost.on_device},
          {"lost_on_host", lost.on_host},
          {"host_cpu_share", row.host_cpu / row.seconds},
          {"agent_cpu_share", row.agent_cpu / row.seconds}};
}

Result<nlohmann::ordered_json> measure_all() {
  HIL_ASSIGN(const auto catalogue, boards::Catalogue::load());
  HIL_ASSIGN(const auto entry, catalogue.find("linux"));
  HIL_ASSIGN(auto board, lab::make_ready(entry, {}, Deadline::after(std::chrono::seconds(10))));
  HIL_ASSIGN(const auto channels,
             session::list_streams(board->session(), Deadline::after(std::chrono::seconds(5))));
  fmt::print("{:<12}{:>9}{:>13}{:>11}{:>10}{:>10}{:>10}{:>12}{:>13}\n", "channel", "Hz", "bytes/s",
             "samples", "line -", "board -", "host -", "host CPU", "agent CPU");
  auto rows = nlohmann::ordered_json::array();
  for (const session::StreamChannel& channel : channels) {
    for (const std::uint32_t rate_hz : {1'000u, 25'000u, 100'000u, 500'000u}) {
      HIL_ASSIGN(const Row row, measure(*board, channel, rate_hz));
      const session::StreamLosses& lost = row.account.losses();
      fmt::print("{:<12}{:>9}{:>13.0f}{:>11}{:>10}{:>10}{:>10}{:>10.2f} %{:>11.2f} %\n",
                 row.channel, row.rate_hz, bytes_per_s(row), row.account.produced(), lost.on_line,
                 lost.on_device, lost.on_host, 100 * row.host_cpu / row.seconds,
                 100 * row.agent_cpu / row.seconds);
      std::fflush(stdout);
      rows.push_back(json_of(row));
    }
  }
  return rows;
}

}  // namespace

/// datagram_bench [JSON FILE]
int main(int argc, char** argv) {
  const auto rows = measure_all();
  if (!rows) {
    fmt::print(stderr, "{}\n", rows.error().what);
    return exit_code(rows.error().blame);
  }
  fmt::print(
      "\nthe linux agent on a pty without a rate, {} s each; samples lost on the line, the board, "
      "the\nhost; CPU: shares of one core (getrusage; /proc/PID/stat in steps of {:.0f} ms)\n",
      kLength.count(), 1e3 / static_cast<double>(sysconf(_SC_CLK_TCK)));
  if (argc > 1) {
    const auto saved = write_file(argv[1], rows->dump(2) + "\n");
    if (!saved.ok()) fmt::print(stderr, "{}\n", saved.error().what);
  }
  return 0;
}
