// SPDX-License-Identifier: Apache-2.0
// Boards and options.
#include "host/app/prepare.hpp"

#include <fmt/format.h>

#include <chrono>

#include "host/app/console_io.hpp"
#include "host/boards/catalogue.hpp"

namespace hil::app {
namespace {

constexpr std::chrono::seconds kStartTime{10};

}  // namespace

Result<std::optional<Arguments>> arguments_or_help(const Options& options,
                                                   const std::vector<std::string>& words) {
  HIL_ASSIGN(auto arguments, options.parse(words));
  if (!arguments.has("help")) return std::optional(std::move(arguments));
  HIL_TRY(print(options.help()));
  return std::optional<Arguments>();
}

Result<std::unique_ptr<lab::ReadyBoard>> start_board(const std::string& id) {
  HIL_ASSIGN(const auto catalogue, boards::Catalogue::load());
  HIL_ASSIGN(const auto board, catalogue.find(id));
  lab::ReadyOptions options;
  options.host_version = HIL_VERSION;
  return lab::make_ready(board, options, Deadline::after(kStartTime));
}

Result<std::optional<data::ElementType>> input_type_of(const Arguments& arguments) {
  const auto name = arguments.find("input-type");
  if (!name) return std::optional<data::ElementType>();
  const auto type = data::element_type_of(*name);
  if (type) return type;
  return Error{Blame::kUser, fmt::format("--input-type {} is no element type", *name),
               "use i8, u8, i16, i32 or f32"};
}

}  // namespace hil::app
