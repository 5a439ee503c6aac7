// SPDX-License-Identifier: Apache-2.0
// A shared library with the functions of Joulescope's driver that hilbench calls.
#include <cstdint>
#include <cstring>
#include <map>
#include <mutex>
#include <string>

// As the maker's jsdrv/union.h has it, independent of what hilbench declares.
extern "C" {
struct jsdrv_context_s {
  int alive;
};
union jsdrv_union_inner_u {
  const char* str;
  const std::uint8_t* bin;
  double f64;
  std::uint8_t u8;
  std::uint32_t u32;
  std::uint64_t u64;
  std::int32_t i32;
};
struct jsdrv_union_s {
  std::uint8_t type;
  std::uint8_t flags;
  std::uint8_t op;
  std::uint8_t app;
  std::uint32_t size;
  union jsdrv_union_inner_u value;
};
typedef void (*jsdrv_subscribe_fn)(void*, const char*, const struct jsdrv_union_s*);
}

namespace {

enum { kStr = 1, kBin = 3, kU8 = 8, kU32 = 10 };
/// As the maker's jsdrv/error_code.h numbers them.
constexpr std::int32_t kTimedOut = 11, kNotFound = 16;

struct Subscriber {
  jsdrv_subscribe_fn function;
  void* user;
};

struct State {
  std::mutex mutex;
  std::string devices, calls;
  std::uint32_t version = 0;
  std::map<std::string, std::int32_t> failures;
  std::map<std::string, Subscriber> subscribers;
  jsdrv_context_s context{0};
};

State& state() {
  static State one;
  return one;
}

/// Writes @p line down; the code it is to fail with, 0 for none. The mutex is held.
std::int32_t called(const std::string& line) {
  state().calls += line + "\n";
  for (const auto& [part, code] : state().failures) {
    if (line.find(part) != std::string::npos) return code;
  }
  return 0;
}

std::string text_of(const jsdrv_union_s& value) {
  if (value.type == kStr) return value.value.str;
  if (value.type == kU8) return std::to_string(value.value.u8);
  if (value.type == kU32) return std::to_string(value.value.u32);
  return "?";
}

}  // namespace

extern "C" {

std::int32_t jsdrv_initialize(jsdrv_context_s** context, const void*, std::uint32_t) {
  const std::lock_guard lock(state().mutex);
  *context = &state().context;
  return called("initialize");
}

void jsdrv_finalize(jsdrv_context_s*, std::uint32_t) {
  const std::lock_guard lock(state().mutex);
  called("finalize");
  state().subscribers.clear();
}

std::int32_t jsdrv_publish(jsdrv_context_s*, const char* topic, const jsdrv_union_s* value,
                           std::uint32_t) {
  const std::lock_guard lock(state().mutex);
  return called(std::string("publish ") + topic + "=" + text_of(*value));
}

std::int32_t jsdrv_query(jsdrv_context_s*, const char* topic, jsdrv_union_s* value, std::uint32_t) {
  const std::lock_guard lock(state().mutex);
  if (const std::int32_t code = called(std::string("query ") + topic)) return code;
  if (std::strcmp(topic, "@/version") == 0) {
    value->type = kU32;
    value->value.u32 = state().version;
    return 0;
  }
  if (std::strcmp(topic, "@/list") != 0) return kNotFound;
  if (value->size < state().devices.size() + 1) return kNotFound;
  std::memcpy(const_cast<char*>(value->value.str), state().devices.c_str(),
              state().devices.size() + 1);
  value->type = kStr;
  return 0;
}

std::int32_t jsdrv_subscribe(jsdrv_context_s*, const char* topic, std::uint8_t flags,
                             jsdrv_subscribe_fn function, void* user, std::uint32_t) {
  const std::lock_guard lock(state().mutex);
  if (flags != 2) return kNotFound;  // JSDRV_SFLAG_PUB
  if (const std::int32_t code = called(std::string("subscribe ") + topic)) return code;
  state().subscribers[topic] = {function, user};
  return 0;
}

std::int32_t jsdrv_unsubscribe(jsdrv_context_s*, const char* topic, jsdrv_subscribe_fn function,
                               void* user, std::uint32_t) {
  const std::lock_guard lock(state().mutex);
  const auto found = state().subscribers.find(topic);
  if (found != state().subscribers.end() && found->second.function == function &&
      found->second.user == user)
    state().subscribers.erase(found);
  return called(std::string("unsubscribe ") + topic);
}

std::int32_t jsdrv_open(jsdrv_context_s*, const char* device, std::int32_t mode, std::uint32_t) {
  const std::lock_guard lock(state().mutex);
  return called(std::string("open ") + device + " mode " + std::to_string(mode));
}

std::int32_t jsdrv_close(jsdrv_context_s*, const char* device, std::uint32_t) {
  const std::lock_guard lock(state().mutex);
  return called(std::string("close ") + device);
}

const char* jsdrv_error_code_name(int code) {
  if (code == kTimedOut) return "TIMED_OUT";
  return code == kNotFound ? "NOT_FOUND" : "UNKNOWN";
}

// For the test.

void fake_jsdrv_reset() {
  const std::lock_guard lock(state().mutex);
  state().devices = "u/js220/000123";
  state().calls.clear();
  state().version = 0x02030004;
  state().failures.clear();
  state().subscribers.clear();
}

void fake_jsdrv_set_devices(const char* list) {
  const std::lock_guard lock(state().mutex);
  state().devices = list;
}

void fake_jsdrv_set_version(std::uint32_t version) {
  const std::lock_guard lock(state().mutex);
  state().version = version;
}

void fake_jsdrv_fail(const char* part, std::int32_t code) {
  const std::lock_guard lock(state().mutex);
  state().failures[part] = code;
}

void fake_jsdrv_send(const char* topic, const std::uint8_t* bytes, std::uint32_t size) {
  Subscriber subscriber{nullptr, nullptr};
  {
    const std::lock_guard lock(state().mutex);
    const auto found = state().subscribers.find(topic);
    if (found == state().subscribers.end()) return;
    subscriber = found->second;
  }
  jsdrv_union_s value{kBin, 0, 0, 1, size, {}};
  value.value.bin = bytes;
  subscriber.function(subscriber.user, topic, &value);
}

const char* fake_jsdrv_calls() {
  const std::lock_guard lock(state().mutex);
  return state().calls.c_str();
}
}
