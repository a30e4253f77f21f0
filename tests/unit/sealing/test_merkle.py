"""Roots and proofs agree with the RFC's definition at every size, and nothing altered passes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.errors import ProofRefused, TreeIncomplete
from events.sealing.merkle import (
    EMPTY_ROOT,
    Frontier,
    node_hash,
    require_consistent,
    require_included,
    root,
)
from events.sealing.tree import Tree, kept_hashes
from tests.support.merkle import leaves, mth, path, subproof

SIZES = range(71)
LEAVES = leaves(600)
"""More than two tiles, so that the kept nodes of 256 leaves are used."""


def tree_of(size: int) -> Tree:
    return Tree(size, kept_hashes(LEAVES[:size]))


def flipped(value: bytes, bit: int = 0) -> bytes:
    return bytes([value[0] ^ (1 << bit), *value[1:]])


def test_the_seven_leaves_of_the_rfc_s_figure_give_its_nodes() -> None:
    d0, d1, d2, d3, d4, d5, d6 = LEAVES[:7]
    g, h, i, j = node_hash(d0, d1), node_hash(d2, d3), node_hash(d4, d5), d6
    k, el = node_hash(g, h), node_hash(i, j)
    assert root(LEAVES[:7]) == node_hash(k, el)
    # The proofs that the RFC's section 2.1.5 writes out.
    assert tree_of(7).inclusion(0) == [d1, h, el]
    assert tree_of(7).inclusion(3) == [d2, g, el]
    assert tree_of(7).inclusion(4) == [d5, j, k]
    assert tree_of(7).inclusion(6) == [i, k]
    assert tree_of(7).consistency(3) == [d2, d3, g, el]
    assert tree_of(7).consistency(4) == [el]
    assert tree_of(7).consistency(6) == [i, j, k]


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root([]).hex() == Frontier().root().hex() == tree_of(0).root().hex() == empty


def test_every_way_to_the_root_gives_the_root_of_the_definition() -> None:
    frontier = Frontier()
    for size in (*SIZES, 255, 256, 257, 511, 512, 513, 600):
        while frontier.size < size:
            frontier.add(LEAVES[frontier.size])
        told = mth(LEAVES[:size])
        assert root(LEAVES[:size]) == frontier.root() == tree_of(size).root() == told


def test_every_inclusion_proof_is_that_of_the_definition_and_verifies() -> None:
    for size in SIZES:
        tree, top = tree_of(size), mth(LEAVES[:size])
        for index in range(size):
            proof = tree.inclusion(index)
            assert proof == path(index, LEAVES[:size])
            require_included(LEAVES[index], index, size, proof, top)


def test_every_consistency_proof_is_that_of_the_definition_and_verifies() -> None:
    for size in SIZES:
        tree, top = tree_of(size), mth(LEAVES[:size])
        for old in range(size + 1):
            proof = tree.consistency(old)
            if 0 < old < size:
                assert proof == subproof(old, LEAVES[:size])
            require_consistent(old, mth(LEAVES[:old]), size, top, proof)


@pytest.mark.parametrize(("size", "old", "index"), [(600, 511, 300), (513, 256, 512), (600, 1, 0)])
def test_proofs_across_tiles_verify(size: int, old: int, index: int) -> None:
    tree, top = tree_of(size), mth(LEAVES[:size])
    require_included(LEAVES[index], index, size, tree.inclusion(index), top)
    require_consistent(old, mth(LEAVES[:old]), size, top, tree.consistency(old))


def test_an_altered_inclusion_proof_is_refused() -> None:
    for size in range(1, 34):
        tree, top = tree_of(size), mth(LEAVES[:size])
        for index in range(size):
            proof = tree.inclusion(index)
            leaf = LEAVES[index]
            wrong = [
                (flipped(leaf), index, size, proof, top),
                (leaf, index, size, proof, flipped(top)),
                (leaf, index, size, [*proof, top], top),
                (leaf, index, size, [top, *proof], top),
                (leaf, size, size, proof, top),
                (leaf, -1, size, proof, top),
                *((leaf, other, size, proof, top) for other in range(size) if other != index),
                *((leaf, index, size, proof[:n] + proof[n + 1 :], top) for n in range(len(proof))),
                *(
                    (leaf, index, size, [*proof[:n], flipped(proof[n]), *proof[n + 1 :]], top)
                    for n in range(len(proof))
                ),
            ]
            for each in wrong:
                with pytest.raises(ProofRefused):
                    require_included(*each)


def test_an_altered_consistency_proof_is_refused() -> None:
    for size in range(1, 34):
        tree, top = tree_of(size), mth(LEAVES[:size])
        for old in range(1, size + 1):
            proof, before = tree.consistency(old), mth(LEAVES[:old])
            wrong = [
                (old, flipped(before), size, top, proof),
                (old, before, size, flipped(top), proof),
                (old, before, size, top, [*proof, top]),
                (size + 1, before, size, top, proof),
                (old - 1, before, size, top, proof),
                *((old, before, size, top, proof[:n] + proof[n + 1 :]) for n in range(len(proof))),
                *(
                    (old, before, size, top, [*proof[:n], flipped(proof[n]), *proof[n + 1 :]])
                    for n in range(len(proof))
                ),
            ]
            for each in wrong:
                with pytest.raises(ProofRefused):
                    require_consistent(*each)


@settings(max_examples=200, deadline=None)
@given(
    size=st.integers(0, 70),
    old=st.integers(-1, 71),
    noise=st.lists(st.sampled_from([*LEAVES[:3], b"", b"short"]), max_size=5),
)
def test_a_made_up_consistency_proof_is_refused(size: int, old: int, noise: list[bytes]) -> None:
    """Of two trees that share no leaf but claim to continue each other."""
    other, top = mth([flipped(each) for each in LEAVES[: max(old, 1)]]), mth(LEAVES[:size])
    with pytest.raises(ProofRefused):
        require_consistent(old, other, size, top, noise)


def test_what_is_consistent_with_nothing() -> None:
    require_consistent(0, EMPTY_ROOT, 0, EMPTY_ROOT, [])
    require_consistent(0, EMPTY_ROOT, 7, mth(LEAVES[:7]), [])
    for wrong in [(0, LEAVES[0], 7, LEAVES[1], []), (0, EMPTY_ROOT, 7, LEAVES[1], [LEAVES[2]])]:
        with pytest.raises(ProofRefused):
            require_consistent(*wrong)
    with pytest.raises(ProofRefused):
        require_consistent(0, EMPTY_ROOT, 0, LEAVES[0], [])


def test_a_proof_of_endless_length_is_refused_before_it_is_hashed() -> None:
    with pytest.raises(ProofRefused, match="at most 63"):
        require_included(LEAVES[0], 0, 2, [LEAVES[1]] * 100_000, LEAVES[0])


def test_a_missing_kept_hash_is_named() -> None:
    kept = kept_hashes(LEAVES[:500])
    with pytest.raises(TreeIncomplete, match="level 1"):
        Tree(600, kept).root()
    nothing_above = Tree(600, lambda level, first, end: [] if level else LEAVES[first:end])
    with pytest.raises(TreeIncomplete, match="level 1"):
        nothing_above.root()


def test_a_tree_has_no_proof_for_what_it_does_not_hold() -> None:
    with pytest.raises(ValueError, match="3 leaves"):
        tree_of(3).inclusion(3)
    with pytest.raises(ValueError, match="3 leaves"):
        tree_of(3).consistency(4)


def test_a_tree_reads_each_tile_once() -> None:
    asked: list[tuple[int, int, int]] = []
    kept = kept_hashes(LEAVES)

    def reading(level: int, first: int, end: int) -> list[bytes]:
        asked.append((level, first, end))
        return list(kept(level, first, end))

    tree = Tree(600, reading)
    tree.root()
    tree.inclusion(599)
    tree.consistency(590)
    assert sorted(asked) == [(0, 512, 600), (1, 0, 2)]
