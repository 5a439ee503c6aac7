// SPDX-License-Identifier: Apache-2.0
// The digits example: of the checkout we stand in, or of the installation.
#include "host/app/example_paths.hpp"

#include <cstddef>
#include <filesystem>
#include <system_error>

#include "host/base/program_files.hpp"
#include "host/flash/quoting.hpp"

namespace hil::app {
namespace {

constexpr const char* kInCheckout = "fixtures/digits";

}  // namespace

std::string digits_folder() {
  std::error_code ignored;
  if (std::filesystem::is_directory(kInCheckout, ignored)) return kInCheckout;
  return (program_files().examples / "digits").string();
}

std::string example_here(std::string command) {
  const std::string in_checkout = kInCheckout;
  const std::string here = flash::shell_line({digits_folder()});
  std::size_t at = 0;
  while ((at = command.find(in_checkout, at)) != std::string::npos) {
    command.replace(at, in_checkout.size(), here);
    at += here.size();
  }
  return command;
}

}  // namespace hil::app
