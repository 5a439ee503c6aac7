// SPDX-License-Identifier: Apache-2.0
// A fake agent with energy runs, which ends them when the test says so and may lie.
#pragma once

#include <functional>
#include <string>

#include "protocol/messages/energy.pb.h"
#include "protocol/messages/error.pb.h"
#include "tests/host/session/serving_agent.hpp"

namespace hil::session {

/// Window w is from tick 1000 + 200 w on, 100 long, with digest 100 + w.
class EnergyAgent : public ServingAgent {
 public:
  EnergyAgent() {
    hello.set_services(hello.services() | 1u << static_cast<unsigned>(Service::kEnergy));
    on_message = [this, others = on_message](const rpc::Message& message) {
      if (message.head.service != Service::kEnergy) return others(message);
      serve_energy(message);
    };
  }

  hilbench::v1::EnergyRunRequest asked;
  hilbench::v1::EnergyStashRequest stash_asked;
  hilbench::v1::EnergyFactsReply facts;
  hilbench::v1::EnergyI2cReply i2c_reply;
  std::vector<std::uint8_t> stash;  ///< received
  std::function<void(hilbench::v1::EnergyWindow&)> change_window, change_stashed;
  std::uint32_t windows_sent = 2;
  bool fail = false;      ///< the run ends with an error
  std::uint8_t call = 0;  ///< of the last run

  /// The run has ended: sends what has come of it.
  void finish() {
    if (fail) {
      hilbench::v1::ErrorReply error;
      error.set_status(6);
      error.set_text("energy run of 2 windows: budget exceeded");
      return stream(method::kEnergyWindow, error, Kind::kError);
    }
    for (std::uint32_t i = 0; i < windows_sent; ++i) {
      hilbench::v1::EnergyWindow window;
      window.set_window(i);
      window.set_begin_ticks(1000 + 200 * i);
      window.set_end_ticks(1100 + 200 * i);
      window.set_repetitions(1);
      window.set_crc32(100 + i);
      window.set_rested(hilbench::v1::ENERGY_REST_WAIT);
      if (change_window) change_window(window);
      stream(method::kEnergyWindow, window);
    }
    hilbench::v1::EnergyEnd end;
    end.set_begin_ticks(900);
    end.set_end_ticks(2000);
    end.set_first_mark_ticks(910);
    end.set_last_mark_ticks(1990);
    end.set_rested(hilbench::v1::ENERGY_REST_WAIT);
    stream(method::kEnergyEnd, end);
  }

 private:
  template <class M>
  void stream(std::uint8_t method, const M& message, Kind kind = Kind::kStream) {
    const std::string bytes = message.SerializeAsString();
    send({0, Service::kEnergy, method, kind, call},
         {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  }

  void serve_energy(const rpc::Message& message) {
    const int size = static_cast<int>(message.body.size());
    call = message.head.call;
    switch (message.head.method) {
      case method::kEnergyRun: {
        asked.ParseFromArray(message.body.data(), size);
        hilbench::v1::EnergyRunReply answer;
        answer.set_quiet_ms(asked.budget_ms() + 100);
        return reply(message, answer);
      }
      case method::kEnergyStash:
        stash_asked.ParseFromArray(message.body.data(), size);
        stash.clear();
        return reply(message, hilbench::v1::EnergyStashReply());
      case method::kEnergyInput:
        return take_input(message);
      case method::kEnergyFacts:
        return reply(message, facts);
      default:
        return reply(message, i2c_reply);
    }
  }

  void take_input(const rpc::Message& message) {
    hilbench::v1::EnergyInput input;
    input.ParseFromArray(message.body.data(), static_cast<int>(message.body.size()));
    stash.insert(stash.end(), input.data().begin(), input.data().end());
    if (stash.size() != stash_asked.size_bytes()) return;
    hilbench::v1::EnergyWindow window;
    window.set_begin_ticks(7);
    window.set_end_ticks(9);
    window.set_repetitions(stash_asked.samples());
    window.set_crc32(frame::crc32(stash));
    if (change_stashed) change_stashed(window);
    stream(method::kEnergyWindow, window);
  }
};

}  // namespace hil::session
