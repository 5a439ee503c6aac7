#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Computes the metrics of given cases with scikit-learn, for sklearn_test.cpp to compare with.

Usage: sklearn_metrics.py CASES.json ANSWERS.json
A case has "labels" and "scores" (classification), "targets" and "predictions" (regression), or
"anomalies" and "errors" (autoencoder). What is not defined is null.
"""
import json
import sys

import numpy
from sklearn import metrics


def area(function, positive, scores):
    """A curve's area, None unless there are positives and negatives."""
    if positive.all() or not positive.any():
        return None
    return float(function(positive, scores))


def mean(values):
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def top_k(labels, scores, k):
    """Of equal scores scikit-learn takes the last column first, hilbench the first: mirrored."""
    classes = scores.shape[1]
    if classes == 2 or k >= classes:
        return None
    return float(metrics.top_k_accuracy_score(
        classes - 1 - labels, scores[:, ::-1], k=k, labels=range(classes)))


def classify(case):
    labels = numpy.array(case["labels"])
    scores = numpy.array(case["scores"], dtype=float)
    classes = scores.shape[1]
    predicted = scores.argmax(axis=1)
    answer = {
        "top1": float(metrics.accuracy_score(labels, predicted)),
        "top3": top_k(labels, scores, 3),
        "confusion": metrics.confusion_matrix(labels, predicted, labels=range(classes)).tolist(),
    }
    for average in ("macro", "weighted"):
        precision, recall, f1, _ = metrics.precision_recall_fscore_support(
            labels, predicted, average=average, zero_division=0)
        answer[f"precision_{average}"] = float(precision)
        answer[f"recall_{average}"] = float(recall)
        answer[f"f1_{average}"] = float(f1)
    per_class = metrics.precision_recall_fscore_support(
        labels, predicted, labels=range(classes), zero_division=0)
    for name, values in zip(("precision", "recall", "f1"), per_class):
        answer[name] = [float(value) for value in values]
    positives = [1] if classes == 2 else range(classes)
    for name, function in (("auc" if classes == 2 else "roc_auc_macro", metrics.roc_auc_score),
                           ("pr_auc" if classes == 2 else "pr_auc_macro",
                            metrics.average_precision_score)):
        answer[name] = mean(area(function, labels == i, scores[:, i]) for i in positives)
    return answer


def regress(case):
    targets = numpy.array(case["targets"], dtype=float)
    predictions = numpy.array(case["predictions"], dtype=float)
    return {
        "mae": float(metrics.mean_absolute_error(targets, predictions)),
        "rmse": float(metrics.mean_squared_error(targets, predictions)) ** 0.5,
        "r2": float(metrics.r2_score(targets, predictions)),
    }


def detect(case):
    anomalies = numpy.array(case["anomalies"]) == 1
    errors = numpy.array(case["errors"], dtype=float)
    return {
        "mse": float(errors.mean()),
        "auc": area(metrics.roc_auc_score, anomalies, errors),
        "pr_auc": area(metrics.average_precision_score, anomalies, errors),
    }


def answer(case):
    if "labels" in case:
        return classify(case)
    return regress(case) if "targets" in case else detect(case)


def main(arguments):
    with open(arguments[0], encoding="utf-8") as file:
        cases = json.load(file)
    with open(arguments[1], "w", encoding="utf-8") as file:
        json.dump([answer(case) for case in cases], file)


if __name__ == "__main__":
    main(sys.argv[1:])
