// SPDX-License-Identifier: Apache-2.0
// truth_json(): runs and windows as they are.
#include "host/emulate/power/truth_file.hpp"

#include <array>
#include <nlohmann/json.hpp>

namespace hil::emulate {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<const char*, kInstructionKinds> kKinds{"other", "load_store", "multiply",
                                                            "float", "branch",     "vector"};

Json json_of(const TrueWindow& window, double volts) {
  Json kinds = Json::object();
  for (std::size_t i = 0; i < kKinds.size(); ++i)
    kinds[kKinds[i]] = window.executed[i];
  return {{"begin_s", window.begin_s},
          {"end_s", window.end_s},
          {"seconds", window.seconds},
          {"begin_ticks", window.begin_ticks},
          {"end_ticks", window.end_ticks},
          {"instructions", total(window.executed)},
          {"by_kind", kinds},
          {"asleep_s", window.asleep_s},
          {"coulombs", window.coulombs},
          {"joules", window.coulombs * volts},
          {"toggles", window.toggles}};
}

Json json_of(const TrueRun& run) {
  Json windows = Json::array();
  for (const TrueWindow& window : run.windows)
    windows.push_back(json_of(window, run.volts));
  return {{"volts", run.volts},
          {"seconds", run.seconds},
          {"coulombs", run.coulombs},
          {"joules", run.coulombs * run.volts},
          {"begin_ticks", run.begin_ticks},
          {"end_ticks", run.end_ticks},
          {"played", run.played},
          {"windows", windows}};
}

}  // namespace

TrueRun true_run_of(const Track& track, double volts, bool played) {
  return {track.windows, track.begin_ticks, track.end_ticks, track.seconds(), track.coulombs, volts,
          played};
}

std::string truth_json(const std::string& board, const boards::PowerFigures& figures,
                       const std::vector<TrueRun>& runs) {
  Json all = Json::array();
  for (const TrueRun& run : runs)
    all.push_back(json_of(run));
  const Json json = {{"schema", "hilbench-truth/1"},
                     {"board", board},
                     {"origin", "emulated"},
                     {"figures", figures.source},
                     {"runs", all}};
  return json.dump(1) + "\n";
}

TruthTotals totals_of(const std::vector<TrueRun>& runs) {
  TruthTotals totals;
  totals.runs = runs.size();
  for (const TrueRun& run : runs) {
    totals.windows += run.windows.size();
    for (const TrueWindow& window : run.windows) {
      totals.window_coulombs += window.coulombs;
      totals.window_joules += window.coulombs * run.volts;
    }
  }
  return totals;
}

}  // namespace hil::emulate
