// SPDX-License-Identifier: Apache-2.0
// run_schedule(): host, agent, two bad lanes, and a stream of numbered bytes each way.
#include "tests/protocol/frame/schedule.hpp"

#include <array>
#include <random>

#include "tests/protocol/frame/bad_lane.hpp"
#include "tests/protocol/frame/end.hpp"

namespace hil::frame::test {
namespace {

/// The host opens a session again when so many polls in a row were not answered.
constexpr unsigned kPatience = 12;
/// Polls that may be needed on a good line: one for each direction's last loss, one for a poll that
/// was answered before what it asks for had come, and one for a session that the agent has lost.
constexpr unsigned kMostRepairs = 6;
constexpr std::size_t kMostWritten = 1'000'000;

/// One direction's stream of one session, as it should be: byte number n is a hash of n.
struct Stream {
  std::uint64_t salt = 0;
  std::size_t written = 0, read = 0;

  [[nodiscard]] std::uint8_t byte(std::size_t index) const {
    const std::uint64_t mixed = (index + salt) * 0x9E37'79B9'7F4A'7C15u;
    return (mixed >> 61) == 0 ? std::uint8_t{0} : static_cast<std::uint8_t>(mixed >> 40);
  }
  template <class E>
  void write(E& end, std::size_t most) {
    Bytes bytes(std::min({most, end.endpoint.writable(), kMostWritten - written}));
    for (std::uint8_t& value : bytes)
      value = byte(written++);
    end.endpoint.write(bytes);
  }
  template <class E>
  std::string take(E& end, std::size_t most) {
    for (const std::uint8_t value : end.read(most)) {
      if (read == written) return "more bytes came out than went in";
      if (value != byte(read)) return "byte " + std::to_string(read) + " is another one";
      ++read;
    }
    return {};
  }
};

class Schedule {
 public:
  Schedule(std::uint64_t seed, ScheduleCounts& counts)
      : random_(seed),
        counts_(counts),
        host_(draw_limits(300, one_in(8) ? kMostWindow : 64)),
        agent_(draw_limits(200, one_in(8) ? kMostWindow : 24), one_in(2)),
        down_(draw_faults(), draw_late(), random_),
        up_(draw_faults(), draw_late(), random_),
        resets_(one_in(3)) {}

  std::string run() {
    open_session();
    // Some are long enough for the frames' numbers to start over.
    for (auto steps = one_in(50) ? draw(4000, 8000) : draw(50, 400); steps > 0; --steps) {
      if (std::string wrong = step(); !wrong.empty()) return wrong + " on the bad line";
    }
    down_.repair();
    up_.repair();
    std::string wrong = settle();
    count_frames();
    return wrong;
  }

 private:
  std::size_t draw(std::size_t least, std::size_t most) {
    return least + random_() % (most - least + 1);
  }
  bool one_in(std::size_t count) { return random_() % count == 0; }
  Limits draw_limits(std::size_t payload, std::size_t window) {
    const auto bytes = static_cast<std::uint16_t>(draw(32, payload));
    return {bytes, 64, static_cast<std::uint8_t>(one_in(4) ? draw(1, 2) : draw(1, window))};
  }
  /// Frames that may overtake a late one: with the largest window behind it, not so many that it is
  /// taken for one of the next round of numbers.
  std::size_t draw_late() { return one_in(8) ? draw(9, 90) : draw(1, 8); }
  LaneFaults draw_faults() {
    const auto share = [this] {
      constexpr std::array<double, 6> kShares{0, 0, 0.01, 0.05, 0.1, 0.3};
      return kShares[random_() % kShares.size()];
    };
    return {share(), share(), share(), share()};
  }

  std::string step() {
    switch (random_() % 16) {
      case 0:
      case 1:
        if (opened_) to_agent_.write(host_, draw(1, 400));
        break;
      case 2:
        if (in_session()) to_host_.write(agent_, draw(1, 200));
        break;
      case 3:
        host_.endpoint.push();
        break;
      case 4:
        agent_.endpoint.push();
        break;
      case 5:
        if (in_session()) return to_agent_.take(agent_, draw(1, 400));
        break;
      case 6:
        if (opened_) return to_host_.take(host_, draw(1, 400));
        break;
      case 7:
        keep_time();
        break;
      case 8:
        rarely();
        break;
      case 9:
      case 10:
      case 11:
        if (auto wire = host_.next(one_in(2))) down_.send(*wire);
        break;
      case 12:
      case 13:
        if (auto wire = agent_.next(one_in(2))) up_.send(*wire);
        break;
      case 14:
        deliver_down();
        break;
      default:
        deliver_up();
    }
    return {};
  }

  void rarely() {
    if (one_in(4)) {
      host_.endpoint.sender().shape(draw(1, 300), draw(1, 64), draw(1, 40));
    } else if (resets_ && one_in(8)) {
      // Starting takes the agent longer than any frame is late.
      agent_.endpoint.close();
      down_.clear();
      up_.clear();
    }
  }
  /// The agent is in the session that the streams belong to.
  [[nodiscard]] bool in_session() const {
    return agent_.endpoint.is_open() && agent_.endpoint.session() == session_;
  }

  /// The host's clock: polls when nothing has come for a while, and gives the session up at last.
  void keep_time() {
    if (!opened_) return down_.send(open_frame());
    if (++silent_ > kPatience) return open_session();
    if (one_in(2)) host_.endpoint.poll();
  }

  void open_session() {
    ++counts_.sessions;
    ++session_;
    count_frames();
    opened_ = false;
    silent_ = 0;
    host_.endpoint.close();
    to_agent_ = {random_()};
    to_host_ = {random_()};
    down_.send(open_frame());
  }
  [[nodiscard]] Bytes open_frame() const {
    std::array<std::uint8_t, kMostControlBytes> payload;
    const Header header{kLinkVersion, Type::kOpen, static_cast<std::uint8_t>(session_), 0, 0, 0};
    return HostEnd::wire_of(header, write(Open{session_, 0, host_.limits}, payload));
  }

  void deliver_down() {
    const auto wire = down_.arrive();
    if (!wire) return;
    for (const std::uint8_t byte : *wire) {
      if (agent_.decoder.push(byte) != Decoder::Event::kFrame) continue;
      const std::uint32_t kept = agent_.ahead.bits();
      const Received received = agent_.endpoint.receive(agent_.decoder.body());
      if (agent_.ahead.bits() > kept) ++counts_.out_of_order;
      switch (received) {
        case Received::kOpen:
          take_open();
          break;
        case Received::kNoSession: {
          std::array<std::uint8_t, kMostControlBytes> payload;
          up_.send(End::wire_of(agent_.endpoint.header_for(Type::kReset),
                                write(Reset{1, ResetCause::kPin}, payload)));
          break;
        }
        default:
          break;
      }
    }
  }
  /// As the agent does: a late open of a session that another has replaced is not a new one.
  void take_open() {
    const auto open = read_open(agent_.endpoint.payload());
    if (!open) return;
    if (!agent_.endpoint.is_open() || open->session > agent_.endpoint.session()) {
      agent_.endpoint.open(open->session, agent_.limits, open->host);
      if (in_session()) to_host_ = {random_()};
    }
    std::array<std::uint8_t, kMostControlBytes> payload;
    Accept accept;
    accept.session = agent_.endpoint.session();
    accept.agent = agent_.limits;
    accept.abilities = agent_.endpoint.abilities();
    up_.send(End::wire_of(agent_.endpoint.header_for(Type::kAccept), write(accept, payload)));
  }

  void deliver_up() {
    const auto wire = up_.arrive();
    if (!wire) return;
    for (const std::uint8_t byte : *wire) {
      if (host_.decoder.push(byte) != Decoder::Event::kFrame) continue;
      switch (host_.endpoint.receive(host_.decoder.body())) {
        case Received::kAccept:
          take_accept();
          break;
        case Received::kReset:
          // A notice that is older than the session opens one more: no harm.
          if (opened_) return open_session();
          break;
        case Received::kNoSession:
        case Received::kForeign:
          break;
        default:
          silent_ = 0;
      }
    }
  }
  void take_accept() {
    const auto accept = read_accept(host_.endpoint.payload());
    if (!accept || opened_ || accept->session != session_) return;
    host_.endpoint.open(session_, host_.limits, accept->agent, accept->abilities);
    opened_ = true;
    silent_ = 0;
  }

  /// The line is good: what has been written must come, with few polls.
  std::string settle() {
    for (unsigned repairs = 0; repairs <= kMostRepairs; ++repairs) {
      if (std::string wrong = move_all(); !wrong.empty()) return wrong + " on the good line";
      if (is_settled()) {
        counts_.repairs = std::max(counts_.repairs, repairs);
        return {};
      }
      if (opened_) {
        host_.endpoint.poll();
        if (!in_session()) open_session();
      } else {
        down_.send(open_frame());
      }
    }
    return "stuck: " + std::to_string(to_agent_.read) + " of " + std::to_string(to_agent_.written) +
           " bytes reached the agent, " + std::to_string(to_host_.read) + " of " +
           std::to_string(to_host_.written) + " the host";
  }
  [[nodiscard]] bool is_settled() const {
    return opened_ && host_.endpoint.settled() && agent_.endpoint.settled() &&
           to_agent_.read == to_agent_.written && to_host_.read == to_host_.written;
  }
  /// Moves frames, and reads, until nothing moves.
  std::string move_all() {
    for (bool moved = true; moved;) {
      moved = false;
      host_.endpoint.push();
      agent_.endpoint.push();
      while (auto wire = host_.next())
        down_.send(*wire);
      while (auto wire = agent_.next())
        up_.send(*wire);
      while (!down_.empty()) {
        deliver_down();
        moved = true;
      }
      while (!up_.empty()) {
        deliver_up();
        moved = true;
      }
      std::string wrong;
      if (in_session()) wrong = to_agent_.take(agent_, SIZE_MAX);
      if (wrong.empty() && opened_) wrong = to_host_.take(host_, SIZE_MAX);
      if (!wrong.empty()) return wrong;
    }
    return {};
  }

  void count_frames() {
    counts_.sent_again += host_.endpoint.counters().data_sent_again;
    counts_.bytes += to_agent_.read + to_host_.read;
  }

  std::mt19937_64 random_;
  ScheduleCounts& counts_;
  HostEnd host_;
  End agent_;
  BadLane down_, up_;
  bool resets_;
  std::uint32_t session_ = 0;
  bool opened_ = false;
  unsigned silent_ = 0;
  Stream to_agent_, to_host_;
};

}  // namespace

std::string run_schedule(std::uint64_t seed, ScheduleCounts& counts) {
  return Schedule(seed, counts).run();
}

}  // namespace hil::frame::test
