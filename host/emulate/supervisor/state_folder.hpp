// SPDX-License-Identifier: Apache-2.0
// What a virtual board keeps between its runs, and the lock that keeps a second one off it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "host/base/file_descriptor.hpp"
#include "host/base/result.hpp"

namespace hil::emulate {

/// Where the states of all virtual boards are: "boards" in the state folder of host/base.
///   kLab  as hil::state_folder()
Result<std::filesystem::path> state_root();

/// The folder ROOT/ID (first instance) or ROOT/ID-N, held by this process while it lives. Holds a
/// file `lock` with the holder's process id, and `flash.bin` if the board has flash.
class StateFolder {
 public:
  static constexpr unsigned kMostInstances = 64;

  /// Takes @p instance of @p board (from 1), or with 0 the first that nobody holds.
  ///   kLab  it is held (by whom in `what`), or the folder or its lock can't be made
  static Result<StateFolder> take(const std::filesystem::path& root, const std::string& board,
                                  unsigned instance);

  [[nodiscard]] unsigned instance() const { return instance_; }
  [[nodiscard]] std::filesystem::path flash_file() const { return folder_ / "flash.bin"; }

  /// Content of flash.bin; empty if there is none.
  ///   kLab  it is not of @p size_bytes, or can't be read
  [[nodiscard]] Result<std::vector<std::uint8_t>> load_flash(std::size_t size_bytes) const;
  /// Removes flash.bin, if there is one.
  ///   kLab  it can't be removed
  [[nodiscard]] Status erase_flash() const;
  /// Writes flash.bin, all or nothing.
  ///   kLab  it can't be written
  [[nodiscard]] Status save_flash(std::span<const std::uint8_t> content) const;

 private:
  StateFolder(std::filesystem::path folder, unsigned instance, FileDescriptor lock);

  std::filesystem::path folder_;
  unsigned instance_;
  FileDescriptor lock_;
};

}  // namespace hil::emulate
