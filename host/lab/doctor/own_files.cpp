// SPDX-License-Identifier: Apache-2.0
// hilbench's own files: board files, agents, plugin, the program for virtual boards.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <system_error>

#include "host/emulate/power/power_plugin.hpp"
#include "host/emulate/process_board.hpp"
#include "host/lab/agent_image.hpp"
#include "host/lab/doctor/areas.hpp"
#include "host/lab/doctor/manifest.hpp"
#include "host/lab/missing_agent.hpp"
#include "host/rpc/printable.hpp"

namespace hil::lab::doctor {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRepair = "install hilbench again, or build it (ninja -C build)";

fs::path agent_of(const Bench& bench, const Use& use) {
  return bench.installed().agents / use.board->agent.image;
}

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

void add_board_files(Area& area, const Bench& bench) {
  const Installation& installed = bench.installed();
  for (const Error& error : installed.wrong_boards)
    area.problem("board files", rpc::printable(error.what), error.hint);
  if (installed.catalogue.empty()) return;
  area.ok("board files", fmt::format("{} in {}", installed.catalogue.size(),
                                     rpc::printable(installed.boards.string())));
}

/// What the build said of the agents it could not make, for those of @p boards.
std::vector<MissingAgent> reasons_for(const std::vector<std::string>& boards,
                                      const fs::path& folder) {
  std::vector<MissingAgent> reasons = load_missing_agents(folder);
  reasons.erase(std::remove_if(reasons.begin(), reasons.end(),
                               [&boards](const MissingAgent& missing) {
                                 return std::find(boards.begin(), boards.end(), missing.board) ==
                                        boards.end();
                               }),
                reasons.end());
  return reasons;
}

/// The command that gets all that the build lacked.
std::string fix_for(const Machine& machine, const std::vector<MissingAgent>& reasons) {
  std::set<std::string> packages;
  for (const MissingAgent& missing : reasons)
    packages.insert(missing.packages.begin(), missing.packages.end());
  if (packages.empty()) return "build hilbench with its agents, or install its package";
  return fmt::format("{}  # then build hilbench again",
                     install(machine, fmt::format("{}", fmt::join(packages, " "))));
}

std::string reasons_text(const std::vector<MissingAgent>& reasons) {
  std::set<std::string> texts;
  for (const MissingAgent& missing : reasons)
    texts.insert(missing.reason);
  return texts.empty() ? "" : fmt::format(" ({})", fmt::join(texts, "; "));
}

/// Of boards that nobody asked for.
void add_agents(Area& area, const Bench& bench) {
  const Installation& installed = bench.installed();
  std::vector<std::string> missing;
  for (const boards::Board& board : installed.catalogue) {
    if (!is_file(installed.agents / board.agent.image)) missing.push_back(board.id);
  }
  const std::size_t all = installed.catalogue.size();
  if (all == 0) return;
  const std::string folder = rpc::printable(installed.agents.string());
  if (missing.empty()) return area.ok("agents", fmt::format("{} in {}", all, folder));
  const auto reasons = reasons_for(missing, installed.agents);
  area.remark("agents",
              fmt::format("{} of {} in {}; none for {}{}", all - missing.size(), all, folder,
                          list_text(missing), reasons_text(reasons)),
              fix_for(bench.machine(), reasons));
}

void add_asked_agent(Area& area, const Bench& bench) {
  const Use& use = bench.uses.front();
  const auto found = find_agent(*use.board, bench.installed().agents);
  if (!found.ok())
    return area.problem("agent", rpc::printable(found.error().what), found.error().hint);
  const std::string trouble = agent_trouble(bench, use);
  if (!trouble.empty())
    return area.problem("agent", trouble, fmt::format("chmod a+rx '{}'", found->path.string()));
  area.ok("agent", rpc::printable(found->path.string()));
}

/// A build tree need not have a manifest: its images are its own.
void add_manifest(Area& area, const Bench& bench) {
  const Installation& installed = bench.installed();
  const auto& asked = bench.checkup->asked;
  const ManifestCheck check = check_manifest(
      installed.agents, asked ? std::vector<boards::Board>{asked->board} : installed.catalogue);
  if (!check.there) {
    if (installed.rules_maker.empty())
      area.remark("manifest", "manifest.json is missing: agents can't be checked", kRepair);
    return;
  }
  if (check.others.empty()) return area.ok("manifest", "agents are those it lists");
  area.remark(
      "manifest",
      fmt::format("agents of {} are not those that manifest.json lists", list_text(check.others)),
      kRepair);
}

/// What @p use needs that lies beside the agents.
bool needs_plugin(const Use& use) {
  return use.way == Way::kProcess && !programs_of(use).empty();
}

/// Without it a virtual board runs, and its emulated meter alone is missing: no problem.
void add_power_plugin(Area& area, const Bench& bench) {
  const bool any = std::any_of(bench.uses.begin(), bench.uses.end(), [](const Use& use) {
    return use.way == Way::kVirtual && use.board->emulator && use.board->emulator->power;
  });
  if (!any) return;
  const fs::path path = bench.installed().agents / emulate::kPowerPlugin;
  const std::string shown = rpc::printable(path.string());
  if (!is_file(path)) {
    return area.remark("power plugin",
                       fmt::format("{} is missing: virtual boards have no emulated meter", shown),
                       kRepair);
  }
  if (::access(path.c_str(), R_OK) != 0) {
    return area.remark("power plugin", fmt::format("{} can't be used: no permission", shown),
                       fmt::format("chmod a+r '{}'", shown));
  }
  area.ok("power plugin", shown);
}

/// One file that some uses need.
void add_file(Area& area, const Bench& bench, const std::string& name, const fs::path& path,
              bool (*needs)(const Use&), int mode) {
  std::vector<const Use*> uses;
  for (const Use& use : bench.uses) {
    if (needs(use)) uses.push_back(&use);
  }
  if (uses.empty()) return;
  const std::string shown = rpc::printable(path.string());
  if (!is_file(path)) {
    return area.add(name, severity(uses),
                    fmt::format("{} is missing; needed by {}", shown, boards_text(uses)), kRepair);
  }
  if (::access(path.c_str(), mode) != 0) {
    return area.add(name, severity(uses), fmt::format("{} can't be used: no permission", shown),
                    fmt::format("chmod a+rx '{}'", shown));
  }
  area.ok(name, shown);
}

}  // namespace

std::string agent_trouble(const Bench& bench, const Use& use) {
  const fs::path image = agent_of(bench, use);
  const std::string shown = rpc::printable(image.string());
  if (!is_file(image)) return fmt::format("{} is missing", shown);
  const bool program = use.way == Way::kProcess && programs_of(use).empty();
  if (::access(image.c_str(), program ? X_OK : R_OK) == 0) return "";
  return fmt::format("{} may not be {}", shown, program ? "executed" : "read");
}

Findings examine_own_files(const Bench& bench) {
  Area area("hilbench");
  add_board_files(area, bench);
  if (bench.checkup->asked) {
    add_asked_agent(area, bench);
  } else {
    add_agents(area, bench);
  }
  add_manifest(area, bench);
  add_file(area, bench, "counting plugin", bench.installed().agents / emulate::kCountPlugin,
           needs_plugin, R_OK);
  add_power_plugin(area, bench);
  add_file(
      area, bench, "virtual boards", bench.installed().virtual_board,
      [](const Use& use) { return use.way == Way::kVirtual; }, X_OK);
  return area.take();
}

}  // namespace hil::lab::doctor
