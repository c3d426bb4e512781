"""One peer that is a Python package, over the first records of a bank.

`peers.py PEER BANK PACK RECORDS` prints the seconds of CPU for reading and matching, and how many rules fired. Imports and
compiling come before the clock starts. Each peer is a function from phrases and regexes to a matcher, and a matcher goes
from a text to the rules that fire in it; rules are numbered, the phrases first.
"""

import json
import re
import sys
import time
import tomllib
from itertools import islice


def json_alone(phrases, regexes):
    return lambda text: ()


def python_re(phrases, regexes):
    # The longest first: an alternation takes the first that fits.
    number = {phrase: rule for rule, phrase in enumerate(phrases)}
    words = "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))
    any_phrase = re.compile(rf"\b(?:{words})\b", re.I | re.A)
    compiled = [(rule, re.compile(regex, re.I | re.A)) for rule, regex in enumerate(regexes, len(phrases))]

    def match(text):
        fired = {number[found.lower()] for found in any_phrase.findall(text)}
        fired.update(rule for rule, regex in compiled if regex.search(text))
        return fired

    return match


def hyperscan(phrases, regexes):
    import hyperscan as hs

    expressions = [rf"\b{re.escape(phrase)}\b" for phrase in phrases] + regexes
    database = hs.Database(mode=hs.HS_MODE_BLOCK)
    # Without the Unicode flags, `\b`, `\w` and case are those of ASCII.
    database.compile(
        expressions=[expression.encode() for expression in expressions],
        ids=list(range(len(expressions))),
        elements=len(expressions),
        flags=hs.HS_FLAG_CASELESS | hs.HS_FLAG_SINGLEMATCH,
    )

    def match(text):
        fired = []
        database.scan(text.encode(), match_event_handler=lambda rule, *_: fired.append(rule))
        return fired

    return match


def yara_x(phrases, regexes):
    import yara_x

    strings = [f'"{phrase}" nocase fullword' for phrase in phrases] + [f"/{regex}/i" for regex in regexes]
    rules = (f"rule r{rule} {{ strings: $s = {string} condition: $s }}" for rule, string in enumerate(strings))
    scanner = yara_x.Scanner(yara_x.compile("\n".join(rules)))
    # Whether a rule fires is all that is asked, so one match of a string is enough.
    scanner.fast_scan(True)
    return lambda text: [rule.identifier for rule in scanner.scan(text.encode()).matching_rules]


def spacy(phrases, regexes):
    import spacy
    from spacy.matcher import PhraseMatcher

    english = spacy.blank("en")
    matcher = PhraseMatcher(english.vocab, attr="LOWER")
    for rule, phrase in enumerate(phrases):
        matcher.add(str(rule), [english.make_doc(phrase)])
    return lambda text: {rule for rule, _, _ in matcher(english.make_doc(text))}


PEERS = {peer.__name__: peer for peer in (json_alone, python_re, hyperscan, yara_x, spacy)}


def rules(pack):
    """The phrases and the regexes of a generated pack."""
    with open(pack, "rb") as file:
        rules = tomllib.load(file)["rule"]
    phrases = [phrase for rule in rules for phrase in rule.get("words", ())]
    regexes = [regex for rule in rules for regex in rule.get("patterns", ())]
    return phrases, regexes


def text(line):
    """Stem and options of a record, a line each."""
    record = json.loads(line)
    return "\n".join((record["stem"], *record["options"].values()))


def main():
    peer, bank, pack, records = sys.argv[1:]
    match = PEERS[peer](*rules(pack))
    fired = 0
    start = time.process_time()
    with open(bank, "rb") as lines:
        for line in islice(lines, int(records)):
            fired += len(match(text(line)))
    print(json.dumps({"seconds": time.process_time() - start, "fired": fired}))


if __name__ == "__main__":
    main()
