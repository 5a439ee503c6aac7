// SPDX-License-Identifier: Apache-2.0
// Any bytes as one word, proved by the programs that read the words: OpenOCD's Tcl and a shell.
#include "host/flash/quoting.hpp"

#include <gtest/gtest.h>

#include <random>

#include "host/base/subprocess.hpp"
#include "host/flash/memory_file.hpp"
#include "tests/host/flash/tools.hpp"

namespace hil::flash {
namespace {

const std::vector<std::string> kHard = {
    "",       " ",     "a b",     "$HOME",  "[exit]", "{",        "}",         "}{",
    "\"",     "\\",    "\\\\",    "\\}",    "a\\",    ";",        "; exit",    "#",
    "#x",     "\n",    "a\nb",    "\r",     "\t",     "\x01",     "\x7f",      "'",
    "''\\''", "`id`",  "$(id)",   "~",      "*",      "(x)",      "erase",     "-c",
    "\\x41",  "\\101", "\\n",     "%s",     "a=b",    "\xc3\xa9", "\xff",      "\xc3",
    "$a(b)",  "${a}",  "[{\"$\\", "\"a\"b", "{*}x",   "\v\f1",    "\\\n  cont"};

std::vector<std::string> random_words(std::size_t count) {
  std::mt19937 random(20261120);
  const std::string likely = "{}[]$\\\";#' \n\tax0";
  std::vector<std::string> words;
  for (std::size_t i = 0; i < count; ++i) {
    std::string word;
    const std::size_t size = random() % 12;
    for (std::size_t k = 0; k < size; ++k) {
      word += random() % 4 == 0 ? static_cast<char>(1 + random() % 255)
                                : likely[random() % likely.size()];
    }
    words.push_back(word);
  }
  return words;
}

/// What @p argv writes into its standard input as a file.
std::string written_by(const std::vector<std::string>& argv, std::size_t size) {
  auto file = MemoryFile::create({});
  if (!file) return file.error().what;
  SpawnOptions options;
  options.argv = argv;
  options.stdin_fd = file->descriptor();
  auto process = Subprocess::spawn(options);
  if (!process) return process.error().what;
  process->wait(Deadline::after(std::chrono::seconds(30)));
  const auto content = file->content(size);
  return content ? std::string(content->begin(), content->end()) : content.error().what;
}

class Words : public testing::Test {
 protected:
  Words() : words_(kHard) {
    for (const std::string& word : random_words(400))
      words_.push_back(word);
    for (const std::string& word : words_)
      all_ += word + "|";
  }
  std::vector<std::string> words_;
  std::string all_;  ///< each with "|" behind it
};

TEST_F(Words, OpenocdTakesThemAsTheyAre) {
  HIL_NEEDS_PROGRAM("openocd");
  std::vector<std::string> argv = {"openocd", "-c", "set f [open /proc/self/fd/0 w]"};
  for (const std::string& word : words_) {
    argv.emplace_back("-c");
    argv.push_back("$f puts -nonewline " + tcl_word(word) + "; $f puts -nonewline |");
  }
  argv.insert(argv.end(), {"-c", "$f close", "-c", "shutdown"});
  EXPECT_EQ(written_by(argv, all_.size()), all_);
}

TEST_F(Words, OpenocdTakesThemWithinBraces) {
  HIL_NEEDS_PROGRAM("openocd");
  std::vector<std::string> argv = {"openocd", "-c", "set f [open /proc/self/fd/0 w]"};
  for (const std::string& word : words_) {
    argv.emplace_back("-c");
    argv.push_back("if {[catch {error x}]} {$f puts -nonewline " + tcl_word(word) +
                   "; $f puts -nonewline |}");
  }
  argv.insert(argv.end(), {"-c", "$f close", "-c", "shutdown"});
  EXPECT_EQ(written_by(argv, all_.size()), all_);
}

TEST_F(Words, AShellTakesThemAsTheyAre) {
  std::vector<std::string> argv = {"printf", "%s|"};
  argv.insert(argv.end(), words_.begin(), words_.end());
  const std::string script = shell_line(argv) + " >/proc/self/fd/0";
  EXPECT_EQ(written_by({"sh", "-c", script}, all_.size()), all_);
}

TEST(Quoting, PlainWordsStayPlain) {
  EXPECT_EQ(tcl_word("/tmp/agent-1.elf"), "/tmp/agent-1.elf");
  EXPECT_EQ(shell_word("/tmp/agent-1.elf"), "/tmp/agent-1.elf");
  EXPECT_EQ(tcl_word("a b"), "\"a b\"");
  EXPECT_EQ(tcl_word("$[x]\n"), "\"\\$\\[x\\]\\012\"");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_line({"openocd", "-c", "init; x"}), "openocd -c 'init; x'");
}

}  // namespace
}  // namespace hil::flash
