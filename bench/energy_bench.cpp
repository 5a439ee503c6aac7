// SPDX-License-Identifier: Apache-2.0
// One power meter at full rate: samples lost, host CPU, and energy against known truth.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "host/base/file.hpp"
#include "host/base/file_descriptor.hpp"
#include "host/emulate/meter/meter_line.hpp"
#include "host/emulate/meter/ppk2_device.hpp"
#include "host/emulate/meter/scenario.hpp"
#include "host/energy/ppk2/ppk2_meter.hpp"
#include "host/energy/recording.hpp"
#include "host/energy/sum/integrate.hpp"
#include "host/energy/window/edges.hpp"
#include "host/link/tty_link.hpp"

namespace {

using namespace hil;  // NOLINT: one program, one purpose

constexpr double kVolts = 3.3;
/// An edge is anywhere within one sample.
constexpr double kEdgeSigma = 0.289;

struct Figures {
  double seconds = 0, cpu_s = 0;
  std::uint64_t sent = 0, read = 0, lost = 0, spoiled = 0;
  std::size_t windows = 0, windows_made = 0;
  double short_error = 0, long_error = 0;  ///< energy per inference against the truth, relative
};

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Windows of 1 ms, then of 20 ms, half of the time each; no length is a whole number of samples.
emulate::Scenario scenario_of(double seconds) {
  emulate::Scenario scenario;
  scenario.constant(1.2e-3, 0.1);
  emulate::WindowTrain train;
  train.active_a = 11.3e-3;
  train.active_s = 0.6237e-3;
  train.wait_a = 6.1e-3;
  train.wait_s = 0.3801e-3;
  train.rest_a = 1.2e-3;
  train.rest_s = 4.0013e-3;
  train.windows = static_cast<std::uint32_t>((seconds - 0.2) / 2 / 5.0051e-3);
  scenario.windows(train);
  train.inferences = 20;
  train.rest_s = 20.0007e-3;
  train.windows = static_cast<std::uint32_t>((seconds - 0.2) / 2 / 40.0767e-3);
  return scenario.windows(train).constant(1.2e-3, 0.1);
}

/// The device, in a process of its own so that its CPU time is not the host's: serves until
/// @p control ends, then says there how many samples it sent.
[[noreturn]] void serve_device(std::unique_ptr<Link> link, emulate::Scenario scenario,
                               int control) {
  std::uint64_t sent = 0;
  {
    emulate::Ppk2Device device(std::move(link), scenario);
    char byte = 0;
    (void)!::read(control, &byte, 1);
    sent = device.words_sent();
  }
  const auto count = ::write(control, &sent, sizeof sent);
  ::_exit(count == sizeof sent ? 0 : 1);
}

class DeviceProcess {
 public:
  static Result<DeviceProcess> start(const emulate::Scenario& scenario) {
    HIL_ASSIGN(auto line, emulate::open_meter_line());
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
      return Error{Blame::kLab, "no socket pair can be had", ""};
    }
    const pid_t process = ::fork();
    if (process < 0) return Error{Blame::kLab, "no process can be had", ""};
    if (process == 0) {
      ::close(ends[0]);
      serve_device(std::move(line.link), scenario, ends[1]);
    }
    ::close(ends[1]);
    DeviceProcess device;
    device.process_ = process;
    device.control_ = FileDescriptor(ends[0]);
    device.path_ = line.path;
    return device;
  }

  [[nodiscard]] const std::string& path() const { return path_; }

  /// Ends it. @returns samples it sent
  std::uint64_t finish() {
    std::uint64_t sent = 0;
    (void)!::write(control_.get(), "x", 1);
    (void)!::read(control_.get(), &sent, sizeof sent);
    ::waitpid(process_, nullptr, 0);
    return sent;
  }

 private:
  pid_t process_ = -1;
  FileDescriptor control_;
  std::string path_;
};

Result<energy::Trace> record(const std::string& path, double seconds, Figures& figures) {
  const Deadline deadline = Deadline::after(std::chrono::seconds(60 + static_cast<int>(seconds)));
  HIL_ASSIGN(auto tty, TtyLink::open(path, energy::ppk2_usb::kBaud));
  energy::MeterSetup setup;
  setup.volts = kVolts;
  setup.source = true;
  setup.emulated = true;
  HIL_ASSIGN(const auto meter, energy::make_ppk2(std::move(tty), setup, deadline));
  const double cpu = cpu_seconds();
  HIL_ASSIGN(const auto recording, energy::Recording::start(*meter, deadline));
  const auto wanted = static_cast<std::uint64_t>(seconds * 1e5);
  HIL_ASSIGN(
      const bool enough,
      recording->wait([&](const energy::RecordingState& state) { return state.samples >= wanted; },
                      deadline));
  if (!enough) return Error{Blame::kLink, "the samples come too slowly", ""};
  HIL_ASSIGN(auto trace, recording->finish(deadline));
  figures.cpu_s = cpu_seconds() - cpu;
  figures.seconds = static_cast<double>(trace.size()) / trace.rate_hz;
  return trace;
}

/// Energy of the windows that count, against the truth of the same ones.
struct Sum {
  double measured = 0, exact = 0;
  [[nodiscard]] double error() const { return exact > 0 ? measured / exact - 1 : 0; }
};

Status compare(const energy::Trace& trace, const emulate::Scenario& scenario, Figures& figures) {
  for (const energy::MeterEvent& event : trace.events)
    fmt::print(stderr, "at sample {}: {}: {}\n", event.index, event.kind, event.text);
  for (const std::uint8_t flags : trace.flags) {
    figures.lost += (flags & energy::flag::kGap) != 0 ? 1 : 0;
    figures.spoiled += (flags & (energy::flag::kInvalid | energy::flag::kSaturated)) != 0 ? 1 : 0;
  }
  figures.read = trace.size() - figures.lost;
  HIL_ASSIGN(const auto list, energy::find_edges(trace, {0, false}, energy::kRegionHold_s));
  const auto& truth = scenario.truth();
  figures.windows_made = truth.size();
  figures.windows = list.edges.size() / 2;
  if (figures.windows != truth.size()) return {};
  Sum by_length[2];
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const auto sum = energy::integrate(trace, list.edges[2 * i].position(),
                                       list.edges[2 * i + 1].position(), kEdgeSigma);
    if (sum.lost > 0 || !sum.joules) continue;
    Sum& of = by_length[truth[i].inferences > 1 ? 1 : 0];
    of.measured += *sum.joules;
    of.exact += truth[i].coulombs * kVolts;
  }
  figures.short_error = by_length[0].error();
  figures.long_error = by_length[1].error();
  return {};
}

Result<Figures> run(double seconds) {
  const emulate::Scenario scenario = scenario_of(seconds);
  HIL_ASSIGN(auto device, DeviceProcess::start(scenario));
  Figures figures;
  const auto trace = record(device.path(), seconds, figures);
  figures.sent = device.finish();
  if (!trace) return trace.error();
  HIL_TRY(compare(*trace, scenario, figures));
  return figures;
}

nlohmann::ordered_json json_of(const Figures& f) {
  return {{"meter", "ppk2 (emulated)"},
          {"seconds", f.seconds},
          {"samples_sent", f.sent},
          {"samples_read", f.read},
          {"samples_lost", f.lost + (f.sent > f.read ? f.sent - f.read : 0)},
          {"samples_spoiled", f.spoiled},
          {"host_cpu_s", f.cpu_s},
          {"host_cpu_share_of_a_core", f.cpu_s / f.seconds},
          {"windows_made", f.windows_made},
          {"windows_found", f.windows},
          {"energy_error_1ms_windows", f.short_error},
          {"energy_error_20ms_windows", f.long_error}};
}

void print(const Figures& f) {
  fmt::print("emulated PPK2 on a pseudo-terminal, 100,000 samples a second for {:.1f} s\n\n",
             f.seconds);
  fmt::print("  samples sent        {:>12}\n  samples read        {:>12}\n", f.sent, f.read);
  fmt::print("  lost, spoiled       {:>12} {:>8}\n",
             f.lost + (f.sent > f.read ? f.sent - f.read : 0), f.spoiled);
  fmt::print("  host CPU            {:>11.2f} % of a core (goal: under 5 %)\n",
             100 * f.cpu_s / f.seconds);
  fmt::print("  windows made, found {:>12} {:>8}\n", f.windows_made, f.windows);
  fmt::print("  energy per inference, 1 ms windows   {:+.4f} % of the truth (goal: 0.3 %)\n",
             100 * f.short_error);
  fmt::print("  energy per inference, 20 ms windows  {:+.4f} % of the truth (goal: 0.2 %)\n",
             100 * f.long_error);
  fmt::print("\nhost CPU: getrusage of this process while it records; the device is another one\n");
}

int usage() {
  fmt::print(stderr, "usage: energy_bench [--seconds N] [--json FILE]   (60 if not given)\n");
  return 2;
}

}  // namespace

/// energy_bench [--seconds N] [--json FILE]
int main(int argc, char** argv) {
  double seconds = 60;
  std::string json;
  for (int i = 1; i < argc; i += 2) {
    const std::string_view word = argv[i];
    if (i + 1 == argc) return usage();
    const std::string_view value = argv[i + 1];
    if (word == "--json") {
      json = value;
    } else if (word != "--seconds" ||
               std::from_chars(value.begin(), value.end(), seconds).ptr != value.end() ||
               !(seconds >= 1 && seconds <= 3600)) {
      return usage();
    }
  }
  const auto figures = run(seconds);
  if (!figures) {
    fmt::print(stderr, "energy_bench: {}\n", figures.error().what);
    return exit_code(figures.error().blame);
  }
  print(*figures);
  if (!json.empty()) {
    const auto saved = write_file(json, json_of(*figures).dump(2) + "\n");
    if (!saved.ok()) fmt::print(stderr, "{}\n", saved.error().what);
  }
  return 0;
}
