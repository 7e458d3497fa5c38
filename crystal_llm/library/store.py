"""The library: entries put in, found again, marked, deleted and brought back."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from crystal_llm.errors import LibraryError
from crystal_llm.library.database import Database, insert_missing, open_database
from crystal_llm.library.entry import (
    LATER_FORMS,
    LOCAL_USER,
    Deletion,
    Entry,
    Found,
    Provenance,
    Search,
    check_note,
    check_tags,
)
from crystal_llm.library.rows import ENTRIES, columns, conditions, from_row, new_entry

MAX_CHAIN = 1000
"""Entries of one provenance that are followed."""

_THERE: dict[str, None] = {"deleted_unix_s": None, "deletion_id": None}


class Library:
    """The entries of one owner.

    Args:
        database: Where they are.
        owner: Whose; others' entries are as if they were not there.
    """

    def __init__(self, database: Database, owner: str = LOCAL_USER) -> None:
        self._database = database
        self._owner = owner

    def add(self, entry: Entry, entry_id: str = "") -> Entry:
        """Puts a crystal in; see :meth:`add_all`."""
        (added,) = self.add_all([replace(entry, id=entry_id or entry.id)])
        return added

    def add_all(self, entries: Iterable[Entry]) -> tuple[Entry, ...]:
        """Puts crystals in, all or none.

        Args:
            entries: Each with an id of the caller's choice, or none. Where the id is there
                already the entry takes the new facts and keeps what the user said of it:
                note, tags, whether it is saved or deleted. So work that is done again
                doubles nothing.

        Raises:
            LibraryError: An id belongs to another owner.
        """
        new = tuple(new_entry(entry, self._owner) for entry in entries)
        with self._database.transaction() as connection:
            return tuple(self._put(connection, entry) for entry in new)

    def get(self, entry_id: str) -> Entry:
        """An entry, deleted or not.

        Raises:
            LibraryError: There is none of that id.
        """
        with self._database.transaction() as connection:
            return self._get(connection, entry_id)

    def search(self, wanted: Search | None = None) -> Found:
        """Finds entries, newest first or lowest first.

        Raises:
            LibraryError: A formula or element that is none.
        """
        wanted = wanted or Search()
        where = [ENTRIES.c.owner == self._owner, *conditions(wanted)]
        chosen = sa.select(ENTRIES).where(*where)
        newest = (ENTRIES.c.created_unix_s.desc(), ENTRIES.c.id)
        above = ENTRIES.c.energy_above_hull_ev_per_atom
        lowest = (above.is_(None), above) if wanted.lowest_first else ()
        ordered = chosen.order_by(*lowest, *newest)
        with self._database.transaction() as connection:
            total = connection.scalar(sa.select(sa.func.count()).select_from(chosen.subquery()))
            rows = connection.execute(ordered.limit(wanted.limit).offset(wanted.offset)).all()
        return Found(tuple(from_row(row) for row in rows), int(total or 0))

    def tags(self) -> tuple[str, ...]:
        """All tags in use, sorted."""
        chosen = sa.select(ENTRIES.c.tags).distinct()
        here = (ENTRIES.c.owner == self._owner, ENTRIES.c.deleted_unix_s.is_(None))
        with self._database.transaction() as connection:
            rows = connection.scalars(chosen.where(*here)).all()
        return tuple(sorted({tag for row in rows for tag in row.split(",") if tag}))

    def jobs(self, limit: int = 200) -> tuple[tuple[str, float, int], ...]:
        """Jobs that left entries here, newest first: id, when it began, how many crystals.

        The forms of a crystal, as written and as relaxed, count once.
        """
        counted = sa.and_(*conditions(Search(folded=True)))
        began = sa.func.min(ENTRIES.c.created_unix_s)
        count = sa.func.sum(sa.case((counted, 1), else_=0))
        here = (
            ENTRIES.c.owner == self._owner,
            ENTRIES.c.deleted_unix_s.is_(None),
            ENTRIES.c.job_id.is_not(None),
        )
        chosen = sa.select(ENTRIES.c.job_id, began, count).where(*here).group_by(ENTRIES.c.job_id)
        with self._database.transaction() as connection:
            rows = connection.execute(chosen.order_by(began.desc()).limit(limit)).all()
        return tuple((str(job), float(at), int(many)) for job, at, many in rows)

    def earlier_forms(self, entries: Iterable[Entry]) -> dict[str, tuple[Entry, ...]]:
        """What refined and relaxed entries were before, by their id: as written, then refined."""
        later = [entry for entry in entries if entry.origin in LATER_FORMS]
        before = self._parents(later)
        refined = [entry for entry in before.values() if entry.origin == "refined"]
        first = self._parents(refined)
        forms: dict[str, tuple[Entry, ...]] = {}
        for entry in later:
            parent = before.get(entry.parent_id or "")
            if parent is None or parent.origin == "relaxed":
                continue
            written = first.get(parent.parent_id or "") if parent.origin == "refined" else None
            forms[entry.id] = (parent,) if written is None else (written, parent)
        return forms

    def _parents(self, entries: Iterable[Entry]) -> dict[str, Entry]:
        """What entries were made from, by the parent's id; those that are there."""
        ids = {entry.parent_id for entry in entries if entry.parent_id is not None}
        chosen = sa.select(ENTRIES).where(
            ENTRIES.c.owner == self._owner,
            ENTRIES.c.deleted_unix_s.is_(None),
            ENTRIES.c.id.in_(ids),
        )
        with self._database.transaction() as connection:
            rows = connection.execute(chosen).all()
        return {row.id: from_row(row) for row in rows}

    def tag(self, entry_id: str, tags: Iterable[str], without: Iterable[str] = ()) -> Entry:
        """Adds tags to an entry's own and takes others away, and saves it.

        Args:
            entry_id: The entry.
            tags: To be added.
            without: To be taken away; those that it does not have are passed over.

        Raises:
            LibraryError: A tag cannot be kept, or no such entry.
        """
        added, taken = tuple(tags), set(without)

        def tagged(entry: Entry) -> Entry:
            remaining = tuple(tag for tag in entry.tags if tag not in taken)
            return replace(entry, tags=check_tags((*remaining, *added)), saved=True)

        return self._change(entry_id, tagged)

    def note(self, entry_id: str, note: str) -> Entry:
        """Sets an entry's note, and saves it.

        Raises:
            LibraryError: The note is too long, or no such entry.
        """
        check_note(note)
        return self._change(entry_id, lambda entry: replace(entry, note=note, saved=True))

    def save(
        self, entry_id: str, saved: bool = True, *, tags: Iterable[str] = (), note: str = ""
    ) -> Entry:
        """Keeps an entry among what the user saved, or no longer.

        Args:
            entry_id: The entry. One that was deleted is brought back by being saved.
            saved: Whether it is kept.
            tags: Added to its own.
            note: A new line of its note, unless that says it already.

        Raises:
            LibraryError: A tag or the note cannot be kept, or no such entry.
        """
        added = tuple(tags)

        def as_saved(entry: Entry) -> Entry:
            lines = [entry.note] if note in entry.note else [entry.note, note]
            return replace(
                entry,
                saved=saved,
                tags=check_tags((*entry.tags, *added)),
                note="\n".join(line for line in lines if line),
            )

        return self._change(entry_id, as_saved, restored=saved)

    def delete(self, entry_ids: Sequence[str]) -> Deletion:
        """Deletes entries together; :meth:`undo` brings them back.

        Raises:
            LibraryError: One is not there, or is deleted already; nothing is deleted then.
        """
        if not entry_ids:
            raise LibraryError("delete: name at least one entry")
        deletion = Deletion(secrets.token_hex(6), tuple(dict.fromkeys(entry_ids)), time.time())
        with self._database.transaction() as connection:
            for entry_id in deletion.entry_ids:
                here = (ENTRIES.c.owner == self._owner, ENTRIES.c.id == entry_id)
                # Asked and marked at once: of two deletions at the same moment one is refused.
                marked = connection.execute(
                    sa.update(ENTRIES)
                    .where(*here, ENTRIES.c.deleted_unix_s.is_(None))
                    .values(deleted_unix_s=deletion.deleted_unix_s, deletion_id=deletion.id)
                )
                if not marked.rowcount:
                    self._get(connection, entry_id)
                    raise LibraryError(f"entry {entry_id!r} is deleted already")
        return deletion

    def deletions(self, limit: int = 20) -> tuple[Deletion, ...]:
        """What was deleted and can be brought back, newest first."""
        chosen = sa.select(ENTRIES.c.deletion_id, ENTRIES.c.deleted_unix_s, ENTRIES.c.id)
        here = (ENTRIES.c.owner == self._owner, ENTRIES.c.deletion_id.is_not(None))
        ordered = chosen.where(*here).order_by(ENTRIES.c.deleted_unix_s.desc(), ENTRIES.c.id)
        together: dict[str, Deletion] = {}
        with self._database.transaction() as connection:
            for deletion_id, at, entry_id in connection.execute(ordered):
                before = together.get(deletion_id, Deletion(deletion_id, (), at))
                together[deletion_id] = replace(before, entry_ids=(*before.entry_ids, entry_id))
        return tuple(together.values())[:limit]

    def undo(self, deletion_id: str) -> tuple[Entry, ...]:
        """Brings back what was deleted together.

        Raises:
            LibraryError: There is no such deletion.
        """
        here = (ENTRIES.c.owner == self._owner, ENTRIES.c.deletion_id == deletion_id)
        with self._database.transaction() as connection:
            ids = connection.scalars(sa.select(ENTRIES.c.id).where(*here)).all()
            if not ids:
                raise LibraryError(
                    f"there is no deletion {deletion_id[:40]!r} to undo; it may be undone already"
                )
            connection.execute(sa.update(ENTRIES).where(*here).values(_THERE))
            return tuple(self._get(connection, entry_id) for entry_id in ids)

    def restore(self, entry_ids: Iterable[str]) -> None:
        """Brings entries back, without the others that were deleted together with them.

        Args:
            entry_ids: The entries; those that are not deleted, or unknown, are passed over.
        """
        with self._database.transaction() as connection:
            for entry_id in entry_ids:
                here = (ENTRIES.c.owner == self._owner, ENTRIES.c.id == entry_id)
                connection.execute(sa.update(ENTRIES).where(*here).values(_THERE))

    def provenance(self, entry_id: str) -> Provenance:
        """The chain that an entry belongs to, deleted links included.

        Raises:
            LibraryError: No such entry.
        """
        with self._database.transaction() as connection:
            entry = self._get(connection, entry_id)
            ancestors: list[Entry] = []
            seen = {entry.id}
            parent = entry.parent_id
            while parent is not None and parent not in seen and len(seen) < MAX_CHAIN:
                row = connection.execute(self._of_id(parent)).one_or_none()
                if row is None:
                    break
                ancestors.insert(0, from_row(row))
                seen.add(parent)
                parent = ancestors[0].parent_id
            descendants: list[Entry] = []
            generation = [entry.id]
            while generation and len(seen) < MAX_CHAIN:
                children = sa.select(ENTRIES).where(
                    ENTRIES.c.owner == self._owner, ENTRIES.c.parent_id.in_(generation)
                )
                rows = connection.execute(children.order_by(ENTRIES.c.created_unix_s)).all()
                born = [entry for entry in map(from_row, rows) if entry.id not in seen]
                descendants += born
                generation = [entry.id for entry in born]
                seen.update(generation)
        return Provenance(tuple(ancestors), entry, tuple(descendants))

    def _change(
        self, entry_id: str, change: Callable[[Entry], Entry], *, restored: bool = False
    ) -> Entry:
        with self._database.transaction() as connection:
            # The row is held from here on, so that two changes at once both count.
            held = connection.execute(
                sa.update(ENTRIES)
                .where(ENTRIES.c.id == entry_id, ENTRIES.c.owner == self._owner)
                .values(owner=self._owner, **(_THERE if restored else {}))
            )
            if not held.rowcount:
                raise _missing(entry_id)
            before = self._get(connection, entry_id)
            after = change(before)
            connection.execute(
                sa.update(ENTRIES).where(ENTRIES.c.id == entry_id).values(**columns(after))
            )
        return after

    def _put(self, connection: sa.Connection, entry: Entry) -> Entry:
        if insert_missing(connection, ENTRIES, columns(entry)):
            return entry
        row = connection.execute(sa.select(ENTRIES).where(ENTRIES.c.id == entry.id)).one()
        before = from_row(row)
        if before.owner != self._owner:
            raise LibraryError(f"entry {entry.id!r} belongs to another user")
        saved = replace(
            entry,
            note=before.note,
            tags=before.tags,
            saved=before.saved,
            created_unix_s=before.created_unix_s,
            deleted_unix_s=before.deleted_unix_s,
        )
        connection.execute(
            sa.update(ENTRIES).where(ENTRIES.c.id == entry.id).values(**columns(saved))
        )
        return saved

    def _get(self, connection: sa.Connection, entry_id: str) -> Entry:
        row = connection.execute(self._of_id(entry_id)).one_or_none()
        if row is None:
            raise _missing(entry_id)
        return from_row(row)

    def _of_id(self, entry_id: str) -> sa.Select[Any]:
        return sa.select(ENTRIES).where(ENTRIES.c.id == entry_id, ENTRIES.c.owner == self._owner)


def open_library(url: str, owner: str = LOCAL_USER) -> Library:
    """The library in a database.

    Args:
        url: ``settings().database_url``.
        owner: Whose entries.

    Raises:
        LibraryError: The database cannot be used; nothing in it was changed.
    """
    return Library(open_database(url), owner)


def _missing(entry_id: str) -> LibraryError:
    return LibraryError(f"there is no entry {entry_id[:40]!r} in the library")
