"""Open records: a folder, workbook or file of a return, or the council's own database."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import SplitResult, quote, unquote, urlsplit

import ibis
import pandas as pd
from ibis.backends import BaseBackend
from ibis.common.exceptions import TableNotFound

from quarterly.core.import_errors import DatabaseFailed, ExtractUnreadable
from quarterly.ingest.database import PASSWORDS, error_message, is_address
from quarterly.records.layouts import load, read
from quarterly.records.schema import by_dataset_name

#: SQLite keeps days as text, in any form and with any time, whatever the type of their column.
_DAYS_AS_TEXT = dict.fromkeys(("date", "datetime", "timestamp"), "string")
CONNECTED = ("postgresql", "postgres", "sqlite")
_EXPORT = (
    "records can be read only from postgresql:// and sqlite://. From any other database, export the tables to a folder "
    "of CSV or parquet files named after them (ssd_person.csv), and import the folder."
)
_NO_TABLES = (
    "it has no table of the Standard Safeguarding Dataset, such as ssd_person, that this account can read. Ask for "
    "permission to read them. If they are in a separate schema, add its name after that of the database: "
    "postgresql://reader@warehouse/ssd/reporting."
)


@dataclass(frozen=True)
class Source:
    """Opened records."""

    name: str  # the file's or folder's name, or the database without user and password
    sha256: str  # of the files; blank for a database
    connection: BaseBackend
    remarks: list[str] = field(default_factory=list)  # the parts of the files that were not used
    places: dict[str, str] = field(default_factory=dict)  # the file of each table
    layout: str = "ssd"  # `quarterly.records.layouts`; a database holds the dataset
    whole_from: date | None = None  # the day from which they are complete, if their layout shows it


def open_source(source: str) -> Source:
    """Open records. Only temporary tables are written, in memory or in the database session.

    Raises
    ------
    ExtractUnreadable
        There is no such file, its layout is not known, the database is of another kind, or the address has a password.
    DataFaults
        A file cannot be read.
    DatabaseFailed
        The database cannot be reached, or has no table of records.
    """
    if is_address(source):
        return _database(source)
    path = Path(source)
    found = read(path)
    return Source(path.name, _digest(path), load(found), found.remarks, found.places, found.layout, found.whole_from)


def _database(address: str) -> Source:
    parts = urlsplit(address)
    shown = parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
    if parts.scheme not in CONNECTED:
        raise ExtractUnreadable(shown, _EXPORT)
    if parts.password is not None or "pass" in parts.query.lower():
        reason = f"remove the password from the address, and set {PASSWORDS[0]} in the environment instead."
        raise ExtractUnreadable(shown, reason)
    password = next(filter(None, (os.environ.get(name) for name in PASSWORDS)), None)
    try:
        connection = _connected(address, parts, password)
        held = [name for name in connection.list_tables() if name.lower() in by_dataset_name()]
        if held:
            connection.table(held[0])  # if the schema does not exist, the tables of others are listed
    except TableNotFound:
        held = []
    except Exception as error:  # noqa: BLE001 - each driver raises its own errors
        # No row has been read yet, so the driver's message can only be about the connection.
        remedy = "" if password else f" No password was given: set {PASSWORDS[0]} in the environment."
        raise DatabaseFailed(shown, error_message(error) + (remedy if parts.scheme != "sqlite" else "")) from None
    if not held:
        raise DatabaseFailed(shown, _NO_TABLES)
    return Source(shown, "", connection)


def _connected(address: str, parts: SplitResult, password: str | None) -> BaseBackend:
    if parts.scheme == "sqlite":
        file = Path(unquote(parts.path).removeprefix("/") if os.name == "nt" else unquote(parts.path)[1:])
        # Read-only: a missing file is not created, and an existing one is not changed.
        database = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)
        return ibis.sqlite.from_connection(database, type_map=_DAYS_AS_TEXT)
    if password:
        at = f"{quote(parts.username or '')}:{quote(password, safe='')}@{parts.netloc.rpartition('@')[2]}"
        address = parts._replace(netloc=at).geturl()
    connection = ibis.connect(address)
    with connection.begin() as cursor:
        # Ibis chose UTC, in which midnight in summer is on the day before.
        cursor.execute("SET TIME ZONE 'Europe/London'")
    return connection


def _digest(path: Path) -> str:
    files = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def digest_of(figures: pd.DataFrame) -> str:
    """Return a digest of the figures from a database, which has no file to hash."""
    return hashlib.sha256(figures.to_csv(index=False).encode()).hexdigest()
