// SPDX-License-Identifier: Apache-2.0
// How a QEMU is told to load the plugin of the emulated power meter.
#pragma once

#include <cstdint>
#include <filesystem>

#include "host/base/file_descriptor.hpp"

namespace hil::emulate {

/// The plugin that QEMU loads; in the folder of the agents.
inline constexpr const char* kPowerPlugin = "libhilbench_power.so";

struct PowerPlugin {
  std::filesystem::path file;
  std::uint64_t every = 0;  ///< instructions from sample to sample
  FileDescriptor pipe;      ///< what it writes to; QEMU gets it under a number of its own
};

}  // namespace hil::emulate
