// SPDX-License-Identifier: Apache-2.0
// The I2C bus of FPGA images in QEMU: the image's own master and wires, and QEMU's own devices.
#include <gmock/gmock.h>
#include <sys/socket.h>

#include "host/session/energy_client.hpp"
#include "host/session/session.hpp"
#include "tests/target/port/emulated_agent.hpp"
#include "tests/target/port/qmp_door.hpp"

namespace hil::test {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;

constexpr int kQmpFd = 4;
constexpr std::uint8_t kThermometer = 0x48, kEeprom = 0x50;

template <class T>
T value_of(Result<T> result) {
  if (!result.ok()) throw std::runtime_error(result.error().what);
  return std::move(result).value();
}

class OnQemu : public testing::TestWithParam<const char*> {
 protected:
  void begin(const std::vector<std::string>& devices) {
    const boards::Board board = board_of(GetParam());
    const auto image = image_of(board);
    const std::string reason = reason_to_skip(board, image);
    if (!reason.empty()) GTEST_SKIP() << reason;
    int ends[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    FileDescriptor ours(ends[0]);
    const FileDescriptor theirs(ends[1]);
    std::vector<std::string> options{"-chardev", "socket,id=qmp,fd=" + std::to_string(kQmpFd),
                                     "-mon", "chardev=qmp,mode=control"};
    for (const std::string& device : devices)
      options.insert(options.end(), {"-device", device});
    agent_.emplace(board, image, options, std::nullopt,
                   std::vector<InheritedFd>{{theirs.get(), kQmpFd}});
    qmp_.emplace(std::move(ours));
    session::SessionOptions session;
    session.channel.board = board.id;
    session_ =
        value_of(session::Session::open(agent_->link(), session, Deadline::after(seconds(20))));
  }

  Result<Bytes> transfer(std::uint8_t address, const Bytes& out, std::size_t in_bytes) {
    return session::i2c_transfer(*session_, address, out, in_bytes, Deadline::after(seconds(20)));
  }

  std::optional<EmulatedAgent> agent_;
  std::optional<QmpDoor> qmp_;
  std::unique_ptr<session::Session> session_;
};

class I2cOnQemu : public OnQemu {
 protected:
  void SetUp() override {
    begin({"tmp105,id=thermometer,bus=i2c,address=0x48",
           "at24c-eeprom,bus=i2c,address=0x50,rom-size=4096"});
  }
};

/// Register 0 of a TMP105: 1/256 degree in two's complement, the higher byte first; 12 bits of it
/// when its register 1 says so.
TEST_P(I2cOnQemu, reads_the_temperature_that_is_set) {
  ASSERT_EQ(value_of(transfer(kThermometer, {1, 0x60}, 0)), Bytes{});
  EXPECT_EQ(value_of(transfer(kThermometer, {1}, 1)), Bytes{0x60});
  qmp_->set("thermometer", "temperature", 25'500);
  EXPECT_EQ(value_of(transfer(kThermometer, {0}, 2)), (Bytes{0x19, 0x80}));
  qmp_->set("thermometer", "temperature", -10'125);
  EXPECT_EQ(value_of(transfer(kThermometer, {0}, 2)), (Bytes{0xF5, 0xE0}));
  EXPECT_EQ(value_of(transfer(kThermometer, {}, 2)), (Bytes{0xF5, 0xE0})) << "without a write";
}

TEST_P(I2cOnQemu, an_eeprom_keeps_every_byte) {
  const Bytes place{0x01, 0x20};
  Bytes kept{0x00, 0xFF, 0x55, 0xAA, 0x01, 0x80, 0x7F, 0xFE, 0x10, 0xEF, 0x33, 0xCC, 0x0F, 0xF0};
  Bytes out = place;
  out.insert(out.end(), kept.begin(), kept.end());
  ASSERT_TRUE(transfer(kEeprom, out, 0).ok());
  EXPECT_EQ(value_of(transfer(kEeprom, place, kept.size())), kept);
}

TEST_P(I2cOnQemu, says_that_nobody_answers_and_goes_on) {
  const auto nobody = transfer(0x40, {0x3E}, 2);
  ASSERT_FALSE(nobody.ok());
  EXPECT_EQ(nobody.error().blame, Blame::kLab);
  EXPECT_THAT(nobody.error().what, HasSubstr("nothing answers at address 0x40"));
  EXPECT_THAT(nobody.error().hint, HasSubstr("i2c_pins"));
  EXPECT_TRUE(transfer(kThermometer, {0}, 2).ok());
}

INSTANTIATE_TEST_SUITE_P(Boards, I2cOnQemu,
                         testing::Values("mps2_an385", "mps2_an385_m0", "mps2_an386", "mps2_an500",
                                         "mps3_an547"),
                         [](const auto& board) { return std::string(board.param); });

class NoI2cOnQemu : public OnQemu {
 protected:
  void SetUp() override { begin({}); }
};

TEST_P(NoI2cOnQemu, says_that_there_is_no_bus) {
  const auto none = transfer(0x40, {0x3E}, 2);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().blame, Blame::kLab);
  EXPECT_THAT(none.error().what, HasSubstr("has no I2C bus"));
  EXPECT_THAT(none.error().hint, HasSubstr("emulator"));
}

INSTANTIATE_TEST_SUITE_P(Boards, NoI2cOnQemu,
                         testing::Values("microbit", "netduino_plus_2", "qemu_rv32"),
                         [](const auto& board) { return std::string(board.param); });

}  // namespace
}  // namespace hil::test
