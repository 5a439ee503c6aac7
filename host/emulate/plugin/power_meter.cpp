// SPDX-License-Identifier: MIT
// A plugin for QEMU's system mode: what a guest executes and when it rests, for a virtual meter.
//
// QEMU is under the GPL, version 2, and loads this file, hence the licence (Apache-2.0 does not go
// with it). Nothing else of hilbench may be included here, and nothing from here be needed there.
//
// Instructions are counted by kind, by additions inside the translated code. They are added piece
// by piece: a piece ends behind each instruction that may touch a device, for QEMU leaves a block
// there and executes the rest of it as a new one. So the counts are exact, whatever the blocks are.
//
// The firmware tells its sync pins and its clock by a marker:
//
//   magic; ldrb [base + 0]; ldrb [base + pins]; 8 x ldrb [base + byte k of ticks], lowest first
//
// where magic is `mov r9, r9` (Thumb, 0x46C9) or `slti zero, zero, 0x489` (RISC-V, 0x48902013),
// base the address of 256 readable bytes, and other instructions without loads may stand between.
// Only the addresses say something: each value is its address minus the first one. The firmware's
// side is target/port/bare; tests fail if the two differ. Bit 7 of the pins is set during an energy
// run, and only then are samples and sleeps written; with bit 6 the pins stay as they are, and the
// time alone is told: behind each sleep of such a run.
//
// Loaded by: qemu-system-X ... -plugin libhilbench_power.so,fd=N,every=INSTRUCTIONS
// What it writes to the descriptor N (a pipe that does not block) are the records below.
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "host/emulate/plugin/instruction.hpp"
#include "host/emulate/plugin/marker.hpp"

// What is used of QEMU's plugin interface, version 1 (QEMU 4.2 to 8.2); Debian packages no header.
extern "C" {
using qemu_plugin_id_t = std::uint64_t;
using qemu_plugin_meminfo_t = std::uint32_t;
struct qemu_plugin_tb;    // a translated block: instructions that run from first to last
struct qemu_plugin_insn;  // one of them
struct qemu_info_t {      // its beginning; more follows
  const char* target_name;
  struct {
    int min, cur;
  } version;
  bool system_emulation;
};
enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 = 0 };
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS = 0 };
enum qemu_plugin_mem_rw { QEMU_PLUGIN_MEM_RW = 3 };
using BlockTranslated = void (*)(qemu_plugin_id_t id, qemu_plugin_tb* block);
using Executed = void (*)(unsigned cpu, void* context);
using Accessed = void (*)(unsigned cpu, qemu_plugin_meminfo_t info, std::uint64_t address,
                          void* context);
using Ended = void (*)(qemu_plugin_id_t id, void* context);
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, BlockTranslated callback);
void qemu_plugin_register_vcpu_tb_exec_cb(qemu_plugin_tb* block, Executed callback,
                                          qemu_plugin_cb_flags flags, void* context);
void qemu_plugin_register_vcpu_insn_exec_cb(qemu_plugin_insn* instruction, Executed callback,
                                            qemu_plugin_cb_flags flags, void* context);
void qemu_plugin_register_vcpu_insn_exec_inline(qemu_plugin_insn* instruction,
                                                qemu_plugin_op operation, void* word,
                                                std::uint64_t operand);
void qemu_plugin_register_vcpu_mem_cb(qemu_plugin_insn* instruction, Accessed callback,
                                      qemu_plugin_cb_flags flags, qemu_plugin_mem_rw which,
                                      void* context);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, Ended callback, void* context);
std::size_t qemu_plugin_tb_n_insns(const qemu_plugin_tb* block);
qemu_plugin_insn* qemu_plugin_tb_get_insn(const qemu_plugin_tb* block, std::size_t index);
const void* qemu_plugin_insn_data(const qemu_plugin_insn* instruction);
std::size_t qemu_plugin_insn_size(const qemu_plugin_insn* instruction);
std::uint64_t qemu_plugin_insn_vaddr(const qemu_plugin_insn* instruction);
bool qemu_plugin_mem_is_store(qemu_plugin_meminfo_t info);
void qemu_plugin_outs(const char* text);
}

namespace {

using namespace hil_plugin;

// host/emulate/power/plugin_record.hpp has the same bytes; a test with both fails if they differ.
enum RecordKind : std::uint8_t { kBegin = 1, kMarker = 2, kSample = 3, kSleep = 4, kEnd = 5 };
struct Record {
  std::uint8_t kind;
  std::uint8_t pins;             ///< of kMarker; else those of the last marker
  std::uint16_t sleeps;          ///< since the record before that have no record of their own
  std::uint32_t lost;            ///< markers that there was no room for since the beginning
  std::uint64_t host_ns;         ///< CLOCK_MONOTONIC
  std::uint64_t ticks;           ///< of kMarker; else 0
  std::uint64_t counts[kKinds];  ///< executed since the beginning, this instruction included
};
static_assert(sizeof(Record) == 72, "as the reader has it");

constexpr unsigned kRingRecords = 8192;
/// Kept free for markers: a run survives lost samples (counts go on), but not a lost marker.
constexpr unsigned kForMarkers = 2048;
constexpr unsigned kWriteFrom = 64;  ///< records that are worth a system call
/// Longest wait for room at a marker that ends a run, in ms: nothing may come to write it later.
constexpr int kMostWaitMs = 50;
/// Sleeps that follow each other faster are counted together.
constexpr std::uint64_t kSleepApartNs = 20'000;
constexpr std::uint64_t kTryApartNs = 1'000'000;  ///< from one try to write to the next

constinit std::uint64_t g_counts[kKinds] = {};
constinit std::uint64_t g_every = 10'000;  ///< instructions from sample to sample
constinit std::uint64_t g_sampled = 0;     ///< instructions at the last record
constinit std::uint64_t g_slept_ns = 0;    ///< host time of the last sleep's record
constinit std::uint64_t g_tried_ns = 0;    ///< host time of the last try to write
constinit std::uint16_t g_sleeps = 0;
constinit std::uint8_t g_pins = 0;
constinit bool g_riscv = false;

constinit int g_descriptor = -1;
constinit Record g_ring[kRingRecords] = {};
constinit unsigned g_first = 0, g_held = 0;  ///< records that wait
constinit std::size_t g_written = 0;         ///< bytes of the first one that have gone
constinit std::uint32_t g_lost = 0;

std::uint64_t executed() {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : g_counts)
    sum += count;
  return sum;
}

std::uint64_t host_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u +
         static_cast<std::uint64_t>(now.tv_nsec);
}

/// Writes what the pipe takes at once. False: it takes no more.
bool write_out() {
  while (g_held > 0) {
    const unsigned in_a_row = g_first + g_held <= kRingRecords ? g_held : kRingRecords - g_first;
    const auto* const bytes = reinterpret_cast<const char*>(&g_ring[g_first]) + g_written;
    const ssize_t gone = write(g_descriptor, bytes, in_a_row * sizeof(Record) - g_written);
    if (gone < 0 && errno == EINTR) continue;
    if (gone < 0 && errno == EAGAIN) return false;
    if (gone <= 0) {  // nobody reads any more, and nobody will
      g_lost += g_held;
      g_held = 0;
      return true;
    }
    const std::size_t all = g_written + static_cast<std::size_t>(gone);
    const auto whole = static_cast<unsigned>(all / sizeof(Record));
    g_written = all % sizeof(Record);
    g_first = (g_first + whole) % kRingRecords;
    g_held -= whole;
  }
  return true;
}

void write_out_waiting() {
  if (write_out()) return;
  pollfd polled{g_descriptor, POLLOUT, 0};
  if (poll(&polled, 1, kMostWaitMs) == 1) write_out();
}

/// There is no room. Counts go on, so that a sample is not missed.
void leave_out(RecordKind kind) {
  if (kind == kMarker) ++g_lost;
  if (kind == kSleep && g_sleeps < 0xFFFF) ++g_sleeps;
  g_sampled = executed();
}

void record(RecordKind kind, std::uint64_t ticks) {
  const unsigned most = kind == kMarker ? kRingRecords : kRingRecords - kForMarkers;
  if (g_held >= most) write_out();
  if (g_held >= most) return leave_out(kind);
  Record& next = g_ring[(g_first + g_held) % kRingRecords];
  next.kind = kind;
  next.pins = g_pins;
  next.sleeps = g_sleeps;
  next.lost = g_lost;
  next.host_ns = host_ns();
  next.ticks = ticks;
  std::memcpy(next.counts, g_counts, sizeof(g_counts));
  ++g_held;
  g_sleeps = 0;
  g_sampled = executed();
  if (g_held >= kWriteFrom) write_out();
}

// --- the marker ---

constexpr unsigned kPlaces = 64;  ///< of magic instructions that are remembered

constinit std::uint64_t g_places[kPlaces] = {};
constinit unsigned g_place_count = 0, g_next_place = 0;
constinit unsigned g_load = kLoads;  ///< number of the load that comes next; kLoads: none
constinit std::uint64_t g_base = 0, g_ticks = 0;
constinit std::uint8_t g_new_pins = 0;

void remember_place(std::uint64_t address) {
  for (unsigned i = 0; i < g_place_count; ++i) {
    if (g_places[i] == address) return;
  }
  g_places[g_next_place] = address;
  g_next_place = (g_next_place + 1) % kPlaces;
  if (g_place_count < kPlaces) ++g_place_count;
}

bool is_behind_a_place(std::uint64_t address) {
  for (unsigned i = 0; i < g_place_count; ++i) {
    if (address > g_places[i] && address - g_places[i] <= kReach) return true;
  }
  return false;
}

void begin_marker(unsigned /*cpu*/, void* /*context*/) {
  g_load = 0;
  g_ticks = 0;
}

void end_marker() {
  const bool was_in_run = (g_pins & kInRun) != 0;
  if ((g_new_pins & kTimeAlone) != 0 && !was_in_run) return;
  if ((g_new_pins & kTimeAlone) == 0) g_pins = g_new_pins;
  record(kMarker, g_ticks);
  if (was_in_run && (g_pins & kInRun) == 0) {
    write_out_waiting();
  } else {
    write_out();
  }
}

/// Asked for loads alone, QEMU 7.2 tells of nothing (it compares the direction with the wrong bit).
void take_load(unsigned /*cpu*/, qemu_plugin_meminfo_t info, std::uint64_t address,
               void* /*context*/) {
  if (g_load >= kLoads || qemu_plugin_mem_is_store(info)) return;
  if (g_load == 0) g_base = address;
  const std::uint64_t value = address - g_base;
  if (value > 0xFF) {  // no marker of ours
    g_load = kLoads;
    return;
  }
  if (g_load == 1) g_new_pins = static_cast<std::uint8_t>(value);
  if (g_load >= 2) g_ticks |= value << (8 * (g_load - 2));
  if (++g_load == kLoads) end_marker();
}

// --- samples and sleeps ---

/// What a full pipe has kept back behind the end of a run.
void try_again() {
  const std::uint64_t now = host_ns();
  if (now - g_tried_ns < kTryApartNs) return;
  g_tried_ns = now;
  write_out();
}

void enter_block(unsigned /*cpu*/, void* /*context*/) {
  if ((g_pins & kInRun) == 0) {
    if (g_held > 0) try_again();
    return;
  }
  if (executed() - g_sampled >= g_every) record(kSample, 0);
}

void sleep(unsigned /*cpu*/, void* /*context*/) {
  if ((g_pins & kInRun) == 0) return;
  const std::uint64_t now = host_ns();
  if (now - g_slept_ns < kSleepApartNs) {
    if (g_sleeps < 0xFFFF) ++g_sleeps;
    return;
  }
  g_slept_ns = now;
  record(kSleep, 0);
  write_out();
}

// --- translation ---

Instruction look_at(const qemu_plugin_insn* instruction) {
  const std::size_t size = qemu_plugin_insn_size(instruction);
  unsigned char bytes[4] = {};
  std::memcpy(bytes, qemu_plugin_insn_data(instruction), size < 4 ? size : 4);
  const auto first = static_cast<std::uint32_t>(bytes[0] | bytes[1] << 8);
  const auto second = static_cast<std::uint32_t>(bytes[2] | bytes[3] << 8);
  return g_riscv ? riscv(first | second << 16, size >= 4) : thumb(first, second, size >= 4);
}

/// Counts that are added before the first instruction of a piece.
struct Piece {
  qemu_plugin_insn* first = nullptr;
  std::uint64_t counts[kKinds] = {};

  void close() {
    for (unsigned kind = 0; first != nullptr && kind < kKinds; ++kind) {
      if (counts[kind] == 0) continue;
      qemu_plugin_register_vcpu_insn_exec_inline(first, QEMU_PLUGIN_INLINE_ADD_U64, &g_counts[kind],
                                                 counts[kind]);
    }
    *this = Piece();
  }
};

/// In this order: a sleep or marker is recorded with its own instruction counted.
void translated(qemu_plugin_id_t /*id*/, qemu_plugin_tb* block) {
  qemu_plugin_register_vcpu_tb_exec_cb(block, enter_block, QEMU_PLUGIN_CB_NO_REGS, nullptr);
  Piece piece;
  const std::size_t count = qemu_plugin_tb_n_insns(block);
  for (std::size_t i = 0; i < count; ++i) {
    qemu_plugin_insn* const instruction = qemu_plugin_tb_get_insn(block, i);
    const Instruction one = look_at(instruction);
    const std::uint64_t address = qemu_plugin_insn_vaddr(instruction);
    if (one.sleeps) piece.close();
    if (piece.first == nullptr) piece.first = instruction;
    ++piece.counts[one.kind];
    if (one.may_leave || one.sleeps) piece.close();
    if (one.sleeps) {
      qemu_plugin_register_vcpu_insn_exec_cb(instruction, sleep, QEMU_PLUGIN_CB_NO_REGS, nullptr);
    }
    if (one.magic) {
      remember_place(address);
      qemu_plugin_register_vcpu_insn_exec_cb(instruction, begin_marker, QEMU_PLUGIN_CB_NO_REGS,
                                             nullptr);
    }
    if (one.kind == kLoadStore && is_behind_a_place(address)) {
      qemu_plugin_register_vcpu_mem_cb(instruction, take_load, QEMU_PLUGIN_CB_NO_REGS,
                                       QEMU_PLUGIN_MEM_RW, nullptr);
    }
  }
  piece.close();
}

void ended(qemu_plugin_id_t /*id*/, void* /*context*/) {
  record(kEnd, 0);
  write_out_waiting();
}

/// The number behind @p name in @p word; false if it is another option or no number.
bool read_option(const char* word, const char* name, std::uint64_t& number) {
  const std::size_t length = std::strlen(name);
  if (std::strncmp(word, name, length) != 0) return false;
  char* end = nullptr;
  errno = 0;
  number = std::strtoull(word + length, &end, 0);
  return errno == 0 && end != word + length && *end == '\0' && word[length] != '-';
}

bool read_options(int count, char** words) {
  for (int i = 0; i < count; ++i) {
    std::uint64_t number = 0;
    if (read_option(words[i], "fd=", number) && number < 0x7FFF'FFFF) {
      g_descriptor = static_cast<int>(number);
    } else if (read_option(words[i], "every=", number) && number > 0) {
      g_every = number;
    } else {
      return false;
    }
  }
  return g_descriptor >= 0;
}

}  // namespace

#define EXPORTED extern "C" [[gnu::visibility("default")]]

EXPORTED int qemu_plugin_version;
int qemu_plugin_version = 1;

EXPORTED int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t* info, int count_of_words,
                                 char** words);
/// Called by QEMU, once. @returns 0, or -1 if an option is missing or wrong, or for another target.
int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t* info, int count_of_words,
                        char** words) {
  g_riscv = std::strncmp(info->target_name, "riscv", 5) == 0;
  if (!info->system_emulation || (!g_riscv && std::strcmp(info->target_name, "arm") != 0)) {
    qemu_plugin_outs("libhilbench_power.so: for qemu-system-arm and qemu-system-riscv32 alone\n");
    return -1;
  }
  if (!read_options(count_of_words, words)) {
    qemu_plugin_outs("libhilbench_power.so: options are fd=NUMBER and every=INSTRUCTIONS\n");
    return -1;
  }
  qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
  qemu_plugin_register_atexit_cb(id, ended, nullptr);
  record(kBegin, 0);
  write_out();
  return 0;
}
