// SPDX-License-Identifier: Apache-2.0
// Options that several commands share.
#include "host/app/prepare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "host/app/commands.hpp"
#include "host/app/console_io.hpp"
#include "host/app/help_text.hpp"
#include "host/base/nearest.hpp"

namespace hil::app {
namespace {

/// The commands (not @p options itself) that have option @p name.
std::vector<std::string> owners_of(const std::string& name, const Options& options) {
  std::vector<std::string> owners;
  const auto look = [&](const Options& other) {
    const auto& list = other.options();
    const bool has = std::any_of(list.begin(), list.end(),
                                 [&](const auto& option) { return option.name == name; });
    if (has && other.command() != options.command()) owners.push_back(other.command());
  };
  for (const Command& command : all_commands()) {
    const Options other = command.options();
    look(other);
    for (const Options& sub : other.subs())
      look(sub);
  }
  return owners;
}

/// @p error, with the commands that have an option which this one lacks.
Error with_owners(Error error, const Options& options, const std::vector<std::string>& words) {
  const auto name = options.find_unknown(words);
  const auto owners = name ? owners_of(*name, options) : std::vector<std::string>();
  if (owners.empty()) return error;
  error.hint = fmt::format("{} {} --{}; {} has not", fmt::join(owners, ", "),
                           owners.size() == 1 ? "has" : "have", *name, options.command());
  return error;
}

}  // namespace

Result<std::optional<Arguments>> arguments_or_help(const Options& options,
                                                   const std::vector<std::string>& words) {
  auto arguments = options.parse(words);
  if (!arguments) return with_owners(arguments.error(), options, words);
  if (!arguments->has("help")) return std::optional(*std::move(arguments));
  HIL_TRY(print(command_help(options, static_cast<std::size_t>(output_width()))));
  return std::optional<Arguments>();
}

Result<std::string> sub_or_help(const Options& options, const std::vector<std::string>& words) {
  if (!words.empty() && words.front() == "--help") {
    HIL_TRY(print(command_help(options, static_cast<std::size_t>(output_width()))));
    return std::string();
  }
  std::vector<std::string> names;
  for (const Options& sub : options.subs())
    names.push_back(sub.command().substr(sub.command().rfind(' ') + 1));
  if (words.empty()) {
    return Error{Blame::kUser,
                 fmt::format("{} needs {}", options.command(), fmt::join(names, " or ")),
                 fmt::format("for example: {}", options.example())};
  }
  const std::string& word = words.front();
  if (std::find(names.begin(), names.end(), word) != names.end()) return word;
  const auto meant = did_you_mean(nearest_ones(word, names), options.command() + " ");
  return Error{Blame::kUser, fmt::format("{} does not know '{}'", options.command(), word),
               meant.empty() ? fmt::format("for example: {}", options.example()) : meant};
}

Result<std::optional<data::ElementType>> input_type_of(const Arguments& arguments) {
  const auto name = arguments.find("input-type");
  if (!name) return std::optional<data::ElementType>();
  const auto type = data::element_type_of(*name);
  if (type) return type;
  return Error{Blame::kUser, fmt::format("--input-type {} is no element type", *name),
               "use i8, u8, i16, i32 or f32"};
}

void add_quantisation_options(Options& options) {
  options
      .option("scale", "S", "real = S * (value - Z) for samples whose scale no dataset.json states")
      .option("zero-point", "Z", "with --scale (default: 0)");
}

Result<std::optional<data::SampleFormat>> quantisation_of(const Arguments& arguments,
                                                          data::ElementType type) {
  if (!arguments.has("scale")) {
    if (!arguments.has("zero-point")) return std::optional<data::SampleFormat>();
    return Error{Blame::kUser, "--zero-point is given without --scale", "give both"};
  }
  HIL_ASSIGN(const double scale, arguments.real("scale"));
  if (!(scale >= std::numeric_limits<float>::min() && scale <= std::numeric_limits<float>::max())) {
    return Error{Blame::kUser,
                 fmt::format("--scale {} is not a float32 above 0", arguments.get("scale")),
                 "for example: --scale 0.5"};
  }
  std::int64_t zero_point = 0;
  if (arguments.has("zero-point")) {
    HIL_ASSIGN(zero_point, arguments.number("zero-point", INT16_MIN, INT16_MAX));
  }
  return std::optional(
      data::SampleFormat(type, static_cast<float>(scale), static_cast<std::int32_t>(zero_point)));
}

Status apply_quantisation(const Arguments& arguments, data::Dataset& dataset) {
  HIL_ASSIGN(const auto type, input_type_of(arguments));
  HIL_ASSIGN(const auto given, quantisation_of(arguments, type.value_or(data::ElementType::kInt8)));
  if (!given) return {};
  if (type && dataset.raw && dataset.scale == 0) dataset.element_type = type;
  const bool same = dataset.scale == given->scale && dataset.zero_point == given->zero_point;
  if (dataset.scale > 0 && !same) {
    return Error{
        Blame::kUser,
        fmt::format("--scale {} and zero point {} are not what the dataset states: {} and {}",
                    given->scale, given->zero_point, dataset.scale, dataset.zero_point),
        "leave --scale and --zero-point out, or correct dataset.json"};
  }
  dataset.scale = given->scale;
  dataset.zero_point = given->zero_point;
  return {};
}

}  // namespace hil::app
