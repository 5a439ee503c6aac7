// SPDX-License-Identifier: Apache-2.0
// Values as JSON and back; what a tape says is checked like any other file.
#include "host/lab/taped_board.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>
#include <utility>

namespace hil::lab {
namespace {

using nlohmann::json;

constexpr const char* kAttach = "attach";

Error unreadable(std::string_view what) {
  return {Blame::kUser, "what the tape says of '" + std::string(what) + "' makes no sense",
          "it was made by another version of hilbench, or by hand"};
}

template <class T>
Result<T> value_in(const json& said, const char* name, std::string_view what) {
  try {
    return said.at(name).get<T>();
  } catch (const json::exception&) {
    return unreadable(what);
  }
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

Result<std::vector<std::uint8_t>> bytes_in(const json& said, const char* name,
                                           std::string_view what) {
  HIL_ASSIGN(const auto text, value_in<std::string>(said, name, what));
  std::vector<std::uint8_t> bytes(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int digit = digit_of(text[i]);
    if (digit < 0 || text.size() % 2 != 0) return unreadable(what);
    bytes[i / 2] = static_cast<std::uint8_t>(bytes[i / 2] << 4 | digit);
  }
  return bytes;
}

/// The link of an attachment that there is only on a tape: a name and a rate for messages.
class NamedLink final : public Link {
 public:
  NamedLink(std::string name, std::uint32_t baud) : name_(std::move(name)), baud_(baud) {}
  Result<std::size_t> write(std::span<const std::uint8_t> /*bytes*/) override { return none(); }
  Result<std::size_t> read(std::span<std::uint8_t> /*buffer*/, Deadline /*deadline*/) override {
    return none();
  }
  Status wait(bool /*want_write*/, Deadline /*deadline*/) override { return none(); }
  [[nodiscard]] std::uint32_t baud() const override { return baud_; }
  [[nodiscard]] std::string name() const override { return name_; }

 private:
  [[nodiscard]] static Error none() {
    return {Blame::kBug, "a replay used a link that there is none of", "report it"};
  }
  std::string name_;
  std::uint32_t baud_;
};

/// What an attachment is; it does not change while it lives.
struct Kind {
  std::string name;
  std::uint32_t baud = 0;
  bool brings_agent = false, blank = false, probe = false;
  pid_t pid = -1;
};

json json_of(Attachment& attachment) {
  return {{"link", attachment.link().name()},          {"baud", attachment.link().baud()},
          {"brings_agent", attachment.brings_agent()}, {"blank", attachment.is_blank()},
          {"probe", attachment.probe().has_value()},   {"process", attachment.agent_pid() > 0}};
}

Result<Kind> kind_of(const json& said) {
  Kind kind;
  HIL_ASSIGN(kind.name, value_in<std::string>(said, "link", kAttach));
  HIL_ASSIGN(kind.baud, value_in<std::uint32_t>(said, "baud", kAttach));
  HIL_ASSIGN(kind.brings_agent, value_in<bool>(said, "brings_agent", kAttach));
  HIL_ASSIGN(kind.blank, value_in<bool>(said, "blank", kAttach));
  HIL_ASSIGN(kind.probe, value_in<bool>(said, "probe", kAttach));
  HIL_ASSIGN(const bool process, value_in<bool>(said, "process", kAttach));
  if (process) kind.pid = 1;  // there is one; nobody may signal it
  return kind;
}

class TapedAttachment final : public Attachment {
 public:
  /// @p real: null in a replay.
  TapedAttachment(tape::RunTape& tape, std::unique_ptr<Attachment> real, Kind kind)
      : tape_(tape),
        real_(std::move(real)),
        kind_(std::move(kind)),
        named_(kind_.name, kind_.baud) {}

  Link& link() override {
    if (real_) return real_->link();
    return named_;
  }
  [[nodiscard]] std::string line_key() const override { return real_ ? real_->line_key() : ""; }
  [[nodiscard]] bool brings_agent() const override { return kind_.brings_agent; }
  [[nodiscard]] bool is_blank() const override { return kind_.blank; }
  [[nodiscard]] std::optional<flash::ProbeAddress> probe() const override {
    if (real_) return real_->probe();
    if (kind_.probe) return flash::ProbeAddress{};
    return std::nullopt;
  }
  [[nodiscard]] std::string meter_port() const override { return real_ ? real_->meter_port() : ""; }
  [[nodiscard]] pid_t agent_pid() const override { return real_ ? real_->agent_pid() : kind_.pid; }
  [[nodiscard]] bool line_is_dead() const override {
    const auto dead = tape_.outside("whether the line is dead",
                                    [&]() -> Result<json> { return json(real_->line_is_dead()); });
    return dead.ok() && dead->is_boolean() && dead->get<bool>();
  }
  Status reconnect(Deadline deadline) override {
    const auto line = tape_.outside("reconnect", [&]() -> Result<json> {
      HIL_TRY(real_->reconnect(deadline));
      return json{{"link", link().name()}, {"baud", link().baud()}};
    });
    if (!line.ok()) return line.error();
    HIL_ASSIGN(const auto name, value_in<std::string>(*line, "link", "reconnect"));
    HIL_ASSIGN(const auto baud, value_in<std::uint32_t>(*line, "baud", "reconnect"));
    named_ = NamedLink(name, baud);
    return {};
  }
  Status power_cycle() override {
    return act("power cycle", [&] { return real_->power_cycle(); });
  }
  Status pull_cable() override {
    return act("pull the cable", [&] { return real_->pull_cable(); });
  }
  std::optional<Error> find_failure(const Error& seen) override {
    const auto found = tape_.outside("what has failed", [&]() -> Result<json> {
      const auto failure = real_->find_failure(seen);
      return failure ? tape::json_of(*failure) : json();
    });
    if (!found.ok() || found->is_null()) return std::nullopt;
    return tape::error_of(*found);
  }

 private:
  Status act(std::string_view what, const std::function<Status()>& real) {
    const auto done = tape_.outside(what, [&]() -> Result<json> {
      HIL_TRY(real());
      return json();
    });
    if (!done.ok()) return done.error();
    return {};
  }

  tape::RunTape& tape_;
  std::unique_ptr<Attachment> real_;
  Kind kind_;
  NamedLink named_;
};

}  // namespace

Result<AgentFile> taped_agent(tape::RunTape* tape, const std::function<Result<AgentFile>()>& find) {
  if (tape == nullptr) return find();
  constexpr const char* kWhat = "agent's image";
  AgentFile file;  // the tape has its name, not where it is
  HIL_ASSIGN(const json said, tape->outside(kWhat, [&]() -> Result<json> {
    HIL_ASSIGN(file, find());
    return json{{"file", file.path.filename().string()}, {"sha256", hex_of(file.sha256)}};
  }));
  if (!tape->replays()) return file;
  HIL_ASSIGN(file.path, value_in<std::string>(said, "file", kWhat));
  HIL_ASSIGN(const auto digest, bytes_in(said, "sha256", kWhat));
  if (digest.size() != file.sha256.size()) return unreadable(kWhat);
  std::copy(digest.begin(), digest.end(), file.sha256.begin());
  return file;
}

Result<std::unique_ptr<Attachment>> taped_attachment(
    tape::RunTape* tape, const std::function<Result<std::unique_ptr<Attachment>>()>& attach) {
  if (tape == nullptr) return attach();
  std::unique_ptr<Attachment> real;
  HIL_ASSIGN(const json said, tape->outside(kAttach, [&]() -> Result<json> {
    HIL_ASSIGN(real, attach());
    return json_of(*real);
  }));
  HIL_ASSIGN(Kind kind, kind_of(said));
  return std::unique_ptr<Attachment>(new TapedAttachment(*tape, std::move(real), std::move(kind)));
}

Result<flash::FlashReport> taped_flashing(
    tape::RunTape* tape, std::string_view what,
    const std::function<Result<flash::FlashReport>()>& flash) {
  if (tape == nullptr) return flash();
  HIL_ASSIGN(const json said, tape->outside(what, [&]() -> Result<json> {
    HIL_ASSIGN(const flash::FlashReport report, flash());
    return json{{"bytes", report.bytes},
                {"already_there", report.already_there},
                {"command_line", report.command_line},
                {"tool_version", report.tool_version}};
  }));
  flash::FlashReport report;
  HIL_ASSIGN(report.bytes, value_in<std::uint64_t>(said, "bytes", what));
  HIL_ASSIGN(report.already_there, value_in<bool>(said, "already_there", what));
  HIL_ASSIGN(report.command_line, value_in<std::string>(said, "command_line", what));
  HIL_ASSIGN(report.tool_version, value_in<std::string>(said, "tool_version", what));
  return report;
}

Result<std::vector<std::uint8_t>> taped_bytes(
    tape::RunTape* tape, std::string_view what,
    const std::function<Result<std::vector<std::uint8_t>>()>& read) {
  if (tape == nullptr) return read();
  HIL_ASSIGN(const json said, tape->outside(what, [&]() -> Result<json> {
    HIL_ASSIGN(const auto bytes, read());
    return json{{"hex", hex_of(bytes)}};
  }));
  return bytes_in(said, "hex", what);
}

Result<Clock::duration> taped_duration(tape::RunTape* tape, std::string_view what,
                                       const std::function<Clock::duration()>& measure) {
  if (tape == nullptr) return measure();
  HIL_ASSIGN(const json said, tape->outside(what, [&]() -> Result<json> {
    return json{{"ns", std::chrono::nanoseconds(measure()).count()}};
  }));
  HIL_ASSIGN(const auto ns, value_in<std::int64_t>(said, "ns", what));
  return Clock::duration(std::chrono::nanoseconds(ns));
}

Result<Deadline> taped_deadline(tape::RunTape* tape, Deadline deadline) {
  const auto at = [&] { return deadline.at().time_since_epoch(); };
  HIL_ASSIGN(const auto taped, taped_duration(tape, "deadline", at));
  return Deadline::until(Clock::time_point(taped));
}

Result<std::uint32_t> taped_number(tape::RunTape* tape, std::string_view what,
                                   const std::function<std::uint32_t()>& find) {
  if (tape == nullptr) return find();
  HIL_ASSIGN(const json said, tape->outside(what, [&]() -> Result<json> {
    return json{{"number", find()}};
  }));
  return value_in<std::uint32_t>(said, "number", what);
}

Result<std::uint32_t> taped_session_id(tape::RunTape* tape) {
  if (tape == nullptr) return 0;
  return taped_number(tape, "session id", [] {
    std::random_device device;
    std::uint32_t id = 0;
    while (id == 0)
      id = device();
    return id;
  });
}

}  // namespace hil::lab
