// SPDX-License-Identifier: Apache-2.0
// Programming and reading up to where a board is needed: refusals, and the real OpenOCD without
// one.
#include "host/flash/flash.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "host/boards/catalogue.hpp"
#include "host/flash/memory_file.hpp"
#include "tests/host/base/scratch_folder.hpp"
#include "tests/host/flash/image_files.hpp"
#include "tests/host/flash/tools.hpp"

namespace hil::flash {
namespace {

using test::Bytes;
using testing::HasSubstr;

boards::Board board_named(const std::string& id) {
  const auto catalogue = boards::Catalogue::load();
  if (!catalogue) {
    ADD_FAILURE() << catalogue.error().what;
    return {};
  }
  const auto board = catalogue->find(id);
  if (!board) ADD_FAILURE() << board.error().what;
  return board ? *board : boards::Board{};
}

Image firmware_image() {
  return test::image_of(0x0800'0000, test::firmware(0x0800'0000, 0x2000'2000, 1024));
}

/// A port of this machine on which nobody listens.
class ClosedPort {
 public:
  ClosedPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    number_ = ntohs(address.sin_port);
  }
  [[nodiscard]] std::uint16_t number() const { return number_; }

 private:
  FileDescriptor socket_;  // bound, but not listening
  std::uint16_t number_ = 0;
};

TEST(Flash, AnImageThatDoesNotFitStartsNothing) {
  FlashOptions options;
  options.openocd = "/nonexistent/openocd";
  const auto report =
      program(board_named("stm32vldiscovery"), test::image_of(0, Bytes(4)), "/x", {1, ""}, options);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().blame, Blame::kUser);
  EXPECT_THAT(report.error().what, HasSubstr("where stm32vldiscovery has no memory"));
}

TEST(Flash, OnlyTheModelSlotOfAFlashMayBeWritten) {
  const boards::Board board = board_named("netduino_plus_2");
  ASSERT_TRUE(board.agent.model_slot);
  const auto& slot = *board.agent.model_slot;
  FlashOptions options;
  options.openocd = "/nonexistent/openocd";
  const auto blame_of = [&](std::uint64_t address, std::size_t size) {
    return write_bytes(board, address, Bytes(size), {1, ""}, options).error().blame;
  };
  EXPECT_EQ(blame_of(slot.base - 1, 4), Blame::kUser);
  EXPECT_EQ(blame_of(slot.base + slot.size_bytes - 3, 4), Blame::kUser);
  EXPECT_EQ(blame_of(0x2000'0000, 4), Blame::kUser);
  EXPECT_EQ(blame_of(UINT64_MAX, 4), Blame::kUser);
  EXPECT_EQ(blame_of(slot.base, 0), Blame::kUser);
  EXPECT_EQ(blame_of(slot.base + slot.size_bytes - 4, 4), Blame::kTool);  // OpenOCD is missing
}

TEST(Flash, AllOfARamChipMayBeWritten) {
  FlashOptions options;
  options.openocd = "/nonexistent/openocd";
  const boards::Board board = board_named("mps2_an386");
  EXPECT_EQ(write_bytes(board, 0x2100'0000, Bytes(4), {1, ""}, options).error().blame,
            Blame::kTool);
  EXPECT_EQ(write_bytes(board, 0x4000'0000, Bytes(4), {1, ""}, options).error().what,
            "4 bytes at 0x40000000 are not in the model slot or (of a chip without flash) in one "
            "RAM of mps2_an386");
}

TEST(Flash, OnlyMemoryIsRead) {
  const boards::Board board = board_named("netduino_plus_2");
  EXPECT_EQ(read_bytes(board, 0x2000'0000, 0, {1, ""}).error().blame, Blame::kUser);
  EXPECT_EQ(read_bytes(board, UINT64_MAX, 2, {1, ""}).error().blame, Blame::kUser);
  EXPECT_EQ(read_bytes(board, 0x2000'0000, UINT64_MAX, {1, ""}).error().blame, Blame::kUser);
  EXPECT_EQ(read_bytes(board, 0x0800'0000, 0x10'0001, {1, ""}).error().what,
            "1048577 bytes at 0x08000000 are not in one memory of netduino_plus_2");
}

TEST(Flash, LimitsGrowWithTheImage) {
  const PhaseLimits small = PhaseLimits::for_bytes(0);
  const PhaseLimits large = PhaseLimits::for_bytes(1'000'000);
  EXPECT_EQ(large.program - small.program, std::chrono::seconds(250));
  EXPECT_EQ((large.verify - small.verify).count(), 62'500);
  EXPECT_EQ(large.connect, small.connect);
  EXPECT_EQ(large.of(Phase::kProgram), large.program);
}

TEST(Flash, ThePhasesAndOutputOfAGoodRunAreReported) {
  const ScratchFolder folder;
  const auto tool = folder.path() / "openocd";
  test::write_program(tool,
                      "echo Open On-Chip Debugger 9.9\nfor p in identify compare program verify "
                      "reset 'done'; do echo \"hilbench: $p\"; done");
  FlashOptions options;
  options.openocd = tool.string();
  std::vector<std::string> log;
  options.log = [&](std::string_view line) { log.emplace_back(line); };
  const auto report =
      program(board_named("stm32vldiscovery"), firmware_image(), "/x", {7, ""}, options);
  ASSERT_TRUE(report.ok()) << report.error().what;
  EXPECT_EQ(report->bytes, 1024u);
  EXPECT_FALSE(report->already_there);
  EXPECT_EQ(report->phases.size(), 6u);
  EXPECT_EQ(report->tool_version, "Open On-Chip Debugger 9.9");
  EXPECT_EQ(report->output.size(), 7u);
  ASSERT_EQ(log.size(), 8u);
  EXPECT_EQ(log.front(), report->command_line);
  EXPECT_THAT(report->command_line, HasSubstr("-c 'st-link backend tcp 7'"));
}

TEST(Flash, AGoodExitWithoutTheLastWordIsAFailure) {
  const ScratchFolder folder;
  const auto tool = folder.path() / "openocd";
  test::write_program(tool, "echo 'hilbench: program'");
  FlashOptions options;
  options.openocd = tool.string();
  const auto report =
      program(board_named("stm32vldiscovery"), firmware_image(), "/x", {7, ""}, options);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().what,
            "OpenOCD failed in phase program of flashing stm32vldiscovery (exited with status 0)");
}

TEST(Flash, ReadBytesThatOpenocdDidNotWriteAreAnError) {
  const ScratchFolder folder;
  const auto tool = folder.path() / "openocd";
  test::write_program(tool, "printf abc >/proc/self/fd/0\necho 'hilbench: done'");
  FlashOptions options;
  options.openocd = tool.string();
  const boards::Board board = board_named("stm32vldiscovery");
  const auto three = read_bytes(board, 0x0800'0000, 3, {7, ""}, options);
  ASSERT_TRUE(three.ok()) << three.error().what;
  EXPECT_EQ(three->bytes, test::bytes_of("abc"));
  EXPECT_EQ(read_bytes(board, 0x0800'0000, 4, {7, ""}, options).error().what,
            "OpenOCD gave 3 bytes instead of 4");
}

TEST(Flash, RealOpenocdWithoutAnAdapter) {
  HIL_NEEDS_PROGRAM("openocd");
  for (const char* id : {"nucleo_f446re", "microbit"}) {
    const boards::Board board = board_named(id);
    const auto content = read_bytes(board, board.chip.memory.front().base, 4, {});
    if (content.ok())
      GTEST_SKIP() << "there is a real " << id << " here: its absence is NOT checked";
    EXPECT_EQ(content.error().blame, Blame::kLab) << content.error().what;
    EXPECT_THAT(content.error().what, HasSubstr(std::string("there is no debug probe for ") + id));
  }
}

TEST(Flash, RealOpenocdOnAClosedPort) {
  HIL_NEEDS_PROGRAM("openocd");
  const ClosedPort port;
  const auto content =
      read_bytes(board_named("netduino_plus_2"), 0x0800'0000, 4, {port.number(), ""});
  ASSERT_FALSE(content.ok());
  EXPECT_EQ(content.error().blame, Blame::kLab);
  EXPECT_EQ(content.error().what, "the virtual board's probe does not answer");
}

TEST(Flash, RealOpenocdWithAScriptThatIsNotThere) {
  HIL_NEEDS_PROGRAM("openocd");
  boards::Board board = board_named("netduino_plus_2");
  board.chip.openocd_target = "target/no such {chip.cfg";
  const auto content = read_bytes(board, 0x0800'0000, 4, {1, ""});
  ASSERT_FALSE(content.ok());
  EXPECT_EQ(content.error().blame, Blame::kConfig);
  EXPECT_THAT(content.error().what, HasSubstr("OpenOCD has not all the scripts"));
}

}  // namespace
}  // namespace hil::flash
