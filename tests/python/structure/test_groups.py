"""Tests that share a build run in one process, however pytest is installed."""

import os

import pytest


def test_the_group_of_a_test_reaches_pytest_xdist(request):
    if "PYTEST_XDIST_WORKER" not in os.environ:
        pytest.skip("pytest runs in one process")
    assert request.node.nodeid.endswith("@structure/test_groups")
