"""Superset: dashboards as code over the published marts.

Belongs here: what is shown (dashboards.yml, datasets/), how it gets into a Superset, who sees what.
Does not belong here: any figure (models/).
"""
