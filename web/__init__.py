"""The web side of Temu Mitra: pages, commands and the start. No rule of the product is decided here."""
