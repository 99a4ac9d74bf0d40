"""Excel workbooks as openpyxl reads them, as JSON: python3 read-xlsx.py FILE... Needs python3-openpyxl."""
import json
import sys
import zipfile
from datetime import date, datetime

import openpyxl


def shown(value):
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def sheet(written, cached):
    cells = {}
    for row in written.iter_rows():
        for cell in row:
            if cell.value is None:
                continue
            is_formula = cell.data_type == "f"
            result = cached[cell.coordinate]
            cells[cell.coordinate] = {
                "type": result.data_type,
                "value": shown(result.value),
                "formula": cell.value if is_formula else None,
                "format": cell.number_format,
                "alignment": cell.alignment.horizontal,
            }
    setup = written.page_setup
    return {
        "name": written.title,
        "cells": cells,
        "frozen": written.freeze_panes,
        "filter": written.auto_filter.ref,
        "repeated": written.print_title_rows,
        "paper": setup.paperSize,
        "orientation": setup.orientation,
        "pagesWide": setup.fitToWidth,
        "pagesHigh": setup.fitToHeight,
        "footer": [written.oddFooter.left.text, written.oddFooter.right.text],
        "links": {
            cell.coordinate: cell.hyperlink.location
            for row in written.iter_rows()
            for cell in row
            if cell.hyperlink
        },
    }


def workbook(path):
    written = openpyxl.load_workbook(path)
    cached = openpyxl.load_workbook(path, data_only=True)
    properties = written.properties
    with zipfile.ZipFile(path) as package:
        dates = sorted({entry.date_time for entry in package.infolist()})
    return {
        "sheets": [sheet(one, cached[one.title]) for one in written.worksheets],
        "title": properties.title,
        "creator": properties.creator,
        "created": shown(properties.created),
        "modified": shown(properties.modified),
        "entries": dates,
    }


json.dump([workbook(path) for path in sys.argv[1:]], sys.stdout)
