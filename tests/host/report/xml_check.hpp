// SPDX-License-Identifier: Apache-2.0
// Whether a text is the XML that our writers make.
#pragma once

#include <string>
#include <vector>

namespace hil::report {

/// A check of well-formedness, strict on what our writer makes: every tag is closed in order, every
/// '&' starts an entity, attributes are quoted, all bytes are printable ASCII.
class XmlCheck {
 public:
  explicit XmlCheck(const std::string& text) : text_(text) {}

  std::string fault() {
    for (const char c : text_) {
      if ((c < ' ' && c != '\n') || c > '~') return "a byte that is not printable ASCII";
    }
    if (!text_.starts_with("<?xml version=\"1.0\"")) return "no declaration";
    at_ = text_.find("?>") + 2;
    while (at_ < text_.size()) {
      const std::string problem = text_[at_] == '<' ? tag() : content();
      if (!problem.empty()) return problem + " at " + text_.substr(at_, 60);
    }
    return open_.empty() ? "" : open_.back() + " is not closed";
  }

 private:
  std::string content() {
    if (text_[at_] == '>') return "a bare >";
    if (text_[at_] == '&') return entity();
    if (open_.empty() && text_[at_] != '\n') return "text outside of the root";
    ++at_;
    return "";
  }

  std::string entity() {
    for (const char* known : {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"}) {
      if (text_.compare(at_, std::string(known).size(), known) != 0) continue;
      at_ += std::string(known).size();
      return "";
    }
    return "a bare &";
  }

  std::string tag() {
    const bool closing = text_[at_ + 1] == '/';
    at_ += closing ? 2 : 1;
    const std::size_t end = text_.find_first_of(" />", at_);
    const std::string name = text_.substr(at_, end - at_);
    at_ = end;
    if (closing) {
      if (open_.empty() || open_.back() != name) return "a tag closed out of order";
      open_.pop_back();
    } else {
      open_.push_back(name);
    }
    while (text_[at_] == ' ') {
      if (std::string problem = attribute(); !problem.empty()) return problem;
    }
    if (text_[at_] == '/') {
      open_.pop_back();
      ++at_;
    }
    return text_[at_++] == '>' ? "" : "a tag that does not end";
  }

  std::string attribute() {
    const std::size_t quote = text_.find("=\"", at_);
    const std::size_t end = text_.find('"', quote + 2);
    const std::string value = text_.substr(quote + 2, end - quote - 2);
    if (value.find_first_of("<&") != std::string::npos) return "a bare < or & in an attribute";
    at_ = end + 1;
    return "";
  }

  const std::string& text_;
  std::size_t at_ = 0;
  std::vector<std::string> open_;
};

}  // namespace hil::report
