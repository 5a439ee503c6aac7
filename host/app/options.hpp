// SPDX-License-Identifier: Apache-2.0
// What a command takes: declared once, parsed strictly, explained by --help.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"

namespace hil::app {

/// Values given on a command line.
class Arguments {
 public:
  [[nodiscard]] bool has(const std::string& name) const;
  /// The value of option or positional @p name; only if has().
  [[nodiscard]] const std::string& get(const std::string& name) const;
  [[nodiscard]] std::optional<std::string> find(const std::string& name) const;
  /// The value as a whole number from @p least to @p most.
  ///   kUser  it is not a number, or out of range
  [[nodiscard]] Result<std::int64_t> number(const std::string& name, std::int64_t least,
                                            std::int64_t most) const;

  /// The value as a finite number in decimal or exponent notation.
  ///   kUser  it is none
  [[nodiscard]] Result<double> real(const std::string& name) const;

  /// The position of the value among @p words; 0 if it is not given.
  ///   kUser  it is none of them
  [[nodiscard]] Result<std::size_t> choice(const std::string& name,
                                           std::initializer_list<std::string_view> words) const;

 private:
  friend class Options;
  struct Value {
    std::string name, value;
  };
  std::vector<Value> values_;
};

/// Declares the options of one command. --help is always there.
class Options {
 public:
  /// What may be given: an option or a positional.
  struct Option {
    std::string name, value_name, help;
    bool required = false;
    std::vector<std::string> values;  ///< all that may be given; empty: anything
    std::string not_with{};           ///< an option with which it is not required
    [[nodiscard]] bool takes_value() const { return !value_name.empty(); }
  };

  /// @p summary: what --help says first, one sentence or a few; line ends in it are spaces.
  /// @p example: a whole command line that works.
  Options(std::string command, std::string summary, std::string example);

  Options& positional(std::string name, std::string help, bool required = true);
  /// @p value_name also says how a shell completes it: FILE, MODEL, RECORD, DIR, BOARD or other.
  Options& option(std::string name, std::string value_name, std::string help,
                  bool required = false);
  Options& flag(std::string name, std::string help);
  /// The option or positional declared last takes these words and no others.
  Options& values(std::vector<std::string> words);
  /// The option or positional declared last is required only where option @p other is not given.
  Options& unless(std::string other);
  /// A command of its own behind the name of this one: Options("dataset check", ...). A command
  /// with such has no options but --help.
  Options& sub(Options options);

  /// Takes the words behind the command. If has("help") in the result, nothing else was checked.
  ///   kUser  unknown or repeated option (with the nearest ones in `hint`), missing value or one
  ///          that is not among values(), missing or surplus positional
  [[nodiscard]] Result<Arguments> parse(const std::vector<std::string>& words) const;

  /// The first of @p words that is no option of this command but looks like one: its name without
  /// dashes and value.
  [[nodiscard]] std::optional<std::string> find_unknown(
      const std::vector<std::string>& words) const;

  [[nodiscard]] const std::string& command() const { return command_; }
  [[nodiscard]] const std::string& summary() const { return summary_; }
  [[nodiscard]] const std::string& example() const { return example_; }
  [[nodiscard]] const std::vector<Option>& positionals() const { return positionals_; }
  [[nodiscard]] const std::vector<Option>& options() const { return options_; }
  [[nodiscard]] const std::vector<Options>& subs() const { return subs_; }

 private:
  [[nodiscard]] const Option* find(const std::string& name) const;
  [[nodiscard]] Error unknown(const std::string& word) const;
  [[nodiscard]] Status check_complete(const Arguments& arguments) const;
  [[nodiscard]] Status check_values(const Arguments& arguments) const;

  std::string command_, summary_, example_;
  std::vector<Option> positionals_;
  std::vector<Option> options_;
  std::vector<Options> subs_;
  bool positional_last_ = false;  ///< what was declared last
};

}  // namespace hil::app
