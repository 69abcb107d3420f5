"""The paper sheet: its words, its places, its painting, its print dialog."""
