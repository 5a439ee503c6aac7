// SPDX-License-Identifier: Apache-2.0
// A virtual probe on a real QEMU, and the real tools that use it, for tests.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "host/boards/catalogue.hpp"
#include "host/emulate/probe/probe_server.hpp"
#include "host/emulate/supervisor/qemu_process.hpp"

namespace hil::emulate {

/// What a program said (both streams) and how it ended.
struct ToolRun {
  int code = -1;
  std::string output;
  double seconds = 0;
};

/// Runs @p argv for at most @p seconds; code -1 if it had to be ended.
ToolRun run_tool(const std::vector<std::string>& argv, int seconds = 60);
/// Why tests with @p tools can't run here; empty if all of them are installed.
std::string missing_tool(const std::vector<std::string>& tools);

/// Board @p id of the tree's board files, under QEMU with the probe's server in a thread of its
/// own.
class ProbeBench {
 public:
  explicit ProbeBench(const std::string& id, FlashFaults faults = {},
                      std::vector<std::uint8_t> flash = {});
  ~ProbeBench();

  /// Empty if all went well.
  [[nodiscard]] const std::string& problem() const { return problem_; }
  [[nodiscard]] ProbeServer& server() { return *server_; }
  [[nodiscard]] Machine& machine() { return *machine_; }
  [[nodiscard]] QemuProcess& qemu() { return *qemu_; }
  [[nodiscard]] const boards::Board& board() const { return board_; }

  /// Ends serve(); what it returned.
  Status stop();
  /// Waits until serve() has ended by itself; what it returned.
  Status wait_end();
  /// Starts another QEMU in place of the one that ended, and serves again.
  Status restart(PowerOn how = PowerOn::kRun);

  /// What the server told so far.
  [[nodiscard]] std::vector<std::string> events() const;
  [[nodiscard]] std::vector<std::uint8_t> saved_flash() const;
  /// Whether the program of make_image() runs: its marker stands in RAM and its counter moves.
  bool program_runs();

  enum class Door { kDirect, kHighLevel, kJtag };
  /// OpenOCD's options up to the target, for @p door.
  [[nodiscard]] std::vector<std::string> openocd_options(Door door) const;
  /// openocd with the board's target script and @p commands.
  ToolRun openocd(Door door, const std::vector<std::string>& commands, int seconds = 60);

 private:
  Status start_qemu();
  void serve();

  boards::Board board_;
  std::string problem_;
  std::optional<QemuProcess> qemu_;
  std::unique_ptr<Machine> machine_;
  std::unique_ptr<ProbeServer> server_;
  FileDescriptor stop_;
  std::thread thread_;
  Status ended_;
  mutable std::mutex mutex_;
  std::vector<std::string> events_;  // guarded by mutex_
  std::vector<std::uint8_t> saved_;  // guarded by mutex_
};

/// Bytes that look random, the same for the same seed.
std::vector<std::uint8_t> noise(std::size_t size, std::uint32_t seed);

/// Where the program of make_image() leaves kMarker, and a counter in the word behind it.
std::uint32_t marker_address(const boards::Board& board);
inline constexpr std::uint32_t kMarker = 0x600D'F00D;

/// An ELF file for @p board made by arm-none-eabi-gcc: vectors, a program that sets its marker and
/// counts for ever (symbol `count` is where it adds), then @p filling bytes of noise. Nothing if
/// that fails.
std::optional<std::filesystem::path> make_image(const std::filesystem::path& folder,
                                                const boards::Board& board, std::size_t filling,
                                                std::uint32_t seed = 1);

}  // namespace hil::emulate
