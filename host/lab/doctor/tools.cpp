// SPDX-License-Identifier: Apache-2.0
// Other people's programs: there or not, and which version.
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <future>
#include <map>
#include <optional>
#include <set>

#include "host/lab/doctor/areas.hpp"
#include "host/lab/doctor/program_version.hpp"
#include "host/rpc/printable.hpp"

namespace hil::lab::doctor {
namespace {

using Kind = ProgramAnswer::Kind;

/// Major and minor number; 7.2.22 is {7, 2}.
using Version = std::array<unsigned, 2>;

struct Limits {
  Version least{};  ///< the first one that works
  const char* lacks = "";
  Version beyond{};  ///< the first one that works no more; {}: none is known
  const char* why = "";
};

/// read_memory came with OpenOCD 0.12. The Cortex-M55 board MPS3 AN547 came with QEMU 6.0. Our
/// plugin speaks version 1 of QEMU's interface, which QEMU 9.0 no longer takes
/// (host/emulate/plugin).
Limits limits_of(const std::string& program) {
  if (program == "openocd") return {{0, 12}, "the command read_memory", {}, ""};
  if (program.starts_with("qemu-system-")) return {{6, 0}, "machines that boards need", {}, ""};
  if (program.starts_with("qemu-"))
    return {{4, 2}, "plugins", {9, 0}, "it no longer takes plugins of version 1"};
  return {};
}

std::string package_of(const std::string& program) {
  if (program == "qemu-system-arm" || program == "qemu-system-aarch64") return "qemu-system-arm";
  if (program.starts_with("qemu-system-")) return "qemu-system-misc";
  if (program.starts_with("qemu-")) return "qemu-user";
  return program;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The first word like 7.2 or 7.2.22 in @p text; empty if there is none.
std::string version_in(const std::string& text) {
  for (std::size_t from = 0; from < text.size(); ++from) {
    if (!is_digit(text[from])) continue;
    std::size_t end = from;
    while (end < text.size() && (is_digit(text[end]) || text[end] == '.'))
      ++end;
    std::string word = text.substr(from, end - from);
    while (word.back() == '.')
      word.pop_back();
    constexpr std::size_t kLongest = 20;
    if (word.find('.') != word.npos && word.size() <= kLongest) return word;
    from = end;
  }
  return "";
}

std::optional<Version> number_of(const std::string& word) {
  Version version{};
  const char* at = word.data();
  const char* end = at + word.size();
  for (unsigned& number : version) {
    const auto [stop, error] = std::from_chars(at, end, number);
    if (error != std::errc()) return std::nullopt;
    at = stop == end ? end : stop + 1;
  }
  return version;
}

std::string text_of(const Version& version) {
  return fmt::format("{}.{}", version[0], version[1]);
}

void add_version(Area& area, const Bench& bench, const std::string& program,
                 const std::string& answer) {
  const auto uses = uses_of(bench, program);
  const std::string word = version_in(answer);
  const auto version = number_of(word);
  if (!version) {
    return area.remark(program, "answers --version without a version",
                       fmt::format("command -v {0}; {0} --version  # see what it is", program));
  }
  const Limits limits = limits_of(program);
  if (*version < limits.least) {
    return area.add(
        program, severity(uses),
        fmt::format("{} is too old: it lacks {}; needed by {}", word, limits.lacks,
                    boards_text(uses)),
        fmt::format("{}  # {} or later; Debian 12 has it",
                    install(bench.machine(), package_of(program)), text_of(limits.least)));
  }
  if (limits.beyond != Version{} && *version >= limits.beyond) {
    return area.add(
        program, severity(uses),
        fmt::format("{} is too new: {}; needed by {}", word, limits.why, boards_text(uses)),
        fmt::format("put a {} from {} to below {} first in PATH", program, text_of(limits.least),
                    text_of(limits.beyond)));
  }
  area.ok(program, word);
}

void add_tool(Area& area, const Bench& bench, const std::string& program,
              const ProgramAnswer& answer) {
  const auto uses = uses_of(bench, program);
  switch (answer.kind) {
    case Kind::kAnswered:
      return add_version(area, bench, program, answer.text);
    case Kind::kMissing:
      return area.add(program, severity(uses),
                      fmt::format("not installed; needed by {}", boards_text(uses)),
                      install(bench.machine(), package_of(program)));
    case Kind::kSilent:
      return area.add(
          program, severity(uses),
          fmt::format("does not answer --version within {} seconds", kTimeToAnswer.count()),
          fmt::format("command -v {0}; {0} --version  # see what it is", program));
    case Kind::kFailed:
      break;
  }
  area.add(program, severity(uses), rpc::printable(answer.text),
           fmt::format("ls -l \"$(command -v {0})\"; {0} --version  # see what it is", program));
}

/// All at once, so that several that hang take no longer than one does. Where no thread can be had,
/// the one that waits for an answer asks.
std::map<std::string, ProgramAnswer> ask_all(const Machine& machine,
                                             const std::set<std::string>& programs) {
  std::map<std::string, std::future<ProgramAnswer>> asked;
  for (const std::string& program : programs)
    asked[program] = std::async([&machine, &program] { return machine.ask_version(program); });
  std::map<std::string, ProgramAnswer> answers;
  for (auto& [program, answer] : asked)
    answers[program] = answer.get();
  return answers;
}

}  // namespace

Findings examine_tools(const Bench& bench) {
  std::set<std::string> programs;
  for (const Use& use : bench.uses) {
    for (const std::string& program : programs_of(use))
      programs.insert(program);
  }
  Area area("tools");
  for (const auto& [program, answer] : ask_all(bench.machine(), programs))
    add_tool(area, bench, program, answer);
  return area.take();
}

}  // namespace hil::lab::doctor
