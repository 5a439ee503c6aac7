// SPDX-License-Identifier: Apache-2.0
// What becomes of a model's inputs while it is computed.
#pragma once

#include <cstdint>

namespace hil::model {

enum class InputMemory : std::uint8_t {
  kReused,  ///< other tensors may take their place once they have been read: the smallest arena
  kKept,    ///< they keep their bytes, so that inferences may follow each other on the same inputs
};

}  // namespace hil::model
