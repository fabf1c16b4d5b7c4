"""The pure heart: same input, same output. No disk, network, clock or environment."""
