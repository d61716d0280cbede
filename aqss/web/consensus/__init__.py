"""Pages of the session where the team agrees: the projected screen, the phones, joining."""
