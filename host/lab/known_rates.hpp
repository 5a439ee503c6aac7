// SPDX-License-Identifier: Apache-2.0
// The rate that each board's line has carried, remembered from run to run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "host/base/result.hpp"

namespace hil::lab {

/// A file of its own for each question: other processes change it too. What is wrong in it counts
/// as not known; a change that another process makes at the same moment may be lost, which costs it
/// one more search for the rate.
class KnownRates {
 public:
  static constexpr std::size_t kMostBoards = 256;  ///< the one unused for longest goes

  /// @p file: see rates_file(); need not be there.
  explicit KnownRates(std::filesystem::path file) : file_(std::move(file)) {}

  /// The rate of the line of board @p key (as lock_key()), in bits per second; nothing if none is
  /// known.
  [[nodiscard]] std::optional<std::uint32_t> find(const std::string& key) const;
  /// Writes the file anew, all or nothing.
  ///   kLab  its folder can't be made, or it can't be written
  Status remember(const std::string& key, std::uint32_t baud) const;
  /// Likewise; nothing to do if none is known.
  Status forget(const std::string& key) const;

 private:
  std::filesystem::path file_;
};

/// rates.json in the state folder.
///   kLab  as state_folder()
Result<std::filesystem::path> rates_file();

}  // namespace hil::lab
