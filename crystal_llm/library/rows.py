"""Entries as rows of the database, and searches as conditions on them."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from crystal_llm.errors import LibraryError, RequestError
from crystal_llm.io.record_json import RecordError, from_json, to_json, to_plain
from crystal_llm.library.database import METADATA
from crystal_llm.library.entry import LATER_FORMS, Entry, Search, check_tags

ENTRIES = sa.Table(
    "crystal_llm_entries",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text, nullable=False, index=True),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("parent_id", sa.Text, index=True),
    sa.Column("job_id", sa.Text, index=True),
    sa.Column("formula", sa.Text, index=True),
    # ",Fe,O,": symbols between commas, so that LIKE finds whole ones.
    sa.Column("elements", sa.Text, nullable=False),
    sa.Column("n_sites", sa.Integer),
    sa.Column("n_elements", sa.Integer, nullable=False),
    sa.Column("spacegroup_number", sa.Integer),
    sa.Column("energy_above_hull_ev_per_atom", sa.Float(53), index=True),
    sa.Column("tags", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("source", sa.Text),
    sa.Column("saved", sa.Boolean, nullable=False),
    sa.Column("has_crystal", sa.Boolean, nullable=False),
    sa.Column("draft", sa.Text, nullable=False),
    sa.Column("created_unix_s", sa.Float(53), nullable=False, index=True),
    sa.Column("deleted_unix_s", sa.Float(53)),
    sa.Column("deletion_id", sa.Text, index=True),
)


_OF_COLUMNS = frozenset(
    {
        *("id", "owner", "formula", "elements", "n_sites", "spacegroup_number"),
        *("created_unix_s", "deleted_unix_s"),
    }
)
"""What of an entry stands in columns alone; all else is in the column ``draft`` too, which has
the name of the first release's type."""


def new_entry(entry: Entry, owner: str) -> Entry:
    """An entry as it is put in now, with what follows from its crystal.

    Raises:
        LibraryError: The id or a tag cannot be kept.
    """
    entry_id = entry.id or secrets.token_hex(6)
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,80}", entry_id):
        raise LibraryError(f"id {entry_id[:40]!r}: use letters, digits, '.', '_' and '-'")
    entry = replace(
        entry,
        id=entry_id,
        owner=owner,
        tags=check_tags(entry.tags),
        created_unix_s=time.time(),
        deleted_unix_s=None,
    )
    crystal = entry.crystal
    if crystal is None:
        return entry
    from crystal_llm.crystal.reduction import spacegroup_number
    from crystal_llm.evaluation.validity import formula_of

    try:
        group = spacegroup_number(crystal)
    except Exception:  # spglib and pymatgen raise several kinds for atoms that lie on each other
        group = None
    return replace(
        entry,
        formula=formula_of(crystal.species),
        elements=tuple(sorted(set(crystal.species))),
        n_sites=len(crystal.species),
        spacegroup_number=group,
    )


def conditions(wanted: Search) -> list[sa.ColumnElement[bool]]:
    """What rows must fulfil to be found.

    Raises:
        LibraryError: A formula or element that is none.
    """
    conditions = _conditions(wanted, ENTRIES)
    if wanted.folded:
        conditions += _without_later_form(wanted)
    return conditions


def _without_later_form(wanted: Search) -> list[sa.ColumnElement[bool]]:
    """Leaves out what was refined or relaxed, or both, where what became of it is found as well."""
    # What was relaxed on, by another potential say, has an energy of its own to show.
    was_relaxed = ENTRIES.c.origin == "relaxed"
    later, between = ENTRIES.alias("later"), ENTRIES.alias("between")
    at_once = sa.exists().where(
        later.c.parent_id == ENTRIES.c.id,
        later.c.owner == ENTRIES.c.owner,
        later.c.origin.in_(LATER_FORMS),
        *_conditions(wanted, later),
    )
    by_refining = sa.exists().where(
        between.c.parent_id == ENTRIES.c.id,
        between.c.owner == ENTRIES.c.owner,
        between.c.origin == "refined",
        later.c.parent_id == between.c.id,
        later.c.origin == "relaxed",
        *_conditions(wanted, later),
    )
    return [sa.or_(was_relaxed, ~at_once), sa.or_(was_relaxed, ~by_refining)]


def _conditions(wanted: Search, rows: sa.FromClause) -> list[sa.ColumnElement[bool]]:
    of = rows.c
    here = of.deleted_unix_s
    conditions: list[sa.ColumnElement[bool]] = [
        here.is_not(None) if wanted.deleted else here.is_(None)
    ]
    if wanted.formula is not None and wanted.formula.strip():
        from crystal_llm.generation.request import requested_formula

        try:
            conditions.append(of.formula == requested_formula(wanted.formula.strip()))
        except RequestError as error:
            raise LibraryError(str(error)) from error
    for symbol in (*wanted.elements, *(wanted.only_elements or ())):
        if not re.fullmatch(r"[A-Z][a-z]?", symbol):
            raise LibraryError(f"{symbol[:20]!r} is no element symbol such as Fe")
    holds = {symbol: of.elements.like(f"%,{symbol},%") for symbol in wanted.elements}
    conditions += holds.values()
    if wanted.only_elements is not None:
        among = [
            sa.cast(of.elements.like(f"%,{symbol},%"), sa.Integer)
            for symbol in dict.fromkeys(wanted.only_elements)
        ]
        conditions.append(sum(among, sa.literal(0)) == of.n_elements)
    above = of.energy_above_hull_ev_per_atom
    if wanted.energy_above_hull_min_ev_per_atom is not None:
        conditions.append(above >= wanted.energy_above_hull_min_ev_per_atom)
    if wanted.energy_above_hull_max_ev_per_atom is not None:
        conditions.append(above <= wanted.energy_above_hull_max_ev_per_atom)
    for column, low, high in (
        (of.n_sites, wanted.n_sites_min, wanted.n_sites_max),
        (of.created_unix_s, wanted.made_after_unix_s, None),
    ):
        if low is not None:
            conditions.append(column >= low)
        if high is not None:
            conditions.append(column <= high)
    if wanted.made_before_unix_s is not None:
        conditions.append(of.created_unix_s < wanted.made_before_unix_s)
    if wanted.novel is not None:
        # In JSON's own text: within a string its quotation marks would be escaped.
        conditions.append(
            of.draft.contains(f'"novel": {json.dumps(wanted.novel)}', autoescape=True)
        )
    for tag in wanted.tags:
        conditions.append(of.tags.contains(f",{tag},", autoescape=True))
    for column, value in (
        (of.origin, wanted.origin),
        (of.job_id, wanted.job_id),
        (of.parent_id, wanted.parent_id),
        (of.spacegroup_number, wanted.spacegroup_number),
        (of.saved, wanted.saved),
    ):
        if value is not None:
            conditions.append(column == value)
    if wanted.with_crystal:
        conditions.append(of.has_crystal == sa.true())
    if wanted.text is not None and wanted.text.strip():
        places = (of.note, of.source, of.id)
        text = wanted.text.strip()
        conditions.append(sa.or_(*(place.icontains(text, autoescape=True) for place in places)))
    return conditions


def columns(entry: Entry) -> dict[str, Any]:
    """The row of an entry; its deletion is not part of it."""
    facts = {name: value for name, value in to_plain(entry).items() if name not in _OF_COLUMNS}
    return {
        "id": entry.id,
        "owner": entry.owner,
        "origin": entry.origin,
        "parent_id": entry.parent_id,
        "job_id": entry.job_id,
        "formula": entry.formula,
        "elements": _listed(entry.elements),
        "n_sites": entry.n_sites,
        "n_elements": len(entry.elements),
        "spacegroup_number": entry.spacegroup_number,
        "energy_above_hull_ev_per_atom": entry.energy_above_hull_ev_per_atom,
        "tags": _listed(entry.tags),
        "note": entry.note,
        "source": entry.source,
        "saved": entry.saved,
        "has_crystal": entry.crystal is not None,
        "draft": to_json(facts),
        "created_unix_s": entry.created_unix_s,
    }


def _listed(names: Sequence[str]) -> str:
    return f",{','.join(names)}," if names else ""


def from_row(row: Any) -> Entry:
    """The entry of a row.

    Raises:
        LibraryError: The row is damaged.
    """
    try:
        entry: Entry = from_json(Entry, row.draft, f"entry {row.id}")
    except RecordError as error:
        raise LibraryError(f"the library is damaged: {error}; restore it from a copy") from error
    return replace(
        entry,
        id=row.id,
        owner=row.owner,
        formula=row.formula,
        elements=tuple(symbol for symbol in row.elements.split(",") if symbol),
        n_sites=row.n_sites,
        spacegroup_number=row.spacegroup_number,
        created_unix_s=row.created_unix_s,
        deleted_unix_s=row.deleted_unix_s,
    )
