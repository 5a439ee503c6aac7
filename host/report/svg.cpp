// SPDX-License-Identifier: Apache-2.0
// Writes SVG 1.1 pictures: shapes and text in, valid XML out.
#include "host/report/svg.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hil::report {
namespace {

// Mean width of a letter of common sans-serif fonts, in units of the font's size; on the safe side.
constexpr double kLetterWidth = 0.58;

/// Straight pieces, as the attribute d of a path.
std::string pieces(const std::vector<SvgPoint>& points) {
  std::string path;
  for (const SvgPoint& point : points)
    path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? 'M' : 'L', point.x, point.y);
  return path;
}

const char* word_of(SvgAnchor anchor) {
  switch (anchor) {
    case SvgAnchor::kStart:
      return "start";
    case SvgAnchor::kMiddle:
      return "middle";
    case SvgAnchor::kEnd:
      return "end";
  }
  return "start";
}

}  // namespace

std::string xml_text(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c < ' ' || c > '~' ? '?' : c;
    }
  }
  return escaped;
}

double svg_text_width(std::string_view text, double size) {
  return static_cast<double>(text.size()) * size * kLetterWidth;
}

std::string svg_fitted(std::string_view text, double width, double size) {
  if (svg_text_width(text, size) <= width) return std::string(text);
  const auto letters = static_cast<std::size_t>(std::max(0.0, width / (size * kLetterWidth)));
  if (letters < 4) return "";
  return std::string(text.substr(0, letters - 2)) + "..";
}

void Svg::box(const SvgBox& box, const char* fill, const char* stroke, std::string_view tip,
              double radius) {
  shapes_ += fmt::format(
      R"(<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="{:.1f}" fill="{}" )"
      R"(stroke="{}")",
      box.x, box.y, box.width, box.height, radius, fill, stroke);
  shapes_ += tip.empty() ? "/>\n" : fmt::format("><title>{}</title></rect>\n", xml_text(tip));
}

void Svg::text(SvgPoint at, std::string_view text, const SvgFont& font) {
  shapes_ += fmt::format(
      R"(<text x="{:.1f}" y="{:.1f}" font-size="{:.1f}" font-weight="{}" text-anchor="{}" )"
      R"(fill="{}">{}</text>)"
      "\n",
      at.x, at.y, font.size, font.bold ? "bold" : "normal", word_of(font.anchor), font.colour,
      xml_text(text));
}

void Svg::line(SvgPoint from, SvgPoint to, const char* stroke, bool dashed) {
  shapes_ +=
      fmt::format(R"(<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}"{}/>)"
                  "\n",
                  from.x, from.y, to.x, to.y, stroke, dashed ? R"( stroke-dasharray="5 4")" : "");
}

void Svg::area(const std::vector<SvgPoint>& outline, const char* fill) {
  shapes_ += fmt::format(R"(<path d="{}Z" fill="{}" stroke="none"/>)"
                         "\n",
                         pieces(outline), fill);
}

void Svg::path(const std::vector<SvgPoint>& points, const char* stroke, double width) {
  shapes_ += fmt::format(R"(<path d="{}" fill="none" stroke="{}" stroke-width="{:.1f}"/>)"
                         "\n",
                         pieces(points), stroke, width);
}

void Svg::arrow(const std::vector<SvgPoint>& points, const char* stroke) {
  shapes_ += fmt::format(R"-(<path d="{}" fill="none" stroke="{}" marker-end="url(#head)"/>)-"
                         "\n",
                         pieces(points), stroke);
}

std::string Svg::finish(double width, double height, std::string_view title) const {
  return fmt::format(
             R"(<?xml version="1.0" encoding="UTF-8"?>)"
             "\n"
             R"(<svg xmlns="http://www.w3.org/2000/svg" version="1.1" width="{0:.0f}" )"
             R"(height="{1:.0f}" viewBox="0 0 {0:.0f} {1:.0f}" font-family="sans-serif">)"
             "\n<title>{2}</title>\n"
             R"(<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" )"
             R"(markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#57606a"/></marker>)"
             "</defs>\n"
             R"(<rect width="{0:.0f}" height="{1:.0f}" fill="#ffffff"/>)"
             "\n",
             width, height, xml_text(title)) +
         shapes_ + "</svg>\n";
}

}  // namespace hil::report
