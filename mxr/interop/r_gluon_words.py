"""What the help pages of R's Gluon say where the classes say nothing, and how their examples are called."""

from __future__ import annotations

__all__ = ["BY_HAND", "GIVEN", "INPUTS", "WORDS"]

# Parameters whose docstrings say nothing of them, by name
WORDS = {
    "activation": "name of the activation: 'relu', 'sigmoid', 'tanh', 'softrelu' or 'softsign'; None adds none",
    "adj": "not used; for calls of MXNet",
    "allow_missing": "whether parameters may be missing in the file",
    "alpha": "slope or factor where the input is negative",
    "alpha_initializer": "initial slope; None is 0.25",
    "angle_limits": "the smallest and the largest angle in degrees",
    "arrays": "list of arrays, which are changed in place",
    "axis": "axis to work on, counted from 0 in the engine's order",
    "batch_axis": "axis of the examples, counted from 0 in the engine's order, so that 0 is the last dim in R",
    "batch_norm": "whether batch normalisation follows each convolution",
    "beta": "factor inside the sigmoid",
    "bidirectional": "whether there is a second direction",
    "bn_size": "factor of the bottleneck layers",
    "brightness": "limit of the change",
    "center": "whether an offset `beta` is added",
    "channels": "number of output channels",
    "check_isfinite": "whether the norm is checked, and returned as a number",
    "classes": "number of outputs",
    "concat_dim": "the old name of `axis`",
    "contrast": "limit of the change",
    "ctx": "the device of the parameters",
    "ctx_list": "list of devices",
    "data": "an array; an R array is copied to the engine",
    "default_init": "initialiser for the names that are not there",
    "dilation": "distance of the elements of the kernel",
    "downsample": "whether the shortcut has a convolution",
    "dropout": "share of elements to drop in training",
    "dtype": "element type",
    "epsilon": "small number against division by zero",
    "even_split": "whether the parts must be of one size",
    "forget_bias": "bias of the forget gate",
    "function": "a function of arrays (of `F` and arrays for HybridLambda), or the name of an operator",
    "groups": "number of groups of channels",
    "height": "height of the part",
    "hidden_size": "size of the state",
    "hue": "limit of the change",
    "ignore_extra": "whether the file may hold more than the block has",
    "in_channels": "number of input channels; 0 finds out at the first call",
    "initializers": "list of initialisers, one for each pattern",
    "input_dim": "number of rows: inputs are from 0 to `input_dim - 1`",
    "input_names": "names of the variables that are inputs",
    "input_size": "size of the input; 0 finds out at the first call",
    "interpolation": "how images are resized: 0 nearest, 1 bilinear, 2 area, 3 cubic",
    "kernel_size": "size of the kernel",
    "layout": "order of the axes as the engine has them",
    "margin": "distance that is enough",
    "max_norm": "limit of the norm over all arrays",
    "mean": "mean of each channel",
    "momentum": "share of the running mean that is kept",
    "multiplier": "factor of the number of channels",
    "num_deformable_group": "number of groups of offsets",
    "num_groups": "number of groups of channels",
    "num_layers": "number of layers",
    "num_slice": "number of parts",
    "offset_use_bias": "whether the offsets have a bias",
    "op_name": "name of the operator",
    "output_dim": "length of a row",
    "output_padding": "added to the output on one side",
    "p": "probability",
    "padding": "zeros added on both sides",
    "param_file": "file with the parameters",
    "params": "parameters to share: `$collect_params()` of another block",
    "patterns": "regular expressions for names",
    "prefix": "start of the names of all parameters inside; made up where not given",
    "pretrained": "take MXNet's parameters for ImageNet, which are downloaded",
    "rand_type": "'uniform' or 'normal'",
    "rho": "distance at which the loss becomes linear",
    "root": "folder for parameter files",
    "rotate_with_proba": "probability of a change",
    "saturation": "limit of the change",
    "scale": "factor; of a normalisation: whether there is a factor `gamma`",
    "sigma": "standard deviation",
    "size": "width and height, in this order, or one number for both",
    "slope": "slope of the PReLU that follows",
    "sparse_grad": "whether the gradient is row_sparse",
    "std": "standard deviation of each channel",
    "stride": "step of the first convolution",
    "strides": "steps of the kernel",
    "symbol_file": "file with the graph",
    "thumbnail": "for small images: without the first pooling",
    "transforms": "list of transforms",
    "use_bias": "whether there is a bias",
    "use_global_stats": "whether the running mean and variance are used in training, too",
    "value": "the values: an array, or numbers",
    "verbose": "whether it says what it does",
    "version": "which version of the network",
    "width": "width of the part",
    "x": "left edge of the part",
    "y": "upper edge of the part",
    "zoom_in": "whether the empty corners are cut off",
    "zoom_out": "whether the whole image stays in view",
}
INITIALISER = "initial values: an initialiser such as `mx.init.Xavier()`, its name, or None for that of `$initialize()`"

# Required arguments of examples, as R and as Python writes them
GIVEN = {
    "units": ("4", 4), "activation": ('"relu"', "relu"), "channels": ("4", 4), "kernel_size": ("3", 3),
    "rate": ("0.5", 0.5), "input_dim": ("10", 10), "output_dim": ("3", 3), "alpha": ("0.1", 0.1),
    "hidden_size": ("4", 4), "hidden_channels": ("4", 4), "i2h_kernel": ("3", 3), "h2h_kernel": ("3", 3),
    "projection_size": ("2", 2), "factor": ("2", 2), "sigma": ("0.1", 0.1), "name": ('"scale"', "scale"),
    "value": ("1", 1.0), "growth_rate": ("2", 2), "num_init_features": ("4", 4), "stride": ("1", 1),
    "size": ("4", 4), "brightness": ("0.2", 0.2), "contrast": ("0.2", 0.2), "saturation": ("0.2", 0.2),
    "hue": ("0.2", 0.2), "x": ("0", 0), "y": ("0", 0), "width": ("4", 4), "height": ("4", 4),
}  # fmt: skip

# Inputs of examples in the engine's order, tried one after the other
INPUTS = (
    ((2, 3),), ((2, 4, 8),), ((2, 4, 8, 8),), ((2, 8, 8, 8, 8),), ((2, 3), (2,)), ((2, 3), (2, 3)),
    ((2, 3), (2, 3), (2,)), ((2, 3), (2, 3), (2, 3)), ((2, 6, 5), (2, 2)), ((8, 8, 3),),
)  # fmt: skip

# Examples that cannot be called by rule
BY_HAND = {
    "gluon.Parameter": """p <- mx.gluon.Parameter("weight", shape = c(3, 2), init = mx.init.Xavier())
p$initialize(ctx = mx.cpu())
p
dim(p$data())
p$grad_req <- "null"
p$lr_mult <- 0.1
p$set_data(mx.nd.ones(c(3, 2)))
p$data()""",
    "gluon.Constant": """p <- mx.gluon.Constant("fixed", matrix(1:4, 2))
p$initialize()
p$data()""",
    "gluon.ParameterDict": """net <- mx.gluon.nn.Dense(2, in_units = 3)
net$initialize()
params <- net$collect_params()
params
names(params)
params[[1]]$shape
params$zero_grad()""",
    "gluon.SymbolBlock": """data <- mx.symbol.Variable("data")
graph <- mx.symbol.FullyConnected(data, num_hidden = 2, name = "fc")
net <- mx.gluon.SymbolBlock(graph, data)
net$initialize()
dim(net(mx.nd.ones(c(3, 4))))""",
    "gluon.SymbolBlock.imports": """net <- mx.gluon.nn.HybridSequential(mx.gluon.nn.Dense(2))
net$initialize()
net$hybridize()
x <- mx.nd.ones(c(3, 1))
out <- net(x)
path <- file.path(tempdir(), "net")
net$export(path)
again <- mx.gluon.SymbolBlock.imports(paste0(path, "-symbol.json"), "data",
  paste0(path, "-0000.params"))
all.equal(again(x), out)""",
    "gluon.Trainer": """net <- mx.gluon.nn.Dense(1)
net$initialize()
trainer <- mx.gluon.Trainer(net$collect_params(), "sgd", list(learning_rate = 0.1))
x <- mx.nd.ones(c(2, 4))
loss <- mx.autograd.record(mean((net(x) - 1)^2))
loss$backward()
trainer$step(4)
trainer$learning_rate
trainer$set_learning_rate(0.01)
# an optimiser of MXNet R, with its own rule
trainer <- mx.gluon.Trainer(net$collect_params(), mx.opt.adam(learning.rate = 0.01))""",
    "gluon.data.vision.transforms.Compose": """steps <- mx.gluon.data.vision.transforms.Compose(list(
  mx.gluon.data.vision.transforms.Resize(4), mx.gluon.data.vision.transforms.ToTensor()))
steps""",
    "gluon.nn.Lambda": """twice <- mx.gluon.nn.Lambda(function(x) x * 2)
twice(mx.nd.ones(2))
mx.gluon.nn.Lambda("tanh")(mx.nd.ones(2))""",
    "gluon.nn.HybridLambda": """act <- mx.gluon.nn.HybridLambda(function(F, x) F$relu(x))
act(mx.nd.array(c(-1, 1)))""",
    "gluon.nn.Sequential": """net <- mx.gluon.nn.Sequential()
net$add(mx.gluon.nn.Dense(8, activation = "relu"), mx.gluon.nn.Dense(2))
net$initialize()
dim(net(mx.nd.ones(c(3, 1))))""",
    "gluon.nn.HybridSequential": """net <- mx.gluon.nn.HybridSequential(
  mx.gluon.nn.Dense(8, activation = "relu"), mx.gluon.nn.Dropout(0.5), mx.gluon.nn.Dense(2))
net
net$initialize(mx.init.Xavier(), ctx = mx.cpu())
net$hybridize()
dim(net(mx.nd.ones(c(3, 1))))
net[[1]]$weight
net$collect_params(".*bias")""",
    "gluon.rnn.BidirectionalCell": """steps <- list(mx.gluon.rnn.LSTMCell(4), mx.gluon.rnn.LSTMCell(4))
cell <- mx.gluon.rnn.BidirectionalCell(steps[[1]], steps[[2]])
cell$initialize()
out <- cell$unroll(5, mx.nd.ones(c(3, 5, 2)), layout = "NTC", merge_outputs = TRUE)
dim(out[[1]])""",
    "gluon.rnn.SequentialRNNCell": """cell <- mx.gluon.rnn.SequentialRNNCell(mx.gluon.rnn.LSTMCell(4),
  mx.gluon.rnn.GRUCell(3))
cell$initialize()
out <- cell(mx.nd.ones(c(2, 1)), cell$begin_state(batch_size = 1))
dim(out[[1]])""",
    "gluon.rnn.HybridSequentialRNNCell": """cell <- mx.gluon.rnn.HybridSequentialRNNCell(mx.gluon.rnn.LSTMCell(4),
  mx.gluon.rnn.DropoutCell(0.1))
cell""",
    "gluon.utils.split_data": "mx.gluon.utils.split_data(mx.nd.array(matrix(1:8, 2)), 2)",
    "gluon.utils.split_and_load": "mx.gluon.utils.split_and_load(matrix(1:8, 2), list(mx.cpu()))",
    "gluon.utils.clip_global_norm": """x <- mx.nd.ones(4)
mx.gluon.utils.clip_global_norm(list(x), 1)
x""",
    "init.Load": """init <- mx.init.Load(list(fc_weight = mx.nd.ones(c(2, 2))))
init("fc_weight", c(2, 2), mx.cpu())""",
    "init.Mixed": """init <- mx.init.Mixed(list("bias", ".*"), list(mx.init.Zero(), mx.init.Uniform(0.1)))
init("fc_bias", 2, mx.cpu())""",
    "init.FusedRNN": 'mx.init.FusedRNN(mx.init.Xavier(), num_hidden = 4, num_layers = 1, mode = "lstm")',
    "init.Bilinear": """init <- mx.init.Bilinear()
init("up_weight", c(4, 4, 1, 1), mx.cpu())""",
}
