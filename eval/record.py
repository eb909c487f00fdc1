#!/usr/bin/env python3
"""Speed and size of records, from 1,000 to 10,000 reports:  eval/record.py DATA [BINARY [FOLDER]]

DATA holds corpora/reuters21578 (22 SGML files; the texts are not ours to ship). Adds the stories of its first files to a
record in FOLDER (a temporary one unless given; what is there is used again), and times each question with the program's
start, 15 times. Prints lines `reports,what,median ms,worst ms`, then sizes and what writing costs beside reading.
"""
import glob, os, statistics, subprocess, sys, tempfile, time

QUESTIONS = {
    "board": ["board"], "history": ["history", "--issue", "ISSUE", "--party", "PARTY"], "changes": ["changes", "--since", "1987-03-10"],
    "statements with a word": ["statements", "+tariff"], "statements with a common word": ["statements", "+said"],
    "accounts": ["accounts"], "timeline": ["timeline"], "brief": ["brief"], "actors": ["actors"], "reports": ["reports"],
    "review next": ["review", "next"],
}


def run(*args, **more): return subprocess.run(args, check=True, capture_output=True, text=True, **more)


def timed(*args):
    t = time.perf_counter(); run(*args); return 1000 * (time.perf_counter() - t)


def main():
    data = sys.argv[1] if len(sys.argv) > 1 else "../shared"
    binary = sys.argv[2] if len(sys.argv) > 2 else "target/release/travaux"
    files = sorted(glob.glob(os.path.join(data, "corpora/reuters21578/*.sgm")))
    if not files: sys.exit(f"no corpora/reuters21578/*.sgm in {data}; give the data folder as first argument")
    folder = sys.argv[3] if len(sys.argv) > 3 else tempfile.mkdtemp()
    os.makedirs(folder, exist_ok=True)
    first = files[:1]
    t = time.perf_counter(); subprocess.run([binary, "read", "-q", "--format", "json", *first], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL); reading = time.perf_counter() - t
    print("reports,what,median ms,worst ms")
    for n, some in ((1000, first), (10000, files[:11])):
        record = os.path.join(folder, f"{n}.travaux")
        if not os.path.exists(record):
            run(binary, "init", record + ".new")
            t = time.perf_counter(); subprocess.run([binary, "add", "-q", record + ".new", *some], stderr=subprocess.DEVNULL); adding = time.perf_counter() - t
            os.rename(record + ".new", record)
            if n == 1000: print(f"{n},reading alone (s),{reading:.1f},\n{n},adding (s),{adding:.1f},")
        import sqlite3
        db = sqlite3.connect(record)
        count, texts = db.execute("SELECT count(*), sum(length(CAST(text AS BLOB))) FROM version").fetchone()
        issue, party = db.execute("SELECT i.text, h.text FROM position JOIN name i ON i.id = issue JOIN name h ON h.id = holder GROUP BY 1, 2 ORDER BY count(*) DESC, 1, 2").fetchone()
        db.close()
        for what, args in QUESTIONS.items():
            command, *rest = [{"ISSUE": issue, "PARTY": party}.get(a, a.lstrip("+")) for a in args]
            call = [binary, command] + ([rest.pop(0)] if command == "review" else []) + [record] + rest
            times = [timed(*call) for _ in range(15)]
            print(f"{count},{what},{statistics.median(times):.1f},{max(times):.1f}", flush=True)
        size = os.path.getsize(record)
        print(f"{count},file over text,{size / texts:.2f},", flush=True)


main()
