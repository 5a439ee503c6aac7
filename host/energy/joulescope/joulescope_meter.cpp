// SPDX-License-Identifier: Apache-2.0
// Joulescope as a PowerMeter.
#include "host/energy/joulescope/joulescope_meter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <utility>

#include "host/energy/joulescope/block_queue.hpp"
#include "host/energy/joulescope/decimator.hpp"
#include "host/energy/sysfs/attribute.hpp"

namespace hil::energy {
namespace {

using Stream = Decimator::Stream;

/// The maker's table of accuracy was not at hand: taken, as limits of error.
constexpr double kGain = 0.005;
constexpr double kOffset = 1e-6;  // ampere
constexpr const char* kAccuracySource =
    "taken: 0.5 % and 1 uA, time base 50 ppm; the maker's table is in the user's guide of the "
    "model";
constexpr double kTimeBase = 50e-6;  // of a crystal, as a limit
constexpr unsigned kInputs = 2;
constexpr auto kSilence = std::chrono::seconds(2);

struct StreamTopics {
  Stream stream;
  const char* enable;
  const char* data;
};
constexpr std::array<StreamTopics, 4> kTopics{{
    {Stream::kCurrent, "s/i/ctrl", "s/i/!data"},
    {Stream::kVoltage, "s/v/ctrl", "s/v/!data"},
    {Stream::kInput0, "s/gpi/0/ctrl", "s/gpi/0/!data"},
    {Stream::kInput1, "s/gpi/1/ctrl", "s/gpi/1/!data"},
}};

struct Model {
  const char* name;
  const char* usb_product;  ///< of vendor 16d0
  double rate_hz;
  const char* range_topic;  ///< takes "auto" and "off"
  bool inputs_in_samples;   ///< it sends inputs 0 and 1 as lowest bits of current and voltage, if
                            ///< told
};
constexpr const char* kUsbVendor = "16d0";
constexpr std::array<Model, 3> kModels{{
    {"js110", "0e88", 2e6, "s/i/range/select", true},
    {"js220", "10ba", 1e6, "s/i/range/mode", false},
    {"js320", "135a", 1e6, "s/i/range/mode", false},
}};

const Model* find_model(const std::string& name) {
  for (const Model& model : kModels) {
    if (name == model.name) return &model;
  }
  return nullptr;
}

/// Where a callback puts what comes.
struct Receiver {
  BlockQueue* queue;
  Stream stream;
};

void on_block(void* user, const char* /*topic*/, const jsdrv::Value* value) {
  const auto* receiver = static_cast<const Receiver*>(user);
  if (value == nullptr || value->type != jsdrv::kBinary || value->app != jsdrv::kStreamPayload)
    return;
  if (value->bytes != nullptr) receiver->queue->push(receiver->stream, {value->bytes, value->size});
}

class JoulescopeMeter : public PowerMeter {
 public:
  JoulescopeMeter(std::unique_ptr<JsdrvDriver> driver, JoulescopeUnit unit, const Model& model,
                  double rate_hz)
      : driver_(std::move(driver)),
        unit_(std::move(unit)),
        model_(model),
        rate_hz_(rate_hz),
        decimator_(rate_hz, kInputs) {
    info_.kind = "joulescope";
    info_.model = joulescope_title(unit_.model);
    info_.serial = unit_.serial;
    info_.port = unit_.path;
    info_.firmware = "driver " + driver_->version();
    for (std::size_t k = 0; k < kTopics.size(); ++k)
      receivers_[k] = {&queue_, kTopics[k].stream};
  }
  ~JoulescopeMeter() override {
    end_streams();
    driver_->close(unit_.path);
  }
  JoulescopeMeter(const JoulescopeMeter&) = delete;
  JoulescopeMeter& operator=(const JoulescopeMeter&) = delete;

  [[nodiscard]] const MeterInfo& info() const override { return info_; }
  [[nodiscard]] MeterAbilities abilities() const override { return {false, true, true, kInputs}; }
  Status set_target_power(bool on, Deadline deadline) override {
    return driver_->set(topic(model_.range_topic), on ? "auto" : "off", deadline);
  }
  Status start(Trace& trace, Deadline deadline) override;
  Status read(Trace& trace, Deadline deadline) override;
  Status stop(Trace& trace, Deadline deadline) override;

 private:
  [[nodiscard]] std::string topic(const char* name) const { return unit_.path + "/" + name; }
  Status prepare(Deadline deadline);
  Status take(const std::vector<BlockQueue::Item>& items, Trace& trace);
  void end_streams();

  std::unique_ptr<JsdrvDriver> driver_;
  JoulescopeUnit unit_;
  const Model& model_;
  double rate_hz_;
  MeterInfo info_;
  BlockQueue queue_;
  std::array<Receiver, kTopics.size()> receivers_{};
  Decimator decimator_;
  std::size_t streams_ = 0;  ///< of kTopics, subscribed and enabled
  Deadline::Clock::time_point last_{};
};

/// Whoever used it before may have left it with other settings.
Status JoulescopeMeter::prepare(Deadline deadline) {
  HIL_TRY(driver_->set_u32(topic("h/fs"), static_cast<std::uint32_t>(model_.rate_hz), deadline));
  if (!model_.inputs_in_samples) return {};
  constexpr std::uint8_t kInput0 = 2;
  constexpr std::uint8_t kInput1 = 3;
  HIL_TRY(driver_->set(topic("s/i/lsb_src"), kInput0, deadline));
  return driver_->set(topic("s/v/lsb_src"), kInput1, deadline);
}

Status JoulescopeMeter::start(Trace& trace, Deadline deadline) {
  end_streams();
  static_cast<void>(queue_.take(Deadline::after({})));
  decimator_ = Decimator(rate_hz_, kInputs);
  trace = Trace();
  trace.meter = info_;
  trace.accuracy = {{{0, kGain / std::sqrt(3.0), kOffset / std::sqrt(3.0), 0}},
                    kTimeBase / std::sqrt(3.0),
                    kAccuracySource};
  trace.supply.source = VoltageSource::kMeasured;
  trace.rate_hz = rate_hz_;
  trace.rails.push_back({"main", Quantity::kCurrent, {}, {}});
  trace.logic_bits = kInputs;
  HIL_TRY(prepare(deadline));
  for (std::size_t k = 0; k < kTopics.size(); ++k) {
    HIL_TRY(driver_->subscribe(topic(kTopics[k].data), on_block, &receivers_[k], deadline));
    streams_ = k + 1;
    HIL_TRY(driver_->set(topic(kTopics[k].enable), std::uint8_t{1}, deadline));
  }
  last_ = Deadline::Clock::now();
  return {};
}

Status JoulescopeMeter::read(Trace& trace, Deadline deadline) {
  const std::size_t before = trace.size();
  do {
    HIL_TRY(
        take(queue_.take(Deadline::earlier(deadline, Deadline::until(last_ + kSilence))), trace));
    if (Deadline::Clock::now() - last_ < kSilence) continue;
    return Error{Blame::kLink,
                 fmt::format("the Joulescope {} has been silent for 2 s, after {} samples",
                             unit_.serial, trace.size()),
                 "check its cable; other programs must not stream from it"};
  } while (trace.size() == before && !deadline.expired());
  return {};
}

Status JoulescopeMeter::take(const std::vector<BlockQueue::Item>& items, Trace& trace) {
  const std::size_t before = trace.size();
  for (const BlockQueue::Item& item : items) {
    const auto block = parse_stream_block(item.bytes);
    if (!block) {
      return Error{Blame::kLink, "the Joulescope's driver gives samples in an unknown form",
                   "this hilbench knows joulescope_driver 2.0 to 2.3"};
    }
    HIL_TRY(decimator_.add(item.stream, *block, trace));
  }
  if (trace.size() > before) last_ = Deadline::Clock::now();
  double& sigma = trace.supply.uncertainty_v;
  for (std::size_t k = before; k < trace.size(); ++k)
    sigma =
        std::max(sigma, std::fabs(double{trace.rails.front().volts[k]}) * kGain / std::sqrt(3.0));
  return {};
}

Status JoulescopeMeter::stop(Trace& trace, Deadline /*deadline*/) {
  end_streams();
  return take(queue_.take(Deadline::after({})), trace);
}

void JoulescopeMeter::end_streams() {
  for (std::size_t k = 0; k < streams_; ++k) {
    // A device that was unplugged refuses, and has stopped anyway.
    static_cast<void>(driver_->set(topic(kTopics[k].enable), std::uint8_t{0},
                                   Deadline::after(std::chrono::seconds(1))));
    driver_->unsubscribe(topic(kTopics[k].data), on_block, &receivers_[k]);
  }
  streams_ = 0;
}

Result<std::unique_ptr<JsdrvDriver>> started(const std::string& library, Deadline deadline) {
  HIL_ASSIGN(auto loaded, JsdrvLibrary::load(library));
  return JsdrvDriver::start(std::move(loaded), deadline);
}

Result<JoulescopeUnit> pick_unit(const std::vector<JoulescopeUnit>& units,
                                 const std::string& serial) {
  std::string all;
  std::vector<JoulescopeUnit> fitting;
  for (const JoulescopeUnit& unit : units) {
    all += (all.empty() ? "" : ", ") + unit.serial;
    if (serial.empty() || unit.serial == serial) fitting.push_back(unit);
  }
  if (fitting.size() == 1) return fitting.front();
  if (fitting.size() > 1) {
    return Error{Blame::kLab, fmt::format("{} Joulescopes are here: {}", fitting.size(), all),
                 "name one: joulescope@" + fitting.front().serial};
  }
  return Error{
      Blame::kLab,
      serial.empty() ? "Joulescope's driver sees no instrument"
                     : fmt::format("no Joulescope has the serial number {}", serial),
      all.empty() ? "plug it in; without its udev rules only root sees it" : "there is " + all};
}

Status check(const MeterSetup& setup, const Model& model) {
  if (setup.source) {
    return Error{Blame::kUser, "a Joulescope cannot supply the board",
                 "give the board a supply of its own through the Joulescope, and add --ampere"};
  }
  const double parts = setup.rate_hz > 0 ? model.rate_hz / setup.rate_hz : 1;
  if (setup.rate_hz >= 0 && parts >= 1 && parts == std::floor(parts)) return {};
  return Error{Blame::kUser, fmt::format("{:g} Hz is no rate of a {}", setup.rate_hz, model.name),
               fmt::format("take {:g} or a whole part of it, as 100000", model.rate_hz)};
}

}  // namespace

std::vector<JoulescopeUnit> find_joulescope_usb(const std::filesystem::path& sysfs) {
  std::vector<JoulescopeUnit> units;
  for (const auto& folder : entries_of(sysfs / "bus/usb/devices")) {
    if (attribute_text(folder / "idVendor") != kUsbVendor) continue;
    const std::string product = attribute_text(folder / "idProduct");
    for (const Model& model : kModels) {
      if (product == model.usb_product)
        units.push_back({"", model.name, attribute_text(folder / "serial")});
    }
  }
  return units;
}

Result<std::vector<JoulescopeUnit>> list_joulescopes(const std::string& library,
                                                     Deadline deadline) {
  HIL_ASSIGN(const auto driver, started(library, deadline));
  return driver->list(deadline);
}

std::string joulescope_title(const std::string& model) {
  return model.starts_with("js") ? "Joulescope JS" + model.substr(2) : "Joulescope " + model;
}

double native_rate_of(const std::string& model) {
  const Model* known = find_model(model);
  return known == nullptr ? 0 : known->rate_hz;
}

Result<std::unique_ptr<PowerMeter>> make_joulescope(const std::string& library,
                                                    const std::string& serial,
                                                    const MeterSetup& setup, Deadline deadline) {
  HIL_ASSIGN(auto driver, started(library, deadline));
  HIL_ASSIGN(const auto units, driver->list(deadline));
  HIL_ASSIGN(JoulescopeUnit unit, pick_unit(units, serial));
  const Model* model = find_model(unit.model);
  if (model == nullptr) {
    return Error{Blame::kLab, fmt::format("Joulescope model {} is not known", unit.model),
                 "this hilbench knows JS110, JS220 and JS320"};
  }
  HIL_TRY(check(setup, *model));
  HIL_TRY(driver->open(unit.path, deadline));
  const double rate = setup.rate_hz > 0 ? setup.rate_hz : model->rate_hz;
  return std::unique_ptr<PowerMeter>(
      std::make_unique<JoulescopeMeter>(std::move(driver), std::move(unit), *model, rate));
}

}  // namespace hil::energy
