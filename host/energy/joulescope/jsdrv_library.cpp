// SPDX-License-Identifier: Apache-2.0
// JsdrvLibrary by dlopen().
#include "host/energy/joulescope/jsdrv_library.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include "host/rpc/printable.hpp"

namespace hil::energy {
namespace {

constexpr const char* kWhatToInstall =
    "build Joulescope's driver (github.com/jetperch/joulescope_driver, 2.x) as a shared library, "
    "put libjsdrv.so where the loader looks, or name it in HILBENCH_JSDRV; then its udev rules";

Error cannot_load(const std::string& name) {
  const char* why = ::dlerror();
  return {Blame::kLab,
          fmt::format("Joulescope's library {} cannot be loaded: {}", rpc::printable(name),
                      rpc::printable(why == nullptr ? "no reason given" : why)),
          kWhatToInstall};
}

template <class Function>
bool find(void* handle, const char* name, Function& function) {
  // POSIX guarantees that a function's address fits: dlsym(3).
  function = reinterpret_cast<Function>(::dlsym(handle, name));
  return function != nullptr;
}

}  // namespace

Result<std::shared_ptr<const JsdrvLibrary>> JsdrvLibrary::load(const std::string& name) {
  // Its threads outlive a dlclose() too early; RTLD_NODELETE keeps its code mapped.
  void* handle = ::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle == nullptr) return cannot_load(name);
  const std::shared_ptr<JsdrvLibrary> library(new JsdrvLibrary(handle));
  if (const char* missing = library->find_functions()) {
    return Error{
        Blame::kLab,
        fmt::format("{} is not Joulescope's driver: it has no {}", rpc::printable(name), missing),
        kWhatToInstall};
  }
  return std::shared_ptr<const JsdrvLibrary>(library);
}

JsdrvLibrary::~JsdrvLibrary() {
  ::dlclose(handle_);
}

const char* JsdrvLibrary::find_functions() {
  if (!find(handle_, "jsdrv_initialize", initialize)) return "jsdrv_initialize";
  if (!find(handle_, "jsdrv_finalize", finalize)) return "jsdrv_finalize";
  if (!find(handle_, "jsdrv_publish", publish)) return "jsdrv_publish";
  if (!find(handle_, "jsdrv_query", query)) return "jsdrv_query";
  if (!find(handle_, "jsdrv_subscribe", subscribe)) return "jsdrv_subscribe";
  if (!find(handle_, "jsdrv_unsubscribe", unsubscribe)) return "jsdrv_unsubscribe";
  if (!find(handle_, "jsdrv_open", open)) return "jsdrv_open";
  if (!find(handle_, "jsdrv_close", close)) return "jsdrv_close";
  find(handle_, "jsdrv_error_code_name", error_name);
  return nullptr;
}

std::string JsdrvLibrary::error_text(std::int32_t code) const {
  const char* name = error_name == nullptr ? nullptr : error_name(code);
  return name == nullptr ? fmt::format("error {}", code)
                         : fmt::format("{} ({})", rpc::printable(name), code);
}

}  // namespace hil::energy
