"""Who may do what, in plain words, as the policies themselves answer."""
