"""Open an untrusted Word document."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import docx
from docx.document import Document
from docx.opc.exceptions import OpcError
from lxml import etree

from quarterly.core.commentary_errors import BoxFault, CommentaryFaults

#: Limits that no genuine document reaches: its unpacked size, the size of one XML part, and the number of parts.
_MOST_BYTES, _MOST_XML, _MOST_PARTS = 300_000_000, 40_000_000, 5_000
#: Errors that python-docx, zipfile and lxml raise for damaged files.
_DAMAGED = (
    OpcError,
    AttributeError,
    EOFError,
    LookupError,
    SyntaxError,
    TypeError,
    ValueError,
    etree.LxmlError,
    struct.error,
    zlib.error,
)
_SAVE_AGAIN = "Open it in Word and save it as a Word document (.docx), without a password."


def open_untrusted(path: Path) -> Document:
    """Open a document.

    Raises `CommentaryFaults` if it is missing, is not a Word document, or is damaged or malicious.
    """
    try:
        content = path.read_bytes()
        _inspect(content, path.name)
        return docx.Document(BytesIO(content))
    except FileNotFoundError:
        raise _fault(path.name, "there is no such file.", "Check the spelling of its name and folder.") from None
    except OSError as error:
        reason = error.strerror or error
        raise _fault(path.name, f"it cannot be read ({reason}).", "Close it, and try again.") from error
    except zipfile.BadZipFile as error:
        raise _fault(path.name, "it is not a Word document, or it is damaged.", _SAVE_AGAIN) from error
    except _DAMAGED as error:
        raise _fault(path.name, "it is a damaged Word document, or another type of file.", _SAVE_AGAIN) from error
    except (NotImplementedError, RuntimeError) as error:  # zipfile: encryption, or an unknown compression method
        raise _fault(path.name, "it is encrypted or compressed in a way that cannot be read.", _SAVE_AGAIN) from error


def _fault(name: str, found: str, remedy: str) -> CommentaryFaults:
    return CommentaryFaults([BoxFault(name, "", found, remedy)])


def _inspect(content: bytes, name: str) -> None:
    """Refuse zip bombs, and XML that declares entities."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        parts = package.infolist()
        xml = [part for part in parts if part.filename.endswith((".xml", ".rels"))]
        # zipfile never reads beyond the declared sizes, so these can be relied on.
        too_much = (
            len(parts) > _MOST_PARTS
            or sum(part.file_size for part in parts) > _MOST_BYTES
            or any(part.file_size > _MOST_XML for part in xml)
        )
        if too_much:
            remedy = "Remove large pictures. If there are none, do not open it: ask who sent it."
            raise _fault(name, "it is far larger when unpacked than such a document should be.", remedy)
        for part in xml:
            reader = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
            tree = etree.fromstring(package.read(part), reader).getroottree()
            if tree.docinfo.doctype or tree.docinfo.internalDTD is not None:
                remedy = "Word never writes them. Do not open it: ask who sent it."
                raise _fault(name, "it declares entities, which can be used for an attack.", remedy)
