// SPDX-License-Identifier: Apache-2.0
// Wraps the sync pins of the agent's port (by the linker's --wrap) and its inference: what the pins
// would show goes to the log that work_log.hpp names, and an inference takes 10 ms more, asleep, so
// that it takes as long on a busy machine as on an idle one.
#include <fcntl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

#include "target/engine/engine.hpp"
#include "target/port/port.hpp"
#include "tests/chain/work_log.hpp"

namespace {

using hil::test::WorkLog;
namespace pin = hil::port::pin;

WorkLog* mapped_log() {
  const char* const path = std::getenv(hil::test::kWorkLogVariable);
  if (path == nullptr) return nullptr;
  const int file = open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) return nullptr;
  void* const at = mmap(nullptr, sizeof(WorkLog), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  return at == MAP_FAILED ? nullptr : static_cast<WorkLog*>(at);
}

std::uint64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(now.tv_nsec);
}

void note(std::uint32_t bits, std::uint32_t before) {
  static WorkLog* const log = mapped_log();
  const bool inside = (bits & pin::kInRegion) != 0;
  if (log == nullptr || inside == ((before & pin::kInRegion) != 0)) return;
  const std::uint32_t count = log->windows;
  if (!inside && count > 0) {
    log->window[count - 1].end_ns = now_ns();
  } else if (inside && count < log->window.size()) {
    // The second pin turns where an inference begins.
    log->window[count].works = ((bits ^ before) & pin::kPerInference) != 0;
    log->window[count].begin_ns = now_ns();
    log->windows = count + 1;
  }
}

}  // namespace

// The mangled name of hil::port::sync_pins(), as --wrap wants it.
extern "C" std::uint64_t __real__ZN3hil4port9sync_pinsEj(std::uint32_t bits);
extern "C" std::uint64_t __wrap__ZN3hil4port9sync_pinsEj(std::uint32_t bits) {
  static std::uint32_t before = 0;
  const std::uint64_t ticks = __real__ZN3hil4port9sync_pinsEj(bits);
  note(bits, before);
  before = bits;
  return ticks;
}

// The mangled name of hil::engine::invoke(const Hooks&).
extern "C" hil::StatusCode __real__ZN3hil6engine6invokeERKNS0_5HooksE(
    const hil::engine::Hooks& hooks);
extern "C" hil::StatusCode __wrap__ZN3hil6engine6invokeERKNS0_5HooksE(
    const hil::engine::Hooks& hooks) {
  const timespec more{0, 10'000'000};
  nanosleep(&more, nullptr);
  return __real__ZN3hil6engine6invokeERKNS0_5HooksE(hooks);
}
