"""PDFs of Word documents, made by LibreOffice where it is installed."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from quarterly.core.run_errors import PdfFailed
from quarterly.project.products import find_libreoffice
from quarterly.storage.lock import scratch

#: Structure for screen readers, bookmarks from headings, and the document's title in the window.
_OPTIONS = {
    name: {"type": "boolean", "value": "true"}
    for name in ("UseTaggedPDF", "ExportBookmarks", "DisplayPDFDocumentTitle", "PDFUACompliance")
}
_SECONDS = 300
_TIMES = re.compile(rb"(?<=/CreationDate\(D:)\d{14}[^)]*|(?<=/ModDate\(D:)\d{14}[^)]*")
_STAMPS = re.compile(rb"(?<=<xmp:CreateDate>)[^<]*|(?<=<xmp:ModifyDate>)[^<]*|(?<=<xmp:MetadataDate>)[^<]*")
_IDENTITIES = re.compile(rb"(?<=<)[0-9A-F]{32}(?=>)|(?<=/DocChecksum /)[0-9A-F]{32}")


def make_pdfs(root: Path, documents: Mapping[Path, bytes]) -> dict[Path, bytes]:
    """Make PDFs of the Word documents of a project before any of them is put in place.

    The documents, by path, must have different names. The same document and LibreOffice give the same bytes. Raises
    `PdfFailed` if LibreOffice cannot start, takes too long, or does not make a PDF.
    """
    if not documents:
        return {}
    with scratch(root) as temporary:
        folder = Path(temporary)
        copies = [folder / path.name for path in documents]
        for copy, content in zip(copies, documents.values(), strict=True):
            copy.write_bytes(content)
        # A separate profile, so as not to interfere with a LibreOffice that is open on the desktop.
        profile, made = (folder / "profile").as_uri(), folder / "made"
        kind = f"pdf:writer_pdf_Export:{json.dumps(_OPTIONS)}"
        command = [str(find_libreoffice()), f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind]
        command += ["--outdir", str(made), *map(str, copies)]
        try:
            done = subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise PdfFailed(f"it did not finish within {_SECONDS} seconds, or could not start") from error
        found = {path: made / f"{path.stem}.pdf" for path in documents}
        lost = [path.name for path, pdf in found.items() if not pdf.is_file()]
        if lost:
            errors = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise PdfFailed(f"{', '.join(lost)}: {errors[-1] if errors else f'it stopped with code {done.returncode}'}")
        return {path.with_suffix(".pdf"): _repeatable(pdf.read_bytes(), documents[path]) for path, pdf in found.items()}


def _repeatable(pdf: bytes, document: bytes) -> bytes:
    """Replace a PDF's times and identity by fixed ones of the same length, the identity derived from the document."""
    identity = hashlib.sha256(document).hexdigest()[:32].upper().encode()
    pdf = _TIMES.sub(lambda match: b"20000101000000Z"[: len(match[0])].ljust(len(match[0]), b"'"), pdf)
    pdf = _STAMPS.sub(lambda match: b"2000-01-01T00:00:00Z"[: len(match[0])].ljust(len(match[0])), pdf)
    return _IDENTITIES.sub(identity, pdf)
