// SPDX-License-Identifier: Apache-2.0
// --dialect: opening the port, finding the rate, asking for the name.
#include "host/app/dialect_options.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

#include "host/app/console_io.hpp"
#include "host/app/link_options.hpp"
#include "host/dialect/mlperf_tiny/protocol.hpp"
#include "host/link/serial_link.hpp"
#include "host/link/tty_link.hpp"

namespace hil::app {
namespace {

namespace mlperf_tiny = dialect::mlperf_tiny;

/// Rates that firmware of the benchmark uses: performance and accuracy, Analog Devices' reference,
/// energy.
constexpr std::array<std::uint32_t, 3> kRates{mlperf_tiny::kUsualBaud, 921'600, 9'600};
/// A board that opening the port has reset boots in that time, as EnergyRunner allows.
constexpr std::chrono::seconds kBootTime{6};
/// At each further rate; by then it has booted.
constexpr std::chrono::seconds kAnswerTime{3};
constexpr std::int64_t kLeastBaud = 300;
constexpr std::int64_t kMostBaud = 12'000'000;

/// Options that speak of our agent, or of what a dialect has not.
constexpr std::array<const char*, 10> kOursAlone{"board",         "emulate",   "no-flash", "clock",
                                                 "weights",       "reconnect", "tape",     "state",
                                                 "operator-runs", "link-limit"};
/// Options of the dialect's alone.
constexpr std::array<const char*, 4> kDialectsAlone{"sample-type", "read-back", "windows",
                                                    "window"};

Status check_options(const Arguments& arguments) {
  for (const char* name : kOursAlone) {
    if (!arguments.has(name)) continue;
    return Error{Blame::kUser, fmt::format("--{} does not go with --dialect", name),
                 "it is for boards with our agent; a dialect takes --port and --baud"};
  }
  if (arguments.has("port")) return {};
  return Error{Blame::kUser, "--dialect needs --port NAME",
               "hilbench list shows the ports of this machine"};
}

/// libserialport does not know pseudo-terminals, such as those of 'hilbench dut'.
Result<std::unique_ptr<Link>> open_port(const std::string& name, std::uint32_t baud) {
  std::error_code none;
  const auto path = std::filesystem::canonical(name, none);
  if (!none && path.string().starts_with("/dev/pts/")) {
    HIL_ASSIGN(auto tty, TtyLink::open(path.string(), baud));
    return std::unique_ptr<Link>(std::move(tty));
  }
  HIL_ASSIGN(auto serial, SerialLink::open(name, {baud, {}, {}}));
  return std::unique_ptr<Link>(std::move(serial));
}

/// What --baud says; 0: not given.
Result<std::uint32_t> rate_of(const Arguments& arguments) {
  if (!arguments.has("baud")) return 0u;
  if (arguments.get("baud") == "default") return mlperf_tiny::kUsualBaud;
  HIL_ASSIGN(const auto baud, arguments.number("baud", kLeastBaud, kMostBaud));
  return static_cast<std::uint32_t>(baud);
}

Result<FaultPlan> text_faults_of(const Arguments& arguments) {
  HIL_ASSIGN(FaultPlan plan, faults_of(arguments));
  if (plan.drop == 0 && plan.duplicate == 0 && plan.swap == 0) return plan;
  return Error{Blame::kUser, "--inject drop, dup and swap are about frames, and text has none",
               "with --dialect use flip, stall and cut"};
}

Result<mlperf_tiny::ReadBack> read_back_of(const Arguments& arguments) {
  HIL_ASSIGN(const auto choice, arguments.choice("read-back", {"every", "first"}));
  return choice == 0 ? mlperf_tiny::ReadBack::kEvery : mlperf_tiny::ReadBack::kFirst;
}

}  // namespace

void add_dialect_options(Options& options, bool runs) {
  options
      .option("dialect", "NAME",
              "the firmware on --port is not our agent and speaks mlperf_tiny: the DUT API of "
              "MLPerf Tiny (no --board then)")
      .values({"mlperf_tiny"});
  if (!runs) return;
  add_sample_type_option(options);
  options
      .option("read-back", "WHEN",
              "with --dialect: which samples are read back from the board and compared before they "
              "are computed, every or first (default: every; with first a digit that the line "
              "changed in another sample goes unseen)")
      .values({"every", "first"});
}

Status check_no_dialect_options(const Arguments& arguments) {
  for (const char* name : kDialectsAlone) {
    if (!arguments.has(name)) continue;
    return Error{Blame::kUser, fmt::format("--{} goes with --dialect", name), "leave it out"};
  }
  return {};
}

void add_sample_type_option(Options& options) {
  options
      .option(
          "sample-type", "TYPE",
          "element type that the DUT API's samples have: i8, u8, f32 (default: by the model id; "
          "else the model's)")
      .values({"i8", "u8", "f32"});
}

Result<std::optional<data::ElementType>> sample_type_of(const Arguments& arguments) {
  const auto name = arguments.find("sample-type");
  if (!name) return std::optional<data::ElementType>();
  return data::element_type_of(*name);
}

DialectBoard::DialectBoard(std::unique_ptr<Link> port, const FaultPlan& faults)
    : port_(std::move(port)) {
  if (!faults.any()) return;
  faults_ = std::make_unique<FaultLink>(*port_, faults);
  faults_->start_clock();
}

Result<std::unique_ptr<DialectBoard>> DialectBoard::open(const Arguments& arguments,
                                                         const StopRequest* stop) {
  HIL_TRY(check_options(arguments));
  HIL_ASSIGN(const FaultPlan faults, text_faults_of(arguments));
  HIL_ASSIGN(const std::uint32_t rate, rate_of(arguments));
  mlperf_tiny::ClientOptions options;
  HIL_ASSIGN(options.read_back, read_back_of(arguments));
  if (stop != nullptr) options.stopped = [stop] { return stop->requested(); };
  HIL_ASSIGN(auto port, open_port(arguments.get("port"), rate == 0 ? kRates.front() : rate));
  std::unique_ptr<DialectBoard> board(new DialectBoard(std::move(port), faults));
  board->client_ = std::make_unique<mlperf_tiny::Client>(board->link(), options);
  HIL_ASSIGN(auto identity, board->identify(arguments));
  board->board_.emplace(
      measure::DutBoard{*board->client_, std::move(identity), board->link(), options.read_back});
  return board;
}

Result<mlperf_tiny::Identity> DialectBoard::identify(const Arguments& arguments) {
  auto identity = client_->identify(Deadline::after(kBootTime));
  if (arguments.has("baud")) return identity;
  for (std::size_t i = 1; i < kRates.size() && !identity; ++i) {
    if (identity.error().blame != Blame::kLink) break;
    if (!port_->set_baud(kRates[i]).ok()) continue;
    identity = client_->identify(Deadline::after(kAnswerTime));
    if (identity) remark(fmt::format("it answers at {} baud", kRates[i]));
  }
  if (identity || identity.error().blame != Blame::kLink) return identity;
  Error error = identity.error();
  error.what += fmt::format(" at {} baud", fmt::join(kRates, ", "));
  error.hint = "check the port, and that the firmware runs; another rate: --baud RATE";
  return error;
}

}  // namespace hil::app
