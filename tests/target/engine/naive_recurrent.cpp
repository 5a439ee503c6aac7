// SPDX-License-Identifier: Apache-2.0
// The plain recurrent operators, written from the arithmetic's description.
#include "tests/target/engine/naive_recurrent.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "tests/target/engine/naive.hpp"

namespace hil::engine::testing {
namespace {

std::size_t at(int row, int width, int column) {
  return static_cast<std::size_t>(row) * static_cast<std::size_t>(width) +
         static_cast<std::size_t>(column);
}

/// The sum of products of row @p row of @p weights with values[first ...].
template <class Real, class Value>
Real dot(const std::vector<Real>& weights, int row, int depth, const std::vector<Value>& values,
         int first_row, Real zero_point) {
  Real sum{};
  for (int i = 0; i < depth; ++i) {
    sum += weights[at(row, depth, i)] *
           (static_cast<Real>(values[at(first_row, depth, i)]) - zero_point);
  }
  return sum;
}

std::int64_t rescaled(std::int64_t sum, const plan::Rescale& rescale) {
  return naive_rescale(sum, rescale.multiplier, rescale.shift);
}

std::int64_t clamped(std::int64_t value, int bits) {
  const std::int64_t half = std::int64_t{1} << (bits - 1);
  return std::clamp(value, -half, half - 1);
}

/// The sum over the states of the filters of one unit, bias included.
template <class Real>
Real sum_states(const NaiveSvdf<Real>& svdf, int batch, int unit, Real zero_point) {
  Real sum = svdf.bias.empty() ? Real{} : svdf.bias[static_cast<std::size_t>(unit)];
  for (int filter = unit * svdf.rank; filter < (unit + 1) * svdf.rank; ++filter) {
    const auto& states = svdf.states[at(batch, svdf.filters, filter)];
    for (int age = 0; age < svdf.memory; ++age) {
      sum += svdf.time_weights[at(filter, svdf.memory, age)] *
             (states[static_cast<std::size_t>(age)] - zero_point);
    }
  }
  return sum;
}

/// round(65536 * sigmoid(i / 24)), one more where the reference's table is.
std::int64_t table_entry(std::int64_t i) {
  static const std::set<std::int64_t> kOneMore = {
      4,  8,  12, 14, 15, 16, 17, 19, 20, 21, 22, 25, 27, 28, 29, 30, 31,  33,  34,  35,  37,  39,
      40, 41, 43, 44, 45, 46, 49, 50, 54, 62, 63, 64, 66, 82, 86, 93, 100, 103, 112, 116, 135, 255};
  const double value = 65536.0 / (1.0 + std::exp(-static_cast<double>(i) / 24.0));
  return static_cast<std::int64_t>(std::floor(value + 0.5)) + (kOneMore.count(i) == 1 ? 1 : 0);
}

double sigmoid(double x) {
  return 1.0 / (1.0 + std::exp(-x));
}

/// One unit at one step of one batch; `row` is the step's place in x and y.
struct UnitOfStep {
  int batch, unit, row;
};

/// Calls next(unit, hidden states before the step) for every unit of every step; what it returns is
/// the unit's output and hidden state.
template <class Output, class Real, class Next>
std::vector<Output> run_steps(NaiveLstm<Real>& lstm, const Next& next) {
  std::vector<Output> y(at(lstm.batch * lstm.time, lstm.units, 0));
  for (int t = 0; t < lstm.time; ++t) {
    const std::vector<Real> old = lstm.hidden;
    for (int b = 0; b < lstm.batch; ++b) {
      for (int u = 0; u < lstm.units; ++u) {
        const Real value = next(UnitOfStep{b, u, lstm.row(b, t)}, old);
        lstm.hidden[at(b, lstm.units, u)] = value;
        y[at(lstm.row(b, t), lstm.units, u)] = static_cast<Output>(value);
      }
    }
  }
  return y;
}

/// What goes into the curve of gate @p g, in units of 2^-12.
std::int64_t integer_gate(const NaiveLstm<std::int64_t>& lstm, const plan::LstmParams& params,
                          std::size_t g, const UnitOfStep& at_step,
                          const std::vector<std::int8_t>& x, const std::vector<std::int64_t>& old) {
  const std::int64_t from_x = dot<std::int64_t>(lstm.weights[g], at_step.unit, lstm.depth, x,
                                                at_step.row, params.input_zero_point) +
                              lstm.biases[g][static_cast<std::size_t>(at_step.unit)];
  const std::int64_t from_hidden = dot<std::int64_t>(lstm.recurrent[g], at_step.unit, lstm.units,
                                                     old, at_step.batch, params.hidden_zero_point);
  return clamped(clamped(rescaled(from_x, params.gates[g].input), 16) +
                     clamped(rescaled(from_hidden, params.gates[g].recurrent), 16),
                 16);
}

/// Brings @p cell up to date; @returns the next hidden state.
std::int64_t update_unit(const plan::LstmParams& params, const std::array<std::int64_t, 4>& gates,
                         std::int64_t& cell) {
  const std::int64_t kept = naive_sigmoid16(gates[1]) * cell;
  const std::int64_t added = naive_sigmoid16(gates[0]) * naive_tanh16(gates[2], -12);
  cell = clamped(
      clamped(naive_rescale(kept, 1 << 30, -14), 16) + clamped(rescaled(added, params.cell), 16),
      16);
  cell = std::clamp<std::int64_t>(cell, params.cell_min, params.cell_max);
  const std::int64_t shown = naive_tanh16(cell, params.cell_shift - 12) * naive_sigmoid16(gates[3]);
  return clamped(rescaled(shown, params.hidden) + params.hidden_zero_point, 8);
}

}  // namespace

std::int64_t naive_sigmoid16(std::int64_t x) {
  const std::int64_t v = 3 * x, a = v < 0 ? -v : v, i = a / 512;
  std::int64_t r = 32767 * 1024;
  if (i < 255) r = table_entry(i) * 512 + (a % 512) * (table_entry(i + 1) - table_entry(i));
  const std::int64_t y = v >= 0 ? r + 512 : (1 << 25) - r + 511;
  return static_cast<std::int64_t>(floor_divide(y, 1024));
}

std::int64_t naive_tanh16(std::int64_t x, int power) {
  const int n = 12 + power;
  std::int64_t v = 3 * x;
  if (n >= 0) {
    v *= std::int64_t{1} << n;
  } else {
    v = static_cast<std::int64_t>(
        floor_divide(v + (std::int64_t{1} << (-n - 1)), std::int64_t{1} << -n));
  }
  const std::int64_t a = v < 0 ? -v : v, i = a / 256;
  std::int64_t r = 65535 * 256;
  if (i < 255) r = table_entry(i) * 256 + (a % 256) * (table_entry(i + 1) - table_entry(i));
  const std::int64_t y = v >= 0 ? r - (1 << 23) + 128 : -r + (1 << 23) + 127;
  return static_cast<std::int64_t>(floor_divide(y, 256));
}

std::vector<std::int8_t> run_naive(NaiveSvdf<std::int64_t>& svdf, const plan::SvdfParams& params,
                                   int state_bits, const std::vector<std::int8_t>& x) {
  std::vector<std::int8_t> y;
  for (int b = 0; b < svdf.batch; ++b) {
    for (int f = 0; f < svdf.filters; ++f) {
      const std::int64_t sum =
          dot<std::int64_t>(svdf.feature_weights, f, svdf.depth, x, b, params.input_zero_point);
      const std::int64_t value =
          clamped(rescaled(sum, params.feature), state_bits) + params.state_zero_point;
      auto& states = svdf.states[at(b, svdf.filters, f)];
      states.pop_front();
      states.push_back(state_bits == 8 ? static_cast<std::int8_t>(value)
                                       : static_cast<std::int16_t>(value));
    }
    for (int unit = 0; unit < svdf.filters / svdf.rank; ++unit) {
      const std::int64_t sum = sum_states<std::int64_t>(svdf, b, unit, params.state_zero_point);
      y.push_back(static_cast<std::int8_t>(
          clamped(rescaled(sum, params.output) + params.output_zero_point, 8)));
    }
  }
  return y;
}

std::vector<double> run_naive(NaiveSvdf<double>& svdf, const plan::FloatSvdfParams& params,
                              const std::vector<double>& x) {
  std::vector<double> y;
  for (int b = 0; b < svdf.batch; ++b) {
    for (int f = 0; f < svdf.filters; ++f) {
      auto& states = svdf.states[at(b, svdf.filters, f)];
      states.pop_front();
      states.push_back(dot<double>(svdf.feature_weights, f, svdf.depth, x, b, 0.0));
    }
    for (int unit = 0; unit < svdf.filters / svdf.rank; ++unit) {
      y.push_back(std::clamp<double>(sum_states<double>(svdf, b, unit, 0.0), params.activation_min,
                                     params.activation_max));
    }
  }
  return y;
}

std::vector<std::int8_t> run_naive(NaiveLstm<std::int64_t>& lstm, const plan::LstmParams& params,
                                   const std::vector<std::int8_t>& x) {
  return run_steps<std::int8_t>(lstm, [&](const UnitOfStep& at_step, const auto& old) {
    std::array<std::int64_t, 4> gates{};
    for (std::size_t g = 0; g < 4; ++g)
      gates[g] = integer_gate(lstm, params, g, at_step, x, old);
    return update_unit(params, gates, lstm.cell[at(at_step.batch, lstm.units, at_step.unit)]);
  });
}

std::vector<double> run_naive(NaiveLstm<double>& lstm, double clip, const std::vector<double>& x) {
  return run_steps<double>(lstm, [&](const UnitOfStep& at_step, const auto& old) {
    const int u = at_step.unit;
    const auto gate = [&](std::size_t g) {
      return dot<double>(lstm.weights[g], u, lstm.depth, x, at_step.row, 0.0) +
             lstm.biases[g][static_cast<std::size_t>(u)] +
             dot<double>(lstm.recurrent[g], u, lstm.units, old, at_step.batch, 0.0);
    };
    double& cell = lstm.cell[at(at_step.batch, lstm.units, u)];
    cell = sigmoid(gate(1)) * cell + sigmoid(gate(0)) * std::tanh(gate(2));
    cell = std::clamp(cell, -clip, clip);
    return std::tanh(cell) * sigmoid(gate(3));
  });
}

}  // namespace hil::engine::testing
