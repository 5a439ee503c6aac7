// SPDX-License-Identifier: Apache-2.0
// What a model is made of and what it will need, as plain data for writers; also of models that
// cannot be compiled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/base/digest.hpp"
#include "host/base/result.hpp"
#include "host/model/model.hpp"

namespace hil::model {

/// A tensor that an inference computes, takes or gives; constants belong to their layers.
struct ActivationSummary {
  std::int32_t index = 0;  ///< in the file
  std::string name;        ///< as in the file
  std::string type;        ///< "int8"
  std::vector<std::int32_t> shape;
  std::optional<std::uint64_t> size_bytes;  ///< nothing if dimensions or type leave it open
};

/// One operator, in order of execution.
struct LayerSummary {
  std::string op;                     ///< "CONV_2D"
  std::vector<std::size_t> inputs;    ///< positions in ModelSummary::activations
  std::vector<std::size_t> outputs;   ///< positions in ModelSummary::activations
  std::uint64_t parameters = 0;       ///< numbers in its constants; shapes and axes do not count
  std::uint64_t weights_bytes = 0;    ///< of the same constants, as in the file
  std::optional<std::uint64_t> macs;  ///< of one inference; nothing if not known
  std::optional<std::uint64_t> activation_bytes;  ///< of its outputs
  std::optional<std::uint64_t> live_bytes;        ///< of all buffers in use while it runs, aligned
  std::optional<UsedOperator> needs;  ///< of the agent; nothing if the model was not folded
  bool supported = true;              ///< false: one of ModelSummary::obstacles names it
};

/// A piece of the arena and when it is taken.
struct BufferSummary {
  std::vector<std::size_t> activations;  ///< that lie in it; several where an operator is in place
  std::uint64_t offset = 0;              ///< bytes from the arena's start
  std::uint64_t size_bytes = 0;
  std::size_t first = 0, last = 0;  ///< operators during which it is taken, both included
};

/// Where activations lie in the arena, over time.
struct MemorySummary {
  std::vector<BufferSummary> buffers;
  std::uint64_t arena_bytes = 0;
  std::uint64_t bound_bytes = 0;  ///< live at the busiest operator: no placement needs less
  std::size_t busiest = 0;        ///< the first operator where as much is live
};

/// One reason why the model does not run.
struct Obstacle {
  std::string what;                    ///< "LOGISTIC, int8: there is no kernel for it"
  std::vector<std::size_t> operators;  ///< that it concerns; empty: the model as a whole
};

/// How the model fits a board.
struct BoardFit {
  std::string board;  ///< its id
  std::string core;
  std::uint64_t plan_capacity_bytes = 0;
  std::uint64_t arena_capacity_bytes = 0;
  std::vector<Obstacle> obstacles;  ///< of this board, besides the model's own
};

struct ModelSummary {
  std::filesystem::path path;
  Sha256 sha256{};  ///< of the file
  std::size_t file_bytes = 0;
  std::size_t graphs = 1;  ///< in the file; layers are those of the first, main one
  std::vector<ActivationSummary> activations;
  std::vector<std::size_t> inputs;   ///< positions in activations
  std::vector<std::size_t> outputs;  ///< positions in activations
  std::vector<LayerSummary> layers;
  std::uint64_t parameters = 0;     ///< of the model; what layers share counts once
  std::uint64_t weights_bytes = 0;  ///< the same
  std::uint64_t macs = 0;           ///< of all layers whose macs are known
  bool macs_complete = true;        ///< false: some layer's are not known
  std::optional<MemorySummary> memory;
  std::uint64_t state_bytes = 0;    ///< RAM behind the arena that is kept between inferences
  std::vector<Obstacle> obstacles;  ///< on any board; empty if compiled
  std::optional<CompiledModel> compiled;
  std::optional<BoardFit> board;  ///< if one was asked for
};

/// Describes the .tflite file @p tflite; @p path only names it. A model that cannot be compiled is
/// described as well, with the reasons in `obstacles`.
///   kUser   not a .tflite file, or damaged
///   kModel  more operators than kMaxOperators (host/model/check.hpp)
///   kBug    the plan made of it is refused by the validator
Result<ModelSummary> summarise(std::span<const std::uint8_t> tflite,
                               const std::filesystem::path& path);

/// The same for the file at @p path.
///   kUser  also: no such file, or unreadable
Result<ModelSummary> load_summary(const std::filesystem::path& path);

}  // namespace hil::model
