// SPDX-License-Identifier: Apache-2.0
// StopRequest: the handler and the one flag it may touch.
#include "host/base/signals.hpp"

#include <atomic>

#include "host/base/clock.hpp"

namespace hil {
namespace {

std::atomic<int> g_signal{0};
static_assert(std::atomic<int>::is_always_lock_free, "set in a signal handler");

extern "C" void hil_take_stop_signal(int number) {
  int none = 0;
  g_signal.compare_exchange_strong(none, number);
  ::signal(number, SIG_DFL);  // the next one kills
}

void install(int number, struct sigaction& old) {
  struct sigaction action = {};
  action.sa_handler = &hil_take_stop_signal;
  ::sigemptyset(&action.sa_mask);
  action.sa_flags = 0;  // no SA_RESTART: waits end with EINTR and their loops look at the flag
  ::sigaction(number, &action, &old);
}

}  // namespace

StopRequest::StopRequest() {
  g_signal = 0;
  install(SIGINT, old_int_);
  install(SIGTERM, old_term_);
}

StopRequest::~StopRequest() {
  ::sigaction(SIGINT, &old_int_, nullptr);
  ::sigaction(SIGTERM, &old_term_, nullptr);
}

int StopRequest::signal() const {
  return Clock::stop_signal(g_signal);
}

int StopRequest::last_signal() {
  return g_signal;
}

}  // namespace hil
