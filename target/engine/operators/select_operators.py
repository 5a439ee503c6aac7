#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Turns a list of operators into the header that an engine is built with.

A line of the list names an operator and the element types of its first input for which the engine
gets kernels: "CONV_2D int8" or "ADD int8 float32". Without types it is every type there is a kernel
for. "#" begins a comment. What has no kernel is an error that names the line, with near matches.
Usage: select_operators LIST HEADER; LIST "-" stands for every operator. Run by CMake.
"""
import difflib
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
TABLE = ROOT / "target/engine/kernels/reference/table.cpp"
SETS = ROOT / "protocol/plan/type_set.hpp"

SET = re.compile(r"constexpr TypeSet (k\w+) =\s*([^;]+);")
ROW = re.compile(r"\{plan::Opcode::k(\w+),\s*([\w:\s|]+),[^{}]*\}")
TYPES = {"int8": "kInt8Only", "int16": "kInt16Only", "int32": "kInt32Only",
         "float32": "kFloat32Only", "uint8": "kUint8Only"}


class Wrong(Exception):
    """A sentence for whoever wrote the list."""


def name_of(enumerator):
    """CONV_2D of Conv2d, as models and hilbench name operators."""
    name = re.sub(r"(?<=.)(?=[A-Z]|2d$)", "_", enumerator).upper()
    return {"PAD_V2": "PADV2"}.get(name, name)


def members(expression, sets):
    """The single types that a set's expression names, in C++ and resolved through @p sets."""
    found = set()
    for word in re.findall(r"k\w+", expression):
        found |= members(sets[word], sets) if re.search(r"k\w", sets[word]) else {word}
    return found


def known_operators():
    """Of each operator by name: its enumerator and the single types it has kernels for."""
    sets = dict(SET.findall(SETS.read_text()))
    text = TABLE.read_text()
    rows = ROW.findall(text)
    if len(rows) != text.count("{plan::Opcode::"):
        raise Wrong(f"{TABLE}: a row is not of the form {{plan::Opcode::kName, types, "
                    "kernel}")
    operators = {}
    for enumerator, types in rows:
        entry = operators.setdefault(name_of(enumerator), (enumerator, set()))
        entry[1].update(members(types, sets))
    return operators


def near(word, words):
    matches = difflib.get_close_matches(word, sorted(words), 3, 0.5)
    return f"; did you mean {' or '.join(matches)}?" if matches else ""


def types_of(name, words, has):
    """The single types that @p words select of those an operator @p has."""
    if not words:
        return has
    for word in words:
        if word not in TYPES:
            raise Wrong(f"no element type {word}{near(word, TYPES)}")
        if TYPES[word] not in has:
            there = [known for known in TYPES if TYPES[known] in has]
            rest = f"only for {', '.join(there)}" if there else "name it without a type"
            raise Wrong(f"{name} has no kernel for {word}, {rest}")
    return {TYPES[word] for word in words}


def select(text, operators):
    """Of each operator that the list @p text names: its enumerator and its types."""
    selected, lines = {}, {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        name = words[0]
        try:
            if name not in operators:
                raise Wrong(f"no operator {name}{near(name.upper(), operators)}")
            if name in lines:
                raise Wrong(f"{name} is in line {lines[name]} already")
            enumerator, has = operators[name]
            selected[enumerator] = types_of(name, words[1:], has)
        except Wrong as wrong:
            raise Wrong(f"line {number}: {wrong}") from None
        lines[name] = number
    if not selected:
        raise Wrong("it names no operator")
    return selected


def header(selected):
    """The C++ text; no operator stands for all of them."""
    rows = "".join(
        f"    Selected{{plan::Opcode::k{enumerator}, "
        f"{' | '.join(f'plan::{word}' for word in sorted(types))}}},\n"
        for enumerator, types in sorted(selected.items()))
    return ("// SPDX-License-Identifier: Apache-2.0\n"
            "// The operators of one engine; made by target/engine/operators/select_operators.py.\n"
            "#pragma once\n\n#include <array>\n\n"
            '#include "target/engine/kernels/selection.hpp"\n\nnamespace hil::engine {\n\n'
            f"inline constexpr std::array<Selected, {len(selected)}> kSelection{{\n{rows}}};\n\n"
            "}  // namespace hil::engine\n")


def main(list_path, header_path):
    try:
        selected = {}
        if list_path != "-":
            selected = select(pathlib.Path(list_path).read_text(), known_operators())
    except (Wrong, OSError, UnicodeDecodeError) as error:
        sys.exit(f"{list_path}: {error}")
    target = pathlib.Path(header_path)
    text = header(selected)
    if not target.exists() or target.read_text() != text:  # else nothing need be built again
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__.strip().splitlines()[-1])
    main(sys.argv[1], sys.argv[2])
