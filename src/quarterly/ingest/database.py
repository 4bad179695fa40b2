"""Query a database for the figures of a quarter: one read-only query, with limits on time and size."""

from __future__ import annotations

import os
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, Any

from quarterly.core.errors import DataFaults
from quarterly.core.import_errors import DatabaseFailed, ExtractUnreadable
from quarterly.ingest.grid import Cell, Grid, refuse

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

#: Environment variables for the password, in order. Never in the address, which stays in the shell's history.
PASSWORDS = ("QUARTERLY_DATABASE_PASSWORD", "PGPASSWORD")
#: Time limits in seconds for a connection and for a query.
_PATIENCE = 15
_QUERY_PATIENCE = 120
#: The most bytes in one cell, and in the whole statement.
_MOST_BYTES = 1_000_000
#: The most characters in all cells together.
_MOST_IN_ALL = 20_000_000


def is_address(source: str) -> bool:
    """Return whether a source is the address of a database and not a file."""
    return "://" in source


def run_query(address: str, query: str) -> tuple[Grid, str]:
    """Run a query (one SELECT statement) and return its result, with the column names in row 1.

    The address is in SQLAlchemy's form: ``postgresql://user@host/name`` or ``sqlite:///figures.db``. The second value
    returned is the address without user and password, safe to show and store.

    Raises
    ------
    ExtractUnreadable
        The address is invalid or holds a password, or its driver is not installed.
    DatabaseFailed
        The database does not answer or refuses the query.
    DataFaults
        The result is larger than a summary can be.
    """
    url, shown = _read_address(address)
    try:
        engine = _engine(url, next(filter(None, map(os.environ.get, PASSWORDS)), None))
        try:
            with engine.connect() as connection:
                if connection.dialect.name == "postgresql":
                    connection.exec_driver_sql("SET TRANSACTION READ ONLY")
                grid = _rows(connection, shown, query)
                connection.rollback()
        finally:
            engine.dispose()
    except (DataFaults, ExtractUnreadable):
        raise
    except ModuleNotFoundError as error:
        reason = f"the driver {error.name} is not installed. Install it, or use postgresql:// or sqlite://."
        raise ExtractUnreadable(shown, reason) from error
    except Exception as error:
        if not _is_of_database(error):
            raise
        raise DatabaseFailed(shown, error_message(error)) from None
    return grid, shown


def _read_address(address: str) -> tuple[URL, str]:
    try:
        from sqlalchemy import URL, make_url
        from sqlalchemy.exc import ArgumentError
    except ModuleNotFoundError as error:
        reason = "reading a database needs SQLAlchemy. Run it as: uv run --extra database quarterly import ..."
        raise ExtractUnreadable("The database", reason) from error
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        # The address is not repeated: it may hold a password.
        reason = "write it as postgresql://user@host/name or sqlite:///file.db."
        raise ExtractUnreadable("The address of the database cannot be read", reason) from None
    shown = URL.create(url.drivername.partition("+")[0], host=url.host, port=url.port, database=url.database)
    if url.password is not None or any("pass" in name.lower() for name in url.query):
        reason = f"take the password out of the address, and set {PASSWORDS[0]} in the environment instead."
        raise ExtractUnreadable(str(shown), reason)
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    return url, str(shown)


def _engine(url: URL, password: str | None) -> Engine:
    import time

    from sqlalchemy import create_engine, event

    if url.get_backend_name() == "sqlite":
        # SQLite would create a missing file; opened read-only, it neither creates one nor writes to one.
        path = url.database or ""
        engine = create_engine("sqlite://", creator=lambda: _open_sqlite(path))

        @event.listens_for(engine, "connect")
        def _limit(connection: Any, _record: object) -> None:
            end = time.monotonic() + _QUERY_PATIENCE  # SQLite itself has no limit
            connection.set_progress_handler(lambda: int(time.monotonic() > end), 100_000)

        return engine
    limits: dict[str, Any] = {}
    if url.get_backend_name() == "postgresql":
        limits = {"connect_timeout": _PATIENCE, "options": f"-c statement_timeout={_QUERY_PATIENCE * 1000}"}
    return create_engine(url.set(password=password) if password else url, connect_args=limits)


def _open_sqlite(path: str) -> Any:
    import sqlite3
    from pathlib import Path

    connection = sqlite3.connect(f"{Path(path).resolve().as_uri()}?mode=ro", uri=True, timeout=_PATIENCE)
    # Even a read-only connection can write other files, with ATTACH and VACUUM INTO.
    connection.set_authorizer(_sqlite_may)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_BYTES)
    return connection


def _sqlite_may(action: int, what: str | None, value: str | None, _database: str | None, _trigger: str | None) -> int:
    """Allow a query to read tables and call functions, except the one that loads an extension."""
    import sqlite3

    reading = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
    own = (sqlite3.SQLITE_PRAGMA, "read_uncommitted", None)  # SQLAlchemy itself needs it, and transactions
    allowed = action in reading and value != "load_extension"
    allowed |= action == sqlite3.SQLITE_TRANSACTION or (action, what, value) == own
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _rows(connection: Connection, shown: str, query: str) -> Grid:
    # The query is passed unchanged: a colon or a per cent sign in it is not a parameter.
    result = connection.execution_options(stream_results=True, no_parameters=True).exec_driver_sql(query)
    if not result.returns_rows:
        raise DataFaults([refuse("The query", "a statement that returns no rows", "Write one SELECT.")])
    grid = Grid(shown, "")
    size = 0
    for number, row in enumerate(chain([result.keys()], result), start=1):
        size += sum(len(value) if isinstance(value, str | bytes) else 10 for value in row)
        if size > _MOST_IN_ALL:
            found, wanted = f"more than {_MOST_IN_ALL:,} characters", "Select a summary, not the records behind it."
            raise DataFaults([refuse("The query", found, wanted)])
        for place, value in enumerate(row, start=1):
            grid.put(number, place, Cell(_plain(value)))
    return grid


def _plain(value: object) -> object:
    """Convert a database value to a cell value; NULL and NaN become blank."""
    if value is None or (isinstance(value, float | Decimal) and value != value):
        return ""
    return value if isinstance(value, bool | int | float | Decimal | date | datetime) else str(value)[:40_000]


def _is_of_database(error: Exception) -> bool:
    import sqlite3

    from sqlalchemy.exc import SQLAlchemyError

    if isinstance(error, SQLAlchemyError | sqlite3.Error | OSError):
        return True
    return type(error).__module__.partition(".")[0] in ("psycopg", "pyodbc", "pymysql", "oracledb")


def error_message(error: Exception) -> str:
    """Return the database's own error message, without SQLAlchemy's text, the query or the password."""
    own = str(getattr(error, "orig", None) or error)
    lines = [line.strip() for line in own.splitlines() if line.strip()]
    text = f"{lines[0].rstrip('.')}." if lines else f"{type(error).__name__}."
    for secret in filter(None, map(os.environ.get, PASSWORDS)):
        text = text.replace(secret, "***")
    return text
