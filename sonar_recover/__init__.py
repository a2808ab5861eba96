"""Opens what a PC left, with the organisation's recovery key: for when nobody can sign in there."""
