// SPDX-License-Identifier: Apache-2.0
// One QEMU with all its doors as sockets that we hold the other ends of.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host/base/deadline.hpp"
#include "host/base/file_descriptor.hpp"
#include "host/base/result.hpp"
#include "host/base/subprocess.hpp"
#include "host/boards/board.hpp"
#include "host/emulate/power/power_plugin.hpp"

namespace hil::emulate {

/// The numbers of QEMU's ends in QEMU.
struct QemuDescriptors {
  int serial = 3;
  int gdb = 4;  // this and the next two only if the board has a debug port
  int qmp = 5;
  int qtest = 6;
  int power = 7;  // only if a meter looks on
};

/// The command line that runs @p emulator's machine. With a probe QEMU waits for it (-S), else it
/// runs @p image at once. No door is a file or a port.
/// @p plugin: for an emulated meter; null: none.
std::vector<std::string> qemu_arguments(const boards::Emulator& emulator,
                                        const std::filesystem::path& image,
                                        const QemuDescriptors& descriptors,
                                        const PowerPlugin* plugin = nullptr);

/// The Debian package that has @p program; empty: not known.
std::string debian_package_of(const std::string& program);

/// One process. Destruction ends it; it also ends with the thread that started it. Not thread-safe.
class QemuProcess {
 public:
  ///   kTool  QEMU is not installed (the hint names the package), can't be started, or no socket
  ///   can
  ///          be had
  static Result<QemuProcess> start(const boards::Emulator& emulator,
                                   const std::filesystem::path& image,
                                   const PowerPlugin* plugin = nullptr);

  [[nodiscard]] pid_t pid() const { return process_.pid(); }

  // Our ends; each may be moved away once. The debug doors are closed if the board has no probe.
  FileDescriptor serial;
  FileDescriptor gdb;
  FileDescriptor qmp;
  FileDescriptor qtest;

  /// Readable when QEMU has said something or has ended.
  [[nodiscard]] int output_descriptor() const { return output_.get(); }
  /// Takes what it has said since; false once it has ended (or closed its output).
  bool read_output();

  /// Ends it if it still runs.
  void end() { process_.terminate(); }
  /// How it ended, and its last complaint: "qemu-system-arm ended by signal 6 (SIGABRT): qemu:
  /// fatal: Lockup: ...". Gives it a moment to end by itself, then ends it and says so with @p
  /// seen, what made the caller think that it is dead.
  std::string last_words(const std::string& seen);

 private:
  QemuProcess(std::string program, Subprocess process, FileDescriptor output);

  std::string program_;
  Subprocess process_;
  FileDescriptor output_;
  std::string said_;  ///< the end of its output, at most kMostSaid bytes
};

}  // namespace hil::emulate
