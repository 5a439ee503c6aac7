// SPDX-License-Identifier: Apache-2.0
// run_stream(): pulls samples, and relates the board's clock to the host's meanwhile.
#include "host/app/streaming.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <optional>
#include <vector>

#include "host/app/console_io.hpp"
#include "host/report/text.hpp"
#include "host/session/clock_fit.hpp"

namespace hil::app {
namespace {

using session::StreamRun;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr auto kTimeToAnswer = seconds(5);
constexpr auto kTimeToEnd = seconds(20);    ///< for what waits on the board, over a slow line
constexpr auto kPause = milliseconds(100);  ///< between looks at Ctrl-C
constexpr auto kProgress = milliseconds(500);

/// A line on a terminal, rewritten as the stream goes on.
class Progress {
 public:
  void show(const session::StreamAccount& account) {
    const auto now = Deadline::Clock::now();
    if (!terminal_ || now < next_) return;
    next_ = now + kProgress;
    write(fmt::format("\r\033[Kstream: {} samples, {} lost", report::grouped(account.produced()),
                      report::grouped(account.losses().total())));
  }
  ~Progress() {
    if (terminal_) write("\r\033[K");
  }

 private:
  static void write(std::string_view text) {
    static_cast<void>(!::write(STDERR_FILENO, text.data(), text.size()));  // progress: no matter
  }
  bool terminal_ = is_terminal(STDERR_FILENO);
  Deadline::Clock::time_point next_{};
};

/// Exchanges of stamps while a stream goes on: often at first, then as seldom as a long one allows.
class ClockWatch {
 public:
  explicit ClockWatch(session::Session& session)
      : session_(session), real_(!session.agent().emulated) {}

  /// Makes an exchange if one is due. An emulated clock is not the host's kind of time.
  ///   every error of session::Session::sync_time()
  Status look(Deadline::Clock::time_point now) {
    if (!real_ || now < next_) return {};
    next_ = now + interval_;
    HIL_ASSIGN(const auto exchange, session_.sync_time(Deadline::after(kTimeToAnswer)));
    exchanges_.push_back(exchange);
    if (exchanges_.size() >= kMostExchanges) thin();
    return {};
  }
  /// Nothing with too few exchanges.
  [[nodiscard]] std::optional<session::ClockRatio> ratio() const {
    if (exchanges_.size() < session::kLeastExchanges) return std::nullopt;
    const auto fit = session::fit_clock(exchanges_, session_.agent().tick_hz);
    return fit.ok() ? std::optional(*fit) : std::nullopt;
  }

 private:
  static constexpr std::size_t kMostExchanges = 512;

  /// Every other one goes, and the next ones come half as often.
  void thin() {
    for (std::size_t i = 0; 2 * i < exchanges_.size(); ++i)
      exchanges_[i] = exchanges_[2 * i];
    exchanges_.resize((exchanges_.size() + 1) / 2);
    interval_ *= 2;
  }

  session::Session& session_;
  bool real_;
  Deadline::Clock::duration interval_ = milliseconds(50);
  Deadline::Clock::time_point next_{};
  std::vector<session::TimeSync> exchanges_;
};

/// What is known of the stream stays in the outcome when it fails.
class Streaming {
 public:
  Streaming(lab::ReadyBoard& board, const StreamWishes& wishes, StreamOutcome& outcome)
      : session_(board.session()), wishes_(wishes), outcome_(outcome), clock_(session_) {}

  Status run() {
    begun_ = Deadline::Clock::now();
    HIL_ASSIGN(StreamRun run,
               StreamRun::begin(session_, {outcome_.channel.number, outcome_.rate_hz, 0},
                                Deadline::after(kTimeToAnswer)));
    describe(run);
    const Status pulled = pull(run);
    outcome_.seconds =
        std::chrono::duration<double>(ended_.value_or(Deadline::Clock::now()) - begun_).count();
    outcome_.account = run.account();
    outcome_.stale_datagrams = run.stale_datagrams();
    outcome_.clock = clock_.ratio();
    return pulled;
  }

 private:
  void describe(const StreamRun& run) {
    const std::uint64_t tick_hz = session_.agent().tick_hz;
    outcome_.begun = true;
    outcome_.rate_hz = run.rate_hz();
    outcome_.pace = session::StreamPace(tick_hz, run.rate_hz());
    if (wishes_.csv != nullptr) {
      wishes_.csv->describe(tick_hz, run.rate_hz(), run.sample_bytes());
    }
  }

  Status pull(StreamRun& run) {
    const auto length = std::chrono::duration_cast<Deadline::Clock::duration>(wishes_.length);
    const auto enough = Deadline::until(begun_ + length);
    std::optional<Deadline> give_up;
    Progress progress;
    while (!run.done()) {
      if (!give_up && (enough.expired() || wishes_.stop->requested())) {
        give_up = Deadline::after(kTimeToEnd);
        ended_ = Deadline::Clock::now();
        HIL_TRY(run.stop(*give_up));
      }
      if (give_up && give_up->expired()) return never_ends();
      if (!give_up) HIL_TRY(clock_.look(Deadline::Clock::now()));
      const auto pause = Deadline::earlier(enough, Deadline::after(kPause));
      HIL_ASSIGN(const auto samples, run.next(give_up ? *give_up : pause));
      if (samples) HIL_TRY(take(*samples));
      progress.show(run.account());
    }
    return {};
  }

  static Error never_ends() {
    return {Blame::kDevice, "the stream has been stopped, but its last samples do not come",
            "reset the board"};
  }

  Status take(const session::Samples& samples) {
    outcome_.pace.add(samples.first_index, samples.device_ticks);
    if (wishes_.csv == nullptr) return {};
    return wishes_.csv->add(samples.first_index, samples.device_ticks, samples.bytes);
  }

  session::Session& session_;
  const StreamWishes& wishes_;
  StreamOutcome& outcome_;
  ClockWatch clock_;
  Deadline::Clock::time_point begun_{};
  std::optional<Deadline::Clock::time_point> ended_;
};

}  // namespace

Status run_stream(lab::ReadyBoard& board, const StreamWishes& wishes, StreamOutcome& outcome) {
  return Streaming(board, wishes, outcome).run();
}

}  // namespace hil::app
