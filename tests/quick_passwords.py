"""Django's own way of keeping passwords, with one turn of the crank instead of a million.

The algorithm's name stays, so that a server in another process can check what a test has set.
"""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    iterations = 1
