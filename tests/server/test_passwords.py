from __future__ import annotations

from sonar_server import passwords


def test_a_password_is_stored_by_argon2id_and_found_right():
    stored = passwords.hashed("correct horse battery")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.is_right("correct horse battery", stored)
    assert not passwords.is_right("correct horse batterx", stored)


def test_the_same_password_is_stored_differently_each_time():
    assert passwords.hashed("correct horse battery") != passwords.hashed("correct horse battery")


def test_an_accent_typed_on_another_keyboard_counts_as_the_same():
    assert passwords.is_right("cafe\u0301 au lait!!", passwords.hashed("caf\u00e9 au lait!!"))


def test_a_made_up_password_is_long_enough_and_never_the_same():
    made = {passwords.made_up() for _ in range(50)}
    assert len(made) == 50
    assert all(len(password) >= passwords.LEAST_LENGTH for password in made)
    assert not set("".join(made)) & set("il1o0")
