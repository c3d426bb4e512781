#!/usr/bin/env bash
# What a question costs firstlane and its peers, as a Markdown table: `benches/peers/run.sh [RECORDS]`.
# The bank, the packs and what is installed from PyPI stand in a temporary folder that goes at the end.
set -euo pipefail
cd "$(dirname "$0")/../.."
records=${1:-100000}
python=${PYTHON:-python3}

if ! [[ $records =~ ^[1-9][0-9]*$ ]]; then
    echo "usage: benches/peers/run.sh [RECORDS]" >&2
    exit 2
fi
# tomllib came with Python 3.11; Debian keeps ensurepip in a package of its own.
if ! "$python" -c 'import ensurepip, tomllib, venv' 2>/dev/null; then
    echo "Python 3.11 or later with venv is needed: apt-get install python3-venv, or set PYTHON" >&2
    exit 2
fi
# The shell's own `time` knows no memory.
if ! type -P time >/dev/null; then
    echo "GNU time is needed: apt-get install time" >&2
    exit 2
fi

cargo build --release --locked --bin firstlane --example generate >&2
release=${CARGO_TARGET_DIR:-target}/release

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$release/examples/generate" bank "$records" >"$folder/bank.jsonl"
"$release/examples/generate" pack 600 80 >"$folder/pack.toml"
"$release/examples/generate" pack 6000 800 >"$folder/large.toml"
"$python" -m venv "$folder/venv"
# -B: no __pycache__ in the checkout.
"$folder/venv/bin/python" -B benches/peers/compare.py "$release/firstlane" "$folder" "$records"
