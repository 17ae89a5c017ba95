"""Graph to numbers, by several roads that agree."""
