// SPDX-License-Identifier: Apache-2.0
// Where reports lie.
#include "host/conform/store.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "host/base/file.hpp"
#include "host/base/state_folder.hpp"
#include "host/conform/report_json.hpp"

namespace hil::conform {
namespace {

namespace fs = std::filesystem;

/// Files there are a package's, or another user's.
bool is_others(const fs::path& folder) {
  const fs::path program = folder.parent_path();
  if (folder.filename() == "boards" && program.filename() == "hilbench" &&
      program.parent_path().filename() == "share") {
    return true;
  }
  return ::access(folder.c_str(), W_OK) != 0 && (errno == EACCES || errno == EROFS);
}

fs::path path_beside(const boards::Board& board) {
  return board.file.parent_path() / "conform" / (board.id + ".json");
}

/// The kept one, or the one that came with the board's file; whether it is there or not.
fs::path path_to_read(const boards::Board& board) {
  const auto path = report_path(board);
  std::error_code error;
  return path && fs::exists(*path, error) ? *path : path_beside(board);
}

}  // namespace

Result<fs::path> report_path(const boards::Board& board) {
  if (!is_others(board.file.parent_path())) return path_beside(board);
  HIL_ASSIGN(const fs::path state, state_folder());
  return state / "conform" / (board.id + ".json");
}

std::string reason_not_to_keep(const boards::Board& board, const ConformReport& report) {
  if (!report.complete) return "it was stopped";
  if (!report.no_proof.empty()) return report.no_proof;
  if (report.quick) return "--quick proves less than the whole";
  if (report.core.empty()) return "no agent answered";
  if (!report.emulated) return "";
  const auto kept = kept_report(board);
  if (!kept || !*kept || (*kept)->emulated) return "";
  return fmt::format("{} has that of the board on the desk, which proves more",
                     path_to_read(board).string());
}

Status keep(const boards::Board& board, const ConformReport& report) {
  HIL_ASSIGN(const fs::path path, report_path(board));
  std::error_code error;
  if (path == path_beside(board)) {
    fs::create_directory(path.parent_path(), error);
  } else {
    fs::create_directories(path.parent_path(), error);
  }
  if (error) {
    return Error{Blame::kUser,
                 fmt::format("can't make {}: {}", path.parent_path().string(), error.message()),
                 "keep the report with --json FILE, and leave it out here with --no-store"};
  }
  const Status written = write_file(path, json_text(report));
  if (written.ok()) return {};
  return Error{written.error().blame, written.error().what,
               "keep the report with --json FILE, and leave it out here with --no-store"};
}

Result<std::optional<ConformReport>> kept_report(const boards::Board& board) {
  const fs::path path = path_to_read(board);
  std::error_code error;
  if (!fs::exists(path, error)) return std::optional<ConformReport>();
  HIL_ASSIGN(ConformReport report, load_report(path));
  if (report.board == board.id) return std::optional(std::move(report));
  return Error{Blame::kConfig, fmt::format("{}: is the report of {}", path.string(), report.board),
               fmt::format("run 'hilbench conform --board {}' again", board.id)};
}

}  // namespace hil::conform
