// SPDX-License-Identifier: Apache-2.0
// examine(): area after area.
#include "host/lab/doctor/doctor.hpp"

#include "host/lab/doctor/areas.hpp"

namespace hil::lab::doctor {

Findings examine(const Checkup& checkup) {
  const Bench bench = bench_of(checkup);
  Findings all;
  for (const auto area : {examine_own_files, examine_tools, examine_user, examine_udev,
                          examine_ports, examine_probes, examine_clock, examine_room}) {
    const Findings findings = area(bench);
    all.insert(all.end(), findings.begin(), findings.end());
  }
  const Findings boards = examine_boards(bench, all);
  all.insert(all.end(), boards.begin(), boards.end());
  return all;
}

}  // namespace hil::lab::doctor
