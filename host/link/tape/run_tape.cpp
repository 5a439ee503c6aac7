// SPDX-License-Identifier: Apache-2.0
// Errors on a tape.
#include "host/link/tape/run_tape.hpp"

namespace hil::tape {

nlohmann::json json_of(const Error& error) {
  return {
      {"blame", static_cast<unsigned>(error.blame)}, {"what", error.what}, {"hint", error.hint}};
}

Error error_of(const nlohmann::json& json) {
  const auto text = [&](const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  Error error{Blame::kBug, "the tape has an error that can't be read", ""};
  if (!json.is_object() || !json.contains("blame") || !json["blame"].is_number_unsigned()) {
    return error;
  }
  const auto blame = json["blame"].get<std::uint64_t>();
  if (blame > static_cast<std::uint64_t>(Blame::kBug)) return error;
  return {static_cast<Blame>(blame), text("what"), text("hint")};
}

Result<nlohmann::json> outside(RunTape* tape, std::string_view what,
                               const std::function<Result<nlohmann::json>()>& real) {
  return tape == nullptr ? real() : tape->outside(what, real);
}

}  // namespace hil::tape
