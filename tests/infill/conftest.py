import pytest

from crystal_llm.types import PlainCrystal


@pytest.fixture(scope="session")
def rock_salt():
    """The conventional cell of NaCl: sites 0 to 3 Na, 4 to 7 Cl."""
    corners = ((0.0, 0.0, 0.0), (0.0, 0.5, 0.5), (0.5, 0.0, 0.5), (0.5, 0.5, 0.0))
    middles = ((0.5, 0.5, 0.5), (0.5, 0.0, 0.0), (0.0, 0.5, 0.0), (0.0, 0.0, 0.5))
    return PlainCrystal(
        (5.64, 5.64, 5.64), (90.0, 90.0, 90.0), ("Na",) * 4 + ("Cl",) * 4, corners + middles
    )


@pytest.fixture(scope="session")
def perovskite():
    """SrTiO3: Sr, Ti, three O."""
    return PlainCrystal(
        (3.91, 3.91, 3.91),
        (90.0, 90.0, 90.0),
        ("Sr", "Ti", "O", "O", "O"),
        ((0.0, 0.0, 0.0), (0.5, 0.5, 0.5), (0.5, 0.5, 0.0), (0.5, 0.0, 0.5), (0.0, 0.5, 0.5)),
    )
