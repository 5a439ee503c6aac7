// SPDX-License-Identifier: Apache-2.0
// hilbench compare: two saved records side by side.
#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <system_error>

#include "host/app/commands.hpp"
#include "host/app/console_io.hpp"
#include "host/app/options.hpp"
#include "host/app/prepare.hpp"
#include "host/base/file.hpp"
#include "host/report/comparison_json.hpp"
#include "host/report/comparison_text.hpp"
#include "host/report/json_record.hpp"
#include "host/results/comparison.hpp"

namespace hil::app {
namespace {

/// A comparison must not take the place of a record.
Status check_target(const Arguments& arguments) {
  const auto path = arguments.find("json");
  for (const char* name : {"A", "B"}) {
    std::error_code ignored;
    if (path && std::filesystem::equivalent(*path, arguments.get(name), ignored)) {
      return Error{Blame::kUser, fmt::format("--json {} is one of the compared records", *path),
                   "give another file"};
    }
  }
  return {};
}

/// Says on standard error what differs, and gives the error that ends the command.
Error refusal(const results::Comparison& comparison, const Arguments& arguments) {
  remark(report::differences_text(comparison, static_cast<std::size_t>(output_width())));
  return {Blame::kUser,
          fmt::format("{} and {} differ in {}", arguments.get("A"), arguments.get("B"),
                      report::disagreement_text(comparison)),
          "compare runs under the same conditions, or add --force to compare all the same"};
}

}  // namespace

Options compare_options() {
  Options options(
      "compare",
      "Compares two saved records: each metric, and operators if both have them. Records of\n"
      "another model, dataset, board, agent or kind of run are refused (exit code 2) unless\n"
      "--force is given, and what differs is said in any case.",
      "hilbench compare before.json after.json");
  options.positional("A", "a record, what a run wrote with --json")
      .positional("B", "the record to compare with it")
      .flag("force", "compare whatever differs, for example two models on purpose")
      .option("json", "FILE", "write the comparison as JSON; - for standard output, and no table");
  return options;
}

Result<int> compare_command(const std::vector<std::string>& words) {
  const Options options = compare_options();
  HIL_ASSIGN(const auto arguments, arguments_or_help(options, words));
  if (!arguments) return 0;
  HIL_TRY(check_target(*arguments));
  const std::string& name_a = arguments->get("A");
  const std::string& name_b = arguments->get("B");
  HIL_ASSIGN(const auto a, report::load_record(name_a));
  HIL_ASSIGN(const auto b, report::load_record(name_b));
  const results::Comparison comparison = results::compare(a, b);
  if (!comparison.comparable() && !arguments->has("force")) return refusal(comparison, *arguments);
  const auto path = arguments->find("json");
  const std::string json = path ? report::comparison_json(comparison, name_a, name_b) : "";
  if (path && *path != "-") HIL_TRY(write_file(*path, json));
  HIL_TRY(print(path == "-" ? json
                            : report::comparison_text(comparison, {name_a, &a}, {name_b, &b},
                                                      static_cast<std::size_t>(output_width()))));
  return 0;
}

}  // namespace hil::app
