"""Experiments made of many trainings or measurements."""
