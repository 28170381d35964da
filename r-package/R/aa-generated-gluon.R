# Made from the classes of mxr.gluon by `python -m mxr.interop.r_gluon_codegen`; do not edit.

mx.gluon.Constant <- function(name, value)
  gl_make("gluon.Constant")

mx.gluon.Parameter <- function(name, grad_req = "write", shape = NULL, dtype = "float32", lr_mult = 1, wd_mult = 1, init = NULL, allow_deferred_init = FALSE, differentiable = TRUE, stype = "default", grad_stype = "default")
  gl_make("gluon.Parameter")

mx.gluon.ParameterDict <- function(prefix = "", shared = NULL)
  gl_make("gluon.ParameterDict")

mx.gluon.SymbolBlock <- function(outputs, inputs, params = NULL)
  gl_make("gluon.SymbolBlock")

mx.gluon.Trainer <- function(params, optimizer, optimizer_params = NULL, kvstore = "device", compression_params = NULL, update_on_kvstore = NULL)
  gl_make("gluon.Trainer")

mx.gluon.nn.ELU <- function(alpha = 1, prefix = NULL, params = NULL)
  gl_make("gluon.nn.ELU")

mx.gluon.nn.GELU <- function(prefix = NULL, params = NULL)
  gl_make("gluon.nn.GELU")

mx.gluon.nn.SELU <- function(prefix = NULL, params = NULL)
  gl_make("gluon.nn.SELU")

mx.gluon.nn.Activation <- function(activation, prefix = NULL, params = NULL)
  gl_make("gluon.nn.Activation")

mx.gluon.nn.AvgPool1D <- function(pool_size = 2, strides = NULL, padding = 0, layout = "NCW", ceil_mode = FALSE, count_include_pad = TRUE, prefix = NULL, params = NULL)
  gl_make("gluon.nn.AvgPool1D")

mx.gluon.nn.AvgPool2D <- function(pool_size = c(2, 2), strides = NULL, padding = 0, ceil_mode = FALSE, layout = "NCHW", count_include_pad = TRUE, prefix = NULL, params = NULL)
  gl_make("gluon.nn.AvgPool2D")

mx.gluon.nn.AvgPool3D <- function(pool_size = c(2, 2, 2), strides = NULL, padding = 0, ceil_mode = FALSE, layout = "NCDHW", count_include_pad = TRUE, prefix = NULL, params = NULL)
  gl_make("gluon.nn.AvgPool3D")

mx.gluon.nn.BatchNorm <- function(axis = 1, momentum = 0.9, epsilon = 1e-05, center = TRUE, scale = TRUE, use_global_stats = FALSE, beta_initializer = "zeros", gamma_initializer = "ones", running_mean_initializer = "zeros", running_variance_initializer = "ones", in_channels = 0, prefix = NULL, params = NULL)
  gl_make("gluon.nn.BatchNorm")

mx.gluon.nn.BatchNormReLU <- function(axis = 1, momentum = 0.9, epsilon = 1e-05, center = TRUE, scale = TRUE, use_global_stats = FALSE, beta_initializer = "zeros", gamma_initializer = "ones", running_mean_initializer = "zeros", running_variance_initializer = "ones", in_channels = 0, prefix = NULL, params = NULL)
  gl_make("gluon.nn.BatchNormReLU")

mx.gluon.nn.Conv1D <- function(channels, kernel_size, strides = 1, padding = 0, dilation = 1, groups = 1, layout = "NCW", activation = NULL, use_bias = TRUE, weight_initializer = NULL, bias_initializer = "zeros", in_channels = 0, prefix = NULL, params = NULL)
  gl_make("gluon.nn.Conv1D")

mx.gluon.nn.Conv1DTranspose <- function(channels, kernel_size, strides = 1, padding = 0, output_padding = 0, dilation = 1, groups = 1, layout = "NCW", activation = NULL, use_bias = TRUE, weight_initializer = NULL, bias_initializer = "zeros", in_channels = 0, prefix = NULL, params = NULL)
  gl_make("gluon.nn.Conv1DTranspose")

mx.gluon.nn.Conv2D <- function(channels, kernel_size, strides = c(1, 1), padding = c(0, 0), dilation = c(1, 1), groups = 1, layout = "NCHW", activation = NULL, use_bias = TRUE, weight_initializer = NULL, bias_initializer = "zeros", in_channels = 0, prefix = NULL, params = NULL)
  gl_make("gluon.nn.Conv2D")

mx.gluon.nn.Conv2DTranspose <- function(channels, kernel_size, strides = c(1, 1), padding = c(0, 0), output_padding = c(0, 0), dilation = c(1, 1), groups = 1, layout = "NCHW", activation = NULL, use_bias = TRUE, weight_initializer = NULL, bias_initializer = "zeros", in_channels = 0, prefix = NULL, params = NULL)
  gl_make("gluon.nn.Conv2DTranspose")

mx.gluon.nn.Conv3D <- function(channels, kernel_size, strides = c(1, 1, 1), padding = c(0, 0, 0), dilation = c(1, 1, 1), groups = 1, layout = "NCDHW", activation = NULL, use_bias = TRUE, weight_initializer = NULL, bias_initializer = "zeros", in_channels = 0, prefix = NULL, params = NULL)
  gl_make("gluon.nn.Conv3D")

mx.gluon.nn.Conv3DTranspose <- function(channels, kernel_size, strides = c(1, 1, 1), padding = c(0, 0, 0), output_padding = c(0, 0, 0), dilation = c(1, 1, 1), groups = 1, layout = "NCDHW", activation = NULL, use_bias = TRUE, weight_initializer = NULL, bias_initializer = "zeros", in_channels = 0, prefix = NULL, params = NULL)
  gl_make("gluon.nn.Conv3DTranspose")

mx.gluon.nn.Dense <- function(units, activation = NULL, use_bias = TRUE, flatten = TRUE, dtype = "float32", weight_initializer = NULL, bias_initializer = "zeros", in_units = 0, prefix = NULL, params = NULL)
  gl_make("gluon.nn.Dense")

mx.gluon.nn.Dropout <- function(rate, axes = NULL, prefix = NULL, params = NULL)
  gl_make("gluon.nn.Dropout")

mx.gluon.nn.Embedding <- function(input_dim, output_dim, dtype = "float32", weight_initializer = NULL, sparse_grad = FALSE, prefix = NULL, params = NULL)
  gl_make("gluon.nn.Embedding")

mx.gluon.nn.Flatten <- function(prefix = NULL, params = NULL)
  gl_make("gluon.nn.Flatten")

mx.gluon.nn.GlobalAvgPool1D <- function(layout = "NCW", prefix = NULL, params = NULL)
  gl_make("gluon.nn.GlobalAvgPool1D")

mx.gluon.nn.GlobalAvgPool2D <- function(layout = "NCHW", prefix = NULL, params = NULL)
  gl_make("gluon.nn.GlobalAvgPool2D")

mx.gluon.nn.GlobalAvgPool3D <- function(layout = "NCDHW", prefix = NULL, params = NULL)
  gl_make("gluon.nn.GlobalAvgPool3D")

mx.gluon.nn.GlobalMaxPool1D <- function(layout = "NCW", prefix = NULL, params = NULL)
  gl_make("gluon.nn.GlobalMaxPool1D")

mx.gluon.nn.GlobalMaxPool2D <- function(layout = "NCHW", prefix = NULL, params = NULL)
  gl_make("gluon.nn.GlobalMaxPool2D")

mx.gluon.nn.GlobalMaxPool3D <- function(layout = "NCDHW", prefix = NULL, params = NULL)
  gl_make("gluon.nn.GlobalMaxPool3D")

mx.gluon.nn.GroupNorm <- function(num_groups = 1, epsilon = 1e-05, center = TRUE, scale = TRUE, beta_initializer = "zeros", gamma_initializer = "ones", prefix = NULL, params = NULL)
  gl_make("gluon.nn.GroupNorm")

mx.gluon.nn.HybridLambda <- function(`function`, prefix = NULL)
  gl_make("gluon.nn.HybridLambda")

mx.gluon.nn.HybridSequential <- function(..., prefix = NULL, params = NULL)
  gl_stack("gluon.nn.HybridSequential", ...)

mx.gluon.nn.InstanceNorm <- function(axis = 1, epsilon = 1e-05, center = TRUE, scale = FALSE, beta_initializer = "zeros", gamma_initializer = "ones", in_channels = 0, prefix = NULL, params = NULL)
  gl_make("gluon.nn.InstanceNorm")

mx.gluon.nn.Lambda <- function(`function`, prefix = NULL)
  gl_make("gluon.nn.Lambda")

mx.gluon.nn.LayerNorm <- function(axis = -1, epsilon = 1e-05, center = TRUE, scale = TRUE, beta_initializer = "zeros", gamma_initializer = "ones", in_channels = 0, prefix = NULL, params = NULL)
  gl_make("gluon.nn.LayerNorm")

mx.gluon.nn.LeakyReLU <- function(alpha, prefix = NULL, params = NULL)
  gl_make("gluon.nn.LeakyReLU")

mx.gluon.nn.MaxPool1D <- function(pool_size = 2, strides = NULL, padding = 0, layout = "NCW", ceil_mode = FALSE, prefix = NULL, params = NULL)
  gl_make("gluon.nn.MaxPool1D")

mx.gluon.nn.MaxPool2D <- function(pool_size = c(2, 2), strides = NULL, padding = 0, layout = "NCHW", ceil_mode = FALSE, prefix = NULL, params = NULL)
  gl_make("gluon.nn.MaxPool2D")

mx.gluon.nn.MaxPool3D <- function(pool_size = c(2, 2, 2), strides = NULL, padding = 0, ceil_mode = FALSE, layout = "NCDHW", prefix = NULL, params = NULL)
  gl_make("gluon.nn.MaxPool3D")

mx.gluon.nn.PReLU <- function(alpha_initializer = NULL, in_channels = 1, prefix = NULL, params = NULL)
  gl_make("gluon.nn.PReLU")

mx.gluon.nn.ReflectionPad2D <- function(padding = 0, prefix = NULL, params = NULL)
  gl_make("gluon.nn.ReflectionPad2D")

mx.gluon.nn.Sequential <- function(..., prefix = NULL, params = NULL)
  gl_stack("gluon.nn.Sequential", ...)

mx.gluon.nn.Swish <- function(beta = 1, prefix = NULL, params = NULL)
  gl_make("gluon.nn.Swish")

mx.gluon.rnn.GRU <- function(hidden_size, num_layers = 1, layout = "TNC", dropout = 0, bidirectional = FALSE, input_size = 0, i2h_weight_initializer = NULL, h2h_weight_initializer = NULL, i2h_bias_initializer = "zeros", h2h_bias_initializer = "zeros", dtype = "float32", prefix = NULL, params = NULL)
  gl_make("gluon.rnn.GRU")

mx.gluon.rnn.LSTM <- function(hidden_size, num_layers = 1, layout = "TNC", dropout = 0, bidirectional = FALSE, input_size = 0, i2h_weight_initializer = NULL, h2h_weight_initializer = NULL, i2h_bias_initializer = "zeros", h2h_bias_initializer = "zeros", projection_size = NULL, h2r_weight_initializer = NULL, state_clip_min = NULL, state_clip_max = NULL, state_clip_nan = FALSE, dtype = "float32", prefix = NULL, params = NULL)
  gl_make("gluon.rnn.LSTM")

mx.gluon.rnn.RNN <- function(hidden_size, num_layers = 1, activation = "relu", layout = "TNC", dropout = 0, bidirectional = FALSE, i2h_weight_initializer = NULL, h2h_weight_initializer = NULL, i2h_bias_initializer = "zeros", h2h_bias_initializer = "zeros", input_size = 0, dtype = "float32", prefix = NULL, params = NULL)
  gl_make("gluon.rnn.RNN")

mx.gluon.rnn.BidirectionalCell <- function(l_cell, r_cell, output_prefix = "bi_")
  gl_make("gluon.rnn.BidirectionalCell")

mx.gluon.rnn.DropoutCell <- function(rate, axes = NULL, prefix = NULL, params = NULL)
  gl_make("gluon.rnn.DropoutCell")

mx.gluon.rnn.GRUCell <- function(hidden_size, i2h_weight_initializer = NULL, h2h_weight_initializer = NULL, i2h_bias_initializer = "zeros", h2h_bias_initializer = "zeros", input_size = 0, prefix = NULL, params = NULL)
  gl_make("gluon.rnn.GRUCell")

mx.gluon.rnn.HybridSequentialRNNCell <- function(..., prefix = NULL, params = NULL)
  gl_stack("gluon.rnn.HybridSequentialRNNCell", ...)

mx.gluon.rnn.LSTMCell <- function(hidden_size, i2h_weight_initializer = NULL, h2h_weight_initializer = NULL, i2h_bias_initializer = "zeros", h2h_bias_initializer = "zeros", input_size = 0, prefix = NULL, params = NULL, activation = "tanh", recurrent_activation = "sigmoid")
  gl_make("gluon.rnn.LSTMCell")

mx.gluon.rnn.RNNCell <- function(hidden_size, activation = "tanh", i2h_weight_initializer = NULL, h2h_weight_initializer = NULL, i2h_bias_initializer = "zeros", h2h_bias_initializer = "zeros", input_size = 0, prefix = NULL, params = NULL)
  gl_make("gluon.rnn.RNNCell")

mx.gluon.rnn.ResidualCell <- function(base_cell)
  gl_make("gluon.rnn.ResidualCell")

mx.gluon.rnn.SequentialRNNCell <- function(..., prefix = NULL, params = NULL)
  gl_stack("gluon.rnn.SequentialRNNCell", ...)

mx.gluon.rnn.ZoneoutCell <- function(base_cell, zoneout_outputs = 0, zoneout_states = 0)
  gl_make("gluon.rnn.ZoneoutCell")

mx.gluon.loss.CTCLoss <- function(layout = "NTC", label_layout = "NT", weight = NULL, batch_axis, prefix = NULL, params = NULL)
  gl_make("gluon.loss.CTCLoss")

mx.gluon.loss.CosineEmbeddingLoss <- function(weight = NULL, batch_axis = 0, margin = 0, prefix = NULL, params = NULL)
  gl_make("gluon.loss.CosineEmbeddingLoss")

mx.gluon.loss.HingeLoss <- function(margin = 1, weight = NULL, batch_axis = 0, prefix = NULL, params = NULL)
  gl_make("gluon.loss.HingeLoss")

mx.gluon.loss.HuberLoss <- function(rho = 1, weight = NULL, batch_axis = 0, prefix = NULL, params = NULL)
  gl_make("gluon.loss.HuberLoss")

mx.gluon.loss.KLDivLoss <- function(from_logits = TRUE, axis = -1, weight = NULL, batch_axis = 0, prefix = NULL, params = NULL)
  gl_make("gluon.loss.KLDivLoss")

mx.gluon.loss.L1Loss <- function(weight = NULL, batch_axis = 0, prefix = NULL, params = NULL)
  gl_make("gluon.loss.L1Loss")

mx.gluon.loss.L2Loss <- function(weight = 1, batch_axis = 0, prefix = NULL, params = NULL)
  gl_make("gluon.loss.L2Loss")

mx.gluon.loss.LogisticLoss <- function(weight = NULL, batch_axis = 0, label_format = "signed", prefix = NULL, params = NULL)
  gl_make("gluon.loss.LogisticLoss")

mx.gluon.loss.PoissonNLLLoss <- function(weight = NULL, from_logits = TRUE, batch_axis = 0, compute_full = FALSE, prefix = NULL, params = NULL)
  gl_make("gluon.loss.PoissonNLLLoss")

mx.gluon.loss.SDMLLoss <- function(smoothing_parameter = 0.3, weight = 1, batch_axis = 0, prefix = NULL, params = NULL)
  gl_make("gluon.loss.SDMLLoss")

mx.gluon.loss.SigmoidBCELoss <- function(from_sigmoid = FALSE, weight = NULL, batch_axis = 0, prefix = NULL, params = NULL)
  gl_make("gluon.loss.SigmoidBCELoss")

mx.gluon.loss.SigmoidBinaryCrossEntropyLoss <- function(from_sigmoid = FALSE, weight = NULL, batch_axis = 0, prefix = NULL, params = NULL)
  gl_make("gluon.loss.SigmoidBinaryCrossEntropyLoss")

mx.gluon.loss.SoftmaxCELoss <- function(axis = -1, sparse_label = TRUE, from_logits = FALSE, weight = NULL, batch_axis = 0, prefix = NULL, params = NULL)
  gl_make("gluon.loss.SoftmaxCELoss")

mx.gluon.loss.SoftmaxCrossEntropyLoss <- function(axis = -1, sparse_label = TRUE, from_logits = FALSE, weight = NULL, batch_axis = 0, prefix = NULL, params = NULL)
  gl_make("gluon.loss.SoftmaxCrossEntropyLoss")

mx.gluon.loss.SquaredHingeLoss <- function(margin = 1, weight = NULL, batch_axis = 0, prefix = NULL, params = NULL)
  gl_make("gluon.loss.SquaredHingeLoss")

mx.gluon.loss.TripletLoss <- function(margin = 1, weight = NULL, batch_axis = 0, prefix = NULL, params = NULL)
  gl_make("gluon.loss.TripletLoss")

mx.gluon.contrib.nn.Concurrent <- function(..., axis = -1, prefix = NULL, params = NULL, concat_dim = NULL)
  gl_stack("gluon.contrib.nn.Concurrent", ...)

mx.gluon.contrib.nn.HybridConcurrent <- function(..., axis = -1, prefix = NULL, params = NULL, concat_dim = NULL)
  gl_stack("gluon.contrib.nn.HybridConcurrent", ...)

mx.gluon.contrib.nn.Identity <- function(prefix = NULL, params = NULL)
  gl_make("gluon.contrib.nn.Identity")

mx.gluon.contrib.nn.PixelShuffle1D <- function(factor)
  gl_make("gluon.contrib.nn.PixelShuffle1D")

mx.gluon.contrib.nn.PixelShuffle2D <- function(factor)
  gl_make("gluon.contrib.nn.PixelShuffle2D")

mx.gluon.contrib.nn.PixelShuffle3D <- function(factor)
  gl_make("gluon.contrib.nn.PixelShuffle3D")

mx.gluon.contrib.nn.SparseEmbedding <- function(input_dim, output_dim, dtype = "float32", weight_initializer = NULL, prefix = NULL, params = NULL)
  gl_make("gluon.contrib.nn.SparseEmbedding")

mx.gluon.contrib.nn.SyncBatchNorm <- function(in_channels = 0, num_devices = NULL, momentum = 0.9, epsilon = 1e-05, center = TRUE, scale = TRUE, use_global_stats = FALSE, beta_initializer = "zeros", gamma_initializer = "ones", running_mean_initializer = "zeros", running_variance_initializer = "ones", prefix = NULL, params = NULL)
  gl_make("gluon.contrib.nn.SyncBatchNorm")

mx.gluon.contrib.rnn.Conv1DGRUCell <- function(input_shape, hidden_channels, i2h_kernel, h2h_kernel, i2h_pad = c(0), i2h_dilate = c(1), h2h_dilate = c(1), i2h_weight_initializer = NULL, h2h_weight_initializer = NULL, i2h_bias_initializer = "zeros", h2h_bias_initializer = "zeros", conv_layout = "NCW", activation = "tanh", prefix = NULL, params = NULL)
  gl_make("gluon.contrib.rnn.Conv1DGRUCell")

mx.gluon.contrib.rnn.Conv1DLSTMCell <- function(input_shape, hidden_channels, i2h_kernel, h2h_kernel, i2h_pad = c(0), i2h_dilate = c(1), h2h_dilate = c(1), i2h_weight_initializer = NULL, h2h_weight_initializer = NULL, i2h_bias_initializer = "zeros", h2h_bias_initializer = "zeros", conv_layout = "NCW", activation = "tanh", prefix = NULL, params = NULL)
  gl_make("gluon.contrib.rnn.Conv1DLSTMCell")

mx.gluon.contrib.rnn.Conv1DRNNCell <- function(input_shape, hidden_channels, i2h_kernel, h2h_kernel, i2h_pad = c(0), i2h_dilate = c(1), h2h_dilate = c(1), i2h_weight_initializer = NULL, h2h_weight_initializer = NULL, i2h_bias_initializer = "zeros", h2h_bias_initializer = "zeros", conv_layout = "NCW", activation = "tanh", prefix = NULL, params = NULL)
  gl_make("gluon.contrib.rnn.Conv1DRNNCell")

mx.gluon.contrib.rnn.Conv2DGRUCell <- function(input_shape, hidden_channels, i2h_kernel, h2h_kernel, i2h_pad = c(0, 0), i2h_dilate = c(1, 1), h2h_dilate = c(1, 1), i2h_weight_initializer = NULL, h2h_weight_initializer = NULL, i2h_bias_initializer = "zeros", h2h_bias_initializer = "zeros", conv_layout = "NCHW", activation = "tanh", prefix = NULL, params = NULL)
  gl_make("gluon.contrib.rnn.Conv2DGRUCell")

mx.gluon.contrib.rnn.Conv2DLSTMCell <- function(input_shape, hidden_channels, i2h_kernel, h2h_kernel, i2h_pad = c(0, 0), i2h_dilate = c(1, 1), h2h_dilate = c(1, 1), i2h_weight_initializer = NULL, h2h_weight_initializer = NULL, i2h_bias_initializer = "zeros", h2h_bias_initializer = "zeros", conv_layout = "NCHW", activation = "tanh", prefix = NULL, params = NULL)
  gl_make("gluon.contrib.rnn.Conv2DLSTMCell")

mx.gluon.contrib.rnn.Conv2DRNNCell <- function(input_shape, hidden_channels, i2h_kernel, h2h_kernel, i2h_pad = c(0, 0), i2h_dilate = c(1, 1), h2h_dilate = c(1, 1), i2h_weight_initializer = NULL, h2h_weight_initializer = NULL, i2h_bias_initializer = "zeros", h2h_bias_initializer = "zeros", conv_layout = "NCHW", activation = "tanh", prefix = NULL, params = NULL)
  gl_make("gluon.contrib.rnn.Conv2DRNNCell")

mx.gluon.contrib.rnn.Conv3DGRUCell <- function(input_shape, hidden_channels, i2h_kernel, h2h_kernel, i2h_pad = c(0, 0, 0), i2h_dilate = c(1, 1, 1), h2h_dilate = c(1, 1, 1), i2h_weight_initializer = NULL, h2h_weight_initializer = NULL, i2h_bias_initializer = "zeros", h2h_bias_initializer = "zeros", conv_layout = "NCDHW", activation = "tanh", prefix = NULL, params = NULL)
  gl_make("gluon.contrib.rnn.Conv3DGRUCell")

mx.gluon.contrib.rnn.Conv3DLSTMCell <- function(input_shape, hidden_channels, i2h_kernel, h2h_kernel, i2h_pad = c(0, 0, 0), i2h_dilate = c(1, 1, 1), h2h_dilate = c(1, 1, 1), i2h_weight_initializer = NULL, h2h_weight_initializer = NULL, i2h_bias_initializer = "zeros", h2h_bias_initializer = "zeros", conv_layout = "NCDHW", activation = "tanh", prefix = NULL, params = NULL)
  gl_make("gluon.contrib.rnn.Conv3DLSTMCell")

mx.gluon.contrib.rnn.Conv3DRNNCell <- function(input_shape, hidden_channels, i2h_kernel, h2h_kernel, i2h_pad = c(0, 0, 0), i2h_dilate = c(1, 1, 1), h2h_dilate = c(1, 1, 1), i2h_weight_initializer = NULL, h2h_weight_initializer = NULL, i2h_bias_initializer = "zeros", h2h_bias_initializer = "zeros", conv_layout = "NCDHW", activation = "tanh", prefix = NULL, params = NULL)
  gl_make("gluon.contrib.rnn.Conv3DRNNCell")

mx.gluon.contrib.rnn.LSTMPCell <- function(hidden_size, projection_size, i2h_weight_initializer = NULL, h2h_weight_initializer = NULL, h2r_weight_initializer = NULL, i2h_bias_initializer = "zeros", h2h_bias_initializer = "zeros", input_size = 0, prefix = NULL, params = NULL)
  gl_make("gluon.contrib.rnn.LSTMPCell")

mx.gluon.contrib.rnn.VariationalDropoutCell <- function(base_cell, drop_inputs = 0, drop_states = 0, drop_outputs = 0)
  gl_make("gluon.contrib.rnn.VariationalDropoutCell")

mx.gluon.contrib.cnn.DeformableConvolution <- function(channels, kernel_size = c(1, 1), strides = c(1, 1), padding = c(0, 0), dilation = c(1, 1), groups = 1, num_deformable_group = 1, layout = "NCHW", use_bias = TRUE, in_channels = 0, activation = NULL, weight_initializer = NULL, bias_initializer = "zeros", offset_weight_initializer = "zeros", offset_bias_initializer = "zeros", offset_use_bias = TRUE, op_name = NULL, adj = NULL, prefix = NULL, params = NULL)
  gl_make("gluon.contrib.cnn.DeformableConvolution")

mx.gluon.contrib.cnn.ModulatedDeformableConvolution <- function(channels, kernel_size = c(1, 1), strides = c(1, 1), padding = c(0, 0), dilation = c(1, 1), groups = 1, num_deformable_group = 1, layout = "NCHW", use_bias = TRUE, in_channels = 0, activation = NULL, weight_initializer = NULL, bias_initializer = "zeros", offset_weight_initializer = "zeros", offset_bias_initializer = "zeros", offset_use_bias = TRUE, op_name = NULL, adj = NULL, prefix = NULL, params = NULL)
  gl_make("gluon.contrib.cnn.ModulatedDeformableConvolution")

mx.gluon.model_zoo.vision.get_model <- function(name, ...)
  gl_make("gluon.model_zoo.vision.get_model")

mx.gluon.model_zoo.vision.AlexNet <- function(classes = 1000, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.AlexNet")

mx.gluon.model_zoo.vision.alexnet <- function(pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.alexnet")

mx.gluon.model_zoo.vision.DenseNet <- function(num_init_features, growth_rate, block_config, bn_size = 4, dropout = 0, classes = 1000, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.DenseNet")

mx.gluon.model_zoo.vision.densenet121 <- function(pretrained = FALSE, ctx = NULL, root = NULL, bn_size = 4, dropout = 0, classes = 1000, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.densenet121")

mx.gluon.model_zoo.vision.densenet161 <- function(pretrained = FALSE, ctx = NULL, root = NULL, bn_size = 4, dropout = 0, classes = 1000, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.densenet161")

mx.gluon.model_zoo.vision.densenet169 <- function(pretrained = FALSE, ctx = NULL, root = NULL, bn_size = 4, dropout = 0, classes = 1000, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.densenet169")

mx.gluon.model_zoo.vision.densenet201 <- function(pretrained = FALSE, ctx = NULL, root = NULL, bn_size = 4, dropout = 0, classes = 1000, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.densenet201")

mx.gluon.model_zoo.vision.get_densenet <- function(num_layers, pretrained = FALSE, ctx = NULL, root = NULL, bn_size = 4, dropout = 0, classes = 1000, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.get_densenet")

mx.gluon.model_zoo.vision.Inception3 <- function(classes = 1000, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.Inception3")

mx.gluon.model_zoo.vision.inception_v3 <- function(pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.inception_v3")

mx.gluon.model_zoo.vision.MobileNet <- function(multiplier = 1, classes = 1000, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.MobileNet")

mx.gluon.model_zoo.vision.MobileNetV2 <- function(multiplier = 1, classes = 1000, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.MobileNetV2")

mx.gluon.model_zoo.vision.get_mobilenet <- function(multiplier, pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.get_mobilenet")

mx.gluon.model_zoo.vision.get_mobilenet_v2 <- function(multiplier, pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.get_mobilenet_v2")

mx.gluon.model_zoo.vision.mobilenet0_5 <- function(pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.mobilenet0_5")

mx.gluon.model_zoo.vision.mobilenet0_25 <- function(pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.mobilenet0_25")

mx.gluon.model_zoo.vision.mobilenet0_75 <- function(pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.mobilenet0_75")

mx.gluon.model_zoo.vision.mobilenet1_0 <- function(pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.mobilenet1_0")

mx.gluon.model_zoo.vision.mobilenet_v2_0_5 <- function(pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.mobilenet_v2_0_5")

mx.gluon.model_zoo.vision.mobilenet_v2_0_25 <- function(pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.mobilenet_v2_0_25")

mx.gluon.model_zoo.vision.mobilenet_v2_0_75 <- function(pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.mobilenet_v2_0_75")

mx.gluon.model_zoo.vision.mobilenet_v2_1_0 <- function(pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.mobilenet_v2_1_0")

mx.gluon.model_zoo.vision.BasicBlockV1 <- function(channels, stride, downsample = FALSE, in_channels = 0, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.BasicBlockV1")

mx.gluon.model_zoo.vision.BasicBlockV2 <- function(channels, stride, downsample = FALSE, in_channels = 0, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.BasicBlockV2")

mx.gluon.model_zoo.vision.BottleneckV1 <- function(channels, stride, downsample = FALSE, in_channels = 0, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.BottleneckV1")

mx.gluon.model_zoo.vision.BottleneckV2 <- function(channels, stride, downsample = FALSE, in_channels = 0, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.BottleneckV2")

mx.gluon.model_zoo.vision.ResNetV1 <- function(block, layers, channels, classes = 1000, thumbnail = FALSE, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.ResNetV1")

mx.gluon.model_zoo.vision.ResNetV2 <- function(block, layers, channels, classes = 1000, thumbnail = FALSE, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.ResNetV2")

mx.gluon.model_zoo.vision.get_resnet <- function(version, num_layers, pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, thumbnail = FALSE, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.get_resnet")

mx.gluon.model_zoo.vision.resnet18_v1 <- function(pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, thumbnail = FALSE, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.resnet18_v1")

mx.gluon.model_zoo.vision.resnet18_v2 <- function(pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, thumbnail = FALSE, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.resnet18_v2")

mx.gluon.model_zoo.vision.resnet34_v1 <- function(pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, thumbnail = FALSE, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.resnet34_v1")

mx.gluon.model_zoo.vision.resnet34_v2 <- function(pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, thumbnail = FALSE, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.resnet34_v2")

mx.gluon.model_zoo.vision.resnet50_v1 <- function(pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, thumbnail = FALSE, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.resnet50_v1")

mx.gluon.model_zoo.vision.resnet50_v2 <- function(pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, thumbnail = FALSE, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.resnet50_v2")

mx.gluon.model_zoo.vision.resnet101_v1 <- function(pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, thumbnail = FALSE, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.resnet101_v1")

mx.gluon.model_zoo.vision.resnet101_v2 <- function(pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, thumbnail = FALSE, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.resnet101_v2")

mx.gluon.model_zoo.vision.resnet152_v1 <- function(pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, thumbnail = FALSE, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.resnet152_v1")

mx.gluon.model_zoo.vision.resnet152_v2 <- function(pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, thumbnail = FALSE, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.resnet152_v2")

mx.gluon.model_zoo.vision.SqueezeNet <- function(version, classes = 1000, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.SqueezeNet")

mx.gluon.model_zoo.vision.get_squeezenet <- function(version, pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.get_squeezenet")

mx.gluon.model_zoo.vision.squeezenet1_0 <- function(pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.squeezenet1_0")

mx.gluon.model_zoo.vision.squeezenet1_1 <- function(pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.squeezenet1_1")

mx.gluon.model_zoo.vision.VGG <- function(layers, filters, classes = 1000, batch_norm = FALSE, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.VGG")

mx.gluon.model_zoo.vision.get_vgg <- function(num_layers, pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, batch_norm = FALSE, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.get_vgg")

mx.gluon.model_zoo.vision.vgg11 <- function(pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, batch_norm = FALSE, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.vgg11")

mx.gluon.model_zoo.vision.vgg11_bn <- function(classes = 1000, batch_norm = FALSE, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.vgg11_bn")

mx.gluon.model_zoo.vision.vgg13 <- function(pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, batch_norm = FALSE, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.vgg13")

mx.gluon.model_zoo.vision.vgg13_bn <- function(classes = 1000, batch_norm = FALSE, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.vgg13_bn")

mx.gluon.model_zoo.vision.vgg16 <- function(pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, batch_norm = FALSE, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.vgg16")

mx.gluon.model_zoo.vision.vgg16_bn <- function(classes = 1000, batch_norm = FALSE, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.vgg16_bn")

mx.gluon.model_zoo.vision.vgg19 <- function(pretrained = FALSE, ctx = NULL, root = NULL, classes = 1000, batch_norm = FALSE, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.vgg19")

mx.gluon.model_zoo.vision.vgg19_bn <- function(classes = 1000, batch_norm = FALSE, prefix = NULL, params = NULL)
  gl_make("gluon.model_zoo.vision.vgg19_bn")

mx.gluon.utils.clip_global_norm <- function(arrays, max_norm, check_isfinite = TRUE)
  gl_make("gluon.utils.clip_global_norm")

mx.gluon.utils.split_and_load <- function(data, ctx_list, batch_axis = 0, even_split = TRUE)
  gl_make("gluon.utils.split_and_load")

mx.gluon.utils.split_data <- function(data, num_slice, batch_axis = 0, even_split = TRUE)
  gl_make("gluon.utils.split_data")

mx.gluon.data.vision.transforms.Cast <- function(dtype = "float32")
  gl_make("gluon.data.vision.transforms.Cast")

mx.gluon.data.vision.transforms.CenterCrop <- function(size, interpolation = 1)
  gl_make("gluon.data.vision.transforms.CenterCrop")

mx.gluon.data.vision.transforms.Compose <- function(transforms)
  gl_make("gluon.data.vision.transforms.Compose")

mx.gluon.data.vision.transforms.CropResize <- function(x, y, width, height, size = NULL, interpolation = NULL)
  gl_make("gluon.data.vision.transforms.CropResize")

mx.gluon.data.vision.transforms.Normalize <- function(mean = 0, std = 1)
  gl_make("gluon.data.vision.transforms.Normalize")

mx.gluon.data.vision.transforms.RandomApply <- function(transforms, p = 0.5)
  gl_make("gluon.data.vision.transforms.RandomApply")

mx.gluon.data.vision.transforms.RandomBrightness <- function(brightness)
  gl_make("gluon.data.vision.transforms.RandomBrightness")

mx.gluon.data.vision.transforms.RandomColorJitter <- function(brightness = 0, contrast = 0, saturation = 0, hue = 0)
  gl_make("gluon.data.vision.transforms.RandomColorJitter")

mx.gluon.data.vision.transforms.RandomContrast <- function(contrast)
  gl_make("gluon.data.vision.transforms.RandomContrast")

mx.gluon.data.vision.transforms.RandomFlipLeftRight <- function(prefix = NULL, params = NULL)
  gl_make("gluon.data.vision.transforms.RandomFlipLeftRight")

mx.gluon.data.vision.transforms.RandomFlipTopBottom <- function(prefix = NULL, params = NULL)
  gl_make("gluon.data.vision.transforms.RandomFlipTopBottom")

mx.gluon.data.vision.transforms.RandomHue <- function(hue)
  gl_make("gluon.data.vision.transforms.RandomHue")

mx.gluon.data.vision.transforms.RandomLighting <- function(alpha)
  gl_make("gluon.data.vision.transforms.RandomLighting")

mx.gluon.data.vision.transforms.RandomResizedCrop <- function(size, scale = c(0.08, 1), ratio = c(0.75, 1.33333333), interpolation = 1)
  gl_make("gluon.data.vision.transforms.RandomResizedCrop")

mx.gluon.data.vision.transforms.RandomRotation <- function(angle_limits, zoom_in = FALSE, zoom_out = FALSE, rotate_with_proba = 1)
  gl_make("gluon.data.vision.transforms.RandomRotation")

mx.gluon.data.vision.transforms.RandomSaturation <- function(saturation)
  gl_make("gluon.data.vision.transforms.RandomSaturation")

mx.gluon.data.vision.transforms.Resize <- function(size, keep_ratio = FALSE, interpolation = 1)
  gl_make("gluon.data.vision.transforms.Resize")

mx.gluon.data.vision.transforms.Rotate <- function(rotation_degrees, zoom_in = FALSE, zoom_out = FALSE)
  gl_make("gluon.data.vision.transforms.Rotate")

mx.gluon.data.vision.transforms.ToTensor <- function(prefix = NULL, params = NULL)
  gl_make("gluon.data.vision.transforms.ToTensor")

mx.init.Bilinear <- function()
  gl_make("init.Bilinear")

mx.init.Constant <- function(value)
  gl_make("init.Constant")

mx.init.FusedRNN <- function(init, num_hidden, num_layers, mode, bidirectional = FALSE, forget_bias = 1)
  gl_make("init.FusedRNN")

mx.init.LSTMBias <- function(forget_bias = 1)
  gl_make("init.LSTMBias")

mx.init.Load <- function(param, default_init = NULL, verbose = FALSE)
  gl_make("init.Load")

mx.init.MSRAPrelu <- function(factor_type = "avg", slope = 0.25)
  gl_make("init.MSRAPrelu")

mx.init.Mixed <- function(patterns, initializers)
  gl_make("init.Mixed")

mx.init.Normal <- function(sigma = 0.01)
  gl_make("init.Normal")

mx.init.One <- function()
  gl_make("init.One")

mx.init.Orthogonal <- function(scale = 1.414, rand_type = "uniform")
  gl_make("init.Orthogonal")

mx.init.Uniform <- function(scale = 0.07)
  gl_make("init.Uniform")

mx.init.Zero <- function()
  gl_make("init.Zero")

mx.gluon.SymbolBlock.imports <- function(symbol_file, input_names, param_file = NULL, ctx = NULL, allow_missing = FALSE, ignore_extra = FALSE)
  gl_make("gluon.SymbolBlock.imports")
