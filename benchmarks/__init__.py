"""Benchmarks: how fast the models are beside the limit of the machine and beside other engines."""
