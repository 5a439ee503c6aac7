// SPDX-License-Identifier: Apache-2.0
// Streams of samples that a board takes by itself: pulled block by block, every loss accounted for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/session/session.hpp"
#include "host/session/stream_account.hpp"

namespace hil::session {

/// Something on the board that gives samples.
struct StreamChannel {
  std::uint32_t number = 0;        ///< for StreamOptions
  std::string name;                ///< printable: "counter16"
  std::uint32_t sample_bytes = 0;  ///< of one sample; never 0
  std::uint32_t most_hz = 0;       ///< samples per second at most; never 0
};

/// The board's channels; none if its agent has no streams.
///   kDevice  channels that make no sense
///   and every error of rpc::Channel::call()
Result<std::vector<StreamChannel>> list_streams(Session& session, Deadline deadline);

struct StreamOptions {
  std::uint32_t channel = 0;  ///< its number
  std::uint32_t rate_hz = 0;  ///< samples per second
  /// Samples to be taken, dropped ones included; the run is done by itself when the last of them
  /// has come (if it is lost, stop() tells). 0: until stop().
  std::uint64_t count = 0;
};

/// Consecutive samples.
struct Samples {
  Deadline::Clock::time_point at;  ///< when the host got them
  std::uint64_t first_index = 0;   ///< of the first one; what is lost is numbered, too
  std::uint64_t device_ticks = 0;  ///< when the first one was taken (AgentInfo::tick_hz)
  StreamLosses lost;               ///< right before them
  std::vector<std::uint8_t> bytes;
};

/// One stream, pulled by its caller:
///
///   while (!run.done()) {
///     if (enough) stop(deadline);
///     next(deadline), which may give samples;
///   }
///   run.account() says what was lost, and where.
///
/// Other calls may be made over the session meanwhile; samples that come then wait in a bounded
/// queue. Destroyed before done(), it leaves the agent sending until the session ends.
class StreamRun {
 public:
  /// Begins a stream over @p session, which must outlive it. One at a time.
  ///   kUser    the agent has no streams, no such channel, or not at this rate
  ///   kDevice  a stream is going on already, or an answer that makes no sense
  ///   and every error of rpc::Channel::call()
  static Result<StreamRun> begin(Session& session, const StreamOptions& options, Deadline deadline);

  /// The next samples. Blocks until some are there; returns nothing when done() or when
  /// @p deadline passes.
  ///   kDevice  what came does not add up (StreamAccount)
  ///   and every error of rpc::Channel::call()
  Result<std::optional<Samples>> next(Deadline deadline);

  /// Ends the stream on the device. Samples that are on their way still come by next(), until
  /// done(). May be called again.
  ///   every error of rpc::Channel::call()
  Status stop(Deadline deadline);

  /// True when all that the device sent has come or is known to be lost.
  [[nodiscard]] bool done() const { return account_.closed(); }
  [[nodiscard]] const StreamAccount& account() const { return account_; }
  /// Datagrams that were left out because they came twice or after a newer one.
  [[nodiscard]] std::uint64_t stale_datagrams() const { return channel().stream().stale(); }

  [[nodiscard]] std::uint32_t rate_hz() const { return rate_hz_; }  ///< nominal, as the device says
  [[nodiscard]] std::uint32_t sample_bytes() const { return sample_bytes_; }
  [[nodiscard]] std::uint32_t block_samples() const { return block_samples_; }

 private:
  /// Keeps the channel expecting samples, for as long as it lives.
  class Hold {
   public:
    Hold(rpc::Channel& channel, std::uint8_t call);
    Hold(Hold&& other) noexcept : channel_(std::exchange(other.channel_, nullptr)) {}
    Hold& operator=(Hold&& other) noexcept {
      std::swap(channel_, other.channel_);
      return *this;
    }
    ~Hold();

   private:
    rpc::Channel* channel_;
  };

  StreamRun(Session& session, const StreamOptions& options, std::uint8_t call);
  Status ask_end(Deadline deadline);
  Result<std::optional<Samples>> take_block();
  Status move_on(Deadline deadline);
  [[nodiscard]] rpc::Channel& channel() const { return session_->channel(); }

  Session* session_;
  StreamOptions options_;
  Hold hold_;
  std::uint32_t rate_hz_ = 0, sample_bytes_ = 1, block_samples_ = 1;
  StreamAccount account_;
  std::optional<StreamEnd> end_;  ///< the stream has been stopped
  std::uint32_t waiting_ = 0;     ///< datagrams that the device had not sent then
};

}  // namespace hil::session
