// SPDX-License-Identifier: Apache-2.0
// Published traces and time stamps of every plausible shape, as `hilbench energy TRACE` takes them.
#include "host/app/trace_windows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "host/base/file.hpp"
#include "tests/host/base/scratch_folder.hpp"

namespace hil::app {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class TraceWindowsTest : public ::testing::Test {
 protected:
  /// 7 s at 1 kHz: 2 uJ a sample, 5 uJ from 1 s to 3 s and from 4 s to 6 s.
  static std::string published() {
    std::string bytes(1, static_cast<char>(0xF1));
    const auto add = [&](float value) {
      char raw[sizeof(value)];
      std::memcpy(raw, &value, sizeof(value));
      bytes.append(raw, sizeof(raw));
    };
    add(1000);
    for (int k = 0; k < 7'000; ++k)
      add((k >= 1'000 && k < 3'000) || (k >= 4'000 && k < 6'000) ? 5.0F : 2.0F);
    return bytes;
  }
  static void put(std::string& bytes, std::size_t sample, float value) {
    std::memcpy(bytes.data() + 5 + 4 * sample, &value, sizeof(value));
  }
  Result<TraceWindows> load(const std::string& bytes, const char* stamps = nullptr) {
    const fs::path trace = scratch_.path() / "run7.bin";
    EXPECT_TRUE(write_file(trace, bytes).ok());
    if (stamps == nullptr) return load_windows(trace, std::nullopt, 10);
    const fs::path list = scratch_.path() / "t.json";
    EXPECT_TRUE(write_file(list, std::string(stamps)).ok());
    return load_windows(trace, list.string(), 10);
  }
  /// Microjoules of the windows that count.
  static std::vector<double> energies(const TraceWindows& windows) {
    std::vector<double> all;
    for (const WindowRow& row : rows_of(windows)) {
      if (row.counts()) all.push_back(std::round(row.energy_uj->value));
    }
    return all;
  }

  ScratchFolder scratch_;
};

TEST_F(TraceWindowsTest, StampsOfEveryShapeGiveTheSameWindows) {
  for (const char* stamps :
       {"[0.02, 1.0, 3.0, 4.0, 6.0]", "[\n\t0.00341,\n\t1,\n\t3,\n\t4,\n\t6\n]\n",
        "[\"0.02\", \"1\", \"3\", \"4\", \"6\"]", "{\"timestamps\": [0.02, 1, 3, 4, 6]}",
        "[[1, 3], [4, 6]]", "[0.02, 1.0004, 2.9996, 3.9999, 6.0001]"}) {
    const auto windows = load(published(), stamps);
    ASSERT_TRUE(windows.ok()) << stamps << ": " << windows.error().what;
    EXPECT_THAT(energies(*windows), ElementsAre(10'000, 10'000)) << stamps;
    EXPECT_THAT(windows->notes, IsEmpty()) << stamps;
  }
}

TEST_F(TraceWindowsTest, AnEvenNumberOfStampsIsSaid) {
  const auto windows = load(published(), "[0.02, 1, 3, 4]");
  ASSERT_TRUE(windows.ok()) << windows.error().what;
  EXPECT_THAT(energies(*windows), ElementsAre(10'000));
  EXPECT_THAT(windows->notes, ElementsAre(HasSubstr("4 time stamps are an even number")));
}

TEST_F(TraceWindowsTest, StampsBeyondTheTraceRejectTheirWindowAlone) {
  const auto windows = load(published(), "[0.02, 1, 3, 4, 7.5]");
  ASSERT_TRUE(windows.ok()) << windows.error().what;
  EXPECT_THAT(energies(*windows), ElementsAre(10'000));
  EXPECT_EQ(windows->windows[1].window.rejected, "it is not wholly in the trace");
  const auto none = load(published(), "[0.02, 8, 9, 10, 11]");
  ASSERT_FALSE(none.ok());
  EXPECT_THAT(none.error().what, HasSubstr("none of 2 windows counts"));
}

TEST_F(TraceWindowsTest, ASampleThatIsNoNumberSpoilsItsWindowAlone) {
  std::string bytes = published();
  put(bytes, 4'500, NAN);
  put(bytes, 1'500, -1.0F);
  const auto windows = load(bytes, "[0.02, 1, 3, 4, 6]");
  ASSERT_TRUE(windows.ok()) << windows.error().what;
  EXPECT_THAT(energies(*windows), ElementsAre(9'994));
  EXPECT_EQ(windows->windows[1].window.rejected, "1 of its 2000 samples is invalid");
  EXPECT_THAT(windows->notes, ElementsAre(HasSubstr("1 of 7000 samples is no energy")));
  const auto whole = load(bytes);
  ASSERT_TRUE(whole.ok());
  EXPECT_THAT(energies(*whole), IsEmpty()) << "never averaged in";
}

TEST_F(TraceWindowsTest, AFileThatEndsInASampleLosesThatAlone) {
  std::string bytes = published();
  bytes.resize(5 + 4 * 5'000 + 3);
  const auto windows = load(bytes, "[0.02, 1, 3, 4, 6]");
  ASSERT_TRUE(windows.ok()) << windows.error().what;
  EXPECT_THAT(energies(*windows), ElementsAre(10'000));
  EXPECT_THAT(windows->notes, ElementsAre(HasSubstr("its last 3 B are left out")));
}

}  // namespace
}  // namespace hil::app
