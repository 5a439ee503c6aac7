// SPDX-License-Identifier: Apache-2.0
// What a debugger's connection speaks.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "host/base/result.hpp"

namespace hil::emulate {

/// One client's conversation, apart from its transport: resumable at any byte.
class Front {
 public:
  virtual ~Front() = default;

  /// Takes bytes from the client and appends the answers to @p answers. False: the conversation is
  /// over (it said so, or broke the protocol); the answers are still to be sent.
  ///   kDevice  QEMU ended or does not answer
  virtual Result<bool> take(std::span<const std::uint8_t> bytes,
                            std::vector<std::uint8_t>& answers) = 0;
};

}  // namespace hil::emulate
