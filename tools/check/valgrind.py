"""Run valgrind's memcheck on calls of every ufunc; see sanitize.py."""

from tools.check.sanitize import main_of_valgrind as main

__all__ = ["main"]
