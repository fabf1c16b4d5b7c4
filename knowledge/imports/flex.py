"""Interactive Brokers' Flex XML: the attributes of every <Trade>.

The parser is expat, told to stop at the first document type or entity, so nothing can expand or be fetched.
"""

from xml.parsers import expat

from knowledge.imports.formats import Cells
from knowledge.imports.text import MAX_CELL, MAX_COLUMNS, MAX_ROWS
from tools.errors import BadInput

_ROLES = {
    "side": ("buySell",),
    "date": ("dateTime", "tradeDate"),
    "time": ("tradeTime",),
    "symbol": ("symbol",),
    "isin": ("isin",),
    "name": ("description",),
    "units": ("quantity",),
    "price": ("tradePrice",),
    "currency": ("currency",),
    "fee": ("ibCommission",),
    "fee_currency": ("ibCommissionCurrency",),
    "type": ("assetCategory",),
    "status": ("levelOfDetail",),
}
_PAGE = frozenset({"html", "table", "head", "body", "meta", "style"})
"""Elements that a web page saved as a spreadsheet begins with."""

_MAX_DEPTH = 32
_MAX_ATTRIBUTES = 4 * MAX_COLUMNS


def is_flex(text: str) -> bool:
    """Does the file begin as XML does?"""
    return text.lstrip().startswith("<")


def flex_rows(text: str) -> list[tuple[int, Cells]]:
    """Line and cells of every <Trade>.

    Raises:
        BadInput: `xml_entities` for a document type or entity, `bad_xml`, `unknown_format` when no Flex statement,
            or a limit of `knowledge.imports.text`.
    """
    found: list[tuple[int, Cells]] = []
    depth = 0
    root = ""

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, root
        depth += 1
        root = root or name
        if depth > _MAX_DEPTH or len(attributes) > _MAX_ATTRIBUTES:
            raise BadInput("too_many_columns", str(parser.CurrentLineNumber))
        if any(len(v) > MAX_CELL for v in attributes.values()):
            raise BadInput("cell_too_long", str(parser.CurrentLineNumber))
        if name == "Trade":
            found.append((parser.CurrentLineNumber, _cells(attributes)))
            if len(found) > MAX_ROWS:
                raise BadInput("too_many_rows")

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*_: object) -> None:
        raise BadInput("xml_entities", str(parser.CurrentLineNumber))

    parser = expat.ParserCreate(encoding="utf-8")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        if root.lower() in _PAGE:
            raise BadInput("html") from error
        raise BadInput("bad_xml", str(error.lineno)) from error
    if root != "FlexQueryResponse":
        raise BadInput("html" if root.lower() in _PAGE else "unknown_format")
    return found


def _cells(attributes: dict[str, str]) -> Cells:
    cells = {role: next((attributes[n] for n in names if attributes.get(n)), "") for role, names in _ROLES.items()}
    if attributes.get("dateTime"):
        cells["time"] = ""
    return cells
