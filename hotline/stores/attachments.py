"""Recordings in the case book, closed with its key.

Rule 1: in pieces, each bound to attachment, place and number of pieces: none can be cut or moved.
Rule 2: a tip that is not there, or was erased, takes no attachment; with a tip all of its go.
Rule 3: who calls has disguised the voice and stripped what the file says of its maker.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, Row, func, insert, select

from hotline.intake.errors import Mistaken
from hotline.records.attachment import Stored
from hotline.stores.casekey import KeyRing
from hotline.stores.database import reading, writing
from hotline.stores.tables import attachment_pieces, attachments, tips

PIECE = 256 * 1024 - 4  # with its length, a size class of the key ring: no piece is padded far
LARGEST = 20 * 1024 * 1024  # bytes; what the case systems take


class Companion(Protocol):
    """Whoever must know of an attachment in the very transaction that stores it."""

    def attached(self, held: Connection, tip_id: str, attachment_id: str) -> None:
        """The attachment was stored just now."""


class SqlAttachments:
    """Attachments in SQLite or PostgreSQL. Every method raises Unavailable("casebook")."""

    def __init__(self, engine: Engine, ring: KeyRing, companions: Sequence[Companion] = ()) -> None:
        self._engine = engine
        self._ring = ring
        self._companions = companions

    def put(
        self,
        tip_id: str,
        attachment_id: str,
        media_type: str,
        content: bytes,
        *,
        seconds: int | None = None,
        disguised: bool = False,
    ) -> bool:
        """Store an attachment once: True when it is new, False when it was there or the tip is not.

        Raises Mistaken("attachment_size") for nothing and for more than 20 MiB.
        """
        if not 0 < len(content) <= LARGEST:
            raise Mistaken("attachment_size")
        pieces = [content[at : at + PIECE] for at in range(0, len(content), PIECE)]
        digest = hashlib.sha256(content).hexdigest()
        note = {"size": len(content), "sha256": digest, "seconds": seconds}
        row = {
            "id": attachment_id,
            "tip_id": tip_id,
            "media_type": media_type,
            "disguised": disguised,
            "pieces": len(pieces),
            "note": self._ring.close(f"attachment:{attachment_id}", json.dumps(note).encode()),
        }
        closed = [
            {
                "attachment_id": attachment_id,
                "number": number,
                "content": self._ring.close(_name(attachment_id, number, len(pieces)), piece),
            }
            for number, piece in enumerate(pieces)
        ]
        with writing(self._engine) as held:
            # The tip's row is held, so that no erasure slips in between.
            if held.scalar(select(tips.c.id).where(tips.c.id == tip_id).with_for_update()) is None:
                return False
            known = select(func.count()).where(attachments.c.id == attachment_id)
            if held.scalar(known):
                return False
            held.execute(insert(attachments).values(row))
            held.execute(insert(attachment_pieces), closed)
            for companion in self._companions:
                companion.attached(held, tip_id, attachment_id)
        return True

    def of(self, tip_id: str) -> tuple[Stored, ...]:
        """What lies here of a tip, without the bytes."""
        query = select(attachments).where(attachments.c.tip_id == tip_id).order_by(attachments.c.id)
        with reading(self._engine) as held:
            return tuple(self._stored(row) for row in held.execute(query))

    def read(self, attachment_id: str) -> bytes | None:
        """The bytes. Raises Mistaken("casebook_key") when a piece is not what was stored."""
        piece = attachment_pieces.c
        query = select(piece.content).where(piece.attachment_id == attachment_id)
        with reading(self._engine) as held:
            total = held.scalar(
                select(attachments.c.pieces).where(attachments.c.id == attachment_id)
            )
            closed = held.scalars(query.order_by(piece.number)).all()
        if total is None:
            return None
        if len(closed) != total:
            raise Mistaken("casebook_key")
        opened = (
            self._ring.open(_name(attachment_id, number, total), each)
            for number, each in enumerate(closed)
        )
        return b"".join(opened)

    def _stored(self, row: Row[Any]) -> Stored:
        note = json.loads(self._ring.open(f"attachment:{row.id}", row.note))
        return Stored(
            row.id,
            row.tip_id,
            row.media_type,
            note["size"],
            note["sha256"],
            note["seconds"],
            row.disguised,
        )


def _name(attachment_id: str, number: int, total: int) -> str:
    return f"attachment:{attachment_id}:{number}/{total}"
