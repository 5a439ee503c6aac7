// SPDX-License-Identifier: Apache-2.0
// The tape's clock and what comes from elsewhere than the link.
#include "host/link/tape/player.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "host/link/tape/played_link.hpp"

namespace hil::tape {
namespace {

using Steady = std::chrono::steady_clock;

/// A loop that waits for the clock alone would never end where time passes with the link only:
/// after so many looks without a step each one takes a microsecond.
constexpr std::uint64_t kMostLooks = 10'000;
constexpr std::uint64_t kNsPerLook = 1'000;
/// Time that passes when something is asked for that the tape does not have.
constexpr std::uint64_t kNsPerMiss = 100'000'000;

/// The note "start" has what a replay can't do without.
std::optional<std::int64_t> time_in(const nlohmann::json& start, const char* name) {
  if (!start.is_object()) return std::nullopt;
  const auto found = start.find(name);
  if (found == start.end() || !found->is_number_integer()) return std::nullopt;
  const auto ns = found->get<std::int64_t>();
  constexpr auto kMost = std::int64_t{1} << 62;  // and kMostNs on top of it
  if (ns < 0 || ns > kMost) return std::nullopt;
  return ns;
}

/// What @p record takes in memory at most; waits and looks at the clock are not kept.
std::uint64_t kept_bytes(const Record& record) {
  if (record.kind == Kind::kWait || record.kind == Kind::kClock) return 0;
  return sizeof(Record) + record.bytes.size() + record.text.size();
}

}  // namespace

Result<std::unique_ptr<Player>> Player::create(std::vector<std::uint8_t> tape,
                                               std::uint64_t most_bytes) {
  HIL_ASSIGN(Reader first, Reader::open(tape));
  std::unique_ptr<Player> player(new Player(std::move(tape), std::move(first)));
  HIL_TRY(player->scan(most_bytes));
  return player;
}

Player::Player(std::vector<std::uint8_t> tape, Reader reader)
    : tape_(std::move(tape)), reader_(std::move(reader)) {}

Player::~Player() = default;

/// One pass for the notes; the bytes of a vector stay where they are when it is moved.
Status Player::scan(std::uint64_t most_bytes) {
  Reader reader = reader_;
  std::uint64_t bytes = 0;
  while (true) {
    HIL_ASSIGN(auto record, reader.next());
    if (!record) break;
    bytes += kept_bytes(*record);
    if (bytes > most_bytes) {
      return Error{Blame::kUser,
                   fmt::format("the tape is too large to be replayed: it unpacks to more than {} B",
                               most_bytes),
                   "hilbench tape show prints it; record a shorter run"};
    }
    if (record->kind != Kind::kNote || is_note(*record, "outside")) continue;
    notes_.emplace_back(std::string(record->bytes.begin(), record->bytes.end()),
                        std::move(record->text));
  }
  whole_ = reader.ended();
  const auto start = find_note("start");
  const auto steady_ns = time_in(start, "steady_ns");
  const auto utc_ns = time_in(start, "utc_ns");
  if (!steady_ns || !utc_ns) {
    return Error{Blame::kUser, "the tape does not say when it was started",
                 "its run was killed at once, or it is no tape of hilbench"};
  }
  using std::chrono::duration_cast;
  using std::chrono::nanoseconds;
  start_ = time_point(nanoseconds(*steady_ns));
  start_utc_ = std::chrono::system_clock::time_point(
      duration_cast<std::chrono::system_clock::duration>(nanoseconds(*utc_ns)));
  return {};
}

nlohmann::json Player::find_note(const std::string& what) const {
  const auto found = std::find_if(notes_.rbegin(), notes_.rend(),
                                  [&](const auto& note) { return note.first == what; });
  if (found == notes_.rend()) return nullptr;
  auto json = parse_note<nlohmann::json>(found->second);
  return json.is_discarded() ? nlohmann::json() : json;
}

Link& Player::begin(Link* /*real*/) {
  link_ = std::make_unique<PlayedLink>(*this);
  const Record* first = peek();  // passes over the line's name and rate
  if (!by_frames_ && first != nullptr && first->kind == Kind::kClock && first->number == 0) {
    consume();
  }
  scope_.emplace(static_cast<ClockSource*>(this));
  return *link_;
}

void Player::end() {
  scope_.reset();
}

const Record* Player::peek() {
  while (!next_ && !at_end_) {
    auto record = reader_.next();
    if (!record.ok() || !*record) {
      at_end_ = true;
      break;
    }
    const Kind kind = (*record)->kind;
    if (is_step(kind) || kind == Kind::kLine || is_note(**record, "outside")) {
      next_ = std::move(**record);
    }
    if (kind == Kind::kLine) settle();
  }
  return next_ ? &*next_ : nullptr;
}

/// Takes the change of the line that is next.
void Player::settle() {
  const Record line = consume();
  name_ = line.text;
  baud_ = static_cast<std::uint32_t>(line.number);
}

Record Player::consume() {
  Record record = std::move(*next_);
  next_.reset();
  pass_to(record.at_ns);
  if (record.kind == Kind::kOut) ++replayed_.outputs;
  if (is_input(record)) ++replayed_.inputs;
  if (record.kind == Kind::kStamp) ++replayed_.stamps;
  if (record.kind == Kind::kNote) ++replayed_.outsides;
  if (is_step(record.kind)) looks_ = stop_looks_ = 0;
  return record;
}

std::optional<Record> Player::expect(Kind kind) {
  if (by_frames_) return std::nullopt;
  const Record* next = peek();
  const bool failure = next != nullptr && next->kind == Kind::kFailed &&
                       next->number == static_cast<std::uint64_t>(kind);
  if (next != nullptr && (next->kind == kind || failure)) {
    Record record = consume();
    peek();  // a change of the line that comes with it
    return record;
  }
  go_by_frames();
  return std::nullopt;
}

void Player::go_by_frames() {
  const auto again = Reader::open(tape_);
  by_frames_ = std::make_unique<FrameReplay>(*again, replayed_);
}

void Player::pass_to(std::uint64_t at_ns) {
  now_ns_ = std::max(now_ns_, at_ns);
}

Player::time_point Player::point(std::uint64_t at_ns) const {
  return start_ + std::chrono::nanoseconds(at_ns);
}

std::uint64_t Player::ns_at(time_point at) const {
  if (at <= start_) return 0;
  const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(at - start_).count();
  return std::min(static_cast<std::uint64_t>(ns), kMostNs);
}

Player::time_point Player::now() {
  ++looks_;
  if (!by_frames_) {
    const Record* next = peek();
    if (next != nullptr && next->kind == Kind::kClock && next->number == looks_) consume();
  }
  if (looks_ > kMostLooks) now_ns_ += kNsPerLook;
  return point(now_ns_);
}

Player::time_point Player::stamp() {
  const auto record = expect(Kind::kStamp);
  if (record) return point(record->at_ns);
  const auto stamp = by_frames_->take_stamp();
  if (stamp) pass_to(*stamp);
  return stamp ? point(*stamp) : now();
}

std::chrono::system_clock::time_point Player::utc_now() {
  return start_utc_ +
         std::chrono::duration_cast<std::chrono::system_clock::duration>(now() - start_);
}

int Player::stop_signal(int real) {
  if (real != 0) return real;
  ++stop_looks_;
  const Record* next = by_frames_ ? nullptr : peek();
  if (next != nullptr && next->kind == Kind::kStop && next->other == stop_looks_) {
    stopped_ = static_cast<int>(std::min<std::uint64_t>(consume().number, 64));
  }
  return stopped_;
}

Result<nlohmann::json> Player::outside(std::string_view what,
                                       const std::function<Result<nlohmann::json>()>& /*real*/) {
  if (!by_frames_) {
    const Record* next = peek();
    if (next != nullptr && is_note(*next, "outside")) {
      const Record record = consume();
      peek();
      return value_of(what, record.text);
    }
    go_by_frames();
  }
  return value_of(what, by_frames_->take_outside().value_or(""));
}

Result<nlohmann::json> Player::value_of(std::string_view what, const std::string& text) {
  const auto said = parse_note<nlohmann::json>(text);
  if (said.is_object() && said.contains("what") && said["what"] == what) {
    if (said.contains("error")) return error_of(said["error"]);
    if (said.contains("value")) return said["value"];
  }
  now_ns_ += kNsPerMiss;  // who tries again until a deadline comes to it
  if (text.empty() && !whole_) {
    return Error{Blame::kLink, fmt::format("the tape ends here, without '{}'", what),
                 "its run was ended from outside"};
  }
  if (odd_outside_.empty()) odd_outside_ = what;
  return Error{Blame::kModel,
               fmt::format("the host behaves otherwise than recorded: it asks for '{}', of which "
                           "the tape has nothing there",
                           what),
               ""};
}

std::string Player::difference() {
  if (!odd_outside_.empty()) return fmt::format("it asks for '{}'", odd_outside_);
  if (!by_frames_) {
    const auto again = Reader::open(tape_);
    return whole_ ? FrameReplay(*again, replayed_).unsaid() : "";
  }
  if (!by_frames_->difference().empty()) {
    return whole_ || !by_frames_->ran_out() ? by_frames_->difference() : "";
  }
  return whole_ ? by_frames_->unsaid() : "";
}

}  // namespace hil::tape
