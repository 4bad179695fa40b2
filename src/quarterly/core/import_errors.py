"""Errors about what an import reads and how it was asked for."""

from __future__ import annotations

from quarterly.core.errors import QuarterlyError, UsageError

#: How many names a message lists before it only counts the rest.
_MOST_NAMED = 20


class UnknownAcceptance(UsageError):
    """Something was accepted that is neither a kind of warning nor an indicator."""

    text: str
    known: list[str]
    message = (
        "There is nothing called '{text}' to accept. Give a kind of warning ({known}), the "
        "id of an indicator, or both, such as agency-workers:jump."
    )


class MalformedMatch(UsageError):
    """A name was matched to something that is not an indicator."""

    text: str
    message = (
        "'{text}' does not match a name to an indicator. Write the name as it is in the extract, an "
        'equals sign and the id: --match "Agency staff=agency-workers".'
    )


class MalformedReading(UsageError):
    """An option for reading an extract is malformed."""

    text: str
    example: str
    message = "'{text}' does not say how to read the extract. Write, for example: {example}."


class NotAccepted(QuarterlyError):
    """An import has warnings that have not been accepted, so nothing was written."""

    names: list[str]

    def __str__(self) -> str:
        accepts = " ".join(f"--accept {name}" for name in self.names[:_MOST_NAMED])
        more = "" if len(self.names) <= _MOST_NAMED else f" (and {len(self.names) - _MOST_NAMED} more)"
        return (
            f"Nothing was written: {len(self.names)} under 'To look at' need a decision. Correct the extract or accept "
            f"what is right:\n  {accepts}{more}\nor all of them with --accept all."
        )


class ExtractUnreadable(UsageError):
    """The source of an import cannot be opened."""

    source: str
    reason: str
    message = "{source}: {reason}"


class DatabaseFailed(QuarterlyError):
    """A database could not be queried."""

    database: str
    reason: str
    message = "{database}: {reason} Nothing was written."


class OlderExtract(QuarterlyError):
    """An extract is older than the one already kept."""

    extracted: str
    kept: str
    message = (
        "The extract is dated {extracted}, but data/benchmarks.csv has figures dated {kept}. Import extracts "
        "in the order of their dates, so that revised figures can be told from new ones. To start again, remove "
        "data/benchmarks.csv first."
    )
