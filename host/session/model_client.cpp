// SPDX-License-Identifier: Apache-2.0
// ModelUpload: begin, pieces as large as the agent takes them, commit.
#include "host/session/model_client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "host/rpc/error_reply.hpp"
#include "host/rpc/typed_call.hpp"
#include "protocol/messages/ids.hpp"
#include "protocol/messages/model.pb.h"

namespace hil::session {
namespace {

namespace v1 = hilbench::v1;

/// Of a ModelData besides its bytes: two tags, a 32-bit offset and a length below 2^16.
constexpr std::size_t kModelDataOverhead = 1 + 5 + 1 + 3;

Error lacking(const AgentInfo& agent, const std::string& what, const char* hint) {
  return Error{Blame::kDevice, fmt::format("{} {}", agent.board, what), hint};
}

std::string missing_operators(const AgentInfo& agent, const ModelImage& image) {
  std::string names;
  for (const RequiredOperator& needed : image.operators) {
    if (agent.has_operator(needed.opcode, needed.type)) continue;
    names +=
        fmt::format("{}operator {} ({})", names.empty() ? "" : ", ", needed.index, needed.name);
  }
  return names;
}

Status check_memory(const AgentInfo& agent, const ModelImage& image) {
  constexpr const char* kHint = "take a smaller model or a board with more memory";
  const bool in_slot = image.place == ModelPlace::kFlashSlot;
  const std::uint32_t capacity = in_slot ? agent.slot_bytes : agent.plan_capacity_bytes;
  if (image.bytes.size() > capacity) {
    return Error{Blame::kDevice,
                 fmt::format("the plan needs {} bytes, {} has {}{}", image.bytes.size(),
                             agent.board, capacity, in_slot ? " in its flash slot" : ""),
                 kHint};
  }
  if (image.arena_bytes > agent.arena_capacity_bytes) {
    return Error{Blame::kDevice,
                 fmt::format("the model's arena needs {} bytes, {} has {}", image.arena_bytes,
                             agent.board, agent.arena_capacity_bytes),
                 kHint};
  }
  return {};
}

/// How much of @p image the agent has from an upload that broke.
Result<std::size_t> held_part(const v1::ModelBeginReply& reply, const ModelImage& image) {
  if (reply.already_held() || image.place == ModelPlace::kFlashSlot) return std::size_t{0};
  if (reply.held_bytes() <= image.bytes.size()) return std::size_t{reply.held_bytes()};
  return Error{Blame::kDevice,
               fmt::format("the agent says that it has {} bytes of a model of {}",
                           reply.held_bytes(), image.bytes.size()),
               "put the agent of this hilbench on the board"};
}

}  // namespace

Status check_fits(const AgentInfo& agent, const ModelImage& image) {
  constexpr const char* kHint = "put an agent on the board that has it built in";
  const auto service = 1u << static_cast<unsigned>(Service::kModel);
  if ((agent.services & service) == 0) return lacking(agent, "takes no models", kHint);
  if ((agent.model_formats & image.format) == 0) {
    return lacking(agent, fmt::format("does not take models of format {:#x}", image.format), kHint);
  }
  if (agent.plan_major != image.plan_major) {
    return lacking(agent,
                   fmt::format("reads plan format {}.{}, the plan has {}.{}", agent.plan_major,
                               agent.plan_minor, image.plan_major, image.plan_minor),
                   kHint);
  }
  if (const std::uint32_t missing = image.features & ~agent.features; missing != 0) {
    return lacking(agent, fmt::format("lacks the features {:#x} that the plan needs", missing),
                   kHint);
  }
  if (const std::string names = missing_operators(agent, image); !names.empty()) {
    return lacking(agent, "lacks operators that the model needs: " + names,
                   "put an agent on the board that has them (target/engine/README.md says how to "
                   "build one), or take a model without them");
  }
  return check_memory(agent, image);
}

Result<ModelUpload> ModelUpload::begin(Session& session, const ModelImage& image,
                                       Deadline deadline) {
  HIL_TRY(check_fits(session.agent(), image));
  ModelUpload upload(session, image);
  v1::ModelBeginRequest request;
  request.set_size_bytes(static_cast<std::uint32_t>(image.bytes.size()));
  request.set_crc32(image.crc32);
  request.set_format(image.format);
  const bool in_slot = image.place == ModelPlace::kFlashSlot;
  request.set_in_slot(in_slot);
  HIL_ASSIGN(const auto reply,
             rpc::call<v1::ModelBeginReply>(session.channel(), Service::kModel, method::kModelBegin,
                                            request, deadline));
  upload.already_held_ = reply.body.already_held();
  upload.slot_differs_ = in_slot && !upload.already_held_ && !reply.body.slot_holds();
  HIL_ASSIGN(upload.began_at_, held_part(reply.body, image));
  upload.sent_ = in_slot ? image.bytes.size() : upload.began_at_;
  upload.call_ = reply.call;
  while (session.channel().take()) {  // left over from what was done before
  }
  return upload;
}

Status ModelUpload::step(Deadline deadline) {
  rpc::Channel& channel = session_->channel();
  const std::size_t before = sent_;
  while (!all_sent()) {
    while (!all_sent() && channel.can_send(next_body_bytes()))
      HIL_TRY(send_piece());
    if (all_sent()) channel.push();
    HIL_TRY(channel.pump(sent_ != before ? Deadline::after({}) : deadline));
    HIL_TRY(check_stream());
    if (sent_ != before || deadline.expired()) return {};
  }
  return {};
}

std::size_t ModelUpload::next_piece_bytes() const {
  return std::min(session_->channel().most_body_bytes() - kModelDataOverhead,
                  total_bytes() - sent_);
}

std::size_t ModelUpload::next_body_bytes() const {
  return next_piece_bytes() + kModelDataOverhead;
}

Status ModelUpload::send_piece() {
  const auto piece = image_.bytes.subspan(sent_, next_piece_bytes());
  v1::ModelData data;
  data.set_offset(static_cast<std::uint32_t>(sent_));
  data.set_data(piece.data(), piece.size());
  const frame::MessageHead head{0, Service::kModel, method::kModelData, Kind::kStream, call_};
  HIL_TRY(session_->channel().send(head, rpc::bytes_of(data)));
  sent_ += piece.size();
  return {};
}

/// An error in the stream of pieces, if the agent has sent one.
Status ModelUpload::check_stream() {
  while (const auto message = session_->channel().take()) {
    if (message->head.kind == Kind::kError && message->head.call == call_) {
      return rpc::error_of_reply(message->body).within("sending the model");
    }
  }
  return {};
}

Result<LoadedModel> ModelUpload::finish(Deadline deadline) {
  if (already_held_) return LoadedModel{true, 0, image_.arena_bytes};
  if (!all_sent() || slot_differs_) {
    return Error{Blame::kBug, "a model was committed before it was sent", ""};
  }
  session_->channel().hold_call(call_);
  const auto reply =
      rpc::call<v1::ModelCommitReply>(session_->channel(), Service::kModel, method::kModelCommit,
                                      v1::ModelCommitRequest{}, deadline);
  // The first thing that went wrong says more than what followed from it.
  const Status stream = check_stream();
  session_->channel().drop_call(call_, true);
  HIL_TRY(stream);
  if (!reply.ok()) return reply.error().within("loading the model");
  return LoadedModel{false, reply->body.load_ticks(), reply->body.arena_bytes()};
}

Result<LoadedModel> upload_model(Session& session, const ModelImage& image, Deadline deadline) {
  HIL_ASSIGN(ModelUpload upload, ModelUpload::begin(session, image, deadline));
  while (!upload.all_sent()) {
    HIL_TRY(upload.step(deadline));
    if (!upload.all_sent() && deadline.expired()) {
      return Error{Blame::kLink,
                   fmt::format("sending the model took too long: {} of {} bytes",
                               upload.sent_bytes(), upload.total_bytes()),
                   "allow more time, or look for faults of the line"};
    }
  }
  return upload.finish(deadline);
}

}  // namespace hil::session
