"""Bundles of entries: they come back as they went in, and nothing else is read as one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.ledger.tiles import BundleMalformed, decode_bundle, encode_bundle


def test_each_entry_stands_after_its_length():
    assert encode_bundle([b"ab", b"", b"\n"]) == b"\x00\x02ab\x00\x00\x00\x01\n"


@settings(deadline=None)
@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_entries_come_back_as_they_went_in(leaves):
    assert decode_bundle(encode_bundle(leaves)) == leaves


def test_the_longest_entry_and_the_fullest_bundle_fit():
    leaves = [bytes(65_535), *[b"x"] * 255]

    assert decode_bundle(encode_bundle(leaves)) == leaves


@pytest.mark.parametrize("leaves", [[], [b"x"] * 257, [bytes(65_536)]])
def test_entries_that_no_bundle_holds_are_refused(leaves):
    with pytest.raises(BundleMalformed):
        encode_bundle(leaves)


def test_a_bundle_that_is_cut_off_anywhere_is_refused_or_ends_with_an_entry():
    leaves = [b"first", b"", b"the third"]
    bundle = encode_bundle(leaves)
    whole = {len(encode_bundle(leaves[:count])): leaves[:count] for count in (1, 2, 3)}
    for length in range(len(bundle)):
        if length in whole:
            assert decode_bundle(bundle[:length]) == whole[length]
        else:
            with pytest.raises(BundleMalformed):
                decode_bundle(bundle[:length])


@pytest.mark.parametrize("bundle", [b"", b"\0", b"\0\0" * 257, b"\0\1ab", b"\xff\xffab"])
def test_bytes_that_are_no_bundle_are_refused(bundle):
    with pytest.raises(BundleMalformed):
        decode_bundle(bundle)


@settings(deadline=None)
@given(st.binary(max_size=40))
def test_what_is_read_as_a_bundle_encodes_to_the_same_bytes(noise):
    try:
        leaves = decode_bundle(noise)
    except BundleMalformed:
        return
    assert encode_bundle(leaves) == noise
