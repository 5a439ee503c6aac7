// SPDX-License-Identifier: Apache-2.0
// What the power plugin takes instructions for; encodings by GNU as 2.40.
#include "host/emulate/plugin/instruction.hpp"

#include <gtest/gtest.h>

#include "host/emulate/power/plugin_record.hpp"

namespace hil_plugin {
namespace {

struct Known {
  const char* text;
  std::uint32_t first, second;
  Kind kind;
};

TEST(PluginInstruction, Thumb16) {
  for (const Known& known : {
           Known{"ldr r0, [r1, #4]", 0x6848, 0, kLoadStore},
           Known{"ldr r0, [pc, #8]", 0x4802, 0, kLoadStore},
           Known{"push {r4, lr}", 0xB510, 0, kLoadStore},
           Known{"pop {r4, pc}", 0xBD10, 0, kLoadStore},
           Known{"stmia r0!, {r1, r2}", 0xC006, 0, kLoadStore},
           Known{"muls r0, r1", 0x4348, 0, kMultiply},
           Known{"bx lr", 0x4770, 0, kBranch},
           Known{"blx r3", 0x4798, 0, kBranch},
           Known{"cbz r0", 0xB100, 0, kBranch},
           Known{"cbnz r0", 0xB900, 0, kBranch},
           Known{"beq", 0xD0FD, 0, kBranch},
           Known{"b", 0xE7FC, 0, kBranch},
           Known{"svc 1", 0xDF01, 0, kOther},
           Known{"it eq", 0xBF08, 0, kOther},
           Known{"nop", 0xBF00, 0, kOther},
           Known{"mov r9, r9", 0x46C9, 0, kOther},
           Known{"adds r0, #1", 0x3001, 0, kOther},
           Known{"add r0, sp, #16", 0xA804, 0, kOther},
       })
    EXPECT_EQ(thumb(known.first, 0, false).kind, known.kind) << known.text;
  EXPECT_TRUE(thumb(0x46C9, 0, false).magic);
  EXPECT_FALSE(thumb(0x46C0, 0, false).magic);
  EXPECT_TRUE(thumb(0xBF30, 0, false).sleeps);
  EXPECT_TRUE(thumb(0x6848, 0, false).may_leave);
  EXPECT_FALSE(thumb(0x3001, 0, false).may_leave);
}

TEST(PluginInstruction, Thumb32) {
  for (const Known& known : {
           Known{"ldrd r0, r1, [r2]", 0xE9D2, 0x0100, kLoadStore},
           Known{"ldr.w r0, [r1, #400]", 0xF8D1, 0x0190, kLoadStore},
           Known{"strb.w r0, [r1, #400]", 0xF881, 0x0190, kLoadStore},
           Known{"vldr s0, [r1]", 0xED91, 0x0A00, kLoadStore},
           Known{"vpush {s16}", 0xED2D, 0x8A01, kLoadStore},
           Known{"mla r0, r1, r2, r3", 0xFB01, 0x3002, kMultiply},
           Known{"smlad r0, r1, r2, r3", 0xFB21, 0x3002, kMultiply},
           Known{"smull r0, r1, r2, r3", 0xFB82, 0x0103, kMultiply},
           Known{"sdiv r0, r1, r2", 0xFB91, 0xF0F2, kMultiply},
           Known{"vadd.f32 s0, s1, s2", 0xEE30, 0x0A81, kFloat},
           Known{"vmov s0, r0", 0xEE00, 0x0A10, kFloat},
           Known{"bl", 0xF7FF, 0xFFFB, kBranch},
           Known{"beq.w", 0xF43F, 0xAFF9, kBranch},
           Known{"tbb [pc, r0]", 0xE8DF, 0xF000, kBranch},
           Known{"vadd.i8 q0, q1, q2", 0xEF02, 0x0844, kVector},
           Known{"vmladav.s8 r0, q1, q2", 0xEEF2, 0x0F04, kVector},
           Known{"vldrb.8 q0, [r0]", 0xED90, 0x1E00, kVector},
           Known{"vfma.f32 q0, q1, q2", 0xEF02, 0x0C54, kVector},
           Known{"vadd.i32 q0, q1, r0", 0xEE23, 0x0F40, kVector},
           Known{"sxtb16 r0, r1", 0xFA2F, 0xF081, kOther},
           Known{"ssat r0, #8, r1", 0xF301, 0x0007, kOther},
           Known{"lsl.w r0, r1, r2", 0xFA01, 0xF002, kOther},
           Known{"add.w r0, r1, #1", 0xF101, 0x0001, kOther},
           Known{"nop.w", 0xF3AF, 0x8000, kOther},
           Known{"dsb sy", 0xF3BF, 0x8F4F, kOther},
           Known{"mrs r0, PRIMASK", 0xF3EF, 0x8010, kOther},
       })
    EXPECT_EQ(thumb(known.first, known.second, true).kind, known.kind) << known.text;
  EXPECT_TRUE(thumb(0xF3AF, 0x8003, true).sleeps);
  EXPECT_FALSE(thumb(0xF3AF, 0x8000, true).sleeps);
  EXPECT_TRUE(thumb(0xED90, 0x1E00, true).may_leave);
}

TEST(PluginInstruction, Riscv) {
  for (const Known& known : {
           Known{"amoadd.w a0, a1, (a2)", 0x00B6'252F, 0, kLoadStore},
           Known{"lbu t1, 0(t0)", 0x0002'C303, 0, kLoadStore},
           Known{"mul a0, a1, a2", 0x02C5'8533, 0, kMultiply},
           Known{"div a0, a1, a2", 0x02C5'C533, 0, kMultiply},
           Known{"add a0, a1, a2", 0x00C5'8533, 0, kOther},
           Known{"beq a0, a1", 0xFEB5'07E3, 0, kBranch},
           Known{"jalr a0", 0x0005'00E7, 0, kBranch},
           Known{"jal", 0xFE7F'F0EF, 0, kBranch},
           Known{"slti zero, zero, 0x489", 0x4890'2013, 0, kOther},
       })
    EXPECT_EQ(riscv(known.first, true).kind, known.kind) << known.text;
  EXPECT_TRUE(riscv(0x4890'2013, true).magic);
  EXPECT_TRUE(riscv(0x1050'0073, true).sleeps);
}

TEST(PluginInstruction, RiscvCompressed) {
  for (const Known& known : {
           Known{"lw a0, 4(a1)", 0x41C8, 0, kLoadStore},
           Known{"sw a0, 4(a1)", 0xC1C8, 0, kLoadStore},
           Known{"sw a0, 8(sp)", 0xC42A, 0, kLoadStore},
           Known{"lw a0, 8(sp)", 0x4522, 0, kLoadStore},
           Known{"add a0, sp, 16", 0x0808, 0, kOther},
           Known{"add a0, a0, 1", 0x0505, 0, kOther},
           Known{"mv a0, a1", 0x852E, 0, kOther},
           Known{"add a0, a0, a1", 0x952E, 0, kOther},
           Known{"ebreak", 0x9002, 0, kOther},
           Known{"jr a0", 0x8502, 0, kBranch},
           Known{"jalr a0", 0x9502, 0, kBranch},
           Known{"j", 0xA001, 0, kBranch},
           Known{"beqz a0", 0xDD7D, 0, kBranch},
           Known{"bnez a0", 0xFD75, 0, kBranch},
       })
    EXPECT_EQ(riscv(known.first, false).kind, known.kind) << known.text;
}

TEST(PluginInstruction, KindsAreThoseOfTheReader) {
  using hil::emulate::InstructionKind;
  EXPECT_EQ(static_cast<unsigned>(InstructionKind::kLoadStore), kLoadStore);
  EXPECT_EQ(static_cast<unsigned>(InstructionKind::kMultiply), kMultiply);
  EXPECT_EQ(static_cast<unsigned>(InstructionKind::kFloat), kFloat);
  EXPECT_EQ(static_cast<unsigned>(InstructionKind::kBranch), kBranch);
  EXPECT_EQ(static_cast<unsigned>(InstructionKind::kVector), kVector);
  EXPECT_EQ(hil::emulate::kInstructionKinds, kKinds);
}

}  // namespace
}  // namespace hil_plugin
