"""What pages say: facts from queries, words, formats, links."""
