// SPDX-License-Identifier: Apache-2.0
// QemuProcess: sockets, command line, output.
#include "host/emulate/supervisor/qemu_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <sstream>
#include <utility>

namespace hil::emulate {
namespace {

constexpr std::size_t kMostSaid = 4096;  // bytes of its output that are kept
constexpr std::size_t kMostTold = 300;   // of them in a message
constexpr auto kTimeToEnd = std::chrono::milliseconds(500);
/// The kernel counts some 770 bytes for each one-byte write into a socket and doubles this number,
/// so about 30 bytes fit: firmware is held up when the line is slower, as by a real transmitter.
constexpr int kSerialBuffer = 12 * 1024;

Error no_socket(const char* what) {
  return {Blame::kTool, fmt::format("cannot make a {} for QEMU: {}", what, std::strerror(errno)),
          "check the limit of open files (ulimit -n)"};
}

struct SocketPair {
  FileDescriptor ours, theirs;
};

Result<SocketPair> make_pair() {
  std::array<int, 2> ends{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return no_socket("socket");
  }
  return SocketPair{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

void add_socket(std::vector<std::string>& arguments, const char* id, int descriptor) {
  arguments.insert(arguments.end(),
                   {"-chardev", fmt::format("socket,id={},fd={}", id, descriptor)});
}

/// As a value of one of QEMU's options, in which a comma ends a value and two stand for one.
std::string option_value(const std::string& text) {
  std::string value;
  for (const char c : text) {
    value += c;
    if (c == ',') value += c;
  }
  return value;
}

/// The line of @p said that tells most: QEMU's own last complaint (a register dump may follow it),
/// else the last line. Without control characters.
std::string telling_line(const std::string& said) {
  std::string telling;
  bool own = false;
  std::istringstream lines(said);
  for (std::string line; std::getline(lines, line);) {
    const bool is_own = line.rfind("qemu", 0) == 0;
    if (line.empty() || (own && !is_own)) continue;
    telling = line;
    own = is_own;
  }
  std::replace_if(
      telling.begin(), telling.end(), [](char c) { return (c >= 0 && c < 32) || c == 127; }, '?');
  return telling.substr(0, kMostTold);
}

}  // namespace

std::vector<std::string> qemu_arguments(const boards::Emulator& emulator,
                                        const std::filesystem::path& image,
                                        const QemuDescriptors& descriptors,
                                        const PowerPlugin* plugin) {
  std::vector<std::string> arguments{emulator.program,
                                     "-M",
                                     emulator.machine,
                                     "-accel",
                                     "tcg",
                                     "-icount",
                                     fmt::format("shift={},sleep=on", emulator.icount_shift)};
  for (const char* word : {"-nodefaults", "-display", "none", "-net", "none", "-monitor", "none"})
    arguments.emplace_back(word);
  arguments.insert(arguments.end(), emulator.options.begin(), emulator.options.end());
  if (plugin != nullptr) {
    arguments.insert(arguments.end(), {"-plugin", fmt::format("{},fd={},every={}",
                                                              option_value(plugin->file.string()),
                                                              descriptors.power, plugin->every)});
  }
  add_socket(arguments, "serial", descriptors.serial);
  arguments.insert(arguments.end(), {"-serial", "chardev:serial"});
  if (emulator.probe == boards::ProbeModel::kNone) {
    arguments.insert(arguments.end(), {"-kernel", image.string()});
    return arguments;
  }
  add_socket(arguments, "gdb", descriptors.gdb);
  add_socket(arguments, "qmp", descriptors.qmp);
  add_socket(arguments, "qtest", descriptors.qtest);
  for (const char* word : {"-S", "-gdb", "chardev:gdb", "-mon", "chardev=qmp,mode=control",
                           "-qtest", "chardev:qtest", "-qtest-log", "none"})
    arguments.emplace_back(word);
  return arguments;
}

std::string debian_package_of(const std::string& program) {
  for (const char* alone : {"arm", "aarch64"}) {
    if (program == fmt::format("qemu-system-{}", alone)) return "qemu-system-arm";
  }
  for (const char* with_others : {"riscv32", "riscv64", "xtensa", "avr", "microblaze"}) {
    if (program == fmt::format("qemu-system-{}", with_others)) return "qemu-system-misc";
  }
  return "";
}

Result<QemuProcess> QemuProcess::start(const boards::Emulator& emulator,
                                       const std::filesystem::path& image,
                                       const PowerPlugin* plugin) {
  const QemuDescriptors numbers;
  HIL_ASSIGN(SocketPair serial, make_pair());
  HIL_ASSIGN(SocketPair gdb, make_pair());
  HIL_ASSIGN(SocketPair qmp, make_pair());
  HIL_ASSIGN(SocketPair qtest, make_pair());
  for (const int end : {serial.ours.get(), serial.theirs.get()})
    ::setsockopt(end, SOL_SOCKET, SO_SNDBUF, &kSerialBuffer, sizeof kSerialBuffer);
  std::array<int, 2> output{-1, -1};
  if (::pipe2(output.data(), O_CLOEXEC) != 0) return no_socket("pipe");
  FileDescriptor output_in(output[0]);
  const FileDescriptor output_out(output[1]);
  ::fcntl(output_in.get(), F_SETFL, O_NONBLOCK);

  SpawnOptions options;
  options.argv = qemu_arguments(emulator, image, numbers, plugin);
  options.stdout_fd = output_out.get();
  options.stderr_fd = output_out.get();
  options.inherit = {{serial.theirs.get(), numbers.serial}};
  const bool has_probe = emulator.probe != boards::ProbeModel::kNone;
  if (has_probe) {
    options.inherit.insert(options.inherit.end(), {{gdb.theirs.get(), numbers.gdb},
                                                   {qmp.theirs.get(), numbers.qmp},
                                                   {qtest.theirs.get(), numbers.qtest}});
  }
  if (plugin != nullptr) options.inherit.push_back({plugin->pipe.get(), numbers.power});
  auto process = Subprocess::spawn(options);
  if (!process.ok()) {
    const std::string package = debian_package_of(emulator.program);
    return Error{Blame::kTool, process.error().what,
                 package.empty() ? process.error().hint
                                 : fmt::format("install it: apt-get install {}", package)};
  }
  QemuProcess qemu(emulator.program, std::move(*process), std::move(output_in));
  qemu.serial = std::move(serial.ours);
  if (has_probe) {
    qemu.gdb = std::move(gdb.ours);
    qemu.qmp = std::move(qmp.ours);
    qemu.qtest = std::move(qtest.ours);
  }
  return qemu;
}

QemuProcess::QemuProcess(std::string program, Subprocess process, FileDescriptor output)
    : program_(std::move(program)), process_(std::move(process)), output_(std::move(output)) {}

bool QemuProcess::read_output() {
  std::array<char, 4096> buffer;
  while (output_.is_open()) {
    const ssize_t count = ::read(output_.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return true;
    if (count <= 0) break;
    said_.append(buffer.data(), static_cast<std::size_t>(count));
    if (said_.size() > kMostSaid) said_.erase(0, said_.size() - kMostSaid);
  }
  output_.reset();
  return false;
}

std::string QemuProcess::last_words(const std::string& seen) {
  const auto ended = process_.wait(Deadline::after(kTimeToEnd));
  if (!ended) process_.terminate();
  read_output();
  std::string text = ended ? fmt::format("{} {}", program_, ended->text())
                           : fmt::format("{} was ended ({})", program_, seen);
  const std::string last = telling_line(said_);
  return last.empty() ? text : fmt::format("{}: {}", text, last);
}

}  // namespace hil::emulate
