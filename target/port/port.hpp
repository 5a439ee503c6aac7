// SPDX-License-Identifier: Apache-2.0
// The functions a board gives to the agent; one folder beside this file implements them per family.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "protocol/frame/control.hpp"

namespace hil::port {

/// What the core does while it has nothing to compute.
enum class Idle : std::uint8_t {
  kBusy,  ///< spins; the power baseline of a busy core
  kWait,  ///< sleeps until the next interrupt or received byte (WFI)
  kStop,  ///< deepest sleep that keeps RAM and wakes on a received byte
};

/// Takes up to @p buffer.size() received bytes; returns how many. Never blocks.
std::size_t read(std::span<std::uint8_t> buffer);

/// Hands over up to @p bytes.size() bytes for sending; returns how many were taken. Never blocks.
std::size_t write(std::span<const std::uint8_t> bytes);

/// Stops taking received bytes (masks the interrupt) until resume_input(): nothing but the caller
/// runs meanwhile. read() is not called in between, and bytes that come may be lost.
void pause_input();

/// Takes received bytes again. Returns how many came since pause_input(), as far as the hardware
/// can tell: 0 means none, any other number at least one.
std::size_t resume_input();

/// Rates in bits per second that set_rate() takes, the one that the agent starts with first; at
/// most 8. Empty: the line has no rate, or only one.
std::span<const std::uint32_t> bauds();

/// Sets the line to one of bauds(), or with 0 to the rate that it started with. What has been
/// written and not left goes at either rate. Never blocks.
void set_rate(std::uint32_t baud);

/// Time of one byte on the line as it is set now, in ticks; 0 if the line has no rate (USB, pty).
std::uint64_t byte_ticks();

/// Every byte of stack() before anything used it.
inline constexpr std::uint8_t kStackPaint = 0xC5;

/// The stack below the agent's loop, lowest address first, painted with kStackPaint before the
/// loop began; empty if the port cannot tell. Grows downwards: from its end to its beginning.
std::span<const std::uint8_t> stack();

/// Free-running 64-bit counter; its rate is tick_hz(). Counts from about 0 at each start of the
/// agent and never stops until the next.
std::uint64_t ticks();

/// Ticks per second of ticks(), in Hz.
std::uint64_t tick_hz();

/// Puts the timer's phase at a fixed place, so that equal code that follows takes equal ticks;
/// called right before a window is timed. ticks() goes on without a jump backwards.
void align_timer();

/// Bits of sync_pins().
namespace pin {
inline constexpr std::uint32_t kInRegion = 1u << 0;      ///< in the measured region
inline constexpr std::uint32_t kPerInference = 1u << 1;  ///< toggles at the start of each inference
/// No pin: set from before the first rest of an energy run to behind its last one, for emulated
/// meters, which play what lies between as one piece.
inline constexpr std::uint32_t kInRun = 1u << 7;
}  // namespace pin

/// Drives the sync pins. Boards without pins only tell the time; an emulated one leaves a marker
/// that QEMU's power plugin sees (bare/marker.hpp).
/// @returns ticks() right before the pins turn: rising and falling edges come equally long behind
///   it, so that differences of these ticks are differences of edges.
std::uint64_t sync_pins(std::uint32_t bits);

/// Rests until a byte arrives or room to send appears, in the given way. May return early.
void idle(Idle mode);

/// Rests in the given way until tick @p until, or until a byte arrives unless pause_input() holds.
/// May return early. Never blocks longer than that, and never when @p until is over.
/// @returns how it really rested: a board that cannot wake at a tick from @p mode takes a lighter
///   one, kBusy last of all.
Idle rest(Idle mode, std::uint64_t until);

/// Restarts the agent; no_init() keeps its content, all else starts anew.
[[noreturn]] void reset();

/// Why the agent started.
frame::ResetCause reset_cause();

/// Writes the chip's unique id to @p out and returns its length in bytes, 0 if there is none.
std::size_t unique_id(std::span<std::uint8_t> out);

/// Memory that a reset keeps (not a power cycle); 16-byte aligned, content undefined at power-on.
std::span<std::uint8_t> no_init();

/// Ends on a broken invariant: the crash note is already in no_init(). Resets the agent.
[[noreturn]] void fatal();

/// Makes the core fault as a stray pointer or jump would, so that all that follows a fault (note,
/// reset, cause) is seen to work.
[[noreturn]] void fault();

/// Flash kept for one model, which a debug probe writes while the core is halted; aligned as plans
/// are. Empty if the board has none.
std::span<const std::uint8_t> model_slot();

/// What tells this image from any other: its GNU build id (the linker's --build-id). Empty if it
/// has none.
std::span<const std::uint8_t> image_id();

/// How a transfer on the I2C bus ended.
enum class Transfer : std::uint8_t {
  kDone,
  kNoBus,     ///< the board has no such bus, or the agent does not know which
  kNoAnswer,  ///< no device takes the address, or a byte behind it
  kHeld,      ///< something keeps a wire of the bus low
};

/// Reads @p in.size() bytes from I2C device @p address (7 bits) after writing @p out. Blocks until
/// the bytes have gone, and for stretched clocks at most 25 ms longer (an operating system may
/// have another limit).
Transfer i2c(std::uint8_t address, std::span<const std::uint8_t> out, std::span<std::uint8_t> in);

/// What board this image is for, its core, and whether it runs on an emulator.
struct Identity {
  const char* board;  ///< board id as in boards/, "linux"
  const char* core;   ///< "host", "cortex-m4f", ...
  bool emulated;      ///< registers read at boot as they never do on the chip
};
Identity identity();

}  // namespace hil::port
