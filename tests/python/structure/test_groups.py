"""Tests that share a build run in one process, however pytest is installed."""

import pytest


def test_the_group_of_a_test_reaches_pytest_xdist(request):
    if not getattr(request.config.option, "loadgroup", False):
        pytest.skip("tests are not shared out by groups")
    assert request.node.nodeid.endswith("@structure/test_groups")
