"""Prints what python-docx reads of each file named in the arguments, as one list in JSON."""

import hashlib
import json
import sys
import zipfile

from docx import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph


def cell_of(tc, table):
    paragraphs = [Paragraph(p, table) for p in tc.p_lst]
    return {
        "text": "\n".join(paragraph.text for paragraph in paragraphs),
        "span": tc.grid_span,
        "alignment": str(paragraphs[0].style.paragraph_format.alignment),
    }


def row_of(tr, table):
    properties = tr.find(qn("w:trPr"))
    header = properties is not None and properties.find(qn("w:tblHeader")) is not None
    return {"header": header, "cells": [cell_of(tc, table) for tc in tr.tc_lst]}


def block_of(element, document):
    if element.tag == qn("w:p"):
        paragraph = Paragraph(element, document)
        return {"style": paragraph.style.name, "text": paragraph.text}
    if element.tag == qn("w:tbl"):
        table = Table(element, document)
        return {
            "rows": [row_of(tr, table) for tr in element.tr_lst],
            "widths": [int(column.get(qn("w:w"))) for column in element.tblGrid],
        }
    return None


def parts_of(path):
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        return {name: hashlib.sha256(package.read(name)).hexdigest() for name in package.namelist()}


def check_properties(document):
    """Word refuses a file that states a property twice; python-docx and LibreOffice do not."""
    for name in ("w:pPr", "w:rPr", "w:tcPr", "w:trPr", "w:tblPr"):
        for element in document.element.body.iter(qn(name)):
            tags = [child.tag for child in element]
            assert len(tags) == len(set(tags)), tags


def read(path):
    document = Document(path)
    check_properties(document)
    properties = document.core_properties
    section = document.sections[0]
    blocks = [block_of(element, document) for element in document.element.body]
    return {
        "title": properties.title,
        "subject": properties.subject,
        "author": properties.author,
        "identifier": properties.identifier,
        "language": properties.language,
        "created": properties.created.isoformat(),
        "modified": properties.modified.isoformat(),
        "millimetres": [round(section.page_width.mm), round(section.page_height.mm)],
        "textWidth": round((section.page_width - section.left_margin - section.right_margin) / 635),
        "blocks": [block for block in blocks if block is not None],
        "footer": [paragraph.text for paragraph in section.footer.paragraphs],
        "fields": [field.text for field in section.footer._element.iter(qn("w:instrText"))],
        "parts": parts_of(path),
    }


json.dump([read(path) for path in sys.argv[1:]], sys.stdout)
