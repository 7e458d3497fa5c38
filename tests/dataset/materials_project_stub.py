"""A server on loopback that answers what mp-api asks, as the Materials Project does."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from json_server import JsonAnswers, served
from pymatgen.core import Lattice, Structure

KEY = "abcdefghijklmnopqrstuvwxyz012345"


def material(identity, species, hull, structure=None, **more):
    if structure is None:
        sites = [[0, 0, 0], [0.5, 0.5, 0.5], [0.5, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 0.5]]
        structure = Structure(Lattice.cubic(4.0), species, sites[: len(species)]).as_dict()
    elements = sorted(set(species))
    return {
        "material_id": identity,
        "structure": structure,
        "symmetry": {"number": 221, "symbol": "Pm-3m"},
        "formation_energy_per_atom": -1.5,
        "energy_above_hull": hull,
        "band_gap": 0.7,
        "elements": elements,
        "chemsys": "-".join(elements),
        "nsites": len(species),
        "deprecated": False,
        "batch_id": None,
    } | more


MATERIALS = [
    material("mp-1", ["Li", "O"], 0.0),
    material("mp-2", ["Sr", "Ti", "O", "O", "O"], 0.05),
    material("mp-3", ["Li", "Fe", "O"], 0.2, symmetry=None, band_gap=None),
    material("mp-4", ["Li", "O"], 0.3, deprecated=True),
    material("mp-5", ["Li", "O"], 0.01, batch_id="gnome_r2scan_statics"),
]

FILTERS = {
    "elements": lambda doc, value: set(value.split(",")) <= set(doc["elements"]),
    "chemsys": lambda doc, value: doc["chemsys"] in value.split(","),
    "energy_above_hull_min": lambda doc, value: doc["energy_above_hull"] >= float(value),
    "energy_above_hull_max": lambda doc, value: doc["energy_above_hull"] <= float(value),
    "nsites_min": lambda doc, value: doc["nsites"] >= int(value),
    "nsites_max": lambda doc, value: doc["nsites"] <= int(value),
    "deprecated": lambda doc, value: doc["deprecated"] == (value == "True"),
    "batch_id_not_eq": lambda doc, value: doc["batch_id"] != value,
}


class Stub(JsonAnswers, BaseHTTPRequestHandler):
    def do_GET(self):
        address = urlsplit(self.path)
        asked = dict(parse_qsl(address.query))
        self.server.asked.append((address.path, asked))
        if address.path == "/heartbeat":
            self._answer(
                200,
                {
                    "status": "OK",
                    "time": "2026-01-01T00:00:00",
                    "version": "0.87.0",
                    "db_version": "2025.09.25",
                    "access_controlled_batch_ids": ["gnome_r2scan_statics"],
                },
            )
        elif address.path != "/materials/summary/":
            self._answer(404, {"detail": "Not Found"})
        elif self.headers.get("x-api-key") != KEY:
            self._answer(self.server.refusal, {"detail": "Invalid authentication credentials"})
        elif self.server.fault is not None:
            self._answer(*self.server.fault)
        else:
            self._summary(dict(asked))

    def _summary(self, asked):
        limit, skip = int(asked.pop("_limit", 100)), int(asked.pop("_skip", 0))
        fields = asked.pop("_fields").split(",")
        strange = asked.keys() - FILTERS.keys()
        if strange:
            self._answer(
                422, {"detail": [{"loc": ["query", name], "msg": "?"} for name in strange]}
            )
            return
        documents = [
            document
            for document in self.server.materials
            if all(FILTERS[name](document, value) for name, value in asked.items())
        ]
        page = documents[skip : skip + min(limit, self.server.page)]
        shown = [{name: document.get(name) for name in fields} for document in page]
        self._answer(200, {"data": shown, "meta": {"total_doc": len(documents)}})


@contextmanager
def materials_project(
    materials=tuple(MATERIALS), refusal=401, fault=None, page=1000
) -> Iterator[ThreadingHTTPServer]:
    state = {"materials": materials, "refusal": refusal, "fault": fault, "page": page, "asked": []}
    with served(Stub, **state) as server:
        yield server
