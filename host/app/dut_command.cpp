// SPDX-License-Identifier: Apache-2.0
// hilbench dut: MLPerf Tiny's DUT API on a pseudo-terminal, in front of a board of ours.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <utility>

#include "host/app/board_options.hpp"
#include "host/app/commands.hpp"
#include "host/app/console_io.hpp"
#include "host/app/dialect_options.hpp"
#include "host/app/link_options.hpp"
#include "host/app/options.hpp"
#include "host/app/prepare.hpp"
#include "host/base/signals.hpp"
#include "host/dialect/mlperf_tiny/dut_server.hpp"
#include "host/link/pty.hpp"
#include "host/measure/dialect/board_dut.hpp"
#include "host/report/text.hpp"

namespace hil::app {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMostSeconds = 10'000'000;
constexpr std::size_t kMostIdChars = 40;
constexpr std::size_t kIndent = 9;

/// A symbolic link to the pseudo-terminal that lasts as long as this.
class PortLink {
 public:
  /// Replaces a link to a pseudo-terminal that is gone or is @p target (of a run that was killed),
  /// nothing else.
  ///   kUser  there is something else of that name, or the folder is missing or not writable
  static Result<PortLink> create(const fs::path& path, const std::string& target) {
    std::error_code fault;
    const auto status = fs::symlink_status(path, fault);
    if (fs::exists(status)) {
      const fs::path old = fs::is_symlink(status) ? fs::read_symlink(path, fault) : fs::path();
      const bool in_use = old != target && fs::exists(fs::symlink_status(old, fault));
      if (!old.string().starts_with("/dev/pts/") || in_use) {
        return Error{Blame::kUser, fmt::format("{} is there already", path.string()),
                     "name a file that is not there, or remove it"};
      }
      fs::remove(path, fault);
    }
    fs::create_symlink(target, path, fault);
    if (fault) {
      return Error{Blame::kUser, fmt::format("cannot make {}: {}", path.string(), fault.message()),
                   "check that the folder is there and may be written"};
    }
    return PortLink(path, target);
  }
  PortLink() = default;
  PortLink(PortLink&& other) noexcept
      : path_(std::exchange(other.path_, {})), target_(std::move(other.target_)) {}
  PortLink& operator=(PortLink&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(target_, other.target_);
    return *this;
  }
  ~PortLink() {
    std::error_code fault;
    if (!path_.empty() && fs::read_symlink(path_, fault) == target_) fs::remove(path_, fault);
  }

 private:
  PortLink(fs::path path, std::string target)
      : path_(std::move(path)), target_(std::move(target)) {}

  fs::path path_, target_;
};

Result<std::string> model_id_of(const Arguments& arguments) {
  const auto given = arguments.find("model-id");
  std::string id = given.value_or(fs::path(arguments.get("MODEL")).stem().string());
  const auto odd = [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return !letter && !(c >= '0' && c <= '9') && c != '_' && c != '-' && c != '.';
  };
  if (given && (id.empty() || id.size() > kMostIdChars || std::any_of(id.begin(), id.end(), odd))) {
    return Error{Blame::kUser, fmt::format("--model-id '{}' is not fit for a line of text", id),
                 "use up to 40 letters, digits, - and _; runners know kws01, ic01, vww01 and ad01"};
  }
  std::replace_if(id.begin(), id.end(), odd, '_');
  return id.substr(0, kMostIdChars);
}

struct Door {
  std::string pty, link, model_id;
  std::size_t sample_bytes = 0;
  std::string type;
  bool emulated = false;
};

Status print_door(const Door& door, const std::string& board, bool json) {
  if (json) {
    const nlohmann::ordered_json line = {
        {"pty", door.pty},          {"link", door.link},
        {"board", board},           {"model_id", door.model_id},
        {"sample_type", door.type}, {"sample_bytes", door.sample_bytes},
        {"emulated", door.emulated}};
    return print(line.dump() + "\n");
  }
  const std::string name = door.link.empty() ? door.pty : door.link;
  const auto width = static_cast<std::size_t>(output_width());
  const auto line = [&](const char* title, const std::string& text) {
    return report::paragraph(title, report::printable(text), kIndent, width);
  };
  std::string text =
      line("port", door.pty + (door.link.empty() ? "" : ", which is also " + door.link)) +
      line("model", fmt::format("{} on {}: samples of {} bytes ({})", door.model_id, board,
                                door.sample_bytes, door.type)) +
      line("time",
           "m-lap-us counts what the board's agent measured: between the stamps of an "
           "infer lies the sum of its inferences, without the line") +
      (door.emulated ? line("",
                            "the board is emulated: its microseconds are instructions at a "
                            "fixed rate, no time")
                     : "") +
      line("try", fmt::format("hilbench info --dialect mlperf_tiny --port {}", name));
  return print(text + "Ctrl-C ends it.\n");
}

}  // namespace

Options dut_options() {
  Options options(
      "dut",
      "Serves MLPerf Tiny's DUT API on a pseudo-terminal in front of a board, so that any runner "
      "of\n"
      "that benchmark can drive it. Time stamps are the device's own: between those of an infer\n"
      "lies the sum of the times that the agent measured, each inference on a freshly written\n"
      "input and with the line silent. Every output is compared with the host reference.",
      "hilbench dut fixtures/digits/digits_int8.tflite --board linux --link dut-port");
  options.positional("MODEL", "the .tflite file")
      .option("model-id", "ID",
              "what the runner is told: kws01, ic01, vww01, ad01 or another (default: the file's "
              "name)")
      .option("link", "NAME", "make this a symbolic link to the pseudo-terminal while it is served")
      .option("seconds", "S", "end after S seconds (default: at Ctrl-C)")
      .flag("json", "print where it is served as a line of JSON");
  add_sample_type_option(options);
  add_board_options(options, BoardUse::kRuns);
  return options;
}

Result<int> dut_command(const std::vector<std::string>& words) {
  HIL_ASSIGN(const auto arguments, arguments_or_help(dut_options(), words));
  if (!arguments) return 0;
  Deadline end = Deadline::never();
  if (arguments->has("seconds")) {
    HIL_ASSIGN(const auto seconds, arguments->number("seconds", 1, kMostSeconds));
    end = Deadline::after(std::chrono::seconds(seconds));
  }
  HIL_ASSIGN(const auto model, model::load(arguments->get("MODEL")));
  measure::DutViewOptions how;
  HIL_ASSIGN(how.model_id, model_id_of(*arguments));
  HIL_ASSIGN(how.type, sample_type_of(*arguments));
  HIL_ASSIGN(const auto view, measure::make_dut_view(&model, nullptr, how));
  HIL_ASSIGN(const auto limit, link_limit_of(*arguments));
  const StopRequest stop;
  HIL_ASSIGN(Pty pty, Pty::open());
  PortLink link;
  if (arguments->has("link")) {
    HIL_ASSIGN(link, PortLink::create(arguments->get("link"), pty.slave_path()));
  }
  HIL_ASSIGN(const auto board, start_board(*arguments, &stop));
  measure::Watch watch;
  watch.stop = &stop;
  HIL_ASSIGN(const auto dut, measure::BoardDut::make(*board, view, how.model_id, watch));
  const model::TensorSpec& input = view.line.inputs.front();
  const Door door{pty.slave_path(),
                  arguments->find("link").value_or(""),
                  how.model_id,
                  input.size_bytes(),
                  std::string(data::name_of(input.type)),
                  board->session().agent().emulated};
  HIL_TRY(print_door(door, board->board().id, arguments->has("json")));
  const measure::LinkUse use(*board);
  HIL_TRY(dialect::mlperf_tiny::serve_dut(pty.link(), *dut,
                                          [&] { return stop.requested() || end.expired(); }));
  tell_faults(*board);
  HIL_TRY(check_link(use, limit));
  return stop.requested() ? 128 + stop.signal() : 0;
}

}  // namespace hil::app
