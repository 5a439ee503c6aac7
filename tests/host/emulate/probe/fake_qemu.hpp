// SPDX-License-Identifier: Apache-2.0
// The three doors of a QEMU that is none: memory and registers are maps, answers can be spoiled.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "host/base/file_descriptor.hpp"
#include "host/emulate/probe/doors/gdb_packets.hpp"
#include "host/emulate/probe/machine.hpp"

namespace hil::emulate {

/// Answers in a thread of its own. What tests look at is for when no request is on its way.
class FakeQemu {
 public:
  FakeQemu();
  ~FakeQemu();

  /// Our ends; once.
  MachineDoors doors() { return std::move(ours_); }
  /// A connected machine.
  std::unique_ptr<Machine> machine();

  std::uint32_t word(std::uint32_t address);
  void set_word(std::uint32_t address, std::uint32_t value);
  std::uint32_t reg(unsigned number);
  void set_reg(unsigned number, std::uint32_t value);
  std::set<std::uint32_t> breakpoints();
  bool running();
  unsigned resets();
  /// Requests that qtest got.
  unsigned memory_requests();

  /// The running core meets a breakpoint.
  void hit_breakpoint();
  /// Everything is closed, as when QEMU ends.
  void die();
  /// From now on requests to @p door ("gdb", "qmp", "qtest") get @p answer as it is; "": none.
  void spoil(const std::string& door, const std::string& answer);

 private:
  enum Door : std::size_t { kGdb, kQmp, kQtest };
  void serve();
  void take(Door door, const std::string& bytes);
  void take_gdb(const std::string& bytes);
  std::string answer_gdb(const std::string& packet);
  std::string answer_qtest(const std::string& line);
  void send(Door door, const std::string& bytes);
  std::uint32_t load(std::uint32_t address, unsigned size);
  void store(std::uint32_t address, std::uint32_t value, unsigned size);

  MachineDoors ours_;
  std::array<FileDescriptor, 3> theirs_;
  FileDescriptor stop_;
  std::mutex mutex_;  // guards all below
  std::map<std::uint32_t, std::uint8_t> memory_;
  std::array<std::uint64_t, 64> registers_{};
  std::set<std::uint32_t> breakpoints_;
  bool running_ = false;
  unsigned resets_ = 0;
  unsigned memory_requests_ = 0;
  std::map<std::string, std::string> spoiled_;
  GdbPacketReader reader_;
  std::string qtest_input_;
  std::thread thread_;
};

}  // namespace hil::emulate
