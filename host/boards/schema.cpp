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

#include "host/base/file.hpp"

namespace hil::boards {
namespace {

constexpr std::uint64_t kMostFileBytes = 64 * 1024;

Error wrong(const std::filesystem::path& file, const std::string& what) {
  return Error{Blame::kConfig, fmt::format("{}: {}", file.string(), what),
               "boards/README.md says what a board file holds."};
}

/// "<root>[board][serial]" as "/board/serial".
std::string json_path(const valijson::ValidationResults::Error& error) {
  std::string path;
  for (const std::string& step : error.context) {
    if (step == "<root>") continue;
    path += '/';
    path += step.size() >= 2 && step.front() == '[' ? step.substr(1, step.size() - 2) : step;
  }
  return path.empty() ? "/" : path;
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
  return wrong(file, json_path(deepest) + ": " + deepest.description);
}

}  // namespace hil::boards
