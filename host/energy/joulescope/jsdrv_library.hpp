// SPDX-License-Identifier: Apache-2.0
// Joulescope's driver library, found at run time.
#pragma once

#include <memory>
#include <string>

#include "host/base/result.hpp"
#include "host/energy/joulescope/jsdrv_abi.hpp"

namespace hil::energy {

/// The library while it is loaded; its functions.
class JsdrvLibrary {
 public:
  /// Loads @p name as dlopen(3) does.
  ///   kLab  it is not there or is another one (what to install in `hint`)
  static Result<std::shared_ptr<const JsdrvLibrary>> load(const std::string& name);

  ~JsdrvLibrary();
  JsdrvLibrary(const JsdrvLibrary&) = delete;
  JsdrvLibrary& operator=(const JsdrvLibrary&) = delete;

  /// "timed out (JSDRV_ERROR_...)" or "error 11".
  [[nodiscard]] std::string error_text(std::int32_t code) const;

  jsdrv::Initialize initialize = nullptr;
  jsdrv::Finalize finalize = nullptr;
  jsdrv::Publish publish = nullptr;
  jsdrv::Query query = nullptr;
  jsdrv::Subscribe subscribe = nullptr;
  jsdrv::Unsubscribe unsubscribe = nullptr;
  jsdrv::Open open = nullptr;
  jsdrv::Close close = nullptr;
  jsdrv::ErrorName error_name = nullptr;  ///< null: it has none

 private:
  explicit JsdrvLibrary(void* handle) : handle_(handle) {}
  /// The first function that is missing; null if none is.
  const char* find_functions();

  void* handle_;
};

}  // namespace hil::energy
