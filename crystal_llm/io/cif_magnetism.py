"""Magnetic CIFs, read for their structure: what the moments and time reversal say is left out."""

from __future__ import annotations

from dataclasses import replace

from crystal_llm.errors import StructureFileError
from crystal_llm.io.cif_values import UNKNOWN_VALUES, CifBlock

_MAGNETIC = ("_space_group_magn", "_space_group_symop_magn", "_atom_site_moment", "_parent_")
_OPERATIONS = "_space_group_symop_magn_operation_xyz"
_CENTRINGS = "_space_group_symop_magn_centering_xyz"
_PLAIN_OPERATIONS = "_space_group_symop_operation_xyz"
_OTHER_STATEMENTS = ("_symmetry_", "_space_group_")
"""Of a magnetic file these speak of the parent structure or of the magnetic group."""
MOST_OPERATIONS = 1000


def without_magnetism(block: CifBlock, remarks: list[str]) -> CifBlock:
    """The block as that of the structure in the magnetic cell; any other block as it is.

    Args:
        block: The data block.
        remarks: Is told that something was left out.

    Raises:
        StructureFileError: A magnetic operation is none or missing, or there are too many.
    """
    if not any(tag.startswith(_MAGNETIC) for tag in block.fields):
        return block
    if _OPERATIONS not in block.fields and any(
        tag.startswith("_space_group_magn") for tag in block.fields
    ):
        raise StructureFileError(
            f"magnetic CIF is not read without its operations: list them ({_OPERATIONS})"
        )
    fields = {tag: values for tag, values in block.fields.items() if not tag.startswith(_MAGNETIC)}
    if _OPERATIONS in block.fields:
        fields = {
            tag: values for tag, values in fields.items() if not tag.startswith(_OTHER_STATEMENTS)
        }
        fields[_PLAIN_OPERATIONS] = _operations(block)
    remarks.append("a magnetic CIF, read for its structure: moments and time reversal are left out")
    return replace(block, fields=fields)


def _operations(block: CifBlock) -> list[str]:
    """All operations of the magnetic group on positions."""
    import gemmi

    def read(tag: str) -> list[gemmi.Op]:
        read_so_far = []
        for said in block.fields.get(tag, ()):
            if said.strip() in UNKNOWN_VALUES:
                continue
            parts = said.replace(" ", "").split(",")
            if len(parts) != 4 or parts[3] not in ("+1", "-1", "1"):
                raise StructureFileError(
                    f"{said[:40]!r} is no magnetic operation such as x,y,z,+1", block.line_of(said)
                )
            try:
                read_so_far.append(gemmi.Op(",".join(parts[:3])))
            except (RuntimeError, ValueError) as error:
                raise StructureFileError(
                    f"{said[:40]!r} is no magnetic operation such as x,y,z,+1", block.line_of(said)
                ) from error
        return read_so_far

    operations = read(_OPERATIONS)
    centrings = read(_CENTRINGS) or [gemmi.Op("x,y,z")]
    if len(operations) * len(centrings) > MOST_OPERATIONS:
        raise StructureFileError(
            f"{len(operations) * len(centrings)} magnetic operations: no space group has so many"
        )
    combined = ((shift * operation).wrap() for shift in centrings for operation in operations)
    return list(dict.fromkeys(op.triplet() for op in combined))
