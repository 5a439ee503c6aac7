// SPDX-License-Identifier: Apache-2.0
// PowerModel: sums of products.
#include "host/emulate/power/power_model.hpp"

#include <algorithm>
#include <numeric>

namespace hil::emulate {
namespace {

double of(const InstructionCounts& counts, InstructionKind kind) {
  return static_cast<double>(counts[static_cast<std::size_t>(kind)]);
}

}  // namespace

std::uint64_t total(const InstructionCounts& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

InstructionCounts difference(const InstructionCounts& later, const InstructionCounts& earlier) {
  InstructionCounts between{};
  for (std::size_t i = 0; i < between.size(); ++i)
    between[i] = later[i] >= earlier[i] ? later[i] - earlier[i] : 0;
  return between;
}

double PowerModel::seconds(const InstructionCounts& executed) const {
  return static_cast<double>(total(executed)) * static_cast<double>(nanoseconds_) * 1e-9;
}

double PowerModel::joules(const InstructionCounts& executed) const {
  const double all = static_cast<double>(total(executed));
  const double picojoules = figures_.instruction_pj * all +
                            figures_.load_store_pj * of(executed, InstructionKind::kLoadStore) +
                            figures_.multiply_pj * of(executed, InstructionKind::kMultiply) +
                            figures_.float_pj * of(executed, InstructionKind::kFloat) +
                            figures_.branch_pj * of(executed, InstructionKind::kBranch) +
                            figures_.vector_pj * of(executed, InstructionKind::kVector);
  const double femtojoules = figures_.run_uw * all * static_cast<double>(nanoseconds_);
  return picojoules * 1e-12 + femtojoules * 1e-15;
}

std::uint64_t PowerModel::instructions_in(double seconds) const {
  return std::max<std::uint64_t>(
      1, static_cast<std::uint64_t>(seconds * 1e9 / static_cast<double>(nanoseconds_)));
}

}  // namespace hil::emulate
