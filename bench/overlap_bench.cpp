// SPDX-License-Identifier: Apache-2.0
// Whether the next sample travels while the current one computes: an agent that takes 20 ms per
// inference behind a line on which a sample takes about as long.
#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <span>
#include <string>

#include "host/boards/catalogue.hpp"
#include "host/data/mlperf_folder.hpp"
#include "host/emulate/paced_board.hpp"
#include "host/lab/ready_board.hpp"
#include "host/measure/stream.hpp"
#include "host/measure/upload.hpp"

namespace {

using namespace hil;  // NOLINT: one program, one purpose

constexpr std::uint32_t kSamples = 360;
constexpr double kComputeMs = 20;

struct Figures {
  double wall_ms = 0, compute_ms = 0, transfer_ms = 0;  ///< per sample
};

/// The agent of @p paced as over a cable of @p baud.
Result<std::unique_ptr<lab::ReadyBoard>> reach(const emulate::PacedBoard& paced,
                                               std::uint32_t baud) {
  HIL_ASSIGN(const auto catalogue, boards::Catalogue::load());
  HIL_ASSIGN(auto board, catalogue.find("linux"));
  board.serial.baud = baud;
  lab::ReadyOptions options;
  options.port = paced.pty();
  options.flash = false;
  options.baud = baud;
  return lab::make_ready(board, options, Deadline::after(std::chrono::seconds(20)));
}

Result<Figures> run(const std::string& agent, std::uint32_t baud) {
  HIL_ASSIGN(const auto model, model::load("fixtures/digits/digits_int8.tflite"));
  HIL_ASSIGN(auto dataset, data::load_mlperf_folder("fixtures/digits/test"));
  HIL_ASSIGN(const auto source, measure::SampleSource::make(std::move(dataset), model, {}));
  emulate::PacedBoardOptions line;
  line.image = agent;
  line.baud = baud;
  HIL_ASSIGN(const auto paced, emulate::PacedBoard::start(line));
  HIL_ASSIGN(const auto ready, reach(*paced, baud));
  HIL_ASSIGN(const auto placed, measure::upload(*ready, model, {}));
  static_cast<void>(placed);

  const emulate::LineCounts before = paced->counts();
  const auto start = std::chrono::steady_clock::now();
  const auto result =
      measure::stream(*ready, model, source, kSamples, measure::StateRule::kReset, {});
  const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - start;
  if (result.error) return *result.error;
  const emulate::LineCounts after = paced->counts();
  Figures figures;
  figures.wall_ms = wall.count() / kSamples;
  for (const auto& sample : result.samples) {
    figures.compute_ms += static_cast<double>(sample.device_ticks) * 1e3 /
                          static_cast<double>(ready->session().agent().tick_hz) / kSamples;
  }
  const auto sent = static_cast<double>(after.to_device - before.to_device);
  figures.transfer_ms = sent / kSamples / (baud / 10.0) * 1e3;
  return figures;
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<char*> words(argv, static_cast<std::size_t>(argc));
  if (words.size() != 2) {
    fmt::print(stderr, "usage: overlap_bench AGENT   (one that takes {} ms)\n", kComputeMs);
    return 2;
  }
  fmt::print("{:>8}  {:>11}  {:>11}  {:>11}  {:>14}  {:>14}\n", "baud", "transfer", "compute",
             "wall", "wall / longer", "wall / sum");
  for (const std::uint32_t baud : {19'200U, 38'400U, 57'600U, 115'200U}) {
    const auto figures = run(words[1], baud);
    if (!figures) {
      fmt::print(stderr, "overlap_bench: {}\n", figures.error().what);
      return 1;
    }
    fmt::print("{:>8}  {:>8.2f} ms  {:>8.2f} ms  {:>8.2f} ms  {:>14.3f}  {:>14.3f}\n", baud,
               figures->transfer_ms, figures->compute_ms, figures->wall_ms,
               figures->wall_ms / std::max(figures->transfer_ms, figures->compute_ms),
               figures->wall_ms / (figures->transfer_ms + figures->compute_ms));
  }
}
