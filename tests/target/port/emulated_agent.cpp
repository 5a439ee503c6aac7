// SPDX-License-Identifier: Apache-2.0
// An agent's image in QEMU, loaded by QEMU itself: the port under test without probe or flasher.
#include "tests/target/port/emulated_agent.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

#include "host/boards/catalogue.hpp"

namespace hil::test {
namespace {

namespace fs = std::filesystem;

constexpr int kLineFd = 3;

bool is_in_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::string folders = path == nullptr ? "" : path;
  for (std::size_t at = 0; at <= folders.size();) {
    const std::size_t end = std::min(folders.find(':', at), folders.size());
    if (access((fs::path(folders.substr(at, end - at)) / program).c_str(), X_OK) == 0) return true;
    at = end + 1;
  }
  return false;
}

}  // namespace

EmulatedAgent::EmulatedAgent(const boards::Board& board, const fs::path& image,
                             const std::vector<std::string>& options, std::optional<Loaded> loaded,
                             const std::vector<InheritedFd>& inherit) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    throw std::runtime_error("no socket pair");
  }
  FileDescriptor host(ends[0]);
  const FileDescriptor device(ends[1]);
  SpawnOptions spawn;
  spawn.argv = {board.emulator->program,
                "-M",
                board.emulator->machine,
                "-accel",
                "tcg",
                "-icount",
                fmt::format("shift={},sleep=on", board.emulator->icount_shift),
                "-display",
                "none",
                "-nodefaults",
                "-net",
                "none",
                "-monitor",
                "none",
                "-chardev",
                fmt::format("socket,id=line,fd={}", kLineFd),
                "-serial",
                "chardev:line",
                "-kernel",
                image.string()};
  for (const auto* list : {&board.emulator->options, &options}) {
    spawn.argv.insert(spawn.argv.end(), list->begin(), list->end());
  }
  if (loaded) {
    spawn.argv.insert(spawn.argv.end(),
                      {"-device", fmt::format("loader,file={},addr={:#x},force-raw=on",
                                              loaded->file.string(), loaded->address)});
  }
  spawn.inherit = inherit;
  spawn.inherit.push_back({device.get(), kLineFd});
  spawn.stderr_fd = STDERR_FILENO;
  auto started = Subprocess::spawn(spawn);
  if (!started.ok()) throw std::runtime_error(started.error().what);
  qemu_.emplace(std::move(started).value());
  link_ = std::make_unique<FdLink>(std::move(host), "line of " + board.id);
}

boards::Board board_of(const std::string& id) {
  auto catalogue = boards::Catalogue::load();
  if (!catalogue.ok()) throw std::runtime_error(catalogue.error().what);
  auto board = catalogue->find(id);
  if (!board.ok()) throw std::runtime_error(board.error().what);
  return std::move(board).value();
}

fs::path image_of(const boards::Board& board, const std::string& suffix) {
  const fs::path image = fs::path(HIL_AGENT_FOLDER) / board.agent.image;
  return image.parent_path() / (image.stem().string() + suffix + ".elf");
}

std::string reason_to_skip(const boards::Board& board, const fs::path& image) {
  return reason_to_skip(board.emulator->program, image);
}

std::string reason_to_skip(const std::string& program, const fs::path& image) {
  if (!is_in_path(program)) return program + " is not installed";
  if (!fs::exists(image)) {
    return image.filename().string() + " has not been built: its compiler is missing, see CMake";
  }
  return "";
}

}  // namespace hil::test
