// SPDX-License-Identifier: Apache-2.0
// Completion in the shells themselves: what they offer for a line that is half typed.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <sstream>

#include "host/app/commands.hpp"
#include "tests/chain/program.hpp"
#include "tests/chain/terminal.hpp"

/// Skips the test, saying so, where a shell is not installed.
#define HIL_NEEDS_SHELL(shell)                                                     \
  if (std::system(shell " -c : >/dev/null 2>&1") != 0) {                           \
    GTEST_SKIP() << shell << " is not installed: completion in it is NOT checked"; \
  }

namespace hil::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::UnorderedElementsAre;
using Words = std::vector<std::string>;

/// The script for a shell in a file, and a folder to stand in with a model and a dataset's folder.
class Completion : public testing::Test {
 protected:
  std::string script_of(const std::string& shell) {
    const auto outcome = run_hilbench({"completion", shell});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    write_text(folder_ / shell, outcome.out);
    return folder_ / shell;
  }

  /// Lines that @p shell prints for @p command, in the folder, with hilbench in its PATH.
  Words lines_of(const std::string& shell, const std::string& command) {
    write_text(folder_ / "command", command);
    const std::string line = fmt::format(
        "cd {0} && PATH={1}:$PATH {2} {0}/command >{0}/said 2>{0}/err", folder_.path().string(),
        std::filesystem::path(HILBENCH_PROGRAM).parent_path().string(), shell);
    EXPECT_EQ(std::system(line.c_str()), 0) << read_text(folder_ / "err");
    EXPECT_EQ(read_text(folder_ / "err"), "");
    std::istringstream text(read_text(folder_ / "said"));
    Words lines;
    for (std::string one; std::getline(text, one);)
      lines.push_back(one);
    return lines;
  }

  TemporaryFolder folder_;
};

// --- bash -------------------------------------------------------------------------------------

class Bash : public Completion {
 protected:
  /// What bash offers behind @p words, the last of which is being typed.
  Words offered(Words words) {
    for (std::string& word : words)
      word = "'" + word + "'";
    return lines_of("bash",
                    fmt::format("source {}\nCOMP_WORDS=({})\nCOMP_CWORD={}\n_hilbench\n"
                                "for reply in \"${{COMPREPLY[@]}}\"; do echo \"$reply\"; "
                                "done\n",
                                script_of("bash"), fmt::join(words, " "), words.size() - 1));
  }
};

TEST_F(Bash, OffersEveryCommand) {
  HIL_NEEDS_SHELL("bash");
  Words names{"help", "--help", "--version"};
  for (const app::Command& command : app::all_commands())
    names.emplace_back(command.name);
  EXPECT_THAT(offered({"hilbench", ""}), testing::UnorderedElementsAreArray(names));
  EXPECT_THAT(offered({"hilbench", "comp"}),
              UnorderedElementsAre("compare", "compare-model", "completion"));
  EXPECT_THAT(offered({"hilbench", "help", "eva"}), ElementsAre("evaluate"));
}

TEST_F(Bash, OffersOptionsAndTheirValues) {
  HIL_NEEDS_SHELL("bash");
  EXPECT_THAT(offered({"hilbench", "evaluate", "--me"}), ElementsAre("--metric"));
  EXPECT_THAT(offered({"hilbench", "list", "--"}), UnorderedElementsAre("--help", "--json"));
  const auto metrics = UnorderedElementsAre("class", "autoencoder", "regression", "none");
  EXPECT_THAT(offered({"hilbench", "evaluate", "--metric", ""}), metrics);
  EXPECT_THAT(offered({"hilbench", "evaluate", "--metric", "="}), metrics);
  EXPECT_THAT(offered({"hilbench", "evaluate", "--metric", "=", "cl"}), ElementsAre("class"));
  EXPECT_THAT(offered({"hilbench", "evaluate", "--limit", ""}), ElementsAre());
  EXPECT_THAT(offered({"hilbench", "completion", ""}), UnorderedElementsAre("bash", "zsh", "fish"));
}

TEST_F(Bash, OffersBoards) {
  HIL_NEEDS_SHELL("bash");
  EXPECT_THAT(offered({"hilbench", "info", "--board", "mps2_an385"}),
              UnorderedElementsAre("mps2_an385", "mps2_an385_m0"));
  EXPECT_THAT(offered({"hilbench", "info", "--board", "=", "netd"}),
              ElementsAre("netduino_plus_2"));
  EXPECT_THAT(offered({"hilbench", "evaluate", "--board", "linux,netd"}),
              ElementsAre("linux,netduino_plus_2"));
  EXPECT_THAT(offered({HILBENCH_PROGRAM, "boards", "micro"}), ElementsAre("microbit"));
}

/// COMP_WORDBREAKS has '@': what stands around one arrives as words of its own.
TEST_F(Bash, OffersBoardsBehindOnesWithASerial) {
  HIL_NEEDS_SHELL("bash");
  const Words evaluate{"hilbench", "evaluate", "--board"};
  const auto behind = [&](Words words) {
    words.insert(words.begin(), evaluate.begin(), evaluate.end());
    return offered(words);
  };
  EXPECT_THAT(behind({"linux", "@", "1-4,netd"}), ElementsAre("1-4,netduino_plus_2"));
  EXPECT_THAT(behind({"=", "linux", "@", "1-4,netd"}), ElementsAre("1-4,netduino_plus_2"));
  EXPECT_THAT(behind({"linux", "@", "1,microbit", "@", "2,netd"}),
              ElementsAre("2,netduino_plus_2"));
  write_text(folder_ / "1.tflite", "");
  EXPECT_THAT(behind({"linux", "@"}), ElementsAre()) << "a serial is not known";
  EXPECT_THAT(behind({"linux", "@", "1"}), ElementsAre());
}

TEST_F(Bash, CompletesBoardsBehindOnesWithASerialAtAPrompt) {
  HIL_NEEDS_SHELL("bash");
  write_text(folder_ / "rc",
             fmt::format("PS1='> '\nPATH={}:$PATH\nsource {}\necho READY\n",
                         std::filesystem::path(HILBENCH_PROGRAM).parent_path().string(),
                         script_of("bash")));
  Terminal bash({"bash", "--noprofile", "--rcfile", folder_ / "rc", "-i"}, 200,
                {{"HOME", folder_.path()}, {"TERM", "dumb"}, {"INPUTRC", "/dev/null"}});
  const auto says = [&](const std::string& text) {
    const auto has = [&](const std::string& said) { return said.find(text) != std::string::npos; };
    EXPECT_TRUE(bash.wait_for(has)) << bash.printed();
  };
  says("READY\r\n> ");
  // The line is not run: Ctrl-A and a word in front make it an argument of echo.
  for (const char* equals : {" ", "="}) {
    bash.type(fmt::format("hilbench evaluate --board{}linux@1-4,netd\t", equals));
    bash.type(
        "\x01"
        "echo GOT \n");
    says(fmt::format("\nGOT hilbench evaluate --board{}linux@1-4,netduino_plus_2\r\n", equals));
  }
}

TEST_F(Bash, OffersFilesAndSubCommands) {
  HIL_NEEDS_SHELL("bash");
  write_text(folder_ / "a model.tflite", "");
  std::filesystem::create_directory(folder_ / "a folder");
  EXPECT_THAT(offered({"hilbench", "summary", "a "}),
              UnorderedElementsAre("a model.tflite", "a folder"));
  EXPECT_THAT(offered({"hilbench", "evaluate", "m.tflite", "--dataset", "a f"}),
              ElementsAre("a folder"));
  EXPECT_THAT(offered({"hilbench", "evaluate", "--emulate", "a m"}), ElementsAre("a model.tflite"));
  EXPECT_THAT(offered({"hilbench", "dataset", ""}),
              UnorderedElementsAre("check", "show", "--help"));
  EXPECT_THAT(offered({"hilbench", "dataset", "check", "--mo"}), ElementsAre("--model"));
  EXPECT_THAT(offered({"hilbench", "no-such", "--"}), ElementsAre());
}

// --- fish -------------------------------------------------------------------------------------

class Fish : public Completion {
 protected:
  /// What fish offers for @p line, without descriptions.
  Words offered(const std::string& line) {
    Words lines = lines_of("fish --no-config",
                           fmt::format("source {}\ncomplete -C '{}'\n", script_of("fish"), line));
    for (std::string& one : lines)
      one = one.substr(0, one.find('\t'));
    return lines;
  }
};

TEST_F(Fish, OffersCommandsOptionsAndValues) {
  HIL_NEEDS_SHELL("fish");
  Words names{"help"};
  for (const app::Command& command : app::all_commands())
    names.emplace_back(command.name);
  EXPECT_THAT(offered("hilbench "), testing::UnorderedElementsAreArray(names));
  EXPECT_THAT(offered("hilbench help eva"), ElementsAre("evaluate"));
  EXPECT_THAT(offered("hilbench evaluate --me"), ElementsAre("--metric"));
  EXPECT_THAT(offered("hilbench evaluate --metric cl"), Contains("class"));
  EXPECT_THAT(offered("hilbench evaluate --state="),
              UnorderedElementsAre("--state=reset", "--state=keep"));
  EXPECT_THAT(offered("hilbench completion z"), ElementsAre("zsh"));
  EXPECT_THAT(offered("hilbench dataset "), UnorderedElementsAre("check", "show"));
  EXPECT_THAT(offered("hilbench dataset check --mo"), ElementsAre("--model"));
  EXPECT_THAT(offered("hilbench evaluate list --js"), ElementsAre("--json"));
}

TEST_F(Fish, OffersBoardsAndFiles) {
  HIL_NEEDS_SHELL("fish");
  write_text(folder_ / "model.tflite", "");
  std::filesystem::create_directory(folder_ / "mfolder");
  EXPECT_THAT(offered("hilbench info --board netd"), ElementsAre("netduino_plus_2"));
  EXPECT_THAT(offered("hilbench info --board=netd"), ElementsAre("--board=netduino_plus_2"));
  EXPECT_THAT(offered("hilbench evaluate --board linux,netd"),
              ElementsAre("linux,netduino_plus_2"));
  EXPECT_THAT(offered("hilbench boards micro"), ElementsAre("microbit"));
  EXPECT_THAT(offered("hilbench summary m"), UnorderedElementsAre("model.tflite", "mfolder/"));
  EXPECT_THAT(offered("hilbench evaluate --dataset mf"), ElementsAre("mfolder/"));
}

// --- zsh --------------------------------------------------------------------------------------

/// zsh offers nothing but to a person at a terminal, so one types here.
class Zsh : public Completion {
 protected:
  void start() {
    const std::string path = std::filesystem::path(HILBENCH_PROGRAM).parent_path();
    write_text(folder_ / ".zshrc",
               fmt::format("PS1='> '\ncd {}\nPATH={}:$PATH\nautoload -U compinit\ncompinit -D -u\n"
                           "source {}\nunsetopt beep\necho READY\n",
                           folder_.path().string(), path, script_of("zsh")));
    zsh_.emplace(Words{"zsh", "-i"}, 200,
                 std::vector<std::pair<std::string, std::string>>{
                     {"ZDOTDIR", folder_.path()}, {"HOME", folder_.path()}, {"TERM", "dumb"}});
    const auto ready = [](const std::string& said) {
      const std::size_t at = said.rfind("READY");
      return at != std::string::npos && said.find("> ", at) != std::string::npos;
    };
    EXPECT_TRUE(zsh_->wait_for(ready)) << zsh_->printed();
  }

  /// What stands on the line after Tab behind @p line, which one thing completes.
  std::string completed(const std::string& line) {
    if (!zsh_) start();
    const std::size_t before = zsh_->printed().size();
    // The line is not run: Ctrl-A and a word in front make it an argument of echo.
    zsh_->type(line + "\t");
    zsh_->type(
        "\x01"
        "echo GOT \n");
    std::string got;
    const auto echoed = [&](const std::string& said) {
      const std::size_t at = said.find("\nGOT ", before);
      const std::size_t end = at == std::string::npos ? at : said.find_first_of("\r\n", at + 1);
      if (end == std::string::npos) return false;
      got = said.substr(at + 5, end - at - 5);
      return said.find("> ", end) != std::string::npos;
    };
    EXPECT_TRUE(zsh_->wait_for(echoed)) << zsh_->printed();
    while (got.ends_with(' '))
      got.pop_back();
    return got;
  }

 private:
  std::optional<Terminal> zsh_;
};

TEST_F(Zsh, CompletesCommandsOptionsAndValues) {
  HIL_NEEDS_SHELL("zsh");
  EXPECT_EQ(completed("hilbench evalu"), "hilbench evaluate");
  EXPECT_EQ(completed("hilbench help evalu"), "hilbench help evaluate");
  EXPECT_EQ(completed("hilbench evaluate --metr"), "hilbench evaluate --metric");
  EXPECT_EQ(completed("hilbench evaluate --metric au"), "hilbench evaluate --metric autoencoder");
  EXPECT_EQ(completed("hilbench evaluate --metric=au"), "hilbench evaluate --metric=autoencoder");
  EXPECT_EQ(completed("hilbench completion z"), "hilbench completion zsh");
  EXPECT_EQ(completed("hilbench dataset ch"), "hilbench dataset check");
  EXPECT_EQ(completed("hilbench dataset check --mo"), "hilbench dataset check --model");
}

TEST_F(Zsh, CompletesBoardsAndFiles) {
  HIL_NEEDS_SHELL("zsh");
  write_text(folder_ / "model.tflite", "");
  EXPECT_EQ(completed("hilbench info --board netd"), "hilbench info --board netduino_plus_2");
  EXPECT_EQ(completed("hilbench evaluate --board linux,netd"),
            "hilbench evaluate --board linux,netduino_plus_2");
  EXPECT_EQ(completed("hilbench boards microb"), "hilbench boards microbit");
  EXPECT_EQ(completed("hilbench summary mod"), "hilbench summary model.tflite");
}

}  // namespace
}  // namespace hil::test
