// SPDX-License-Identifier: Apache-2.0
// Each board's agent in QEMU: it introduces itself, computes digits bit by bit, and takes the same
// number of ticks every time.
#include <gmock/gmock.h>

#include <unistd.h>

#include <fstream>
#include <thread>

#include "host/measure/upload.hpp"
#include "host/model/model.hpp"
#include "host/session/infer_client.hpp"
#include "host/session/model_client.hpp"
#include "host/session/profile_client.hpp"
#include "host/session/session.hpp"
#include "tests/target/port/emulated_agent.hpp"

namespace hil::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

constexpr char kModel[] = "fixtures/digits/digits_int8.tflite";
constexpr char kSamples[] = "fixtures/digits/test";
constexpr std::size_t kSampleCount = 20;
constexpr std::uint32_t kRepeats = 10;

using Buffers = std::vector<std::vector<std::uint8_t>>;

template <class T>
T value_of(Result<T> result) {
  if (!result.ok()) throw std::runtime_error(result.error().what);
  return std::move(result).value();
}

std::vector<Buffers> samples() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(kSamples)) {
    if (entry.path().extension() == ".bin") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<Buffers> found;
  for (std::size_t i = 0; i < kSampleCount; ++i) {
    std::ifstream in(files.at(i), std::ios::binary);
    found.push_back({{std::istreambuf_iterator<char>(in), {}}});
  }
  return found;
}

class AgentOnQemu : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    board_ = board_of(GetParam());
    const fs::path image = image_of(board_);
    const std::string reason = reason_to_skip(board_, image);
    if (!reason.empty()) GTEST_SKIP() << reason;
    model_ = value_of(model::load(kModel));
    std::optional<Loaded> slot;
    if (board_.agent.model_slot) {
      plan_file_ = fs::temp_directory_path() /
                   fs::path("hilbench-plan-" + board_.id + "-" + std::to_string(getpid()));
      std::ofstream(plan_file_, std::ios::binary)
          .write(reinterpret_cast<const char*>(model_.plan.data()),
                 static_cast<std::streamsize>(model_.plan.size()));
      slot = Loaded{plan_file_, board_.agent.model_slot->base};
    }
    agent_.emplace(board_, image, std::vector<std::string>{}, slot);
    session::SessionOptions options;
    options.channel.board = board_.id;
    session_ =
        value_of(session::Session::open(agent_->link(), options, Deadline::after(seconds(20))));
  }
  void TearDown() override {
    session_.reset();
    agent_.reset();
    if (!plan_file_.empty()) fs::remove(plan_file_);
  }

  void load_model() {
    auto image = measure::image_of(model_);
    const bool fits = image.bytes.size() <= session_->agent().plan_capacity_bytes;
    image.place = fits ? session::ModelPlace::kRam : session::ModelPlace::kFlashSlot;
    auto upload =
        value_of(session::ModelUpload::begin(*session_, image, Deadline::after(seconds(20))));
    ASSERT_FALSE(upload.slot_differs());
    while (!upload.all_sent())
      ASSERT_TRUE(upload.step(Deadline::after(seconds(20))).ok());
    const auto loaded = upload.finish(Deadline::after(seconds(20)));
    ASSERT_TRUE(loaded.ok()) << loaded.error().what;
  }

  /// Results of @p inputs, one after the other.
  std::vector<session::SampleResult> infer(const std::vector<Buffers>& inputs, bool quiet) {
    session::InferOptions options;
    options.count = static_cast<std::uint32_t>(inputs.size());
    options.quiet = quiet;
    std::vector<std::size_t> sizes;
    for (const auto& output : model_.outputs)
      sizes.push_back(output.size_bytes());
    auto run =
        value_of(session::InferRun::begin(*session_, options, sizes, Deadline::after(seconds(20))));
    std::vector<session::SampleResult> results;
    const Deadline deadline = Deadline::after(seconds(60));
    while (!run.done()) {
      while (run.wants_input() && run.sent() < inputs.size()) {
        const Status sent = run.send(inputs[run.sent()]);
        if (!sent.ok()) throw std::runtime_error(sent.error().what);
      }
      auto result = value_of(run.receive(deadline));
      if (result) results.push_back(std::move(*result));
    }
    return results;
  }

  boards::Board board_;
  model::CompiledModel model_;
  fs::path plan_file_;
  std::optional<EmulatedAgent> agent_;
  std::unique_ptr<session::Session> session_;
};

TEST_P(AgentOnQemu, says_who_it_is) {
  const session::AgentInfo& info = session_->agent();
  EXPECT_EQ(info.board, board_.id);
  EXPECT_EQ(info.core, board_.chip.core);
  EXPECT_TRUE(info.emulated);
  EXPECT_THAT(info.unique_id, testing::IsEmpty());
  EXPECT_EQ(info.image_id.size(), 16u) << "an MD5";
  EXPECT_EQ(session_->start().boot_count, 1u);
  EXPECT_EQ(session_->start().reset_cause, frame::ResetCause::kPowerOn);
  if (board_.agent.model_slot) {
    EXPECT_EQ(info.slot_address, board_.agent.model_slot->base);
    EXPECT_EQ(info.slot_bytes, board_.agent.model_slot->size_bytes);
  }
}

TEST_P(AgentOnQemu, computes_digits_as_the_reference_does) {
  load_model();
  auto reference = value_of(model::ReferenceRunner::make(model_));
  const auto inputs = samples();
  const auto results = infer(inputs, false);
  ASSERT_EQ(results.size(), inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i)
    EXPECT_EQ(results[i].outputs, value_of(reference.run(inputs[i]))) << "sample " << i;
}

TEST_P(AgentOnQemu, takes_the_same_ticks_every_time) {
  load_model();
  const std::vector<Buffers> inputs(kRepeats, samples().front());
  std::vector<std::uint64_t> ticks;
  for (const auto& result : infer(inputs, true)) {
    EXPECT_EQ(result.overlap_bytes, 0u);
    ticks.push_back(result.device_ticks);
  }
  ASSERT_EQ(ticks.size(), kRepeats);
  EXPECT_THAT(ticks, testing::Each(ticks.front()));
  EXPECT_GT(ticks.front(), 1000u);
  RecordProperty("ticks", std::to_string(ticks.front()));
}

/// SysTick's rounds end every 0.4 to 0.8 s, and the core sleeps meanwhile.
TEST_P(AgentOnQemu, counts_on_while_it_sleeps) {
  if (board_.chip.core == "rv32imac") {
    GTEST_SKIP() << "QEMU's mcycle counts instructions, and none run while the core sleeps";
  }
  const auto before = value_of(session_->sync_time(Deadline::after(seconds(20))));
  const auto started = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(std::chrono::milliseconds(2200));
  const auto after = value_of(session_->sync_time(Deadline::after(seconds(20))));
  const std::chrono::duration<double> host = std::chrono::steady_clock::now() - started;
  const double device = static_cast<double>(after.device_receive_ticks - before.device_send_ticks) /
                        static_cast<double>(session_->agent().tick_hz);
  EXPECT_GT(device, 1.9);
  EXPECT_LT(device, host.count() + 0.5);
}

TEST_P(AgentOnQemu, watches_its_stack) {
  load_model();
  infer(samples(), true);
  const auto facts = value_of(session::read_facts(*session_, Deadline::after(seconds(20))));
  EXPECT_GT(facts.stack_bytes, 0u);
  EXPECT_LT(facts.stack_high_water_bytes, facts.stack_bytes);
  RecordProperty("stack_high_water", std::to_string(facts.stack_high_water_bytes));
}

INSTANTIATE_TEST_SUITE_P(Boards, AgentOnQemu,
                         testing::Values("microbit", "mps2_an385", "mps2_an385_m0", "mps2_an386",
                                         "mps2_an500", "mps3_an547", "netduino_plus_2", "qemu_rv32",
                                         "stm32vldiscovery"),
                         [](const auto& board) { return std::string(board.param); });

}  // namespace
}  // namespace hil::test
