// SPDX-License-Identifier: Apache-2.0
// Typed reading of the members of a JSON object; the first wrong one is kept as the error.
#pragma once

#include <fmt/format.h>

#include <concepts>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/report/words.hpp"

namespace hil::report {

/// One JSON object under reading. After the first failure, which all objects of one text share,
/// further reads do nothing; so a reader reads everything and looks at the failure once.
class JsonFields {
 public:
  /// @p path names the object in failures ("metrics[2]"; empty for the whole text).
  JsonFields(const nlohmann::json& json, std::string path, std::optional<std::string>& failure)
      : json_(json), path_(std::move(path)), failure_(failure) {
    if (!json.is_object())
      fail(path_.empty() ? "it is not an object" : path_ + " is not an object");
  }

  [[nodiscard]] bool has(const char* key) const { return json_.is_object() && json_.contains(key); }

  void read(const char* key, std::string& value) {
    const nlohmann::json* member = find(key);
    if (member == nullptr) return;
    if (!member->is_string()) return fail(name_of_member(key) + " is not a string");
    value = member->get<std::string>();
  }
  void read(const char* key, bool& value) {
    const nlohmann::json* member = find(key);
    if (member == nullptr) return;
    if (!member->is_boolean()) return fail(name_of_member(key) + " is not true or false");
    value = member->get<bool>();
  }
  /// null stands for a number that is not finite.
  void read(const char* key, double& value) {
    if (const nlohmann::json* member = find(key)) read_number(*member, name_of_member(key), value);
  }
  template <std::unsigned_integral Count>
  requires(!std::same_as<Count, bool>) void read(const char* key, Count& value) {
    if (const nlohmann::json* member = find(key)) read_count(*member, name_of_member(key), value);
  }
  void read(const char* key, std::vector<double>& values) {
    for_each(key, [&](const nlohmann::json& item, const std::string& name) {
      read_number(item, name, values.emplace_back());
    });
  }
  void read(const char* key, std::vector<std::string>& values) {
    for_each(key, [&](const nlohmann::json& item, const std::string& name) {
      if (!item.is_string()) return fail(name + " is not a string");
      values.push_back(item.get<std::string>());
    });
  }
  void read(const char* key, std::vector<std::uint64_t>& counts) {
    for_each(key, [&](const nlohmann::json& item, const std::string& name) {
      read_count(item, name, counts.emplace_back());
    });
  }
  void read(const char* key, std::vector<std::int32_t>& numbers) {
    for_each(key, [&](const nlohmann::json& item, const std::string& name) {
      constexpr std::int64_t kLeast = std::numeric_limits<std::int32_t>::min();
      constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
      const bool whole = item.is_number_integer();
      const bool too_large = item.is_number_unsigned() &&
                             item.get<std::uint64_t>() > static_cast<std::uint64_t>(kMost);
      const std::int64_t number = whole && !too_large ? item.get<std::int64_t>() : 0;
      if (!whole || too_large || number < kLeast) {
        return fail(fmt::format("{} is not a whole number of {} to {}", name, kLeast, kMost));
      }
      numbers.push_back(static_cast<std::int32_t>(number));
    });
  }
  void read(const char* key, std::vector<std::vector<std::uint64_t>>& rows) {
    for_each(key, [&](const nlohmann::json& row, const std::string& name) {
      if (!row.is_array()) return fail(name + " is not an array");
      auto& counts = rows.emplace_back();
      for (const auto& item : row)
        read_count(item, name, counts.emplace_back());
    });
  }
  /// A word of @p Enum.
  template <class Enum>
  requires std::is_enum_v<Enum>
  void read(const char* key, Enum& value) {
    std::string word;
    read(key, word);
    if (failure_) return;
    const std::optional<Enum> known = from_word<Enum>(word);
    if (!known)
      return fail(fmt::format("{} is \"{}\", an unknown word", name_of_member(key), word));
    value = *known;
  }

  /// Calls @p take with the fields of the object at @p key.
  template <class Take>
  void object(const char* key, Take take) {
    const nlohmann::json* member = find(key);
    if (member == nullptr) return;
    JsonFields fields(*member, name_of_member(key), failure_);
    if (!failure_) take(fields);
  }
  /// Calls @p take with the fields of each object in the array at @p key.
  template <class Take>
  void objects(const char* key, Take take) {
    for_each(key, [&](const nlohmann::json& item, const std::string& name) {
      JsonFields fields(item, name, failure_);
      if (!failure_) take(fields);
    });
  }

  void fail(std::string what) {
    if (!failure_) failure_ = std::move(what);
  }

 private:
  [[nodiscard]] std::string name_of_member(const char* key) const {
    return path_.empty() ? key : path_ + "." + key;
  }
  const nlohmann::json* find(const char* key) {
    if (failure_) return nullptr;
    const auto member = json_.find(key);
    if (member != json_.end()) return &*member;
    fail(name_of_member(key) + " is missing");
    return nullptr;
  }
  template <class Take>
  void for_each(const char* key, Take take) {
    const nlohmann::json* member = find(key);
    if (member == nullptr) return;
    if (!member->is_array()) return fail(name_of_member(key) + " is not an array");
    for (std::size_t i = 0; i < member->size() && !failure_; ++i) {
      take((*member)[i], fmt::format("{}[{}]", name_of_member(key), i));
    }
  }
  void read_number(const nlohmann::json& json, const std::string& name, double& value) {
    if (json.is_null()) {
      value = std::numeric_limits<double>::quiet_NaN();
    } else if (json.is_number()) {
      value = json.get<double>();
    } else {
      fail(name + " is not a number");
    }
  }
  template <class Count>
  void read_count(const nlohmann::json& json, const std::string& name, Count& value) {
    if (!json.is_number_unsigned() ||
        json.get<std::uint64_t>() > std::numeric_limits<Count>::max()) {
      return fail(fmt::format("{} is not a whole number of 0 to {}", name,
                              std::numeric_limits<Count>::max()));
    }
    value = static_cast<Count>(json.get<std::uint64_t>());
  }

  const nlohmann::json& json_;
  std::string path_;
  std::optional<std::string>& failure_;
};

}  // namespace hil::report
