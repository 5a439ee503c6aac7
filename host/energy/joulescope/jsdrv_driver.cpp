// SPDX-License-Identifier: Apache-2.0
// JsdrvDriver: calls of the library, their codes as errors.
#include "host/energy/joulescope/jsdrv_driver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "host/rpc/printable.hpp"

namespace hil::energy {
namespace {

constexpr std::uint32_t kOldestMajor = 2;
/// What the driver takes as its own time for a call (jsdrv.h, JSDRV_TIMEOUT_MS_INIT).
constexpr std::int64_t kMostMs = 5000;
constexpr std::uint32_t kClosingMs = 1000;

/// Never 0, which is "do not wait" to some calls and "as long as usual" to others.
std::uint32_t milliseconds(Deadline deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline.remaining());
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(left.count(), 1, kMostMs));
}

/// "js220" and the like: of the parts of a path, the model.
bool is_model(std::string_view text) {
  return text.starts_with("js") && text.size() > 2 && text.size() <= 8;
}

}  // namespace

std::vector<JoulescopeUnit> units_in(std::string_view list) {
  std::vector<JoulescopeUnit> units;
  while (!list.empty()) {
    const std::string_view path = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), path.size() + 1));
    const auto first = path.find('/');
    const auto second = path.find('/', first == std::string_view::npos ? first : first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) continue;
    const std::string_view model = path.substr(first + 1, second - first - 1);
    const std::string_view serial = path.substr(second + 1);
    if (!is_model(model) || serial.empty() || rpc::printable(path) != path) continue;
    units.push_back({std::string(path), std::string(model), std::string(serial)});
  }
  return units;
}

Result<std::unique_ptr<JsdrvDriver>> JsdrvDriver::start(std::shared_ptr<const JsdrvLibrary> library,
                                                        Deadline deadline) {
  jsdrv::Context* context = nullptr;
  const std::int32_t code = library->initialize(&context, nullptr, milliseconds(deadline));
  if (code != 0 || context == nullptr) {
    return Error{Blame::kLab,
                 fmt::format("Joulescope's driver does not start: {}", library->error_text(code)),
                 "end other programs that use the instrument, and try again"};
  }
  std::unique_ptr<JsdrvDriver> driver(new JsdrvDriver(std::move(library), context));
  HIL_TRY(driver->check_version(deadline));
  return driver;
}

JsdrvDriver::~JsdrvDriver() {
  library_->finalize(context_, 0);
}

Status JsdrvDriver::check_version(Deadline deadline) {
  jsdrv::Value value;
  value.type = jsdrv::kU32;
  const std::int32_t code = library_->query(context_, "@/version", &value, milliseconds(deadline));
  const std::uint32_t number = code == 0 && value.type == jsdrv::kU32 ? value.u32 : 0;
  version_ = fmt::format("{}.{}.{}", number >> 24, (number >> 16) & 0xff, number & 0xffff);
  if (number >> 24 >= kOldestMajor) return {};
  return Error{Blame::kLab, fmt::format("Joulescope's driver is version {}", version_),
               "install joulescope_driver 2.0 or newer: older ones lay out samples otherwise"};
}

Result<std::vector<JoulescopeUnit>> JsdrvDriver::list(Deadline deadline) {
  std::array<char, 4096> text{};
  jsdrv::Value value;
  value.type = jsdrv::kString;
  value.text = text.data();
  value.size = text.size();
  const std::int32_t code = library_->query(context_, "@/list", &value, milliseconds(deadline));
  if (code != 0) {
    return Error{Blame::kLab,
                 "Joulescope's driver does not list its devices: " + library_->error_text(code),
                 "try again; its 'jsdrv scan' should list them"};
  }
  text.back() = '\0';
  return units_in(text.data());
}

Status JsdrvDriver::open(const std::string& path, Deadline deadline) {
  const std::int32_t code =
      library_->open(context_, path.c_str(), jsdrv::kOpenAsItIs, milliseconds(deadline));
  if (code == 0) return {};
  return Error{Blame::kLab,
               fmt::format("cannot open Joulescope {}: {}", path, library_->error_text(code)),
               "end other programs that use it, and check its udev rules"};
}

void JsdrvDriver::close(const std::string& path) {
  // Fails for one that was unplugged, and nothing is left to do then.
  static_cast<void>(library_->close(context_, path.c_str(), kClosingMs));
}

Status JsdrvDriver::publish(const std::string& topic, const jsdrv::Value& value,
                            Deadline deadline) {
  const std::int32_t code =
      library_->publish(context_, topic.c_str(), &value, milliseconds(deadline));
  if (code == 0) return {};
  return Error{Blame::kLink,
               fmt::format("the Joulescope refuses {}: {}", topic, library_->error_text(code)),
               "check its cable, and update its firmware by the maker's program"};
}

Status JsdrvDriver::set(const std::string& topic, std::uint8_t number, Deadline deadline) {
  jsdrv::Value value;
  value.type = jsdrv::kU8;
  value.flags = jsdrv::kRetain;
  value.u8 = number;
  return publish(topic, value, deadline);
}

Status JsdrvDriver::set_u32(const std::string& topic, std::uint32_t number, Deadline deadline) {
  jsdrv::Value value;
  value.type = jsdrv::kU32;
  value.flags = jsdrv::kRetain;
  value.u32 = number;
  return publish(topic, value, deadline);
}

Status JsdrvDriver::set(const std::string& topic, const char* word, Deadline deadline) {
  jsdrv::Value value;
  value.type = jsdrv::kString;
  value.flags = jsdrv::kRetain | jsdrv::kConstant;
  value.text = word;
  return publish(topic, value, deadline);
}

Status JsdrvDriver::subscribe(const std::string& topic, jsdrv::Callback callback, void* user,
                              Deadline deadline) {
  const std::int32_t code = library_->subscribe(context_, topic.c_str(), jsdrv::kPublished,
                                                callback, user, milliseconds(deadline));
  if (code == 0) return {};
  return Error{
      Blame::kLink,
      fmt::format("the Joulescope does not give {}: {}", topic, library_->error_text(code)),
      "check its cable, and update its firmware by the maker's program"};
}

void JsdrvDriver::unsubscribe(const std::string& topic, jsdrv::Callback callback, void* user) {
  static_cast<void>(library_->unsubscribe(context_, topic.c_str(), callback, user, kClosingMs));
}

}  // namespace hil::energy
