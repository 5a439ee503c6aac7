// SPDX-License-Identifier: Apache-2.0
// An agent's image in QEMU, loaded by QEMU itself: the port under test without probe or flasher.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/base/subprocess.hpp"
#include "host/boards/board.hpp"
#include "host/link/fd_link.hpp"

namespace hil::test {

/// A file that QEMU puts into the board's memory at its start.
struct Loaded {
  std::filesystem::path file;
  std::uint64_t address = 0;
};

class EmulatedAgent {
 public:
  /// Starts QEMU as the board's emulator block says, with @p image; @p inherit for doors that
  /// @p options name.
  EmulatedAgent(const boards::Board& board, const std::filesystem::path& image,
                const std::vector<std::string>& options = {}, std::optional<Loaded> loaded = {},
                const std::vector<InheritedFd>& inherit = {});

  [[nodiscard]] Link& link() { return *link_; }
  [[nodiscard]] Subprocess& qemu() { return *qemu_; }

 private:
  std::optional<Subprocess> qemu_;
  std::unique_ptr<FdLink> link_;
};

/// The board of that id as its file says.
boards::Board board_of(const std::string& id);

/// The image of @p board, or that with @p suffix behind its name.
std::filesystem::path image_of(const boards::Board& board, const std::string& suffix = "");

/// Why the board cannot be emulated here: no QEMU, or no image because there is no compiler; empty
/// if it can.
std::string reason_to_skip(const boards::Board& board, const std::filesystem::path& image);
/// The same with the name of the emulator's @p program.
std::string reason_to_skip(const std::string& program, const std::filesystem::path& image);

}  // namespace hil::test
