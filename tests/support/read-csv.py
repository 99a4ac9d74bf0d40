"""CSV files as Python's csv module reads them, as JSON: python3 read-csv.py SEPARATOR FILE..."""
import csv
import json
import sys

separator, *paths = sys.argv[1:]
files = []
for path in paths:
    with open(path, encoding="utf-8-sig", newline="") as file:
        files.append(list(csv.reader(file, delimiter=separator, strict=True)))
json.dump(files, sys.stdout)
