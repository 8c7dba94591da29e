"""The cells of an xlsx workbook, whatever somebody uploads under that name."""

import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from bot.errors import BadInput, TooLarge

UNPACKED = 200_000_000
"""Bytes: a workbook is a zip, and a small zip can hold a very large sheet."""

# What openpyxl, zip and XML raise for files that are damaged or pretend to be a workbook.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, InvalidFileException, SyntaxError, OSError, EOFError),
    *(KeyError, ValueError, IndexError, TypeError, AttributeError, NotImplementedError),
)


def first_sheet(data: bytes, columns: int) -> Iterator[Sequence[object]]:
    """The first sheet's values, at most `columns` of a row; a formula counts as its stored value.

    Raises BadInput for what is no workbook, TooLarge for one that unpacks beyond reason.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > UNPACKED:
                raise TooLarge("表格解开后太大，请分几个文件导入")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        yield from book.worksheets[0].iter_rows(values_only=True, max_col=columns)
    except _BROKEN as error:
        raise BadInput("这个 xlsx 打不开，请用表格软件另存一份再传") from error
