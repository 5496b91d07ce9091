"""The site: the published snapshot as pages that anyone can open, from a file, without server or network.

Belongs here: which pages there are, what they say, how they look. Does not belong here: any figure (models/).
"""
