"""What the library knows of one crystal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from crystal_llm.energy_method import EnergyMethod
from crystal_llm.errors import LibraryError
from crystal_llm.types import PlainCrystal

Origin = Literal["generated", "infill", "edited", "refined", "relaxed", "imported", "uploaded"]
ORIGINS: tuple[Origin, ...] = (
    "generated", "infill", "edited", "refined", "relaxed", "imported", "uploaded",
)  # fmt: skip
LATER_FORMS: tuple[Origin, ...] = ("refined", "relaxed")
"""Origins of a crystal that is another form of the one that it was made from."""

MAX_TAG_CHARACTERS = 40
MAX_NOTE_CHARACTERS = 10_000
LOCAL_USER = "local"
"""Who owns what is made where nobody logs in."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A crystal of the library; None means "not known".

    Whoever puts one in gives what comes before ``id``; the library fills in the rest.

    Attributes:
        origin: How it came about.
        crystal: The crystal; None where it failed before there was one.
        parent_id: The entry that it was made from.
        job_id: The job that made it.
        energy_ev_per_atom: Its energy, of ``method``.
        energy_above_hull_ev_per_atom: Where it lies over ``reference_id``.
        method: What made the energy.
        forces_ev_per_angstrom: By the same, one a site, as
            :func:`~crystal_llm.io.extended_xyz.extended_xyz` takes them; or empty.
        reference_id: The reference phases of the hull.
        valid: Whether it is structurally and compositionally valid as written.
        invalid_reason: Why it is not.
        unique: Whether no earlier crystal of its job is the same.
        novel: Whether no known phase is the same.
        known_match: The known phase that is the same.
        log_likelihood: Of its text, as the model gave it.
        model: Name, quantisation and hash of the model that wrote it.
        seed: The run's seed.
        prompt: The prompt.
        source: The file that it was read from.
        edit: What was done to its parent, in one line.
        failure: What went wrong with it.
        note: The user's words.
        tags: The user's marks.
        saved: Whether the user keeps it, or a job merely left it.
        id: Its name; one is made where it is empty.
        owner: Who may see it.
        formula: Reduced formula; None where there is no crystal.
        elements: Symbols, sorted.
        n_sites: Atoms in its cell.
        spacegroup_number: By spglib at 0.1 Å; None where none was found.
        created_unix_s: When it came.
        deleted_unix_s: When it was deleted; None while it is there.
    """

    origin: Origin
    crystal: PlainCrystal | None
    parent_id: str | None = None
    job_id: str | None = None
    energy_ev_per_atom: float | None = None
    energy_above_hull_ev_per_atom: float | None = None
    method: EnergyMethod | None = None
    forces_ev_per_angstrom: tuple[tuple[float, float, float], ...] = ()
    reference_id: str | None = None
    valid: bool | None = None
    invalid_reason: str | None = None
    unique: bool | None = None
    novel: bool | None = None
    known_match: str | None = None
    log_likelihood: float | None = None
    model: str | None = None
    seed: int | None = None
    prompt: str | None = None
    source: str | None = None
    edit: str | None = None
    failure: str | None = None
    note: str = ""
    tags: tuple[str, ...] = ()
    saved: bool = False
    id: str = ""
    owner: str = ""
    formula: str | None = None
    elements: tuple[str, ...] = ()
    n_sites: int | None = None
    spacegroup_number: int | None = None
    created_unix_s: float = 0.0
    deleted_unix_s: float | None = None

    def __post_init__(self) -> None:
        """Checks what a user can get wrong.

        Raises:
            LibraryError: No such origin, or a note or tag that cannot be kept.
        """
        if self.origin not in ORIGINS:
            raise LibraryError(f"origin {self.origin!r}: use one of {', '.join(ORIGINS)}")
        check_note(self.note)
        check_tags(self.tags)

    @property
    def title(self) -> str:
        """What a reader calls it."""
        return self.formula or "no crystal"


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; None means "any".

    Attributes:
        formula: Reduced or not; compared by its reduced form.
        elements: All of these occur.
        only_elements: Nothing but these occurs.
        energy_above_hull_min_ev_per_atom: Lowest energy above hull.
        energy_above_hull_max_ev_per_atom: Highest energy above hull.
        tags: All of these are set.
        origin: How it came about.
        job_id: The job that made it.
        parent_id: The entry that it was made from.
        saved: Whether the user keeps it.
        text: Occurs in the note, the source or the id.
        with_crystal: Leave out what failed before there was a crystal.
        spacegroup_number: The space group.
        n_sites_min: Fewest atoms in the cell.
        n_sites_max: Most atoms in the cell.
        novel: Whether no known phase is the same.
        made_after_unix_s: Made at this moment or later.
        made_before_unix_s: Made before this moment.
        folded: Leave out what has a refined or relaxed form that is found as well: the last one
            stands for all. What is itself relaxed stays.
        deleted: Look among what was deleted.
        lowest_first: By energy above hull, what has none last; else the newest first.
        limit: The most entries to give; None for all.
        offset: How many to pass over.
    """

    formula: str | None = None
    elements: tuple[str, ...] = ()
    only_elements: tuple[str, ...] | None = None
    energy_above_hull_min_ev_per_atom: float | None = None
    energy_above_hull_max_ev_per_atom: float | None = None
    tags: tuple[str, ...] = ()
    origin: Origin | None = None
    job_id: str | None = None
    parent_id: str | None = None
    saved: bool | None = None
    text: str | None = None
    with_crystal: bool = False
    spacegroup_number: int | None = None
    n_sites_min: int | None = None
    n_sites_max: int | None = None
    novel: bool | None = None
    made_after_unix_s: float | None = None
    made_before_unix_s: float | None = None
    folded: bool = False
    deleted: bool = False
    lowest_first: bool = False
    limit: int | None = 200
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what a search found, in its order, and how many there are in all."""

    entries: tuple[Entry, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an entry comes from and what came of it.

    Attributes:
        ancestors: From the first to the parent.
        entry: The entry itself.
        descendants: All that was made from it, parents before children.
    """

    ancestors: tuple[Entry, ...]
    entry: Entry
    descendants: tuple[Entry, ...]

    def tree(self) -> Iterator[tuple[int, Entry]]:
        """The entry and its descendants, each with its depth, branch by branch."""
        children: dict[str | None, list[Entry]] = {}
        for descendant in self.descendants:
            children.setdefault(descendant.parent_id, []).append(descendant)
        waiting = [(0, self.entry)]
        while waiting:
            depth, entry = waiting.pop()
            yield depth, entry
            waiting += [(depth + 1, child) for child in reversed(children.get(entry.id, []))]


@dataclass(frozen=True, slots=True)
class Deletion:
    """What was deleted together; :meth:`Library.undo` takes its id.

    Attributes:
        id: Its name.
        entry_ids: The entries.
        deleted_unix_s: When.
    """

    id: str
    entry_ids: tuple[str, ...]
    deleted_unix_s: float


def check_note(note: str) -> str:
    """A note that can be kept.

    Raises:
        LibraryError: It is too long.
    """
    if len(note) > MAX_NOTE_CHARACTERS:
        raise LibraryError(
            f"the note has {len(note):,} characters: at most {MAX_NOTE_CHARACTERS:,} are kept"
        )
    return note


def check_tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Tags that can be kept, sorted, each once.

    Raises:
        LibraryError: One is empty, too long or holds a comma.
    """
    for tag in tags:
        if not tag.strip() or len(tag) > MAX_TAG_CHARACTERS or "," in tag or tag != tag.strip():
            raise LibraryError(
                f"tag {tag[:MAX_TAG_CHARACTERS]!r}: use 1 to {MAX_TAG_CHARACTERS} characters "
                "without a comma or outer blanks"
            )
    return tuple(sorted(set(tags)))
