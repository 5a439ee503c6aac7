// SPDX-License-Identifier: Apache-2.0
// Members of a JSON object that somebody else wrote; the first wrong one is kept.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "host/rpc/printable.hpp"

namespace hil::energy {

/// Reads typed members, texts with control characters replaced; `wrong` (shared by all objects of
/// one text) names the first that is missing or of another type, and nothing is read after that.
class JsonObject {
 public:
  JsonObject(const nlohmann::json& json, std::string& wrong) : json_(json), wrong_(wrong) {
    if (!json.is_object()) fail("an object", "what should be one");
  }

  void read(const char* key, std::string& value) {
    const auto* member = find(key);
    if (member == nullptr) return;
    if (!member->is_string()) return fail("a text", key);
    value = rpc::printable(member->get_ref<const std::string&>());
  }
  void read(const char* key, bool& value) {
    const auto* member = find(key);
    if (member == nullptr) return;
    if (!member->is_boolean()) return fail("true or false", key);
    value = member->get<bool>();
  }
  void read(const char* key, double& value) {
    const auto* member = find(key);
    if (member == nullptr) return;
    if (!member->is_number()) return fail("a number", key);
    value = member->get<double>();
    if (!std::isfinite(value)) fail("a finite number", key);
  }
  void read(const char* key, std::uint64_t& value) {
    const auto* member = find(key);
    if (member == nullptr) return;
    if (!member->is_number_unsigned()) return fail("a whole number", key);
    value = member->get<std::uint64_t>();
  }
  void read(const char* key, std::uint32_t& value, std::uint32_t most) {
    std::uint64_t wide = 0;
    read(key, wide);
    if (wide > most) return fail("small enough", key);
    value = static_cast<std::uint32_t>(wide);
  }
  /// A word of an enumeration whose values 0 to @p last have words by @p word_of_value.
  template <class Enum, class WordOf>
  void read_word(const char* key, Enum last, WordOf word_of_value, Enum& value) {
    std::string word;
    read(key, word);
    if (failed()) return;
    for (unsigned i = 0; i <= static_cast<unsigned>(last); ++i) {
      if (word == word_of_value(static_cast<Enum>(i))) {
        value = static_cast<Enum>(i);
        return;
      }
    }
    fail("a known word", key);
  }
  /// Calls @p take with each object of the array at @p key.
  template <class Take>
  void objects(const char* key, std::size_t most, Take take) {
    const auto* member = find(key);
    if (member == nullptr) return;
    if (!member->is_array() || member->size() > most) return fail("a short array", key);
    for (const auto& item : *member) {
      JsonObject object(item, wrong_);
      if (!failed()) take(object);
    }
  }
  template <class Take>
  void object(const char* key, Take take) {
    const auto* member = find(key);
    if (member == nullptr) return;
    JsonObject inner(*member, wrong_);
    if (!failed()) take(inner);
  }

  [[nodiscard]] bool has(const char* key) const { return json_.is_object() && json_.contains(key); }
  [[nodiscard]] bool failed() const { return !wrong_.empty(); }
  void fail(const char* expected, const char* key) {
    if (wrong_.empty()) wrong_ = std::string(key) + " is not " + expected;
  }

 private:
  const nlohmann::json* find(const char* key) {
    if (failed()) return nullptr;
    const auto member = json_.find(key);
    if (member == json_.end()) {
      wrong_ = std::string(key) + " is missing";
      return nullptr;
    }
    return &*member;
  }

  const nlohmann::json& json_;
  std::string& wrong_;
};

}  // namespace hil::energy
