// SPDX-License-Identifier: Apache-2.0
// The runner's end of the protocol: samples to a board over a link, results back, errors found.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/dialect/mlperf_tiny/conversation.hpp"
#include "host/link/link.hpp"

namespace hil::dialect::mlperf_tiny {

/// Which samples are read back by `db print` and compared: the one way to find a hex digit that
/// has become another one on the line.
enum class ReadBack : std::uint8_t { kNever, kFirst, kEvery };

struct ClientOptions {
  ReadBack read_back = ReadBack::kEvery;
  bool confirm_results = true;  ///< ask for the results again; both prints must be the same
  unsigned attempts = 3;        ///< most times that a sample is tried
  /// No byte for so long: the answer, or what asked for it, is lost. USB alone adds 16 ms.
  std::chrono::milliseconds silence{1'000};
  std::function<bool()> stopped;  ///< asked now and then: true ends the call; may be empty
};

/// What the firmware says of itself; printable ASCII.
struct Identity {
  std::string vendor;       ///< of `m-name-dut-[...]`
  std::string profile;      ///< of `m-profile-[...]`; empty if it says none
  std::string model;        ///< of `m-model-[...]`, "kws01"; empty if it says none
  std::string mode;         ///< "performance" or "energy" if boot text was seen; else empty
  bool has_stamps = false;  ///< `timestamp` prints microseconds (energy firmware pulls a pin)
};

/// `infer N W`.
struct InferRequest {
  std::uint32_t count = 1;   ///< inferences between the two time stamps, at least 1
  std::uint32_t warmup = 0;  ///< before them
  /// Most time that all of them may take together.
  std::chrono::milliseconds time{60'000};
};

/// The time between the two stamps of one `infer`.
struct Window {
  std::uint64_t device_us = 0;  ///< by the device's clock, its 32 bits extended by the host's
  double host_us = 0;           ///< between the arrivals of the two lines
};

struct InferAnswer {
  std::vector<double> values;    ///< as printed: three decimals
  std::optional<Window> window;  ///< nothing from energy firmware
  unsigned attempts = 1;         ///< it took
};

/// One conversation with a board. Blocking; not thread-safe. The protocol has no checksum, number
/// or retry: what it repeats (counts, the buffer, results) is compared here with what was meant,
/// and a sample that anything is wrong with is sent again as a whole.
///
/// To run samples as the published runners do (no read-back, no second print): options
/// {ReadBack::kNever, false}, then run(sample, {}) for each.
class Client {
 public:
  /// @p link must outlive it.
  explicit Client(Link& link, const ClientOptions& options = {});

  /// Asks for name, profile and a time stamp, again and again until @p deadline: opening a port
  /// restarts many boards.
  ///   kLink  no answer, or none that is this protocol's (how many bytes came is said)
  ///   kUser  stopped
  Result<Identity> identify(Deadline deadline);

  /// Loads @p sample and runs `infer`. Tries options.attempts times; blocks until done.
  ///   kUser    stopped, or an empty sample
  ///   kLink    every try failed (and what the last one failed of), or the link is gone
  ///   kDevice  the firmware refused the last time
  Result<InferAnswer> run(std::span<const std::uint8_t> sample, const InferRequest& request);

  [[nodiscard]] const Traffic& traffic() const { return conversation_.traffic(); }
  /// What the firmware turned out not to do, a sentence each.
  [[nodiscard]] const std::vector<std::string>& remarks() const { return remarks_; }

 private:
  Result<InferAnswer> try_once(std::span<const std::uint8_t> sample, const InferRequest& request);
  /// Whether the firmware does what lets an answer be checked.
  struct Proof {
    bool possible = true;  ///< false: it was asked and refused, and had never done it
    bool seen = false;     ///< it has done it
  };
  /// The replies to @p command, among them one of @p kind; nothing, and @p remark, if the firmware
  /// turns out not to know it.
  Result<std::optional<Replies>> ask_for_proof(std::string_view command, ReplyKind kind,
                                               Proof& proof, const char* remark);
  Status load(std::span<const std::uint8_t> sample);
  Status read_back(std::span<const std::uint8_t> sample);
  Status confirm(const InferAnswer& answer);
  /// Brings both ends back to the start of a command.
  Status resynchronise();
  /// The vendor's name, if that is what comes.
  Result<std::string> ask_name();
  /// exchange(), tried a few times: for what has no effect on the board.
  Result<Replies> ask(std::string_view command);

  ClientOptions options_;
  Conversation conversation_;
  std::vector<std::string> remarks_;
  bool in_step_ = false;
  bool has_stamps_ = false;
  Proof print_;   ///< `db print`
  Proof repeat_;  ///< `results`
  bool read_back_once_ = false;
};

}  // namespace hil::dialect::mlperf_tiny
