"""Everything that is network: requests, pushes, pacing. No Qt, no SQL."""
