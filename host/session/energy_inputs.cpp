// SPDX-License-Identifier: Apache-2.0
// What an energy run needs before it begins: the agent's abilities, its inputs, its I2C bus.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "host/rpc/error_reply.hpp"
#include "host/rpc/typed_call.hpp"
#include "host/session/energy_client.hpp"
#include "protocol/frame/crc32.hpp"
#include "protocol/messages/energy.pb.h"
#include "protocol/messages/ids.hpp"

namespace hil::session {
namespace {

namespace v1 = hilbench::v1;

/// Of an EnergyInput besides its bytes: two tags, a 32-bit number, a length below 2^16.
constexpr std::size_t kAroundInput = 1 + 5 + 1 + 3;
/// A part is no longer: it shall not fill the agent's memory alone.
constexpr std::size_t kMostPart = 1000;
/// The agent raises the pin at the first byte behind the acknowledgement of its answer: that has to
/// go alone.
constexpr std::chrono::milliseconds kForAcknowledgement{30};
/// How long one look at the line may take: a stop is noticed within it.
constexpr std::chrono::milliseconds kSlice{100};
constexpr std::size_t kMostTransfer = 16;  // of energy.options

Error nonsense(std::string what) {
  return {Blame::kDevice, std::move(what),
          "put the agent that belongs to this hilbench on the board"};
}

/// All samples one after the other, each all inputs in their order.
Result<std::vector<std::uint8_t>> joined(
    std::span<const std::vector<std::vector<std::uint8_t>>> samples) {
  std::vector<std::uint8_t> bytes;
  std::size_t each = 0;
  for (const auto& sample : samples) {
    const std::size_t before = bytes.size();
    for (const auto& input : sample)
      bytes.insert(bytes.end(), input.begin(), input.end());
    if (before == 0) each = bytes.size();
    if (bytes.size() - before != each) {
      return Error{Blame::kBug, "samples of different sizes were to be stashed", ""};
    }
  }
  if (bytes.empty() || bytes.size() > 0xFFFF'FFFF) {
    return Error{Blame::kBug, "no samples were to be stashed", ""};
  }
  return bytes;
}

/// Sends the bytes of a stash, and takes what the agent says of them.
class Sending {
 public:
  Sending(rpc::Channel& channel, std::uint8_t call, std::span<const std::uint8_t> bytes,
          const StopRequest* stop)
      : channel_(channel), call_(call), bytes_(bytes), stop_(stop) {
    channel.hold_call(call);
    channel.expect_streams(true);
  }
  ~Sending() {
    channel_.expect_streams(false);
    channel_.drop_call(call_, complete_);
  }
  Sending(const Sending&) = delete;
  Sending& operator=(const Sending&) = delete;

  Result<v1::EnergyWindow> run(Deadline deadline) {
    while (true) {
      HIL_TRY(write());
      HIL_ASSIGN(auto window, take());
      if (window) return *window;
      if (deadline.expired()) {
        return Error{
            Blame::kDevice,
            fmt::format("the agent has not taken all of {} bytes of inputs in time", bytes_.size()),
            "a faster line, or fewer inputs"};
      }
      if (stop_ != nullptr && stop_->requested()) {
        return Error{Blame::kUser, "stopped while inputs went to the agent", ""};
      }
      HIL_TRY(channel_.pump(Deadline::earlier(deadline, Deadline::after(kSlice))));
    }
  }

 private:
  Status write() {
    const std::size_t most = std::min(kMostPart, channel_.most_body_bytes() - kAroundInput);
    while (sent_ < bytes_.size()) {
      const auto part = bytes_.subspan(sent_, std::min(most, bytes_.size() - sent_));
      v1::EnergyInput input;
      input.set_offset(static_cast<std::uint32_t>(sent_));
      input.set_data(part.data(), part.size());
      const auto body = rpc::bytes_of(input);
      if (!channel_.can_send(body.size())) return {};
      HIL_TRY(
          channel_.send({0, Service::kEnergy, method::kEnergyInput, Kind::kStream, call_}, body));
      sent_ += part.size();
    }
    channel_.push();
    return {};
  }

  Result<std::optional<v1::EnergyWindow>> take() {
    while (const auto message = channel_.take()) {
      if (message->head.call != call_) continue;
      if (message->head.kind == Kind::kError) return rpc::error_of_reply(message->body);
      if (message->head.service != Service::kEnergy ||
          message->head.method != method::kEnergyWindow || sent_ != bytes_.size()) {
        return nonsense("the agent sent something else while inputs went to it");
      }
      complete_ = true;
      HIL_ASSIGN(auto window, rpc::parse<v1::EnergyWindow>(message->body));
      return std::optional<v1::EnergyWindow>(std::move(window));
    }
    return std::optional<v1::EnergyWindow>{};
  }

  rpc::Channel& channel_;
  std::uint8_t call_;
  std::span<const std::uint8_t> bytes_;
  const StopRequest* stop_;
  std::size_t sent_ = 0;
  bool complete_ = false;
};

bool is_linux(const AgentInfo& agent) {
  return agent.core == "host" || agent.core == "aarch64";
}

/// Why a transfer on the board's I2C bus has failed.
Error unanswered(v1::EnergyI2cFault fault, const AgentInfo& agent, std::uint8_t address) {
  const char* linux_hint = "HILBENCH_I2C_BUS names the bus where the agent is started: /dev/i2c-1";
  const char* pins_hint =
      agent.emulated ? "its emulator has none; the board itself has one if its file names i2c_pins"
                     : "name its pins in the board's file (i2c_pins), and build its agent again";
  switch (fault) {
    case v1::ENERGY_I2C_FAULT_NO_BUS:
      return {Blame::kLab, fmt::format("the agent of {} has no I2C bus", agent.board),
              is_linux(agent) ? linux_hint : pins_hint};
    case v1::ENERGY_I2C_FAULT_HELD:
      return {Blame::kLab, fmt::format("something keeps a wire of {}'s I2C bus low", agent.board),
              "see that the device has its supply, that SDA and SCL have pull-up resistors, and "
              "that neither is shorted"};
    default:
      return {
          Blame::kLab,
          fmt::format("nothing answers at address 0x{:02x} of {}'s I2C bus", address, agent.board),
          is_linux(agent) ? "check the wires and the address, and that HILBENCH_I2C_BUS names "
                            "the right bus (/dev/i2c-1)"
                          : "check the wires and the address, and what bus the board's file names "
                            "(i2c_pins; of an FPGA image i2c)"};
  }
}

}  // namespace

Status check_energy(const AgentInfo& agent) {
  if (agent.has_service(Service::kEnergy)) return {};
  return Error{Blame::kDevice, fmt::format("the agent on {} cannot make energy runs", agent.board),
               "its memory is too small for them, or it is an older agent: flash the one of this "
               "hilbench"};
}

Result<EnergyFacts> read_energy_facts(Session& session, Deadline deadline) {
  HIL_TRY(check_energy(session.agent()));
  HIL_ASSIGN(const auto reply, rpc::call<v1::EnergyFactsReply>(session.channel(), Service::kEnergy,
                                                               method::kEnergyFacts,
                                                               v1::EnergyFactsRequest(), deadline));
  const EnergyFacts facts{reply.body.window_capacity(), reply.body.step_capacity(),
                          reply.body.stash_bytes()};
  if (facts.window_capacity == 0 || facts.step_capacity == 0 ||
      facts.stash_bytes > session.agent().arena_capacity_bytes) {
    return nonsense(
        fmt::format("the agent says it has energy runs of {} windows, with {} bytes for inputs",
                    facts.window_capacity, facts.stash_bytes));
  }
  return facts;
}

Result<EnergyStash> stash_inputs(Session& session,
                                 std::span<const std::vector<std::vector<std::uint8_t>>> samples,
                                 bool mark, Deadline deadline, const StopRequest* stop) {
  HIL_TRY(check_energy(session.agent()));
  HIL_ASSIGN(const std::vector<std::uint8_t> bytes, joined(samples));
  v1::EnergyStashRequest request;
  request.set_size_bytes(static_cast<std::uint32_t>(bytes.size()));
  request.set_samples(static_cast<std::uint32_t>(samples.size()));
  request.set_mark(mark);
  rpc::Channel& channel = session.channel();
  HIL_ASSIGN(const auto reply,
             rpc::call<v1::EnergyStashReply>(channel, Service::kEnergy, method::kEnergyStash,
                                             request, deadline));
  const Deadline acknowledged = Deadline::after(kForAcknowledgement);
  while (mark && !acknowledged.expired())
    HIL_TRY(channel.pump(acknowledged));
  frame::Crc32 crc;
  crc.update(bytes);
  HIL_ASSIGN(const v1::EnergyWindow came, Sending(channel, reply.call, bytes, stop).run(deadline));
  if (came.crc32() != crc.value() || came.repetitions() != samples.size() ||
      came.begin_ticks() > came.end_ticks()) {
    return nonsense(fmt::format("inputs with digest {:08x} were sent, the agent has {:08x}",
                                crc.value(), came.crc32()));
  }
  return EnergyStash{came.repetitions(), crc.value(), came.begin_ticks(), came.end_ticks()};
}

Result<std::vector<std::uint8_t>> i2c_transfer(Session& session, std::uint8_t address,
                                               std::span<const std::uint8_t> out,
                                               std::size_t in_bytes, Deadline deadline) {
  HIL_TRY(check_energy(session.agent()));
  if (out.size() > kMostTransfer || in_bytes > kMostTransfer) {
    return Error{Blame::kBug, "an I2C transfer of more than 16 bytes", ""};
  }
  v1::EnergyI2cRequest request;
  request.set_address(address);
  request.set_out(out.data(), out.size());
  request.set_in_bytes(static_cast<std::uint32_t>(in_bytes));
  HIL_ASSIGN(const auto reply,
             rpc::call<v1::EnergyI2cReply>(session.channel(), Service::kEnergy, method::kEnergyI2c,
                                           request, deadline));
  if (!reply.body.answered()) return unanswered(reply.body.fault(), session.agent(), address);
  const std::string& in = reply.body.in();
  if (in.size() != in_bytes) {
    return nonsense(fmt::format("the agent read {} of {} bytes over I2C", in.size(), in_bytes));
  }
  return std::vector<std::uint8_t>(in.begin(), in.end());
}

}  // namespace hil::session
