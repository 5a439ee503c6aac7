// SPDX-License-Identifier: MIT
// A plugin for QEMU's user mode: tells the agent how many instructions it has executed.
//
// QEMU is under the GPL, version 2, and loads this file, hence the licence (Apache-2.0 does not go
// with it). Nothing of hilbench may be included here, and nothing from here may be needed there.
//
// The agent asks by a system call that no kernel has; its first argument is the address of a 64-bit
// word that takes the count. QEMU tells plugins of a call before it looks at the number, and then
// answers ENOSYS, as a kernel does. Guest and plugin live in one address space: the guest's address
// 0 is our guest_base (QEMU's option -B).
//
// Loaded by: qemu-aarch64 -B BASE -plugin libhilbench_count.so,guest_base=BASE ...
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

// What is used of QEMU's plugin interface, version 1 (QEMU 4.2 to 8.2); Debian packages no header.
extern "C" {
using qemu_plugin_id_t = std::uint64_t;
struct qemu_plugin_tb;  // a translated block: instructions that run from first to last
struct qemu_info_t;     // of the target; not looked at
enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 = 0 };
using BlockTranslated = void (*)(qemu_plugin_id_t id, qemu_plugin_tb* block);
using SystemCalled = void (*)(qemu_plugin_id_t id, unsigned cpu, std::int64_t number,
                              std::uint64_t a1, std::uint64_t a2, std::uint64_t a3,
                              std::uint64_t a4, std::uint64_t a5, std::uint64_t a6,
                              std::uint64_t a7, std::uint64_t a8);
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, BlockTranslated callback);
void qemu_plugin_register_vcpu_tb_exec_inline(qemu_plugin_tb* block, qemu_plugin_op operation,
                                              void* word, std::uint64_t operand);
void qemu_plugin_register_vcpu_syscall_cb(qemu_plugin_id_t id, SystemCalled callback);
std::size_t qemu_plugin_tb_n_insns(const qemu_plugin_tb* block);
void qemu_plugin_outs(const char* text);
}

namespace {

constexpr char kGuestBase[] = "guest_base=";
// "HILC" as a big-endian word; target/port/posix/emulation.cpp has the same. A test of the emulated
// agent fails if the two differ.
constexpr std::int64_t kCountCall = 0x4849'4C43;

constinit std::uint64_t g_executed = 0;
constinit std::uint64_t g_guest_base = 0;

/// A block is entered at its first instruction only, and a system call ends its block: at a system
/// call the sum is exact, whatever the blocks are.
void count(qemu_plugin_id_t /*id*/, qemu_plugin_tb* block) {
  qemu_plugin_register_vcpu_tb_exec_inline(block, QEMU_PLUGIN_INLINE_ADD_U64, &g_executed,
                                           qemu_plugin_tb_n_insns(block));
}

/// The kernel copies, so an address that the guest does not have does no harm: it gets no count.
void give(std::uint64_t guest_address) {
  std::uint64_t address = 0;
  if (guest_address % sizeof(g_executed) != 0) return;
  if (__builtin_add_overflow(guest_address, g_guest_base, &address)) return;
  const iovec from{&g_executed, sizeof(g_executed)};
  const iovec to{reinterpret_cast<void*>(address), sizeof(g_executed)};
  static_cast<void>(process_vm_writev(getpid(), &from, 1, &to, 1, 0));
}

void system_call(qemu_plugin_id_t /*id*/, unsigned /*cpu*/, std::int64_t number, std::uint64_t a1,
                 std::uint64_t /*a2*/, std::uint64_t /*a3*/, std::uint64_t /*a4*/,
                 std::uint64_t /*a5*/, std::uint64_t /*a6*/, std::uint64_t /*a7*/,
                 std::uint64_t /*a8*/) {
  if (number == kCountCall) give(a1);
}

bool read_base(const char* text) {
  char* end = nullptr;
  errno = 0;
  g_guest_base = std::strtoull(text, &end, 0);
  return errno == 0 && end != text && *end == '\0' && *text != '-';
}

}  // namespace

#define EXPORTED extern "C" [[gnu::visibility("default")]]

EXPORTED int qemu_plugin_version;
int qemu_plugin_version = 1;

EXPORTED int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t* info, int count_of_words,
                                 char** words);
/// Called by QEMU, once. @returns 0, or -1 if the one option is missing or not a number.
int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t* /*info*/, int count_of_words,
                        char** words) {
  const std::size_t prefix = sizeof(kGuestBase) - 1;
  if (count_of_words != 1 || std::strncmp(words[0], kGuestBase, prefix) != 0 ||
      !read_base(words[0] + prefix)) {
    qemu_plugin_outs("libhilbench_count.so: the one option is guest_base=NUMBER, as given to -B\n");
    return -1;
  }
  qemu_plugin_register_vcpu_tb_trans_cb(id, count);
  qemu_plugin_register_vcpu_syscall_cb(id, system_call);
  return 0;
}
