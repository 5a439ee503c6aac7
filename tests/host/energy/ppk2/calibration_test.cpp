// SPDX-License-Identifier: Apache-2.0
// The PPK2's metadata: torn, incomplete, without numbers, of another block, hostile.
#include "host/energy/ppk2/calibration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/energy/ppk2/real_metadata.hpp"

namespace hil::energy::ppk2 {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

Result<Calibration> parse(const std::string& text) {
  MetadataReader reader;
  HIL_TRY(reader.take(bytes_of(text)));
  return reader.calibration();
}

std::string with(const std::string& line, const std::string& instead) {
  std::string text = kRealMetadata;
  const auto at = text.find(line);
  EXPECT_NE(at, std::string::npos) << line;
  return text.replace(at, line.size(), instead);
}

TEST(Ppk2CalibrationTest, TakesARealUnits) {
  const auto parsed = parse(kRealMetadata);
  ASSERT_TRUE(parsed.ok()) << parsed.error().what;
  EXPECT_THAT(parsed->findings, IsEmpty());
  EXPECT_EQ(parsed->ranges[3].r, 0.9636);
  EXPECT_EQ(parsed->ranges[0].gs, 1) << "0 stands for the default";
  EXPECT_EQ(parsed->ranges[1].gs, 112.789);
  EXPECT_EQ(parsed->ranges[4].gi, 0.9582);
  EXPECT_EQ(parsed->ranges[2].o, 64.602);
  EXPECT_EQ(parsed->ranges[4].s, 0.002940743);
  EXPECT_EQ(parsed->ranges[4].i, -0.009388455);
  EXPECT_EQ(parsed->vdd_v, 3.741);
  EXPECT_EQ(parsed->mode, 2);
  EXPECT_EQ(parsed->hardware, "9173");
  EXPECT_EQ(parsed->digest.size(), 16u);
}

TEST(Ppk2CalibrationTest, TornAnywhereItIsTheSame) {
  const auto whole = parse(kRealMetadata);
  for (std::size_t piece = 1; piece <= 9; ++piece) {
    MetadataReader reader;
    for (std::size_t at = 0; at < kRealMetadata.size(); at += piece) {
      const auto taken = reader.take(bytes_of(kRealMetadata.substr(at, piece)));
      ASSERT_TRUE(taken.ok());
    }
    EXPECT_TRUE(reader.done());
    EXPECT_EQ(reader.calibration()->digest, whole->digest) << piece;
  }
}

TEST(Ppk2CalibrationTest, KnowsAnEndWhoseLineHasNone) {
  MetadataReader reader;
  const std::string text = kRealMetadata.substr(0, kRealMetadata.size() - 1);
  ASSERT_TRUE(reader.take(bytes_of(text.substr(0, text.size() - 1))).ok());
  EXPECT_FALSE(reader.ends());
  ASSERT_TRUE(reader.take(bytes_of("D")).ok());
  EXPECT_TRUE(reader.ends());
  EXPECT_FALSE(reader.done());
  EXPECT_EQ(reader.calibration()->digest, parse(kRealMetadata)->digest);
  ASSERT_TRUE(reader.take(bytes_of("\r\n")).ok());
  EXPECT_FALSE(reader.ends());
  EXPECT_TRUE(reader.done());
}

TEST(Ppk2CalibrationTest, LeavesWhatComesBehindTheEnd) {
  MetadataReader reader;
  const std::string text = kRealMetadata + "\x01\x02\x03";
  EXPECT_EQ(*reader.take(bytes_of(text)), kRealMetadata.size());
  EXPECT_TRUE(reader.done());
  EXPECT_EQ(*reader.take(bytes_of(text)), 0u);
}

TEST(Ppk2CalibrationTest, DefaultsStandForWhatIsNoNumber) {
  for (const char* value : {"-nan", "nan", "inf", "", "1e999", "12 34", "0x10"}) {
    const auto parsed = parse(with("R2: 10.3027", std::string("R2: ") + value));
    ASSERT_TRUE(parsed.ok()) << value;
    EXPECT_EQ(parsed->ranges[2].r, 10.15) << value;
    EXPECT_TRUE(parsed->ranges[2].assumed);
    EXPECT_FALSE(parsed->ranges[1].assumed);
    EXPECT_THAT(parsed->findings,
                ElementsAre("R2 is missing or no number: the maker's default 10.15 stands"))
        << value;
  }
  const auto zero = parse(with("R4: 0.0564", "R4: 0.0000"));
  EXPECT_EQ(zero->ranges[4].r, 0.043);
  EXPECT_THAT(zero->findings, ElementsAre(HasSubstr("R4 is 0: the maker's default 0.043")));
  const auto offset = parse(with("I3: -0.000374119", "I3: -nan"));
  EXPECT_EQ(offset->ranges[3].i, 0);
  EXPECT_FALSE(offset->ranges[3].assumed) << "an offset makes no gain";
  EXPECT_EQ(offset->findings.size(), 1u);
}

TEST(Ppk2CalibrationTest, OneUserGainFarOffResetsAll) {
  const auto slight = parse(with("UG1: 1.00", "UG1: 1.09"));
  EXPECT_EQ(slight->ranges[1].ug, 1.09);
  EXPECT_THAT(slight->findings, IsEmpty());
  const auto far = parse(with("UG1: 1.00\nUG2: 1.00", "UG1: 1.09\nUG2: 0.89"));
  EXPECT_EQ(far->ranges[1].ug, 1);
  EXPECT_EQ(far->ranges[2].ug, 1);
  EXPECT_THAT(far->findings, ElementsAre("user gain UG2 is 0.89, more than 10 % off: all user "
                                         "gains count as 1"));
}

TEST(Ppk2CalibrationTest, AnotherRangesFactorsAreRefused) {
  for (const auto& [line, instead] :
       {std::pair{"R1: 101.5865", "R1: 1003.3506"}, std::pair{"R3: 0.9636", "R3: 9.636"},
        std::pair{"R0: 1003.3506", "R0: -1003.35"}, std::pair{"GI2: 0.9609", "GI2: 18.0115"},
        std::pair{"GI1: 0.9695", "GI1: -1"}, std::pair{"O0: 112.9420", "O0: 30000"},
        std::pair{"GS4: 0.0729", "GS4: 112.789"}, std::pair{"S0: 0.000000048", "S0: 0.0029"},
        std::pair{"I1: -0.000001443", "I1: 1"}}) {
    const auto parsed = parse(with(line, instead));
    ASSERT_FALSE(parsed.ok()) << instead;
    EXPECT_EQ(parsed.error().blame, Blame::kLab);
    EXPECT_THAT(parsed.error().what, HasSubstr("the PPK2's calibration can't be right: "));
    EXPECT_THAT(parsed.error().what,
                HasSubstr(std::string(instead, std::string(instead).find(':'))));
  }
}

TEST(Ppk2CalibrationTest, ImpossibleVoltagesAndModesAreNone) {
  EXPECT_FALSE(parse(with("VDD: 3741", "VDD: -5"))->vdd_v.has_value());
  EXPECT_FALSE(parse(with("VDD: 3741", "VDD: 99999"))->vdd_v.has_value());
  EXPECT_FALSE(parse(with("mode: 2", "mode: 7"))->mode.has_value());
  EXPECT_FALSE(parse(with("mode: 2", "mode: 1e300"))->mode.has_value());
}

TEST(Ppk2CalibrationTest, NoiseAroundTheLinesIsPassedOver) {
  const auto noisy = parse("\xff\x01\nR9: 5\nX0: 1\nR: 3\n: \n:::\n" + std::string(1000, 'x') +
                           "\n" + kRealMetadata);
  ASSERT_TRUE(noisy.ok());
  EXPECT_EQ(noisy->digest, parse(kRealMetadata)->digest);
}

TEST(Ppk2CalibrationTest, TextWithoutEndIsNoPpk2s) {
  MetadataReader reader;
  const std::string text(MetadataReader::kMostBytes + 1, 'a');
  const auto taken = reader.take(bytes_of(text));
  ASSERT_FALSE(taken.ok());
  EXPECT_EQ(taken.error().blame, Blame::kLab);
  EXPECT_FALSE(reader.any());
}

TEST(Ppk2CalibrationTest, TheDigestIsOfTheFactorsAlone) {
  EXPECT_EQ(parse(with("VDD: 3741", "VDD: 1800"))->digest, parse(kRealMetadata)->digest);
  EXPECT_NE(parse(with("GI4: 0.9582", "GI4: 0.9583"))->digest, parse(kRealMetadata)->digest);
}

}  // namespace
}  // namespace hil::energy::ppk2
