"""A server on loopback that answers for energies as the Materials Project does."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from json_server import JsonAnswers, served

KEY = "abcdefghijklmnopqrstuvwxyz012345"


def thermo(identity, formula, system, energy, kind="GGA_GGA+U"):
    return {
        "material_id": identity,
        "formula_pretty": formula,
        "chemsys": system,
        "energy_per_atom": energy,
        "thermo_type": kind,
    }


DOCUMENTS = [
    thermo("mp-1", "Li", "Li", -1.9),
    thermo("mp-2", "O2", "O", -4.9),
    thermo("mp-3", "Fe", "Fe", -8.4),
    thermo("mp-4", "Li2O", "Li-O", -4.8),
    thermo("mp-5", "Li2O", "Li-O", -4.7),
    thermo("mp-6", "Li2O", "Li-O", -9.9, "R2SCAN"),
    thermo("mp-7", "LiFeO2", "Fe-Li-O", -6.3),
    thermo("mp-8", "NaCl", "Cl-Na", -3.7),
]


class Stub(JsonAnswers, BaseHTTPRequestHandler):
    def do_GET(self):
        address = urlsplit(self.path)
        asked = dict(parse_qsl(address.query))
        if address.path == "/heartbeat":
            version = {"version": "0.87.0", "db_version": "2025.09.25"}
            self._answer(200, {"status": "OK", "access_controlled_batch_ids": []} | version)
        elif address.path != "/materials/thermo/":
            self._answer(404, {"detail": "Not Found"})
        elif self.headers.get("x-api-key") != KEY:
            self._answer(401, {"detail": "Invalid authentication credentials"})
        elif self.server.fault is not None:
            self._answer(*self.server.fault)
        else:
            documents = [
                document
                for document in self.server.documents
                if document["chemsys"] in asked["chemsys"].split(",")
                and document["thermo_type"] in asked["thermo_types"].split(",")
            ]
            skip = int(asked.get("_skip", 0))
            page = documents[skip : skip + int(asked["_limit"])]
            shown = [{k: document.get(k) for k in asked["_fields"].split(",")} for document in page]
            self._answer(200, {"data": shown, "meta": {"total_doc": len(documents)}})


@contextmanager
def thermo_server(documents=tuple(DOCUMENTS), fault=None) -> Iterator[ThreadingHTTPServer]:
    with served(Stub, documents=documents, fault=fault) as server:
        yield server
