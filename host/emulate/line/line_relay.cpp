// SPDX-License-Identifier: Apache-2.0
// LineRelay: one loop that reads what has room, gives what is due, and sleeps in between.
#include "host/emulate/line/line_relay.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace hil::emulate {
namespace {

using Clock = LinePacer::Clock;

constexpr std::uint64_t kGarbleSeed = 0x6869'6c62'656e'6368;  // any; the same in every run
/// How often a host that does not read is tried again.
constexpr std::chrono::milliseconds kRetry{50};

/// Most bytes that wait for their turnaround; a line without a rate could bring any number.
constexpr std::size_t kMostArriving = 1 << 20;

void empty(int event_fd) {
  std::uint64_t ignored = 0;
  [[maybe_unused]] const auto count = ::read(event_fd, &ignored, sizeof ignored);
}

void note_passage(LineCounts::Time now, LineCounts::Time& first, LineCounts::Time& last) {
  if (first == LineCounts::Time{}) first = now;
  last = now;
}

}  // namespace

void LineRelay::Lane::enter(std::span<const std::uint8_t> more, Time now, LineCounts& counts) {
  const auto before = pacer.put_off();
  pacer.enter(more.size(), now);
  counts.put_off += pacer.put_off() - before;
  bytes.insert(bytes.end(), more.begin(), more.end());
}

std::size_t LineRelay::Lane::due(Time now, LineCounts& counts) {
  const auto before = pacer.put_off();
  const std::size_t count = pacer.due(now);
  (blocked ? counts.held_up : counts.put_off) += pacer.put_off() - before;
  return count;
}

void LineRelay::Lane::leave(std::size_t count) {
  pacer.leave(count);
  bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
}

Result<std::unique_ptr<LineRelay>> LineRelay::make(std::uint32_t baud,
                                                   Deadline::Clock::duration turnaround) {
  HIL_ASSIGN(BoardTty tty, BoardTty::open(baud));
  HIL_ASSIGN(auto watch, DivisorWatch::make());
  FileDescriptor wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake.is_open()) {
    return Error{Blame::kLab, fmt::format("cannot make an eventfd: {}", std::strerror(errno)),
                 "check the limit of open files (ulimit -n)"};
  }
  return std::unique_ptr<LineRelay>(
      new LineRelay(std::move(tty), std::move(watch), std::move(wake), baud, turnaround));
}

LineRelay::LineRelay(BoardTty tty, std::unique_ptr<DivisorWatch> watch, FileDescriptor wake,
                     std::uint32_t baud, Deadline::Clock::duration turnaround)
    : watch_(std::move(watch)),
      wake_(std::move(wake)),
      tty_(std::move(tty)),
      baud_(baud),
      garbler_(kGarbleSeed),
      to_device_(baud),
      to_host_(baud),
      arriving_(std::clamp<Deadline::Clock::duration>(turnaround, {}, kMostTurnaround)),
      thread_([this] { run(); }) {}

LineRelay::~LineRelay() {
  ending_ = true;
  wake();
  thread_.join();
}

void LineRelay::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
}

std::string LineRelay::pty() const {
  const std::lock_guard lock(mutex_);
  return tty_ ? tty_->path() : "";
}

LineCounts LineRelay::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void LineRelay::attach(FileDescriptor uart, DivisorWatch::ReadRate read_rate) {
  const bool has_reader = static_cast<bool>(read_rate);
  watch_->set_reader(std::move(read_rate));
  {
    const std::lock_guard lock(mutex_);
    uart_ = DeviceEnd(std::move(uart));
    has_reader_ = has_reader || uart_.is_terminal();
    judge_.forget();
  }
  wake();
}

void LineRelay::detach() {
  {
    const std::lock_guard lock(mutex_);
    lose_device();
  }
  watch_->set_reader({});
  wake();
}

Status LineRelay::hang_up() {
  {
    const std::lock_guard lock(mutex_);
    tty_.reset();
    to_host_.leave(to_host_.bytes.size());
    to_host_.blocked = false;
    arriving_.clear();
    auto tty = BoardTty::open(baud_);
    if (!tty.ok()) return tty.error();
    tty_ = std::move(*tty);
  }
  wake();
  return {};
}

void LineRelay::lose_device() {
  uart_.reset();
  to_device_.leave(to_device_.bytes.size());
  to_device_.blocked = false;
  has_reader_ = false;
  judge_.forget();
}

void LineRelay::run() {
  while (!ending_) {
    Waits next;
    {
      const std::lock_guard lock(mutex_);
      const auto now = Clock::now();
      pump(now);
      next = waits(now);
    }
    wait(next);
    empty(wake_.get());
  }
}

void LineRelay::pump(Time now) {
  note_rates(now);
  take_from_host(now);
  take_from_device(now);
  give_to_device(now);
  pass_to_host(now);
  give_to_host(now);
}

void LineRelay::note_rates(Time now) {
  if (const auto sample = watch_->take()) judge_.add_sample(sample->rate, sample->at);
  if (!tty_ || baud_ == 0) return;
  const std::uint32_t rate = tty_->rate();
  if (rate != 0 && judge_.set_host(rate, now)) {
    to_device_.pacer.set_rate(rate, now);
    to_host_.pacer.set_rate(rate, now);
  }
  if (uart_.is_terminal()) return sample_terminal(now);
  const bool passes = !to_device_.bytes.empty() || !to_host_.bytes.empty();
  if (has_reader_ && passes && judge_.wants_sample(now)) watch_->ask();
}

void LineRelay::sample_terminal(Time now) {
  const std::uint32_t rate = uart_.rate();
  // Not at every look: the sample before must be of the time before a change.
  if (rate != judge_.device() || judge_.wants_sample(now)) judge_.add_sample(rate, now);
}

void LineRelay::take_from_host(Time now) {
  std::array<std::uint8_t, 4096> buffer;
  const std::size_t room = uart_.is_open() ? to_device_.pacer.room() : buffer.size();
  if (!tty_ || room == 0) return;
  const auto count = tty_->read(std::span(buffer).first(std::min(room, buffer.size())));
  if (!count.ok()) tty_.reset();                // broken for good
  if (!count.ok() || !uart_.is_open()) return;  // without power nobody hears it
  to_device_.enter(std::span(buffer).first(*count), now, counts_);
  if (*count > 0) note_rates(now);  // it may have been set just before these bytes were sent
}

void LineRelay::take_from_device(Time now) {
  std::array<std::uint8_t, 4096> buffer;
  const std::size_t room = to_host_.pacer.room();
  if (!uart_.is_open() || room == 0) return;
  const auto count = uart_.read(std::span(buffer).first(std::min(room, buffer.size())));
  if (!count) return lose_device();  // its owner sees the device's end by itself
  to_host_.enter(std::span(buffer).first(*count), now, counts_);
}

void LineRelay::give_to_device(Time now) {
  const std::size_t due = to_device_.due(now, counts_);
  if (due == 0 || !uart_.is_open() || (has_reader_ && judge_.hold_until(now))) return;
  std::vector<std::uint8_t> bytes(to_device_.bytes.begin(),
                                  to_device_.bytes.begin() + static_cast<std::ptrdiff_t>(due));
  const Garbler before = garbler_;
  const bool bad = has_reader_ && judge_.garbles_to_device(now);
  if (bad) garbler_.garble(bytes);
  const auto count = uart_.write(bytes);
  if (!count) return lose_device();
  to_device_.blocked = *count < due;
  if (bad && *count < due) {  // what was not taken is garbled when it is
    garbler_ = before;
    garbler_.garble(std::span(bytes).first(*count));
  }
  to_device_.leave(*count);
  if (*count > 0) note_passage(now, counts_.first_to_device, counts_.last_to_device);
  counts_.to_device += *count;
  if (bad) counts_.garbled += *count;
}

void LineRelay::pass_to_host(Time now) {
  const std::size_t due = to_host_.due(now, counts_);
  if (due == 0 || stalled(now) || arriving_.size() > kMostArriving) return;
  const auto end = to_host_.bytes.begin() + static_cast<std::ptrdiff_t>(due);
  std::vector<std::uint8_t> bytes(to_host_.bytes.begin(), end);
  const bool bad = has_reader_ && judge_.garbles_to_host(now);
  if (bad) garbler_.garble(bytes);
  to_host_.leave(due);
  arriving_.enter(bytes, now);
  note_passage(now, counts_.first_to_host, counts_.last_to_host);
  counts_.to_host += due;
  if (bad) counts_.garbled += due;
}

void LineRelay::give_to_host(Time now) {
  const auto due = arriving_.due(now);
  if (due.empty()) return;
  const auto count = tty_ ? tty_->write(due) : Result<std::size_t>(due.size());
  const std::size_t taken = count.ok() ? *count : due.size();  // a dead line takes everything
  const bool left = taken < due.size();
  if (left && !to_host_.blocked) to_host_.blocked_since = now;
  to_host_.blocked = left;
  const bool drops = left && now - to_host_.blocked_since >= kMostStall;
  if (drops) counts_.dropped += due.size() - taken;
  arriving_.leave(drops ? due.size() : taken);
}

bool LineRelay::stalled(Time now) const {
  return to_host_.blocked && now - to_host_.blocked_since < kMostStall;
}

LineRelay::Waits LineRelay::waits(Time now) const {
  Waits waits;
  const auto by = [&](Time at) { waits.until = waits.until ? std::min(*waits.until, at) : at; };
  if (tty_) {
    waits.tty = tty_->descriptor();
    if (!uart_.is_open() || to_device_.pacer.room() > 0) waits.tty_events |= POLLIN;
    if (to_host_.blocked && !arriving_.empty()) waits.tty_events |= POLLOUT;
  }
  if (uart_.is_open()) {
    waits.uart = uart_.descriptor();
    if (to_host_.pacer.room() > 0) waits.uart_events |= POLLIN;
    if (to_device_.blocked) waits.uart_events |= POLLOUT;
  }
  if (stalled(now)) {
    by(std::min(now + kRetry, to_host_.blocked_since + kMostStall));
  } else {
    if (to_host_.pacer.waiting() > 0) by(to_host_.pacer.next_look());
    if (!arriving_.empty()) by(arriving_.next());
  }
  if (!to_device_.blocked && to_device_.pacer.waiting() > 0) {
    const auto hold = has_reader_ ? judge_.hold_until(now) : std::nullopt;
    by(hold ? *hold : to_device_.pacer.next_look());
  }
  return waits;
}

void LineRelay::wait(const Waits& waits) const {
  std::array<pollfd, 4> polled{
      pollfd{wake_.get(), POLLIN, 0}, pollfd{watch_->descriptor(), POLLIN, 0},
      pollfd{waits.tty_events != 0 ? waits.tty : -1, waits.tty_events, 0},
      pollfd{waits.uart_events != 0 ? waits.uart : -1, waits.uart_events, 0}};
  timespec left = {};
  if (waits.until) {
    using namespace std::chrono;
    const auto time = std::max<Clock::duration>(*waits.until - Clock::now(), {});
    const auto whole = floor<seconds>(time);
    left = {static_cast<time_t>(whole.count()),
            static_cast<long>(duration_cast<nanoseconds>(time - whole).count())};
  }
  ::ppoll(polled.data(), polled.size(), waits.until ? &left : nullptr, nullptr);
}

}  // namespace hil::emulate
