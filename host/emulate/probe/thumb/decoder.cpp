// SPDX-License-Identifier: Apache-2.0
// The decoder table (DDI 0403E, chapter A5). The first row that fits is the right one.
#include "host/emulate/probe/thumb/decoder.hpp"

namespace hil::emulate::thumb {
namespace {

template <std::size_t kRows>
const Decoder::Row* first_fit(const Decoder::Row (&rows)[kRows], std::uint32_t instruction) {
  for (const Decoder::Row& row : rows) {
    if ((instruction & row.mask) == row.value) return &row;
  }
  return nullptr;
}

}  // namespace

const Decoder::Row* Decoder::find(std::uint32_t instruction, bool wide) {
  using I = Interpreter;
  static constexpr Row kNarrow[] = {
      {0xF800, 0x1800, &I::add_subtract_three},  // ADD, SUB of three registers or a small constant
      {0xE000, 0x0000, &I::shift_immediate},     // LSL, LSR, ASR
      {0xE000, 0x2000, &I::immediate8},          // MOV, CMP, ADD, SUB
      {0xFF80, 0x4080, &I::shift_register},      // LSL, LSR
      {0xFFC0, 0x4100, &I::shift_register},      // ASR
      {0xFFC0, 0x41C0, &I::shift_register},      // ROR
      {0xFC00, 0x4000, &I::register_operation},  // AND to MVN
      {0xFF00, 0x4400, &I::add_high},
      {0xFF00, 0x4500, &I::compare_high},
      {0xFF00, 0x4600, &I::move_high},
      {0xFF07, 0x4700, &I::branch_exchange, InIt::kLast},  // BX, BLX
      {0xF800, 0x4800, &I::load_literal},                  // LDR
      {0xF000, 0x5000, &I::register_offset},               // STR to LDRSH
      {0xE000, 0x6000, &I::immediate_offset},              // STR, LDR, STRB, LDRB
      {0xF000, 0x8000, &I::halfword_offset},               // STRH, LDRH
      {0xF000, 0x9000, &I::sp_offset},                     // STR, LDR
      {0xF800, 0xA000, &I::address_of_pc},                 // ADR
      {0xF800, 0xA800, &I::address_of_sp},                 // ADD
      {0xFF00, 0xB000, &I::adjust_sp},                     // ADD, SUB
      {0xF500, 0xB100, &I::compare_branch, InIt::kNever},  // CBZ, CBNZ
      {0xFF00, 0xB200, &I::extend},                        // SXTH, SXTB, UXTH, UXTB
      {0xFE00, 0xB400, &I::push},
      {0xFFEC, 0xB660, &I::no_operation},  // CPS: a loader is not interrupted anyway
      {0xFF80, 0xBA00, &I::reverse},       // REV, REV16
      {0xFFC0, 0xBAC0, &I::reverse},       // REVSH
      {0xFE00, 0xBC00, &I::pop},
      {0xFF00, 0xBE00, &I::breakpoint},
      {0xFFFF, 0xBF00, &I::no_operation},  // NOP; other hints would wait
      {0xFF00, 0xBF00, &I::if_then, InIt::kNever},
      {0xF000, 0xC000, &I::multiple},                 // STM, LDM
      {0xF000, 0xD000, &I::branch_if, InIt::kNever},  // B<c>
      {0xF800, 0xE000, &I::branch_always, InIt::kLast},
  };
  static constexpr Row kWide[] = {
      {0xFFF0'FFE0, 0xE8D0'F000, &I::table_branch, InIt::kLast},     // TBB, TBH
      {0xFFD0'2000, 0xE880'0000, &I::wide_multiple},                 // STM
      {0xFFD0'2000, 0xE890'0000, &I::wide_multiple},                 // LDM, POP
      {0xFFD0'2000, 0xE900'0000, &I::wide_multiple},                 // STMDB, PUSH
      {0xFFD0'2000, 0xE910'0000, &I::wide_multiple},                 // LDMDB
      {0xFE40'0000, 0xE840'0000, &I::wide_double},                   // STRD, LDRD
      {0xFE00'8000, 0xEA00'0000, &I::wide_shifted_register},         // AND to RSB
      {0xFA00'8000, 0xF000'0000, &I::wide_modified_immediate},       // AND to RSB
      {0xFBF0'8000, 0xF200'0000, &I::wide_add_immediate},            // ADDW
      {0xFBF0'8000, 0xF2A0'0000, &I::wide_add_immediate},            // SUBW
      {0xFBF0'8000, 0xF240'0000, &I::wide_move_immediate},           // MOVW
      {0xFBF0'8000, 0xF2C0'0000, &I::wide_move_immediate},           // MOVT
      {0xFFF0'8020, 0xF340'0000, &I::wide_bit_field},                // SBFX
      {0xFFF0'8020, 0xF360'0000, &I::wide_bit_field},                // BFI, BFC
      {0xFFF0'8020, 0xF3C0'0000, &I::wide_bit_field},                // UBFX
      {0xFFFF'FFC0, 0xF3BF'8F40, &I::no_operation},                  // DSB, DMB, ISB
      {0xFFFF'FFFF, 0xF3AF'8000, &I::no_operation},                  // NOP
      {0xF800'D000, 0xF000'8000, &I::wide_branch_if, InIt::kNever},  // B<c>
      {0xF800'9000, 0xF000'9000, &I::wide_branch, InIt::kLast},      // B, BL
      {0xFE00'0000, 0xF800'0000, &I::wide_single},                   // STR, LDR of all sizes
      {0xFF80'F0F0, 0xFA00'F000, &I::wide_shift_register},           // LSL, LSR, ASR, ROR
      {0xFFBF'F0C0, 0xFA0F'F080, &I::wide_extend},                   // SXTH, SXTB
      {0xFFBF'F0C0, 0xFA1F'F080, &I::wide_extend},                   // UXTH, UXTB
      {0xFFF0'F0F0, 0xFAB0'F080, &I::wide_count_zeros},              // CLZ
      {0xFFF0'00E0, 0xFB00'0000, &I::wide_multiply},                 // MUL, MLA, MLS
      {0xFFF0'F0F0, 0xFB90'F0F0, &I::wide_divide},                   // SDIV
      {0xFFF0'F0F0, 0xFBB0'F0F0, &I::wide_divide},                   // UDIV
      {0xFFD0'00F0, 0xFB80'0000, &I::wide_multiply_long},            // SMULL, UMULL
  };
  return wide ? first_fit(kWide, instruction) : first_fit(kNarrow, instruction);
}

}  // namespace hil::emulate::thumb
