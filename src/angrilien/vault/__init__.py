"""Key slots, passphrases, device keys, signatures and sealing."""
