// SPDX-License-Identifier: Apache-2.0
// Lines for a reader that reads, reads late, or not at all.
#include "host/emulate/supervisor/announcer.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

#include "host/base/file_descriptor.hpp"

namespace hil::emulate {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class AnnouncerTest : public testing::Test {
 protected:
  void SetUp() override {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    in_ = FileDescriptor(ends[0]);
    out_ = FileDescriptor(ends[1]);
    ::fcntl(in_.get(), F_SETFL, O_NONBLOCK);
  }
  /// Everything that has been written.
  std::string read_all() const {
    std::string text;
    std::array<char, 4096> bytes;
    ssize_t count = 0;
    while ((count = ::read(in_.get(), bytes.data(), bytes.size())) > 0)
      text.append(bytes.data(), static_cast<std::size_t>(count));
    return text;
  }
  FileDescriptor in_, out_;
};

TEST_F(AnnouncerTest, TheReadyLineIsFirst) {
  Announcer announcer(out_.get());
  announcer.remark("early");
  EXPECT_EQ(read_all(), "");
  announcer.ready({});
  announcer.remark("late");
  const std::string text = read_all();
  EXPECT_THAT(text, StartsWith("{\"board\":"));
  EXPECT_THAT(text, HasSubstr("\n{\"event\":\"remark\",\"why\":\"early\"}\n"
                              "{\"event\":\"remark\",\"why\":\"late\"}\n"));
}

TEST_F(AnnouncerTest, NeverWaitsForAReaderAndTellsWhatIsMissing) {
  Announcer announcer(out_.get());
  announcer.ready({});
  for (int i = 0; i < 10'000; ++i)
    announcer.remark(std::string(400, 'x'));
  const std::string first = read_all();
  EXPECT_EQ(first.back(), '\n');
  announcer.remark("again");
  const std::string second = read_all();
  EXPECT_THAT(second, StartsWith("{\"event\":\"remark\",\"why\":\""));
  EXPECT_THAT(second, HasSubstr(" lines were left out: nobody read them\"}\n"));
  EXPECT_THAT(second, testing::EndsWith("{\"event\":\"remark\",\"why\":\"again\"}\n"));
}

TEST_F(AnnouncerTest, LongSentencesAreCut) {
  Announcer announcer(out_.get());
  announcer.ready({});
  read_all();
  announcer.remark(std::string(100'000, '\x01'));  // six characters each as JSON
  EXPECT_LT(read_all().size(), 4096u);
}

}  // namespace
}  // namespace hil::emulate
