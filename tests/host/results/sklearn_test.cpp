// SPDX-License-Identifier: Apache-2.0
// Every metric of a dataset against scikit-learn, on random cases with ties and missing classes.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>

#include "host/base/file.hpp"
#include "host/base/subprocess.hpp"
#include "host/results/anomaly.hpp"
#include "host/results/class_scores.hpp"
#include "host/results/classification.hpp"
#include "host/results/regression.hpp"
#include "tests/host/base/scratch_folder.hpp"

namespace hil::results {
namespace {

using nlohmann::json;
using Random = std::mt19937_64;

constexpr const char* kPython = "/usr/bin/python3";  // Debian's, which has Debian's packages

bool runs_clean(std::vector<std::string> argv) {
  SpawnOptions options;
  options.argv = std::move(argv);
  auto process = Subprocess::spawn(options);
  if (!process) return false;
  const auto ended = process->wait(Deadline::after(std::chrono::seconds(50)));
  return ended && ended->clean();
}

bool has_sklearn() {
  return runs_clean({kPython, "-c", "import sklearn.metrics"});
}

#define HIL_NEEDS_SKLEARN()                                                                  \
  if (!has_sklearn()) {                                                                      \
    GTEST_SKIP() << "missing python3-sklearn: metrics are NOT checked against scikit-learn"; \
  }

/// What the script says to @p cases, one answer each.
json ask_sklearn(const json& cases) {
  const ScratchFolder folder;
  const auto in = folder.path() / "cases.json";
  const auto out = folder.path() / "answers.json";
  EXPECT_TRUE(write_file(in, cases.dump()).ok());
  EXPECT_TRUE(
      runs_clean({kPython, "tests/host/results/sklearn_metrics.py", in.string(), out.string()}));
  const auto text = read_text_file(out, 64 << 20);
  if (!text.ok()) return json::array();
  return json::parse(*text);
}

/// Expects each of @p metrics to be in @p answer with the same value, and the other way round for
/// @p names.
void expect_same(const std::vector<Metric>& metrics, const json& answer,
                 std::initializer_list<const char*> names, std::size_t which) {
  for (const char* name : names) {
    const auto found = std::find_if(metrics.begin(), metrics.end(),
                                    [&](const Metric& metric) { return metric.name == name; });
    if (!answer.contains(name) || answer[name].is_null()) continue;
    ASSERT_NE(found, metrics.end()) << name << " of case " << which;
    EXPECT_NEAR(found->value, answer[name].get<double>(), 1e-12) << name << " of case " << which;
    if (!found->interval) continue;
    EXPECT_LE(found->interval->low, found->interval->high) << name << " of case " << which;
  }
  for (const Metric& metric : metrics) {
    if (answer.contains(metric.name) && answer[metric.name].is_null() && metric.name != "top3") {
      ADD_FAILURE() << metric.name << " of case " << which << " is not defined";
    }
  }
}

struct ClassCase {
  ClassScores scores;
  json text;
};

/// @p levels: how many different scores there are; few make many ties. Only classes below
/// @p used have samples.
ClassCase class_case(Random& random, std::uint32_t classes, std::uint32_t used, std::size_t samples,
                     int levels) {
  ClassCase one;
  one.scores.class_count = classes;
  json rows = json::array();
  for (std::size_t i = 0; i < samples; ++i) {
    const auto label = static_cast<std::uint32_t>(random() % used);
    std::vector<double> output(classes);
    std::vector<int> row(classes);
    for (std::uint32_t k = 0; k < classes; ++k) {
      row[k] = static_cast<int>(random() % static_cast<unsigned>(levels)) - 128;
      if (k == label) row[k] = std::min(127, row[k] + levels / 4);
      output[k] = row[k];
    }
    EXPECT_TRUE(add_scores(one.scores, label, output).ok());
    rows.push_back(row);
  }
  one.text = {{"labels", one.scores.labels}, {"scores", rows}};
  return one;
}

void expect_same_counts(const ClassScores& scores, const json& answer) {
  Classification counts = make_classification(scores.class_count, {});
  for (std::size_t i = 0; i < scores.size(); ++i) {
    ASSERT_TRUE(add_sample(counts, scores.labels[i], predicted_class(scores, i)).ok());
  }
  EXPECT_EQ(json(counts.confusion), answer["confusion"]);
  const std::vector<ClassCounts> of_class = class_counts(counts);
  for (std::size_t i = 0; i < of_class.size(); ++i) {
    EXPECT_NEAR(of_class[i].precision().value_or(0), answer["precision"][i].get<double>(), 1e-12);
    EXPECT_NEAR(of_class[i].recall().value_or(0), answer["recall"][i].get<double>(), 1e-12);
    EXPECT_NEAR(of_class[i].f1().value_or(0), answer["f1"][i].get<double>(), 1e-12);
  }
}

TEST(Sklearn, ClassificationAgrees) {
  HIL_NEEDS_SKLEARN();
  Random random(7);
  std::vector<ClassCase> cases;
  json texts = json::array();
  for (const std::uint32_t classes : {2U, 3U, 5U, 12U}) {
    for (const int levels : {2, 6, 200}) {
      for (const std::size_t samples : {1U, 2U, 17U, 100U}) {
        for (const std::uint32_t missing : {0U, 1U}) {
          cases.push_back(class_case(random, classes, classes - missing, samples, levels));
          texts.push_back(cases.back().text);
        }
      }
    }
  }
  const json answers = ask_sklearn(texts);
  ASSERT_EQ(answers.size(), cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const ClassScores& scores = cases[i].scores;
    expect_same(
        class_metrics(scores, {.top_k = 3}), answers[i],
        {"top1", "top3", "precision_macro", "recall_macro", "f1_macro", "precision_weighted",
         "f1_weighted", "auc", "pr_auc", "roc_auc_macro", "pr_auc_macro"},
        i);
    expect_same_counts(scores, answers[i]);
  }
  std::cout << cases.size() << " classifications agree with scikit-learn\n";
}

TEST(Sklearn, RegressionAgrees) {
  HIL_NEEDS_SKLEARN();
  Random random(8);
  std::vector<RegressionPairs> cases;
  json texts = json::array();
  for (const std::size_t width : {1U, 3U}) {
    for (const std::size_t samples : {4U, 9U, 200U}) {
      for (const float offset : {0.0F, 1000.0F}) {
        RegressionPairs& pairs = cases.emplace_back();
        json targets = json::array();
        json predictions = json::array();
        for (std::size_t i = 0; i < samples; ++i) {
          std::vector<float> target(width);
          std::vector<double> prediction(width);
          for (std::size_t k = 0; k < width; ++k) {
            target[k] = offset + static_cast<float>(random() % 1000) / 8;
            prediction[k] = target[k] + static_cast<double>(random() % 100) / 4 - 12;
          }
          ASSERT_TRUE(add_pair(pairs, target, prediction).ok());
          targets.push_back(target);
          predictions.push_back(prediction);
        }
        texts.push_back({{"targets", targets}, {"predictions", predictions}});
      }
    }
  }
  const json answers = ask_sklearn(texts);
  ASSERT_EQ(answers.size(), cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    expect_same(regression_metrics(cases[i], Origin::kMeasured), answers[i], {"mae", "rmse", "r2"},
                i);
  }
}

TEST(Sklearn, AnomalyDetectionAgrees) {
  HIL_NEEDS_SKLEARN();
  Random random(9);
  std::vector<AnomalyScores> cases;
  json texts = json::array();
  for (const std::size_t files : {1U, 2U, 10U, 248U}) {
    for (const std::uint64_t levels : {2U, 20U, 100'000U}) {
      AnomalyScores& scores = cases.emplace_back();
      for (std::size_t i = 0; i < files; ++i) {
        const auto label = static_cast<std::uint32_t>(random() % 2);
        const double error = static_cast<double>(random() % levels + label * levels / 3) / 16;
        const std::vector<double> windows{error, error + 0.5};
        ASSERT_TRUE(add_file(scores, label, windows).ok());
      }
      texts.push_back({{"anomalies", scores.labels}, {"errors", scores.errors}});
    }
  }
  const json answers = ask_sklearn(texts);
  ASSERT_EQ(answers.size(), cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    expect_same(anomaly_metrics(cases[i], Origin::kMeasured), answers[i], {"mse", "auc", "pr_auc"},
                i);
  }
}

}  // namespace
}  // namespace hil::results
