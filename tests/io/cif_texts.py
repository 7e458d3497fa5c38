"""CIF texts for tests, made of what differs."""


def cif_text(
    sites: str,
    length: str = "5.64",
    group: str = "P1",
    extra: str = "",
    *,
    cell: tuple[str, ...] | None = None,
    columns: str = "label type_symbol fract_x fract_y fract_z occupancy",
    symmetry: str | None = None,
) -> str:
    """A CIF of one crystal.

    Args:
        sites: The lines of the loop of atoms.
        length: All three lengths of a cubic cell.
        group: Hermann-Mauguin symbol.
        extra: Further lines before the loop.
        cell: Three lengths and three angles instead of a cubic cell.
        columns: The loop's columns.
        symmetry: Lines that state the symmetry, instead of ``group``.
    """
    parameters = cell or (length, length, length, "90", "90", "90")
    names = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")
    lines = "\n".join(
        f"_cell_{name} {value}" for name, value in zip(names, parameters, strict=True)
    )
    stated = f"_symmetry_space_group_name_H-M '{group}'" if symmetry is None else symmetry
    tags = "\n".join(f"_atom_site_{column}" for column in columns.split())
    return f"data_test\n{lines}\n{stated}\n{extra}\nloop_\n{tags}\n{sites}\n"
