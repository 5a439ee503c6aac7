// SPDX-License-Identifier: Apache-2.0
// DivisorWatch: a thread that sleeps until it is asked.
#include "host/emulate/line/divisor_watch.hpp"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace hil::emulate {

Result<std::unique_ptr<DivisorWatch>> DivisorWatch::make() {
  FileDescriptor come(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!come.is_open()) {
    return Error{Blame::kLab, fmt::format("cannot make an eventfd: {}", std::strerror(errno)),
                 "check the limit of open files (ulimit -n)"};
  }
  return std::unique_ptr<DivisorWatch>(new DivisorWatch(std::move(come)));
}

DivisorWatch::DivisorWatch(FileDescriptor come)
    : come_(std::move(come)), thread_([this] { run(); }) {}

DivisorWatch::~DivisorWatch() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void DivisorWatch::set_reader(ReadRate read) {
  const std::lock_guard no_call(reading_);
  read_ = std::move(read);
  const std::lock_guard lock(mutex_);
  sample_.reset();  // of another machine
}

void DivisorWatch::ask() {
  {
    const std::lock_guard lock(mutex_);
    asked_ = true;
  }
  changed_.notify_one();
}

std::optional<DivisorWatch::Sample> DivisorWatch::take() {
  const std::lock_guard lock(mutex_);
  std::uint64_t ignored = 0;
  [[maybe_unused]] const auto count = ::read(come_.get(), &ignored, sizeof ignored);
  return std::exchange(sample_, std::nullopt);
}

void DivisorWatch::run() {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return asked_ || ending_; });
      if (ending_) return;
    }
    const std::lock_guard call(reading_);
    const auto at = Deadline::Clock::now();
    const std::uint32_t rate = read_ ? read_() : 0;
    const std::lock_guard lock(mutex_);
    asked_ = false;
    sample_ = Sample{rate, at};
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(come_.get(), &one, sizeof one);
  }
}

}  // namespace hil::emulate
