// SPDX-License-Identifier: Apache-2.0
// Numbers of services and methods, in the head of every message.
#pragma once

#include <cstdint>

namespace hil {

inline constexpr std::uint32_t kProtocolMajor = 1;  ///< of hello: another major is refused
inline constexpr std::uint32_t kProtocolMinor = 3;

/// Service ids of v1 (5 bits). Those without methods below are reserved.
enum class Service : std::uint8_t {
  kHello = 1,
  kModel = 2,
  kInfer = 3,
  kProfile = 4,
  kEnergy = 5,
  kCapture = 6,  // reserved
  kStream = 7,
  kTimeSync = 8,
  kLog = 9,
  kCrash = 10,
  kUpdate = 11,  // reserved
  kMeter = 12,   // reserved
  kCancel = 13,
  kLine = 14,
};

/// Method ids (3 bits), by service. The name of a method names its messages (NameRequest,
/// NameReply).
namespace method {
inline constexpr std::uint8_t kHello = 0;
inline constexpr std::uint8_t kModelBegin = 0;
inline constexpr std::uint8_t kModelData = 1;  // stream
inline constexpr std::uint8_t kModelCommit = 2;
inline constexpr std::uint8_t kInferBegin = 0;
inline constexpr std::uint8_t kInferInput = 1;   // stream, host to agent
inline constexpr std::uint8_t kInferOutput = 2;  // stream, agent to host
inline constexpr std::uint8_t kTrace = 0;
inline constexpr std::uint8_t kReadOutput = 1;
inline constexpr std::uint8_t kFacts = 2;
inline constexpr std::uint8_t kEnergyRun = 0;
inline constexpr std::uint8_t kEnergyWindow = 1;  // stream, agent to host
inline constexpr std::uint8_t kEnergyEnd = 2;     // stream, agent to host
inline constexpr std::uint8_t kEnergyStash = 3;
inline constexpr std::uint8_t kEnergyInput = 4;  // stream, host to agent
inline constexpr std::uint8_t kEnergyFacts = 5;
inline constexpr std::uint8_t kEnergyI2c = 6;
inline constexpr std::uint8_t kStreamBegin = 0;
inline constexpr std::uint8_t kStreamData = 1;  // stream, datagram
inline constexpr std::uint8_t kStreamEnd = 2;
inline constexpr std::uint8_t kStreamList = 3;
inline constexpr std::uint8_t kTimeSync = 0;
inline constexpr std::uint8_t kLogLine = 0;  // stream, datagram
inline constexpr std::uint8_t kLogRead = 1;
inline constexpr std::uint8_t kForce = 0;  // no reply: the agent ends
inline constexpr std::uint8_t kCancel = 0;
inline constexpr std::uint8_t kSetRate = 0;
inline constexpr std::uint8_t kEcho = 1;
}  // namespace method

/// What a message is (2 bits).
enum class Kind : std::uint8_t {
  kRequest = 0,
  kReply = 1,
  kError = 2,   ///< body is ErrorReply
  kStream = 3,  ///< no reply is expected
};

}  // namespace hil
