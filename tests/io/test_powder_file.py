import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystal_llm.errors import PatternFileError
from crystal_llm.io.powder_file import MAX_PATTERN_BYTES, MAX_POINTS, read_measured_pattern

POINTS = ((10.0, 100.0), (10.02, 120.5), (10.04, 1e3))


@pytest.mark.parametrize(
    "text",
    [
        "10 100\n10.02 120.5\n10.04 1e3\n",
        "\ufeff2theta,counts\r\n10,100\r\n10.02,120.5\r\n10.04,1000\r\n",
        "# a scan\n10;100;10\n10.02;120.5;11\n10.04;1000.0;31\n",
        "Winkel;Impulse\n10;100\n10,02;120,5\n10,04;1000,0\n",
        "10\t100 1\n10,02\t120,5 1\n10,04\t1000,0 1\n",
        "10, 100\n10.02, 120.5\n10.04, 1000\n",
        "sample A\n\n10.04\t1.0e+3\n10\t100\n10.02\t120.5\n",
    ],
)
def test_two_columns_are_read_as_diffractometers_write_them(text):
    pattern = read_measured_pattern(text.encode())
    assert tuple(zip(pattern.two_theta_degrees, pattern.intensities, strict=True)) == POINTS


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "two columns"),
        (b"\xff\xfe\x00", "no text"),
        (b"1 2\n2 3\n3 __import__('os')\n", "line 3"),
        (b"1 2\n2 nan\n3 4\n", "line 2"),
        (b"1 2\n2 3\n300 4\n", "no angle"),
        (b"x" * (MAX_PATTERN_BYTES + 1), "at most"),
        (b"1 1\n" * (MAX_POINTS + 1), "more than"),
    ],
)
def test_what_is_no_pattern_is_refused_in_one_sentence(content, said):
    with pytest.raises(PatternFileError, match=said):
        read_measured_pattern(content)


@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_else(content):
    try:
        read_measured_pattern(content)
    except PatternFileError as error:
        assert "\n" not in str(error)
