"""score.py --json on standard input to rows of eval/results.csv: python eval/lines.py WEIGHTS SET PREFIX..."""
import json, sys

weights, which, *prefixes = sys.argv[1:]
for line, v in json.load(sys.stdin).items():
    if line.startswith(tuple(prefixes)):
        print(weights, which, line, v.get("precision", ""), v.get("recall", ""), v["f1"] if "f1" in v else v["right"], sep=",")
