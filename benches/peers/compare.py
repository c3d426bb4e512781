"""Runs firstlane and its peers in turn and prints a Markdown table; `run.sh` calls it from a virtual environment.

`compare.py FIRSTLANE FOLDER RECORDS`, with `bank.jsonl`, `pack.toml` and `large.toml` in the folder.
"""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import peers

PASSES = 3


class LeftOut(Exception):
    """Why a row is not in the table."""


@dataclass
class Row:
    what: str
    computes: str
    command: list
    records: int
    # Prints its time and what fired, as `peers.py` does; else the time is that of the whole process.
    own_clock: bool = False
    seconds: list = field(default_factory=list)
    peak: int = 0
    fired: int | None = None

    @property
    def micros(self):
        return statistics.median(self.seconds) / self.records * 1e6


def main():
    firstlane, folder, records = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    bank, pack = folder / "bank.jsonl", folder / "pack.toml"
    phrases, regexes = peers.rules(pack)
    (folder / "phrases.txt").write_text("\n".join(phrases) + "\n")
    with open(bank, "rb") as lines, open(folder / "texts.txt", "w") as texts:
        # A record is a line, so that ripgrep counts records.
        texts.writelines(peers.text(line).replace("\n", " ") + "\n" for line in lines)

    def classify(what, *options):
        command = [firstlane, "batch", "-j", "1", "--to", "jsonl", "-q", *options, bank]
        return Row(f"**firstlane**, {what}", "lane, runner-up, what to verify, evidence", command, records)

    def rules_of(toml):
        return "{:,} phrases and {:,} regexes".format(*map(len, peers.rules(toml)))

    def program(name, package, computes, arguments):
        if not shutil.which(name):
            raise LeftOut(f"not installed (`apt-get install {package}`)")
        printed = subprocess.run([name, "--version"], capture_output=True, text=True, check=True).stdout
        return Row(printed.splitlines()[0], computes, [name, *arguments], records)

    def package(peer, name, computes, first=records):
        what = f"Python {name}"
        if peer in ("hyperscan", "spacy", "yara_x"):
            install(name)
            what = f"{name} {version(name)}, from Python"
        used = min(first, records)
        if used < records:
            computes += f" (first {used:,} records)"
        command = [sys.executable, peers.__file__, peer, bank, pack, str(used)]
        return Row(what, computes, command, used, own_clock=True)

    left_out = {}
    rows = [
        generated := classify(rules_of(pack), "--rules", pack),
        classify("built-in pack"),
        classify(rules_of(folder / "large.toml"), "--rules", folder / "large.toml"),
    ]
    everything = f"which of all {len(phrases) + len(regexes)} fire"
    ripgrep = ["--no-config", "-j", "1", "-c", "-F", "-i", "-w", "--no-unicode", "-f", folder / "phrases.txt"]
    for name, make in {
        "jq": lambda: program("jq", "jq", "JSON read, one field written: `jq -c .id`", ["-c", ".id", bank]),
        "ripgrep": lambda: program(
            "rg",
            "ripgrep",
            "phrases only, in the bare text: counts lines, each up to its first phrase; maps the file into memory",
            [*ripgrep, folder / "texts.txt"],
        ),
        "json": lambda: package("json_alone", "json", "JSON read, nothing looked for; part of each row below"),
        "hyperscan": lambda: package("hyperscan", "hyperscan", everything),
        "yara-x": lambda: package("yara_x", "yara-x", everything),
        "spacy": lambda: package("spacy", "spacy", "phrases only: tokens, PhraseMatcher on lower case", 5000),
        "re": lambda: package("python_re", "re", f"{everything}: an alternation of the phrases, a loop of the regexes", 1000),
    }.items():
        try:
            rows.append(make())
        except LeftOut as reason:
            left_out[name] = reason

    for turn in range(PASSES):
        for row in list(rows):
            print(f"pass {turn + 1} of {PASSES}: {row.what}", file=sys.stderr)
            try:
                measure(row, folder)
            except LeftOut as reason:
                if row is generated:
                    sys.exit(f"{row.what}: {reason}")
                rows.remove(row)
                left_out[row.what] = reason
    report(rows, left_out, generated, bank)


def install(name):
    print(f"installing {name}", file=sys.stderr)
    # A package without a wheel for this Python would start to compile for minutes, and mostly in vain.
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]
    done = subprocess.run([*pip, name], stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise LeftOut(f"`pip install {name}` failed: {last_line(done.stderr)}")


def measure(row, folder):
    """One run. Output goes through a pipe, since some programs do less when they see the null device."""
    peak, errors = folder / "peak", folder / "errors"
    # Through GNU time, since a process that Python starts itself has Python's own peak as its least.
    command = ["time", "--quiet", "--format=%M", f"--output={peak}", *row.command]
    with open(errors, "w") as file:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=file)
    fired, last = 0, b"{}"
    for last in process.stdout:
        # A rule stands once for each lane or instinct that it speaks for.
        fired += len(set(re.findall(rb'\{"rule":"[^"]+"', last)))
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise LeftOut(f"exit code {process.returncode}: {last_line(errors.read_text())}")
    row.peak = max(row.peak, int(peak.read_text()))
    if row.own_clock:
        told = json.loads(last)
        row.seconds.append(told["seconds"])
        row.fired = told["fired"] or None
    else:
        row.seconds.append(usage.ru_utime + usage.ru_stime)
        row.fired = fired or None


def last_line(text):
    return (text.strip().splitlines() or ["it said nothing"])[-1]


def report(rows, left_out, base, bank):
    print("| what | what it computes | rules that fire, a record | us a record | ratio | peak MiB |")
    print("|---|---|--:|--:|--:|--:|")
    for row in rows:
        fired = f"{row.fired / row.records:.1f}" if row.fired else "-"
        ratio = figure(row.micros / base.micros)
        print(f"| {row.what} | {row.computes} | {fired} | {figure(row.micros)} | {ratio} | {row.peak / 1024:.0f} |")
    print()
    size = bank.stat().st_size / base.records
    print(
        f"{base.records:,} records of {size:.0f} bytes; user and system time of one thread, median of {PASSES} passes in turn, "
        f"highest peak; {processor()}, Python {sys.version.split()[0]}. The ratio is to the first row, and the peers have its "
        "rules. Programs: the whole process, start included. Python: reading and matching, without imports and compiling. "
        "Peers look through the whole text; firstlane goes by zones and negation, and is silent on options where the stem "
        "decides, so that it counts somewhat other rules."
    )
    for name, reason in left_out.items():
        print(f"\nLeft out, {name}: {reason}")


def figure(number):
    return f"{number:,.{2 if number < 10 else 1 if number < 100 else 0}f}"


def processor():
    """Linux says which; others have no such file."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    return next((line.split(": ")[1] for line in lines if line.startswith("model name")), "processor unknown")


if __name__ == "__main__":
    main()
