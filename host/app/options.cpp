// SPDX-License-Identifier: Apache-2.0
// Parsing by Boost.Program_options, made strict: no guessing of abbreviations, no silent repeats.
#include "host/app/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <charconv>
#include <cmath>

#include "host/app/example_paths.hpp"
#include "host/base/nearest.hpp"

namespace hil::app {
namespace {

namespace po = boost::program_options;

constexpr const char* kPositionalKey = "positional";

/// "--name" without dashes and without "=value".
std::string bare(const std::string& word) {
  const std::string name = word.substr(std::min(word.find_first_not_of('-'), word.size()));
  return name.substr(0, name.find('='));
}

/// @p given is not among @p words.
Error not_a_choice(const std::string& option, const std::string& given,
                   const std::vector<std::string>& words) {
  const std::string meant = did_you_mean(nearest_ones(given, words));
  return {Blame::kUser, fmt::format("{} {} is not known", option, given),
          fmt::format("{}{}one of: {}", meant, meant.empty() ? "" : " ", fmt::join(words, ", "))};
}

}  // namespace

bool Arguments::has(const std::string& name) const {
  return std::any_of(values_.begin(), values_.end(),
                     [&](const Value& value) { return value.name == name; });
}

const std::string& Arguments::get(const std::string& name) const {
  return std::find_if(values_.begin(), values_.end(),
                      [&](const Value& value) { return value.name == name; })
      ->value;
}

std::optional<std::string> Arguments::find(const std::string& name) const {
  return has(name) ? std::optional(get(name)) : std::nullopt;
}

Result<std::int64_t> Arguments::number(const std::string& name, std::int64_t least,
                                       std::int64_t most) const {
  const std::string& text = get(name);
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size() || value < least || value > most) {
    return Error{
        Blame::kUser,
        fmt::format("--{} {} is not a whole number from {} to {}", name, text, least, most),
        fmt::format("for example: --{} {}", name, std::clamp<std::int64_t>(10, least, most))};
  }
  return value;
}

Result<double> Arguments::real(const std::string& name) const {
  const std::string& text = get(name);
  double value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    return Error{Blame::kUser, fmt::format("--{} {} is not a number", name, text),
                 fmt::format("for example: --{} 0.5", name)};
  }
  return value;
}

Result<std::size_t> Arguments::choice(const std::string& name,
                                      std::initializer_list<std::string_view> words) const {
  const auto given = find(name);
  if (!given) return std::size_t{0};
  const auto* const found = std::find(words.begin(), words.end(), *given);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  return not_a_choice("--" + name, *given, {words.begin(), words.end()});
}

Options::Options(std::string command, std::string summary, std::string example)
    : command_(std::move(command)),
      summary_(std::move(summary)),
      example_(example_here(std::move(example))) {
  flag("help", "show this text");
}

Options& Options::positional(std::string name, std::string help, bool required) {
  positionals_.push_back({std::move(name), "", std::move(help), required, {}});
  positional_last_ = true;
  return *this;
}

Options& Options::option(std::string name, std::string value_name, std::string help,
                         bool required) {
  options_.push_back({std::move(name), std::move(value_name), std::move(help), required, {}});
  positional_last_ = false;
  return *this;
}

Options& Options::flag(std::string name, std::string help) {
  options_.push_back({std::move(name), "", std::move(help), false, {}});
  positional_last_ = false;
  return *this;
}

Options& Options::values(std::vector<std::string> words) {
  (positional_last_ ? positionals_ : options_).back().values = std::move(words);
  return *this;
}

Options& Options::unless(std::string other) {
  (positional_last_ ? positionals_ : options_).back().not_with = std::move(other);
  return *this;
}

Options& Options::sub(Options options) {
  subs_.push_back(std::move(options));
  return *this;
}

const Options::Option* Options::find(const std::string& name) const {
  for (const auto* list : {&positionals_, &options_}) {
    for (const Option& option : *list) {
      if (option.name == name) return &option;
    }
  }
  return nullptr;
}

std::optional<std::string> Options::find_unknown(const std::vector<std::string>& words) const {
  for (const std::string& word : words) {
    if (word == "--") return std::nullopt;  // only positionals follow
    const std::string name = bare(word);
    if (word.starts_with("--") && find(name) == nullptr) return name;
  }
  return std::nullopt;
}

Result<Arguments> Options::parse(const std::vector<std::string>& given) const {
  std::vector<std::string> words = given;
  std::replace(words.begin(), words.end(), std::string("-h"), std::string("--help"));
  po::options_description described;
  for (const Option& option : options_) {
    if (option.takes_value()) {
      described.add_options()(option.name.c_str(), po::value<std::string>());
    } else {
      described.add_options()(option.name.c_str(), "");
    }
  }
  described.add_options()(kPositionalKey, po::value<std::string>());
  po::positional_options_description positional;
  positional.add(kPositionalKey, -1);

  Arguments arguments;
  try {
    using namespace po::command_line_style;  // NOLINT: enumerators of this one call
    const auto parsed = po::command_line_parser(words)
                            .options(described)
                            .positional(positional)
                            .style(allow_long | long_allow_adjacent | long_allow_next)
                            .run();
    std::size_t position = 0;
    for (const auto& option : parsed.options) {
      const std::string value = option.value.empty() ? "" : option.value.front();
      if (option.string_key != kPositionalKey) {
        arguments.values_.push_back({option.string_key, value});
      } else if (position == positionals_.size()) {
        return Error{Blame::kUser,
                     fmt::format("{} does not know what to do with '{}'", command_, value),
                     fmt::format("see hilbench {} --help", command_)};
      } else {
        arguments.values_.push_back({positionals_[position++].name, value});
      }
    }
  } catch (const po::unknown_option& fault) {
    return unknown(fault.get_option_name());
  } catch (const po::error& fault) {
    return Error{Blame::kUser, fmt::format("{}: {}", command_, fault.what()),
                 fmt::format("see hilbench {} --help", command_)};
  }
  if (arguments.has("help")) return arguments;
  HIL_TRY(check_complete(arguments));
  HIL_TRY(check_values(arguments));
  return arguments;
}

Status Options::check_values(const Arguments& arguments) const {
  for (const Arguments::Value& value : arguments.values_) {
    const Option* option = find(value.name);
    if (option == nullptr || option->values.empty()) continue;
    const auto& words = option->values;
    if (std::find(words.begin(), words.end(), value.value) != words.end()) continue;
    return not_a_choice(option->takes_value() ? "--" + option->name : option->name, value.value,
                        words);
  }
  return {};
}

Status Options::check_complete(const Arguments& arguments) const {
  const auto is_needed = [&](const Option& option) {
    return option.required && !(option.not_with != "" && arguments.has(option.not_with));
  };
  for (const Option& positional : positionals_) {
    if (!is_needed(positional) || arguments.has(positional.name)) continue;
    return Error{Blame::kUser, fmt::format("{} needs {}", command_, positional.name),
                 fmt::format("for example: {}", example_)};
  }
  for (const Option& option : options_) {
    const auto same = [&](const Arguments::Value& value) { return value.name == option.name; };
    const auto count = std::count_if(arguments.values_.begin(), arguments.values_.end(), same);
    if (count > 1) {
      return Error{Blame::kUser, fmt::format("--{} is given {} times", option.name, count),
                   "give it once"};
    }
    if (count == 0 && is_needed(option)) {
      return Error{Blame::kUser,
                   fmt::format("{} needs --{} {}", command_, option.name, option.value_name),
                   fmt::format("for example: {}", example_)};
    }
  }
  return {};
}

Error Options::unknown(const std::string& word) const {
  std::vector<std::string> names;
  for (const Option& option : options_)
    names.push_back(option.name);
  const std::string meant = did_you_mean(nearest_ones(bare(word), names), "--");
  return {Blame::kUser, fmt::format("{} has no option {}", command_, word),
          meant.empty() ? fmt::format("see hilbench {} --help", command_) : meant};
}

}  // namespace hil::app
