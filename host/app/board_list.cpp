// SPDX-License-Identifier: Apache-2.0
// Commas, ranges, and boards that are named twice.
#include "host/app/board_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "host/app/board_options.hpp"

namespace hil::app {
namespace {

constexpr std::size_t kMostBoards = 128;
constexpr unsigned kMostNumber = 9'999;

struct Range {
  unsigned first = 0, last = 0;
};

/// @p text as a number from 1 on, without anything else.
std::optional<unsigned> number_of(std::string_view text) {
  unsigned number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end || number < 1 || number > kMostNumber) return {};
  return number;
}

/// "3" or "1-64".
std::optional<Range> range_of(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto first = number_of(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : number_of(text.substr(dash + 1));
  if (!first || !last || *last < *first) return {};
  return Range{*first, *last};
}

Error no_number(const BoardName& name) {
  return {Blame::kUser,
          fmt::format("--board {}@{}: what this machine starts itself is told apart by number",
                      name.id, name.serial),
          fmt::format("write {0}@2 for the second one, {0}@1-16 for sixteen", name.id)};
}

Error named_twice(const std::string& name) {
  return {Blame::kUser, fmt::format("--board names {} twice", name), "name it once"};
}

std::vector<std::string> split(const std::string& word) {
  std::vector<std::string> parts(1);
  for (const char c : word) {
    if (c == ',') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// Gathers boards and refuses those that are there already.
class List {
 public:
  Status add(const BoardName& name, const boards::Board& board, bool emulate) {
    const bool process = board.emulator && board.emulator->kind == boards::EmulatorKind::kProcess;
    const bool numbered = process || (emulate && board.emulator);
    if (!numbered || name.serial.empty()) return put(board, name.serial, numbered);
    const auto range = range_of(name.serial);
    if (!range) return no_number(name);
    for (unsigned number = range->first; number <= range->last; ++number)
      HIL_TRY(put(board, std::to_string(number), true));
    return {};
  }

  Result<std::vector<ListedBoard>> take() {
    number_the_first();
    std::set<std::pair<std::string, std::string>> seen;
    for (const ListedBoard& listed : boards_) {
      if (!seen.emplace(listed.board.id, listed.serial).second) return named_twice(listed.name);
    }
    for (const ListedBoard& listed : boards_) {
      if (!listed.serial.empty() && seen.count({listed.board.id, ""}) > 0) {
        return Error{Blame::kUser,
                     fmt::format("--board names both {} and {}, which may be the same one",
                                 listed.board.id, listed.name),
                     "name each of them with its serial number (hilbench list shows it)"};
      }
    }
    return std::move(boards_);
  }

 private:
  Status put(const boards::Board& board, const std::string& serial, bool emulate) {
    if (boards_.size() == kMostBoards) {
      return Error{Blame::kUser, fmt::format("--board names more than {} boards", kMostBoards),
                   "run them in several goes"};
    }
    boards_.push_back({name_of(board.id, serial), board, serial, emulate});
    return {};
  }

  static std::string name_of(const std::string& id, const std::string& serial) {
    return serial.empty() ? id : fmt::format("{}@{}", id, serial);
  }

  /// "linux,linux@2": the first is number 1.
  void number_the_first() {
    for (ListedBoard& listed : boards_) {
      const auto alike = std::count_if(
          boards_.begin(), boards_.end(),
          [&](const ListedBoard& other) { return other.board.id == listed.board.id; });
      if (!listed.emulate || !listed.serial.empty() || alike < 2) continue;
      listed.serial = std::to_string(1);
      listed.name = name_of(listed.board.id, listed.serial);
    }
  }

  std::vector<ListedBoard> boards_;
};

bool harmless(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.' || c == '@';
}

}  // namespace

bool is_board_list(const std::string& word) {
  const std::size_t at = word.find('@');
  if (word.find(',') != std::string::npos) return true;
  // A serial number of a board on the desk may look like this too; board_list_of() knows.
  return at != std::string::npos && word.find('-', at) != std::string::npos &&
         range_of(std::string_view(word).substr(at + 1)).has_value();
}

Result<std::vector<ListedBoard>> board_list_of(const std::string& word, bool emulate,
                                               const boards::Catalogue& catalogue) {
  List list;
  for (const std::string& part : split(word)) {
    if (part.empty()) {
      return Error{Blame::kUser, fmt::format("--board {} has nothing beside a comma", word),
                   "write BOARD,BOARD without spaces"};
    }
    HIL_ASSIGN(const BoardName name, board_name_of(part));
    HIL_ASSIGN(const boards::Board board, catalogue.find(name.id));
    HIL_TRY(list.add(name, board, emulate));
  }
  return list.take();
}

std::vector<std::string> file_stems(const std::vector<std::string>& names) {
  std::vector<std::string> stems;
  std::set<std::string> taken;
  for (const std::string& name : names) {
    std::string stem;
    for (const char c : name)
      stem += harmless(c) ? c : '_';
    for (int again = 2; taken.count(stem) > 0; ++again)
      stem = fmt::format("{}_{}", stem, again);
    taken.insert(stem);
    stems.push_back(std::move(stem));
  }
  return stems;
}

}  // namespace hil::app
