"""Planted faults: single changes of the models' SQL, and whether their unit tests notice."""
