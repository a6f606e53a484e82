"""Compares a program's calls of tools with their declarations, without running it; standard library only."""
