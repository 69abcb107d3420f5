"""What a venue, a workshop, a person, an attendance, a sheet and a note are.

Pure rules, standard library only, no input or output.
"""
