// SPDX-License-Identifier: Apache-2.0
// The interpreter, instruction by instruction, against results worked out from the manual.
#include "host/emulate/probe/thumb/interpreter.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/host/emulate/probe/thumb/test_memory.hpp"

namespace hil::emulate::thumb {
namespace {

constexpr std::uint32_t kBase = TestMemory::kBase;
constexpr std::uint32_t kData = kBase + 0x100;

class InterpreterTest : public testing::Test {
 protected:
  InterpreterTest() { interpreter_.state.r[15] = kBase; }

  State& state() { return interpreter_.state; }
  std::uint32_t& r(std::size_t number) { return interpreter_.state.r[number]; }

  void put(std::uint32_t address, std::uint32_t value, unsigned size = 4) {
    ASSERT_TRUE(memory_.write(address, value, size).ok());
  }
  std::uint32_t get(std::uint32_t address, unsigned size = 4) {
    return *memory_.read(address, size);
  }
  void put_code(std::uint32_t instruction) {
    const bool wide = instruction > 0xFFFF;
    put(kBase, wide ? instruction >> 16 : instruction, 2);
    if (wide) put(kBase + 2, instruction & 0xFFFFU, 2);
  }
  Outcome run(std::uint32_t instruction) {
    put_code(instruction);
    const auto outcome = interpreter_.step();
    EXPECT_TRUE(outcome.ok());
    return *outcome;
  }
  std::string flags() {
    return std::string(state().n ? "N" : "") + (state().z ? "Z" : "") + (state().c ? "C" : "") +
           (state().v ? "V" : "");
  }

  TestMemory memory_{0x1000};
  Interpreter interpreter_{memory_};
};

/// With r0 = 0x12345678, r1 = 0x80F0A5C3, r2 = 8, r3 = 0x1000, r8 = 0x11 and C set.
struct Computed {
  const char* text;
  std::uint32_t instruction;
  std::uint32_t r0;
  const char* flags;
};

constexpr Computed kComputed[] = {
    {"lsls r0, r1, #4", 0x108, 0xF0A5C30, ""},
    {"lsrs r0, r1, #32", 0x808, 0x0, "ZC"},
    {"asrs r0, r1, #31", 0x17C8, 0xFFFFFFFF, "N"},
    {"adds r0, r1, r2", 0x1888, 0x80F0A5CB, "N"},
    {"subs r0, r1, r2", 0x1A88, 0x80F0A5BB, "NC"},
    {"adds r0, r1, #7", 0x1DC8, 0x80F0A5CA, "N"},
    {"movs r0, #0", 0x2000, 0x0, "ZC"},
    {"cmp r1, #5", 0x2905, 0x12345678, "NC"},
    {"adds r0, #200", 0x30C8, 0x12345740, ""},
    {"subs r0, #1", 0x3801, 0x12345677, "C"},
    {"ands r0, r1", 0x4008, 0x300440, "C"},
    {"eors r0, r1", 0x4048, 0x92C4F3BB, "NC"},
    {"lsls r0, r1 (by 195)", 0x4088, 0x0, "Z"},
    {"lsrs r0, r2", 0x40D0, 0x123456, ""},
    {"asrs r0, r2", 0x4110, 0x123456, ""},
    {"adcs r0, r1", 0x4148, 0x9324FC3C, "N"},
    {"sbcs r0, r1", 0x4188, 0x9143B0B5, "NV"},
    {"rors r0, r2", 0x41D0, 0x78123456, ""},
    {"tst r0, r1", 0x4208, 0x12345678, "C"},
    {"rsbs r0, r1, #0", 0x4248, 0x7F0F5A3D, ""},
    {"cmn r0, r1", 0x42C8, 0x12345678, "N"},
    {"orrs r0, r1", 0x4308, 0x92F4F7FB, "NC"},
    {"muls r0, r1", 0x4348, 0xAA193568, "NC"},
    {"bics r0, r1", 0x4388, 0x12045238, "C"},
    {"mvns r0, r1", 0x43C8, 0x7F0F5A3C, "C"},
    {"add r0, r8", 0x4440, 0x12345689, "C"},
    {"mov r0, r8", 0x4640, 0x11, "C"},
    {"cmp r0, r8", 0x4540, 0x12345678, "C"},
    {"sxth r0, r1", 0xB208, 0xFFFFA5C3, "C"},
    {"sxtb r0, r1", 0xB248, 0xFFFFFFC3, "C"},
    {"uxth r0, r1", 0xB288, 0xA5C3, "C"},
    {"uxtb r0, r1", 0xB2C8, 0xC3, "C"},
    {"rev r0, r1", 0xBA08, 0xC3A5F080, "C"},
    {"rev16 r0, r1", 0xBA48, 0xF080C3A5, "C"},
    {"revsh r0, r1", 0xBAC8, 0xFFFFC3A5, "C"},
    {"and.w r0, r1, #0x00ff00ff", 0xF00110FF, 0xF000C3, "C"},
    {"bic.w r0, r1, #0xff000000", 0xF021407F, 0xF0A5C3, "C"},
    {"orn r0, r1, #255", 0xF06100FF, 0xFFFFFFC3, "C"},
    {"eor.w r0, r1, r2, ror #8", 0xEA812032, 0x88F0A5C3, "C"},
    {"adds.w r0, r1, #0x80000000", 0xF1114000, 0xF0A5C3, "CV"},
    {"adc.w r0, r1, #0", 0xF1410000, 0x80F0A5C4, "C"},
    {"sbcs.w r0, r1, r2", 0xEB710002, 0x80F0A5BB, "NC"},
    {"rsb r0, r1, #256", 0xF5C17080, 0x7F0F5B3D, "C"},
    {"mov.w r0, #0xab00ab00", 0xF04F20AB, 0xAB00AB00, "C"},
    {"mvn.w r0, #0", 0xF06F0000, 0xFFFFFFFF, "C"},
    {"movs.w r0, r1, rrx", 0xEA5F0031, 0xC07852E1, "NC"},
    {"tst.w r1, #0x10000", 0xF4113F80, 0x12345678, "Z"},
    {"addw r0, r1, #4095", 0xF60170FF, 0x80F0B5C2, "C"},
    {"subw r0, r1, #4095", 0xF6A170FF, 0x80F095C4, "C"},
    {"movw r0, #0xbeef", 0xF64B60EF, 0xBEEF, "C"},
    {"movt r0, #0xdead", 0xF6CD60AD, 0xDEAD5678, "C"},
    {"ubfx r0, r1, #8, #8", 0xF3C12007, 0xA5, "C"},
    {"sbfx r0, r1, #4, #4", 0xF3411003, 0xFFFFFFFC, "C"},
    {"bfi r0, r1, #8, #16", 0xF3612017, 0x12A5C378, "C"},
    {"bfc r0, #0, #31", 0xF36F001E, 0x0, "C"},
    {"lsl.w r0, r1, r2", 0xFA01F002, 0xF0A5C300, "C"},
    {"uxtb.w r0, r1, ror #24", 0xFA5FF0B1, 0x80, "C"},
    {"mul r0, r1, r2", 0xFB01F002, 0x7852E18, "C"},
    {"mla r0, r1, r2, r3", 0xFB013002, 0x7853E18, "C"},
    {"mls r0, r1, r2, r3", 0xFB013012, 0xF87AE1E8, "C"},
    {"umull r0, r3, r1, r2", 0xFBA10302, 0x7852E18, "C"},
    {"smull r0, r3, r1, r2", 0xFB810302, 0x7852E18, "C"},
    {"udiv r0, r1, r2", 0xFBB1F0F2, 0x101E14B8, "C"},
    {"sdiv r0, r1, r2", 0xFB91F0F2, 0xF01E14B9, "C"},
    {"clz r0, r2", 0xFAB2F082, 0x1C, "C"},
};

TEST_F(InterpreterTest, ComputesWhatTheManualSays) {
  for (const Computed& one : kComputed) {
    state() = State();
    r(0) = 0x1234'5678;
    r(1) = 0x80F0'A5C3;
    r(2) = 8;
    r(3) = 0x1000;
    r(8) = 0x11;
    r(15) = kBase;
    state().c = true;
    EXPECT_EQ(run(one.instruction), Outcome::kDone) << one.text;
    EXPECT_EQ(r(0), one.r0) << one.text;
    EXPECT_EQ(flags(), one.flags) << one.text;
    EXPECT_EQ(r(15), kBase + (one.instruction > 0xFFFF ? 4 : 2)) << one.text;
  }
}

TEST_F(InterpreterTest, LongProductsHaveTwoHalves) {
  r(1) = 0x8000'0000;
  r(2) = 4;
  EXPECT_EQ(run(0xFBA1'0302), Outcome::kDone);  // umull r0, r3, r1, r2
  EXPECT_EQ(r(0), 0U);
  EXPECT_EQ(r(3), 2U);
  r(15) = kBase;
  EXPECT_EQ(run(0xFB81'0302), Outcome::kDone);  // smull r0, r3, r1, r2
  EXPECT_EQ(r(3), 0xFFFF'FFFEU);
}

TEST_F(InterpreterTest, DivisionHasItsEdges) {
  r(1) = 0x8000'0000;
  r(2) = 0;
  EXPECT_EQ(run(0xFBB1'F0F2), Outcome::kDone);  // udiv r0, r1, r2
  EXPECT_EQ(r(0), 0U);
  r(2) = 0xFFFF'FFFF;
  r(15) = kBase;
  EXPECT_EQ(run(0xFB91'F0F2), Outcome::kDone);  // sdiv: the most negative by -1
  EXPECT_EQ(r(0), 0x8000'0000U);
}

TEST_F(InterpreterTest, StoresAndLoadsOfAllSizes) {
  r(0) = 0x8899'AABB;
  r(1) = kData;
  EXPECT_EQ(run(0x6048), Outcome::kDone);  // str r0, [r1, #4]
  EXPECT_EQ(get(kData + 4), 0x8899'AABBU);
  r(15) = kBase;
  EXPECT_EQ(run(0x8048), Outcome::kDone);  // strh r0, [r1, #2]
  EXPECT_EQ(get(kData), 0xAABB'0000U);
  r(15) = kBase;
  EXPECT_EQ(run(0x7048), Outcome::kDone);  // strb r0, [r1, #1]
  EXPECT_EQ(get(kData), 0xAABB'BB00U);
  r(2) = 1;
  r(15) = kBase;
  EXPECT_EQ(run(0x5688), Outcome::kDone);  // ldrsb r0, [r1, r2]
  EXPECT_EQ(r(0), 0xFFFF'FFBBU);
  r(2) = 2;
  r(15) = kBase;
  EXPECT_EQ(run(0x5E88), Outcome::kDone);  // ldrsh r0, [r1, r2]
  EXPECT_EQ(r(0), 0xFFFF'AABBU);
  r(15) = kBase;
  EXPECT_EQ(run(0x7848), Outcome::kDone);  // ldrb r0, [r1, #1]
  EXPECT_EQ(r(0), 0xBBU);
  r(15) = kBase;
  EXPECT_EQ(run(0xF851'0022), Outcome::kDone);  // ldr.w r0, [r1, r2, lsl #2]: at 8
  EXPECT_EQ(r(0), 0U);
}

TEST_F(InterpreterTest, IndexedAccessesMoveTheBase) {
  put(kData, 0x1122'3344);
  r(1) = kData;
  EXPECT_EQ(run(0xF831'0B02), Outcome::kDone);  // ldrh r0, [r1], #2
  EXPECT_EQ(r(0), 0x3344U);
  EXPECT_EQ(r(1), kData + 2);
  r(15) = kBase;
  EXPECT_EQ(run(0xF821'0B02), Outcome::kDone);  // strh r0, [r1], #2
  EXPECT_EQ(get(kData), 0x3344'3344U);
  r(15) = kBase;
  EXPECT_EQ(run(0xF851'0D04), Outcome::kDone);  // ldr r0, [r1, #-4]!
  EXPECT_EQ(r(0), 0x3344'3344U);
  EXPECT_EQ(r(1), kData);
}

TEST_F(InterpreterTest, LiteralsAreRelativeToTheAlignedProgramCounter) {
  put(kBase + 8, 0xCAFE'F00D);
  EXPECT_EQ(run(0x4801), Outcome::kDone);  // ldr r0, [pc, #4]
  EXPECT_EQ(r(0), 0xCAFE'F00DU);
  put(kBase + 2, 0x4801, 2);  // half a word further on it means the same
  r(0) = 0;
  ASSERT_TRUE(interpreter_.step().ok());
  EXPECT_EQ(r(0), 0xCAFE'F00DU);
}

TEST_F(InterpreterTest, SeveralRegistersAtOnce) {
  r(0) = 1;
  r(1) = 2;
  r(13) = kData + 0x20;
  r(14) = kBase + 0x41;
  EXPECT_EQ(run(0xB503), Outcome::kDone);  // push {r0, r1, lr}
  EXPECT_EQ(r(13), kData + 0x14);
  EXPECT_EQ(get(kData + 0x1C), kBase + 0x41);
  r(0) = r(1) = 0;
  r(15) = kBase;
  EXPECT_EQ(run(0xBD03), Outcome::kDone);  // pop {r0, r1, pc}
  EXPECT_EQ(r(1), 2U);
  EXPECT_EQ(r(13), kData + 0x20);
  EXPECT_EQ(r(15), kBase + 0x40);
  r(0) = 7;
  r(1) = kData;
  r(2) = 9;
  r(15) = kBase;
  EXPECT_EQ(run(0xC105), Outcome::kDone);  // stmia r1!, {r0, r2}
  EXPECT_EQ(get(kData + 4), 9U);
  r(0) = r(2) = 0;
  r(15) = kBase;
  EXPECT_EQ(run(0xE911'0005), Outcome::kDone);  // ldmdb r1, {r0, r2}
  EXPECT_EQ(r(0), 7U);
  EXPECT_EQ(r(1), kData + 8);
  r(15) = kBase;
  EXPECT_EQ(run(0xE9C1'0202), Outcome::kDone);  // strd r0, r2, [r1, #8]
  EXPECT_EQ(get(kData + 0x14), 9U);
}

TEST_F(InterpreterTest, BranchesGoWhereTheySay) {
  struct Jump {
    std::uint32_t instruction;
    std::uint32_t distance;
  };
  state().z = true;  // so that bne does not
  for (const Jump& jump :
       {Jump{0xD003, 10}, Jump{0xE030, 100}, Jump{0xF7FF'BE0A, 0U - 1000}, Jump{0xF000'FBE6, 2000},
        Jump{0xF040'81F2, 4}, Jump{0xB140, 20}, Jump{0xB940, 2}}) {
    r(15) = kBase;
    EXPECT_EQ(run(jump.instruction), Outcome::kDone);
    EXPECT_EQ(r(15), kBase + jump.distance) << std::hex << jump.instruction;
  }
  EXPECT_EQ(r(14), kBase + 5);  // of bl
  state().z = false;
  r(15) = kBase;
  EXPECT_EQ(run(0xF040'81F2), Outcome::kDone);  // bne.w
  EXPECT_EQ(r(15), kBase + 1000);
  r(1) = kBase + 0x21;
  r(15) = kBase;
  EXPECT_EQ(run(0x4788), Outcome::kDone);  // blx r1
  EXPECT_EQ(r(15), kBase + 0x20);
  EXPECT_EQ(r(14), kBase + 3);
  r(2) = 1;
  put(kBase + 4, 0x0900, 2);
  r(15) = kBase;
  EXPECT_EQ(run(0xE8DF'F002), Outcome::kDone);  // tbb [pc, r2]
  EXPECT_EQ(r(15), kBase + 4 + 18);
}

TEST_F(InterpreterTest, IfThenRunsOnlyWhatItShallAndSetsNoFlags) {
  state().c = true;
  put(kBase, 0xBF2E, 2);      // itee cs
  put(kBase + 2, 0x3001, 2);  // addcs r0, #1
  put(kBase + 4, 0x3002, 2);  // addcc r0, #2
  put(kBase + 6, 0x3004, 2);  // addcc r0, #4
  put(kBase + 8, 0x3008, 2);  // adds r0, #8
  r(0) = 0xFFFF'FFFF;
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(*interpreter_.step(), Outcome::kDone);
  EXPECT_EQ(r(0), 0U);
  EXPECT_EQ(flags(), "C");
  EXPECT_EQ(state().it, 0);
  EXPECT_EQ(*interpreter_.step(), Outcome::kDone);
  EXPECT_EQ(r(0), 8U);
  EXPECT_EQ(flags(), "");
}

TEST_F(InterpreterTest, AnXpsrComesBackAsItWas) {
  for (const std::uint32_t xpsr : {0x0100'0000U, 0xF100'0000U, 0xA700'FC03U, 0x4100'0400U}) {
    state().set_xpsr(xpsr);
    EXPECT_EQ(state().xpsr(xpsr), xpsr);
    EXPECT_EQ(state().xpsr(0), xpsr & 0xF600'FC00U);
  }
}

TEST_F(InterpreterTest, ABreakpointStopsBeforeItself) {
  EXPECT_EQ(run(0xBE00), Outcome::kBreakpoint);
  EXPECT_EQ(r(15), kBase);
  EXPECT_EQ(interpreter_.last_instruction(), 0xBE00U);
}

TEST_F(InterpreterTest, WhatIsNotKnownChangesNothing) {
  const std::uint32_t unknown[] = {
      0xF3EF'8010,           // mrs r0, PRIMASK
      0xF380'8810,           // msr PRIMASK, r0
      0xEE00'0A10,           // vmov s0, r0
      0xDF00,                // svc 0
      0xDE00,                // udf
      0xBF30,                // wfi
      0xE851'0F00,           // ldrex r0, [r1]
      0xF8D1'0000 | 0xF000,  // ldr pc, [r1]: to an address without the Thumb bit
      0x4708,                // bx r1, likewise
      0xE8BD'A000,           // pop.w {sp, pc}
      0xFFFF'FFFF,
  };
  for (const std::uint32_t instruction : unknown) {
    state() = State();
    for (std::size_t i = 0; i < 15; ++i)
      r(i) = kData + 4 * static_cast<std::uint32_t>(i);
    r(15) = kBase;
    put_code(instruction);
    const auto ram = memory_.bytes;
    const State before = state();
    EXPECT_EQ(*interpreter_.step(), Outcome::kUnknown) << std::hex << instruction;
    EXPECT_EQ(state().r, before.r) << std::hex << instruction;
    EXPECT_EQ(memory_.bytes, ram) << std::hex << instruction;
  }
}

}  // namespace
}  // namespace hil::emulate::thumb
