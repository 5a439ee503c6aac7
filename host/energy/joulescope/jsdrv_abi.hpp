// SPDX-License-Identifier: Apache-2.0
// What we call of Joulescope's driver library, as its binary interface has it.
#pragma once

#include <cstddef>
#include <cstdint>

/// Declared by ourselves, so that nothing of the maker's is needed to build: joulescope_driver 2.x,
/// include/jsdrv.h and include/jsdrv/union.h. Version 1 has other stream headers and is refused.
namespace hil::energy::jsdrv {

/// jsdrv_context_s, opaque.
struct Context;

/// jsdrv_union_e, those we use.
enum ValueType : std::uint8_t { kString = 1, kBinary = 3, kU8 = 8, kU32 = 10, kI32 = 14 };
/// jsdrv_union_flag_e.
inline constexpr std::uint8_t kRetain = 1;
inline constexpr std::uint8_t kConstant = 2;
/// jsdrv_payload_type_e: what is in Value::app of a binary value.
inline constexpr std::uint8_t kStreamPayload = 1;

/// jsdrv_union_s.
struct Value {
  std::uint8_t type = 0, flags = 0, op = 0, app = 0;
  std::uint32_t size = 0;  ///< of what is pointed to
  union {
    const char* text;
    const std::uint8_t* bytes;
    std::uint64_t u64;
    std::uint32_t u32;
    std::int32_t i32;
    std::uint8_t u8;
  };
  Value() : u64(0) {}
};
static_assert(sizeof(Value) == 16 && offsetof(Value, size) == 4);

/// Of jsdrv_stream_signal_s version 1: where its fields are, little-endian, and where data begin.
namespace stream {
inline constexpr std::size_t kVersion = 0;          ///< u8
inline constexpr std::size_t kSampleId = 8;         ///< u64
inline constexpr std::size_t kField = 16;           ///< u8
inline constexpr std::size_t kIndex = 17;           ///< u8
inline constexpr std::size_t kElementType = 18;     ///< u8
inline constexpr std::size_t kElementBits = 19;     ///< u8
inline constexpr std::size_t kElementCount = 20;    ///< u32
inline constexpr std::size_t kSampleRate = 24;      ///< u32, of sample ids
inline constexpr std::size_t kDecimateFactor = 28;  ///< u32, sample ids an element
inline constexpr std::size_t kData = 56;            ///< behind the time map
inline constexpr std::uint8_t kSupportedVersion = 1;
/// jsdrv_element_type_e.
inline constexpr std::uint8_t kUnsigned = 3;
inline constexpr std::uint8_t kFloat = 4;
}  // namespace stream

/// jsdrv_subscribe_flag_e: new values only.
inline constexpr std::uint8_t kPublished = 2;
/// jsdrv_device_open_mode_e: the device stays as it is.
inline constexpr std::int32_t kOpenAsItIs = 1;

using Callback = void (*)(void* user, const char* topic, const Value* value);

using Initialize = std::int32_t (*)(Context**, const void* arguments, std::uint32_t timeout_ms);
using Finalize = void (*)(Context*, std::uint32_t timeout_ms);
using Publish = std::int32_t (*)(Context*, const char* topic, const Value*,
                                 std::uint32_t timeout_ms);
using Query = std::int32_t (*)(Context*, const char* topic, Value*, std::uint32_t timeout_ms);
using Subscribe = std::int32_t (*)(Context*, const char* topic, std::uint8_t flags, Callback, void*,
                                   std::uint32_t timeout_ms);
using Unsubscribe = std::int32_t (*)(Context*, const char* topic, Callback, void*,
                                     std::uint32_t timeout_ms);
using Open = std::int32_t (*)(Context*, const char* device, std::int32_t mode,
                              std::uint32_t timeout_ms);
using Close = std::int32_t (*)(Context*, const char* device, std::uint32_t timeout_ms);
using ErrorName = const char* (*)(int code);

}  // namespace hil::energy::jsdrv
