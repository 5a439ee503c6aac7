// SPDX-License-Identifier: Apache-2.0
// Rows of outputs.csv and of golden files, to be compared by the sample's name.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace hil::test {

/// Rows of the CSV file at @p path by their first field; @p skip fields behind it are left out.
std::map<std::string, std::string> rows_of(const std::filesystem::path& path, int skip);

/// How many of @p got are in @p golden with the same values.
std::size_t equal_rows(const std::map<std::string, std::string>& got,
                       const std::map<std::string, std::string>& golden);

}  // namespace hil::test
