// SPDX-License-Identifier: Apache-2.0
// Reads what the fixtures' folders hold: samples and expected outputs.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace hil::test {

/// One inference: its sample's file name and the outputs it must give.
struct ExpectedRow {
  std::string name;
  std::vector<double> outputs;
};

/// Rows of an expected_*.csv (name, label, outputs) in its order; empty if it cannot be read.
inline std::vector<ExpectedRow> read_expected(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<ExpectedRow> rows;
  std::string line;
  std::getline(file, line);  // the head
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    ExpectedRow row;
    std::string cell;
    std::getline(cells, row.name, ',');
    std::getline(cells, cell, ',');  // the label
    while (std::getline(cells, cell, ',')) {
      row.outputs.push_back(std::stod(cell));
    }
    rows.push_back(row);
  }
  return rows;
}

/// Outputs of an int8 model as bytes.
inline std::vector<std::uint8_t> int8_bytes(const std::vector<double>& values) {
  std::vector<std::uint8_t> bytes(values.size());
  std::transform(values.begin(), values.end(), bytes.begin(), [](double value) {
    return static_cast<std::uint8_t>(static_cast<std::int8_t>(value));
  });
  return bytes;
}

inline std::vector<std::uint8_t> read_bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace hil::test
