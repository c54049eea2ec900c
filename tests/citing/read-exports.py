"""Reads {"bibtex": ..., "ris": ...} from stdin by others' readers and writes as JSON what they found in it."""

import json
import sys

import bibtexparser
import rispy
from bibtexparser.middlewares import SeparateCoAuthors, SplitNameParts
from pylatexenc.latex2text import LatexNodes2Text

DECODER = LatexNodes2Text(math_mode="text", keep_braced_groups=False)


def decode(text):
    return DECODER.latex_to_text(text)


def read_bibtex(text):
    library = bibtexparser.parse_string(text, append_middleware=[SeparateCoAuthors(), SplitNameParts()])
    entries = []
    for entry in library.entries:
        fields = {field.key: field.value for field in entry.fields}
        names = [decode(" ".join(name.von + name.last)) for name in fields.get("author", [])]
        title = fields.get("title")
        entries.append(
            {
                "key": entry.key,
                "pmid": fields.get("pmid"),
                "doi": fields.get("doi"),
                "year": fields.get("year"),
                "pages": fields.get("pages"),
                "title": None if title is None else decode(title),
                "families": names,
            }
        )
    return {"entries": entries, "failed": len(library.failed_blocks)}


def read_ris(text):
    entries = []
    for entry in rispy.loads(text):
        entries.append(
            {
                "pmid": entry.get("accession_number"),
                "doi": entry.get("doi"),
                "year": entry.get("year"),
                "pages": [entry.get("start_page"), entry.get("end_page")],
                "title": entry.get("title"),
                "authors": entry.get("authors", []),
                "abstract": entry.get("abstract"),
                "keywords": entry.get("keywords", []),
                "unknown": entry.get("unknown_tag", {}),
            }
        )
    return entries


given = json.load(sys.stdin)
json.dump({"bibtex": read_bibtex(given["bibtex"]), "ris": read_ris(given["ris"])}, sys.stdout)
