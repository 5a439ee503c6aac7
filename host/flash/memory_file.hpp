// SPDX-License-Identifier: Apache-2.0
// A file in memory that another program reads or writes under a path; nothing is left of it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "host/base/file_descriptor.hpp"
#include "host/base/result.hpp"

namespace hil::flash {

/// The path under which a program finds the file that it got as its standard input.
constexpr const char* kStandardInputPath = "/proc/self/fd/0";

class MemoryFile {
 public:
  /// A file with @p content. The kernel frees it with its last descriptor, whatever ends us.
  ///   kTool  no memory or descriptor for it
  static Result<MemoryFile> create(std::span<const std::uint8_t> content);

  [[nodiscard]] int descriptor() const { return descriptor_.get(); }

  /// What it holds now.
  ///   kTool  it holds other than @p size bytes
  [[nodiscard]] Result<std::vector<std::uint8_t>> content(std::uint64_t size) const;

 private:
  explicit MemoryFile(FileDescriptor descriptor) : descriptor_(std::move(descriptor)) {}
  FileDescriptor descriptor_;
};

}  // namespace hil::flash
