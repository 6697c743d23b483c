"""A company's data files, read into memory strictly and with nothing lost.

A *book* is a company's data by record kind: customers, people, orders and so on. A *map* says which file
holds which records and which column means what. Every line of a file ends up in one place: kept, excluded
on purpose by a rule of the map, or rejected with a reason.
"""

from crmrules.book._book import Book, NoRecordsError, read_book
from crmrules.book._exclude import excluders
from crmrules.book._map import BookMap, Column, Constant, Exclusion, FileMap, Product
from crmrules.book._read_map import read_map
from crmrules.book._reading import read_rows
from crmrules.book._records import rows_of
from crmrules.book._rows import Excluder, Rejection, Row, Rows
from crmrules.book._schema import COLUMN_TYPES, KINDS, ColumnType

__all__ = [
    "COLUMN_TYPES",
    "KINDS",
    "Book",
    "BookMap",
    "Column",
    "ColumnType",
    "Constant",
    "Excluder",
    "Exclusion",
    "FileMap",
    "NoRecordsError",
    "Product",
    "Rejection",
    "Row",
    "Rows",
    "excluders",
    "read_book",
    "read_map",
    "read_rows",
    "rows_of",
]
