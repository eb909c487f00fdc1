"""Lines of `travaux read --format json` on standard input to the form the gold scorer reads, on standard output."""
import json, sys

for line in sys.stdin:
    r = json.loads(line)
    i = r["report"]["id"]
    print(json.dumps({"id": int(i) if i.isdigit() else i, **{k: r[k] for k in ("statements", "positions", "assessments", "encounters")}}))
