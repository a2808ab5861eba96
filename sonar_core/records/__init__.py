"""What is written about a person in custody: one file per record type.

Two sorts. A Fact happened and is never changed, only followed by a fact that names it. An Entity
has a present state, edited by field group (see registry.py).
"""
