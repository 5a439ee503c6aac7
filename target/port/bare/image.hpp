// SPDX-License-Identifier: Apache-2.0
// The names that agent.ld gives to addresses of the image.
#pragma once

#include <cstdint>

extern "C" {
extern std::uint8_t hil_stack_begin[];
extern std::uint8_t hil_stack_end[];
extern std::uint8_t hil_data_begin[];
extern std::uint8_t hil_data_end[];
extern const std::uint8_t hil_data_load[];
extern std::uint8_t hil_bss_begin[];
extern std::uint8_t hil_bss_end[];
extern const std::uint8_t hil_model_slot_begin[];
extern const std::uint8_t hil_model_slot_end[];
extern const std::uint8_t hil_build_id_begin[];
extern const std::uint8_t hil_build_id_end[];
}
