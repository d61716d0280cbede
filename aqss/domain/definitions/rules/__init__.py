"""Rules that a format cannot tell: between values of a file and between files, on whatever could be read.

One module for each noun. They read nodes, not models, so that one fault hides no other.
"""
