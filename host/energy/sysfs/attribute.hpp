// SPDX-License-Identifier: Apache-2.0
// One file of sysfs: a line of text, or a number in it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/file_descriptor.hpp"
#include "host/base/result.hpp"

namespace hil::energy {

/// @p text as a finite decimal number (no sign '+', no hexadecimal); nothing if it is anything
/// else.
std::optional<double> number_in(std::string_view text);

/// The first line of the file at @p path without blanks at its end, safe for a terminal, at most
/// 120 characters; empty if there is none or it may not be read.
std::string attribute_text(const std::filesystem::path& path);

/// The number in the file at @p path; nothing if there is none.
std::optional<double> attribute_number(const std::filesystem::path& path);

/// Entries of @p folder by name (numbers in it by value: hwmon2 before hwmon10); none if it is no
/// folder.
std::vector<std::filesystem::path> entries_of(const std::filesystem::path& folder);

/// A file that is kept open and read over and over: sysfs makes it anew at each read from its
/// beginning.
class Attribute {
 public:
  ///   kLab  no such file, or no permission (with what gives it)
  static Result<Attribute> open(const std::filesystem::path& path);

  /// Reads the number now. Blocks for as long as its driver does (a transfer on an I2C bus). What
  /// is there but is no number is nothing.
  ///   kLink  its device is gone
  ///   kLab   the read failed otherwise, as a bus does now and then
  Result<std::optional<double>> read() const;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  Attribute(FileDescriptor file, std::filesystem::path path)
      : file_(std::move(file)), path_(std::move(path)) {}

  FileDescriptor file_;
  std::filesystem::path path_;
};

/// What to do where @p path may not be read: a command to paste.
std::string permission_hint(const std::filesystem::path& path);

}  // namespace hil::energy
