"""Reads Japanese values: addresses to municipality, era dates, widths and variants, check digits."""
