// SPDX-License-Identifier: Apache-2.0
// A reliable conversation with one agent over a link: whole messages, calls, and who waits for
// whom.
#pragma once

#include <bitset>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/link/link.hpp"
#include "host/rpc/frame_size.hpp"
#include "host/rpc/line_clock.hpp"
#include "host/rpc/log_line.hpp"
#include "host/rpc/message.hpp"
#include "host/rpc/message_reader.hpp"
#include "host/rpc/opening.hpp"
#include "host/rpc/statistics.hpp"
#include "host/rpc/stream_queue.hpp"
#include "protocol/frame/control.hpp"
#include "protocol/frame/decoder.hpp"
#include "protocol/frame/endpoint.hpp"

namespace hil::rpc {

struct ChannelOptions {
  std::string board = "the board";  ///< for messages: "linux"
  std::uint64_t lease = 0;          ///< token of the lease under which the board is used, 0: none
  std::uint32_t session = 0;        ///< session id; 0: drawn at random
  std::chrono::milliseconds open_interval{200};  ///< between repeated opens
  bool other_rate = false;  ///< the agent is probably at another rate, see OpenRequest
  LineClock::Settings clock;
  const StopRequest* stop = nullptr;  ///< ends the opening of a session, see OpenRequest
};

using frame::text_of;  // of a ResetCause

/// One session on a link. Has no thread: nothing moves but inside open(), pump() and call().
/// Once it has failed, every later call returns the same error. Not thread-safe.
class Channel {
 public:
  /// Opens a session: repeats the open until the agent accepts. Blocks until then or @p deadline.
  /// @p link must outlive the channel.
  ///   kLink    no answer (link dead, wrong port, no agent), or the link failed
  ///   kDevice  the agent speaks another link version, or refuses
  static Result<std::unique_ptr<Channel>> open(Link& link, const ChannelOptions& options,
                                               Deadline deadline);
  /// Says goodbye, if close() has not and it has not failed.
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  /// Ends the session: one close frame, without waiting. Every later call returns @p why.
  void close(Error why);

  [[nodiscard]] const AgentStart& start() const { return start_; }
  [[nodiscard]] const std::string& board() const { return options_.board; }
  [[nodiscard]] LinkStatistics statistics() const;
  [[nodiscard]] Link& link() { return link_; }
  /// The rate of the link has been changed: frames, frames in flight and waits are for the new one
  /// from now on, and how many were lost at the old one is forgotten.
  void line_changed();

  /// Largest message body that the agent takes, in bytes.
  [[nodiscard]] std::size_t most_body_bytes() const;
  /// True when a message with a body of @p body_bytes fits into the send window now.
  [[nodiscard]] bool can_send(std::size_t body_bytes) const;
  /// Queues one message; nothing moves yet. head.body_bytes is filled in. Full frames leave with
  /// the next pump(), the last partial one after push().
  ///   kBug  it does not fit (ask can_send()), or is larger than the agent takes
  Status send(frame::MessageHead head, std::span<const std::uint8_t> body);
  /// Lets the last partial frame leave.
  void push() { endpoint_.push(); }
  /// Frames carry at most so many bytes of messages from now on; 0: as many as are best. The last
  /// bytes of a run in small frames let the agent begin with them before all have come.
  void limit_frames(std::size_t payload_bytes);
  /// True while frames wait for the agent's acknowledgement.
  [[nodiscard]] bool in_flight() const { return endpoint_.waiting(); }

  /// Moves bytes both ways. Returns as soon as something came (messages, log lines, room to send)
  /// or when @p deadline passes; one already past makes it a poll.
  ///   kLink    silence beyond the limit and the announced quiet time, or the link failed
  ///   kDevice  the agent reset, closed the session, or broke the protocol
  ///   kLab     another host took the board over
  Status pump(Deadline deadline);
  /// The next whole message that answers no call(): streams, and errors of streams.
  std::optional<Message> take();

  /// Sends a request and blocks until its reply comes or @p deadline passes. Streams that come in
  /// between are kept for take(). The reply's head carries the call id, which streams repeat.
  ///   kDevice  an ErrorReply (status, text and both details in `what`), or no reply in time
  ///   and every error of pump()
  Result<Message> call(Service service, std::uint8_t method, std::span<const std::uint8_t> body,
                       Deadline deadline);

  /// Sends a request and does not wait: its reply or error comes by take(), like its streams, and
  /// may be preceded by what is sent behind it. Returns the call id, held as by hold_call(). Blocks
  /// until there is room for the request or @p deadline passes.
  ///   kDevice  no room in time
  ///   and every error of pump()
  Result<std::uint8_t> start_call(Service service, std::uint8_t method,
                                  std::span<const std::uint8_t> body, Deadline deadline);

  /// Says that the agent owes something other than replies (results of a run), so that silence
  /// counts and polls are made.
  void expect_streams(bool expected);
  /// While @p hushed, nothing is said to frames that come twice. A poll that met its answer on the
  /// way has the agent send it again, and the second acknowledgement would come in a run that began
  /// with the first.
  void hush(bool hushed) { endpoint_.hush(hushed); }
  /// The agent may be silent for @p quiet on top of the silence limit. Clears what it announced.
  void set_quiet(std::chrono::milliseconds quiet);

  /// Keeps call id @p call for the streams of a run until drop_call(); without, its streams are
  /// taken only until the next call().
  void hold_call(std::uint8_t call) { held_.set(call); }
  /// Ends that. What still comes with this id is thrown away, until @p settled: nothing more can.
  void drop_call(std::uint8_t call, bool settled);

  /// What the agent said when it came back from a reset, which has ended this session; nothing if
  /// it has not.
  [[nodiscard]] const std::optional<frame::Reset>& heard_reset() const { return heard_reset_; }

  /// Lines of the agent's log that came since the last call, as they came: some may be missing.
  std::vector<LogLine> take_log();

  /// Blocks of samples that came. open() it with the call id of a stream right after that call; of
  /// a stream being begun by the call that is made now, it takes them already.
  [[nodiscard]] StreamQueue& stream() { return stream_; }

 private:
  using Clock = Deadline::Clock;
  /// Memory that the endpoint and the decoder work in.
  struct Buffers {
    explicit Buffers(const frame::Limits& peer);
    std::vector<std::uint8_t> send_slots;
    std::vector<frame::SelectiveSender::Slot> send_lengths;
    std::vector<std::uint8_t> receive;
    std::vector<std::uint8_t> decode;
  };

  Channel(Link& link, const ChannelOptions& options, const Opened& opened);

  Status run_pump(Deadline deadline);
  // Sending.
  Status flush(bool idle);
  void gather_frames(bool idle);
  void shape_frames();
  [[nodiscard]] std::size_t most_payload() const;
  void append(const frame::Header& header, std::span<const std::uint8_t> payload);
  void note_sent(const frame::Header& header, std::size_t bytes);
  void time_frame(const frame::Header& header);
  // Receiving.
  Status read_all();
  Status take_bytes(std::span<const std::uint8_t> bytes);
  Status take_event(frame::Decoder::Event event);
  Status act_on(frame::Received received, const frame::Header& header);
  void take_ack(const frame::Header& header);
  void take_answer(const frame::Header& header);
  Status take_messages();
  Status take_datagram(const frame::Header& header);
  Status take_log_line(const frame::MessageHead& head, std::span<const std::uint8_t> body);
  Status take_samples(const frame::MessageHead& head, std::span<const std::uint8_t> body);
  bool count_datagram(std::uint8_t seq);
  Status take_close(const frame::Header& header);
  Status take_reset();
  Status sort_in(Message message);
  [[nodiscard]] bool inbox_full() const;
  // Time and failure.
  Status keep_time(Clock::time_point now);
  [[nodiscard]] bool is_due() const;
  void apply_quiet();
  [[nodiscard]] bool is_raised() const;
  bool return_to_first_rate(Clock::time_point now);
  Status fail(Error error);
  [[nodiscard]] Error silence_error(Clock::time_point now) const;
  [[nodiscard]] Error late_error(Clock::time_point since) const;
  // Calls.
  Status wait_for_room(std::size_t body_bytes, Deadline deadline);
  Status wait_for_reply(Deadline deadline);
  Result<std::uint8_t> next_call_id();

  Link& link_;
  std::uint32_t first_baud_ = link_.baud();  ///< the rate at which the agent starts
  ChannelOptions options_;
  AgentStart start_;
  Buffers buffers_;
  frame::Decoder decoder_;
  frame::HostEndpoint endpoint_;
  FrameSize frame_size_;
  std::size_t frame_limit_ = 0;   ///< of limit_frames()
  std::uint64_t sent_again_ = 0;  ///< of the endpoint's counters, as last seen
  MessageReader reader_;
  LineClock clock_;
  LinkStatistics counted_;  ///< what the endpoint and the clock do not count
  std::optional<Error> failed_;

  std::vector<std::uint8_t> out_;  ///< frames on their way to the link
  std::size_t out_at_ = 0;
  std::deque<Message> inbox_;
  std::size_t inbox_bytes_ = 0;
  std::vector<LogLine> log_;
  bool news_ = false;         ///< since pump() began
  bool out_of_step_ = false;  ///< the last frame was a bad one

  std::optional<Message> reply_;  ///< of the call being made
  frame::MessageHead call_;       ///< the call being made; id 0: none
  std::uint8_t last_call_ = 0;
  std::bitset<64> held_;       ///< ids that streams may carry
  std::bitset<64> started_;    ///< ids of start_call() whose reply has not come
  std::bitset<64> abandoned_;  ///< ids whose late messages are thrown away
  bool streams_expected_ = false;

  std::uint8_t last_ack_ = 0;       ///< newest acknowledgement heard
  std::uint8_t next_datagram_ = 0;  ///< number that the next datagram should have
  std::uint8_t last_stale_ = 0;     ///< number of the last datagram that looked late
  bool stale_ = false;              ///< the last datagram was that
  StreamQueue stream_;
  std::chrono::milliseconds quiet_asked_{0};
  std::chrono::milliseconds quiet_announced_{0};
  bool reset_doubt_ = false;   ///< a reset notice came that may be older than the session
  bool reset_probed_ = false;  ///< and a poll has left since
  std::optional<frame::Reset> heard_reset_;
  std::optional<Clock::time_point> timed_from_;  ///< a round trip being measured
  std::uint8_t timed_seq_ = 0;
};

}  // namespace hil::rpc
