// SPDX-License-Identifier: Apache-2.0
// One running instance of Joulescope's driver, and the devices it sees.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/energy/joulescope/jsdrv_library.hpp"

namespace hil::energy {

/// "u/js220/000123" taken apart; texts are printable.
struct JoulescopeUnit {
  std::string path;    ///< as the driver calls it
  std::string model;   ///< "js220"
  std::string serial;  ///< "000123"
};

/// The units in the driver's list "u/js220/000123,u/js110/002557"; what is not of the form
/// BACKEND/jsMODEL/SERIAL is none.
std::vector<JoulescopeUnit> units_in(std::string_view list);

/// All functions block, at most until @p deadline (and five seconds).
class JsdrvDriver {
 public:
  /// Starts the driver of @p library; its threads run until destruction.
  ///   kLab  it does not start, or is older than 2.0
  static Result<std::unique_ptr<JsdrvDriver>> start(std::shared_ptr<const JsdrvLibrary> library,
                                                    Deadline deadline);
  ~JsdrvDriver();
  JsdrvDriver(const JsdrvDriver&) = delete;
  JsdrvDriver& operator=(const JsdrvDriver&) = delete;

  /// "2.3.4".
  [[nodiscard]] const std::string& version() const { return version_; }

  ///   kLab  the driver does not say
  Result<std::vector<JoulescopeUnit>> list(Deadline deadline);

  /// The device at @p path is this process's until close(); it stays as it is.
  ///   kLab  it is gone, held, or may not be opened
  Status open(const std::string& path, Deadline deadline);
  void close(const std::string& path);

  ///   kLink  the device refuses (the driver's word), or is gone
  Status set(const std::string& topic, std::uint8_t number, Deadline deadline);
  Status set_u32(const std::string& topic, std::uint32_t number, Deadline deadline);
  Status set(const std::string& topic, const char* word, Deadline deadline);

  /// From now on @p callback is called with each value of @p topic, on the driver's own thread.
  ///   kLink  as set()
  Status subscribe(const std::string& topic, jsdrv::Callback callback, void* user,
                   Deadline deadline);
  void unsubscribe(const std::string& topic, jsdrv::Callback callback, void* user);

 private:
  JsdrvDriver(std::shared_ptr<const JsdrvLibrary> library, jsdrv::Context* context)
      : library_(std::move(library)), context_(context) {}
  Status check_version(Deadline deadline);
  Status publish(const std::string& topic, const jsdrv::Value& value, Deadline deadline);

  std::shared_ptr<const JsdrvLibrary> library_;
  jsdrv::Context* context_;
  std::string version_;
};

}  // namespace hil::energy
