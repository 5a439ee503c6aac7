// SPDX-License-Identifier: Apache-2.0
// Supervisor: starting, watching and restarting; all from one thread but serve().
#include "host/emulate/supervisor/supervisor.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "host/emulate/line/uart_rate.hpp"

namespace hil::emulate {
namespace {

constexpr auto kTimeToConnect = std::chrono::seconds(10);
constexpr std::size_t kMostSerial = 31;   // characters of an ST-LINK's serial number over TCP
constexpr std::size_t kMostCommand = 64;  // bytes of a command line

/// Tells this virtual ST-LINK from others: "HIL-netduino_plus_2-1".
std::string serial_of(const std::string& board, unsigned instance) {
  const std::string number = fmt::format("-{}", instance);
  return fmt::format("HIL-{}", board).substr(0, kMostSerial - number.size()) + number;
}

/// Bytes of the flash that the probe model keeps; 0: it has none.
std::size_t flash_bytes(const boards::Board& board) {
  const boards::Emulator& emulator = *board.emulator;
  if (emulator.probe == boards::ProbeModel::kNone || emulator.probe == boards::ProbeModel::kRam) {
    return 0;
  }
  for (const auto& memory : emulator.memory.empty() ? board.chip.memory : emulator.memory) {
    if (memory.kind == boards::MemoryKind::kFlash) return memory.size_bytes;
  }
  return 0;
}

Status check_image(const boards::Board& board, const std::filesystem::path& image) {
  const bool needed = board.emulator->probe == boards::ProbeModel::kNone;
  if (needed && image.empty()) {
    return Error{
        Blame::kUser,
        fmt::format("{} has no debug port, so it needs its firmware at the start", board.id),
        "give it with --image"};
  }
  if (!needed && !image.empty()) {
    return Error{Blame::kUser, fmt::format("{} is flashed, it takes no image", board.id),
                 "leave --image out and flash it"};
  }
  std::error_code ignored;
  if (needed && !std::filesystem::is_regular_file(image, ignored)) {
    return Error{Blame::kUser, fmt::format("there is no file {}", image.string()), ""};
  }
  return {};
}

}  // namespace

class Supervisor::Bell {
 public:
  static Result<std::unique_ptr<Bell>> make() {
    FileDescriptor descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!descriptor.is_open()) {
      return Error{Blame::kLab, fmt::format("cannot make an eventfd: {}", std::strerror(errno)),
                   "check the limit of open files (ulimit -n)"};
    }
    return std::unique_ptr<Bell>(new Bell(std::move(descriptor)));
  }
  void ring() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(descriptor_.get(), &one, sizeof one);
  }
  /// Whether it has been rung since the last call.
  [[nodiscard]] bool heard() const {
    std::uint64_t count = 0;
    return ::read(descriptor_.get(), &count, sizeof count) == static_cast<ssize_t>(sizeof count);
  }
  [[nodiscard]] int descriptor() const { return descriptor_.get(); }

 private:
  explicit Bell(FileDescriptor descriptor) : descriptor_(std::move(descriptor)) {}
  FileDescriptor descriptor_;
};

Result<std::unique_ptr<Supervisor>> Supervisor::start(boards::Board board,
                                                      const SupervisorOptions& options,
                                                      const SupervisorStreams& streams) {
  if (!board.emulator || board.emulator->kind != boards::EmulatorKind::kQemu) {
    return Error{Blame::kUser, fmt::format("{} does not run in QEMU", board.id),
                 "see hilbench boards for those that do"};
  }
  HIL_TRY(check_image(board, options.image));
  HIL_ASSIGN(const auto root, state_root());
  HIL_ASSIGN(StateFolder state, StateFolder::take(root, board.id, options.instance));
  std::unique_ptr<Supervisor> made(new Supervisor(std::move(board), std::move(state), streams));
  HIL_TRY(made->set_up(options));
  return made;
}

Supervisor::Supervisor(boards::Board board, StateFolder state, const SupervisorStreams& streams)
    : board_(std::move(board)),
      state_(std::move(state)),
      streams_(streams),
      announcer_(streams.output) {}

Supervisor::~Supervisor() {
  stop_qemu();
  save_flash();
}

Status Supervisor::set_up(const SupervisorOptions& options) {
  image_ = options.image;
  faults_ = options.faults;
  const std::size_t flash = flash_bytes(board_);
  if (options.erase) HIL_TRY(state_.erase_flash());
  if (flash > 0) {
    HIL_ASSIGN(saved_flash_, state_.load_flash(flash));
    info_.flash = state_.flash_file();
  }
  HIL_ASSIGN(flash_bell_, Bell::make());
  HIL_ASSIGN(stop_bell_, Bell::make());
  HIL_ASSIGN(done_bell_, Bell::make());
  HIL_ASSIGN(relay_, LineRelay::make(board_.serial.baud, options.turnaround));
  info_.board = board_.id;
  info_.instance = state_.instance();
  info_.pid = ::getpid();
  info_.pty = relay_->pty();
  if (options.meter.any()) HIL_TRY(open_meter(options.meter));
  const Status started = start_qemu(PowerOn::kRun);
  // The firmware of an earlier run may end QEMU at once; that must not keep it from being replaced.
  if (!started.ok() && probe_ && started.error().blame == Blame::kTool) {
    return restart(started.error().what);
  }
  return started;
}

Status Supervisor::open_meter(const MeterRequest& request) {
  HIL_ASSIGN(supply_bell_, Bell::make());
  VirtualMeter::Callbacks callbacks;
  callbacks.remark = [this](const std::string& what) { announcer_.remark(what); };
  callbacks.supply = [this](bool on) {
    supplied_ = on;
    supply_bell_->ring();
  };
  HIL_ASSIGN(meter_, VirtualMeter::make(board_, request, std::move(callbacks)));
  info_.meter_port = meter_->port();
  return {};
}

Status Supervisor::follow_supply() {
  const bool wanted = supplied_;
  if (wanted == powered_) return {};
  powered_ = wanted;
  if (wanted) {
    return start_again("its meter gave it power", PowerOn::kRun, EventKind::kRestarted);
  }
  stop_qemu();
  announcer_.remark("its meter cut its power");
  return {};
}

Status Supervisor::start_qemu(PowerOn how) {
  PowerPlugin plugin;
  if (meter_) {
    HIL_ASSIGN(plugin, meter_->connect());
  }
  HIL_ASSIGN(qemu_, QemuProcess::start(*board_.emulator, image_, meter_ ? &plugin : nullptr));
  info_.qemu_pid = qemu_->pid();
  if (board_.emulator->probe == boards::ProbeModel::kNone) {
    relay_->attach(std::move(qemu_->serial), {});
    return {};
  }
  const Status connected = connect_probe(how);
  if (connected.ok()) return {};
  // What went wrong on a door is told better by QEMU itself, if it ended.
  if (connected.error().blame != Blame::kDevice) return connected;
  return Error{Blame::kTool, qemu_->last_words(connected.error().what),
               "check the emulator block of the board's file"};
}

Status Supervisor::connect_probe(PowerOn how) {
  HIL_ASSIGN(auto machine, Machine::connect({std::move(qemu_->gdb), std::move(qemu_->qmp),
                                             std::move(qemu_->qtest)},
                                            Deadline::after(kTimeToConnect)));
  if (probe_) {
    probe_->attach(*machine);
    machine_ = std::move(machine);
  } else {
    machine_ = std::move(machine);
    info_.serial = serial_of(board_.id, state_.instance());
    HIL_ASSIGN(probe_, ProbeServer::make(*machine_, {board_, info_.serial, faults_, saved_flash_}));
    info_.stlink_port = probe_->stlink_port();
    info_.jtag_port = probe_->jtag_port();
    info_.gdb_port = probe_->gdb_port();
    probe_->on_event([this](const std::string& what) { announcer_.remark(what); });
    probe_->on_flash_changed([this](std::span<const std::uint8_t> content) {
      const std::lock_guard lock(flash_mail_.mutex);
      flash_mail_.content.emplace(content.begin(), content.end());
      flash_bell_->ring();
    });
  }
  // Before the firmware's first byte.
  relay_->attach(std::move(qemu_->serial), rate_reader());
  HIL_TRY(probe_->power_on(how));
  start_serving();
  return {};
}

DivisorWatch::ReadRate Supervisor::rate_reader() const {
  const boards::UartDivisor& divisor = board_.emulator->divisor;
  if (divisor.kind == boards::DivisorKind::kNone ||
      divisor.kind == boards::DivisorKind::kUart16550) {
    return {};
  }
  return [&divisor, machine = machine_.get()] {
    const auto value = machine->read32(divisor.address);
    return value.ok() ? uart_rate(divisor, *value) : 0;
  };
}

void Supervisor::start_serving() {
  static_cast<void>(stop_bell_->heard());
  static_cast<void>(done_bell_->heard());
  serving_ = std::thread([this] {
    served_ = probe_->serve(stop_bell_->descriptor());
    done_bell_->ring();
  });
}

void Supervisor::stop_serving() {
  if (!serving_.joinable()) return;
  stop_bell_->ring();
  serving_.join();
}

void Supervisor::stop_qemu() {
  if (relay_) relay_->detach();
  stop_serving();
  if (qemu_) qemu_->end();
}

Status Supervisor::run() {
  announcer_.ready(info_);
  while (true) {
    std::array<pollfd, 6> polled{pollfd{streams_.signals, POLLIN, 0},
                                 pollfd{streams_.commands, POLLIN, 0},
                                 pollfd{powered_ ? qemu_->output_descriptor() : -1, POLLIN, 0},
                                 pollfd{flash_bell_->descriptor(), POLLIN, 0},
                                 pollfd{powered_ ? done_bell_->descriptor() : -1, POLLIN, 0},
                                 pollfd{supply_bell_ ? supply_bell_->descriptor() : -1, POLLIN, 0}};
    if (::poll(polled.data(), polled.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return Error{Blame::kBug, fmt::format("waiting for events: {}", std::strerror(errno)), ""};
    }
    if (polled[0].revents != 0) return {};
    if (polled[1].revents != 0) {
      HIL_ASSIGN(const bool more, read_commands());
      if (!more) return {};
    }
    if (flash_bell_->heard()) save_flash();
    if (powered_) HIL_TRY(look_after_qemu());
    if (supply_bell_ && supply_bell_->heard()) HIL_TRY(follow_supply());
  }
}

Status Supervisor::look_after_qemu() {
  const bool lives = qemu_->read_output();
  if (!lives) return restart("it closed its output");
  if (!done_bell_->heard()) return {};
  serving_.join();
  // Nobody asked serve() to end, so something is wrong with QEMU or with us.
  if (served_.ok()) return Error{Blame::kBug, "the probe stopped serving without a reason", ""};
  if (served_.error().blame != Blame::kDevice) return served_;
  return restart(served_.error().what);
}

Status Supervisor::restart(const std::string& why) {
  relay_->detach();
  stop_serving();
  const std::string told = qemu_->last_words(why);
  const bool can_hold = board_.emulator->probe != boards::ProbeModel::kNone;
  switch (budget_.next(RestartBudget::Clock::now())) {
    case Restart::kRun:
      return start_again(told, PowerOn::kRun, EventKind::kRestarted);
    case Restart::kHold:
      if (can_hold) return start_again(told, PowerOn::kHold, EventKind::kHalted);
      break;
    case Restart::kGiveUp:
      break;
  }
  return Error{Blame::kDevice, fmt::format("QEMU ends again and again: {}", told),
               can_hold ? "start the board anew; with --erase if its firmware is at fault"
                        : "start the board anew with another image"};
}

Status Supervisor::start_again(const std::string& why, PowerOn how, EventKind kind) {
  save_flash();
  qemu_.reset();
  const Status started = start_qemu(how);
  // Firmware that ends QEMU while power comes on is counted like any other.
  if (!started.ok() && started.error().blame == Blame::kTool && qemu_) {
    return restart(started.error().what);
  }
  HIL_TRY(started);
  announcer_.announce({kind, why, "", info_.qemu_pid});
  return {};
}

Result<bool> Supervisor::read_commands() {
  std::array<char, 256> buffer;
  const ssize_t count = ::read(streams_.commands, buffer.data(), buffer.size());
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  if (count <= 0) return false;
  for (const char c : std::string_view(buffer.data(), static_cast<std::size_t>(count))) {
    if (c == '\n') {
      HIL_TRY(take_command(std::exchange(unread_command_, "")));
    } else if (unread_command_.size() < kMostCommand) {
      unread_command_ += c;
    }
  }
  return true;
}

Status Supervisor::take_command(const std::string& command) {
  if (command == "hang-up") {
    HIL_TRY(relay_->hang_up());
    announcer_.announce({EventKind::kLine, "the line was hung up", relay_->pty(), -1});
  } else if (command == "power-cycle") {
    if (!powered_) {
      announcer_.remark("its meter gives it no power");
      return {};
    }
    stop_qemu();
    return start_again("the power was cut and given back", PowerOn::kRun, EventKind::kRestarted);
  } else if (command == "counts") {
    announcer_.answer(relay_->counts());
  } else if (command == "truth") {
    announcer_.answer(meter_ ? meter_->totals() : TruthTotals());
  } else {
    announcer_.remark(fmt::format("there is no command '{}'", command));
  }
  return {};
}

void Supervisor::save_flash() {
  std::optional<std::vector<std::uint8_t>> content;
  {
    const std::lock_guard lock(flash_mail_.mutex);
    content.swap(flash_mail_.content);
  }
  if (!content || content->empty() || *content == saved_flash_) return;
  if (const Status saved = state_.save_flash(*content); !saved.ok()) {
    announcer_.remark(fmt::format("the flash was not saved: {}", saved.error().what));
    return;
  }
  saved_flash_ = std::move(*content);
}

}  // namespace hil::emulate
