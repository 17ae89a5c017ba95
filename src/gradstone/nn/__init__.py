"""Networks: names, shapes and initial values of parameters."""
