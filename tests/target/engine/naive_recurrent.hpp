// SPDX-License-Identifier: Apache-2.0
// SVDF and UNIDIRECTIONAL_SEQUENCE_LSTM once more, as plainly as their definitions read: in wide
// integers for int8, in double for float32. Shares no code with the kernels.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "protocol/plan/format.hpp"

namespace hil::engine::testing {

/// Keeps the values of every filter of every batch as a queue. Real is std::int64_t or double.
template <class Real>
struct NaiveSvdf {
  int batch = 1, depth = 1, filters = 1, memory = 1, rank = 1;
  std::vector<Real> feature_weights;  ///< [filters, depth]
  std::vector<Real> time_weights;     ///< [filters, memory]
  std::vector<Real> bias;             ///< [filters / rank], or empty
  std::vector<std::deque<Real>> states;

  /// Every state is @p value.
  void start(Real value) {
    states.assign(static_cast<std::size_t>(batch * filters),
                  std::deque<Real>(static_cast<std::size_t>(memory), value));
  }
};

/// One inference of int8; states of @p state_bits (8 or 16) bits.
std::vector<std::int8_t> run_naive(NaiveSvdf<std::int64_t>& svdf, const plan::SvdfParams& params,
                                   int state_bits, const std::vector<std::int8_t>& x);
/// One inference of float32; int8 weights are given as the reals they stand for.
std::vector<double> run_naive(NaiveSvdf<double>& svdf, const plan::FloatSvdfParams& params,
                              const std::vector<double>& x);

/// Gates are in the order input, forget, cell, output.
template <class Real>
struct NaiveLstm {
  int batch = 1, time = 1, depth = 1, units = 1;
  bool time_major = false;
  std::array<std::vector<Real>, 4> weights;    ///< [units, depth]
  std::array<std::vector<Real>, 4> recurrent;  ///< [units, units]
  std::array<std::vector<Real>, 4> biases;     ///< [units]
  std::vector<Real> hidden, cell;              ///< [batch, units]

  void start(Real first_hidden) {
    hidden.assign(static_cast<std::size_t>(batch * units), first_hidden);
    cell.assign(static_cast<std::size_t>(batch * units), Real{});
  }
  /// Where step @p t of batch @p b is in x and y, in rows.
  [[nodiscard]] int row(int b, int t) const { return time_major ? t * batch + b : b * time + t; }
};

/// One inference of int8.
std::vector<std::int8_t> run_naive(NaiveLstm<std::int64_t>& lstm, const plan::LstmParams& params,
                                   const std::vector<std::int8_t>& x);
/// One inference of float32; the cell state is clipped to [-clip, clip].
std::vector<double> run_naive(NaiveLstm<double>& lstm, double clip, const std::vector<double>& x);

/// 2^15 * sigmoid(x / 2^12) and 2^15 * tanh(x * 2^power) as the reference's table gives them.
std::int64_t naive_sigmoid16(std::int64_t x);
std::int64_t naive_tanh16(std::int64_t x, int power);

}  // namespace hil::engine::testing
