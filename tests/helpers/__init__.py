"""What keeps the tests honest: see conftest.py."""
