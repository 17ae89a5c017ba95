"""The table of known mistakes that can be planted into a graph, in the order they are tried.

To add one, write a function of a Subject that gives its Planted forms, and enter it here.
Mistakes that show in the numbers alone (a factor, a sign, a shape) stand in `patterns`.
"""

from __future__ import annotations

from gradstone.checking import backward_mistakes as backward
from gradstone.checking import forward_mistakes as forward
from gradstone.checking import weight_mistakes as weight
from gradstone.checking.planting import Mistake

MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        "weights overwritten before use",
        "the weights were updated before they sent the error back; compute all gradients "
        "from the old weights, then update",
        backward.weights_overwritten,
    ),
    Mistake(
        "local derivative missing",
        "the upstream gradient passes the activation unchanged; multiply it by the activation's "
        "derivative",
        backward.no_local_derivative,
    ),
    Mistake(
        "derivative taken of the net",
        "σ' was computed as net·(1−net), or tanh' as 1−net²; with the output it is y·(1−y), 1−y²",
        backward.derivative_of_net,
    ),
    Mistake(
        "derivative taken at the output",
        "the activation's derivative was evaluated at its output; it belongs at its net input",
        backward.derivative_at_output,
    ),
    Mistake(
        "relu mask taken from the upstream gradient",
        "the gradient passed where it was positive itself; it passes where the input was positive",
        backward.mask_from_upstream,
    ),
    Mistake(
        "softmax applied twice",
        "softmax was applied to probabilities; the loss takes logits",
        forward.softmax_twice,
    ),
    Mistake(
        "sigmoid applied twice",
        "sigmoid was applied to a probability; the loss takes logits",
        forward.sigmoid_twice,
    ),
    Mistake(
        "weights transposed in the backward pass",
        "the gradient went back through W in place of its transpose (or X in place of its own)",
        backward.weights_not_transposed,
    ),
    Mistake(
        "delta without its local derivative sent back",
        "∂E/∂out went back through the weights; send δ = ∂E/∂out · σ'(net)",
        backward.error_sent_back,
    ),
    Mistake(
        "error split by weight shares",
        "the error was divided in the ratio of the weights; multiply by the weights themselves",
        backward.error_by_weight_shares,
    ),
    Mistake(
        "one path only",
        "only one neuron of the next layer sent its error back; add the paths through all",
        backward.one_path_only,
    ),
    Mistake(
        "another layer's input in the weight gradient",
        "a weight's gradient is δ times the input of its own layer; another value stood there",
        weight.another_input,
    ),
    Mistake(
        "the weight itself in its gradient",
        "a weight's gradient is δ times its input, not δ times the weight",
        weight.weight_in_its_own_gradient,
    ),
    Mistake(
        "bias multiplied into its gradient",
        "a bias's gradient is δ itself: its input is 1",
        weight.bias_in_its_gradient,
    ),
    Mistake(
        "bias gradient not summed over the samples",
        "one sample's δ, or their mean, stands for the sum of all",
        weight.bias_of_one_sample,
    ),
    Mistake(
        "one sample only",
        "the samples' gradients overwrote each other; add them",
        weight.one_sample_only,
    ),
    Mistake(
        "upstream gradient changed in place",
        "a backward pass wrote into the gradient that came in, which another branch still "
        "needed; compute a new array",
        backward.upstream_changed_in_place,
    ),
    Mistake(
        "the error in place of the difference",
        "the loss itself was sent back in place of its derivative out − target",
        backward.error_in_place_of_difference,
    ),
    Mistake(
        "softmax over the samples",
        "softmax was taken along the batch; take it along the classes of each sample",
        forward.softmax_over_samples,
    ),
    Mistake(
        "labels off by one",
        "the labels are shifted by one class; they count from 0",
        forward.labels_off_by_one,
    ),
    Mistake(
        "targets broadcast against predictions",
        "targets of shape (N,) against predictions (N, 1) make an (N, N) table of differences; "
        "reshape the targets",
        forward.targets_broadcast,
    ),
    Mistake(
        "sigmoid on the output of a regression",
        "the output went through sigmoid before the loss",
        forward.sigmoid_on_regression,
    ),
    Mistake(
        "weights transposed in the forward pass",
        "the net was computed with the transposed weights",
        forward.weights_transposed,
    ),
    Mistake(
        "bias left out of the forward pass",
        "the net was computed without its bias",
        forward.bias_left_out,
    ),
    Mistake(
        "gradient of another loss",
        "the function computes one loss, the gradient belongs to another",
        forward.another_loss,
    ),
    Mistake(
        "a term left out",
        "the rest is right: one term of a sum, factor of a product rule or path is missing",
        backward.term_left_out,
    ),
)
