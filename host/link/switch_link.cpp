// SPDX-License-Identifier: Apache-2.0
// SwitchLink: forwards, and remembers the first failure.
#include "host/link/switch_link.hpp"

#include <fmt/format.h>

#include <utility>

namespace hil {

SwitchLink::SwitchLink(std::unique_ptr<Link> inside) {
  replace(std::move(inside));
}

Result<std::size_t> SwitchLink::write(std::span<const std::uint8_t> bytes) {
  if (death_) return *death_;
  auto count = inside_->write(bytes);
  if (!count.ok()) note(count.error());
  return count;
}

Result<std::size_t> SwitchLink::read(std::span<std::uint8_t> buffer, Deadline deadline) {
  if (death_) return *death_;
  auto count = inside_->read(buffer, deadline);
  if (!count.ok()) note(count.error());
  return count;
}

Status SwitchLink::wait(bool want_write, Deadline deadline) {
  if (death_) return *death_;
  Status status = inside_->wait(want_write, deadline);
  if (!status.ok()) note(status.error());
  return status;
}

std::uint32_t SwitchLink::baud() const {
  return inside_ ? inside_->baud() : baud_;
}

Status SwitchLink::set_baud(std::uint32_t baud) {
  if (death_) return *death_;
  // Not noted: kLink may also be a line that stands still here, and the port lives.
  return inside_->set_baud(baud);
}

std::string SwitchLink::name() const {
  return inside_ ? inside_->name() : name_;
}

void SwitchLink::close() {
  if (!inside_) return;
  name_ = inside_->name();
  baud_ = inside_->baud();
  inside_.reset();
  if (!death_) note(Error{Blame::kLink, fmt::format("{} is closed", name_), ""});
}

void SwitchLink::replace(std::unique_ptr<Link> inside) {
  inside_ = std::move(inside);
  death_.reset();
}

void SwitchLink::note(const Error& error) {
  if (error.blame == Blame::kLink) death_ = error;
}

}  // namespace hil
