// SPDX-License-Identifier: Apache-2.0
// A made-up /sys in a temporary folder.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/host/base/scratch_folder.hpp"

namespace hil::energy {

class SysfsTree {
 public:
  [[nodiscard]] const std::filesystem::path& root() const { return folder_.path(); }

  /// Writes @p text and a line end into file @p name, in place: who has it open reads it.
  void put(const std::string& name, const std::string& text) const {
    const std::filesystem::path path = root() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text << "\n";
  }
  void remove(const std::string& name) const { std::filesystem::remove_all(root() / name); }
  /// The device behind a class's folder, as "devices/PLACE" with a link from @p name.
  void place(const std::string& name, const std::string& place) const {
    std::filesystem::create_directories(root() / "devices" / place);
    std::filesystem::create_directories((root() / name).parent_path());
    std::filesystem::create_directory_symlink(root() / "devices" / place, root() / name);
  }

  /// The three rails of a Jetson's INA3221, the third switched off, and what lies behind them.
  void add_jetson(const std::string& hwmon = "hwmon4") const {
    const std::string at = "class/hwmon/" + hwmon + "/";
    put(at + "name", "ina3221");
    place(at + "device", "i2c-1/1-0040");
    put(at + "update_interval", "20");
    put_channel(at, "1", "VDD_IN", "5040", "812");
    put_channel(at, "2", "VDD_CPU_GPU_CV", "5032", "204");
    put_channel(at, "3", "VDD_SOC", "5016", "300");
    put(at + "in3_enable", "0");
    put(at + "in7_label", "sum of shunt voltages");
    put(at + "in7_input", "6000");
    put(at + "curr4_input", "1316");
  }

 private:
  void put_channel(const std::string& at, const std::string& n, const std::string& label,
                   const std::string& millivolts, const std::string& milliamps) const {
    put(at + "in" + n + "_label", label);
    put(at + "in" + n + "_enable", "1");
    put(at + "in" + n + "_input", millivolts);
    put(at + "curr" + n + "_input", milliamps);
    put(at + "shunt" + n + "_resistor", "5000");
  }

  ScratchFolder folder_;
};

}  // namespace hil::energy
