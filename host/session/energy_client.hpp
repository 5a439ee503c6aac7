// SPDX-License-Identifier: Apache-2.0
// Energy runs: what a board does by itself, without a byte on the line, while a meter looks on.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/base/signals.hpp"
#include "host/session/session.hpp"

namespace hil::session {

/// What is done in a window, that is while sync pin 0 is high.
enum class EnergyRegion : std::uint8_t {
  kInference,         ///< inputs are written once, before the window
  kLoadAndInference,  ///< inputs are written before each inference, in the window
  kLoad,              ///< inputs are written, nothing is computed
  kOutput,            ///< the digest of the outputs of one inference made before the window
  kRest,              ///< nothing, for EnergyStep::rest_ticks
};

/// What the core does while it has nothing to compute.
enum class EnergyRest : std::uint8_t {
  kBusy,  ///< spins
  kWait,  ///< sleeps until an interrupt (WFI)
  kStop,  ///< deepest sleep that keeps RAM
};

/// What one window does.
struct EnergyStep {
  EnergyRegion region = EnergyRegion::kInference;
  std::uint32_t repetitions = 1;        ///< sync pin 1 toggles at the start of each; of a rest: 1,
                                        ///< and the pin does not move
  std::uint64_t rest_ticks = 0;         ///< of kRest: how long, in the agent's ticks
  EnergyRest rest = EnergyRest::kWait;  ///< of kRest: what kind
  /// Of each inference, operator repeat_operator is executed repeat_times times in a row; 0 and 1
  /// are as all others. The digest stays the same where the operator does not work in place.
  std::uint32_t repeat_operator = 0, repeat_times = 1;
};

/// One step, of one inference.
std::vector<EnergyStep> one_inference();

/// A run: rest, pattern, rest, window, rest, window, ..., rest, pattern, rest.
struct EnergyRunOptions {
  std::vector<EnergyStep> steps = one_inference();  ///< window w does step w modulo their number
  std::uint32_t windows = 1;                        ///< at most EnergyFacts::window_capacity
  EnergyRest rest = EnergyRest::kWait;  ///< between windows, before the first, behind the last
  std::uint64_t rest_ticks = 0;
  /// 0: none; else windows begin so far apart (rest_ticks counts before the first, behind the last)
  std::uint64_t period_ticks = 0;
  bool reset_state = false;      ///< of the model, before each window
  std::uint64_t mark_ticks = 0;  ///< a step of the sync pattern (kSyncCode); 0: no pattern
  /// INA228 on the board's I2C bus whose accumulators are read around each window.
  std::optional<std::uint8_t> ina228_address = std::nullopt;
  std::uint32_t budget_ms = 60'000;  ///< most that all of it may take on the device
};

/// The inputs that windows take in turn; from stash_inputs().
struct EnergyStash {
  std::uint32_t samples = 0;  ///< 0: no step needs inputs
  std::uint32_t crc32 = 0;    ///< of all of them
  /// When the bytes came, in the agent's ticks: the first noticed, the last stored.
  std::uint64_t begin_ticks = 0, end_ticks = 0;
};

/// The registers of a counter on the board, as they are.
struct EnergyCounterReading {
  std::uint64_t ticks = 0;       ///< middle of the reading
  std::uint32_t took_ticks = 0;  ///< from its begin to its end
  std::uint64_t energy = 0;      ///< INA228: ENERGY, 40 bits
  std::uint64_t charge = 0;      ///< INA228: CHARGE, 40 bits, not sign-extended
};

struct EnergyWindow {
  std::uint32_t step = 0;                        ///< index into EnergyRunOptions::steps
  std::uint64_t begin_ticks = 0, end_ticks = 0;  ///< at the edges of pin 0
  std::uint32_t repetitions = 0;
  /// CRC-32 over all outputs of the window's last inference, in order; 0 without inference.
  std::uint32_t crc32 = 0;
  std::uint32_t sample = 0;               ///< of the stash, that it took
  std::uint32_t overlap_bytes = 0;        ///< came meanwhile: unless 0, it is not to be trusted
  EnergyRest rested = EnergyRest::kBusy;  ///< what really was: in a rest, else in the one before it
  std::optional<EnergyCounterReading> before, behind;  ///< if a counter was asked for
};

struct EnergyResult {
  std::vector<EnergyWindow> windows;
  std::uint64_t begin_ticks = 0, end_ticks = 0;  ///< of the first rest, of the last
  /// Begin of the first step of each pattern; nothing without pattern.
  std::optional<std::pair<std::uint64_t, std::uint64_t>> marks;
  EnergyRest rested = EnergyRest::kBusy;  ///< the lightest kind of rest between windows
  std::uint32_t late_windows = 0;         ///< that began later than the period said
};

struct EnergyFacts {
  std::uint32_t window_capacity = 0;  ///< of one run
  std::uint32_t step_capacity = 0;
  std::uint32_t stash_bytes = 0;  ///< free for inputs beside the loaded model
};

/// Says whether @p agent has energy runs.
///   kDevice  it has not (a small board, or protocol 1.2 and older)
Status check_energy(const AgentInfo& agent);

/// What runs the agent can make with the model that is loaded. Blocks until then or @p deadline.
///   kDevice  no energy service, or numbers that make no sense
///   and every error of rpc::Channel::call()
Result<EnergyFacts> read_energy_facts(Session& session, Deadline deadline);

/// Puts inputs beside the loaded model: one sample after the other, each one buffer per input in
/// order, all samples of the same size. Blocks until the agent has all of them or @p deadline.
/// @param mark sync pin 0 is high while the bytes come, and pin 1 toggles at each sample's first:
///   the window kTransfer
///   kBug     no samples, or samples of different sizes
///   kDevice  no room (both numbers named), or what came is not what was sent
///   kUser    @p stop (may be null) was requested: the agent has a part, which the next stash or
///            the session's end makes room of
///   and every error of rpc::Channel::call() and pump()
Result<EnergyStash> stash_inputs(Session& session,
                                 std::span<const std::vector<std::vector<std::uint8_t>>> samples,
                                 bool mark, Deadline deadline, const StopRequest* stop = nullptr);

/// One transfer on the board's I2C bus: writes @p out (at most 16 bytes), then reads @p in_bytes
/// (at most 16). Blocks until the agent answers or @p deadline.
///   kDevice  no energy service
///   kLab     the board has no I2C bus, no device answers at @p address, or a wire is held low
///   and every error of rpc::Channel::call()
Result<std::vector<std::uint8_t>> i2c_transfer(Session& session, std::uint8_t address,
                                               std::span<const std::uint8_t> out,
                                               std::size_t in_bytes, Deadline deadline);

/// A run that is going on:
///
///   auto run = EnergyRun::begin(session, options, stash, deadline);
///   while (!done) auto result = run.wait(short deadline);   // the meter is read in between
///
/// The line is left alone until the run ought to have ended. Destroyed before, it leaves the agent
/// at it: call cancel(), or close the session.
class EnergyRun {
 public:
  /// Begins a run over @p session, which must outlive it, on the model that is loaded.
  ///   kBug     no steps or windows, or numbers that do not fit
  ///   kDevice  no energy service; more windows or steps than it keeps; refused (its text)
  ///   and every error of rpc::Channel::call()
  static Result<EnergyRun> begin(Session& session, const EnergyRunOptions& options,
                                 const EnergyStash& stash, Deadline deadline);

  /// Everything, when the run has ended; nothing if @p deadline comes first. Says nothing on the
  /// line before the run is overdue.
  ///   kDevice  an error of the agent (budget: its text), or results that make no sense
  ///   and every error of rpc::Channel::pump()
  Result<std::optional<EnergyResult>> wait(Deadline deadline);

  /// Longest silence that the agent announced.
  [[nodiscard]] std::chrono::milliseconds quiet() const { return quiet_; }

  /// Stops the run between two windows; results are lost. Blocks until then or @p deadline.
  ///   every error of rpc::Channel::call()
  Status cancel(Deadline deadline);

 private:
  /// Keeps the channel expecting this run's streams, for as long as it lives.
  class Hold {
   public:
    Hold(rpc::Channel& channel, std::uint8_t call) : channel_(&channel), call_(call) {
      channel.hold_call(call);
    }
    Hold(Hold&& other) noexcept
        : channel_(std::exchange(other.channel_, nullptr)), call_(other.call_) {}
    Hold& operator=(Hold&& other) noexcept {
      release(false);
      channel_ = std::exchange(other.channel_, nullptr);
      call_ = other.call_;
      return *this;
    }
    ~Hold() { release(false); }
    /// @p settled: nothing more of this run can come.
    void release(bool settled);

   private:
    rpc::Channel* channel_;
    std::uint8_t call_;
  };

  EnergyRun(Session& session, EnergyRunOptions options, std::uint32_t samples, std::uint8_t call,
            std::chrono::milliseconds quiet);
  Result<bool> take_messages();
  Status take_window(std::span<const std::uint8_t> body);
  Status take_end(std::span<const std::uint8_t> body);

  Session* session_;
  EnergyRunOptions options_;
  std::uint32_t samples_;
  std::chrono::milliseconds quiet_;
  Deadline quiet_until_;
  std::uint8_t call_;
  Hold hold_;
  EnergyResult result_;
};

}  // namespace hil::session
