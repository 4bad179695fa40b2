"""PDFs of Word documents, made by LibreOffice where it is installed."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from quarterly.core.run_errors import PdfFailed
from quarterly.project.products import find_libreoffice

#: Structure for screen readers, bookmarks from headings, and the document's title in the window.
_OPTIONS = {
    name: {"type": "boolean", "value": "true"}
    for name in ("UseTaggedPDF", "ExportBookmarks", "DisplayPDFDocumentTitle", "PDFUACompliance")
}
_SECONDS = 300
_TIMES = re.compile(rb"(?<=/CreationDate\(D:)\d{14}[^)]*|(?<=/ModDate\(D:)\d{14}[^)]*")
_STAMPS = re.compile(rb"(?<=<xmp:CreateDate>)[^<]*|(?<=<xmp:ModifyDate>)[^<]*|(?<=<xmp:MetadataDate>)[^<]*")
_IDENTITIES = re.compile(rb"(?<=<)[0-9A-F]{32}(?=>)|(?<=/DocChecksum /)[0-9A-F]{32}")


def make_pdfs(documents: Sequence[Path], folder: Path) -> dict[Path, bytes]:
    """Make PDFs of Word documents.

    Each document has a name of its own. The same document and LibreOffice give the same bytes. Raises `PdfFailed` where
    LibreOffice stopped with an error, took too long, or made nothing.
    """
    if not documents:
        return {}
    # A profile of its own, so that a LibreOffice that is open on the desktop is left alone.
    profile, made = (folder / "profile").as_uri(), folder / "made"
    kind = f"pdf:writer_pdf_Export:{json.dumps(_OPTIONS)}"
    command = [str(find_libreoffice()), f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind]
    command += ["--outdir", str(made), *map(str, documents)]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PdfFailed(f"it did not finish within {_SECONDS} seconds, or could not start") from error
    found = {document: made / f"{document.stem}.pdf" for document in documents}
    lost = [document.name for document, pdf in found.items() if not pdf.is_file()]
    if lost:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise PdfFailed(f"{', '.join(lost)}: {said[-1] if said else f'it stopped with code {done.returncode}'}")
    return {document: _repeatable(pdf.read_bytes(), document.read_bytes()) for document, pdf in found.items()}


def _repeatable(pdf: bytes, document: bytes) -> bytes:
    """Put fixed times and an identity made from the document in place of those of this run, each as long as it was."""
    identity = hashlib.sha256(document).hexdigest()[:32].upper().encode()
    pdf = _TIMES.sub(lambda match: b"20000101000000Z"[: len(match[0])].ljust(len(match[0]), b"'"), pdf)
    pdf = _STAMPS.sub(lambda match: b"2000-01-01T00:00:00Z"[: len(match[0])].ljust(len(match[0])), pdf)
    return _IDENTITIES.sub(identity, pdf)
