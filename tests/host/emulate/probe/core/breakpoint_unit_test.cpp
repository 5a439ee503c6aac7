// SPDX-License-Identifier: Apache-2.0
// Breakpoint comparators of both revisions, and BKPT in RAM.
#include "host/emulate/probe/core/breakpoint_unit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hil::emulate {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint32_t kControl = 0xE000'2000;
constexpr std::uint32_t kFirst = 0xE000'2008;

TEST(BreakpointUnitTest, EachCoreHasItsComparators) {
  EXPECT_EQ(BreakpointUnit("cortex-m0").read(kControl), 0x40U);
  EXPECT_EQ(BreakpointUnit("cortex-m3").read(kControl), 0x260U);
  EXPECT_EQ(BreakpointUnit("cortex-m4f").read(kControl), 0x260U);
  EXPECT_EQ(BreakpointUnit("cortex-m55").read(kControl), 0x1000'0080U);
}

TEST(BreakpointUnitTest, ControlWantsItsKey) {
  BreakpointUnit unit("cortex-m4f");
  unit.write(kFirst, 0x4000'0101);
  unit.write(kControl, 1);
  EXPECT_THAT(unit.addresses(), IsEmpty());
  unit.write(kControl, 3);
  EXPECT_EQ(unit.read(kControl), 0x261U);
  EXPECT_THAT(unit.addresses(), ElementsAre(0x100));
  unit.write(kControl, 2);
  EXPECT_THAT(unit.addresses(), IsEmpty());
}

TEST(BreakpointUnitTest, OnlyItsOwnComparatorsExist) {
  BreakpointUnit unit("cortex-m0");
  unit.write(kControl, 3);
  unit.write(kFirst + 3 * 4, 0x4000'0101);
  unit.write(kFirst + 4 * 4, 0x4000'0201);
  EXPECT_EQ(unit.read(kFirst + 4 * 4), 0U);
  EXPECT_THAT(unit.addresses(), ElementsAre(0x100));
  EXPECT_EQ(unit.read(0xE000'2004), 0U);
}

TEST(BreakpointUnitTest, RevisionTwoHoldsWholeAddresses) {
  BreakpointUnit unit("cortex-m7");
  unit.write(kControl, 3);
  unit.write(kFirst, 0x6000'0103);
  EXPECT_THAT(unit.addresses(), ElementsAre(0x6000'0102));
}

TEST(BreakpointUnitTest, ABkptInRamLastsUntilItIsOverwritten) {
  BreakpointUnit unit("cortex-m4f");
  unit.note_store(0x2000'0100, 0xBE11, 2);
  unit.note_store(0x2000'0104, 0xBE11, 2);
  unit.note_store(0x2000'0108, 0xBE11, 4);  // no lone BKPT
  EXPECT_THAT(unit.addresses(), ElementsAre(0x2000'0100, 0x2000'0104));
  unit.note_store(0x2000'0101, 0, 1);
  EXPECT_THAT(unit.addresses(), ElementsAre(0x2000'0104));
  unit.note_block(0x2000'0000, 0x104);
  EXPECT_THAT(unit.addresses(), ElementsAre(0x2000'0104));
  unit.note_block(0x2000'0000, 0x106);
  EXPECT_THAT(unit.addresses(), IsEmpty());
}

}  // namespace
}  // namespace hil::emulate
