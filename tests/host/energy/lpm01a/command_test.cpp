// SPDX-License-Identifier: Apache-2.0
// Tests of commands to an LPM01A: what counts as a reply, and to what.
#include "host/energy/lpm01a/command.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace hil::energy::lpm01a {
namespace {

TEST(Lpm01aCommand, ReadsRepliesOfBothSpellings) {
  const auto accepted = parse_reply("PowerShield > ack volt get 3292-03", "volt get");
  ASSERT_TRUE(accepted);
  EXPECT_TRUE(accepted->accepted);
  EXPECT_EQ(accepted->value, "3292-03");
  EXPECT_TRUE(parse_reply("PowerShield > PowerShield > ack htc ", "htc")->accepted);
  EXPECT_TRUE(parse_reply("ack htc", "htc")->accepted);
  for (const char* line : {"PowerShield > error freq 7", "PowerShield > err freq 7"}) {
    const auto refused = parse_reply(line, "freq 7");
    ASSERT_TRUE(refused) << line;
    EXPECT_FALSE(refused->accepted) << line;
  }
}

TEST(Lpm01aCommand, IgnoresWhatIsNoReplyToIt) {
  for (const char* line : {"", "PowerShield >", "PowerShield > ack", "PowerShield > ack freq 1k",
                           "PowerShield > ack freq 7k", "6409-07", "ack", "acknowledge freq 7",
                           "Error detail: freq 7", "PowerShield > errors freq 7"})
    EXPECT_FALSE(parse_reply(line, "freq 7")) << line;
}

TEST(Lpm01aCommand, ReadsReasons) {
  EXPECT_EQ(parse_detail("Error detail: Argument not valid"), "Argument not valid");
  EXPECT_EQ(parse_detail("PowerShield > Error detail:  x "), "x");
  EXPECT_FALSE(parse_detail("error: x"));
}

/// Whatever is asked, there is always more of the same to be read.
class FloodingLink final : public Link {
 public:
  explicit FloodingLink(std::string says) : says_(std::move(says)) {}

  Result<std::size_t> write(std::span<const std::uint8_t> bytes) override { return bytes.size(); }
  Result<std::size_t> read(std::span<std::uint8_t> buffer, Deadline) override {
    for (std::uint8_t& byte : buffer)
      byte = static_cast<std::uint8_t>(says_[next_++ % says_.size()]);
    return buffer.size();
  }
  Status wait(bool, Deadline) override { return {}; }
  [[nodiscard]] std::uint32_t baud() const override { return 0; }
  [[nodiscard]] std::string name() const override { return "flood"; }

 private:
  std::string says_;
  std::size_t next_ = 0;
};

TEST(Lpm01aCommand, AFloodHasAnEnd) {
  constexpr std::chrono::milliseconds kPatience{30};
  for (const char* says : {"6409-07\r\n", "x", "PowerShield > error version\r\n"}) {
    FloodingLink link(says);
    CommandPort port(link);
    const auto reply = port.try_ask("version", Deadline::after(kPatience), kPatience);
    ASSERT_TRUE(reply.ok()) << reply.error().what;
    EXPECT_EQ(reply->has_value(), says[0] == 'P') << says;
    EXPECT_EQ(port.halt(Deadline::after(kPatience)).error().blame, Blame::kLink);
  }
}

}  // namespace
}  // namespace hil::energy::lpm01a
