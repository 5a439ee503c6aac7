// SPDX-License-Identifier: Apache-2.0
// Rows to samples; the rate from the time column, gaps where rows are missing.
#include "host/energy/file/csv_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "host/base/file.hpp"
#include "host/energy/file/csv_columns.hpp"

namespace hil::energy {
namespace {

using What = CsvColumn::What;

constexpr std::uint64_t kMostFileBytes = std::uint64_t{4} << 30;
/// Samples of a trace, gaps included, for each row: a table of gaps is no recording.
constexpr double kMostGapShare = 100;
/// A step of time that differs by more than this from the usual one is irregular.
constexpr double kMostIrregular = 0.25;
constexpr double kMostRateHz = 1e8;

Error bad(std::size_t line, const std::string& what) {
  return {Blame::kUser, fmt::format("line {}: {}", line, what),
          "a table needs a header such as Timestamp(ms),Current(uA),D0-D7, then a row per sample"};
}

class Table {
 public:
  Result<Trace> read(std::string_view text) {
    std::size_t line = 0;
    while (!text.empty()) {
      const auto end = text.find('\n');
      const std::string_view row = text.substr(0, end);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      ++line;
      HIL_TRY(take(row, line));
    }
    if (columns_.empty()) return bad(line, "no header with time and current or power came");
    if (times_.size() < 2) return bad(line, "there are less than two samples");
    return make();
  }

 private:
  Status take(std::string_view row, std::size_t line) {
    if (row.find_first_not_of(" \t\r") == std::string_view::npos) return {};
    if (columns_.empty()) return take_header(row, line);
    if (row.front() == '#') return {};
    return take_sample(row, line);
  }

  /// A comment may be the header; another line must be.
  Status take_header(std::string_view row, std::size_t line) {
    std::vector<CsvColumn> columns;
    separator_ = separator_of(row);
    split_fields(row, separator_, fields_);
    for (const auto field : fields_)
      columns.push_back(column_of(field));
    const auto count = [&](What what) {
      return std::count_if(columns.begin(), columns.end(),
                           [what](const CsvColumn& column) { return column.what == what; });
    };
    current_ = count(What::kCurrent) == 1;
    const bool power = count(What::kPower) == 1;
    if (count(What::kTime) != 1 || (!current_ && !power) || count(What::kVoltage) > 1) {
      if (row.front() == '#') return {};
      return bad(line, "it names no column of time, or none of current or power, or one twice");
    }
    voltage_ = count(What::kVoltage) == 1;
    for (const CsvColumn& column : columns) {
      if (column.what == What::kBits) logic_bits_ = 8;
      if (column.what == What::kBit) logic_bits_ = std::max(logic_bits_, column.bit + 1);
    }
    columns_ = std::move(columns);
    return {};
  }

  Status take_sample(std::string_view row, std::size_t line) {
    split_fields(row, separator_, fields_);
    if (fields_.size() != columns_.size()) {
      return bad(line, fmt::format("it has {} fields, the header has {}", fields_.size(),
                                   columns_.size()));
    }
    std::uint8_t logic = 0;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (!take_field(columns_[i], fields_[i], logic))
        return bad(line, fmt::format("field {} makes no sense", i + 1));
    }
    if (times_.size() > 1 && times_.back() <= times_[times_.size() - 2])
      return bad(line, "its time is not later than the one before");
    if (logic_bits_ > 0) logic_.push_back(logic);
    return {};
  }

  /// False if the field is not what its column says.
  bool take_field(const CsvColumn& column, std::string_view field, std::uint8_t& logic) {
    if (column.what == What::kSkipped) return true;
    if (column.what == What::kBits) return take_bits(field, logic);
    const auto number = number_of(field);
    if (!number) return false;
    const double value = *number * column.scale;
    switch (column.what) {
      case What::kTime:
        times_.push_back(value);
        return true;
      case What::kCurrent:
        return push(value, values_);
      case What::kPower:
        return current_ || push(value, values_);
      case What::kVoltage:
        return push(value, volts_);
      default:
        if (*number != 0) logic = static_cast<std::uint8_t>(logic | (1u << column.bit));
        return *number == 0 || *number == 1;
    }
  }

  static bool push(double value, std::vector<float>& values) {
    values.push_back(static_cast<float>(value));
    return std::isfinite(values.back());
  }

  static bool take_bits(std::string_view field, std::uint8_t& logic) {
    if (field.size() != 8) return false;
    for (unsigned bit = 0; bit < 8; ++bit) {
      if (field[bit] != '0' && field[bit] != '1') return false;
      if (field[bit] == '1') logic = static_cast<std::uint8_t>(logic | (1u << bit));
    }
    return true;
  }

  /// The usual step of time: the median of the differences.
  [[nodiscard]] double usual_step() const {
    std::vector<double> steps;
    for (std::size_t i = 1; i < times_.size(); ++i)
      steps.push_back(times_[i] - times_[i - 1]);
    const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
    std::nth_element(steps.begin(), middle, steps.end());
    return *middle;
  }

  /// The sample index of each row. Times are rounded where they were written (whole microseconds,
  /// six digits), so the step is refined over the whole table first.
  Result<std::vector<std::size_t>> indices() {
    step_ = usual_step();
    for (int round = 0; round < 2; ++round) {
      double steps = 0;
      for (std::size_t i = 1; i < times_.size(); ++i)
        steps += std::round((times_[i] - times_[i - 1]) / step_);
      if (!(steps >= 1)) break;
      step_ = (times_.back() - times_.front()) / steps;
    }
    if (!(1 / step_ <= kMostRateHz) || !(step_ > 0))
      return bad(2, "the steps of time are none that can be");
    const double most = kMostGapShare * static_cast<double>(times_.size());
    std::vector<std::size_t> all;
    for (const double time : times_) {
      const double place = (time - times_.front()) / step_;
      if (!(place < most)) return bad(2, "most of the rows are missing");
      const double whole = std::round(place);
      const auto index = static_cast<std::size_t>(whole);
      if (std::abs(place - whole) > kMostIrregular || (!all.empty() && index <= all.back()))
        return bad(2, fmt::format("the time does not grow by equal steps at {} s", time));
      all.push_back(index);
    }
    return all;
  }

  Result<Trace> make() {
    HIL_ASSIGN(const auto places, indices());
    const std::size_t size = places.back() + 1;
    Trace trace;
    trace.meter.kind = "csv";
    trace.meter.model = "table of samples";
    trace.rate_hz = tidy_rate(1 / step_);
    trace.logic_bits = logic_bits_;
    trace.flags.assign(size, flag::kGap);
    Rail& rail = trace.rails.emplace_back();
    rail.name = "main";
    rail.quantity = current_ ? Quantity::kCurrent : Quantity::kPower;
    rail.values.resize(size);
    if (voltage_) {
      rail.volts.resize(size);
      trace.supply.source = VoltageSource::kMeasured;
    }
    if (logic_bits_ > 0) trace.logic.resize(size);
    for (std::size_t i = 0; i < places.size(); ++i) {
      const std::size_t k = places[i];
      trace.flags[k] = 0;
      rail.values[k] = values_[i];
      if (voltage_) rail.volts[k] = volts_[i];
      if (logic_bits_ > 0) trace.logic[k] = logic_[i];
      if (i > 0 && k > places[i - 1] + 1) note_gap(places[i - 1] + 1, k, trace);
    }
    return trace;
  }

  static void note_gap(std::size_t first, std::size_t behind, Trace& trace) {
    trace.events.push_back({first, "loss", fmt::format("{} rows are missing", behind - first)});
    if (trace.logic_bits == 0) return;
    // Levels of lost samples are those before: a gap makes no edges.
    std::fill(trace.logic.begin() + static_cast<std::ptrdiff_t>(first),
              trace.logic.begin() + static_cast<std::ptrdiff_t>(behind), trace.logic[first - 1]);
  }

  /// Rates are whole numbers where the table's digits allow it.
  [[nodiscard]] double tidy_rate(double rate) const {
    const double whole = std::round(rate);
    const double tolerance = 0.5 / static_cast<double>(times_.size());
    return whole > 0 && std::abs(rate / whole - 1) < std::min(tolerance, 1e-4) ? whole : rate;
  }

  char separator_ = ',';
  std::vector<CsvColumn> columns_;
  std::vector<std::string_view> fields_;
  bool current_ = false, voltage_ = false;
  unsigned logic_bits_ = 0;
  std::vector<double> times_;
  std::vector<float> values_, volts_;
  std::vector<std::uint8_t> logic_;
  double step_ = 0;
};

}  // namespace

Result<Trace> parse_csv_trace(std::string_view text) {
  return Table().read(text);
}

Result<Trace> load_csv_trace(const std::filesystem::path& path) {
  HIL_ASSIGN(const auto text, read_text_file(path, kMostFileBytes));
  auto trace = parse_csv_trace(text);
  if (trace.ok()) return trace;
  Error error = trace.error();
  error.what = path.filename().string() + ", " + error.what;
  return error;
}

}  // namespace hil::energy
