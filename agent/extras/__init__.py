"""Adapters to heavy optional libraries around a pure step or score. Nothing here is imported until it is asked for."""
