// SPDX-License-Identifier: Apache-2.0
// Several boards side by side: records, tables, boards that hang or die, Ctrl-C.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <charconv>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "host/report/json_record.hpp"
#include "tests/chain/program.hpp"

namespace hil::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

using Words = std::vector<std::string>;

constexpr const char* kModel = "fixtures/digits/digits_int8.tflite";
constexpr const char* kData = "fixtures/digits/test";

/// Children of all threads of hilbench: its agents, in no order of their boards.
std::vector<pid_t> agents_of(pid_t hilbench) {
  std::vector<pid_t> found;
  std::error_code error;
  for (fs::directory_iterator task(fmt::format("/proc/{}/task", hilbench), error), end;
       !error && task != end; task.increment(error)) {
    std::istringstream text(read_text(task->path() / "children"));
    for (pid_t pid = 0; text >> pid;)
      found.push_back(pid);
  }
  return found;
}

bool is_alive(pid_t pid) {
  return kill(pid, 0) == 0;
}

/// Version 1.0 of NumPy's format: magic, header size, a header that ends at a multiple of 64 bytes.
void write_npy(const fs::path& path, const char* type, const std::string& shape,
               const std::string& values) {
  std::string header =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", type, shape);
  header.append(64 - (10 + header.size() + 1) % 64, ' ');
  header += '\n';
  std::string text = "\x93NUMPY\x01";
  text += '\0';
  text += static_cast<char>(header.size() % 256);
  text += static_cast<char>(header.size() / 256);
  write_text(path, text + header + values);
}

class ManyBoards : public testing::Test {
 protected:
  Words words(const std::string& boards, const Words& more = {}) const {
    Words all{"evaluate", kModel, "--dataset", kData, "--board", boards};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  results::Record record(const std::string& board) const {
    auto record = report::load_record(folder_ / "out" / (board + ".json"));
    EXPECT_TRUE(record) << record.error().what;
    return record.ok() ? *std::move(record) : results::Record();
  }
  std::string out() const { return folder_ / "out"; }

  /// A dataset of so many copies of one digit that a run can be disturbed: two NPY arrays.
  std::string long_dataset(std::size_t samples) {
    const fs::path data = folder_ / "data";
    fs::create_directory(data);
    const std::string digit = read_text(fs::path(kData) / "digit_0007_7.bin");
    std::string x, y;
    for (std::size_t i = 0; i < samples; ++i) {
      x += digit;
      y += static_cast<char>(i % 10);
    }
    write_npy(data / "x.npy", "|i1", fmt::format("{}, {}", samples, digit.size()), x);
    write_npy(data / "y.npy", "|u1", fmt::format("{},", samples), y);
    return data;
  }

  TemporaryFolder folder_;
};

TEST_F(ManyBoards, LeaveARecordAndOutputsEach) {
  const auto outcome = run_hilbench(words(
      "linux@1-3", {"--limit", "20", "--json", out(), "--outputs", (folder_ / "csv").string()}));
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("evaluate digits_int8.tflite on 3 boards"),
                                 HasSubstr("linux@1  pass"), HasSubstr("linux@3  pass"),
                                 HasSubstr("PASS  3 of 3 boards passed")));
  EXPECT_THAT(outcome.err,
              AllOf(HasSubstr("linux@2: pass, 20 of 20 in "), HasSubstr("(3 of 3 done)")));
  for (const char* board : {"linux@1", "linux@2", "linux@3"}) {
    const auto made = record(board);
    EXPECT_TRUE(made.verdict.complete);
    EXPECT_EQ(made.verdict.outputs_checked, 20u);
    EXPECT_EQ(made.board.id + "@" + made.board.serial, board);
    ASSERT_FALSE(made.events.empty());
    EXPECT_EQ(made.events.front().text, "ran side by side with 2 more boards");
    const std::string rows = read_text(folder_ / "csv" / (std::string(board) + ".csv"));
    EXPECT_EQ(std::count(rows.begin(), rows.end(), '\n'), 21);
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(out()), fs::directory_iterator()), 3)
      << "and nothing else";
}

TEST_F(ManyBoards, GoToStandardOutputAsOneArray) {
  const auto outcome = run_hilbench(words("linux@4,linux@2", {"--limit", "3", "--json", "-"}));
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  const auto json = nlohmann::json::parse(outcome.out);
  ASSERT_EQ(json.size(), 2u);
  EXPECT_EQ(json[1]["verdict"]["samples_done"], 3);
}

TEST_F(ManyBoards, AreProfiledToo) {
  const auto outcome =
      run_hilbench({"profile", kModel, "--board", "linux@1-2", "--runs", "5", "--json", out()});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("latency"), HasSubstr(" us "), HasSubstr("measured")));
  EXPECT_EQ(record("linux@2").command, "profile");
}

TEST_F(ManyBoards, ThatCannotBeHadLeaveTheirRecordToo) {
  const auto outcome =
      run_hilbench(words("linux@1,nucleo_f446re@none,linux@2", {"--limit", "5", "--json", out()}));
  EXPECT_EQ(outcome.code, 4) << outcome.err;
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("error (lab)"), HasSubstr("ERROR  2 of 3 boards passed, 1 error")));
  EXPECT_THAT(outcome.err, HasSubstr("hilbench: nucleo_f446re@none: "));
  const auto lost = record("nucleo_f446re@none");
  EXPECT_EQ(lost.verdict.status, results::VerdictStatus::kError);
  EXPECT_EQ(lost.verdict.samples_planned, 5u);
  EXPECT_EQ(lost.verdict.samples_done, 0u);
  EXPECT_EQ(lost.board.id, "nucleo_f446re");
  EXPECT_EQ(lost.board.serial, "none");
  EXPECT_EQ(lost.model.file, kModel);
  EXPECT_TRUE(record("linux@1").verdict.complete);
  EXPECT_TRUE(record("linux@2").verdict.complete);
  const auto shown = run_hilbench({"show", (folder_ / "out/nucleo_f446re@none.json").string()});
  EXPECT_EQ(shown.code, 0) << shown.err;
}

TEST_F(ManyBoards, TheSameErrorIsToldOnce) {
  setenv("HILBENCH_AGENTS", folder_.path().c_str(), 1);
  const auto outcome = run_hilbench(words("linux@1-5"));
  unsetenv("HILBENCH_AGENTS");
  EXPECT_EQ(outcome.code, 4) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("linux@1, linux@2, linux@3 and 2 more: there is no agent"));
}

TEST_F(ManyBoards, RefuseOptionsOfOneBoardAndFilesInPlaceOfFolders) {
  const auto said = [&](const std::string& boards, const Words& more) {
    const auto outcome = run_hilbench(words(boards, more));
    EXPECT_EQ(outcome.code, 2) << outcome.err;
    return outcome.err;
  };
  write_text(folder_ / "file", "");
  EXPECT_THAT(said("linux@1-2", {"--json", folder_ / "file"}), HasSubstr("that is a file"));
  EXPECT_THAT(said("linux@1-2", {"--outputs", folder_ / "file"}), HasSubstr("that is a file"));
  EXPECT_THAT(said("linux@1-2", {"--json", folder_ / "file/x"}),
              HasSubstr("cannot make the folder"));
  EXPECT_THAT(said("linux@1-2", {"--port", "/dev/ttyS0"}),
              AllOf(HasSubstr("--port is of one board"), HasSubstr("whose file names serial.usb")));
  EXPECT_THAT(said("linux@1-2", {"--clock", "1000"}), HasSubstr("--clock is of one board"));
  EXPECT_THAT(said("linux,linux", {}), HasSubstr("names linux@1 twice"));
  const auto verify = run_hilbench({"verify", kModel, "--board", "linux,microbit"});
  EXPECT_EQ(verify.code, 2);
  EXPECT_THAT(verify.err, HasSubstr("names several boards"));
}

TEST_F(ManyBoards, ARangeOfOneIsOneBoard) {
  const auto outcome = run_hilbench(words("linux@3-3", {"--limit", "3", "--json", out()}));
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  const auto made = report::load_record(out());
  ASSERT_TRUE(made) << "a file, not a folder: " << made.error().what;
  EXPECT_EQ(made->board.serial, "3");
  const auto info = run_hilbench({"info", "--board", "linux@3-3"});
  EXPECT_EQ(info.code, 0) << info.err;
  const auto several = run_hilbench({"info", "--board", "linux@1-3"});
  EXPECT_EQ(several.code, 2);
  EXPECT_THAT(several.err, HasSubstr("--board linux@1-3 names several boards"));
}

/// The agents of three boards, all running; empty if that does not come about.
std::vector<pid_t> three_agents(Program& program) {
  std::vector<pid_t> agents;
  EXPECT_TRUE(program.wait_for([&](const std::string& said) {
    agents = agents_of(program.pid());
    return agents.size() == 3 && said.find("linux@3: evaluate") != std::string::npos &&
           said.find("linux@2: evaluate") != std::string::npos &&
           said.find("linux@1: evaluate") != std::string::npos;
  })) << "three boards under way";
  return agents;
}

TEST_F(ManyBoards, OneThatHangsAndOneThatDiesDoNotConcernTheThird) {
  Program program({"evaluate", kModel, "--dataset", long_dataset(15'000), "--board", "linux@1-3",
                   "--json", out()});
  const auto agents = three_agents(program);
  ASSERT_EQ(agents.size(), 3u);
  kill(agents[0], SIGSTOP);
  kill(agents[1], SIGKILL);
  const auto outcome = program.finish();
  EXPECT_EQ(outcome.code, 6) << outcome.err;
  std::map<std::string, int> statuses;
  std::string passed;
  for (const char* board : {"linux@1", "linux@2", "linux@3"}) {
    const auto made = record(board);
    if (!made.verdict.error) {
      passed = board;
      EXPECT_TRUE(made.verdict.complete);
      EXPECT_EQ(made.verdict.outputs_checked, 15'000u);
      continue;
    }
    ++statuses[name_of(made.verdict.error->blame)];
    EXPECT_FALSE(made.verdict.complete);
    EXPECT_GT(made.verdict.samples_done, 0u);
    EXPECT_LT(made.verdict.samples_done, 15'000u);
  }
  EXPECT_EQ(statuses, (std::map<std::string, int>{{"device", 1}, {"link", 1}}));
  EXPECT_THAT(outcome.out, HasSubstr("ERROR  1 of 3 boards passed, 2 errors"));
  for (const pid_t agent : agents)
    EXPECT_FALSE(is_alive(agent));
}

TEST_F(ManyBoards, OneThatTakesLongKeepsNoOtherWaiting) {
  // Its inference takes five seconds; the others are through by then.
  const fs::path boards = folder_ / "boards";
  fs::copy("boards", boards, fs::copy_options::recursive);
  auto stuck = nlohmann::json::parse(read_text("boards/linux.json"));
  stuck["id"] = "stuck";
  stuck["agent"]["image"] = "stuck-agent";
  write_text(boards / "stuck.json", stuck.dump());
  const fs::path agents = folder_ / "agents";
  fs::create_directory(agents);
  fs::copy(HIL_AGENT_LINUX, agents / "hilbench-agent-linux");
  fs::copy(fs::path(HIL_AGENT_STUCK) / "hilbench-agent-linux", agents / "stuck-agent");
  setenv("HILBENCH_BOARDS", boards.c_str(), 1);
  setenv("HILBENCH_AGENTS", agents.c_str(), 1);
  const auto outcome = run_hilbench(words("stuck,linux@1-2", {"--limit", "1", "--json", out()}));
  unsetenv("HILBENCH_BOARDS");
  unsetenv("HILBENCH_AGENTS");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.err, HasSubstr("stuck: pass, 1 of 1"));
  EXPECT_LT(outcome.err.find("linux@1: pass, 1 of 1"), outcome.err.find("stuck: pass"));
  EXPECT_LT(outcome.err.find("linux@2: pass, 1 of 1"), outcome.err.find("stuck: pass"));
}

TEST_F(ManyBoards, CtrlCKeepsWhatEachHasMeasured) {
  Program program({"evaluate", kModel, "--dataset", long_dataset(15'000), "--board", "linux@1-3",
                   "--json", out()});
  const auto agents = three_agents(program);
  ASSERT_EQ(agents.size(), 3u);
  program.signal(SIGINT);
  const auto outcome = program.finish();
  EXPECT_EQ(outcome.code, 130) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("INTERRUPTED  0 of 3 boards passed, 3 interrupted"));
  for (const char* board : {"linux@1", "linux@2", "linux@3"}) {
    const auto made = record(board);
    EXPECT_EQ(made.verdict.status, results::VerdictStatus::kInterrupted);
    EXPECT_GT(made.verdict.samples_done, 0u);
  }
  for (const pid_t agent : agents)
    EXPECT_FALSE(is_alive(agent));
}

TEST_F(ManyBoards, CtrlCEndsTheWaitForOnesThatNeverAnswer) {
  const fs::path agent = folder_ / "hilbench-agent-linux";
  write_text(agent, "#!/bin/sh\nexec sleep 60\n");
  fs::permissions(agent, fs::perms::owner_all);
  setenv("HILBENCH_AGENTS", folder_.path().c_str(), 1);
  Program program(words("linux@1-8", {"--json", out()}));
  unsetenv("HILBENCH_AGENTS");
  ASSERT_TRUE(program.wait_for_text("linux@2: starting"));
  program.signal(SIGINT);
  const auto outcome = program.finish();
  EXPECT_EQ(outcome.code, 130) << outcome.err;
  EXPECT_LT(outcome.took, std::chrono::seconds(8)) << "less than the time to start";
  EXPECT_THAT(outcome.out, HasSubstr("INTERRUPTED  0 of 8 boards passed, 8 interrupted"));
  for (const char* board : {"linux@1", "linux@8"})
    EXPECT_EQ(record(board).verdict.status, results::VerdictStatus::kInterrupted);
}

TEST_F(ManyBoards, ASecondCtrlCLeavesNoProcess) {
  Program program({"evaluate", kModel, "--dataset", long_dataset(15'000), "--board", "linux@1-3"});
  const auto agents = three_agents(program);
  ASSERT_EQ(agents.size(), 3u);
  for (const pid_t agent : agents)
    kill(agent, SIGSTOP);  // the first signal alone has them wait for a moment
  program.signal(SIGINT);
  usleep(20'000);
  program.signal(SIGINT);
  EXPECT_EQ(program.finish().code, 130);
  for (int i = 0; i < 2000; ++i) {
    if (std::none_of(agents.begin(), agents.end(), is_alive)) break;
    usleep(1000);
  }
  for (const pid_t agent : agents)
    EXPECT_FALSE(is_alive(agent));
}

TEST_F(ManyBoards, SixtyFourOfThem) {
  const auto outcome = run_hilbench(words("linux@1-64", {"--limit", "50", "--json", out()}));
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("PASS  64 of 64 boards passed"));
  for (int board = 1; board <= 64; ++board)
    EXPECT_EQ(record(fmt::format("linux@{}", board)).verdict.outputs_checked, 50u);
}

}  // namespace
}  // namespace hil::test
