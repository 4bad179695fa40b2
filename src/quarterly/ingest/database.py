"""Ask a database for the figures of a quarter: one query, which cannot write, with limits of time and size."""

from __future__ import annotations

import os
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from quarterly.core.errors import DatabaseFailed, DataFaults, ExtractUnreadable
from quarterly.ingest.grid import MOST_COLUMNS, MOST_ROWS, Cell, Grid, refuse

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

#: Where the password is looked for, in this order. An address stays in a shell's history, so none has one.
PASSWORDS = ("QUARTERLY_DATABASE_PASSWORD", "PGPASSWORD")
#: How long a database may take to answer a call, and a query to run, in seconds.
_PATIENCE = 15
_QUERY_PATIENCE = 120
#: How many bytes a cell of a database, and a whole statement, may have.
_MOST_BYTES = 1_000_000
#: How many characters all cells together may have.
_MOST_IN_ALL = 20_000_000


def is_address(source: str) -> bool:
    """Return whether a source is the address of a database and not a file."""
    return "://" in source


def ask(address: str, query: str) -> tuple[Grid, str]:
    """Run a query, one SQL statement that selects: the names of its columns in row 1, and what it gave under them.

    The address is as SQLAlchemy writes it: ``postgresql://user@host/name`` or ``sqlite:///figures.db``. The second
    part of the answer is the database as it may be shown and kept: without a user and without a password.

    Raises
    ------
    ExtractUnreadable
        The address is none, holds a password, or what it needs is not installed.
    DatabaseFailed
        The database does not answer or refuses the query.
    DataFaults
        The query gives more than a summary.
    """
    url, shown = _read_address(address)
    try:
        engine = _engine(url, next(filter(None, map(os.environ.get, PASSWORDS)), None))
        with engine.connect() as connection:
            _only_read(connection)
            grid = _rows(connection, shown, query)
            connection.rollback()
        engine.dispose()
    except (DataFaults, ExtractUnreadable):
        raise
    except ModuleNotFoundError as error:
        reason = f"the driver {error.name} is not installed. Install it, or use postgresql:// or sqlite://."
        raise ExtractUnreadable(shown, reason) from error
    except Exception as error:
        if not _is_of_database(error):
            raise
        raise DatabaseFailed(shown, words_of(error)) from None
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
        # What was typed is not repeated: it may hold a password.
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
    from sqlalchemy import create_engine, event

    if url.get_backend_name() == "sqlite":
        # A file that is not there is not made, and one that is there is not written to.
        path = url.database or ""
        engine = create_engine("sqlite://", creator=lambda: _open_sqlite(path))

        @event.listens_for(engine, "connect")
        def _limit(connection: Any, _record: object) -> None:
            _stop_after(connection, _QUERY_PATIENCE)

        return engine
    limits: dict[str, Any] = {}
    if url.get_backend_name() == "postgresql":
        limits = {"connect_timeout": _PATIENCE, "options": f"-c statement_timeout={_QUERY_PATIENCE * 1000}"}
    return create_engine(url.set(password=password) if password else url, connect_args=limits)


def _open_sqlite(path: str) -> Any:
    import sqlite3
    from pathlib import Path

    connection = sqlite3.connect(f"{Path(path).resolve().as_uri()}?mode=ro", uri=True, timeout=_PATIENCE)
    # A connection that only reads still writes other files, by ATTACH and VACUUM INTO.
    connection.set_authorizer(_sqlite_may)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_BYTES)
    return connection


def _sqlite_may(action: int, what: str | None, value: str | None, _database: str | None, _trigger: str | None) -> int:
    """Allow a query to read tables and to call functions, but for the one that loads a program."""
    import sqlite3

    reading = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
    # What SQLAlchemy itself asks and begins.
    own = action == sqlite3.SQLITE_TRANSACTION or (action, what, value) == (
        sqlite3.SQLITE_PRAGMA,
        "read_uncommitted",
        None,
    )
    allowed = (action in reading and value != "load_extension") or own
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _stop_after(connection: Any, seconds: int) -> None:
    """Let SQLite check the clock now and then: it has no time limit of its own."""
    import time

    end = time.monotonic() + seconds
    connection.set_progress_handler(lambda: int(time.monotonic() > end), 100_000)


def _only_read(connection: Connection) -> None:
    from sqlalchemy import text

    if connection.dialect.name == "postgresql":
        connection.execute(text("SET TRANSACTION READ ONLY"))


def _rows(connection: Connection, shown: str, query: str) -> Grid:
    # As it stands: a colon or a per cent sign in the query is the query's own.
    result = connection.execution_options(stream_results=True, no_parameters=True).exec_driver_sql(query)
    if not result.returns_rows:
        raise DataFaults([refuse("The query", "a statement that gives no rows", "Write one SELECT.")])
    names = list(result.keys())
    grid = Grid(shown, "", {1: {place: Cell(str(name)) for place, name in enumerate(names, start=1)}})
    size = 0
    for number, row in enumerate(result, start=2):
        size += sum(len(value) if isinstance(value, str | bytes) else 10 for value in row)
        if number > MOST_ROWS or len(names) > MOST_COLUMNS or size > _MOST_IN_ALL:
            found = f"more than {MOST_ROWS:,} rows, {MOST_COLUMNS} columns or {_MOST_IN_ALL:,} characters"
            raise DataFaults(
                [refuse("The query", found, "Select the summary of the quarter, not the records behind it.")]
            )
        grid.rows[number] = {
            place: Cell(_plain(value)) for place, value in enumerate(row, start=1) if _plain(value) != ""
        }
    return grid


def _plain(value: object) -> object:
    """Return a value of a database as a cell has it: nothing is a blank."""
    if value is None or (isinstance(value, float | Decimal) and value != value):
        return ""
    return value if isinstance(value, bool | int | float | Decimal | date | datetime) else str(value)[:40_000]


def _is_of_database(error: Exception) -> bool:
    import sqlite3

    from sqlalchemy.exc import SQLAlchemyError

    if isinstance(error, SQLAlchemyError | sqlite3.Error | OSError):
        return True
    return type(error).__module__.partition(".")[0] in ("psycopg", "pyodbc", "pymysql", "oracledb")


def words_of(error: Exception) -> str:
    """Return the database's own words, without SQLAlchemy's, without the query and without the password."""
    own = str(getattr(error, "orig", None) or error)
    lines = [line.strip() for line in own.splitlines() if line.strip()]
    text = f"{lines[0].rstrip('.')}." if lines else f"{type(error).__name__}."
    for secret in filter(None, map(os.environ.get, PASSWORDS)):
        text = text.replace(secret, "***")
    return text
