"""The snapshot as files and text: workbooks, Tableau extract, summary of a run."""
