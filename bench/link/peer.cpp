// SPDX-License-Identifier: Apache-2.0
// measure_peer(): host/dialect's client, the relay, and a thread with the dialect's board.
#include "bench/link/peer.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <atomic>
#include <cmath>
#include <memory>
#include <thread>
#include <utility>

#include "bench/link/stopwatch.hpp"
#include "host/dialect/mlperf_tiny/client.hpp"
#include "host/dialect/mlperf_tiny/dut_server.hpp"
#include "host/emulate/line/line_relay.hpp"
#include "host/link/pty.hpp"
#include "host/link/tty_link.hpp"
#include "host/measure/real_values.hpp"

namespace hil::bench {
namespace {

namespace tiny = dialect::mlperf_tiny;
using Clock = std::chrono::steady_clock;

/// Computes with the engine on the host.
class HostModel final : public tiny::DutModel {
 public:
  HostModel(const model::CompiledModel& model, model::ReferenceRunner runner)
      : model_(model), runner_(std::move(runner)) {}

  [[nodiscard]] std::string vendor() const override { return "hilbench"; }
  [[nodiscard]] std::string model_id() const override { return "bench"; }

  Status check(std::span<const std::uint8_t> sample) override {
    if (sample.size() == model_.inputs.front().size_bytes()) return {};
    return Error{Blame::kUser, fmt::format("the model takes no {} bytes", sample.size()), ""};
  }

  Result<tiny::DutRun> infer(std::span<const std::uint8_t> sample, std::uint32_t count,
                             bool /*timed*/) override {
    const std::vector<std::vector<std::uint8_t>> inputs{{sample.begin(), sample.end()}};
    tiny::DutRun run;
    const auto start = Clock::now();
    for (std::uint32_t i = 0; i < count; ++i) {
      HIL_ASSIGN(const auto outputs, runner_.run(inputs));
      run.values = measure::real_outputs(model_, outputs);
    }
    run.device_us = std::chrono::duration<double, std::micro>(Clock::now() - start).count();
    return run;
  }

 private:
  const model::CompiledModel& model_;
  model::ReferenceRunner runner_;
};

/// A board of that protocol behind a relay. Its thread ends with it.
class PeerBoard {
 public:
  static Result<std::unique_ptr<PeerBoard>> start(const LineCase& where, const Task& task) {
    HIL_ASSIGN(auto relay, emulate::LineRelay::make(where.baud, where.turnaround));
    HIL_ASSIGN(const Pty pty, Pty::open());
    HIL_ASSIGN(auto slave, TtyLink::open(pty.slave_path(), where.baud));
    FileDescriptor master(::fcntl(pty.master(), F_DUPFD_CLOEXEC, 0));
    if (!master.is_open()) return Error{Blame::kLab, "cannot share a pseudo-terminal", ""};
    relay->attach(std::move(master), {});
    HIL_ASSIGN(auto runner, model::ReferenceRunner::make(task.model));
    return std::unique_ptr<PeerBoard>(
        new PeerBoard(std::move(relay), std::move(slave), {task.model, std::move(runner)}));
  }
  ~PeerBoard() {
    ending_ = true;
    thread_.join();
  }
  PeerBoard(const PeerBoard&) = delete;
  PeerBoard& operator=(const PeerBoard&) = delete;

  [[nodiscard]] const emulate::LineRelay& line() const { return *relay_; }

 private:
  PeerBoard(std::unique_ptr<emulate::LineRelay> relay, std::unique_ptr<TtyLink> slave,
            HostModel model)
      : relay_(std::move(relay)),
        slave_(std::move(slave)),
        model_(std::move(model)),
        thread_([this] { serve(); }) {}

  void serve() {
    const Status served = tiny::serve_dut(*slave_, model_, [this] { return ending_.load(); });
    if (!served.ok()) fmt::print(stderr, "the peer's board: {}\n", served.error().what);
  }

  std::unique_ptr<emulate::LineRelay> relay_;
  std::unique_ptr<TtyLink> slave_;
  HostModel model_;
  std::atomic<bool> ending_ = false;
  std::thread thread_;  // last: it uses all of the above
};

/// Whether @p printed is @p expected but for its three decimals.
bool agrees(const std::vector<double>& printed, const std::vector<double>& expected) {
  if (printed.size() != expected.size()) return false;
  for (std::size_t i = 0; i < printed.size(); ++i) {
    if (std::abs(printed[i] - expected[i]) > tiny::kPrintedStep) return false;
  }
  return true;
}

Status run_all(tiny::Client& client, const Task& task, Row& row) {
  for (std::uint32_t i = 0; i < row.samples; ++i) {
    HIL_ASSIGN(const auto inputs, task.source.read(i));
    HIL_ASSIGN(const auto answer, client.run(inputs.front(), {}));
    if (!agrees(answer.values, task.answers[i].values)) ++row.wrong;
  }
  return {};
}

/// Each byte of either direction has the line to itself, each exchange waits for one turnaround:
/// `db load`, one `db` per kChunkBytes, and `infer`.
double least_seconds(const Row& row) {
  constexpr double kBitsPerByte = 10;
  const std::size_t chunks = (row.sample_bytes + tiny::kChunkBytes - 1) / tiny::kChunkBytes;
  const double exchanges = static_cast<double>(row.samples * (chunks + 2));
  return static_cast<double>(row.wire_bytes) * kBitsPerByte / row.baud +
         exchanges * row.turnaround_ms * 1e-3;
}

}  // namespace

Result<Row> measure_peer(const LineCase& where, const Task& task, std::uint32_t samples) {
  HIL_ASSIGN(const auto board, PeerBoard::start(where, task));
  HIL_ASSIGN(const auto link, TtyLink::open(board->line().pty(), where.baud));
  tiny::ClientOptions options;
  options.read_back = tiny::ReadBack::kNever;
  options.confirm_results = false;
  tiny::Client client(*link, options);
  HIL_ASSIGN(const auto identity, client.identify(Deadline::after(std::chrono::seconds(20))));
  static_cast<void>(identity);

  Row row = row_for("mlperf_tiny", where, task, samples);
  const auto before = board->line().counts();
  const Stopwatch watch;
  HIL_TRY(run_all(client, task, row));
  watch.stop(row);
  fill_from_line(before, board->line().counts(), row);
  row.least_seconds = least_seconds(row);
  return row;
}

}  // namespace hil::bench
