"""The sides: one module for each library, and `catalogue`, which says how each is started.

A module is imported only in its own process. Its class takes a workload and options, and has

* `losses(epochs)`: from the initial values, rows in their order, the mean loss of each epoch;
* `train(epochs)`: from the initial values, shuffled; seconds and the epochs they took, what is
  done once (data, initial values) outside the clock;
* `final()`: the parameters.
"""
