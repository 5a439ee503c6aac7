// SPDX-License-Identifier: Apache-2.0
// Counts of faults to JSON and back, for tapes.
#include "host/lab/fault_report.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

namespace hil::lab {
namespace {

using nlohmann::json;

constexpr const char* kWhat = "injected faults";

constexpr std::array<std::pair<const char*, std::uint64_t FaultCounts::*>, 6> kCounts{
    {{"frames", &FaultCounts::frames},
     {"dropped", &FaultCounts::dropped},
     {"duplicated", &FaultCounts::duplicated},
     {"swapped", &FaultCounts::swapped},
     {"flipped_bits", &FaultCounts::flipped_bits},
     {"bytes_cut", &FaultCounts::bytes_cut}}};

json json_of(const FaultLink& link) {
  json said{{"stalls", link.stalls_begun()}, {"cuts", link.cuts_begun()}};
  for (const auto& [name, count] : kCounts)
    said[name] = link.outgoing().*count + link.incoming().*count;
  return said;
}

Status read_into(const json& said, FaultReport& report) {
  try {
    report.stalls = said.at("stalls").get<std::uint32_t>();
    report.cuts = said.at("cuts").get<std::uint32_t>();
    for (const auto& [name, count] : kCounts)
      report.counts.*count = said.at(name).get<std::uint64_t>();
    return {};
  } catch (const json::exception&) {
    return Error{Blame::kUser, "what the tape says of injected faults makes no sense",
                 "it was made by another version of hilbench, or by hand"};
  }
}

}  // namespace

Result<FaultReport> fault_report(const FaultPlan& plan, const FaultLink* link,
                                 tape::RunTape* tape) {
  const auto count = [link]() -> Result<json> {
    if (link == nullptr) return Error{Blame::kBug, "faults were counted without a link", ""};
    return json_of(*link);
  };
  HIL_ASSIGN(const json said, tape::outside(tape, kWhat, count));
  FaultReport report;
  report.plan = plan;
  HIL_TRY(read_into(said, report));
  return report;
}

}  // namespace hil::lab
