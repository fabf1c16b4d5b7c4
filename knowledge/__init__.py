"""What we remember or fetch: disk, network and clock live here."""
