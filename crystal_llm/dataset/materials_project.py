"""The Materials Project as a source, asked with the user's own key through ``mp-api``."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.dataset.row_building import Failure, SourceCrystal, SourceReading
from crystal_llm.errors import MaterialsProjectError, RequestError
from crystal_llm.io.structure_file import StructureText

ENDPOINT = "https://api.materialsproject.org/"
KEY_VARIABLE = "MP_API_KEY"
ENDPOINT_VARIABLE = "MP_API_ENDPOINT"
KEY_LENGTH = 32
ANSWER_SECONDS = 20.0
_FIELDS = (
    "material_id",
    "structure",
    "symmetry",
    "formation_energy_per_atom",
    "energy_above_hull",
    "band_gap",
)

_WHERE_KEYS_ARE = "get one at https://next-gen.materialsproject.org/api"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class MaterialsQuery:
    """What to ask the Materials Project for; None means "any".

    Attributes:
        elements: Elements that a material must contain, others allowed.
        chemical_systems: Systems such as ``Li-Fe-O``; a material belongs to exactly one.
        energy_above_hull_ev_per_atom: Least and greatest energy above the convex hull.
        max_sites: Greatest number of sites in the cell as stored.
        with_gnome: Also GNoME materials, whose licence forbids commercial use.
    """

    elements: tuple[str, ...] | None = None
    chemical_systems: tuple[str, ...] | None = None
    energy_above_hull_ev_per_atom: tuple[float, float] | None = None
    max_sites: int | None = None
    with_gnome: bool = False

    def __post_init__(self) -> None:
        """Checks the query before anything is sent.

        Raises:
            RequestError: An element that does not exist, an empty range, no condition.
        """
        systems = self.chemical_systems or ()
        named = [*(self.elements or ()), *(part for name in systems for part in name.split("-"))]
        for symbol in named:
            if symbol not in ELEMENTS:
                raise RequestError(f"{symbol!r} is not an element")
        if self.energy_above_hull_ev_per_atom is not None:
            least, greatest = self.energy_above_hull_ev_per_atom
            if not (math.isfinite(least) and math.isfinite(greatest) and least <= greatest):
                raise RequestError(
                    f"energy above hull from {least} to {greatest} eV/atom is no range: "
                    "give the smaller number first"
                )
        if not named and self.energy_above_hull_ev_per_atom is None:
            raise RequestError(
                "this asks for the whole Materials Project: name elements, a chemical system or "
                "a range of energy above hull"
            )


def read_api_key(environment: Mapping[str, str], key_file: Path | None = None) -> str:
    """The user's key, from a file or else from ``MP_API_KEY``.

    Raises:
        MaterialsProjectError: There is none, or it cannot be one. Never shows the key.
    """
    if key_file is not None:
        try:
            key = key_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise MaterialsProjectError(f"{key_file}: no API key can be read there") from error
        source = str(key_file)
    else:
        key = environment.get(KEY_VARIABLE, "").strip()
        source = KEY_VARIABLE
    if not key:
        raise MaterialsProjectError(
            f"no Materials Project API key in {source}: {_WHERE_KEYS_ARE} and set "
            f"{KEY_VARIABLE}, or name a file that holds it with --api-key-file"
        )
    if len(key) != KEY_LENGTH or not (key.isascii() and key.isalnum()):
        raise MaterialsProjectError(
            f"the Materials Project API key in {source} is not {KEY_LENGTH} letters and digits: "
            f"{_WHERE_KEYS_ARE}"
        )
    return key


def fetch_materials(query: MaterialsQuery, api_key: str, endpoint: str = ENDPOINT) -> SourceReading:
    """The materials that meet a query.

    Args:
        query: What to ask for.
        api_key: The user's key.
        endpoint: Address of the interface.

    Raises:
        MaterialsProjectError: The key is refused, or no usable answer comes.
    """
    # The database spells a system with its elements in alphabetical order.
    systems = ["-".join(sorted(name.split("-"))) for name in query.chemical_systems or ()]
    with project_client(api_key, endpoint) as client:
        documents = client.materials.summary.search(
            chemsys=systems or None,
            elements=list(query.elements or ()) or None,
            energy_above_hull=query.energy_above_hull_ev_per_atom,
            num_sites=None if query.max_sites is None else (1, query.max_sites),
            include_gnome=query.with_gnome,
            deprecated=False,
            all_fields=False,
            fields=list(_FIELDS),
        )
    crystals: list[SourceCrystal] = []
    failures: list[Failure] = []
    for document in documents:
        try:
            crystals.append(_source_crystal(document))
        except (KeyError, TypeError, ValueError) as error:
            identity = str(document.get("material_id", "(no id)"))
            failures.append(Failure(identity, f"the answer lacks or garbles {error}"))
    return SourceReading(tuple(crystals), tuple(failures))


@contextmanager
def project_client(api_key: str, endpoint: str = ENDPOINT) -> Iterator[Any]:
    """A client of the Materials Project (``MPRester``); its errors are told in our words.

    Args:
        api_key: The user's key.
        endpoint: Address of the interface.

    Raises:
        MaterialsProjectError: The key is refused, or no usable answer comes.
    """
    endpoint = endpoint.rstrip("/") + "/"
    _check_endpoint(endpoint)
    from mp_api.client import MPRester
    from mp_api.client.core.exceptions import MPRestError

    try:
        with MPRester(
            api_key,
            endpoint=endpoint,
            use_document_model=False,
            mute_progress_bars=not sys.stderr.isatty(),
        ) as client:
            yield client
    except MPRestError as error:
        raise MaterialsProjectError(_refusal(str(error), api_key)) from error
    except Exception as error:  # requests, JSON and emmet raise many kinds on a bad answer
        raise MaterialsProjectError(
            f"the Materials Project at {endpoint} gave no usable answer "
            f"({type(error).__name__}): try again later, or update mp-api"
        ) from error


def _check_endpoint(endpoint: str) -> None:
    """Refuses to send a key in the clear, and waits only so long for a sign of life.

    mp-api asks for the same heartbeat, but would wait for ever.
    """
    import requests

    address = urlsplit(endpoint)
    if address.scheme != "https" and address.hostname not in _LOOPBACK:
        raise MaterialsProjectError(
            f"{ENDPOINT_VARIABLE} = {endpoint}: use an https address, since the key is sent there"
        )
    try:
        requests.get(endpoint + "heartbeat", timeout=ANSWER_SECONDS).json()
    except (requests.RequestException, ValueError) as error:
        raise MaterialsProjectError(
            f"no answer from the Materials Project at {endpoint}: is this machine online? "
            "Its state is shown at https://status.materialsproject.org"
        ) from error


def _refusal(message: str, api_key: str) -> str:
    """What to tell a user of the service's error; the key is never shown."""
    if "status code 401" in message or "status code 403" in message:
        return (
            "the Materials Project refused the API key: it may be old or mistyped; "
            f"{_WHERE_KEYS_ARE}"
        )
    shown = " ".join(message.replace(api_key, "(key)").split())
    return f"the Materials Project did not answer the query: {shown[:300]}"


def _source_crystal(document: dict[str, Any]) -> SourceCrystal:
    symmetry = document.get("symmetry") or {}
    return SourceCrystal(
        material_id=str(document["material_id"]),
        content=StructureText(json.dumps(document["structure"]), "json"),
        spacegroup_number=symmetry.get("number"),
        formation_energy_ev_per_atom=document.get("formation_energy_per_atom"),
        energy_above_hull_ev_per_atom=document.get("energy_above_hull"),
        band_gap_ev=document.get("band_gap"),
    )
