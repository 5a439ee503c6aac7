// SPDX-License-Identifier: Apache-2.0
// ProbeBench: QEMU, the server's thread, OpenOCD's command line, test images.
#include "tests/host/emulate/probe/probe_bench.hpp"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <chrono>
#include <fstream>

#include "host/base/subprocess.hpp"
#include "tests/host/base/scratch_folder.hpp"

namespace hil::emulate {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr const char* kSerial = "HILTEST0001";

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string text_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

const boards::Memory& memory_at(const boards::Board& board, std::size_t number) {
  const auto& emulated = board.emulator->memory;
  return (emulated.empty() ? board.chip.memory : emulated).at(number);
}

}  // namespace

ToolRun run_tool(const std::vector<std::string>& argv, int seconds) {
  const ScratchFolder folder;
  const fs::path file = folder.path() / "output";
  std::FILE* output = std::fopen(file.c_str(), "w");
  SpawnOptions options;
  options.argv = argv;
  options.stdout_fd = options.stderr_fd = ::fileno(output);
  const auto start = Clock::now();
  ToolRun run;
  auto process = Subprocess::spawn(options);
  if (process.ok()) {
    const auto end = process->wait(Deadline::after(std::chrono::seconds(seconds)));
    if (end && end->signal == 0) run.code = end->code;
  }
  run.seconds = seconds_since(start);
  std::fclose(output);
  run.output = process.ok() ? text_of(file) : process.error().what;
  return run;
}

std::string missing_tool(const std::vector<std::string>& tools) {
  for (const std::string& tool : tools) {
    if (run_tool({tool, "--version"}).code != 0) return tool + " is not installed";
  }
  return "";
}

ProbeBench::ProbeBench(const std::string& id, FlashFaults faults, std::vector<std::uint8_t> flash) {
  const auto catalogue = boards::Catalogue::load("boards");
  const auto found =
      catalogue.ok() ? catalogue->find(id) : Result<boards::Board>(catalogue.error());
  if (!found.ok()) {
    problem_ = found.error().what;
    return;
  }
  board_ = *found;
  stop_ = FileDescriptor(::eventfd(0, EFD_CLOEXEC));
  Status status = start_qemu();
  if (status.ok()) {
    auto server =
        ProbeServer::make(*machine_, {board_, kSerial, std::move(faults), std::move(flash)});
    if (server.ok()) {
      server_ = std::move(*server);
      server_->on_event([this](const std::string& sentence) {
        const std::lock_guard lock(mutex_);
        events_.push_back(sentence);
      });
      server_->on_flash_changed([this](std::span<const std::uint8_t> content) {
        const std::lock_guard lock(mutex_);
        saved_.assign(content.begin(), content.end());
      });
      status = server_->power_on();
    } else {
      status = server.error();
    }
  }
  if (!status.ok()) problem_ = status.error().what;
  if (problem_.empty()) serve();
}

ProbeBench::~ProbeBench() {
  if (thread_.joinable()) (void)stop();
}

Status ProbeBench::start_qemu() {
  HIL_ASSIGN(auto qemu, QemuProcess::start(*board_.emulator, {}));
  MachineDoors doors{std::move(qemu.gdb), std::move(qemu.qmp), std::move(qemu.qtest)};
  HIL_ASSIGN(machine_,
             Machine::connect(std::move(doors), Deadline::after(std::chrono::seconds(20))));
  qemu_.emplace(std::move(qemu));
  return {};
}

void ProbeBench::serve() {
  thread_ = std::thread([this] { ended_ = server_->serve(stop_.get()); });
}

Status ProbeBench::stop() {
  const std::uint64_t one = 1;
  if (::write(stop_.get(), &one, sizeof one) != sizeof one) problem_ = "no stop";
  thread_.join();
  return ended_;
}

Status ProbeBench::wait_end() {
  thread_.join();
  return ended_;
}

Status ProbeBench::restart(PowerOn how) {
  const std::unique_ptr<Machine> old = std::move(machine_);
  HIL_TRY(start_qemu());
  server_->attach(*machine_);
  HIL_TRY(server_->power_on(how));
  serve();
  return {};
}

std::vector<std::string> ProbeBench::events() const {
  const std::lock_guard lock(mutex_);
  return events_;
}

std::vector<std::uint8_t> ProbeBench::saved_flash() const {
  const std::lock_guard lock(mutex_);
  return saved_;
}

bool ProbeBench::program_runs() {
  const std::uint32_t at = marker_address(board_);
  const auto start = Clock::now();
  while (seconds_since(start) < 10) {
    const auto marker = machine_->read32(at);
    const auto before = machine_->read32(at + 4);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    const auto after = machine_->read32(at + 4);
    if (!marker.ok() || !before.ok() || !after.ok()) return false;
    if (*marker == kMarker && *before != *after) return true;
  }
  return false;
}

std::vector<std::string> ProbeBench::openocd_options(Door door) const {
  std::vector<std::string> options = {"openocd", "-c",
                                      "gdb_port disabled; telnet_port disabled; tcl_port disabled"};
  const auto add = [&](const std::string& flag, const std::string& value) {
    options.push_back(flag);
    options.push_back(value);
  };
  if (door == Door::kJtag) {
    add("-c", fmt::format("adapter driver remote_bitbang; remote_bitbang host 127.0.0.1; "
                          "remote_bitbang port {}; transport select jtag",
                          server_->jtag_port()));
    return options;
  }
  const bool high = door == Door::kHighLevel;
  add("-f", high ? "interface/stlink.cfg" : "interface/stlink-dap.cfg");
  add("-c", fmt::format("{} tcp {}; adapter serial {}; transport select {}",
                        high ? "hla_stlink_backend" : "st-link backend", server_->stlink_port(),
                        kSerial, high ? "hla_swd" : "dapdirect_swd"));
  return options;
}

ToolRun ProbeBench::openocd(Door door, const std::vector<std::string>& commands, int seconds) {
  std::vector<std::string> argv = openocd_options(door);
  const std::string& target = board_.chip.openocd_target;
  argv.insert(argv.end(), {"-f", target.starts_with("openocd/") ? "boards/" + target : target});
  // remote_bitbang has no speed to set, which ends these handlers of the target scripts with an
  // error.
  if (door == Door::kJtag) {
    argv.insert(argv.end(), {"-c",
                             "foreach t [target names] { $t configure -event reset-start {}; "
                             "$t configure -event reset-init {} }"});
  }
  for (const std::string& command : commands)
    argv.insert(argv.end(), {"-c", command});
  return run_tool(argv, seconds);
}

std::vector<std::uint8_t> noise(std::size_t size, std::uint32_t seed) {
  std::vector<std::uint8_t> bytes(size);
  for (std::uint8_t& byte : bytes) {
    seed = seed * 1664525 + 1013904223;
    byte = static_cast<std::uint8_t>(seed >> 24);
  }
  return bytes;
}

std::uint32_t marker_address(const boards::Board& board) {
  return memory_at(board, 1).base + 0x1000;
}

std::optional<fs::path> make_image(const fs::path& folder, const boards::Board& board,
                                   std::size_t filling, std::uint32_t seed) {
  const auto bytes = noise(filling, seed);
  std::ofstream(folder / "noise.bin", std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<long>(bytes.size()));
  const boards::Memory& code = memory_at(board, 0);
  const boards::Memory& ram = memory_at(board, 1);
  std::ofstream(folder / "image.s") << fmt::format(
      R"(.syntax unified
.cpu cortex-m0
.thumb
.text
vectors: .word {:#x}, _start + 1
.rept 46
.word fault + 1
.endr
.thumb_func
.global _start
_start:
  ldr r0, =0x{:x}
  ldr r1, =0x{:x}
  movs r4, #0
  str r1, [r0]
.thumb_func
.global count
count:
  adds r4, #1
  str r4, [r0, #4]
  b count
.thumb_func
fault:
  b fault
.pool
.balign 4
.incbin "{}/noise.bin"
.balign 4
)",
      ram.base + std::min<std::uint32_t>(ram.size_bytes, 0x2000), marker_address(board), kMarker,
      folder.string());
  const fs::path elf = folder / "image.elf";
  const ToolRun run = run_tool({"arm-none-eabi-gcc", "-mcpu=cortex-m0", "-mthumb", "-nostdlib",
                                fmt::format("-Wl,-Ttext={:#x}", code.base),
                                (folder / "image.s").string(), "-o", elf.string()});
  if (run.code != 0) return std::nullopt;
  return elf;
}

}  // namespace hil::emulate
