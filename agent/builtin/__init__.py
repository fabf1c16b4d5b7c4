"""The model that needs no key: understands investors in Korean and English, asks when unsure."""
