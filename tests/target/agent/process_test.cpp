// SPDX-License-Identifier: Apache-2.0
// The Linux agent as a process on a pty: start, session, fault and restart, hang-up.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <vector>

#include "protocol/frame/control.hpp"
#include "protocol/frame/decoder.hpp"

namespace hil::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// A frame as it came.
struct Frame {
  frame::Header header;
  std::vector<std::uint8_t> payload;
};

/// Runs the agent on a pty of its own; kills it at the end, whatever has happened.
class Agent {
 public:
  Agent() : decoder_(memory_) {
    master_ = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    grantpt(master_);
    unlockpt(master_);
    const std::string path = ptsname(master_);
    pid_ = fork();
    if (pid_ == 0) {
      execl(HIL_AGENT_IMAGE, HIL_AGENT_IMAGE, path.c_str(), static_cast<char*>(nullptr));
      _exit(127);
    }
  }
  ~Agent() {
    hang_up();
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
  }
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  void hang_up() {
    if (master_ >= 0) close(master_);
    master_ = -1;
  }
  /// Waits for the end of the process; its wait status, -1 if it goes on.
  int wait_for_end() {
    for (const auto end = Clock::now() + 10s; Clock::now() < end;) {
      int status = 0;
      if (waitpid(pid_, &status, WNOHANG) == pid_) {
        pid_ = -1;
        return status;
      }
      usleep(1000);
    }
    return -1;
  }
  void send(frame::Type type, std::uint8_t session, std::span<const std::uint8_t> payload) {
    std::vector<std::uint8_t> wire(frame::max_wire_size(payload.size()));
    frame::Header header;
    header.type = type;
    header.session = session;
    const std::size_t size = frame::encode(header, payload, wire);
    EXPECT_EQ(write(master_, wire.data(), size), static_cast<ssize_t>(size));
  }
  void send_open(std::uint32_t session) {
    std::uint8_t payload[32];
    send(frame::Type::kOpen, static_cast<std::uint8_t>(session),
         frame::write(frame::Open{session, 0, {1024, 4096, 16}}, payload));
  }
  /// The next frame of that type; fails the test if none comes.
  Frame next(frame::Type type) {
    for (const auto end = Clock::now() + 10s; Clock::now() < end;) {
      std::uint8_t byte = 0;
      pollfd line{master_, POLLIN, 0};
      if (poll(&line, 1, 100) <= 0 || read(master_, &byte, 1) != 1) continue;
      if (decoder_.push(byte) != frame::Decoder::Event::kFrame) continue;
      const auto body = decoder_.body();
      const frame::Header header = frame::header_of(body);
      if (header.type != type) continue;
      const auto payload = body.subspan(frame::kHeaderBytes);
      return {header, {payload.begin(), payload.end()}};
    }
    ADD_FAILURE() << "no such frame: " << static_cast<int>(type);
    return {};
  }

 private:
  std::vector<std::uint8_t> memory_ = std::vector<std::uint8_t>(frame::body_size(1024));
  frame::Decoder decoder_;
  int master_ = -1;
  pid_t pid_ = -1;
};

TEST(Process, starts_and_accepts) {
  Agent agent;
  const Frame start = agent.next(frame::Type::kReset);
  const auto reset = frame::read_reset(start.payload);
  ASSERT_TRUE(reset);
  EXPECT_EQ(reset->boot_count, 1u);
  EXPECT_EQ(reset->cause, frame::ResetCause::kPowerOn);
  agent.send_open(0x12345678);
  const Frame answer = agent.next(frame::Type::kAccept);
  const auto accept = frame::read_accept(answer.payload);
  ASSERT_TRUE(accept);
  EXPECT_EQ(accept->session, 0x12345678u);
  EXPECT_EQ(accept->agent.payload_bytes, 4096);
  EXPECT_EQ(accept->agent.window, 16);
  EXPECT_EQ(accept->agent.message_bytes, 8192);
}

TEST(Process, fault_becomes_a_crash_note_and_a_restart) {
  const std::vector<std::pair<int, std::string>> faults = {{SIGSEGV, "SIGSEGV"},
                                                           {SIGBUS, "SIGBUS"},
                                                           {SIGFPE, "SIGFPE"},
                                                           {SIGILL, "SIGILL"},
                                                           {SIGABRT, "SIGABRT"}};
  Agent agent;
  agent.next(frame::Type::kReset);
  std::uint32_t boot = 1;
  for (const auto& [number, name] : faults) {
    ASSERT_EQ(kill(agent.pid(), number), 0);
    const Frame start = agent.next(frame::Type::kReset);
    EXPECT_EQ(frame::read_reset(start.payload)->boot_count, ++boot);
    agent.send_open(boot);
    const Frame answer = agent.next(frame::Type::kAccept);
    const auto accept = frame::read_accept(answer.payload);
    ASSERT_TRUE(accept);
    EXPECT_EQ(accept->boot_count, boot);
    EXPECT_EQ(accept->reset_cause, frame::ResetCause::kFault);
    EXPECT_EQ(std::string(accept->crash_note.begin(), accept->crash_note.end()), name);
  }
}

TEST(Process, ends_with_0_when_the_host_goes_away) {
  Agent agent;
  agent.next(frame::Type::kReset);
  agent.hang_up();
  const int status = agent.wait_for_end();
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(Process, ends_with_0_after_a_restart_too) {
  Agent agent;
  agent.next(frame::Type::kReset);
  ASSERT_EQ(kill(agent.pid(), SIGSEGV), 0);
  agent.next(frame::Type::kReset);
  agent.hang_up();
  const int status = agent.wait_for_end();
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

std::string output_of(const std::string& command, int& status) {
  std::string text;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  for (int c = fgetc(pipe); c != EOF; c = fgetc(pipe))
    text.push_back(static_cast<char>(c));
  status = WEXITSTATUS(pclose(pipe));
  return text;
}

TEST(Process, says_its_version_and_refuses_nonsense) {
  const std::string image = "'" HIL_AGENT_IMAGE "'";
  int status = 0;
  EXPECT_EQ(output_of(image + " --version", status).substr(0, 21), "hilbench-agent-linux ");
  EXPECT_EQ(status, 0);
  EXPECT_NE(output_of(image, status).find("usage:"), std::string::npos);
  EXPECT_EQ(status, 2);
  EXPECT_NE(output_of(image + " /dev/null", status).find("/dev/null: "), std::string::npos);
  EXPECT_EQ(status, 2);
  output_of(image + " --unknown", status);
  EXPECT_EQ(status, 2);
}

}  // namespace
}  // namespace hil::test
