"""Literal emitters: values go in, source text of one language comes out."""
