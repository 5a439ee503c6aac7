// SPDX-License-Identifier: Apache-2.0
// Every answer of link and clock becomes a record as it is given.
#include "host/link/tape/recorder.hpp"

#include <algorithm>
#include <utility>

#include "host/link/tape/lease_mask.hpp"

namespace hil::tape {
namespace {

/// Looks at the clock within this time of the last one see the same time: a burst of them costs one
/// record. Far below what a line's time stamps resolve (a byte at 921,600 baud takes 10.9 us).
constexpr auto kSameTime = std::chrono::microseconds(2);

using Steady = std::chrono::steady_clock;

std::vector<std::uint8_t> bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

}  // namespace

/// Passes everything on to the real link, on the machine's clock.
class Recorder::RecordingLink final : public Link {
 private:
  template <class Do>
  static auto on_real_time(Do&& act) {
    const ClockScope real(nullptr);
    return act();
  }

 public:
  RecordingLink(Recorder& recorder, Link& real) : recorder_(recorder), real_(real) { note_line(); }

  Result<std::size_t> write(std::span<const std::uint8_t> bytes) override {
    const auto masked = mask_.mask(bytes);
    const auto written = on_real_time([&] { return real_.write(bytes); });
    if (!written.ok()) return failed(Kind::kOut, written.error());
    mask_.taken(*written);
    Record record;
    record.kind = Kind::kOut;
    record.bytes.assign(masked.begin(), masked.begin() + static_cast<std::ptrdiff_t>(*written));
    step(std::move(record));
    return written;
  }

  Result<std::size_t> read(std::span<std::uint8_t> buffer, Deadline deadline) override {
    const auto count = on_real_time([&] { return real_.read(buffer, deadline); });
    if (!count.ok()) return failed(Kind::kIn, count.error());
    Record record;
    record.kind = Kind::kIn;
    record.bytes.assign(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(*count));
    step(std::move(record));
    return count;
  }

  Status wait(bool want_write, Deadline deadline) override {
    const Status status = on_real_time([&] { return real_.wait(want_write, deadline); });
    if (!status.ok()) return failed(Kind::kWait, status.error());
    step(Record{});
    return status;
  }

  Status set_baud(std::uint32_t baud) override {
    const Status status = on_real_time([&] { return real_.set_baud(baud); });
    if (!status.ok()) return failed(Kind::kRate, status.error());
    Record record;
    record.kind = Kind::kRate;
    record.number = baud;
    step(std::move(record));
    return status;
  }

  [[nodiscard]] std::uint32_t baud() const override { return baud_; }
  [[nodiscard]] std::string name() const override { return name_; }

  /// Name and rate as the run is to see them; they change between steps only.
  void note_line() {
    std::uint32_t baud = 0;
    std::string name;
    {
      const ClockScope real(nullptr);
      baud = real_.baud();
      name = real_.name();
    }
    if (baud == baud_ && name == name_) return;
    baud_ = baud;
    name_ = name;
    Record record;
    record.kind = Kind::kLine;
    record.number = baud;
    record.text = std::move(name);
    recorder_.add(std::move(record), Steady::now());
  }

 private:
  void step(Record record) {
    recorder_.add(std::move(record), Steady::now());
    note_line();
  }
  Error failed(Kind kind, Error error) {
    Record record;
    record.kind = Kind::kFailed;
    record.number = static_cast<std::uint64_t>(kind);
    record.other = static_cast<std::uint64_t>(error.blame);
    record.bytes = bytes_of(error.what);
    record.text = error.hint;
    step(std::move(record));
    recorder_.writer_->flush();
    return error;
  }

  Recorder& recorder_;
  Link& real_;
  LeaseMask mask_;
  std::string name_;
  std::uint32_t baud_ = 0;
};

Result<std::unique_ptr<Recorder>> Recorder::create(const std::filesystem::path& path,
                                                   nlohmann::json about) {
  HIL_ASSIGN(auto writer, Writer::create(path));
  std::unique_ptr<Recorder> recorder(new Recorder(std::move(writer)));
  const auto ns = [](auto point) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(point.time_since_epoch()).count();
  };
  about["utc_ns"] = ns(recorder->start_utc_);
  about["steady_ns"] = ns(recorder->start_);
  recorder->note("start", about);
  return recorder;
}

Recorder::Recorder(std::unique_ptr<Writer> writer) : writer_(std::move(writer)) {}

Recorder::~Recorder() = default;

Link& Recorder::begin(Link* real) {
  link_ = std::make_unique<RecordingLink>(*this, *real);
  now_ = std::max(now_, Steady::now());
  Record record;
  record.kind = Kind::kClock;  // the run's time begins here
  add(std::move(record), now_);
  scope_.emplace(static_cast<ClockSource*>(this));
  return *link_;
}

void Recorder::end() {
  scope_.reset();
  link_.reset();
  writer_->flush();
}

Result<nlohmann::json> Recorder::outside(std::string_view what,
                                         const std::function<Result<nlohmann::json>()>& real) {
  writer_->flush();  // it may take long, or kill us
  auto result = [&] {
    const ClockScope machine(nullptr);
    return real();
  }();
  nlohmann::json said{{"what", what}};
  if (result.ok()) {
    said["value"] = *result;
  } else {
    said["error"] = json_of(result.error());
  }
  note("outside", said);
  if (link_) link_->note_line();
  return result;
}

void Recorder::note(std::string_view what, const nlohmann::json& said) {
  Record record;
  record.kind = Kind::kNote;
  record.bytes = bytes_of(what);
  record.text = said.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  add(std::move(record), Steady::now());
  writer_->flush();
}

Status Recorder::finish() {
  end();
  Record record;
  record.kind = Kind::kEnd;
  add(std::move(record), Steady::now());
  writer_->flush();
  if (writer_->failure()) return *writer_->failure();
  return {};
}

Recorder::time_point Recorder::now() {
  ++looks_;
  const auto real = Steady::now();
  if (real - now_ < kSameTime) return now_;
  Record record;
  record.kind = Kind::kClock;
  record.number = looks_;
  add(std::move(record), real);
  return now_;
}

Recorder::time_point Recorder::stamp() {
  Record record;
  record.kind = Kind::kStamp;
  add(std::move(record), Steady::now());
  return now_;
}

std::chrono::system_clock::time_point Recorder::utc_now() {
  return start_utc_ +
         std::chrono::duration_cast<std::chrono::system_clock::duration>(now() - start_);
}

int Recorder::stop_signal(int real) {
  ++stop_looks_;
  if (real != 0 && !std::exchange(stop_told_, real != 0)) {
    Record record;
    record.kind = Kind::kStop;
    record.number = static_cast<std::uint64_t>(real);
    record.other = stop_looks_;
    add(std::move(record), Steady::now());
  }
  return real;
}

void Recorder::add(Record record, time_point at) {
  record.at_ns = ns_at(at);
  if (is_step(record.kind)) {
    now_ = std::max(now_, at);
    looks_ = stop_looks_ = 0;
  }
  writer_->add(std::move(record));
}

std::uint64_t Recorder::ns_at(time_point at) const {
  const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(at - start_).count();
  return static_cast<std::uint64_t>(std::max<decltype(ns)>(0, ns));
}

}  // namespace hil::tape
