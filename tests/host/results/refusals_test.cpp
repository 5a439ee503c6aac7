// SPDX-License-Identifier: Apache-2.0
// Outputs and labels that give no metric: sentence and hint, word for word.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "host/results/anomaly.hpp"
#include "host/results/class_scores.hpp"
#include "host/results/classification.hpp"
#include "host/results/ranking.hpp"
#include "host/results/regression.hpp"

namespace hil::results {
namespace {

constexpr const char* kOverflow = " | the model overflows on this sample";

/// "blame: what | hint"; "none" if there is no error.
template <class T>
std::string said(const T& result) {
  if (result.ok()) return "none";
  const Error& error = result.error();
  return std::string(name_of(error.blame)) + ": " + error.what + " | " + error.hint;
}

TEST(MetricRefusal, Autoencoders) {
  const std::vector<double> input{1, 2}, infinite{1, HUGE_VAL}, longer{1, 2, 3};
  EXPECT_EQ(said(mean_square_error(input, longer)),
            "model: an output of 3 values for an input of 2 | "
            "an autoencoder gives as many values as it takes; choose another --metric");
  EXPECT_EQ(said(mean_square_error(input, infinite)),
            std::string("model: output value 1 is not a finite number") + kOverflow);
  AnomalyScores scores;
  EXPECT_EQ(said(add_file(scores, 0, {})),
            "user: a file has no window | give files of at least one window");
  EXPECT_EQ(said(add_file(scores, 7, input)),
            "user: a file is of class 7, but for an autoencoder 0 is normal and 1 an anomaly | "
            "correct the labels, or choose another --metric");
  EXPECT_EQ(scores.size(), 0U);
}

TEST(MetricRefusal, Classifiers) {
  ClassScores scores;
  scores.class_count = 2;
  const std::vector<double> three{1, 2, 3}, two{1, 2}, bad{1, NAN};
  EXPECT_EQ(said(add_scores(scores, 0, three)),
            "model: an output of 3 values for 2 classes | "
            "use the dataset that belongs to the model");
  EXPECT_EQ(said(add_scores(scores, 2, two)),
            "user: a sample of class 2, but the dataset has 2 classes | "
            "check that dataset and model belong together");
  EXPECT_EQ(said(add_scores(scores, 1, bad)),
            std::string("model: output value 1 is not a number") + kOverflow);
  EXPECT_EQ(scores.size(), 0U);
  EXPECT_TRUE(scores.values.empty());
}

TEST(MetricRefusal, ClassesThatTheDatasetDoesNotHave) {
  Classification classification = make_classification(2, {});
  EXPECT_EQ(said(add_sample(classification, 1, 5)),
            "user: class 5 was predicted for a sample of class 1, but the dataset has 2 classes | "
            "check that dataset and model belong together");
}

TEST(MetricRefusal, Rankings) {
  EXPECT_EQ(said(Ranking::make(std::vector<double>{1, NAN}, {true, false})),
            std::string("model: the score of sample 1 is not a number") + kOverflow);
}

TEST(MetricRefusal, Regressions) {
  RegressionPairs pairs;
  const std::vector<float> target{1}, infinite{HUGE_VALF};
  const std::vector<double> one{1}, two{1, 2}, bad{NAN};
  EXPECT_EQ(said(add_pair(pairs, target, two)),
            "user: the dataset has 1 targets for an output of 2 values | "
            "use the dataset that belongs to the model, or another --metric");
  EXPECT_EQ(said(add_pair(pairs, infinite, one)),
            "user: target 0 is not a finite number | correct it in the dataset");
  EXPECT_EQ(said(add_pair(pairs, target, bad)),
            std::string("model: output value 0 is not a finite number") + kOverflow);
  EXPECT_TRUE(regression_metrics(pairs, Origin::kMeasured).empty());
}

}  // namespace
}  // namespace hil::results
