// SPDX-License-Identifier: Apache-2.0
// Writes the golden plan and the plan fuzzer's seeds: make_plans GOLDEN_FILE CORPUS_FOLDER.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/protocol/plan/broken_plans.hpp"
#include "tests/protocol/plan/float_plan.hpp"
#include "tests/protocol/plan/small_plan.hpp"

namespace {

using hil::plan::testing::Bytes;

bool write(const std::filesystem::path& path, const Bytes& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) std::fprintf(stderr, "cannot write %s\n", path.c_str());
  return static_cast<bool>(file);
}

/// The small plan with a state tensor.
Bytes stateful_plan() {
  hil::plan::testing::SmallPlan small;
  small.builder.header.features |= hil::plan::kFeatureState;
  small.builder.header.state_bytes = 16;
  const auto state = small.builder.tensor({16}, hil::plan::Memory::kState, 0);
  small.builder.states.push_back({state, 7, 0, 0});
  return small.build();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: make_plans GOLDEN_FILE CORPUS_FOLDER\n");
    return 2;
  }
  const std::filesystem::path corpus = argv[2];
  std::filesystem::create_directories(corpus);
  bool good = write(argv[1], hil::plan::testing::SmallPlan().build());
  good = write(corpus / "small.plan", hil::plan::testing::SmallPlan().build()) && good;
  good = write(corpus / "stateful.plan", stateful_plan()) && good;
  good = write(corpus / "float.plan", hil::plan::testing::FloatPlan().builder.build()) && good;
  // One plan for every operator of broken_operators.cpp.
  for (const auto& sound : hil::plan::testing::sound_operators()) {
    std::string name = sound.name + ".plan";
    std::replace(name.begin(), name.end(), ' ', '_');
    hil::plan::testing::SmallPlan unused;
    good = write(corpus / name, sound.make(unused)) && good;
  }
  // One broken plan for every fault.
  for (const auto& broken : hil::plan::testing::broken_plans()) {
    const std::string name = "fault_" + std::to_string(static_cast<int>(broken.fault)) + ".plan";
    hil::plan::testing::SmallPlan small;
    const Bytes blob = broken.make(small);
    if (blob.size() <= 4096) good = write(corpus / name, blob) && good;
  }
  return good ? 0 : 1;
}
