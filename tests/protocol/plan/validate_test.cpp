// SPDX-License-Identifier: Apache-2.0
// The plan validator: what it accepts, what it refuses and why, and that no bytes harm it.
#include "protocol/plan/validate.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

#include "tests/protocol/plan/broken_plans.hpp"
#include "tests/protocol/plan/small_plan.hpp"

namespace hil::plan {
namespace {

using testing::Bytes;
using testing::SmallPlan;

/// Validates a copy of exactly that size, so that sanitizers see a read past the end.
Validation validate_copy(const Bytes& blob, const Limits& limits = SmallPlan::limits()) {
  const Bytes copy(blob.begin(), blob.end());
  return validate(copy, limits);
}

TEST(Validate, AcceptsTheSmallPlanAndCountsItsWork) {
  const Validation result = validate_copy(SmallPlan().build());
  EXPECT_TRUE(result.ok()) << text_of(result.fault);
  EXPECT_EQ(result.status, StatusCode::kOk);
  EXPECT_EQ(result.work, SmallPlan::kConvMacs + SmallPlan::kDepthwiseMacs + SmallPlan::kDenseMacs);
  // Pool 6 x 6, ADD 36, RESHAPE 6, SOFTMAX 3 x 5.
  EXPECT_EQ(result.steps, result.work + 36 + 36 + 6 + 15);
  EXPECT_EQ(result.operator_index, kNoOperator);
  EXPECT_EQ(result.tensor_index, kNoTensor);
}

TEST(Validate, AcceptsLimitsThatFitExactly) {
  SmallPlan small;
  const Bytes blob = small.build();
  Limits limits = SmallPlan::limits();
  limits.arena_bytes = small.builder.header.arena_bytes;
  limits.features = kFeatureInt8;
  limits.max_work = validate_copy(blob).steps;
  EXPECT_TRUE(validate_copy(blob, limits).ok());
}

TEST(Validate, AcceptsANewerMinorAndBytesBehindThePlan) {
  SmallPlan small;
  small.builder.header.minor = kMinor + 7;
  Bytes blob = small.build();
  blob.resize(blob.size() + 100, 0xAA);
  EXPECT_TRUE(validate_copy(blob).ok());
}

TEST(Validate, SkipsUnknownSectionsThatAreNotCritical) {
  Bytes blob = SmallPlan().build();
  const std::size_t last = testing::peek<Header>(blob, 0).section_count - std::size_t{1};
  const std::size_t at = sizeof(Header) + last * sizeof(Section);
  ASSERT_EQ(testing::peek<Section>(blob, at).type, SectionType::kNames);
  testing::poke(blob, at, std::uint16_t{4321});
  testing::reseal(blob);
  EXPECT_TRUE(validate_copy(blob).ok());
}

TEST(Validate, AcceptsAddAndReshapeInPlace) {
  SmallPlan small;
  small.builder.tensors[small.sum].offset = small.builder.tensors[small.depthwise].offset;
  EXPECT_TRUE(validate_copy(small.build()).ok());
}

TEST(Validate, AcceptsASecondGraphWithTheFeature) {
  SmallPlan small;
  small.builder.op(Opcode::kReshape, {small.pooled}, {small.flat});
  small.builder.graph({small.pooled}, {small.flat});
  small.builder.header.features |= kFeatureSubgraphs;
  Limits limits = SmallPlan::limits();
  EXPECT_EQ(validate_copy(small.build(), limits).fault, Fault::kFeatures);
  limits.features |= kFeatureSubgraphs;
  EXPECT_TRUE(validate_copy(small.build(), limits).ok());
}

TEST(Validate, NamesTheOperatorAndTheTensor) {
  SmallPlan small;
  small.builder.tensors[small.dense].type = ElementType::kInt16;
  small.builder.tensors[small.dense].dims[1] = 5;
  const Validation result = validate_copy(small.build());
  EXPECT_EQ(result.fault, Fault::kOperandType);
  EXPECT_EQ(result.operator_index, 5u);
  EXPECT_EQ(result.tensor_index, small.dense);
}

class Broken : public ::testing::TestWithParam<testing::BrokenPlan> {};

TEST_P(Broken, TripsExactlyItsFault) {
  SmallPlan small;
  Limits limits = SmallPlan::limits();
  limits.arena_bytes = 16384;  // room for the extra tensors of some cases
  GetParam().limit(limits);
  const Validation result = validate_copy(GetParam().make(small), limits);
  EXPECT_EQ(result.fault, GetParam().fault)
      << "got: " << text_of(result.fault) << "; expected: " << text_of(GetParam().fault);
  EXPECT_EQ(result.status, status_of(result.fault));
  EXPECT_NE(result.status, StatusCode::kOk);
}

std::string test_name(const ::testing::TestParamInfo<testing::BrokenPlan>& info) {
  std::string name = std::to_string(info.index) + "_";
  for (const char c : info.param.name)
    name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Validate, Broken, ::testing::ValuesIn(testing::broken_plans()), test_name);

TEST(Validate, AcceptsTheOperatorsThatBrokenPlansChange) {
  for (const auto& sound : testing::sound_operators()) {
    SmallPlan unused;
    Limits limits = SmallPlan::limits();
    sound.limit(limits);
    const Validation result = validate_copy(sound.make(unused), limits);
    EXPECT_TRUE(result.ok()) << sound.name << ": " << text_of(result.fault);
  }
}

TEST(Validate, EveryFaultHasABrokenPlan) {
  std::set<Fault> seen;
  for (const auto& broken : testing::broken_plans())
    seen.insert(broken.fault);
  std::set<std::string> texts;
  for (std::uint8_t i = 1; i < kFaultCount; ++i) {
    EXPECT_TRUE(seen.count(static_cast<Fault>(i)) == 1) << text_of(static_cast<Fault>(i));
    texts.insert(text_of(static_cast<Fault>(i)));
  }
  EXPECT_EQ(texts.size(), kFaultCount - 1u);  // no two faults share their words
}

TEST(Validate, EveryTruncationIsRefused) {
  const Bytes blob = SmallPlan().build();
  for (std::size_t size = 0; size < blob.size(); ++size) {
    Bytes cut(blob.begin(), blob.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(validate_copy(cut).fault, Fault::kTruncated) << size;
    testing::reseal(cut);  // now the plan says it is that short
    EXPECT_FALSE(validate_copy(cut).ok()) << size;
  }
}

TEST(Validate, EveryFlippedBitIsRefusedByTheCrc) {
  const Bytes blob = SmallPlan().build();
  for (std::size_t bit = 0; bit < blob.size() * 8; ++bit) {
    Bytes flipped = blob;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_FALSE(validate_copy(flipped).ok()) << bit;
  }
}

TEST(Validate, FlippedBytesUnderAGoodCrcDoNoHarm) {
  const Bytes blob = SmallPlan().build();
  std::size_t refused = 0;
  for (std::size_t i = 0; i < blob.size(); ++i) {
    for (const int mask : {0x01, 0x80, 0xFF, 0x7F}) {
      Bytes flipped = blob;
      flipped[i] = static_cast<std::uint8_t>(flipped[i] ^ mask);
      testing::reseal(flipped);
      if (!validate_copy(flipped).ok()) ++refused;
    }
  }
  EXPECT_GT(refused, blob.size());  // the rest are weights, names, digests and zero points
}

TEST(Validate, RandomDamageUnderAGoodCrcDoesNoHarm) {
  const Bytes blob = SmallPlan().build();
  std::mt19937 random(20240711);
  std::size_t refused = 0;
  for (int round = 0; round < 20000; ++round) {
    Bytes damaged = blob;
    for (std::size_t i = random() % 6 + 1; i > 0; --i) {
      damaged[random() % damaged.size()] = static_cast<std::uint8_t>(random());
    }
    if (random() % 4 == 0) damaged.resize(random() % (damaged.size() + 1));
    testing::reseal(damaged);
    if (!validate_copy(damaged).ok()) ++refused;
  }
  EXPECT_GT(refused, 5000u);
}

TEST(Validate, RandomBytesAreNotAPlan) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    Bytes noise(random() % 400);
    for (auto& byte : noise)
      byte = static_cast<std::uint8_t>(random());
    EXPECT_FALSE(validate_copy(noise).ok());
  }
}

}  // namespace
}  // namespace hil::plan
