// SPDX-License-Identifier: Apache-2.0
// Fuzzes what the virtual probe parses: QEMU's answers, gdb's packets, the code of flash loaders.
#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "host/emulate/probe/doors/base64.hpp"
#include "host/emulate/probe/doors/gdb_packets.hpp"
#include "host/emulate/probe/doors/line_reader.hpp"
#include "host/emulate/probe/doors/qmp_client.hpp"
#include "host/emulate/probe/doors/qtest_client.hpp"
#include "host/emulate/probe/fronts/gdb_guard.hpp"
#include "host/emulate/probe/thumb/interpreter.hpp"

namespace {

using namespace hil::emulate;  // NOLINT: one file, one purpose

void check(bool holds) {
  if (!holds) std::abort();
}

/// All packets (or lines) of @p input, given in two parts.
template <class Reader>
std::vector<std::string> taken(Reader reader, const std::string& input, std::size_t cut) {
  std::vector<std::string> found;
  for (const std::string& part : {input.substr(0, cut), input.substr(cut)}) {
    reader.buffer() += part;
    while (const auto one = reader.next())
      found.push_back(*one);
  }
  return found;
}

void check_answers(const std::string& input) {
  const std::size_t cut = input.size() / 2;
  check(taken(GdbPacketReader(), input, cut) == taken(GdbPacketReader(), input, input.size()));
  const LineReader lines(8192);
  const auto found = taken(lines, input, cut);
  check(found == taken(lines, input, input.size()));
  for (const std::string& line : found) {
    (void)parse_qmp(line);
    (void)parse_qtest_answer(line);
  }
  (void)number_from_hex(input);
  if (const auto bytes = bytes_from_base64(input)) {
    check(base64_of(*bytes).size() == input.size());
  }
}

/// What gets past the guard never is a monitor command, whatever the client sends.
void check_guard(const std::vector<std::uint8_t>& input) {
  GdbGuard guard;
  std::vector<std::uint8_t> pass;
  std::vector<std::uint8_t> answers;
  (void)guard.take(input, pass, answers);
  GdbPacketReader reader;
  reader.buffer().assign(pass.begin(), pass.end());
  while (const auto packet = reader.next())
    check(!packet->starts_with("qRcmd"));
}

/// Code and data of a loader; what lies outside reads as 0.
class LoaderMemory : public thumb::Memory {
 public:
  explicit LoaderMemory(std::vector<std::uint8_t> bytes) : bytes_(std::move(bytes)) {}

  hil::Result<std::uint32_t> read(std::uint32_t address, unsigned size) override {
    check(size == 1 || size == 2 || size == 4);
    std::uint32_t value = 0;
    for (unsigned i = 0; i < size; ++i) {
      const std::size_t at = std::size_t{address} + i;
      value |= std::uint32_t{at < bytes_.size() ? bytes_[at] : std::uint8_t{0}} << 8 * i;
    }
    return value;
  }
  hil::Status write(std::uint32_t address, std::uint32_t value, unsigned size) override {
    check(size == 4 || value >> 8 * size == 0);
    for (unsigned i = 0; i < size; ++i) {
      const std::size_t at = std::size_t{address} + i;
      if (at < bytes_.size()) bytes_[at] = static_cast<std::uint8_t>(value >> 8 * i);
    }
    return {};
  }

 private:
  std::vector<std::uint8_t> bytes_;
};

void check_loader(const std::vector<std::uint8_t>& input) {
  LoaderMemory memory(input);
  thumb::Interpreter interpreter(memory);
  for (std::uint32_t i = 0; i < 13; ++i)
    interpreter.state.r[i] = i * 24;
  interpreter.state.r[13] = 256;
  for (int i = 0; i < 500; ++i) {
    const thumb::State before = interpreter.state;
    const auto outcome = interpreter.step();
    check(outcome.ok());
    check(interpreter.state.r[15] % 2 == 0 && interpreter.state.r[13] % 4 == 0);
    if (*outcome == thumb::Outcome::kDone) continue;
    check(interpreter.state.r == before.r && interpreter.state.it == before.it);
    return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_answers(std::string(data, data + size));
  check_guard(std::vector<std::uint8_t>(data, data + size));
  check_loader(std::vector<std::uint8_t>(data, data + size));
  return 0;
}
