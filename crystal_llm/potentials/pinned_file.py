"""Weights that lie in an installed package and are read only if they are the known ones."""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path

from crystal_llm.errors import PotentialError


@dataclass(frozen=True, slots=True)
class PinnedFile:
    """A file of a package and the hash that it must have.

    Attributes:
        package: Name of the installed package.
        path: Place of the file inside the package.
        sha256: Hash of its bytes in hex.
    """

    package: str
    path: str
    sha256: str

    def checked(self) -> tuple[Path, bytes]:
        """Where the file lies, and its bytes, which are the ones that were hashed.

        Raises:
            PotentialError: The package or file is missing, or the hash differs.
        """
        # Not imported: that would load torch before the file is known to be the right one.
        spec = importlib.util.find_spec(self.package)
        if spec is None or spec.origin is None:
            raise PotentialError(
                f"the package {self.package} is not installed: install the pins of requirements.txt"
            )
        file = Path(spec.origin).parent / self.path
        try:
            content = file.read_bytes()
        except OSError as error:
            raise PotentialError(
                f"{file}: the weights cannot be read ({error.strerror}); "
                f"install {self.package} as pinned in requirements.txt"
            ) from error
        check_sha256(content, self.sha256, str(file))
        return file, content


def check_sha256(content: bytes, sha256: str, place: str) -> None:
    """Compares a file's bytes with its pinned hash.

    Raises:
        PotentialError: They differ; says where.
    """
    digest = hashlib.sha256(content).hexdigest()
    if digest != sha256:
        raise PotentialError(
            f"{place}: the weights have the hash {digest[:12]}…, not {sha256[:12]}…; "
            "they were not opened: restore the file from its release"
        )
