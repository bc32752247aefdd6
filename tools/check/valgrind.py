"""Valgrind's memcheck on a short run of every ufunc: see sanitize.py."""

from tools.check.sanitize import main_of_valgrind as main

__all__ = ["main"]
