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
  /// @p summary: one sentence for --help; @p example: a whole command line that works.
  Options(std::string command, std::string summary, std::string example);

  Options& positional(std::string name, std::string help, bool required = true);
  Options& option(std::string name, std::string value_name, std::string help,
                  bool required = false);
  Options& flag(std::string name, std::string help);

  /// Takes the words behind the command. If has("help") in the result, nothing else was checked.
  ///   kUser  unknown or repeated option (with the nearest one in `hint`), missing value, missing
  ///          or surplus positional
  [[nodiscard]] Result<Arguments> parse(const std::vector<std::string>& words) const;

  /// The text of --help.
  [[nodiscard]] std::string help() const;

 private:
  struct Option {
    std::string name, value_name, help;
    bool required = false;
    [[nodiscard]] bool takes_value() const { return !value_name.empty(); }
  };
  [[nodiscard]] Error unknown(const std::string& word) const;
  [[nodiscard]] Status check_complete(const Arguments& arguments) const;

  std::string command_, summary_, example_;
  std::vector<Option> positionals_;
  std::vector<Option> options_;
};

}  // namespace hil::app
