// SPDX-License-Identifier: Apache-2.0
// A link whose inside can be replaced, for a port that comes back under another name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "host/link/link.hpp"

namespace hil {

/// Passes everything on to the link inside. Tells a dead port from silence: an error of a link
/// itself (kLink) is for good, so it is remembered, and every later call returns it until the
/// inside is replaced; silence is no error of a link.
class SwitchLink : public Link {
 public:
  /// @p inside: not null.
  explicit SwitchLink(std::unique_ptr<Link> inside);

  Result<std::size_t> write(std::span<const std::uint8_t> bytes) override;
  Result<std::size_t> read(std::span<std::uint8_t> buffer, Deadline deadline) override;
  Status wait(bool want_write, Deadline deadline) override;
  /// Of the link inside; of the last one while there is none.
  [[nodiscard]] std::uint32_t baud() const override;
  Status set_baud(std::uint32_t baud) override;
  /// Likewise.
  [[nodiscard]] std::string name() const override;

  /// True if the link inside has failed, or there is none: only replace() helps.
  [[nodiscard]] bool is_dead() const { return death_.has_value(); }

  /// Lets go of the link inside, so that its port can be opened again.
  void close();
  /// Takes @p inside, not null, in place of the one before.
  void replace(std::unique_ptr<Link> inside);

 private:
  /// Remembers @p error if it is for good.
  void note(const Error& error);

  std::unique_ptr<Link> inside_;  ///< null after close()
  std::string name_;              ///< of the last one
  std::uint32_t baud_ = 0;        ///< likewise
  std::optional<Error> death_;
};

}  // namespace hil
