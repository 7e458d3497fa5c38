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


COLUMNS = "two columns, 2θ in degrees and intensity"


@pytest.mark.parametrize(
    ("content", "refused"),
    [
        (b"", f"my.xy: empty; at least 3 lines are needed with {COLUMNS}"),
        (b"a b\nc d\n", f"my.xy: no points; at least 3 lines are needed with {COLUMNS}"),
        (b"10\n11\n12\n", f"my.xy: no points; at least 3 lines are needed with {COLUMNS}"),
        (b"1 2\n2 3\n", f"my.xy: 2 points; at least 3 lines are needed with {COLUMNS}"),
        (b"\xff\xfe\x00", f"my.xy: not text; export it as xy: {COLUMNS}"),
        (
            b"1 2\n2 3\n3 __import__('os')\n",
            "my.xy, line 3: \"3 __import__('os')\" is no pair of numbers; delete the line, or "
            "give 2θ and intensity",
        ),
        (
            b"1 2\n2 nan\n3 4\n",
            "my.xy, line 2: '2 nan' is no pair of numbers; delete the line, or give 2θ and "
            "intensity",
        ),
        (
            b"2theta counts\n1 NaN\n2 3\n3 4\n4 5\n",
            "my.xy, line 2: '1 NaN' is no pair of numbers; delete the line, or give 2θ and "
            "intensity",
        ),
        (
            b"1 2\n2 3\n300 4\n",
            "my.xy, line 3: 2θ = 300 lies outside 0 to 180°; the first column is the angle",
        ),
        (
            b"1 2\n2 9e999\n3 4\n",
            "my.xy, line 2: the intensity 9e999 is too large; scale the intensities down",
        ),
        (
            b"x" * (MAX_PATTERN_BYTES + 1),
            "my.xy: 2,000,001 bytes; at most 2,000,000 are read, so export larger steps",
        ),
        (
            b"1 1\n" * (MAX_POINTS + 1),
            "my.xy: more than 50,000 points; export a shorter range or larger steps",
        ),
    ],
)
def test_what_is_no_pattern_is_refused_with_file_line_and_remedy(content, refused):
    with pytest.raises(PatternFileError) as error:
        read_measured_pattern(content, "my.xy")
    assert str(error.value) == refused


@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_else(content):
    try:
        read_measured_pattern(content)
    except PatternFileError as error:
        assert "\n" not in str(error)
