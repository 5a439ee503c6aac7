// SPDX-License-Identifier: Apache-2.0
// Tapes as files: what was written is read; cut, garbled, too new and on a full disk.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <zstd.h>

#include <fstream>

#include "host/base/file.hpp"
#include "host/link/tape/reader.hpp"
#include "host/link/tape/writer.hpp"
#include "tests/host/base/scratch_folder.hpp"

namespace hil::tape {
namespace {

using Bytes = std::vector<std::uint8_t>;
using testing::HasSubstr;

Record record_of(Kind kind, std::uint64_t at_ns, Bytes bytes = {}, std::string text = {},
                 std::uint64_t number = 0, std::uint64_t other = 0) {
  return {kind, at_ns, number, other, std::move(bytes), std::move(text)};
}

/// One of each kind.
std::vector<Record> all_kinds() {
  return {record_of(Kind::kNote, 0, {'s', 't'}, "{\"a\":1}"),
          record_of(Kind::kLine, 5, {}, "pty /dev/pts/4", 115'200),
          record_of(Kind::kClock, 10, {}, "", 3),
          record_of(Kind::kOut, 1'000, {1, 2, 0}),
          record_of(Kind::kWait, 2'000'000'000),
          record_of(Kind::kIn, 2'000'000'001, {9, 8, 7, 0}),
          record_of(Kind::kIn, 2'000'000'001),
          record_of(Kind::kStamp, 2'000'000'002),
          record_of(Kind::kStop, 2'000'000'003, {}, "", 2, 7),
          record_of(Kind::kRate, 2'000'000'004, {}, "", 921'600),
          record_of(Kind::kFailed, 2'000'000'005, {'g', 'o', 'n', 'e'}, "plug it in", 2, 4),
          record_of(Kind::kEnd, 2'000'000'006)};
}

void expect_same(const Record& a, const Record& b) {
  EXPECT_EQ(a.kind, b.kind);
  EXPECT_EQ(a.at_ns, b.at_ns);
  EXPECT_EQ(a.number, b.number);
  EXPECT_EQ(a.other, b.other);
  EXPECT_EQ(a.bytes, b.bytes);
  EXPECT_EQ(a.text, b.text);
}

struct Content {
  std::vector<Record> records;
  std::optional<Error> error;
  bool ended = false;
  std::size_t cut_off = 0;
};

Content read_all(std::span<const std::uint8_t> bytes) {
  Content content;
  auto reader = Reader::open(bytes);
  if (!reader.ok()) {
    content.error = reader.error();
    return content;
  }
  while (true) {
    auto record = reader->next();
    if (!record.ok()) content.error = record.error();
    if (!record.ok() || !*record) break;
    content.records.push_back(std::move(**record));
  }
  content.ended = reader->ended();
  content.cut_off = reader->cut_off_bytes();
  return content;
}

class TapeFile : public testing::Test {
 protected:
  /// A tape with a block after each of @p records.
  Bytes write(const std::vector<Record>& records) {
    {
      auto writer = Writer::create(path_);
      EXPECT_TRUE(writer.ok());
      for (const Record& record : records) {
        (*writer)->add(record);
        (*writer)->flush();
      }
      EXPECT_FALSE((*writer)->failure());
    }
    return *read_tape_file(path_);
  }
  ScratchFolder folder_;
  std::filesystem::path path_ = folder_.path() / "a.tape";
};

TEST_F(TapeFile, HoldsEveryKindOfRecord) {
  const Content content = read_all(write(all_kinds()));
  EXPECT_FALSE(content.error);
  EXPECT_TRUE(content.ended);
  ASSERT_EQ(content.records.size(), all_kinds().size());
  for (std::size_t i = 0; i < content.records.size(); ++i)
    expect_same(content.records[i], all_kinds()[i]);
}

TEST_F(TapeFile, ATimeThatGoesBackIsRaised) {
  const Content content =
      read_all(write({record_of(Kind::kWait, 500), record_of(Kind::kWait, 400)}));
  ASSERT_EQ(content.records.size(), 2u);
  EXPECT_EQ(content.records[1].at_ns, 500u);
}

TEST_F(TapeFile, IsWrittenWhileItIsRecorded) {
  auto writer = Writer::create(path_);
  ASSERT_TRUE(writer.ok());
  (*writer)->add(record_of(Kind::kOut, 0, {1}));
  EXPECT_EQ(read_all(*read_tape_file(path_)).records.size(), 0u);
  (*writer)->add(record_of(Kind::kWait, 1'000'000'000));  // a second later
  EXPECT_EQ(read_all(*read_tape_file(path_)).records.size(), 2u);
  (*writer)->add(record_of(Kind::kIn, 1'000'000'001, Bytes(300'000, 7)));  // a full block
  EXPECT_EQ(read_all(*read_tape_file(path_)).records.size(), 3u);
}

TEST_F(TapeFile, CutAnywhereGivesWhatComesBefore) {
  const Bytes whole = write(all_kinds());
  const auto records = all_kinds();
  std::size_t most = 0;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Content content = read_all(std::span(whole).first(size));
    if (size < kHeaderBytes) {
      ASSERT_TRUE(content.error);
      EXPECT_THAT(content.error->what, HasSubstr("this is no tape"));
      continue;
    }
    EXPECT_FALSE(content.error) << size << ": " << content.error->what;
    EXPECT_FALSE(content.ended);
    ASSERT_LT(content.records.size(), records.size());
    EXPECT_GE(content.records.size(), most);  // never fewer than of a shorter tape
    most = content.records.size();
    for (std::size_t i = 0; i < most; ++i)
      expect_same(content.records[i], records[i]);
  }
  EXPECT_EQ(most, records.size() - 1);
}

TEST_F(TapeFile, AGarbledByteIsNoticed) {
  const auto records = all_kinds();
  const Bytes whole = write(records);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    Bytes garbled = whole;
    garbled[at] ^= 0x10;
    const Content content = read_all(garbled);
    const bool unused = at >= 10 && at < kHeaderBytes;  // minor version and what is reserved
    if (unused) continue;
    // A bit of each block's header means nothing to zstd: all is there then.
    const bool harmless = content.ended && content.records.size() == records.size();
    EXPECT_TRUE(content.error || content.cut_off > 0 || harmless) << "byte " << at;
    for (std::size_t i = 0; i < content.records.size(); ++i)
      expect_same(content.records[i], records[i]);  // what comes before is right
    if (content.error && at >= kHeaderBytes) {
      EXPECT_THAT(content.error->what, HasSubstr("broken in the block at byte "));
    }
  }
}

TEST_F(TapeFile, ANewerFormatIsRefused) {
  Bytes bytes = write(all_kinds());
  bytes[8] = 2;
  const Content content = read_all(bytes);
  ASSERT_TRUE(content.error);
  EXPECT_EQ(content.error->blame, Blame::kUser);
  EXPECT_EQ(content.error->what, "this tape has format 2.0, this hilbench reads format 1");
  EXPECT_EQ(content.error->hint, "use the hilbench that recorded it, or a newer one");
}

TEST_F(TapeFile, ANewerMinorMayHaveOtherKinds) {
  Bytes bytes = write({record_of(Kind::kWait, 1)});
  bytes[10] = 9;
  // Kind 99 at +1 ns with 3 bytes that nobody knows, then a wait at +1 ns.
  const Bytes block{99, 1, 3, 'x', 'y', 'z', 3, 1, 0};
  Bytes packed(ZSTD_compressBound(block.size()));
  packed.resize(ZSTD_compress(packed.data(), packed.size(), block.data(), block.size(), 1));
  bytes.insert(bytes.end(), packed.begin(), packed.end());
  const Content content = read_all(bytes);
  EXPECT_FALSE(content.error);
  ASSERT_EQ(content.records.size(), 2u);
  EXPECT_EQ(content.records[1].at_ns, 3u);
}

/// @p block as the one block of a tape.
Bytes tape_of_block(const Bytes& header, const Bytes& block) {
  Bytes bytes(header.begin(), header.begin() + kHeaderBytes);
  Bytes packed(ZSTD_compressBound(block.size()));
  packed.resize(ZSTD_compress(packed.data(), packed.size(), block.data(), block.size(), 1));
  bytes.insert(bytes.end(), packed.begin(), packed.end());
  return bytes;
}

TEST_F(TapeFile, LengthsAndTimesThatLieAreRefused) {
  const Bytes header = write({});
  const auto error_of = [&](const Bytes& block) {
    const Content content = read_all(tape_of_block(header, block));
    EXPECT_TRUE(content.error);
    return content.error ? content.error->what : "";
  };
  EXPECT_THAT(error_of({3, 0, 5}), HasSubstr("a record is longer than the block"));
  EXPECT_THAT(error_of({3}), HasSubstr("a record is longer than the block"));
  EXPECT_THAT(error_of({3, 0x80}), HasSubstr("a record is longer than the block"));
  // Ten bytes of seven bits each are more than 64 bits.
  EXPECT_THAT(error_of({3, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0}),
              HasSubstr("a record is longer than the block"));
  EXPECT_THAT(error_of({3, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0}),
              HasSubstr("a time is too late"));
  EXPECT_THAT(error_of({4, 0, 0}), HasSubstr("a record is shorter than its kind needs"));
  EXPECT_THAT(error_of({10, 0, 2, 9, 'x'}), HasSubstr("a record is shorter than its kind needs"));
}

TEST_F(TapeFile, ABlockLargerThanAllowedIsRefused) {
  const Bytes header = write({});
  const Bytes bomb = tape_of_block(header, Bytes(kMostBlockBytes + 1));
  EXPECT_LT(bomb.size(), 4096u);
  const Content content = read_all(bomb);
  ASSERT_TRUE(content.error);
  EXPECT_THAT(content.error->what, HasSubstr("its size is not stated, or too large"));
}

/// Files of this process can't grow beyond a limit while it lives.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : old_handler_(signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &old_);
    rlimit limit = old_;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &old_);
    signal(SIGXFSZ, old_handler_);
  }

 private:
  sighandler_t old_handler_;
  rlimit old_{};
};

TEST_F(TapeFile, AFullDiskEndsTheTapeAndSaysSo) {
  auto writer = Writer::create(path_);
  ASSERT_TRUE(writer.ok());
  Bytes noise(200'000);
  std::uint32_t state = 1;
  for (std::uint8_t& byte : noise)
    byte = static_cast<std::uint8_t>((state = state * 1'664'525 + 1'013'904'223) >> 24);
  {
    const FileSizeLimit limit(300'000);
    for (int i = 0; i < 4; ++i) {
      (*writer)->add(record_of(Kind::kOut, static_cast<std::uint64_t>(i), noise));
      (*writer)->flush();
    }
  }
  ASSERT_TRUE((*writer)->failure());
  EXPECT_EQ((*writer)->failure()->blame, Blame::kUser);
  EXPECT_THAT((*writer)->failure()->what, HasSubstr("File too large"));
  EXPECT_THAT((*writer)->failure()->hint, HasSubstr("make room"));
  const Content content = read_all(*read_tape_file(path_));
  EXPECT_FALSE(content.error);
  EXPECT_FALSE(content.ended);
  ASSERT_EQ(content.records.size(), 1u);
  EXPECT_EQ(content.records[0].bytes, noise);
  EXPECT_GT(content.cut_off, 0u);
}

TEST_F(TapeFile, AFolderThatIsNotThereIsAnError) {
  const auto writer = Writer::create(folder_.path() / "none" / "a.tape");
  ASSERT_FALSE(writer.ok());
  EXPECT_EQ(writer.error().blame, Blame::kUser);
  EXPECT_THAT(writer.error().what, HasSubstr("can't be made"));
}

}  // namespace
}  // namespace hil::tape
