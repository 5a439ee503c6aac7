// SPDX-License-Identifier: Apache-2.0
// open_meter_line(): a pty whose both ends the meter keeps.
#include "host/emulate/meter/meter_line.hpp"

#include <utility>

#include "host/link/pty.hpp"

namespace hil::emulate {
namespace {

/// Owns the pair and is its master.
class PtyMaster final : public Link {
 public:
  explicit PtyMaster(Pty pty) : pty_(std::move(pty)), name_(pty_.link().name()) {}

  Result<std::size_t> write(std::span<const std::uint8_t> bytes) override {
    return pty_.link().write(bytes);
  }
  Result<std::size_t> read(std::span<std::uint8_t> buffer, Deadline deadline) override {
    return pty_.link().read(buffer, deadline);
  }
  Status wait(bool want_write, Deadline deadline) override {
    return pty_.link().wait(want_write, deadline);
  }
  [[nodiscard]] std::uint32_t baud() const override { return 0; }
  [[nodiscard]] std::string name() const override { return name_; }

 private:
  Pty pty_;
  std::string name_;
};

}  // namespace

Result<MeterLine> open_meter_line() {
  HIL_ASSIGN(Pty pty, Pty::open());
  MeterLine line;
  line.path = pty.slave_path();
  line.link = std::make_unique<PtyMaster>(std::move(pty));
  return line;
}

}  // namespace hil::emulate
