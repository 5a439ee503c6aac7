// SPDX-License-Identifier: Apache-2.0
// A machine that tests make up: a folder as its root, and answers to the doctor's questions.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "host/lab/doctor/doctor.hpp"
#include "host/lab/doctor/uses.hpp"
#include "tests/host/base/scratch_folder.hpp"

namespace hil::lab::doctor {

/// A USB device in the made-up /sys.
struct MadeUsb {
  std::string name = "1-2";
  std::string vendor = "0483";
  std::string product = "374b";
  std::string serial = "066A";
  std::string product_name = "STM32 STLink";
  unsigned address = 7;
};

/// In order, with nothing plugged in: user "ada" on Debian, udev, rules, tools, agents of a board
/// "here" (process), "netduino" (virtual, or on the desk with an ST-LINK), "nucleo" (desk).
class MadeMachine {
 public:
  MadeMachine();

  void file(const std::string& path, const std::string& text);
  void link(const std::string& path, const std::string& target);
  void remove(const std::string& path);
  /// One of user ada.
  void process(int pid, const std::string& name, int parent = 1);
  void usb(const MadeUsb& device);
  /// The port /dev/@p tty of @p device, as the system lists it and in /sys.
  Port& port(const std::string& tty, const MadeUsb& device);

  void deny(const std::string& device, const std::string& group);
  void hold(const std::string& device, int pid, const std::string& command);
  void miss(const std::string& device);

  boards::Board& board(const std::string& id);
  /// As --board @p id does.
  AskedBoard& ask(const std::string& id, bool emulate = false);

  [[nodiscard]] std::string root() const { return folder_.path().string(); }
  Findings examine();

  Checkup checkup;
  std::map<std::string, ProgramAnswer> programs;
  std::map<std::string, DeviceAccess> access;
  std::map<std::string, FileHolder> holders;
  std::map<std::string, Space> spaces;
  std::vector<std::string> not_writable;
  std::vector<int> hidden;  ///< processes that are there, but not in /proc

 private:
  void add_boards();
  void answer_questions();

  ScratchFolder folder_;
};

/// "area/name: state: what -> fix" of every finding of @p area that is not ok.
std::vector<std::string> not_ok(const Findings& findings, const std::string& area);

/// "name: what" of every finding of @p area that is ok.
std::vector<std::string> ok(const Findings& findings, const std::string& area);

}  // namespace hil::lab::doctor
