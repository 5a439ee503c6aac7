// SPDX-License-Identifier: Apache-2.0
// hilbench tape show: what passed between host and board, decoded.
#include <fmt/format.h>

#include "host/app/commands.hpp"
#include "host/app/console_io.hpp"
#include "host/app/prepare.hpp"
#include "host/app/tape_text.hpp"
#include "host/link/tape/reader.hpp"

namespace hil::app {
namespace {

/// What is printed at once: a tape may have millions of lines.
constexpr std::size_t kPrintBytes = 64u << 10;

Status print_when_due(std::string& text, bool due) {
  if (text.empty() || (!due && text.size() < kPrintBytes)) return {};
  HIL_TRY(print(text));
  text.clear();
  return {};
}

/// All that can be read is printed, before an error too.
Status show(tape::Reader& reader, const TapeStyle& style) {
  TapeTeller teller(style);
  std::string text = teller.head();
  std::optional<Error> broken;
  while (!broken) {
    const auto record = reader.next();
    if (record.ok() && !*record) break;
    if (record.ok()) {
      text += teller.tell(**record);
    } else {
      broken = record.error();
    }
    HIL_TRY(print_when_due(text, false));
  }
  text += teller.summary(reader.ended(), reader.cut_off_bytes());
  HIL_TRY(print_when_due(text, true));
  if (broken) return *broken;
  return {};
}

Options show_tape_options() {
  Options options(
      "tape show",
      "Prints a tape frame by frame: time in seconds, direction (> to the board, < from\n"
      "it), type, numbers, and what its messages say. A summary follows.",
      "hilbench tape show run.tape");
  options.positional("FILE", "the tape, as --tape has made it")
      .flag("json", "print JSON, an object per line; the last one is the summary")
      .flag("raw", "print what each read and write passed, in hexadecimal, instead of frames");
  return options;
}

}  // namespace

Options tape_options() {
  Options options("tape", "Tapes: all that passed between host and board in one run.",
                  "hilbench tape show run.tape");
  options.sub(show_tape_options());
  return options;
}

Result<int> tape_command(const std::vector<std::string>& words) {
  HIL_ASSIGN(const auto sub, sub_or_help(tape_options(), words));
  if (sub.empty()) return 0;
  HIL_ASSIGN(const auto arguments,
             arguments_or_help(show_tape_options(), {words.begin() + 1, words.end()}));
  if (!arguments) return 0;
  HIL_ASSIGN(const auto bytes, tape::read_tape_file(arguments->get("FILE")));
  HIL_ASSIGN(auto reader, tape::Reader::open(bytes));
  HIL_TRY(show(reader, {arguments->has("json"), arguments->has("raw"), table_width()}));
  return 0;
}

}  // namespace hil::app
