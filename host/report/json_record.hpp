// SPDX-License-Identifier: Apache-2.0
// Records as JSON text and back; record.schema.json beside this file describes the same.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "host/base/result.hpp"
#include "host/results/record.hpp"

namespace hil::report {

inline constexpr const char* kSchemaName = "hilbench-record";

/// The record as JSON, laid out for reading, with a newline at the end. Numbers that are not finite
/// become null; bytes that are not UTF-8 become U+FFFD.
std::string json_text(const results::Record& record);

/// Reads what json_text() wrote, or an older or newer minor version of it: unknown keys are
/// ignored.
/// @p name stands for the text in errors.
///   kUser  not JSON, not a record, another major version, or a missing or wrong value (the key is
///          named)
Result<results::Record> parse_record(std::string_view text, const std::string& name);

/// Writes @p record to @p path, all or nothing.
///   kUser  the folder is missing or not writable, or the disk is full
Status save_record(const results::Record& record, const std::filesystem::path& path);

/// Reads the record at @p path.
///   kUser  unreadable, or an error of parse_record()
Result<results::Record> load_record(const std::filesystem::path& path);

}  // namespace hil::report
