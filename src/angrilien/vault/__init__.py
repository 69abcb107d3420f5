"""Key slots, passphrases, device keys, signatures and seals. PyNaCl only, no network, no SQL."""
