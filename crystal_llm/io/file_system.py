"""Which file system a file lies on: SQLite loses data on some."""

from __future__ import annotations

from pathlib import Path

_NETWORK = frozenset(
    {
        *("9p", "afs", "beegfs", "ceph", "cifs", "fuse.sshfs", "glusterfs", "gpfs", "lustre"),
        *("ncpfs", "nfs", "nfs4", "smb", "smb2", "smb3", "smbfs", "virtiofs"),
    }
)
_MOUNTS = Path("/proc/self/mounts")


def network_file_system(path: Path, mounts: Path = _MOUNTS) -> str | None:
    """The kind of the network file system that a path lies on, such as ``nfs4``.

    Args:
        path: A file or folder; it need not exist.
        mounts: The kernel's table of mounts.

    Returns:
        None for a local file system, and where the system does not tell (not Linux).
    """
    resolved = path.resolve()
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    kind, deepest = "", -1
    for line in lines:
        words = line.split(" ")
        if len(words) < 3:
            continue
        # The kernel writes blanks and their like in octal.
        mount = Path(words[1].encode().decode("unicode_escape"))
        # The later of two mounts on the same folder hides the earlier.
        if resolved.is_relative_to(mount) and len(mount.parts) >= deepest:
            kind, deepest = words[2].lower(), len(mount.parts)
    return kind if kind in _NETWORK else None
