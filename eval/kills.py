#!/usr/bin/env python3
"""Kills `travaux add` at random moments, and fills the disk under it.

    eval/kills.py [--kills 200] [--bin target/release/travaux] [--reports FOLDER] [--count 400] [--seed 1]
    eval/kills.py --full     a full disk instead, on a tmpfs of 2 MiB (must be allowed to mount one)

Reports are those of examples/reports, copied with small changes until there are --count of them; --reports names a
folder to take instead (the first --count stories of Reuters-21578's .sgm files, or text files as they are).

Each run of `add` gets SIGKILL at a random moment: a fifth of them while it starts, the rest up to 1.5 s after its first
new report. Until then, another reader notes which reports it sees committed. After each kill: `travaux check` has no
problem, every report that was ever seen is there. When all are there, a new record is begun. At the end the rest is
added, and every report must have as many entries and words as in a record that was made in one run.

Exit code: 0 all held, 1 something did not. Needs Python 3.8 and its sqlite3; no test of the suite.
"""
import argparse
import json
import os
import pathlib
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def reports(args, out):
    """Writes args.count reports into `out`, as files of JSON Lines of ten each."""
    texts = []
    source = pathlib.Path(args.reports or ROOT / "examples/reports")
    for file in sorted(source.iterdir()):
        if file.suffix == ".sgm":
            texts += re.findall(r"<BODY>(.*?)(?:Reuter\s*&#3;)?</BODY>", file.read_text("latin-1"), re.S)
        elif file.suffix == ".txt":
            texts.append(file.read_text("utf-8"))
        if len(texts) >= args.count:
            break
    lines = []
    for i in range(args.count):
        text, again = texts[i % len(texts)], i // len(texts)
        if again:
            text = f"{text.rstrip()}\n\nMediators counted {again} rounds, a spokesman of Veldra said.\n"
        lines.append(json.dumps({"id": f"k{i}", "published": "2031-03-12", "text": text}))
    for i in range(0, len(lines), 10):
        (out / f"{i:05}.jsonl").write_text("\n".join(lines[i:i + 10]) + "\n")


def seen(record):
    """The reports that another reader finds committed now."""
    try:
        db = sqlite3.connect(f"file:{record}?mode=ro", uri=True, timeout=5)
    except sqlite3.OperationalError:
        return set()
    try:
        return {r[0] for r in db.execute("SELECT given FROM report JOIN version ON report.id = report WHERE until IS NULL")}
    finally:
        db.close()


def content(record):
    """What each report has: its text's length, its entries of each kind."""
    db = sqlite3.connect(f"file:{record}?mode=ro", uri=True)
    rows = db.execute(
        "SELECT given, length(text), (SELECT group_concat(kind, '') FROM (SELECT kind FROM entry WHERE entry.report = report.id"
        " ORDER BY id)) FROM report JOIN version ON report.id = report WHERE until IS NULL")
    out = {r[0]: r[1:] for r in rows}
    db.close()
    return out


class Bench:
    def __init__(self, args, folder):
        self.args, self.folder, self.wrong = args, folder, []

    def call(self, *words):
        return subprocess.run([self.args.bin, *map(str, words)], capture_output=True, text=True)

    def check(self, record, when):
        ran = self.call("check", record)
        if ran.returncode != 0 or "no problem" not in ran.stdout:
            self.wrong.append(f"{when}: check: {ran.stdout}{ran.stderr}")
        return ran.returncode == 0

    def begin(self, name):
        record = self.folder / name
        ran = self.call("init", record)
        assert ran.returncode == 0, ran.stderr
        return record

    def finish(self, record, data, reference, when):
        """Adds the rest; the record is then as one that was made in one run."""
        ran = self.call("add", "-q", record, data)
        if ran.returncode != 0:
            self.wrong.append(f"{when}: add: {ran.stderr}")
        self.check(record, when)
        if content(record) != reference:
            self.wrong.append(f"{when}: is not as the record that was made in one run")


def kills(bench, data, reference):
    args, folder = bench.args, bench.folder
    rng = random.Random(args.seed)
    records, record = 1, bench.begin("r1.travaux")
    ever, growing, starting, idle, lost, added = set(), 0, 0, 0, 0, 0
    since = time.time()
    for kill in range(1, args.kills + 1):
        before = len(ever)
        child = subprocess.Popen([args.bin, "add", "-q", record, data], stderr=subprocess.DEVNULL)
        if rng.random() < 0.2:
            end = time.time() + rng.random() * args.start
            starting += 1
        else:
            # Until its first new report.
            while child.poll() is None and len(now := seen(record)) <= before:
                ever |= now
                time.sleep(0.005)
            end = time.time() + rng.random() * args.span
        while time.time() < end and child.poll() is None:
            ever |= seen(record)
            time.sleep(0.003)
        idle += child.poll() is not None
        child.send_signal(signal.SIGKILL)
        child.wait()
        whole = bench.check(record, f"kill {kill}")
        now = seen(record)
        gone = ever - now
        if gone:
            bench.wrong.append(f"kill {kill}: {len(gone)} reports lost: {sorted(gone)[:5]}")
            lost += len(gone)
        half = {r for r, what in content(record).items() if reference[r] != what}
        if half:
            bench.wrong.append(f"kill {kill}: {len(half)} reports by half: {sorted(half)[:5]}")
        growing += len(now) > before
        added += len(now) - before
        ever = now
        if not whole:
            break
        if len(now) == args.count or len(now) > 0.8 * args.count and rng.random() < 0.1:
            bench.finish(record, data, reference, f"record {records}")
            records += 1
            record, ever = bench.begin(f"r{records}.travaux"), set()
    bench.finish(record, data, reference, "at the end")
    print(f"{args.kills} kills, {starting} of them while starting, {idle} after the run had ended by itself; {growing} runs had "
          f"added reports ({added} in all) when they were killed; {records} records of {args.count} reports; {lost} reports "
          f"lost; {time.time() - since:.0f} s")


def full(bench, data, reference):
    """A disk that is full, and has room again."""
    disk = bench.folder / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk]).returncode != 0:
        print("kills: cannot mount a tmpfs here; run as root, or leave --full out", file=sys.stderr)
        return
    try:
        record = bench.begin("disk/talks.travaux")
        first = bench.call("add", record, data)
        print(f"disk of 2 MiB: exit code {first.returncode}\n  " + first.stderr.strip().replace("\n", "\n  "))
        if first.returncode != 1 or "the disk is full; nothing of the record is lost" not in first.stderr:
            bench.wrong.append(f"full disk: {first.stderr}")
        bench.check(record, "full disk")
        held = content(record)
        if not held or any(reference[r] != what for r, what in held.items()):
            bench.wrong.append("full disk: nothing there, or reports by half")
        again = bench.call("add", record, data)
        if again.returncode != 1 or not seen(record) >= set(held):
            bench.wrong.append(f"full disk, again: {again.stderr}")
        subprocess.run(["mount", "-o", "remount,size=256m", disk], check=True)
        bench.finish(record, data, reference, "after room was made")
        print(f"{len(held)} reports were held; after room was made all {len(seen(record))} are")
    finally:
        subprocess.run(["umount", disk])


def main():
    parse = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parse.add_argument("--kills", type=int, default=200)
    parse.add_argument("--bin", default=str(ROOT / "target/release/travaux"))
    parse.add_argument("--reports")
    parse.add_argument("--count", type=int, default=400)
    parse.add_argument("--seed", type=int, default=1)
    parse.add_argument("--start", type=float, default=0.3, help="seconds that it takes to start, about")
    parse.add_argument("--span", type=float, default=1.5, help="seconds after the first report, at most")
    parse.add_argument("--full", action="store_true")
    args = parse.parse_args()
    if not os.access(args.bin, os.X_OK):
        parse.error(f"{args.bin} is not built; run cargo build --release, or name another with --bin")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        data = folder / "data"
        data.mkdir()
        reports(args, data)
        bench = Bench(args, folder)
        record = bench.begin("reference.travaux")
        ran = bench.call("add", "-q", record, data)
        assert ran.returncode == 0, ran.stderr
        reference = content(record)
        assert len(reference) == args.count
        (full if args.full else kills)(bench, data, reference)
        for sentence in bench.wrong:
            print(sentence)
        print("all held" if not bench.wrong else f"{len(bench.wrong)} did not hold")
        return 1 if bench.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
