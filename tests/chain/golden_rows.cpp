// SPDX-License-Identifier: Apache-2.0
// Reading and comparing rows.
#include "tests/chain/golden_rows.hpp"

#include <sstream>

#include "tests/chain/program.hpp"

namespace hil::test {

std::map<std::string, std::string> rows_of(const std::filesystem::path& path, int skip) {
  std::map<std::string, std::string> rows;
  std::istringstream text(read_text(path));
  std::string line;
  std::getline(text, line);  // header
  while (std::getline(text, line)) {
    std::size_t comma = line.find(',');
    const std::string name = line.substr(0, comma);
    for (int i = 0; i < skip; ++i)
      comma = line.find(',', comma + 1);
    rows[name] = line.substr(comma + 1);
  }
  return rows;
}

std::size_t equal_rows(const std::map<std::string, std::string>& got,
                       const std::map<std::string, std::string>& golden) {
  std::size_t equal = 0;
  for (const auto& [name, values] : got) {
    const auto row = golden.find(name);
    if (row != golden.end() && row->second == values) ++equal;
  }
  return equal;
}

}  // namespace hil::test
