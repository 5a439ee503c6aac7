// SPDX-License-Identifier: Apache-2.0
// Sending a model to the agent, if it fits and is not there already.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/session/session.hpp"

namespace hil::session {

/// An operator that a model needs.
struct RequiredOperator {
  std::uint16_t opcode = 0;  ///< of the plan
  std::string name;          ///< "CONV_2D float32"
  std::uint8_t type = 0xFF;  ///< bit of plan::TypeSet it is needed for; all of them: any will do
  std::uint32_t index = 0;   ///< in the file, of the first one
};

/// Where a model lies on the board.
enum class ModelPlace : std::uint8_t {
  kRam,        ///< sent over the line
  kFlashSlot,  ///< written by a debug probe before the upload, run in place
};

/// A model as it is sent and what it needs of the agent.
struct ModelImage {
  std::span<const std::uint8_t> bytes;  ///< must outlive the upload
  std::uint32_t crc32 = 0;              ///< of bytes
  std::uint32_t format = 0;             ///< one bit of engine::Format
  std::uint32_t plan_major = 0, plan_minor = 0;
  std::uint32_t features = 0;     ///< bits of plan::Feature
  std::uint32_t arena_bytes = 0;  ///< RAM for activations and state
  std::vector<RequiredOperator> operators;
  ModelPlace place = ModelPlace::kRam;
};

struct LoadedModel {
  bool already_held = false;      ///< nothing had to be sent
  std::uint64_t load_ticks = 0;   ///< device ticks from commit to ready; 0 if already held
  std::uint32_t arena_bytes = 0;  ///< as the agent says; the image's own figure if already held
};

/// Says whether @p agent can take @p image; nothing is sent.
///   kDevice  plan or arena too large (both numbers named), or a format, plan version, feature or
///            operator that it lacks (each named)
Status check_fits(const AgentInfo& agent, const ModelImage& image);

/// One upload, in steps, so that the caller can show progress and stop.
class ModelUpload {
 public:
  /// Checks that @p image fits and announces it. @p session must outlive the upload. If the agent
  /// has a part of this very model from an upload that broke, this one goes on behind it.
  ///   kDevice  the agent says that it has more of the model than there is
  ///   and every error of check_fits() and rpc::Channel::call()
  static Result<ModelUpload> begin(Session& session, const ModelImage& image, Deadline deadline);

  /// From the model's start on, those that the agent had included.
  [[nodiscard]] std::size_t sent_bytes() const { return sent_; }
  /// What the agent had from an upload that broke: here this one began. 0: at the start.
  [[nodiscard]] std::size_t began_at() const { return began_at_; }
  [[nodiscard]] std::size_t total_bytes() const { return image_.bytes.size(); }
  [[nodiscard]] bool already_held() const { return already_held_; }
  /// True if the flash slot holds something else: nothing can be sent. Write it, begin again.
  [[nodiscard]] bool slot_differs() const { return slot_differs_; }
  /// True when all bytes have been handed to the link, or none need be.
  [[nodiscard]] bool all_sent() const { return already_held_ || sent_ == total_bytes(); }

  /// Sends as much as the link takes now; blocks until it takes something or @p deadline passes.
  ///   kDevice  the agent refused a piece
  ///   and every error of rpc::Channel::pump()
  Status step(Deadline deadline);
  /// After all_sent(), unless slot_differs(): has the agent check and load the model.
  ///   kDevice  wrong digest, or the engine refused it (its reason in `what`)
  Result<LoadedModel> finish(Deadline deadline);

 private:
  ModelUpload(Session& session, const ModelImage& image) : session_(&session), image_(image) {}
  [[nodiscard]] std::size_t next_piece_bytes() const;
  [[nodiscard]] std::size_t next_body_bytes() const;
  Status send_piece();
  Status check_stream();

  Session* session_;
  ModelImage image_;
  std::size_t sent_ = 0;
  std::size_t began_at_ = 0;
  std::uint8_t call_ = 0;
  bool already_held_ = false;
  bool slot_differs_ = false;
};

/// The whole upload at once, of a model for RAM.
Result<LoadedModel> upload_model(Session& session, const ModelImage& image, Deadline deadline);

}  // namespace hil::session
