# SPDX-License-Identifier: Apache-2.0
"""Checks a board file against board.schema.json before anything is built from it.

The part of JSON Schema (draft 7) that our schema uses, so that a build needs Debian's Python alone.
"""
import difflib
import re

# What says nothing of a value, and what is looked at together with the key beside it.
SILENT = {"$schema", "$comment", "title", "description", "definitions", "then", "else"}
KINDS = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}


def is_kind(value, kind):
    """Whether value is of that JSON type; True is no integer."""
    return isinstance(value, KINDS[kind]) and not (kind == "integer" and isinstance(value, bool))


def first(complaints):
    return next((text for text in complaints if text), "")


class Schema:
    """A schema and its definitions."""

    def __init__(self, root):
        self.root = root
        self.checks = {
            "$ref": self.reference, "if": self.condition, "required": self.required,
            "properties": self.properties, "additionalProperties": self.additional,
            "items": self.items, "type": self.kind, "enum": self.one_of, "const": self.constant,
            "pattern": self.pattern, "minimum": self.least, "maximum": self.most,
            "minItems": self.fewest_items, "maxItems": self.most_items,
            "maxLength": self.longest, "uniqueItems": self.unique}

    def complaint(self, value, rules=None, path=""):
        """What is wrong with value, as "/path/to/key: why"; "" if nothing.

        Raises KeyError for a rule that this code does not know: none may go unchecked.
        """
        rules = self.root if rules is None else rules
        wrong = "" if "type" not in rules else self.kind(value, rules["type"], rules, path)
        return wrong or first(self.checks[rule](value, limit, rules, path)
                              for rule, limit in rules.items() if rule not in SILENT)

    def resolved(self, rules):
        return self.root["definitions"][rules["$ref"].split("/")[-1]] if "$ref" in rules else {}

    def say(self, path, why, rules):
        """The complaint, with what the schema says of the key: that is what to write instead."""
        meaning = rules.get("description", "")
        return f"{path or '/'}: {why}" + (f" ({meaning.rstrip('.')})" if meaning else "")

    def reference(self, value, _, rules, path):
        meant = self.resolved(rules)
        described = {"description": rules["description"]} if "description" in rules else {}
        return self.complaint(value, meant | described, path)

    def condition(self, value, condition, rules, path):
        wrong = self.complaint(value, condition, path)
        return self.complaint(value, rules.get("else" if wrong else "then", {}), path)

    def required(self, value, names, rules, path):
        known = rules.get("properties", {})
        return first(self.say(f"{path}/{name}", "is missing", known.get(name, {}))
                     for name in names if name not in value)

    def properties(self, value, known, _, path):
        return first(self.complaint(value[name], rules, f"{path}/{name}")
                     for name, rules in known.items() if name in value)

    def additional(self, value, allowed, rules, path):
        known = rules["properties"]
        for name in value:
            if name not in known and not allowed:
                near = difflib.get_close_matches(name, known, 1, 0.7)
                meant = f"; did you mean '{near[0]}'?" if near else ""
                return f"{path}/{name}: there is no such key{meant}"
        return ""

    def items(self, value, rules, _, path):
        return first(self.complaint(item, rules, f"{path}/{at}") for at, item in enumerate(value))

    def kind(self, value, kind, rules, path):
        return "" if is_kind(value, kind) else self.say(path, f"is no {kind}", rules)

    def one_of(self, value, words, rules, path):
        listed = ", ".join(str(word) for word in words)
        return "" if value in words else self.say(path, f"is none of {listed}", rules)

    def constant(self, value, constant, rules, path):
        return "" if value == constant else self.say(path, f"is not '{constant}'", rules)

    def pattern(self, value, pattern, rules, path):
        return "" if re.search(pattern, value) and not value.endswith("\n") else self.say(
            path, f"does not look like {pattern}", rules)

    def least(self, value, limit, rules, path):
        return "" if value >= limit else self.say(path, f"is less than {limit}", rules)

    def most(self, value, limit, rules, path):
        return "" if value <= limit else self.say(path, f"is more than {limit}", rules)

    def fewest_items(self, value, limit, rules, path):
        return "" if len(value) >= limit else self.say(path, f"has less than {limit} entries", rules)

    def most_items(self, value, limit, rules, path):
        return "" if len(value) <= limit else self.say(path, f"has more than {limit} entries", rules)

    def longest(self, value, limit, rules, path):
        return "" if len(value) <= limit else self.say(path, f"is longer than {limit}", rules)

    def unique(self, value, wanted, rules, path):
        twice = wanted and any(item in value[:at] for at, item in enumerate(value))
        return self.say(path, "has the same entry twice", rules) if twice else ""
