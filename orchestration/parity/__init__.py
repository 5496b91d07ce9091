"""Proof that two engines, or two ways to build, end in the same marts."""
