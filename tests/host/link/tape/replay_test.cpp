// SPDX-License-Identifier: Apache-2.0
// A run that is recorded and played again: the same to the letter, or by the order of its frames.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <functional>
#include <nlohmann/json.hpp>
#include <thread>

#include "host/link/tape/player.hpp"
#include "host/link/tape/recorder.hpp"
#include "protocol/frame/control.hpp"
#include "tests/host/base/scratch_folder.hpp"

namespace hil::tape {
namespace {

using Bytes = std::vector<std::uint8_t>;
using nlohmann::json;
using std::chrono::milliseconds;
using testing::HasSubstr;

Bytes frame_of(frame::Type type, std::uint8_t seq, const Bytes& payload) {
  Bytes wire(frame::max_wire_size(payload.size()));
  frame::Header header;
  header.type = type;
  header.seq = seq;
  wire.resize(frame::encode(header, payload, wire));
  return wire;
}

Bytes data(std::uint8_t seq, const Bytes& payload) {
  return frame_of(frame::Type::kData, seq, payload);
}

Bytes open_frame(std::uint32_t session, std::uint64_t lease) {
  std::array<std::uint8_t, frame::kMostControlBytes> buffer;
  const auto payload = frame::write(frame::Open{session, lease, {2048, 65535, 64}}, buffer);
  return frame_of(frame::Type::kOpen, 0, {payload.begin(), payload.end()});
}

/// Answers every write with the same bytes, backwards, in two pieces; takes 7 bytes at a time.
class EchoLink : public Link {
 public:
  std::deque<std::uint8_t> incoming;
  std::uint32_t rate = 115'200;
  std::optional<Error> failure;

  Result<std::size_t> write(std::span<const std::uint8_t> bytes) override {
    const auto part = bytes.first(std::min<std::size_t>(bytes.size(), 7));
    incoming.insert(incoming.end(), part.rbegin(), part.rend());
    return part.size();
  }
  Result<std::size_t> read(std::span<std::uint8_t> buffer, Deadline) override {
    if (failure) return *failure;
    const std::size_t count = std::min(buffer.size(), (incoming.size() + 1) / 2);
    std::copy_n(incoming.begin(), count, buffer.begin());
    incoming.erase(incoming.begin(), incoming.begin() + static_cast<std::ptrdiff_t>(count));
    return count;
  }
  Status wait(bool, Deadline) override {
    std::this_thread::sleep_for(milliseconds(1));
    return {};
  }
  Status set_baud(std::uint32_t baud) override {
    rate = baud;
    return {};
  }
  std::uint32_t baud() const override { return rate; }
  std::string name() const override { return "echo"; }
};

/// All that a run has seen, as text.
struct Seen {
  std::string text;
  void add(const std::string& more) { text += more + "\n"; }
};

std::int64_t now_ns() {
  return Deadline::Clock::now().time_since_epoch().count();
}

/// A run that depends on everything that a tape replays.
void run(RunTape& tape, Link* real, Seen& seen) {
  const auto told = tape.outside("lucky number", [] { return Result<json>(json(7)); });
  seen.add(told.ok() ? told->dump() : told.error().what);
  Link& link = tape.begin(real);
  seen.add(fmt::format("{} {} {}", link.name(), link.baud(), now_ns()));
  std::array<std::uint8_t, 16> buffer;
  const auto say = [&](const Bytes& bytes) {
    for (std::size_t at = 0; at < bytes.size();) {
      const auto count = link.write(std::span(bytes).subspan(at));
      seen.add(count.ok() ? fmt::format("wrote {} {}", *count, now_ns()) : count.error().what);
      if (!count.ok()) return;
      at += *count;
    }
  };
  const auto hear = [&] {
    const auto count = link.read(buffer, Deadline::after(milliseconds(5)));
    seen.add(count.ok() ? fmt::format("read {} at {}", *count, now_ns()) : count.error().what);
    if (count.ok()) {
      for (std::size_t i = 0; i < *count; ++i)
        seen.text += std::to_string(buffer[i]) + " ";
    }
  };
  say(open_frame(0x77, 0));
  hear();
  seen.add(fmt::format("stamp {}", Deadline::Clock::stamp().time_since_epoch().count()));
  say(data(0, {1, 2, 3}));
  for (int i = 0; i < 5; ++i) {
    hear();
    static_cast<void>(link.wait(false, Deadline::after(milliseconds(1))));
    seen.add(std::to_string(Deadline::Clock::utc_now().time_since_epoch().count()));
  }
  seen.add(link.set_baud(921'600).ok() ? "raised" : "not raised");
  seen.add(std::to_string(link.baud()));
  say(data(1, Bytes(40, 9)));
  seen.add(fmt::format("stop {}", Clock::stop_signal(real != nullptr ? 2 : 0)));
  hear();
  tape.note("remark", {{"fine", true}});
  tape.end();
}

class Replay : public testing::Test {
 protected:
  std::unique_ptr<Recorder> recorder() {
    auto made = Recorder::create(path_, {{"who", "test"}});
    EXPECT_TRUE(made.ok());
    return std::move(*made);
  }
  std::unique_ptr<Player> player() {
    auto tape = read_tape_file(path_);
    EXPECT_TRUE(tape.ok());
    auto made = Player::create(std::move(*tape));
    EXPECT_TRUE(made.ok()) << made.error().what;
    return std::move(*made);
  }
  /// A tape of what @p use does with an EchoLink.
  void record(const std::function<void(Link&)>& use) {
    EchoLink echo;
    const auto tape = recorder();
    use(tape->begin(&echo));
    EXPECT_TRUE(tape->finish().ok());
  }

  ScratchFolder folder_;
  std::filesystem::path path_ = folder_.path() / "run.tape";
};

TEST_F(Replay, SeesTheSameToTheLetter) {
  Seen recorded, replayed;
  {
    EchoLink echo;
    const auto tape = recorder();
    EXPECT_FALSE(tape->replays());
    run(*tape, &echo, recorded);
    EXPECT_TRUE(tape->finish().ok());
  }
  const auto tape = player();
  EXPECT_TRUE(tape->replays());
  run(*tape, nullptr, replayed);
  EXPECT_EQ(replayed.text, recorded.text);
  EXPECT_TRUE(tape->to_the_letter());
  EXPECT_TRUE(tape->whole());
  EXPECT_EQ(tape->difference(), "");
  EXPECT_EQ(tape->find_note("start")["who"], "test");
  EXPECT_EQ(tape->find_note("remark")["fine"], true);
  EXPECT_TRUE(tape->find_note("nothing").is_null());
}

TEST_F(Replay, TheClockIsTheMachinesAgainAfterwards) {
  record([](Link&) {});
  const auto tape = player();
  tape->begin(nullptr);
  tape->end();
  const auto before = std::chrono::steady_clock::now();
  EXPECT_GE(Clock::now(), before);
}

TEST_F(Replay, ErrorsComeBackWhereTheyCame) {
  EchoLink echo;
  {
    const auto tape = recorder();
    Link& link = tape->begin(&echo);
    echo.failure = Error{Blame::kLink, "the cable is out", "put it in"};
    std::array<std::uint8_t, 4> buffer;
    EXPECT_FALSE(link.read(buffer, Deadline::never()).ok());
    const auto failed = tape->outside("flash", []() -> Result<json> {
      return Error{Blame::kTool, "no tool", "get one"};
    });
    EXPECT_FALSE(failed.ok());
    EXPECT_TRUE(tape->finish().ok());
  }
  const auto tape = player();
  Link& link = tape->begin(nullptr);
  std::array<std::uint8_t, 4> buffer;
  const auto read = link.read(buffer, Deadline::never());
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().blame, Blame::kLink);
  EXPECT_EQ(read.error().what, "the cable is out");
  EXPECT_EQ(read.error().hint, "put it in");
  const auto flashed = tape->outside("flash", []() -> Result<json> {
    ADD_FAILURE() << "nothing real is called";
    return json();
  });
  ASSERT_FALSE(flashed.ok());
  EXPECT_EQ(flashed.error().blame, Blame::kTool);
  EXPECT_EQ(flashed.error().what, "no tool");
}

/// Frames in @p bytes, acknowledgements left out: header and payload.
std::vector<std::pair<frame::Header, Bytes>> frames_in(const Bytes& bytes) {
  std::vector<std::pair<frame::Header, Bytes>> frames;
  Bytes buffer(1024);
  frame::Decoder decoder(buffer);
  for (const std::uint8_t byte : bytes) {
    if (decoder.push(byte) != frame::Decoder::Event::kFrame) continue;
    const auto body = decoder.body();
    const auto payload = body.subspan(frame::kHeaderBytes);
    const frame::Header header = frame::header_of(body);
    if (header.type != frame::Type::kAck)
      frames.push_back({header, {payload.begin(), payload.end()}});
  }
  return frames;
}

/// Reads until nothing comes within 100 ms.
Bytes read_all(Link& link) {
  Bytes all;
  std::array<std::uint8_t, 5> buffer;
  while (true) {
    const auto count = link.read(buffer, Deadline::after(milliseconds(100)));
    if (!count.ok() || *count == 0) return all;
    all.insert(all.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(*count));
  }
}

/// Says @p reply once it has heard @p bytes bytes.
class AnsweringLink : public EchoLink {
 public:
  Bytes reply;
  std::size_t bytes = 0;

  Result<std::size_t> write(std::span<const std::uint8_t> given) override {
    heard_ += given.size();
    if (heard_ >= bytes) incoming.insert(incoming.end(), reply.begin(), reply.end());
    if (heard_ >= bytes) reply.clear();
    return given.size();
  }

 private:
  std::size_t heard_ = 0;
};

TEST_F(Replay, AHostWithOtherTimingAndOtherFramesHearsTheSame) {
  const Bytes whole = data(0, {1, 2, 3, 4});
  AnsweringLink board;
  board.bytes = whole.size();
  board.reply = data(0, {7, 8, 9});
  {
    const auto tape = recorder();
    Link& link = tape->begin(&board);
    static_cast<void>(link.write(whole));
    EXPECT_EQ(frames_in(read_all(link)).size(), 1u);
    EXPECT_TRUE(tape->finish().ok());
  }
  const auto tape = player();
  Link& link = tape->begin(nullptr);
  EXPECT_TRUE(frames_in(read_all(link)).empty());  // it has not spoken yet
  EXPECT_FALSE(tape->to_the_letter());
  EXPECT_TRUE(link.write(data(0, {1, 2})).ok());
  EXPECT_TRUE(frames_in(read_all(link)).empty());  // nor said all
  EXPECT_TRUE(link.write(data(1, {3, 4})).ok());
  EXPECT_TRUE(link.write(data(0, {1, 2})).ok());  // again: that counts for nothing
  const auto frames = frames_in(read_all(link));
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].second, (Bytes{7, 8, 9}));
  EXPECT_EQ(frames[0].first.ack, 2);  // of this host's two frames
  EXPECT_EQ(tape->difference(), "");
  std::array<std::uint8_t, 4> buffer;
  const auto after = link.read(buffer, Deadline::after(milliseconds(1)));
  ASSERT_FALSE(after.ok());
  EXPECT_THAT(after.error().what, HasSubstr("the tape ends here"));
}

TEST_F(Replay, PollsAreAnswered) {
  record([](Link& link) { static_cast<void>(link.write(data(0, {1}))); });
  const auto tape = player();
  Link& link = tape->begin(nullptr);
  EXPECT_TRUE(link.write(frame_of(frame::Type::kPoll, 5, {})).ok());
  std::array<std::uint8_t, 64> bytes;
  const auto count = link.read(bytes, Deadline::after(milliseconds(1)));
  ASSERT_TRUE(count.ok());
  Bytes buffer(64);
  frame::Decoder decoder(buffer);
  auto event = frame::Decoder::Event::kNone;
  for (std::size_t i = 0; i < *count; ++i)
    event = decoder.push(bytes[i]);
  ASSERT_EQ(event, frame::Decoder::Event::kFrame);
  const auto ack = frame::read_ack(decoder.body().subspan(frame::kHeaderBytes));
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->flags, frame::kAckAnswer);
  EXPECT_EQ(ack->polled_seq, 5);
}

TEST_F(Replay, AnotherFrameIsADifference) {
  const Bytes first = data(0, {1, 2, 3});
  record([&](Link& link) {
    for (std::size_t at = 0; at < first.size();)
      at += *link.write(std::span(first).subspan(at));
  });
  const auto tape = player();
  Link& link = tape->begin(nullptr);
  const Bytes other = data(0, {1, 2, 4});
  Result<std::size_t> written = 0;
  for (std::size_t at = 0; at < other.size(); at += *written) {
    written = link.write(std::span(other).subspan(at));
    if (!written.ok()) break;
  }
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().blame, Blame::kModel);
  EXPECT_THAT(written.error().what,
              HasSubstr("the host behaves otherwise than recorded, at frame 1: byte 2 of the "
                        "session is 04, the tape's is 03"));
  EXPECT_EQ(tape->difference(), "at frame 1: byte 2 of the session is 04, the tape's is 03");
}

TEST_F(Replay, AFrameTooManyOrTooFewIsADifference) {
  const Bytes first = data(0, {1});
  const Bytes second = data(1, {2});
  record([&](Link& link) {
    for (const Bytes& bytes : {first, second}) {
      for (std::size_t at = 0; at < bytes.size();)
        at += *link.write(std::span(bytes).subspan(at));
    }
  });
  {
    const auto tape = player();
    Link& link = tape->begin(nullptr);
    for (std::size_t at = 0; at < first.size();)
      at += *link.write(std::span(first).subspan(at));
    tape->end();
    EXPECT_EQ(tape->difference(), "it says 1 of the 2 B of the tape's session");
  }
  const auto tape = player();
  Link& link = tape->begin(nullptr);
  Bytes more = first;
  more.insert(more.end(), second.begin(), second.end());
  const Bytes third = data(2, {3});
  more.insert(more.end(), third.begin(), third.end());
  std::size_t at = 0;
  Result<std::size_t> count = 0;
  while (at < more.size() && (count = link.write(std::span(more).subspan(at))).ok())
    at += *count;
  ASSERT_FALSE(count.ok());
  EXPECT_THAT(tape->difference(), HasSubstr("it says more than the 2 B of the tape's session"));
}

TEST_F(Replay, ATapeThatWasCutOffEndsThere) {
  record([&](Link& link) {
    const Bytes bytes = data(0, {1});
    for (std::size_t at = 0; at < bytes.size();)
      at += *link.write(std::span(bytes).subspan(at));
  });
  auto bytes = *read_tape_file(path_);
  bytes.resize(bytes.size() - 1);  // without its last block
  const auto made = Player::create(std::move(bytes));
  ASSERT_TRUE(made.ok());
  EXPECT_FALSE((*made)->whole());
  Link& link = (*made)->begin(nullptr);
  std::array<std::uint8_t, 4> buffer;
  const auto read = link.read(buffer, Deadline::never());
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().blame, Blame::kLink);
  EXPECT_THAT(read.error().what, HasSubstr("the tape ends here"));
  EXPECT_EQ((*made)->difference(), "");
}

TEST_F(Replay, WhatTheTapeDoesNotHaveIsADifference) {
  record([](Link&) {});
  const auto tape = player();
  tape->begin(nullptr);
  const auto told = tape->outside("flash", []() -> Result<json> { return json(); });
  ASSERT_FALSE(told.ok());
  EXPECT_THAT(told.error().what, HasSubstr("it asks for 'flash'"));
  EXPECT_EQ(tape->difference(), "it asks for 'flash'");
}

TEST_F(Replay, AWaitForTheClockAloneEnds) {
  record([](Link&) {});
  const auto tape = player();
  tape->begin(nullptr);
  const Deadline deadline = Deadline::after(milliseconds(10));
  while (!deadline.expired()) {
  }
  EXPECT_TRUE(deadline.expired());
}

TEST_F(Replay, ASignalComesAtTheSameLook) {
  EchoLink echo;
  {
    const auto tape = recorder();
    Link& link = tape->begin(&echo);
    EXPECT_EQ(Clock::stop_signal(0), 0);
    static_cast<void>(link.wait(false, Deadline::after({})));
    EXPECT_EQ(Clock::stop_signal(0), 0);
    EXPECT_EQ(Clock::stop_signal(15), 15);
    EXPECT_EQ(Clock::stop_signal(15), 15);
    EXPECT_TRUE(tape->finish().ok());
  }
  const auto tape = player();
  Link& link = tape->begin(nullptr);
  EXPECT_EQ(Clock::stop_signal(0), 0);
  static_cast<void>(link.wait(false, Deadline::after({})));
  EXPECT_EQ(Clock::stop_signal(0), 0);
  EXPECT_EQ(Clock::stop_signal(0), 15);
  EXPECT_EQ(Clock::stop_signal(0), 15);
  EXPECT_EQ(Clock::stop_signal(2), 2);  // one of today counts more
}

TEST_F(Replay, NoLeaseIsOnTheTape) {
  const Bytes open = open_frame(0x77, 0x4C65617365546F6B);
  record([&](Link& link) {
    for (std::size_t at = 0; at < open.size();)
      at += *link.write(std::span(open).subspan(at));
  });
  Bytes recorded;
  const auto bytes = *read_tape_file(path_);
  auto reader = *Reader::open(bytes);
  while (auto record = *reader.next()) {
    if (record->kind == Kind::kOut)
      recorded.insert(recorded.end(), record->bytes.begin(), record->bytes.end());
  }
  EXPECT_EQ(recorded, open_frame(0x77, 0));
  const auto tape = player();  // another lease than then is no difference
  Link& link = tape->begin(nullptr);
  const Bytes other = open_frame(0x77, 99);
  for (std::size_t at = 0; at < other.size();)
    at += *link.write(std::span(other).subspan(at));
  EXPECT_TRUE(tape->to_the_letter());
  EXPECT_EQ(tape->difference(), "");
}

TEST_F(Replay, ATapeWithoutAStartIsRefused) {
  {
    auto writer = Writer::create(path_);
    ASSERT_TRUE(writer.ok());
    Record note;
    note.kind = Kind::kNote;
    note.bytes = {'s', 't', 'a', 'r', 't'};
    note.text = "{\"steady_ns\": -1, \"utc_ns\": \"x\"}";
    (*writer)->add(note);
  }
  const auto made = Player::create(*read_tape_file(path_));
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().what, "the tape does not say when it was started");
}

}  // namespace
}  // namespace hil::tape
