// SPDX-License-Identifier: Apache-2.0
// All static memory of the agent, sized by the port; compiled once per port with HIL_AGENT_CONFIG.
#include "target/agent/memory.hpp"

#include <algorithm>

#include "protocol/plan/format.hpp"
#include "target/agent/config.hpp"
#include "target/agent/extension.hpp"
#include "target/agent/services/services.hpp"
#include HIL_AGENT_CONFIG  // defines kConfig

namespace hil::agent::memory {
namespace {

constexpr frame::Limits kOwn{kConfig.payload_bytes, kConfig.message_bytes, kConfig.window};
constexpr std::size_t kSendBytes = std::size_t{kConfig.payload_bytes} * kConfig.window;
// An incomplete message may not close the window: behind it, one more frame must fit.
constexpr std::size_t kReceiveBytes =
    std::max<std::size_t>(kSendBytes, kConfig.message_bytes + kConfig.payload_bytes - 1u);
constexpr std::size_t kMostPayload =
    std::max<std::size_t>(kConfig.payload_bytes, frame::kMostControlBytes);

static_assert(frame::plausible(kOwn), "smaller than the protocol's least limits, or window > 127");
static_assert(kConfig.message_bytes <= kSendBytes, "a message must fit the send window");
static_assert(kConfig.input_bytes >= 1);
static_assert(kConfig.trace_operators >= 1);
static_assert(kConfig.log_bytes >= LogRing::kLeastBytes);
static_assert(kConfig.stream_bytes == 0 || kConfig.stream_bytes >= 4 * kConfig.payload_bytes,
              "a stream needs room for a few datagrams");
static_assert(kConfig.plan_bytes % plan::kAlignment == 0 && kConfig.plan_bytes <= 0xFFFF'FFFF);
static_assert(kConfig.arena_bytes % plan::kAlignment == 0 && kConfig.arena_bytes <= 0xFFFF'FFFF);

constinit std::uint8_t g_input[kConfig.input_bytes] = {};
constinit std::uint8_t g_decoder[frame::body_size(kMostPayload)] = {};
constinit std::uint8_t g_wire[frame::max_wire_size(kMostPayload)] = {};
constinit std::uint8_t g_send[kSendBytes] = {};
constinit std::uint16_t g_send_lengths[kConfig.window] = {};
constinit std::uint8_t g_receive[kReceiveBytes] = {};
// An array has at least one element, also where models are in flash only.
alignas(plan::kAlignment) constinit std::uint8_t
    g_plan[std::max<std::size_t>(kConfig.plan_bytes, 1)] = {};
alignas(plan::kAlignment) constinit std::uint8_t g_arena[kConfig.arena_bytes] = {};
constinit std::uint64_t g_trace_ticks[kConfig.trace_operators] = {};
constinit std::uint32_t g_trace_digests[kConfig.trace_operators] = {};
constinit std::uint8_t g_log[kConfig.log_bytes] = {};
// Nothing refers to these three, and the linker leaves them out, where there are no streams.
constinit std::uint8_t g_stream_ring[std::max<std::size_t>(kConfig.stream_bytes, 1)] = {};
constinit std::uint8_t g_stream_datagram[kConfig.payload_bytes] = {};
constinit StreamState g_stream{g_stream_ring, g_stream_datagram};
// Nor to these where there are no energy runs.
constinit EnergyRecord g_energy_records[std::max<std::size_t>(kConfig.energy_windows, 1)] = {};
constexpr std::size_t kEnergyCounts = kConfig.energy_counter ? kConfig.energy_windows : 0;
constinit EnergyCounts g_energy_counts[std::max<std::size_t>(kEnergyCounts, 1)] = {};
constinit EnergyState g_energy{g_energy_records, std::span(g_energy_counts).first(kEnergyCounts)};

// Frames out of order are worth their code where there is a window; else nothing refers to it.
constexpr bool kKeepsAhead = kConfig.window >= 4;
static_assert(!kKeepsAhead || kReceiveBytes <= 0x1'0000, "a place counts modulo 65,536 bytes");
constinit frame::KeptAhead g_ahead;
constexpr frame::Ahead* ahead() {
  if constexpr (kKeepsAhead) return &g_ahead;
  return nullptr;
}

constexpr LinkSide::Memory kLinkMemory{
    g_input, g_decoder, g_wire, {g_send, g_send_lengths, g_receive, ahead()}};

constexpr ModelState make_model_state() {
  ModelState model;
  model.slot = std::span(g_plan).first(kConfig.plan_bytes);
  model.arena = g_arena;
  return model;
}

constinit State g_state{LinkSide(kLinkMemory, kOwn),
                        make_model_state(),
                        RunState{},
                        Trace({g_trace_ticks, g_trace_digests}),
                        LogState{LogRing(g_log)},
                        0,
                        0,
                        0};

constexpr std::size_t kStaticBytes =
    sizeof(g_input) + sizeof(g_decoder) + sizeof(g_wire) + sizeof(g_send) + sizeof(g_send_lengths) +
    sizeof(g_receive) + sizeof(g_trace_ticks) + sizeof(g_trace_digests) + sizeof(g_log) +
    sizeof(g_state) + (kKeepsAhead ? sizeof(g_ahead) : 0);
constexpr std::size_t kStreamBytes =
    kConfig.stream_bytes == 0
        ? 0
        : sizeof(g_stream_ring) + sizeof(g_stream_datagram) + sizeof(g_stream);
constexpr std::size_t kEnergyBytes =
    kConfig.energy_windows == 0
        ? 0
        : sizeof(g_energy_records) + kEnergyCounts * sizeof(EnergyCounts) + sizeof(g_energy);
// One buffer each way per frame in flight, one frame being decoded and one being sent, the trace,
// the log and the state: whatever grows beyond that has to be argued for here.
static_assert(kStaticBytes <= kSendBytes + kReceiveBytes + kConfig.input_bytes + 2 * kMostPayload +
                                  2u * kConfig.window + 12u * kConfig.trace_operators +
                                  kConfig.log_bytes + 1024);

constexpr std::uint32_t bit_of(Service service) {
  return 1u << static_cast<unsigned>(service);
}

constexpr bool kStreams = kConfig.stream_bytes != 0;
constexpr bool kEnergy = kConfig.energy_windows != 0;

bool handle_both(State& state, const Message& message) {
  return stream::handle(state, message) || energy::handle(state, message);
}

/// Who is not named here is not linked.
constexpr Extension make_extension() {
  Extension added;
  if constexpr (kStreams) {
    added.handle = stream::handle;
    added.next_datagram = stream::next_datagram;
    added.services |= bit_of(Service::kStream);
  }
  if constexpr (kEnergy) {
    added.handle = kStreams ? handle_both : energy::handle;
    added.work = energy::work;
    added.services |= bit_of(Service::kEnergy);
  }
  return added;
}

}  // namespace

State& state() {
  return g_state;
}

StreamState& stream() {
  return g_stream;
}

EnergyState& energy() {
  return g_energy;
}

std::uint32_t static_bytes() {
  return kStaticBytes + kStreamBytes + kEnergyBytes;
}

}  // namespace hil::agent::memory

namespace hil::agent {

constinit const Extension kExtension = memory::make_extension();

}  // namespace hil::agent
