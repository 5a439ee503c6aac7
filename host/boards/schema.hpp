// SPDX-License-Identifier: Apache-2.0
// The JSON schema that every board file must obey.
#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "host/base/result.hpp"

namespace hil::boards {

/// Reads a JSON file of at most 64 KiB.
///   kConfig  missing, unreadable, too large, or not JSON (with line and column)
Result<nlohmann::json> load_json(const std::filesystem::path& path);

class Schema {
 public:
  /// Reads the JSON schema (draft 7) at @p path.
  ///   kConfig  missing, not JSON, or not a schema
  static Result<Schema> load(const std::filesystem::path& path);
  Schema(Schema&&) noexcept;
  Schema& operator=(Schema&&) noexcept;
  ~Schema();

  /// Checks @p document, which was read from @p file.
  ///   kConfig  the first thing wrong, with file and JSON path
  [[nodiscard]] Status check(const nlohmann::json& document,
                             const std::filesystem::path& file) const;

 private:
  struct State;
  explicit Schema(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hil::boards
