"""`hotline bench --chaos`: a whole hotline, killed at every moment, and the account of it.

What callers were thanked for is compared with what the case book and a case system hold. Nothing
here is imported by the hotline itself.
"""
