// SPDX-License-Identifier: Apache-2.0
// The table of what OpenOCD 0.12 prints when something goes wrong.
#include "host/flash/failures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "host/flash/core_id.hpp"
#include "host/flash/openocd_commands.hpp"

namespace hil::flash {
namespace {

/// In `what` and `hint`: {board}, {probe} (which one, in words), {interface} (the board's script),
/// {udev} (rules for its probe), {at} (" at 0x..." if the line names an address).
struct KnownFailure {
  const char* words;  ///< found in a line
  Blame blame;
  const char* what;
  const char* hint;
};

constexpr const char* kPlugIn =
    "plug the probe in and the board's power on; hilbench list shows what is there";
constexpr const char* kBusy = "end the other program (OpenOCD, a gdb server, an IDE)";
constexpr const char* kPower = "check the board's power and the wires to the probe, then try again";
constexpr const char* kGone = "check the probe's cable, then flash again";
constexpr const char* kUnlock =
    "remove the protection with the maker's tool; that may erase the chip";
constexpr const char* kAgain =
    "flash again; if it comes back, the chip's flash is worn out or its "
    "supply too low";
constexpr const char* kWrongBoard = "check --board and which board the probe is wired to";
constexpr const char* kNoChip = "no chip answers {probe}";

// The rules' file has not the name of the package's own, 70-hilbench.rules, which it would mask,
// and comes before 73-seat-late.rules, which "uaccess" needs.

// The first row whose words are in any line wins: the special before the general. Rows were taken
// from runs of 0.12.0 where this machine can make them fail, else from its messages.
constexpr KnownFailure kKnown[] = {
    // The probe, before anything is done with it.
    {"LIBUSB_ERROR_ACCESS", Blame::kLab, "there is no permission to use the probe of {board}",
     "as root put this into /etc/udev/rules.d/71-hilbench-local.rules, then plug the probe in "
     "again: "
     "{udev}"},
    {"unable to open CMSIS-DAP device", Blame::kLab,
     "the probe of {board} is there but can't be opened: no permission, or another program has it",
     "end the other program, or as root put this into /etc/udev/rules.d/71-hilbench-local.rules "
     "and plug "
     "the probe in again: {udev}"},
    {"LIBUSB_ERROR_BUSY", Blame::kLab, "another program uses the probe of {board}", kBusy},
    {"claim interface failed", Blame::kLab, "another program uses the probe of {board}", kBusy},
    {"unable to claim interface", Blame::kLab, "another program uses the probe of {board}", kBusy},
    {"the selected device is already used", Blame::kLab,
     "another program uses the probe of {board}", kBusy},
    {"TCP busy", Blame::kLab, "another program uses the probe of {board}", kBusy},
    {"serial mismatch", Blame::kLab, "there is no probe with that serial number: {probe}",
     "give the serial number of the board's probe; hilbench list shows those that are there"},
    {"No device matches the serial string", Blame::kLab,
     "there is no probe with that serial number: {probe}",
     "give the serial number of the board's probe; hilbench list shows those that are there"},
    {"cannot connect to stlink server", Blame::kLab, "the virtual board's probe does not answer",
     "start the board again: its process has ended"},
    {"cannot get the stlink-server version", Blame::kLab,
     "what answers on the port of the virtual board is no ST-LINK server",
     "start the board again, and give the port that it prints"},
    {"no ST-LINK detected", Blame::kLab, "the server has no ST-LINK", kPlugIn},
    {"target voltage may be too low", Blame::kLab, "the board of {probe} has no power", kPower},
    {"Target voltage too low", Blame::kLab, "the board of {probe} has no power", kPower},

    // The way to the chip.
    {"init mode failed (unable to connect", Blame::kLab, kNoChip, kPower},
    {"cannot read IDR", Blame::kLab, kNoChip, kPower},
    {"Could not find MEM-AP to control the core", Blame::kLab, kNoChip, kPower},
    {"Debug adapter doesn't support", Blame::kConfig,
     "the probe that the file of {board} names cannot do its transport",
     "correct board.probe in the board's file"},
    {"Can't find ", Blame::kConfig,
     "OpenOCD has not all the scripts that the file of {board} names ({interface})",
     "correct the file, or install a newer OpenOCD"},
    {"mode (transport) not supported", Blame::kConfig, "{probe} cannot do the transport of {board}",
     "correct board.probe in the board's file"},

    // Lost on the way.
    {"LIBUSB_ERROR_NO_DEVICE", Blame::kLab, "the probe of {board} went away", kGone},
    {"LIBUSB_ERROR_IO", Blame::kLab, "the probe of {board} went away", kGone},
    {"LIBUSB_ERROR_PIPE", Blame::kLab, "the probe of {board} went away", kGone},
    {"socket send error", Blame::kLab, "the probe of {board} went away", kGone},
    {"socket recv error", Blame::kLab, "the probe of {board} went away", kGone},
    {"failed to receive USB CMD response", Blame::kLab, "the probe of {board} went away", kGone},
    {"failed to send USB CMD", Blame::kLab, "the probe of {board} went away", kGone},

    // The chip.
    {"failed to read memory", Blame::kLab, "the id of the chip can't be read through {probe}",
     kWrongBoard},
    {"Cannot identify target as a", Blame::kLab,
     "OpenOCD's flash driver does not know the chip on the board of {probe}", kWrongBoard},
    {"Device Security Bit Set", Blame::kDevice, "the chip of {board} is protected against reading",
     kUnlock},
    {"device protected", Blame::kDevice, "the flash of {board} is write-protected{at}", kUnlock},
    {"Cannot erase protected sector", Blame::kDevice, "the flash of {board} is write-protected{at}",
     kUnlock},
    {"is protected", Blame::kDevice, "the flash of {board} is write-protected{at}", kUnlock},
    {"write protected", Blame::kDevice, "the flash of {board} is write-protected{at}", kUnlock},
    {"protected sector", Blame::kDevice, "the flash of {board} is write-protected{at}", kUnlock},
    {"no flash bank found for address", Blame::kConfig,
     "OpenOCD knows no flash of {board}{at}, though its file says there is some",
     "correct chip.memory in the board's file"},
    {"does not fit into bank", Blame::kConfig,
     "the flash of {board} is smaller than its file says{at}",
     "correct chip.memory in the board's file"},
    {"exceeds flash bank size", Blame::kConfig,
     "the flash of {board} is smaller than its file says{at}",
     "correct chip.memory in the board's file"},
    {"failed erasing sectors", Blame::kDevice, "the flash of {board} can't be erased", kAgain},
    {"Error erasing", Blame::kDevice, "the flash of {board} can't be erased", kAgain},
    {"mass erase failed", Blame::kDevice, "the flash of {board} can't be erased", kAgain},
    {"device programming failed", Blame::kDevice, "the flash of {board} can't be written{at}",
     kAgain},
    {"error writing to flash", Blame::kDevice, "the flash of {board} can't be written{at}", kAgain},
    {"Failed to write to nrf5 flash", Blame::kDevice, "the flash of {board} can't be written{at}",
     kAgain},
    {"flash write algorithm", Blame::kDevice, "the flash of {board} can't be written{at}", kAgain},
    {"timeout waiting for algorithm", Blame::kDevice,
     "OpenOCD's routine on the core of {board} does not come to its end", kAgain},
    {"Failed to write memory", Blame::kDevice, "the memory of {board} can't be written{at}",
     kPower},
    {"diff 0 address", Blame::kDevice, "the chip of {board} does not hold what was written{at}",
     kAgain},
    {"checksum mismatch", Blame::kDevice, "the chip of {board} does not hold what was written",
     kAgain},
    {"couldn't open ", Blame::kUser, "OpenOCD can't read the image",
     "check that the file is still there and readable"},
    {"Too many sections", Blame::kUser,
     "the image is in more pieces than OpenOCD takes (128 without a gap between them)",
     "convert it to one piece: objcopy --gap-fill 0xff -O ihex"},
    {"timed out while waiting for target halted", Blame::kDevice,
     "the core of {board} can't be halted", kPower},
    {"TARGET: ", Blame::kDevice, "the core of {board} does not do what {probe} asks for", kPower},
    {"Not halted", Blame::kDevice, "the core of {board} can't be halted", kPower},
    {"not halted", Blame::kDevice, "the core of {board} can't be halted", kPower},

    // Last, as other failures bring these along.
    {"open failed", Blame::kLab, "there is no debug probe for {board} ({interface})", kPlugIn},
    {"no device found", Blame::kLab, "there is no debug probe for {board} ({interface})", kPlugIn},
    {"unable to find a matching", Blame::kLab, "there is no debug probe for {board} ({interface})",
     kPlugIn},
    {"No J-Link device found", Blame::kLab, "there is no debug probe for {board} ({interface})",
     kPlugIn},
    {"unable to open ftdi device", Blame::kLab, "there is no debug probe for {board} ({interface})",
     kPlugIn},
    {"not examined", Blame::kLab, kNoChip, kPower},
    {"xamination failed", Blame::kLab, kNoChip, kPower},
    {"Error connecting DP", Blame::kLab, kNoChip, kPower},
};

void replace(std::string& text, std::string_view name, std::string_view value) {
  for (std::size_t at = 0; (at = text.find(name, at)) != std::string::npos; at += value.size())
    text.replace(at, name.size(), value);
}

std::string words_of(const ProbeAddress& probe) {
  if (!probe.serial.empty()) return "probe " + probe.serial;
  if (probe.stlink_tcp_port) return fmt::format("the probe at port {}", *probe.stlink_tcp_port);
  return "the probe";
}

/// " at 0x08000400" from the first "at 0x..." or "address 0x..." of @p line; else empty.
std::string address_in(const std::string& line) {
  for (const std::string_view before : {"address 0x", "address: 0x", "at 0x"}) {
    const std::size_t at = line.find(before);
    if (at == std::string::npos) continue;
    const std::size_t from = at + before.size();
    const std::size_t end = line.find_first_not_of("0123456789abcdefABCDEF", from);
    return " at 0x" + line.substr(from, end - from);
  }
  return "";
}

/// The address that any of @p lines names; OpenOCD says it in another line than the reason.
std::string address_in(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) {
    if (std::string address = address_in(line); !address.empty()) return address;
  }
  return "";
}

Error error_from(const KnownFailure& known, const std::string& line, const OpenocdRun& run,
                 const boards::Board& board, const ProbeAddress& probe) {
  Error error{known.blame, known.what, known.hint};
  std::string address = address_in(line);
  if (address.empty()) address = address_in(run.phase_lines);
  std::string interface = "interface/stlink-dap.cfg";
  std::string rules = "(hilbench does not know its USB ids: see lsusb)";
  if (board.probe && !probe.stlink_tcp_port) interface = board.probe->openocd_interface;
  if (board.probe && !board.probe->usb.empty()) rules = udev_rules(board.probe->usb);
  for (std::string* text : {&error.what, &error.hint}) {
    replace(*text, "{at}", address);
    replace(*text, "{board}", board.id);
    replace(*text, "{probe}", words_of(probe));
    replace(*text, "{interface}", interface);
    replace(*text, "{udev}", rules);
  }
  return error;
}

std::optional<Error> find_known(const OpenocdRun& run, const boards::Board& board,
                                const ProbeAddress& probe) {
  for (const KnownFailure& known : kKnown) {
    for (const std::string& line : run.phase_lines) {
      if (line.find(known.words) != std::string::npos) {
        return error_from(known, line, run, board, probe);
      }
    }
  }
  return std::nullopt;
}

bool has_refusal(const OpenocdRun& run, std::string_view refusal) {
  const std::string mark = std::string(kMark) + std::string(refusal);
  return std::any_of(run.phase_lines.begin(), run.phase_lines.end(),
                     [&](const std::string& line) { return line.find(mark) != std::string::npos; });
}

/// What was read where the board's file says something else; nothing if all was as expected.
std::optional<Error> find_wrong_chip(const OpenocdRun& run, const boards::Board& board) {
  if (has_refusal(run, kWrongChip) && board.chip.id) {
    std::string expected;
    for (const std::uint32_t value : board.chip.id->values)
      expected += fmt::format("{}0x{:08x}", expected.empty() ? "" : " or ", value);
    return Error{Blame::kLab,
                 fmt::format("the chip is no {} of {}: its {} is {}, not {}; nothing was written",
                             board.chip.name, board.id, board.chip.id->name, run.id, expected),
                 kWrongBoard};
  }
  if (has_refusal(run, kWrongCore)) {
    const auto part = static_cast<std::uint32_t>(std::strtoul(run.core.c_str(), nullptr, 16));
    return Error{Blame::kLab,
                 fmt::format("the chip has a {}, which does not run the {} code of {}; nothing was "
                             "written",
                             core_name(part), board.chip.core, board.id),
                 kWrongBoard};
  }
  return std::nullopt;
}

/// What a run that was broken off in @p phase leaves behind.
const char* hint_after(Phase phase) {
  switch (phase) {
    case Phase::kConnect:
    case Phase::kIdentify:
    case Phase::kRead:
      return kPower;
    case Phase::kCompare:
    case Phase::kReset:
      return "nothing was written in that phase; reset the board or flash again";
    case Phase::kProgram:
    case Phase::kVerify:
      return "the board may hold half an image: flash again";
  }
  return "";
}

/// The last @p most lines of @p lines that say something, joined.
std::string last_lines(const std::vector<std::string>& lines, std::size_t most) {
  std::string text;
  std::size_t count = 0;
  for (auto line = lines.rbegin(); line != lines.rend() && count < most; ++line) {
    if (line->empty() || line->rfind(kMark, 0) == 0) continue;
    text.insert(0, fmt::format("{}{}", *line, text.empty() ? "" : " | "));
    ++count;
  }
  return text.empty() ? "it printed nothing" : text;
}

}  // namespace

Error error_of(const OpenocdRun& run, const boards::Board& board, const ProbeAddress& probe,
               const PhaseLimits& limits) {
  const char* phase = name_of(run.phase);
  if (run.ending == Ending::kStopped) {
    return {Blame::kUser, fmt::format("flashing {} was stopped in phase {}", board.id, phase),
            hint_after(run.phase)};
  }
  if (run.ending == Ending::kTimeLimit) {
    const double seconds = static_cast<double>(limits.of(run.phase).count()) / 1000;
    return {Blame::kTool,
            fmt::format("OpenOCD did not end phase {} of flashing {} within {:g} s and was killed",
                        phase, board.id, seconds),
            hint_after(run.phase)};
  }
  if (run.exit.signal != 0) {
    return {
        Blame::kTool,
        fmt::format("OpenOCD was {} in phase {} of flashing {}", run.exit.text(), phase, board.id),
        hint_after(run.phase)};
  }
  if (const auto wrong = find_wrong_chip(run, board)) return *wrong;
  if (const auto known = find_known(run, board, probe)) return *known;
  return {Blame::kTool,
          fmt::format("OpenOCD failed in phase {} of flashing {} ({})", phase, board.id,
                      run.exit.text()),
          "its last lines: " + last_lines(run.phase_lines, 6)};
}

std::string udev_rules(std::span<const boards::UsbId> usb) {
  std::string rules;
  for (const boards::UsbId& id : usb) {
    rules += fmt::format(
        "{}SUBSYSTEM==\"usb\", ATTR{{idVendor}}==\"{:04x}\", ATTR{{idProduct}}==\"{:04x}\", "
        "MODE=\"0660\", GROUP=\"plugdev\", TAG+=\"uaccess\"",
        rules.empty() ? "" : "\n", id.vendor, id.product);
  }
  return rules;
}

}  // namespace hil::flash
