// SPDX-License-Identifier: Apache-2.0
// What the energy service is asked, as messages.
#include "host/session/energy_messages.hpp"

namespace hil::session {
namespace {

namespace v1 = hilbench::v1;

v1::EnergyRest message_of(EnergyRest rest) {
  switch (rest) {
    case EnergyRest::kBusy:
      return v1::ENERGY_REST_BUSY;
    case EnergyRest::kWait:
      return v1::ENERGY_REST_WAIT;
    case EnergyRest::kStop:
      return v1::ENERGY_REST_STOP;
  }
  return v1::ENERGY_REST_BUSY;
}

v1::EnergyRegion message_of(EnergyRegion region) {
  switch (region) {
    case EnergyRegion::kInference:
      return v1::ENERGY_REGION_INFERENCE;
    case EnergyRegion::kLoadAndInference:
      return v1::ENERGY_REGION_LOAD_AND_INFERENCE;
    case EnergyRegion::kLoad:
      return v1::ENERGY_REGION_LOAD;
    case EnergyRegion::kOutput:
      return v1::ENERGY_REGION_OUTPUT;
    case EnergyRegion::kRest:
      return v1::ENERGY_REGION_REST;
  }
  return v1::ENERGY_REGION_REST;
}

void add_step(const EnergyStep& step, v1::EnergyRunRequest& request) {
  v1::EnergyStep& wanted = *request.add_steps();
  wanted.set_region(message_of(step.region));
  wanted.set_repetitions(step.repetitions);
  wanted.set_rest_ticks(step.rest_ticks);
  wanted.set_rest(message_of(step.rest));
  wanted.set_repeat_operator(step.repeat_operator);
  wanted.set_repeat_times(step.repeat_times);
}

}  // namespace

v1::EnergyRunRequest energy_request(const EnergyRunOptions& options, const EnergyStash& stash) {
  v1::EnergyRunRequest request;
  for (const EnergyStep& step : options.steps)
    add_step(step, request);
  request.set_windows(options.windows);
  request.set_rest(message_of(options.rest));
  request.set_rest_ticks(options.rest_ticks);
  request.set_period_ticks(options.period_ticks);
  request.set_samples(stash.samples);
  request.set_stash_crc32(stash.crc32);
  request.set_budget_ms(options.budget_ms);
  request.set_reset_state(options.reset_state);
  request.set_mark_ticks(options.mark_ticks);
  if (options.ina228_address) {
    request.set_counter(v1::ENERGY_COUNTER_INA228);
    request.set_counter_address(*options.ina228_address);
  }
  return request;
}

}  // namespace hil::session
