// SPDX-License-Identifier: Apache-2.0
// Schema: valijson behind one function.
#include "host/boards/schema.hpp"

#include <fmt/format.h>

#include <exception>
#include <utility>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
#include <vector>

#include "host/base/file.hpp"

namespace hil::boards {
namespace {

constexpr std::uint64_t kMostFileBytes = 64 * 1024;
constexpr std::size_t kMostTextBytes = 1000;
constexpr std::size_t kMostDepth = 16;

Error wrong(const std::filesystem::path& file, const std::string& what) {
  return Error{Blame::kConfig, fmt::format("{}: {}", file.string(), what),
               "boards/README.md says what a board file holds"};
}

/// "<root>[board][serial]" as "/board/serial".
std::string json_path(const valijson::ValidationResults::Error& error) {
  std::string path;
  for (const std::string& step : error.context) {
    if (step == "<root>") continue;
    path += '/';
    path += step.size() >= 2 && step.front() == '[' ? step.substr(1, step.size() - 2) : step;
  }
  return path;
}

/// "/chip/colour: there is no such key" for valijson's words on a key that no property allows; its
/// own words for anything else.
std::string sentence_of(const valijson::ValidationResults::Error& error) {
  const std::string path = json_path(error);
  std::string words = error.description;
  if (!words.empty() && words.back() == '.') words.pop_back();
  const auto quote = words.find(": '");
  const bool unknown_key = words.find("'additionalProperties'") != std::string::npos;
  if (unknown_key && quote != std::string::npos && words.back() == '\'') {
    const auto key = words.substr(quote + 3, words.size() - quote - 4);
    return path + '/' + key + ": there is no such key";
  }
  return (path.empty() ? "/" : path) + ": " + words;
}

/// What of @p document the checks could not bear: std::regex, which valijson matches patterns with,
/// recurses once for each character. Empty if nothing.
std::string excess_in(const nlohmann::json& document) {
  struct Item {
    const nlohmann::json* value;
    std::string path;
    std::size_t depth;
  };
  std::vector<Item> waiting = {{&document, "", 0}};
  while (!waiting.empty()) {
    const Item item = std::move(waiting.back());
    waiting.pop_back();
    if (item.depth > kMostDepth) return item.path + ": nested too deeply";
    const auto* const text = item.value->get_ptr<const std::string*>();
    if (text != nullptr && text->size() > kMostTextBytes) {
      return fmt::format("{}: {} bytes of text, at most {} are allowed", item.path, text->size(),
                         kMostTextBytes);
    }
    if (!item.value->is_structured()) continue;
    for (const auto& [key, value] : item.value->items()) {
      if (key.size() > kMostTextBytes) return item.path + ": a key that is too long";
      waiting.push_back({&value, item.path + '/' + key, item.depth + 1});
    }
  }
  return "";
}

}  // namespace

Result<nlohmann::json> load_json(const std::filesystem::path& path) {
  const auto text = read_text_file(path, kMostFileBytes);
  if (!text.ok()) return Error{Blame::kConfig, text.error().what, text.error().hint};
  try {
    return nlohmann::json::parse(*text);
  } catch (const nlohmann::json::exception& e) {
    std::string what = e.what();  // "[json.exception.parse_error.101] parse error at line 3, ..."
    if (const auto end = what.find("] "); end != std::string::npos) what.erase(0, end + 2);
    return wrong(path, what);
  }
}

struct Schema::State {
  valijson::Schema schema;
};

Schema::Schema(std::unique_ptr<State> state) : state_(std::move(state)) {}
Schema::Schema(Schema&&) noexcept = default;
Schema& Schema::operator=(Schema&&) noexcept = default;
Schema::~Schema() = default;

Result<Schema> Schema::load(const std::filesystem::path& path) {
  HIL_ASSIGN(const nlohmann::json document, load_json(path));
  auto state = std::make_unique<State>();
  try {
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(document), state->schema);
  } catch (const std::exception& e) {
    return wrong(path, std::string("not a JSON schema: ") + e.what());
  }
  return Schema(std::move(state));
}

Status Schema::check(const nlohmann::json& document, const std::filesystem::path& file) const {
  if (const std::string excess = excess_in(document); !excess.empty()) return wrong(file, excess);
  valijson::ValidationResults results;
  try {
    valijson::Validator validator;
    const valijson::adapters::NlohmannJsonAdapter target(document);
    if (validator.validate(state_->schema, target, &results)) return {};
  } catch (const std::exception& e) {
    return wrong(file, e.what());
  }
  // The deepest error is the cause; those of its parents only say that it is there.
  valijson::ValidationResults::Error error;
  valijson::ValidationResults::Error deepest;
  while (results.popError(error)) {
    if (deepest.description.empty() || error.context.size() > deepest.context.size()) {
      deepest = error;
    }
  }
  return wrong(file, sentence_of(deepest));
}

}  // namespace hil::boards
