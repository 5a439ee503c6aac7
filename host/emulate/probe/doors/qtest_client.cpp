// SPDX-License-Identifier: Apache-2.0
// QtestClient: one line per request, one per answer.
#include "host/emulate/probe/doors/qtest_client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "host/emulate/probe/doors/base64.hpp"

namespace hil::emulate {
namespace {

/// Bytes of memory in one line.
constexpr std::size_t kBlockBytes = std::size_t{32} * 1024;

char letter_of(unsigned size) {
  return size == 1 ? 'b' : size == 2 ? 'w' : 'l';
}

/// "0x000000000000002a" as a number.
std::optional<std::uint64_t> number_from(std::string_view text) {
  if (text.rfind("0x", 0) != 0) return std::nullopt;
  text.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<QtestAnswer> parse_qtest_answer(std::string_view line) {
  if (line == "OK") return QtestAnswer{true, ""};
  if (line.rfind("OK ", 0) == 0) return QtestAnswer{true, std::string(line.substr(3))};
  if (line.rfind("IRQ ", 0) == 0) return std::nullopt;
  return QtestAnswer{false, std::string(line)};
}

Result<std::string> QtestClient::ask(const std::string& request) {
  const Deadline deadline = Deadline::after(kAnswerTime);
  HIL_TRY(stream_.send(request + "\n", deadline));
  while (true) {
    if (const auto line = reader_.next()) {
      auto answer = parse_qtest_answer(*line);
      if (!answer) continue;
      if (!answer->ok) return stream_.strange_answer(request, *line);
      return std::move(answer->value);
    }
    if (reader_.overflowed()) return stream_.strange_answer(request, "a line without end");
    HIL_ASSIGN(const bool came, stream_.receive(reader_.buffer(), deadline));
    if (!came) return stream_.no_answer(request);
  }
}

Result<std::uint32_t> QtestClient::read(std::uint32_t address, unsigned size) {
  const std::string request = fmt::format("read{} {:#x}", letter_of(size), address);
  HIL_ASSIGN(const std::string answer, ask(request));
  const auto value = number_from(answer);
  if (!value) return stream_.strange_answer(request, answer);
  return static_cast<std::uint32_t>(*value);
}

Status QtestClient::write(std::uint32_t address, std::uint32_t value, unsigned size) {
  HIL_TRY(ask(fmt::format("write{} {:#x} {:#x}", letter_of(size), address, value)));
  return {};
}

Status QtestClient::read_block(std::uint32_t address, std::span<std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const std::size_t size = std::min(bytes.size(), kBlockBytes);
    const std::string request = fmt::format("b64read {:#x} {:#x}", address, size);
    HIL_ASSIGN(const std::string answer, ask(request));
    const auto piece = bytes_from_base64(answer);
    if (!piece || piece->size() != size) return stream_.strange_answer(request, answer);
    std::copy(piece->begin(), piece->end(), bytes.begin());
    bytes = bytes.subspan(size);
    address += static_cast<std::uint32_t>(size);
  }
  return {};
}

Status QtestClient::write_block(std::uint32_t address, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const auto piece = bytes.first(std::min(bytes.size(), kBlockBytes));
    HIL_TRY(ask(fmt::format("b64write {:#x} {:#x} {}", address, piece.size(), base64_of(piece))));
    bytes = bytes.subspan(piece.size());
    address += static_cast<std::uint32_t>(piece.size());
  }
  return {};
}

}  // namespace hil::emulate
