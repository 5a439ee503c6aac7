// SPDX-License-Identifier: Apache-2.0
// What the build says of agents it did not make, and what hilbench makes of it; also of a file that
// somebody else wrote.
#include "host/lab/missing_agent.hpp"

#include <gmock/gmock.h>

#include "host/base/file.hpp"
#include "host/lab/agent_image.hpp"
#include "tests/host/base/scratch_folder.hpp"

namespace hil::lab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class MissingAgents : public testing::Test {
 protected:
  std::vector<MissingAgent> load(const std::string& text) {
    EXPECT_TRUE(write_file(folder_.path() / "missing.json", text).ok());
    return load_missing_agents(folder_.path());
  }
  Error find(const std::string& id) {
    boards::Board board;
    board.id = id;
    board.agent.image = "hilbench-agent-" + id + ".elf";
    const auto agent = find_agent(board, folder_.path());
    return agent.ok() ? Error{} : agent.error();
  }

  ScratchFolder folder_;
};

constexpr const char* kTwo = R"([
  {"board": "microbit", "core": "cortex-m0", "reason": "built without arm-none-eabi-g++",
   "packages": ["gcc-arm-none-eabi", "libnewlib-arm-none-eabi"]},
  {"board": "acme", "core": "z80", "reason": "built without a compiler", "packages": []}])";

TEST_F(MissingAgents, AreReadInTheirOrder) {
  const auto missing = load(kTwo);
  ASSERT_EQ(missing.size(), 2u);
  EXPECT_EQ(missing[0].board, "microbit");
  EXPECT_EQ(missing[0].reason, "built without arm-none-eabi-g++");
  EXPECT_THAT(missing[0].packages, ElementsAre("gcc-arm-none-eabi", "libnewlib-arm-none-eabi"));
  EXPECT_THAT(missing[1].packages, IsEmpty());
}

TEST_F(MissingAgents, AreNamedWithWhatToInstall) {
  load(kTwo);
  const Error error = find("microbit");
  EXPECT_EQ(error.blame, Blame::kLab);
  EXPECT_EQ(error.what,
            "there is no agent for microbit: hilbench was built without arm-none-eabi-g++");
  EXPECT_EQ(error.hint,
            "install what is missing (apt-get install gcc-arm-none-eabi libnewlib-arm-none-eabi) "
            "and build hilbench again, or set HILBENCH_AGENTS to the folder that has it");
  EXPECT_EQ(find("acme").hint, "build it, or set HILBENCH_AGENTS to the folder that has it");
}

TEST_F(MissingAgents, AnImageThatIsThereIsTaken) {
  load(kTwo);
  ASSERT_TRUE(write_file(folder_.path() / "hilbench-agent-microbit.elf", "image").ok());
  EXPECT_EQ(find("microbit").what, "") << "somebody has built it since";
}

TEST_F(MissingAgents, AnImageThatOnlyIsNotThereIsNamed) {
  load("[]");
  EXPECT_EQ(find("microbit").what, "there is no agent for microbit: " +
                                       (folder_.path() / "hilbench-agent-microbit.elf").string() +
                                       " is missing");
}

TEST_F(MissingAgents, OfAnotherShapeAreLeftOut) {
  EXPECT_THAT(load_missing_agents(folder_.path()), IsEmpty()) << "no file";
  for (const char* text : {"", "[", "{}", "null", "[1]", "[[]]", R"([{"board": "a"}])",
                           R"([{"board": 1, "reason": "b", "packages": []}])",
                           R"([{"board": "a", "reason": "b", "packages": "c"}])",
                           R"([{"board": "a", "reason": "b", "packages": [1]}])",
                           R"([{"board": "a", "reason": "", "packages": []}])",
                           R"([{"board": "a", "reason": "b\u001b[2J", "packages": []}])",
                           R"([{"board": "a", "reason": "b", "packages": ["c\n"]}])"}) {
    EXPECT_THAT(load(text), IsEmpty()) << text;
  }
  const std::string one = R"({"board": "a", "reason": "b", "packages": []})";
  EXPECT_EQ(load("[7, " + one + "]").size(), 1u) << "the good one stays";
  EXPECT_THAT(
      load(R"([{"board": "a", "reason": ")" + std::string(201, 'b') + R"(", "packages": []}])"),
      IsEmpty());
  EXPECT_THAT(load("[" + one + std::string(256 * 1024, ' ') + "]"), IsEmpty()) << "too large";
}

}  // namespace
}  // namespace hil::lab
