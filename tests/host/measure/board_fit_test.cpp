// SPDX-License-Identifier: Apache-2.0
// Which boards a summarised model fits, and every reason why not.
#include "host/measure/board_fit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "target/engine/engine.hpp"

namespace hil::measure {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

model::ModelSummary digits() {
  auto summary = model::load_summary("fixtures/digits/digits_int8.tflite");
  EXPECT_TRUE(summary.ok()) << summary.error().what;
  return std::move(summary).value();
}

/// An agent that has everything.
session::AgentInfo able_agent() {
  session::AgentInfo agent;
  agent.board = "able";
  agent.core = "cortex-m4f";
  agent.plan_capacity_bytes = 1u << 20;
  agent.arena_capacity_bytes = 1u << 20;
  agent.plan_major = plan::kMajor;
  agent.plan_minor = plan::kMinor;
  agent.model_formats = engine::kFormatPlan;
  agent.features = 0xFFFFFFFF;
  agent.services = 0xFFFFFFFF;
  agent.operators.set();
  agent.operator_types.fill(0xFF);
  return agent;
}

TEST(BoardFit, AbleBoardHasNoObstacle) {
  const model::BoardFit fit = fit_of(digits(), able_agent());
  EXPECT_EQ(fit.board, "able");
  EXPECT_EQ(fit.core, "cortex-m4f");
  EXPECT_EQ(fit.arena_capacity_bytes, 1u << 20);
  EXPECT_THAT(fit.obstacles, IsEmpty());
}

TEST(BoardFit, AllObstaclesAreToldAtOnce) {
  const model::ModelSummary summary = digits();
  session::AgentInfo agent = able_agent();
  agent.plan_capacity_bytes = static_cast<std::uint32_t>(summary.compiled->plan.size() - 1);
  agent.arena_capacity_bytes = summary.compiled->arena_bytes - 1;
  agent.operator_types[static_cast<std::size_t>(plan::Opcode::kConv2d)] = plan::kFloat32Only;
  const model::BoardFit fit = fit_of(summary, agent);
  ASSERT_EQ(fit.obstacles.size(), 3U);
  EXPECT_EQ(fit.obstacles[0].what, "CONV_2D int8: the board's agent is built without it");
  EXPECT_FALSE(fit.obstacles[0].operators.empty());
  for (const std::size_t i : fit.obstacles[0].operators)
    EXPECT_EQ(summary.layers.at(i).op, "CONV_2D");
  EXPECT_THAT(fit.obstacles[1].what, HasSubstr("the plan needs"));
  EXPECT_THAT(fit.obstacles[2].what, HasSubstr("the arena needs"));
}

TEST(BoardFit, ExactlyEnoughMemoryIsEnough) {
  const model::ModelSummary summary = digits();
  session::AgentInfo agent = able_agent();
  agent.plan_capacity_bytes = static_cast<std::uint32_t>(summary.compiled->plan.size());
  agent.arena_capacity_bytes = summary.compiled->arena_bytes;
  EXPECT_THAT(fit_of(summary, agent).obstacles, IsEmpty());
}

TEST(BoardFit, WhatAnUploadWouldRefuseIsAnObstacle) {
  session::AgentInfo agent = able_agent();
  agent.plan_major = plan::kMajor + 1;
  const model::BoardFit fit = fit_of(digits(), agent);
  ASSERT_EQ(fit.obstacles.size(), 1U);
  EXPECT_THAT(fit.obstacles[0].what, HasSubstr("plan format"));
}

TEST(BoardFit, ModelsThatDoNotCompileAreStillHeldAgainstTheArena) {
  model::ModelSummary summary = digits();
  summary.compiled.reset();
  session::AgentInfo agent = able_agent();
  agent.arena_capacity_bytes = 16;
  const model::BoardFit fit = fit_of(summary, agent);
  ASSERT_EQ(fit.obstacles.size(), 1U);
  EXPECT_THAT(fit.obstacles[0].what, HasSubstr("the arena needs"));
}

}  // namespace
}  // namespace hil::measure
