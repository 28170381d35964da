# Made from the operator registry by `python -m mxr.interop.r_codegen`; do not edit.
# Hand-written functions of the same name in other files take precedence (they load later).

mx.nd.Activation <- function(data, act_type, out = NULL)
  nd_op("Activation", list(data = if (!missing(data)) data), list(act_type = if (!missing(act_type)) act_type), out)
mx.symbol.Activation <- function(data, ..., act_type, name = NULL)
  sym_op("Activation", list(data = if (!missing(data)) data), list(...), list(act_type = if (!missing(act_type)) act_type), name)
mx.varg.symbol.Activation <- function(alist) sym_varg("Activation", alist)

mx.nd.BatchNorm <- function(data, gamma, beta, moving_mean, moving_var, eps = 0.00100000005, momentum = 0.899999976, fix_gamma = TRUE, use_global_stats = FALSE, output_mean_var = FALSE, axis = 1, cudnn_off = FALSE, min_calib_range = NULL, max_calib_range = NULL, out = NULL)
  nd_op("BatchNorm", list(data = if (!missing(data)) data, gamma = if (!missing(gamma)) gamma, beta = if (!missing(beta)) beta, moving_mean = if (!missing(moving_mean)) moving_mean, moving_var = if (!missing(moving_var)) moving_var), list(eps = if (!missing(eps)) eps, momentum = if (!missing(momentum)) momentum, fix_gamma = if (!missing(fix_gamma)) fix_gamma, use_global_stats = if (!missing(use_global_stats)) use_global_stats, output_mean_var = if (!missing(output_mean_var)) output_mean_var, axis = if (!missing(axis)) axis, cudnn_off = if (!missing(cudnn_off)) cudnn_off, min_calib_range = if (!missing(min_calib_range)) min_calib_range, max_calib_range = if (!missing(max_calib_range)) max_calib_range), out)
mx.symbol.BatchNorm <- function(data, gamma, beta, moving_mean, moving_var, ..., eps = 0.00100000005, momentum = 0.899999976, fix_gamma = TRUE, use_global_stats = FALSE, output_mean_var = FALSE, axis = 1, cudnn_off = FALSE, min_calib_range = NULL, max_calib_range = NULL, name = NULL)
  sym_op("BatchNorm", list(data = if (!missing(data)) data, gamma = if (!missing(gamma)) gamma, beta = if (!missing(beta)) beta, moving_mean = if (!missing(moving_mean)) moving_mean, moving_var = if (!missing(moving_var)) moving_var), list(...), list(eps = if (!missing(eps)) eps, momentum = if (!missing(momentum)) momentum, fix_gamma = if (!missing(fix_gamma)) fix_gamma, use_global_stats = if (!missing(use_global_stats)) use_global_stats, output_mean_var = if (!missing(output_mean_var)) output_mean_var, axis = if (!missing(axis)) axis, cudnn_off = if (!missing(cudnn_off)) cudnn_off, min_calib_range = if (!missing(min_calib_range)) min_calib_range, max_calib_range = if (!missing(max_calib_range)) max_calib_range), name)
mx.varg.symbol.BatchNorm <- function(alist) sym_varg("BatchNorm", alist)

mx.nd.BatchNorm.v1 <- function(data, gamma, beta, moving_mean, moving_var, eps = 0.00100000005, momentum = 0.899999976, fix_gamma = TRUE, use_global_stats = FALSE, output_mean_var = FALSE, out = NULL)
  nd_op("BatchNorm_v1", list(data = if (!missing(data)) data, gamma = if (!missing(gamma)) gamma, beta = if (!missing(beta)) beta, moving_mean = if (!missing(moving_mean)) moving_mean, moving_var = if (!missing(moving_var)) moving_var), list(eps = if (!missing(eps)) eps, momentum = if (!missing(momentum)) momentum, fix_gamma = if (!missing(fix_gamma)) fix_gamma, use_global_stats = if (!missing(use_global_stats)) use_global_stats, output_mean_var = if (!missing(output_mean_var)) output_mean_var), out)
mx.symbol.BatchNorm_v1 <- function(data, gamma, beta, moving_mean, moving_var, ..., eps = 0.00100000005, momentum = 0.899999976, fix_gamma = TRUE, use_global_stats = FALSE, output_mean_var = FALSE, name = NULL)
  sym_op("BatchNorm_v1", list(data = if (!missing(data)) data, gamma = if (!missing(gamma)) gamma, beta = if (!missing(beta)) beta, moving_mean = if (!missing(moving_mean)) moving_mean, moving_var = if (!missing(moving_var)) moving_var), list(...), list(eps = if (!missing(eps)) eps, momentum = if (!missing(momentum)) momentum, fix_gamma = if (!missing(fix_gamma)) fix_gamma, use_global_stats = if (!missing(use_global_stats)) use_global_stats, output_mean_var = if (!missing(output_mean_var)) output_mean_var), name)
mx.varg.symbol.BatchNorm_v1 <- function(alist) sym_varg("BatchNorm_v1", alist)

mx.nd.BilinearSampler <- function(data, grid, cudnn_off = NULL, out = NULL)
  nd_op("BilinearSampler", list(data = if (!missing(data)) data, grid = if (!missing(grid)) grid), list(cudnn_off = if (!missing(cudnn_off)) cudnn_off), out)
mx.symbol.BilinearSampler <- function(data, grid, ..., cudnn_off = NULL, name = NULL)
  sym_op("BilinearSampler", list(data = if (!missing(data)) data, grid = if (!missing(grid)) grid), list(...), list(cudnn_off = if (!missing(cudnn_off)) cudnn_off), name)
mx.varg.symbol.BilinearSampler <- function(alist) sym_varg("BilinearSampler", alist)

mx.nd.BlockGrad <- function(data, out = NULL)
  nd_op("BlockGrad", list(data = if (!missing(data)) data), list(), out)
mx.symbol.BlockGrad <- function(data, ..., name = NULL)
  sym_op("BlockGrad", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.BlockGrad <- function(alist) sym_varg("BlockGrad", alist)

mx.nd.CTCLoss <- function(data, label, data_lengths, label_lengths, use_data_lengths = FALSE, use_label_lengths = FALSE, blank_label = "first", out = NULL)
  nd_op("CTCLoss", list(data = if (!missing(data)) data, label = if (!missing(label)) label, data_lengths = if (!missing(data_lengths)) data_lengths, label_lengths = if (!missing(label_lengths)) label_lengths), list(use_data_lengths = if (!missing(use_data_lengths)) use_data_lengths, use_label_lengths = if (!missing(use_label_lengths)) use_label_lengths, blank_label = if (!missing(blank_label)) blank_label), out)
mx.symbol.CTCLoss <- function(data, label, data_lengths, label_lengths, ..., use_data_lengths = FALSE, use_label_lengths = FALSE, blank_label = "first", name = NULL)
  sym_op("CTCLoss", list(data = if (!missing(data)) data, label = if (!missing(label)) label, data_lengths = if (!missing(data_lengths)) data_lengths, label_lengths = if (!missing(label_lengths)) label_lengths), list(...), list(use_data_lengths = if (!missing(use_data_lengths)) use_data_lengths, use_label_lengths = if (!missing(use_label_lengths)) use_label_lengths, blank_label = if (!missing(blank_label)) blank_label), name)
mx.varg.symbol.CTCLoss <- function(alist) sym_varg("CTCLoss", alist)

mx.nd.Cast <- function(data, dtype, out = NULL)
  nd_op("Cast", list(data = if (!missing(data)) data), list(dtype = if (!missing(dtype)) dtype), out)
mx.symbol.Cast <- function(data, ..., dtype, name = NULL)
  sym_op("Cast", list(data = if (!missing(data)) data), list(...), list(dtype = if (!missing(dtype)) dtype), name)
mx.varg.symbol.Cast <- function(alist) sym_varg("Cast", alist)

mx.nd.Concat <- function(data, num_args, dim = 1, out = NULL)
  nd_op("Concat", list(data = if (!missing(data)) data), list(num_args = if (!missing(num_args)) num_args, dim = if (!missing(dim)) dim), out)
mx.symbol.Concat <- function(..., num_args, dim = 1, name = NULL)
  sym_op("Concat", list(), list(...), list(num_args = if (!missing(num_args)) num_args, dim = if (!missing(dim)) dim), name)
mx.varg.symbol.Concat <- function(alist) sym_varg("Concat", alist)

mx.nd.Convolution <- function(data, weight, bias, kernel, stride = NULL, dilate = NULL, pad = NULL, num_filter, num_group = 1, workspace = 1024, no_bias = FALSE, cudnn_tune = NULL, cudnn_off = FALSE, layout = NULL, out = NULL)
  nd_op("Convolution", list(data = if (!missing(data)) data, weight = if (!missing(weight)) weight, bias = if (!missing(bias)) bias), list(kernel = if (!missing(kernel)) kernel, stride = if (!missing(stride)) stride, dilate = if (!missing(dilate)) dilate, pad = if (!missing(pad)) pad, num_filter = if (!missing(num_filter)) num_filter, num_group = if (!missing(num_group)) num_group, workspace = if (!missing(workspace)) workspace, no_bias = if (!missing(no_bias)) no_bias, cudnn_tune = if (!missing(cudnn_tune)) cudnn_tune, cudnn_off = if (!missing(cudnn_off)) cudnn_off, layout = if (!missing(layout)) layout), out)
mx.symbol.Convolution <- function(data, weight, bias, ..., kernel, stride = NULL, dilate = NULL, pad = NULL, num_filter, num_group = 1, workspace = 1024, no_bias = FALSE, cudnn_tune = NULL, cudnn_off = FALSE, layout = NULL, name = NULL)
  sym_op("Convolution", list(data = if (!missing(data)) data, weight = if (!missing(weight)) weight, bias = if (!missing(bias)) bias), list(...), list(kernel = if (!missing(kernel)) kernel, stride = if (!missing(stride)) stride, dilate = if (!missing(dilate)) dilate, pad = if (!missing(pad)) pad, num_filter = if (!missing(num_filter)) num_filter, num_group = if (!missing(num_group)) num_group, workspace = if (!missing(workspace)) workspace, no_bias = if (!missing(no_bias)) no_bias, cudnn_tune = if (!missing(cudnn_tune)) cudnn_tune, cudnn_off = if (!missing(cudnn_off)) cudnn_off, layout = if (!missing(layout)) layout), name)
mx.varg.symbol.Convolution <- function(alist) sym_varg("Convolution", alist)

mx.nd.Convolution.v1 <- function(data, weight, bias, kernel, stride = NULL, dilate = NULL, pad = NULL, num_filter, num_group = 1, workspace = 1024, no_bias = FALSE, cudnn_tune = NULL, cudnn_off = FALSE, layout = NULL, out = NULL)
  nd_op("Convolution_v1", list(data = if (!missing(data)) data, weight = if (!missing(weight)) weight, bias = if (!missing(bias)) bias), list(kernel = if (!missing(kernel)) kernel, stride = if (!missing(stride)) stride, dilate = if (!missing(dilate)) dilate, pad = if (!missing(pad)) pad, num_filter = if (!missing(num_filter)) num_filter, num_group = if (!missing(num_group)) num_group, workspace = if (!missing(workspace)) workspace, no_bias = if (!missing(no_bias)) no_bias, cudnn_tune = if (!missing(cudnn_tune)) cudnn_tune, cudnn_off = if (!missing(cudnn_off)) cudnn_off, layout = if (!missing(layout)) layout), out)
mx.symbol.Convolution_v1 <- function(data, weight, bias, ..., kernel, stride = NULL, dilate = NULL, pad = NULL, num_filter, num_group = 1, workspace = 1024, no_bias = FALSE, cudnn_tune = NULL, cudnn_off = FALSE, layout = NULL, name = NULL)
  sym_op("Convolution_v1", list(data = if (!missing(data)) data, weight = if (!missing(weight)) weight, bias = if (!missing(bias)) bias), list(...), list(kernel = if (!missing(kernel)) kernel, stride = if (!missing(stride)) stride, dilate = if (!missing(dilate)) dilate, pad = if (!missing(pad)) pad, num_filter = if (!missing(num_filter)) num_filter, num_group = if (!missing(num_group)) num_group, workspace = if (!missing(workspace)) workspace, no_bias = if (!missing(no_bias)) no_bias, cudnn_tune = if (!missing(cudnn_tune)) cudnn_tune, cudnn_off = if (!missing(cudnn_off)) cudnn_off, layout = if (!missing(layout)) layout), name)
mx.varg.symbol.Convolution_v1 <- function(alist) sym_varg("Convolution_v1", alist)

mx.nd.Correlation <- function(data1, data2, kernel_size = 1, max_displacement = 1, stride1 = 1, stride2 = 1, pad_size = 0, is_multiply = TRUE, out = NULL)
  nd_op("Correlation", list(data1 = if (!missing(data1)) data1, data2 = if (!missing(data2)) data2), list(kernel_size = if (!missing(kernel_size)) kernel_size, max_displacement = if (!missing(max_displacement)) max_displacement, stride1 = if (!missing(stride1)) stride1, stride2 = if (!missing(stride2)) stride2, pad_size = if (!missing(pad_size)) pad_size, is_multiply = if (!missing(is_multiply)) is_multiply), out)
mx.symbol.Correlation <- function(data1, data2, ..., kernel_size = 1, max_displacement = 1, stride1 = 1, stride2 = 1, pad_size = 0, is_multiply = TRUE, name = NULL)
  sym_op("Correlation", list(data1 = if (!missing(data1)) data1, data2 = if (!missing(data2)) data2), list(...), list(kernel_size = if (!missing(kernel_size)) kernel_size, max_displacement = if (!missing(max_displacement)) max_displacement, stride1 = if (!missing(stride1)) stride1, stride2 = if (!missing(stride2)) stride2, pad_size = if (!missing(pad_size)) pad_size, is_multiply = if (!missing(is_multiply)) is_multiply), name)
mx.varg.symbol.Correlation <- function(alist) sym_varg("Correlation", alist)

mx.nd.Crop <- function(data, num_args, offset = c(0, 0), h_w = c(0, 0), center_crop = FALSE, out = NULL)
  nd_op("Crop", list(data = if (!missing(data)) data), list(num_args = if (!missing(num_args)) num_args, offset = if (!missing(offset)) offset, h_w = if (!missing(h_w)) h_w, center_crop = if (!missing(center_crop)) center_crop), out)
mx.symbol.Crop <- function(..., num_args, offset = c(0, 0), h_w = c(0, 0), center_crop = FALSE, name = NULL)
  sym_op("Crop", list(), list(...), list(num_args = if (!missing(num_args)) num_args, offset = if (!missing(offset)) offset, h_w = if (!missing(h_w)) h_w, center_crop = if (!missing(center_crop)) center_crop), name)
mx.varg.symbol.Crop <- function(alist) sym_varg("Crop", alist)

mx.nd.Custom <- function(data, op_type = "", ..., out = NULL)
  nd_op("Custom", list(data = if (!missing(data)) data), c(list(op_type = if (!missing(op_type)) op_type), list(...)), out)
mx.symbol.Custom <- function(..., op_type = "", name = NULL)
  sym_op("Custom", list(), list(...), list(op_type = if (!missing(op_type)) op_type), name)
mx.varg.symbol.Custom <- function(alist) sym_varg("Custom", alist)

mx.nd.Deconvolution <- function(data, weight, bias, kernel, stride = NULL, dilate = NULL, pad = NULL, adj = NULL, target_shape = NULL, num_filter, num_group = 1, workspace = 512, no_bias = TRUE, cudnn_tune = NULL, cudnn_off = FALSE, layout = NULL, out = NULL)
  nd_op("Deconvolution", list(data = if (!missing(data)) data, weight = if (!missing(weight)) weight, bias = if (!missing(bias)) bias), list(kernel = if (!missing(kernel)) kernel, stride = if (!missing(stride)) stride, dilate = if (!missing(dilate)) dilate, pad = if (!missing(pad)) pad, adj = if (!missing(adj)) adj, target_shape = if (!missing(target_shape)) target_shape, num_filter = if (!missing(num_filter)) num_filter, num_group = if (!missing(num_group)) num_group, workspace = if (!missing(workspace)) workspace, no_bias = if (!missing(no_bias)) no_bias, cudnn_tune = if (!missing(cudnn_tune)) cudnn_tune, cudnn_off = if (!missing(cudnn_off)) cudnn_off, layout = if (!missing(layout)) layout), out)
mx.symbol.Deconvolution <- function(data, weight, bias, ..., kernel, stride = NULL, dilate = NULL, pad = NULL, adj = NULL, target_shape = NULL, num_filter, num_group = 1, workspace = 512, no_bias = TRUE, cudnn_tune = NULL, cudnn_off = FALSE, layout = NULL, name = NULL)
  sym_op("Deconvolution", list(data = if (!missing(data)) data, weight = if (!missing(weight)) weight, bias = if (!missing(bias)) bias), list(...), list(kernel = if (!missing(kernel)) kernel, stride = if (!missing(stride)) stride, dilate = if (!missing(dilate)) dilate, pad = if (!missing(pad)) pad, adj = if (!missing(adj)) adj, target_shape = if (!missing(target_shape)) target_shape, num_filter = if (!missing(num_filter)) num_filter, num_group = if (!missing(num_group)) num_group, workspace = if (!missing(workspace)) workspace, no_bias = if (!missing(no_bias)) no_bias, cudnn_tune = if (!missing(cudnn_tune)) cudnn_tune, cudnn_off = if (!missing(cudnn_off)) cudnn_off, layout = if (!missing(layout)) layout), name)
mx.varg.symbol.Deconvolution <- function(alist) sym_varg("Deconvolution", alist)

mx.nd.Dropout <- function(data, p = 0.5, mode = "training", axes = NULL, cudnn_off = FALSE, out = NULL)
  nd_op("Dropout", list(data = if (!missing(data)) data), list(p = if (!missing(p)) p, mode = if (!missing(mode)) mode, axes = if (!missing(axes)) axes, cudnn_off = if (!missing(cudnn_off)) cudnn_off), out)
mx.symbol.Dropout <- function(data, ..., p = 0.5, mode = "training", axes = NULL, cudnn_off = FALSE, name = NULL)
  sym_op("Dropout", list(data = if (!missing(data)) data), list(...), list(p = if (!missing(p)) p, mode = if (!missing(mode)) mode, axes = if (!missing(axes)) axes, cudnn_off = if (!missing(cudnn_off)) cudnn_off), name)
mx.varg.symbol.Dropout <- function(alist) sym_varg("Dropout", alist)

mx.nd.ElementWiseSum <- function(args, num_args, out = NULL)
  nd_op("ElementWiseSum", list(args = if (!missing(args)) args), list(num_args = if (!missing(num_args)) num_args), out)
mx.symbol.ElementWiseSum <- function(..., num_args, name = NULL)
  sym_op("ElementWiseSum", list(), list(...), list(num_args = if (!missing(num_args)) num_args), name)
mx.varg.symbol.ElementWiseSum <- function(alist) sym_varg("ElementWiseSum", alist)

mx.nd.Embedding <- function(data, weight, input_dim, output_dim, dtype = "float32", sparse_grad = FALSE, out = NULL)
  nd_op("Embedding", list(data = if (!missing(data)) data, weight = if (!missing(weight)) weight), list(input_dim = if (!missing(input_dim)) input_dim, output_dim = if (!missing(output_dim)) output_dim, dtype = if (!missing(dtype)) dtype, sparse_grad = if (!missing(sparse_grad)) sparse_grad), out)
mx.symbol.Embedding <- function(data, weight, ..., input_dim, output_dim, dtype = "float32", sparse_grad = FALSE, name = NULL)
  sym_op("Embedding", list(data = if (!missing(data)) data, weight = if (!missing(weight)) weight), list(...), list(input_dim = if (!missing(input_dim)) input_dim, output_dim = if (!missing(output_dim)) output_dim, dtype = if (!missing(dtype)) dtype, sparse_grad = if (!missing(sparse_grad)) sparse_grad), name)
mx.varg.symbol.Embedding <- function(alist) sym_varg("Embedding", alist)

mx.nd.Flatten <- function(data, out = NULL)
  nd_op("Flatten", list(data = if (!missing(data)) data), list(), out)
mx.symbol.Flatten <- function(data, ..., name = NULL)
  sym_op("Flatten", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.Flatten <- function(alist) sym_varg("Flatten", alist)

mx.nd.FullyConnected <- function(data, weight, bias, num_hidden, no_bias = FALSE, flatten = TRUE, out = NULL)
  nd_op("FullyConnected", list(data = if (!missing(data)) data, weight = if (!missing(weight)) weight, bias = if (!missing(bias)) bias), list(num_hidden = if (!missing(num_hidden)) num_hidden, no_bias = if (!missing(no_bias)) no_bias, flatten = if (!missing(flatten)) flatten), out)
mx.symbol.FullyConnected <- function(data, weight, bias, ..., num_hidden, no_bias = FALSE, flatten = TRUE, name = NULL)
  sym_op("FullyConnected", list(data = if (!missing(data)) data, weight = if (!missing(weight)) weight, bias = if (!missing(bias)) bias), list(...), list(num_hidden = if (!missing(num_hidden)) num_hidden, no_bias = if (!missing(no_bias)) no_bias, flatten = if (!missing(flatten)) flatten), name)
mx.varg.symbol.FullyConnected <- function(alist) sym_varg("FullyConnected", alist)

mx.nd.GridGenerator <- function(data, transform_type, target_shape = c(0, 0), out = NULL)
  nd_op("GridGenerator", list(data = if (!missing(data)) data), list(transform_type = if (!missing(transform_type)) transform_type, target_shape = if (!missing(target_shape)) target_shape), out)
mx.symbol.GridGenerator <- function(data, ..., transform_type, target_shape = c(0, 0), name = NULL)
  sym_op("GridGenerator", list(data = if (!missing(data)) data), list(...), list(transform_type = if (!missing(transform_type)) transform_type, target_shape = if (!missing(target_shape)) target_shape), name)
mx.varg.symbol.GridGenerator <- function(alist) sym_varg("GridGenerator", alist)

mx.nd.GroupNorm <- function(data, gamma, beta, num_groups = 1, eps = 9.99999975e-06, output_mean_var = FALSE, out = NULL)
  nd_op("GroupNorm", list(data = if (!missing(data)) data, gamma = if (!missing(gamma)) gamma, beta = if (!missing(beta)) beta), list(num_groups = if (!missing(num_groups)) num_groups, eps = if (!missing(eps)) eps, output_mean_var = if (!missing(output_mean_var)) output_mean_var), out)
mx.symbol.GroupNorm <- function(data, gamma, beta, ..., num_groups = 1, eps = 9.99999975e-06, output_mean_var = FALSE, name = NULL)
  sym_op("GroupNorm", list(data = if (!missing(data)) data, gamma = if (!missing(gamma)) gamma, beta = if (!missing(beta)) beta), list(...), list(num_groups = if (!missing(num_groups)) num_groups, eps = if (!missing(eps)) eps, output_mean_var = if (!missing(output_mean_var)) output_mean_var), name)
mx.varg.symbol.GroupNorm <- function(alist) sym_varg("GroupNorm", alist)

mx.nd.IdentityAttachKLSparseReg <- function(data, moving_avg, sparseness_target = 0.1, penalty = 0.001, momentum = 0.9, out = NULL)
  nd_op("IdentityAttachKLSparseReg", list(data = if (!missing(data)) data, moving_avg = if (!missing(moving_avg)) moving_avg), list(sparseness_target = if (!missing(sparseness_target)) sparseness_target, penalty = if (!missing(penalty)) penalty, momentum = if (!missing(momentum)) momentum), out)
mx.symbol.IdentityAttachKLSparseReg <- function(data, moving_avg, ..., sparseness_target = 0.1, penalty = 0.001, momentum = 0.9, name = NULL)
  sym_op("IdentityAttachKLSparseReg", list(data = if (!missing(data)) data, moving_avg = if (!missing(moving_avg)) moving_avg), list(...), list(sparseness_target = if (!missing(sparseness_target)) sparseness_target, penalty = if (!missing(penalty)) penalty, momentum = if (!missing(momentum)) momentum), name)
mx.varg.symbol.IdentityAttachKLSparseReg <- function(alist) sym_varg("IdentityAttachKLSparseReg", alist)

mx.nd.InstanceNorm <- function(data, gamma, beta, eps = 0.00100000005, out = NULL)
  nd_op("InstanceNorm", list(data = if (!missing(data)) data, gamma = if (!missing(gamma)) gamma, beta = if (!missing(beta)) beta), list(eps = if (!missing(eps)) eps), out)
mx.symbol.InstanceNorm <- function(data, gamma, beta, ..., eps = 0.00100000005, name = NULL)
  sym_op("InstanceNorm", list(data = if (!missing(data)) data, gamma = if (!missing(gamma)) gamma, beta = if (!missing(beta)) beta), list(...), list(eps = if (!missing(eps)) eps), name)
mx.varg.symbol.InstanceNorm <- function(alist) sym_varg("InstanceNorm", alist)

mx.nd.L2Normalization <- function(data, eps = 1.00000001e-10, mode = "instance", out = NULL)
  nd_op("L2Normalization", list(data = if (!missing(data)) data), list(eps = if (!missing(eps)) eps, mode = if (!missing(mode)) mode), out)
mx.symbol.L2Normalization <- function(data, ..., eps = 1.00000001e-10, mode = "instance", name = NULL)
  sym_op("L2Normalization", list(data = if (!missing(data)) data), list(...), list(eps = if (!missing(eps)) eps, mode = if (!missing(mode)) mode), name)
mx.varg.symbol.L2Normalization <- function(alist) sym_varg("L2Normalization", alist)

mx.nd.LRN <- function(data, alpha = 9.99999975e-05, beta = 0.75, knorm = 2, nsize, out = NULL)
  nd_op("LRN", list(data = if (!missing(data)) data), list(alpha = if (!missing(alpha)) alpha, beta = if (!missing(beta)) beta, knorm = if (!missing(knorm)) knorm, nsize = if (!missing(nsize)) nsize), out)
mx.symbol.LRN <- function(data, ..., alpha = 9.99999975e-05, beta = 0.75, knorm = 2, nsize, name = NULL)
  sym_op("LRN", list(data = if (!missing(data)) data), list(...), list(alpha = if (!missing(alpha)) alpha, beta = if (!missing(beta)) beta, knorm = if (!missing(knorm)) knorm, nsize = if (!missing(nsize)) nsize), name)
mx.varg.symbol.LRN <- function(alist) sym_varg("LRN", alist)

mx.nd.LayerNorm <- function(data, gamma, beta, axis = -1, eps = 9.99999975e-06, output_mean_var = FALSE, out = NULL)
  nd_op("LayerNorm", list(data = if (!missing(data)) data, gamma = if (!missing(gamma)) gamma, beta = if (!missing(beta)) beta), list(axis = if (!missing(axis)) axis, eps = if (!missing(eps)) eps, output_mean_var = if (!missing(output_mean_var)) output_mean_var), out)
mx.symbol.LayerNorm <- function(data, gamma, beta, ..., axis = -1, eps = 9.99999975e-06, output_mean_var = FALSE, name = NULL)
  sym_op("LayerNorm", list(data = if (!missing(data)) data, gamma = if (!missing(gamma)) gamma, beta = if (!missing(beta)) beta), list(...), list(axis = if (!missing(axis)) axis, eps = if (!missing(eps)) eps, output_mean_var = if (!missing(output_mean_var)) output_mean_var), name)
mx.varg.symbol.LayerNorm <- function(alist) sym_varg("LayerNorm", alist)

mx.nd.LeakyReLU <- function(data, gamma, act_type = "leaky", slope = 0.25, lower_bound = 0.125, upper_bound = 0.333999991, out = NULL)
  nd_op("LeakyReLU", list(data = if (!missing(data)) data, gamma = if (!missing(gamma)) gamma), list(act_type = if (!missing(act_type)) act_type, slope = if (!missing(slope)) slope, lower_bound = if (!missing(lower_bound)) lower_bound, upper_bound = if (!missing(upper_bound)) upper_bound), out)
mx.symbol.LeakyReLU <- function(data, gamma, ..., act_type = "leaky", slope = 0.25, lower_bound = 0.125, upper_bound = 0.333999991, name = NULL)
  sym_op("LeakyReLU", list(data = if (!missing(data)) data, gamma = if (!missing(gamma)) gamma), list(...), list(act_type = if (!missing(act_type)) act_type, slope = if (!missing(slope)) slope, lower_bound = if (!missing(lower_bound)) lower_bound, upper_bound = if (!missing(upper_bound)) upper_bound), name)
mx.varg.symbol.LeakyReLU <- function(alist) sym_varg("LeakyReLU", alist)

mx.nd.LinearRegressionOutput <- function(data, label, grad_scale = 1, out = NULL)
  nd_op("LinearRegressionOutput", list(data = if (!missing(data)) data, label = if (!missing(label)) label), list(grad_scale = if (!missing(grad_scale)) grad_scale), out)
mx.symbol.LinearRegressionOutput <- function(data, label, ..., grad_scale = 1, name = NULL)
  sym_op("LinearRegressionOutput", list(data = if (!missing(data)) data, label = if (!missing(label)) label), list(...), list(grad_scale = if (!missing(grad_scale)) grad_scale), name)
mx.varg.symbol.LinearRegressionOutput <- function(alist) sym_varg("LinearRegressionOutput", alist)

mx.nd.LogisticRegressionOutput <- function(data, label, grad_scale = 1, out = NULL)
  nd_op("LogisticRegressionOutput", list(data = if (!missing(data)) data, label = if (!missing(label)) label), list(grad_scale = if (!missing(grad_scale)) grad_scale), out)
mx.symbol.LogisticRegressionOutput <- function(data, label, ..., grad_scale = 1, name = NULL)
  sym_op("LogisticRegressionOutput", list(data = if (!missing(data)) data, label = if (!missing(label)) label), list(...), list(grad_scale = if (!missing(grad_scale)) grad_scale), name)
mx.varg.symbol.LogisticRegressionOutput <- function(alist) sym_varg("LogisticRegressionOutput", alist)

mx.nd.MAERegressionOutput <- function(data, label, grad_scale = 1, out = NULL)
  nd_op("MAERegressionOutput", list(data = if (!missing(data)) data, label = if (!missing(label)) label), list(grad_scale = if (!missing(grad_scale)) grad_scale), out)
mx.symbol.MAERegressionOutput <- function(data, label, ..., grad_scale = 1, name = NULL)
  sym_op("MAERegressionOutput", list(data = if (!missing(data)) data, label = if (!missing(label)) label), list(...), list(grad_scale = if (!missing(grad_scale)) grad_scale), name)
mx.varg.symbol.MAERegressionOutput <- function(alist) sym_varg("MAERegressionOutput", alist)

mx.nd.MakeLoss <- function(data, grad_scale = 1, valid_thresh = 0, normalization = "null", out = NULL)
  nd_op("MakeLoss", list(data = if (!missing(data)) data), list(grad_scale = if (!missing(grad_scale)) grad_scale, valid_thresh = if (!missing(valid_thresh)) valid_thresh, normalization = if (!missing(normalization)) normalization), out)
mx.symbol.MakeLoss <- function(data, ..., grad_scale = 1, valid_thresh = 0, normalization = "null", name = NULL)
  sym_op("MakeLoss", list(data = if (!missing(data)) data), list(...), list(grad_scale = if (!missing(grad_scale)) grad_scale, valid_thresh = if (!missing(valid_thresh)) valid_thresh, normalization = if (!missing(normalization)) normalization), name)
mx.varg.symbol.MakeLoss <- function(alist) sym_varg("MakeLoss", alist)

mx.nd.Pad <- function(data, mode, pad_width, constant_value = 0, out = NULL)
  nd_op("Pad", list(data = if (!missing(data)) data), list(mode = if (!missing(mode)) mode, pad_width = if (!missing(pad_width)) pad_width, constant_value = if (!missing(constant_value)) constant_value), out)
mx.symbol.Pad <- function(data, ..., mode, pad_width, constant_value = 0, name = NULL)
  sym_op("Pad", list(data = if (!missing(data)) data), list(...), list(mode = if (!missing(mode)) mode, pad_width = if (!missing(pad_width)) pad_width, constant_value = if (!missing(constant_value)) constant_value), name)
mx.varg.symbol.Pad <- function(alist) sym_varg("Pad", alist)

mx.nd.Pooling <- function(data, kernel = NULL, pool_type = "max", global_pool = FALSE, cudnn_off = FALSE, pooling_convention = "valid", stride = NULL, pad = NULL, p_value = NULL, count_include_pad = NULL, layout = NULL, out = NULL)
  nd_op("Pooling", list(data = if (!missing(data)) data), list(kernel = if (!missing(kernel)) kernel, pool_type = if (!missing(pool_type)) pool_type, global_pool = if (!missing(global_pool)) global_pool, cudnn_off = if (!missing(cudnn_off)) cudnn_off, pooling_convention = if (!missing(pooling_convention)) pooling_convention, stride = if (!missing(stride)) stride, pad = if (!missing(pad)) pad, p_value = if (!missing(p_value)) p_value, count_include_pad = if (!missing(count_include_pad)) count_include_pad, layout = if (!missing(layout)) layout), out)
mx.symbol.Pooling <- function(data, ..., kernel = NULL, pool_type = "max", global_pool = FALSE, cudnn_off = FALSE, pooling_convention = "valid", stride = NULL, pad = NULL, p_value = NULL, count_include_pad = NULL, layout = NULL, name = NULL)
  sym_op("Pooling", list(data = if (!missing(data)) data), list(...), list(kernel = if (!missing(kernel)) kernel, pool_type = if (!missing(pool_type)) pool_type, global_pool = if (!missing(global_pool)) global_pool, cudnn_off = if (!missing(cudnn_off)) cudnn_off, pooling_convention = if (!missing(pooling_convention)) pooling_convention, stride = if (!missing(stride)) stride, pad = if (!missing(pad)) pad, p_value = if (!missing(p_value)) p_value, count_include_pad = if (!missing(count_include_pad)) count_include_pad, layout = if (!missing(layout)) layout), name)
mx.varg.symbol.Pooling <- function(alist) sym_varg("Pooling", alist)

mx.nd.Pooling.v1 <- function(data, kernel = NULL, pool_type = "max", global_pool = FALSE, pooling_convention = "valid", stride = NULL, pad = NULL, out = NULL)
  nd_op("Pooling_v1", list(data = if (!missing(data)) data), list(kernel = if (!missing(kernel)) kernel, pool_type = if (!missing(pool_type)) pool_type, global_pool = if (!missing(global_pool)) global_pool, pooling_convention = if (!missing(pooling_convention)) pooling_convention, stride = if (!missing(stride)) stride, pad = if (!missing(pad)) pad), out)
mx.symbol.Pooling_v1 <- function(data, ..., kernel = NULL, pool_type = "max", global_pool = FALSE, pooling_convention = "valid", stride = NULL, pad = NULL, name = NULL)
  sym_op("Pooling_v1", list(data = if (!missing(data)) data), list(...), list(kernel = if (!missing(kernel)) kernel, pool_type = if (!missing(pool_type)) pool_type, global_pool = if (!missing(global_pool)) global_pool, pooling_convention = if (!missing(pooling_convention)) pooling_convention, stride = if (!missing(stride)) stride, pad = if (!missing(pad)) pad), name)
mx.varg.symbol.Pooling_v1 <- function(alist) sym_varg("Pooling_v1", alist)

mx.nd.RNN <- function(data, parameters, state, state_cell, sequence_length, state_size, num_layers, bidirectional = FALSE, mode, p = 0, state_outputs = FALSE, projection_size = NULL, lstm_state_clip_min = NULL, lstm_state_clip_max = NULL, lstm_state_clip_nan = FALSE, use_sequence_length = FALSE, out = NULL)
  nd_op("RNN", list(data = if (!missing(data)) data, parameters = if (!missing(parameters)) parameters, state = if (!missing(state)) state, state_cell = if (!missing(state_cell)) state_cell, sequence_length = if (!missing(sequence_length)) sequence_length), list(state_size = if (!missing(state_size)) state_size, num_layers = if (!missing(num_layers)) num_layers, bidirectional = if (!missing(bidirectional)) bidirectional, mode = if (!missing(mode)) mode, p = if (!missing(p)) p, state_outputs = if (!missing(state_outputs)) state_outputs, projection_size = if (!missing(projection_size)) projection_size, lstm_state_clip_min = if (!missing(lstm_state_clip_min)) lstm_state_clip_min, lstm_state_clip_max = if (!missing(lstm_state_clip_max)) lstm_state_clip_max, lstm_state_clip_nan = if (!missing(lstm_state_clip_nan)) lstm_state_clip_nan, use_sequence_length = if (!missing(use_sequence_length)) use_sequence_length), out)
mx.symbol.RNN <- function(data, parameters, state, state_cell, sequence_length, ..., state_size, num_layers, bidirectional = FALSE, mode, p = 0, state_outputs = FALSE, projection_size = NULL, lstm_state_clip_min = NULL, lstm_state_clip_max = NULL, lstm_state_clip_nan = FALSE, use_sequence_length = FALSE, name = NULL)
  sym_op("RNN", list(data = if (!missing(data)) data, parameters = if (!missing(parameters)) parameters, state = if (!missing(state)) state, state_cell = if (!missing(state_cell)) state_cell, sequence_length = if (!missing(sequence_length)) sequence_length), list(...), list(state_size = if (!missing(state_size)) state_size, num_layers = if (!missing(num_layers)) num_layers, bidirectional = if (!missing(bidirectional)) bidirectional, mode = if (!missing(mode)) mode, p = if (!missing(p)) p, state_outputs = if (!missing(state_outputs)) state_outputs, projection_size = if (!missing(projection_size)) projection_size, lstm_state_clip_min = if (!missing(lstm_state_clip_min)) lstm_state_clip_min, lstm_state_clip_max = if (!missing(lstm_state_clip_max)) lstm_state_clip_max, lstm_state_clip_nan = if (!missing(lstm_state_clip_nan)) lstm_state_clip_nan, use_sequence_length = if (!missing(use_sequence_length)) use_sequence_length), name)
mx.varg.symbol.RNN <- function(alist) sym_varg("RNN", alist)

mx.nd.ROIPooling <- function(data, rois, pooled_size, spatial_scale, out = NULL)
  nd_op("ROIPooling", list(data = if (!missing(data)) data, rois = if (!missing(rois)) rois), list(pooled_size = if (!missing(pooled_size)) pooled_size, spatial_scale = if (!missing(spatial_scale)) spatial_scale), out)
mx.symbol.ROIPooling <- function(data, rois, ..., pooled_size, spatial_scale, name = NULL)
  sym_op("ROIPooling", list(data = if (!missing(data)) data, rois = if (!missing(rois)) rois), list(...), list(pooled_size = if (!missing(pooled_size)) pooled_size, spatial_scale = if (!missing(spatial_scale)) spatial_scale), name)
mx.varg.symbol.ROIPooling <- function(alist) sym_varg("ROIPooling", alist)

mx.nd.Reshape <- function(data, shape = NULL, reverse = FALSE, target_shape = NULL, keep_highest = FALSE, out = NULL)
  nd_op("Reshape", list(data = if (!missing(data)) data), list(shape = if (!missing(shape)) shape, reverse = if (!missing(reverse)) reverse, target_shape = if (!missing(target_shape)) target_shape, keep_highest = if (!missing(keep_highest)) keep_highest), out)
mx.symbol.Reshape <- function(data, ..., shape = NULL, reverse = FALSE, target_shape = NULL, keep_highest = FALSE, name = NULL)
  sym_op("Reshape", list(data = if (!missing(data)) data), list(...), list(shape = if (!missing(shape)) shape, reverse = if (!missing(reverse)) reverse, target_shape = if (!missing(target_shape)) target_shape, keep_highest = if (!missing(keep_highest)) keep_highest), name)
mx.varg.symbol.Reshape <- function(alist) sym_varg("Reshape", alist)

mx.nd.SVMOutput <- function(data, label, margin = 1, regularization_coefficient = 1, use_linear = FALSE, out = NULL)
  nd_op("SVMOutput", list(data = if (!missing(data)) data, label = if (!missing(label)) label), list(margin = if (!missing(margin)) margin, regularization_coefficient = if (!missing(regularization_coefficient)) regularization_coefficient, use_linear = if (!missing(use_linear)) use_linear), out)
mx.symbol.SVMOutput <- function(data, label, ..., margin = 1, regularization_coefficient = 1, use_linear = FALSE, name = NULL)
  sym_op("SVMOutput", list(data = if (!missing(data)) data, label = if (!missing(label)) label), list(...), list(margin = if (!missing(margin)) margin, regularization_coefficient = if (!missing(regularization_coefficient)) regularization_coefficient, use_linear = if (!missing(use_linear)) use_linear), name)
mx.varg.symbol.SVMOutput <- function(alist) sym_varg("SVMOutput", alist)

mx.nd.SequenceLast <- function(data, sequence_length, use_sequence_length = FALSE, axis = 0, out = NULL)
  nd_op("SequenceLast", list(data = if (!missing(data)) data, sequence_length = if (!missing(sequence_length)) sequence_length), list(use_sequence_length = if (!missing(use_sequence_length)) use_sequence_length, axis = if (!missing(axis)) axis), out)
mx.symbol.SequenceLast <- function(data, sequence_length, ..., use_sequence_length = FALSE, axis = 0, name = NULL)
  sym_op("SequenceLast", list(data = if (!missing(data)) data, sequence_length = if (!missing(sequence_length)) sequence_length), list(...), list(use_sequence_length = if (!missing(use_sequence_length)) use_sequence_length, axis = if (!missing(axis)) axis), name)
mx.varg.symbol.SequenceLast <- function(alist) sym_varg("SequenceLast", alist)

mx.nd.SequenceMask <- function(data, sequence_length, use_sequence_length = FALSE, value = 0, axis = 0, out = NULL)
  nd_op("SequenceMask", list(data = if (!missing(data)) data, sequence_length = if (!missing(sequence_length)) sequence_length), list(use_sequence_length = if (!missing(use_sequence_length)) use_sequence_length, value = if (!missing(value)) value, axis = if (!missing(axis)) axis), out)
mx.symbol.SequenceMask <- function(data, sequence_length, ..., use_sequence_length = FALSE, value = 0, axis = 0, name = NULL)
  sym_op("SequenceMask", list(data = if (!missing(data)) data, sequence_length = if (!missing(sequence_length)) sequence_length), list(...), list(use_sequence_length = if (!missing(use_sequence_length)) use_sequence_length, value = if (!missing(value)) value, axis = if (!missing(axis)) axis), name)
mx.varg.symbol.SequenceMask <- function(alist) sym_varg("SequenceMask", alist)

mx.nd.SequenceReverse <- function(data, sequence_length, use_sequence_length = FALSE, axis = 0, out = NULL)
  nd_op("SequenceReverse", list(data = if (!missing(data)) data, sequence_length = if (!missing(sequence_length)) sequence_length), list(use_sequence_length = if (!missing(use_sequence_length)) use_sequence_length, axis = if (!missing(axis)) axis), out)
mx.symbol.SequenceReverse <- function(data, sequence_length, ..., use_sequence_length = FALSE, axis = 0, name = NULL)
  sym_op("SequenceReverse", list(data = if (!missing(data)) data, sequence_length = if (!missing(sequence_length)) sequence_length), list(...), list(use_sequence_length = if (!missing(use_sequence_length)) use_sequence_length, axis = if (!missing(axis)) axis), name)
mx.varg.symbol.SequenceReverse <- function(alist) sym_varg("SequenceReverse", alist)

mx.nd.SliceChannel <- function(data, num_outputs, axis = 1, squeeze_axis = FALSE, out = NULL)
  nd_op("SliceChannel", list(data = if (!missing(data)) data), list(num_outputs = if (!missing(num_outputs)) num_outputs, axis = if (!missing(axis)) axis, squeeze_axis = if (!missing(squeeze_axis)) squeeze_axis), out)
mx.symbol.SliceChannel <- function(data, ..., num_outputs, axis = 1, squeeze_axis = FALSE, name = NULL)
  sym_op("SliceChannel", list(data = if (!missing(data)) data), list(...), list(num_outputs = if (!missing(num_outputs)) num_outputs, axis = if (!missing(axis)) axis, squeeze_axis = if (!missing(squeeze_axis)) squeeze_axis), name)
mx.varg.symbol.SliceChannel <- function(alist) sym_varg("SliceChannel", alist)

mx.nd.Softmax <- function(data, label, grad_scale = 1, ignore_label = -1, multi_output = FALSE, use_ignore = FALSE, preserve_shape = FALSE, normalization = "null", out_grad = FALSE, smooth_alpha = 0, out = NULL)
  nd_op("Softmax", list(data = if (!missing(data)) data, label = if (!missing(label)) label), list(grad_scale = if (!missing(grad_scale)) grad_scale, ignore_label = if (!missing(ignore_label)) ignore_label, multi_output = if (!missing(multi_output)) multi_output, use_ignore = if (!missing(use_ignore)) use_ignore, preserve_shape = if (!missing(preserve_shape)) preserve_shape, normalization = if (!missing(normalization)) normalization, out_grad = if (!missing(out_grad)) out_grad, smooth_alpha = if (!missing(smooth_alpha)) smooth_alpha), out)
mx.symbol.Softmax <- function(data, label, ..., grad_scale = 1, ignore_label = -1, multi_output = FALSE, use_ignore = FALSE, preserve_shape = FALSE, normalization = "null", out_grad = FALSE, smooth_alpha = 0, name = NULL)
  sym_op("Softmax", list(data = if (!missing(data)) data, label = if (!missing(label)) label), list(...), list(grad_scale = if (!missing(grad_scale)) grad_scale, ignore_label = if (!missing(ignore_label)) ignore_label, multi_output = if (!missing(multi_output)) multi_output, use_ignore = if (!missing(use_ignore)) use_ignore, preserve_shape = if (!missing(preserve_shape)) preserve_shape, normalization = if (!missing(normalization)) normalization, out_grad = if (!missing(out_grad)) out_grad, smooth_alpha = if (!missing(smooth_alpha)) smooth_alpha), name)
mx.varg.symbol.Softmax <- function(alist) sym_varg("Softmax", alist)

mx.nd.SoftmaxActivation <- function(data, mode = "instance", out = NULL)
  nd_op("SoftmaxActivation", list(data = if (!missing(data)) data), list(mode = if (!missing(mode)) mode), out)
mx.symbol.SoftmaxActivation <- function(data, ..., mode = "instance", name = NULL)
  sym_op("SoftmaxActivation", list(data = if (!missing(data)) data), list(...), list(mode = if (!missing(mode)) mode), name)
mx.varg.symbol.SoftmaxActivation <- function(alist) sym_varg("SoftmaxActivation", alist)

mx.nd.SoftmaxOutput <- function(data, label, grad_scale = 1, ignore_label = -1, multi_output = FALSE, use_ignore = FALSE, preserve_shape = FALSE, normalization = "null", out_grad = FALSE, smooth_alpha = 0, out = NULL)
  nd_op("SoftmaxOutput", list(data = if (!missing(data)) data, label = if (!missing(label)) label), list(grad_scale = if (!missing(grad_scale)) grad_scale, ignore_label = if (!missing(ignore_label)) ignore_label, multi_output = if (!missing(multi_output)) multi_output, use_ignore = if (!missing(use_ignore)) use_ignore, preserve_shape = if (!missing(preserve_shape)) preserve_shape, normalization = if (!missing(normalization)) normalization, out_grad = if (!missing(out_grad)) out_grad, smooth_alpha = if (!missing(smooth_alpha)) smooth_alpha), out)
mx.symbol.SoftmaxOutput <- function(data, label, ..., grad_scale = 1, ignore_label = -1, multi_output = FALSE, use_ignore = FALSE, preserve_shape = FALSE, normalization = "null", out_grad = FALSE, smooth_alpha = 0, name = NULL)
  sym_op("SoftmaxOutput", list(data = if (!missing(data)) data, label = if (!missing(label)) label), list(...), list(grad_scale = if (!missing(grad_scale)) grad_scale, ignore_label = if (!missing(ignore_label)) ignore_label, multi_output = if (!missing(multi_output)) multi_output, use_ignore = if (!missing(use_ignore)) use_ignore, preserve_shape = if (!missing(preserve_shape)) preserve_shape, normalization = if (!missing(normalization)) normalization, out_grad = if (!missing(out_grad)) out_grad, smooth_alpha = if (!missing(smooth_alpha)) smooth_alpha), name)
mx.varg.symbol.SoftmaxOutput <- function(alist) sym_varg("SoftmaxOutput", alist)

mx.nd.SpatialTransformer <- function(data, loc, target_shape = c(0, 0), transform_type, sampler_type, cudnn_off = NULL, out = NULL)
  nd_op("SpatialTransformer", list(data = if (!missing(data)) data, loc = if (!missing(loc)) loc), list(target_shape = if (!missing(target_shape)) target_shape, transform_type = if (!missing(transform_type)) transform_type, sampler_type = if (!missing(sampler_type)) sampler_type, cudnn_off = if (!missing(cudnn_off)) cudnn_off), out)
mx.symbol.SpatialTransformer <- function(data, loc, ..., target_shape = c(0, 0), transform_type, sampler_type, cudnn_off = NULL, name = NULL)
  sym_op("SpatialTransformer", list(data = if (!missing(data)) data, loc = if (!missing(loc)) loc), list(...), list(target_shape = if (!missing(target_shape)) target_shape, transform_type = if (!missing(transform_type)) transform_type, sampler_type = if (!missing(sampler_type)) sampler_type, cudnn_off = if (!missing(cudnn_off)) cudnn_off), name)
mx.varg.symbol.SpatialTransformer <- function(alist) sym_varg("SpatialTransformer", alist)

mx.nd.SwapAxis <- function(data, dim1 = 0, dim2 = 0, out = NULL)
  nd_op("SwapAxis", list(data = if (!missing(data)) data), list(dim1 = if (!missing(dim1)) dim1, dim2 = if (!missing(dim2)) dim2), out)
mx.symbol.SwapAxis <- function(data, ..., dim1 = 0, dim2 = 0, name = NULL)
  sym_op("SwapAxis", list(data = if (!missing(data)) data), list(...), list(dim1 = if (!missing(dim1)) dim1, dim2 = if (!missing(dim2)) dim2), name)
mx.varg.symbol.SwapAxis <- function(alist) sym_varg("SwapAxis", alist)

mx.nd.UpSampling <- function(data, scale, num_filter = 0, sample_type, multi_input_mode = "concat", num_args, workspace = 512, out = NULL)
  nd_op("UpSampling", list(data = if (!missing(data)) data), list(scale = if (!missing(scale)) scale, num_filter = if (!missing(num_filter)) num_filter, sample_type = if (!missing(sample_type)) sample_type, multi_input_mode = if (!missing(multi_input_mode)) multi_input_mode, num_args = if (!missing(num_args)) num_args, workspace = if (!missing(workspace)) workspace), out)
mx.symbol.UpSampling <- function(..., scale, num_filter = 0, sample_type, multi_input_mode = "concat", num_args, workspace = 512, name = NULL)
  sym_op("UpSampling", list(), list(...), list(scale = if (!missing(scale)) scale, num_filter = if (!missing(num_filter)) num_filter, sample_type = if (!missing(sample_type)) sample_type, multi_input_mode = if (!missing(multi_input_mode)) multi_input_mode, num_args = if (!missing(num_args)) num_args, workspace = if (!missing(workspace)) workspace), name)
mx.varg.symbol.UpSampling <- function(alist) sym_varg("UpSampling", alist)

mx.nd.internal.CustomFunction <- function(out = NULL)
  nd_op("_CustomFunction", list(), list(), out)
mx.varg.symbol.internal.CustomFunction <- function(alist) sym_varg("_CustomFunction", alist)

mx.nd.internal.Div <- function(lhs, rhs, out = NULL)
  nd_op("_Div", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.Div <- function(alist) sym_varg("_Div", alist)

mx.nd.internal.DivScalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_DivScalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.DivScalar <- function(alist) sym_varg("_DivScalar", alist)

mx.nd.internal.Equal <- function(lhs, rhs, out = NULL)
  nd_op("_Equal", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.Equal <- function(alist) sym_varg("_Equal", alist)

mx.nd.internal.EqualScalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_EqualScalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.EqualScalar <- function(alist) sym_varg("_EqualScalar", alist)

mx.nd.internal.Greater <- function(lhs, rhs, out = NULL)
  nd_op("_Greater", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.Greater <- function(alist) sym_varg("_Greater", alist)

mx.nd.internal.GreaterEqualScalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_GreaterEqualScalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.GreaterEqualScalar <- function(alist) sym_varg("_GreaterEqualScalar", alist)

mx.nd.internal.GreaterScalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_GreaterScalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.GreaterScalar <- function(alist) sym_varg("_GreaterScalar", alist)

mx.nd.internal.Greater.Equal <- function(lhs, rhs, out = NULL)
  nd_op("_Greater_Equal", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.Greater_Equal <- function(alist) sym_varg("_Greater_Equal", alist)

mx.nd.internal.Hypot <- function(lhs, rhs, out = NULL)
  nd_op("_Hypot", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.Hypot <- function(alist) sym_varg("_Hypot", alist)

mx.nd.internal.HypotScalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_HypotScalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.HypotScalar <- function(alist) sym_varg("_HypotScalar", alist)

mx.nd.internal.Lesser <- function(lhs, rhs, out = NULL)
  nd_op("_Lesser", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.Lesser <- function(alist) sym_varg("_Lesser", alist)

mx.nd.internal.LesserEqualScalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_LesserEqualScalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.LesserEqualScalar <- function(alist) sym_varg("_LesserEqualScalar", alist)

mx.nd.internal.LesserScalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_LesserScalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.LesserScalar <- function(alist) sym_varg("_LesserScalar", alist)

mx.nd.internal.Lesser.Equal <- function(lhs, rhs, out = NULL)
  nd_op("_Lesser_Equal", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.Lesser_Equal <- function(alist) sym_varg("_Lesser_Equal", alist)

mx.nd.internal.LogicalAndScalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_LogicalAndScalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.LogicalAndScalar <- function(alist) sym_varg("_LogicalAndScalar", alist)

mx.nd.internal.LogicalOrScalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_LogicalOrScalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.LogicalOrScalar <- function(alist) sym_varg("_LogicalOrScalar", alist)

mx.nd.internal.LogicalXorScalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_LogicalXorScalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.LogicalXorScalar <- function(alist) sym_varg("_LogicalXorScalar", alist)

mx.nd.internal.Logical.And <- function(lhs, rhs, out = NULL)
  nd_op("_Logical_And", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.Logical_And <- function(alist) sym_varg("_Logical_And", alist)

mx.nd.internal.Logical.Or <- function(lhs, rhs, out = NULL)
  nd_op("_Logical_Or", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.Logical_Or <- function(alist) sym_varg("_Logical_Or", alist)

mx.nd.internal.Logical.Xor <- function(lhs, rhs, out = NULL)
  nd_op("_Logical_Xor", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.Logical_Xor <- function(alist) sym_varg("_Logical_Xor", alist)

mx.nd.internal.Maximum <- function(lhs, rhs, out = NULL)
  nd_op("_Maximum", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.Maximum <- function(alist) sym_varg("_Maximum", alist)

mx.nd.internal.MaximumScalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_MaximumScalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.MaximumScalar <- function(alist) sym_varg("_MaximumScalar", alist)

mx.nd.internal.Minimum <- function(lhs, rhs, out = NULL)
  nd_op("_Minimum", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.Minimum <- function(alist) sym_varg("_Minimum", alist)

mx.nd.internal.MinimumScalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_MinimumScalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.MinimumScalar <- function(alist) sym_varg("_MinimumScalar", alist)

mx.nd.internal.Minus <- function(lhs, rhs, out = NULL)
  nd_op("_Minus", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.Minus <- function(alist) sym_varg("_Minus", alist)

mx.nd.internal.MinusScalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_MinusScalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.MinusScalar <- function(alist) sym_varg("_MinusScalar", alist)

mx.nd.internal.Mod <- function(lhs, rhs, out = NULL)
  nd_op("_Mod", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.Mod <- function(alist) sym_varg("_Mod", alist)

mx.nd.internal.ModScalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_ModScalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.ModScalar <- function(alist) sym_varg("_ModScalar", alist)

mx.nd.internal.Mul <- function(lhs, rhs, out = NULL)
  nd_op("_Mul", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.Mul <- function(alist) sym_varg("_Mul", alist)

mx.nd.internal.MulScalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_MulScalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.MulScalar <- function(alist) sym_varg("_MulScalar", alist)

mx.nd.internal.NotEqualScalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_NotEqualScalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.NotEqualScalar <- function(alist) sym_varg("_NotEqualScalar", alist)

mx.nd.internal.Not.Equal <- function(lhs, rhs, out = NULL)
  nd_op("_Not_Equal", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.Not_Equal <- function(alist) sym_varg("_Not_Equal", alist)

mx.nd.internal.Plus <- function(lhs, rhs, out = NULL)
  nd_op("_Plus", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.Plus <- function(alist) sym_varg("_Plus", alist)

mx.nd.internal.PlusScalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_PlusScalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.PlusScalar <- function(alist) sym_varg("_PlusScalar", alist)

mx.nd.internal.Power <- function(lhs, rhs, out = NULL)
  nd_op("_Power", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.Power <- function(alist) sym_varg("_Power", alist)

mx.nd.internal.PowerScalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_PowerScalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.PowerScalar <- function(alist) sym_varg("_PowerScalar", alist)

mx.nd.internal.RDivScalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_RDivScalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.RDivScalar <- function(alist) sym_varg("_RDivScalar", alist)

mx.nd.internal.RMinusScalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_RMinusScalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.RMinusScalar <- function(alist) sym_varg("_RMinusScalar", alist)

mx.nd.internal.RModScalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_RModScalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.RModScalar <- function(alist) sym_varg("_RModScalar", alist)

mx.nd.internal.RPowerScalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_RPowerScalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.RPowerScalar <- function(alist) sym_varg("_RPowerScalar", alist)

mx.nd.internal.adamw.update <- function(weight, grad, mean, var, rescale_grad, lr, beta1 = 0.899999976, beta2 = 0.999000013, epsilon = 9.99999994e-09, wd = 0, eta, clip_gradient = -1, out = NULL)
  nd_op("_adamw_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, mean = if (!missing(mean)) mean, var = if (!missing(var)) var, rescale_grad = if (!missing(rescale_grad)) rescale_grad), list(lr = if (!missing(lr)) lr, beta1 = if (!missing(beta1)) beta1, beta2 = if (!missing(beta2)) beta2, epsilon = if (!missing(epsilon)) epsilon, wd = if (!missing(wd)) wd, eta = if (!missing(eta)) eta, clip_gradient = if (!missing(clip_gradient)) clip_gradient), out)
mx.varg.symbol.internal.adamw_update <- function(alist) sym_varg("_adamw_update", alist)

mx.nd.internal.add <- function(lhs, rhs, out = NULL)
  nd_op("_add", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.add <- function(alist) sym_varg("_add", alist)

mx.nd.internal.arange <- function(start, stop = NULL, step = 1, `repeat` = 1, infer_range = FALSE, ctx = "", dtype = "float32", out = NULL)
  nd_op("_arange", list(), list(start = if (!missing(start)) start, stop = if (!missing(stop)) stop, step = if (!missing(step)) step, `repeat` = if (!missing(`repeat`)) `repeat`, infer_range = if (!missing(infer_range)) infer_range, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), out)
mx.varg.symbol.internal.arange <- function(alist) sym_varg("_arange", alist)

mx.nd.internal.contrib.AdaptiveAvgPooling2D <- function(data, output_size = NULL, out = NULL)
  nd_op("_contrib_AdaptiveAvgPooling2D", list(data = if (!missing(data)) data), list(output_size = if (!missing(output_size)) output_size), out)
mx.varg.symbol.internal.contrib_AdaptiveAvgPooling2D <- function(alist) sym_varg("_contrib_AdaptiveAvgPooling2D", alist)
mx.nd.contrib.AdaptiveAvgPooling2D <- mx.nd.internal.contrib.AdaptiveAvgPooling2D
mx.symbol.contrib.AdaptiveAvgPooling2D <- function(data, ..., output_size = NULL, name = NULL)
  sym_op("_contrib_AdaptiveAvgPooling2D", list(data = if (!missing(data)) data), list(...), list(output_size = if (!missing(output_size)) output_size), name)

mx.nd.internal.contrib.BatchNormWithReLU <- function(data, gamma, beta, moving_mean, moving_var, eps = 0.00100000005, momentum = 0.899999976, fix_gamma = TRUE, use_global_stats = FALSE, output_mean_var = FALSE, axis = 1, cudnn_off = FALSE, min_calib_range = NULL, max_calib_range = NULL, out = NULL)
  nd_op("_contrib_BatchNormWithReLU", list(data = if (!missing(data)) data, gamma = if (!missing(gamma)) gamma, beta = if (!missing(beta)) beta, moving_mean = if (!missing(moving_mean)) moving_mean, moving_var = if (!missing(moving_var)) moving_var), list(eps = if (!missing(eps)) eps, momentum = if (!missing(momentum)) momentum, fix_gamma = if (!missing(fix_gamma)) fix_gamma, use_global_stats = if (!missing(use_global_stats)) use_global_stats, output_mean_var = if (!missing(output_mean_var)) output_mean_var, axis = if (!missing(axis)) axis, cudnn_off = if (!missing(cudnn_off)) cudnn_off, min_calib_range = if (!missing(min_calib_range)) min_calib_range, max_calib_range = if (!missing(max_calib_range)) max_calib_range), out)
mx.varg.symbol.internal.contrib_BatchNormWithReLU <- function(alist) sym_varg("_contrib_BatchNormWithReLU", alist)
mx.nd.contrib.BatchNormWithReLU <- mx.nd.internal.contrib.BatchNormWithReLU
mx.symbol.contrib.BatchNormWithReLU <- function(data, gamma, beta, moving_mean, moving_var, ..., eps = 0.00100000005, momentum = 0.899999976, fix_gamma = TRUE, use_global_stats = FALSE, output_mean_var = FALSE, axis = 1, cudnn_off = FALSE, min_calib_range = NULL, max_calib_range = NULL, name = NULL)
  sym_op("_contrib_BatchNormWithReLU", list(data = if (!missing(data)) data, gamma = if (!missing(gamma)) gamma, beta = if (!missing(beta)) beta, moving_mean = if (!missing(moving_mean)) moving_mean, moving_var = if (!missing(moving_var)) moving_var), list(...), list(eps = if (!missing(eps)) eps, momentum = if (!missing(momentum)) momentum, fix_gamma = if (!missing(fix_gamma)) fix_gamma, use_global_stats = if (!missing(use_global_stats)) use_global_stats, output_mean_var = if (!missing(output_mean_var)) output_mean_var, axis = if (!missing(axis)) axis, cudnn_off = if (!missing(cudnn_off)) cudnn_off, min_calib_range = if (!missing(min_calib_range)) min_calib_range, max_calib_range = if (!missing(max_calib_range)) max_calib_range), name)

mx.nd.internal.contrib.BilinearResize2D <- function(data, like, height = 1, width = 1, scale_height = NULL, scale_width = NULL, mode = "size", align_corners = TRUE, out = NULL)
  nd_op("_contrib_BilinearResize2D", list(data = if (!missing(data)) data, like = if (!missing(like)) like), list(height = if (!missing(height)) height, width = if (!missing(width)) width, scale_height = if (!missing(scale_height)) scale_height, scale_width = if (!missing(scale_width)) scale_width, mode = if (!missing(mode)) mode, align_corners = if (!missing(align_corners)) align_corners), out)
mx.varg.symbol.internal.contrib_BilinearResize2D <- function(alist) sym_varg("_contrib_BilinearResize2D", alist)
mx.nd.contrib.BilinearResize2D <- mx.nd.internal.contrib.BilinearResize2D
mx.symbol.contrib.BilinearResize2D <- function(data, like, ..., height = 1, width = 1, scale_height = NULL, scale_width = NULL, mode = "size", align_corners = TRUE, name = NULL)
  sym_op("_contrib_BilinearResize2D", list(data = if (!missing(data)) data, like = if (!missing(like)) like), list(...), list(height = if (!missing(height)) height, width = if (!missing(width)) width, scale_height = if (!missing(scale_height)) scale_height, scale_width = if (!missing(scale_width)) scale_width, mode = if (!missing(mode)) mode, align_corners = if (!missing(align_corners)) align_corners), name)

mx.nd.internal.contrib.CTCLoss <- function(data, label, data_lengths, label_lengths, use_data_lengths = FALSE, use_label_lengths = FALSE, blank_label = "first", out = NULL)
  nd_op("_contrib_CTCLoss", list(data = if (!missing(data)) data, label = if (!missing(label)) label, data_lengths = if (!missing(data_lengths)) data_lengths, label_lengths = if (!missing(label_lengths)) label_lengths), list(use_data_lengths = if (!missing(use_data_lengths)) use_data_lengths, use_label_lengths = if (!missing(use_label_lengths)) use_label_lengths, blank_label = if (!missing(blank_label)) blank_label), out)
mx.varg.symbol.internal.contrib_CTCLoss <- function(alist) sym_varg("_contrib_CTCLoss", alist)
mx.nd.contrib.CTCLoss <- mx.nd.internal.contrib.CTCLoss
mx.symbol.contrib.CTCLoss <- function(data, label, data_lengths, label_lengths, ..., use_data_lengths = FALSE, use_label_lengths = FALSE, blank_label = "first", name = NULL)
  sym_op("_contrib_CTCLoss", list(data = if (!missing(data)) data, label = if (!missing(label)) label, data_lengths = if (!missing(data_lengths)) data_lengths, label_lengths = if (!missing(label_lengths)) label_lengths), list(...), list(use_data_lengths = if (!missing(use_data_lengths)) use_data_lengths, use_label_lengths = if (!missing(use_label_lengths)) use_label_lengths, blank_label = if (!missing(blank_label)) blank_label), name)

mx.nd.internal.contrib.DeformableConvolution <- function(data, offset, weight, bias, kernel, stride = NULL, dilate = NULL, pad = NULL, num_filter, num_group = 1, num_deformable_group = 1, workspace = 1024, no_bias = FALSE, layout = NULL, out = NULL)
  nd_op("_contrib_DeformableConvolution", list(data = if (!missing(data)) data, offset = if (!missing(offset)) offset, weight = if (!missing(weight)) weight, bias = if (!missing(bias)) bias), list(kernel = if (!missing(kernel)) kernel, stride = if (!missing(stride)) stride, dilate = if (!missing(dilate)) dilate, pad = if (!missing(pad)) pad, num_filter = if (!missing(num_filter)) num_filter, num_group = if (!missing(num_group)) num_group, num_deformable_group = if (!missing(num_deformable_group)) num_deformable_group, workspace = if (!missing(workspace)) workspace, no_bias = if (!missing(no_bias)) no_bias, layout = if (!missing(layout)) layout), out)
mx.varg.symbol.internal.contrib_DeformableConvolution <- function(alist) sym_varg("_contrib_DeformableConvolution", alist)
mx.nd.contrib.DeformableConvolution <- mx.nd.internal.contrib.DeformableConvolution
mx.symbol.contrib.DeformableConvolution <- function(data, offset, weight, bias, ..., kernel, stride = NULL, dilate = NULL, pad = NULL, num_filter, num_group = 1, num_deformable_group = 1, workspace = 1024, no_bias = FALSE, layout = NULL, name = NULL)
  sym_op("_contrib_DeformableConvolution", list(data = if (!missing(data)) data, offset = if (!missing(offset)) offset, weight = if (!missing(weight)) weight, bias = if (!missing(bias)) bias), list(...), list(kernel = if (!missing(kernel)) kernel, stride = if (!missing(stride)) stride, dilate = if (!missing(dilate)) dilate, pad = if (!missing(pad)) pad, num_filter = if (!missing(num_filter)) num_filter, num_group = if (!missing(num_group)) num_group, num_deformable_group = if (!missing(num_deformable_group)) num_deformable_group, workspace = if (!missing(workspace)) workspace, no_bias = if (!missing(no_bias)) no_bias, layout = if (!missing(layout)) layout), name)

mx.nd.internal.contrib.DeformablePSROIPooling <- function(data, rois, trans, spatial_scale, output_dim, group_size, pooled_size, part_size = 0, sample_per_part = 1, trans_std = 0, no_trans = FALSE, out = NULL)
  nd_op("_contrib_DeformablePSROIPooling", list(data = if (!missing(data)) data, rois = if (!missing(rois)) rois, trans = if (!missing(trans)) trans), list(spatial_scale = if (!missing(spatial_scale)) spatial_scale, output_dim = if (!missing(output_dim)) output_dim, group_size = if (!missing(group_size)) group_size, pooled_size = if (!missing(pooled_size)) pooled_size, part_size = if (!missing(part_size)) part_size, sample_per_part = if (!missing(sample_per_part)) sample_per_part, trans_std = if (!missing(trans_std)) trans_std, no_trans = if (!missing(no_trans)) no_trans), out)
mx.varg.symbol.internal.contrib_DeformablePSROIPooling <- function(alist) sym_varg("_contrib_DeformablePSROIPooling", alist)
mx.nd.contrib.DeformablePSROIPooling <- mx.nd.internal.contrib.DeformablePSROIPooling
mx.symbol.contrib.DeformablePSROIPooling <- function(data, rois, trans, ..., spatial_scale, output_dim, group_size, pooled_size, part_size = 0, sample_per_part = 1, trans_std = 0, no_trans = FALSE, name = NULL)
  sym_op("_contrib_DeformablePSROIPooling", list(data = if (!missing(data)) data, rois = if (!missing(rois)) rois, trans = if (!missing(trans)) trans), list(...), list(spatial_scale = if (!missing(spatial_scale)) spatial_scale, output_dim = if (!missing(output_dim)) output_dim, group_size = if (!missing(group_size)) group_size, pooled_size = if (!missing(pooled_size)) pooled_size, part_size = if (!missing(part_size)) part_size, sample_per_part = if (!missing(sample_per_part)) sample_per_part, trans_std = if (!missing(trans_std)) trans_std, no_trans = if (!missing(no_trans)) no_trans), name)

mx.nd.internal.contrib.ModulatedDeformableConvolution <- function(data, offset, mask, weight, bias, kernel, stride = NULL, dilate = NULL, pad = NULL, num_filter, num_group = 1, num_deformable_group = 1, workspace = 1024, no_bias = FALSE, im2col_step = 64, layout = NULL, out = NULL)
  nd_op("_contrib_ModulatedDeformableConvolution", list(data = if (!missing(data)) data, offset = if (!missing(offset)) offset, mask = if (!missing(mask)) mask, weight = if (!missing(weight)) weight, bias = if (!missing(bias)) bias), list(kernel = if (!missing(kernel)) kernel, stride = if (!missing(stride)) stride, dilate = if (!missing(dilate)) dilate, pad = if (!missing(pad)) pad, num_filter = if (!missing(num_filter)) num_filter, num_group = if (!missing(num_group)) num_group, num_deformable_group = if (!missing(num_deformable_group)) num_deformable_group, workspace = if (!missing(workspace)) workspace, no_bias = if (!missing(no_bias)) no_bias, im2col_step = if (!missing(im2col_step)) im2col_step, layout = if (!missing(layout)) layout), out)
mx.varg.symbol.internal.contrib_ModulatedDeformableConvolution <- function(alist) sym_varg("_contrib_ModulatedDeformableConvolution", alist)
mx.nd.contrib.ModulatedDeformableConvolution <- mx.nd.internal.contrib.ModulatedDeformableConvolution
mx.symbol.contrib.ModulatedDeformableConvolution <- function(data, offset, mask, weight, bias, ..., kernel, stride = NULL, dilate = NULL, pad = NULL, num_filter, num_group = 1, num_deformable_group = 1, workspace = 1024, no_bias = FALSE, im2col_step = 64, layout = NULL, name = NULL)
  sym_op("_contrib_ModulatedDeformableConvolution", list(data = if (!missing(data)) data, offset = if (!missing(offset)) offset, mask = if (!missing(mask)) mask, weight = if (!missing(weight)) weight, bias = if (!missing(bias)) bias), list(...), list(kernel = if (!missing(kernel)) kernel, stride = if (!missing(stride)) stride, dilate = if (!missing(dilate)) dilate, pad = if (!missing(pad)) pad, num_filter = if (!missing(num_filter)) num_filter, num_group = if (!missing(num_group)) num_group, num_deformable_group = if (!missing(num_deformable_group)) num_deformable_group, workspace = if (!missing(workspace)) workspace, no_bias = if (!missing(no_bias)) no_bias, im2col_step = if (!missing(im2col_step)) im2col_step, layout = if (!missing(layout)) layout), name)

mx.nd.internal.contrib.MultiBoxDetection <- function(cls_prob, loc_pred, anchor, clip = TRUE, threshold = 0.00999999978, background_id = 0, nms_threshold = 0.5, force_suppress = FALSE, variances = c(0.1, 0.1, 0.2, 0.2), nms_topk = -1, out = NULL)
  nd_op("_contrib_MultiBoxDetection", list(cls_prob = if (!missing(cls_prob)) cls_prob, loc_pred = if (!missing(loc_pred)) loc_pred, anchor = if (!missing(anchor)) anchor), list(clip = if (!missing(clip)) clip, threshold = if (!missing(threshold)) threshold, background_id = if (!missing(background_id)) background_id, nms_threshold = if (!missing(nms_threshold)) nms_threshold, force_suppress = if (!missing(force_suppress)) force_suppress, variances = if (!missing(variances)) variances, nms_topk = if (!missing(nms_topk)) nms_topk), out)
mx.varg.symbol.internal.contrib_MultiBoxDetection <- function(alist) sym_varg("_contrib_MultiBoxDetection", alist)
mx.nd.contrib.MultiBoxDetection <- mx.nd.internal.contrib.MultiBoxDetection
mx.symbol.contrib.MultiBoxDetection <- function(cls_prob, loc_pred, anchor, ..., clip = TRUE, threshold = 0.00999999978, background_id = 0, nms_threshold = 0.5, force_suppress = FALSE, variances = c(0.1, 0.1, 0.2, 0.2), nms_topk = -1, name = NULL)
  sym_op("_contrib_MultiBoxDetection", list(cls_prob = if (!missing(cls_prob)) cls_prob, loc_pred = if (!missing(loc_pred)) loc_pred, anchor = if (!missing(anchor)) anchor), list(...), list(clip = if (!missing(clip)) clip, threshold = if (!missing(threshold)) threshold, background_id = if (!missing(background_id)) background_id, nms_threshold = if (!missing(nms_threshold)) nms_threshold, force_suppress = if (!missing(force_suppress)) force_suppress, variances = if (!missing(variances)) variances, nms_topk = if (!missing(nms_topk)) nms_topk), name)

mx.nd.internal.contrib.MultiBoxPrior <- function(data, sizes = c(1), ratios = c(1), clip = FALSE, steps = c(-1, -1), offsets = c(0.5, 0.5), out = NULL)
  nd_op("_contrib_MultiBoxPrior", list(data = if (!missing(data)) data), list(sizes = if (!missing(sizes)) sizes, ratios = if (!missing(ratios)) ratios, clip = if (!missing(clip)) clip, steps = if (!missing(steps)) steps, offsets = if (!missing(offsets)) offsets), out)
mx.varg.symbol.internal.contrib_MultiBoxPrior <- function(alist) sym_varg("_contrib_MultiBoxPrior", alist)
mx.nd.contrib.MultiBoxPrior <- mx.nd.internal.contrib.MultiBoxPrior
mx.symbol.contrib.MultiBoxPrior <- function(data, ..., sizes = c(1), ratios = c(1), clip = FALSE, steps = c(-1, -1), offsets = c(0.5, 0.5), name = NULL)
  sym_op("_contrib_MultiBoxPrior", list(data = if (!missing(data)) data), list(...), list(sizes = if (!missing(sizes)) sizes, ratios = if (!missing(ratios)) ratios, clip = if (!missing(clip)) clip, steps = if (!missing(steps)) steps, offsets = if (!missing(offsets)) offsets), name)

mx.nd.internal.contrib.MultiBoxTarget <- function(anchor, label, cls_pred, overlap_threshold = 0.5, ignore_label = -1, negative_mining_ratio = -1, negative_mining_thresh = 0.5, minimum_negative_samples = 0, variances = c(0.1, 0.1, 0.2, 0.2), out = NULL)
  nd_op("_contrib_MultiBoxTarget", list(anchor = if (!missing(anchor)) anchor, label = if (!missing(label)) label, cls_pred = if (!missing(cls_pred)) cls_pred), list(overlap_threshold = if (!missing(overlap_threshold)) overlap_threshold, ignore_label = if (!missing(ignore_label)) ignore_label, negative_mining_ratio = if (!missing(negative_mining_ratio)) negative_mining_ratio, negative_mining_thresh = if (!missing(negative_mining_thresh)) negative_mining_thresh, minimum_negative_samples = if (!missing(minimum_negative_samples)) minimum_negative_samples, variances = if (!missing(variances)) variances), out)
mx.varg.symbol.internal.contrib_MultiBoxTarget <- function(alist) sym_varg("_contrib_MultiBoxTarget", alist)
mx.nd.contrib.MultiBoxTarget <- mx.nd.internal.contrib.MultiBoxTarget
mx.symbol.contrib.MultiBoxTarget <- function(anchor, label, cls_pred, ..., overlap_threshold = 0.5, ignore_label = -1, negative_mining_ratio = -1, negative_mining_thresh = 0.5, minimum_negative_samples = 0, variances = c(0.1, 0.1, 0.2, 0.2), name = NULL)
  sym_op("_contrib_MultiBoxTarget", list(anchor = if (!missing(anchor)) anchor, label = if (!missing(label)) label, cls_pred = if (!missing(cls_pred)) cls_pred), list(...), list(overlap_threshold = if (!missing(overlap_threshold)) overlap_threshold, ignore_label = if (!missing(ignore_label)) ignore_label, negative_mining_ratio = if (!missing(negative_mining_ratio)) negative_mining_ratio, negative_mining_thresh = if (!missing(negative_mining_thresh)) negative_mining_thresh, minimum_negative_samples = if (!missing(minimum_negative_samples)) minimum_negative_samples, variances = if (!missing(variances)) variances), name)

mx.nd.internal.contrib.MultiProposal <- function(cls_prob, bbox_pred, im_info, rpn_pre_nms_top_n = 6000, rpn_post_nms_top_n = 300, threshold = 0.699999988, rpn_min_size = 16, scales = c(4, 8, 16, 32), ratios = c(0.5, 1, 2), feature_stride = 16, output_score = FALSE, iou_loss = FALSE, out = NULL)
  nd_op("_contrib_MultiProposal", list(cls_prob = if (!missing(cls_prob)) cls_prob, bbox_pred = if (!missing(bbox_pred)) bbox_pred, im_info = if (!missing(im_info)) im_info), list(rpn_pre_nms_top_n = if (!missing(rpn_pre_nms_top_n)) rpn_pre_nms_top_n, rpn_post_nms_top_n = if (!missing(rpn_post_nms_top_n)) rpn_post_nms_top_n, threshold = if (!missing(threshold)) threshold, rpn_min_size = if (!missing(rpn_min_size)) rpn_min_size, scales = if (!missing(scales)) scales, ratios = if (!missing(ratios)) ratios, feature_stride = if (!missing(feature_stride)) feature_stride, output_score = if (!missing(output_score)) output_score, iou_loss = if (!missing(iou_loss)) iou_loss), out)
mx.varg.symbol.internal.contrib_MultiProposal <- function(alist) sym_varg("_contrib_MultiProposal", alist)
mx.nd.contrib.MultiProposal <- mx.nd.internal.contrib.MultiProposal
mx.symbol.contrib.MultiProposal <- function(cls_prob, bbox_pred, im_info, ..., rpn_pre_nms_top_n = 6000, rpn_post_nms_top_n = 300, threshold = 0.699999988, rpn_min_size = 16, scales = c(4, 8, 16, 32), ratios = c(0.5, 1, 2), feature_stride = 16, output_score = FALSE, iou_loss = FALSE, name = NULL)
  sym_op("_contrib_MultiProposal", list(cls_prob = if (!missing(cls_prob)) cls_prob, bbox_pred = if (!missing(bbox_pred)) bbox_pred, im_info = if (!missing(im_info)) im_info), list(...), list(rpn_pre_nms_top_n = if (!missing(rpn_pre_nms_top_n)) rpn_pre_nms_top_n, rpn_post_nms_top_n = if (!missing(rpn_post_nms_top_n)) rpn_post_nms_top_n, threshold = if (!missing(threshold)) threshold, rpn_min_size = if (!missing(rpn_min_size)) rpn_min_size, scales = if (!missing(scales)) scales, ratios = if (!missing(ratios)) ratios, feature_stride = if (!missing(feature_stride)) feature_stride, output_score = if (!missing(output_score)) output_score, iou_loss = if (!missing(iou_loss)) iou_loss), name)

mx.nd.internal.contrib.PSROIPooling <- function(data, rois, spatial_scale, output_dim, pooled_size, group_size = 0, out = NULL)
  nd_op("_contrib_PSROIPooling", list(data = if (!missing(data)) data, rois = if (!missing(rois)) rois), list(spatial_scale = if (!missing(spatial_scale)) spatial_scale, output_dim = if (!missing(output_dim)) output_dim, pooled_size = if (!missing(pooled_size)) pooled_size, group_size = if (!missing(group_size)) group_size), out)
mx.varg.symbol.internal.contrib_PSROIPooling <- function(alist) sym_varg("_contrib_PSROIPooling", alist)
mx.nd.contrib.PSROIPooling <- mx.nd.internal.contrib.PSROIPooling
mx.symbol.contrib.PSROIPooling <- function(data, rois, ..., spatial_scale, output_dim, pooled_size, group_size = 0, name = NULL)
  sym_op("_contrib_PSROIPooling", list(data = if (!missing(data)) data, rois = if (!missing(rois)) rois), list(...), list(spatial_scale = if (!missing(spatial_scale)) spatial_scale, output_dim = if (!missing(output_dim)) output_dim, pooled_size = if (!missing(pooled_size)) pooled_size, group_size = if (!missing(group_size)) group_size), name)

mx.nd.internal.contrib.Proposal <- function(cls_prob, bbox_pred, im_info, rpn_pre_nms_top_n = 6000, rpn_post_nms_top_n = 300, threshold = 0.699999988, rpn_min_size = 16, scales = c(4, 8, 16, 32), ratios = c(0.5, 1, 2), feature_stride = 16, output_score = FALSE, iou_loss = FALSE, out = NULL)
  nd_op("_contrib_Proposal", list(cls_prob = if (!missing(cls_prob)) cls_prob, bbox_pred = if (!missing(bbox_pred)) bbox_pred, im_info = if (!missing(im_info)) im_info), list(rpn_pre_nms_top_n = if (!missing(rpn_pre_nms_top_n)) rpn_pre_nms_top_n, rpn_post_nms_top_n = if (!missing(rpn_post_nms_top_n)) rpn_post_nms_top_n, threshold = if (!missing(threshold)) threshold, rpn_min_size = if (!missing(rpn_min_size)) rpn_min_size, scales = if (!missing(scales)) scales, ratios = if (!missing(ratios)) ratios, feature_stride = if (!missing(feature_stride)) feature_stride, output_score = if (!missing(output_score)) output_score, iou_loss = if (!missing(iou_loss)) iou_loss), out)
mx.varg.symbol.internal.contrib_Proposal <- function(alist) sym_varg("_contrib_Proposal", alist)
mx.nd.contrib.Proposal <- mx.nd.internal.contrib.Proposal
mx.symbol.contrib.Proposal <- function(cls_prob, bbox_pred, im_info, ..., rpn_pre_nms_top_n = 6000, rpn_post_nms_top_n = 300, threshold = 0.699999988, rpn_min_size = 16, scales = c(4, 8, 16, 32), ratios = c(0.5, 1, 2), feature_stride = 16, output_score = FALSE, iou_loss = FALSE, name = NULL)
  sym_op("_contrib_Proposal", list(cls_prob = if (!missing(cls_prob)) cls_prob, bbox_pred = if (!missing(bbox_pred)) bbox_pred, im_info = if (!missing(im_info)) im_info), list(...), list(rpn_pre_nms_top_n = if (!missing(rpn_pre_nms_top_n)) rpn_pre_nms_top_n, rpn_post_nms_top_n = if (!missing(rpn_post_nms_top_n)) rpn_post_nms_top_n, threshold = if (!missing(threshold)) threshold, rpn_min_size = if (!missing(rpn_min_size)) rpn_min_size, scales = if (!missing(scales)) scales, ratios = if (!missing(ratios)) ratios, feature_stride = if (!missing(feature_stride)) feature_stride, output_score = if (!missing(output_score)) output_score, iou_loss = if (!missing(iou_loss)) iou_loss), name)

mx.nd.internal.contrib.ROIAlign <- function(data, rois, pooled_size, spatial_scale, sample_ratio = -1, position_sensitive = FALSE, aligned = FALSE, out = NULL)
  nd_op("_contrib_ROIAlign", list(data = if (!missing(data)) data, rois = if (!missing(rois)) rois), list(pooled_size = if (!missing(pooled_size)) pooled_size, spatial_scale = if (!missing(spatial_scale)) spatial_scale, sample_ratio = if (!missing(sample_ratio)) sample_ratio, position_sensitive = if (!missing(position_sensitive)) position_sensitive, aligned = if (!missing(aligned)) aligned), out)
mx.varg.symbol.internal.contrib_ROIAlign <- function(alist) sym_varg("_contrib_ROIAlign", alist)
mx.nd.contrib.ROIAlign <- mx.nd.internal.contrib.ROIAlign
mx.symbol.contrib.ROIAlign <- function(data, rois, ..., pooled_size, spatial_scale, sample_ratio = -1, position_sensitive = FALSE, aligned = FALSE, name = NULL)
  sym_op("_contrib_ROIAlign", list(data = if (!missing(data)) data, rois = if (!missing(rois)) rois), list(...), list(pooled_size = if (!missing(pooled_size)) pooled_size, spatial_scale = if (!missing(spatial_scale)) spatial_scale, sample_ratio = if (!missing(sample_ratio)) sample_ratio, position_sensitive = if (!missing(position_sensitive)) position_sensitive, aligned = if (!missing(aligned)) aligned), name)

mx.nd.internal.contrib.RROIAlign <- function(data, rois, pooled_size, spatial_scale, sampling_ratio = -1, out = NULL)
  nd_op("_contrib_RROIAlign", list(data = if (!missing(data)) data, rois = if (!missing(rois)) rois), list(pooled_size = if (!missing(pooled_size)) pooled_size, spatial_scale = if (!missing(spatial_scale)) spatial_scale, sampling_ratio = if (!missing(sampling_ratio)) sampling_ratio), out)
mx.varg.symbol.internal.contrib_RROIAlign <- function(alist) sym_varg("_contrib_RROIAlign", alist)
mx.nd.contrib.RROIAlign <- mx.nd.internal.contrib.RROIAlign
mx.symbol.contrib.RROIAlign <- function(data, rois, ..., pooled_size, spatial_scale, sampling_ratio = -1, name = NULL)
  sym_op("_contrib_RROIAlign", list(data = if (!missing(data)) data, rois = if (!missing(rois)) rois), list(...), list(pooled_size = if (!missing(pooled_size)) pooled_size, spatial_scale = if (!missing(spatial_scale)) spatial_scale, sampling_ratio = if (!missing(sampling_ratio)) sampling_ratio), name)

mx.nd.internal.contrib.SparseEmbedding <- function(data, weight, input_dim, output_dim, dtype = "float32", sparse_grad = FALSE, out = NULL)
  nd_op("_contrib_SparseEmbedding", list(data = if (!missing(data)) data, weight = if (!missing(weight)) weight), list(input_dim = if (!missing(input_dim)) input_dim, output_dim = if (!missing(output_dim)) output_dim, dtype = if (!missing(dtype)) dtype, sparse_grad = if (!missing(sparse_grad)) sparse_grad), out)
mx.varg.symbol.internal.contrib_SparseEmbedding <- function(alist) sym_varg("_contrib_SparseEmbedding", alist)
mx.nd.contrib.SparseEmbedding <- mx.nd.internal.contrib.SparseEmbedding
mx.symbol.contrib.SparseEmbedding <- function(data, weight, ..., input_dim, output_dim, dtype = "float32", sparse_grad = FALSE, name = NULL)
  sym_op("_contrib_SparseEmbedding", list(data = if (!missing(data)) data, weight = if (!missing(weight)) weight), list(...), list(input_dim = if (!missing(input_dim)) input_dim, output_dim = if (!missing(output_dim)) output_dim, dtype = if (!missing(dtype)) dtype, sparse_grad = if (!missing(sparse_grad)) sparse_grad), name)

mx.nd.internal.contrib.SyncBatchNorm <- function(data, gamma, beta, moving_mean, moving_var, eps = 0.00100000005, momentum = 0.899999976, fix_gamma = TRUE, use_global_stats = FALSE, output_mean_var = FALSE, ndev = 1, key, out = NULL)
  nd_op("_contrib_SyncBatchNorm", list(data = if (!missing(data)) data, gamma = if (!missing(gamma)) gamma, beta = if (!missing(beta)) beta, moving_mean = if (!missing(moving_mean)) moving_mean, moving_var = if (!missing(moving_var)) moving_var), list(eps = if (!missing(eps)) eps, momentum = if (!missing(momentum)) momentum, fix_gamma = if (!missing(fix_gamma)) fix_gamma, use_global_stats = if (!missing(use_global_stats)) use_global_stats, output_mean_var = if (!missing(output_mean_var)) output_mean_var, ndev = if (!missing(ndev)) ndev, key = if (!missing(key)) key), out)
mx.varg.symbol.internal.contrib_SyncBatchNorm <- function(alist) sym_varg("_contrib_SyncBatchNorm", alist)
mx.nd.contrib.SyncBatchNorm <- mx.nd.internal.contrib.SyncBatchNorm
mx.symbol.contrib.SyncBatchNorm <- function(data, gamma, beta, moving_mean, moving_var, ..., eps = 0.00100000005, momentum = 0.899999976, fix_gamma = TRUE, use_global_stats = FALSE, output_mean_var = FALSE, ndev = 1, key, name = NULL)
  sym_op("_contrib_SyncBatchNorm", list(data = if (!missing(data)) data, gamma = if (!missing(gamma)) gamma, beta = if (!missing(beta)) beta, moving_mean = if (!missing(moving_mean)) moving_mean, moving_var = if (!missing(moving_var)) moving_var), list(...), list(eps = if (!missing(eps)) eps, momentum = if (!missing(momentum)) momentum, fix_gamma = if (!missing(fix_gamma)) fix_gamma, use_global_stats = if (!missing(use_global_stats)) use_global_stats, output_mean_var = if (!missing(output_mean_var)) output_mean_var, ndev = if (!missing(ndev)) ndev, key = if (!missing(key)) key), name)

mx.nd.internal.contrib.allclose <- function(a, b, rtol = 9.99999975e-06, atol = 9.99999994e-09, equal_nan = TRUE, out = NULL)
  nd_op("_contrib_allclose", list(a = if (!missing(a)) a, b = if (!missing(b)) b), list(rtol = if (!missing(rtol)) rtol, atol = if (!missing(atol)) atol, equal_nan = if (!missing(equal_nan)) equal_nan), out)
mx.varg.symbol.internal.contrib_allclose <- function(alist) sym_varg("_contrib_allclose", alist)
mx.nd.contrib.allclose <- mx.nd.internal.contrib.allclose
mx.symbol.contrib.allclose <- function(a, b, ..., rtol = 9.99999975e-06, atol = 9.99999994e-09, equal_nan = TRUE, name = NULL)
  sym_op("_contrib_allclose", list(a = if (!missing(a)) a, b = if (!missing(b)) b), list(...), list(rtol = if (!missing(rtol)) rtol, atol = if (!missing(atol)) atol, equal_nan = if (!missing(equal_nan)) equal_nan), name)

mx.nd.internal.contrib.arange.like <- function(data, start = 0, step = 1, `repeat` = 1, ctx = "", axis = NULL, out = NULL)
  nd_op("_contrib_arange_like", list(data = if (!missing(data)) data), list(start = if (!missing(start)) start, step = if (!missing(step)) step, `repeat` = if (!missing(`repeat`)) `repeat`, ctx = if (!missing(ctx)) ctx, axis = if (!missing(axis)) axis), out)
mx.varg.symbol.internal.contrib_arange_like <- function(alist) sym_varg("_contrib_arange_like", alist)
mx.nd.contrib.arange.like <- mx.nd.internal.contrib.arange.like
mx.symbol.contrib.arange_like <- function(data, ..., start = 0, step = 1, `repeat` = 1, ctx = "", axis = NULL, name = NULL)
  sym_op("_contrib_arange_like", list(data = if (!missing(data)) data), list(...), list(start = if (!missing(start)) start, step = if (!missing(step)) step, `repeat` = if (!missing(`repeat`)) `repeat`, ctx = if (!missing(ctx)) ctx, axis = if (!missing(axis)) axis), name)

mx.nd.internal.contrib.bipartite.matching <- function(data, is_ascend = FALSE, threshold, topk = -1, out = NULL)
  nd_op("_contrib_bipartite_matching", list(data = if (!missing(data)) data), list(is_ascend = if (!missing(is_ascend)) is_ascend, threshold = if (!missing(threshold)) threshold, topk = if (!missing(topk)) topk), out)
mx.varg.symbol.internal.contrib_bipartite_matching <- function(alist) sym_varg("_contrib_bipartite_matching", alist)
mx.nd.contrib.bipartite.matching <- mx.nd.internal.contrib.bipartite.matching
mx.symbol.contrib.bipartite_matching <- function(data, ..., is_ascend = FALSE, threshold, topk = -1, name = NULL)
  sym_op("_contrib_bipartite_matching", list(data = if (!missing(data)) data), list(...), list(is_ascend = if (!missing(is_ascend)) is_ascend, threshold = if (!missing(threshold)) threshold, topk = if (!missing(topk)) topk), name)

mx.nd.internal.contrib.boolean.mask <- function(data, index, axis = 0, out = NULL)
  nd_op("_contrib_boolean_mask", list(data = if (!missing(data)) data, index = if (!missing(index)) index), list(axis = if (!missing(axis)) axis), out)
mx.varg.symbol.internal.contrib_boolean_mask <- function(alist) sym_varg("_contrib_boolean_mask", alist)
mx.nd.contrib.boolean.mask <- mx.nd.internal.contrib.boolean.mask
mx.symbol.contrib.boolean_mask <- function(data, index, ..., axis = 0, name = NULL)
  sym_op("_contrib_boolean_mask", list(data = if (!missing(data)) data, index = if (!missing(index)) index), list(...), list(axis = if (!missing(axis)) axis), name)

mx.nd.internal.contrib.box.decode <- function(data, anchors, std0 = 1, std1 = 1, std2 = 1, std3 = 1, clip = -1, format = "center", out = NULL)
  nd_op("_contrib_box_decode", list(data = if (!missing(data)) data, anchors = if (!missing(anchors)) anchors), list(std0 = if (!missing(std0)) std0, std1 = if (!missing(std1)) std1, std2 = if (!missing(std2)) std2, std3 = if (!missing(std3)) std3, clip = if (!missing(clip)) clip, format = if (!missing(format)) format), out)
mx.varg.symbol.internal.contrib_box_decode <- function(alist) sym_varg("_contrib_box_decode", alist)
mx.nd.contrib.box.decode <- mx.nd.internal.contrib.box.decode
mx.symbol.contrib.box_decode <- function(data, anchors, ..., std0 = 1, std1 = 1, std2 = 1, std3 = 1, clip = -1, format = "center", name = NULL)
  sym_op("_contrib_box_decode", list(data = if (!missing(data)) data, anchors = if (!missing(anchors)) anchors), list(...), list(std0 = if (!missing(std0)) std0, std1 = if (!missing(std1)) std1, std2 = if (!missing(std2)) std2, std3 = if (!missing(std3)) std3, clip = if (!missing(clip)) clip, format = if (!missing(format)) format), name)

mx.nd.internal.contrib.box.encode <- function(samples, matches, anchors, refs, means, stds, out = NULL)
  nd_op("_contrib_box_encode", list(samples = if (!missing(samples)) samples, matches = if (!missing(matches)) matches, anchors = if (!missing(anchors)) anchors, refs = if (!missing(refs)) refs, means = if (!missing(means)) means, stds = if (!missing(stds)) stds), list(), out)
mx.varg.symbol.internal.contrib_box_encode <- function(alist) sym_varg("_contrib_box_encode", alist)
mx.nd.contrib.box.encode <- mx.nd.internal.contrib.box.encode
mx.symbol.contrib.box_encode <- function(samples, matches, anchors, refs, means, stds, ..., name = NULL)
  sym_op("_contrib_box_encode", list(samples = if (!missing(samples)) samples, matches = if (!missing(matches)) matches, anchors = if (!missing(anchors)) anchors, refs = if (!missing(refs)) refs, means = if (!missing(means)) means, stds = if (!missing(stds)) stds), list(...), list(), name)

mx.nd.internal.contrib.box.iou <- function(lhs, rhs, format = "corner", out = NULL)
  nd_op("_contrib_box_iou", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(format = if (!missing(format)) format), out)
mx.varg.symbol.internal.contrib_box_iou <- function(alist) sym_varg("_contrib_box_iou", alist)
mx.nd.contrib.box.iou <- mx.nd.internal.contrib.box.iou
mx.symbol.contrib.box_iou <- function(lhs, rhs, ..., format = "corner", name = NULL)
  sym_op("_contrib_box_iou", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(format = if (!missing(format)) format), name)

mx.nd.internal.contrib.box.nms <- function(data, overlap_thresh = 0.5, valid_thresh = 0, topk = -1, coord_start = 2, score_index = 1, id_index = -1, background_id = -1, force_suppress = FALSE, in_format = "corner", out_format = "corner", out = NULL)
  nd_op("_contrib_box_nms", list(data = if (!missing(data)) data), list(overlap_thresh = if (!missing(overlap_thresh)) overlap_thresh, valid_thresh = if (!missing(valid_thresh)) valid_thresh, topk = if (!missing(topk)) topk, coord_start = if (!missing(coord_start)) coord_start, score_index = if (!missing(score_index)) score_index, id_index = if (!missing(id_index)) id_index, background_id = if (!missing(background_id)) background_id, force_suppress = if (!missing(force_suppress)) force_suppress, in_format = if (!missing(in_format)) in_format, out_format = if (!missing(out_format)) out_format), out)
mx.varg.symbol.internal.contrib_box_nms <- function(alist) sym_varg("_contrib_box_nms", alist)
mx.nd.contrib.box.nms <- mx.nd.internal.contrib.box.nms
mx.symbol.contrib.box_nms <- function(data, ..., overlap_thresh = 0.5, valid_thresh = 0, topk = -1, coord_start = 2, score_index = 1, id_index = -1, background_id = -1, force_suppress = FALSE, in_format = "corner", out_format = "corner", name = NULL)
  sym_op("_contrib_box_nms", list(data = if (!missing(data)) data), list(...), list(overlap_thresh = if (!missing(overlap_thresh)) overlap_thresh, valid_thresh = if (!missing(valid_thresh)) valid_thresh, topk = if (!missing(topk)) topk, coord_start = if (!missing(coord_start)) coord_start, score_index = if (!missing(score_index)) score_index, id_index = if (!missing(id_index)) id_index, background_id = if (!missing(background_id)) background_id, force_suppress = if (!missing(force_suppress)) force_suppress, in_format = if (!missing(in_format)) in_format, out_format = if (!missing(out_format)) out_format), name)

mx.nd.internal.contrib.box.non.maximum.suppression <- function(data, overlap_thresh = 0.5, valid_thresh = 0, topk = -1, coord_start = 2, score_index = 1, id_index = -1, background_id = -1, force_suppress = FALSE, in_format = "corner", out_format = "corner", out = NULL)
  nd_op("_contrib_box_non_maximum_suppression", list(data = if (!missing(data)) data), list(overlap_thresh = if (!missing(overlap_thresh)) overlap_thresh, valid_thresh = if (!missing(valid_thresh)) valid_thresh, topk = if (!missing(topk)) topk, coord_start = if (!missing(coord_start)) coord_start, score_index = if (!missing(score_index)) score_index, id_index = if (!missing(id_index)) id_index, background_id = if (!missing(background_id)) background_id, force_suppress = if (!missing(force_suppress)) force_suppress, in_format = if (!missing(in_format)) in_format, out_format = if (!missing(out_format)) out_format), out)
mx.varg.symbol.internal.contrib_box_non_maximum_suppression <- function(alist) sym_varg("_contrib_box_non_maximum_suppression", alist)
mx.nd.contrib.box.non.maximum.suppression <- mx.nd.internal.contrib.box.non.maximum.suppression
mx.symbol.contrib.box_non_maximum_suppression <- function(data, ..., overlap_thresh = 0.5, valid_thresh = 0, topk = -1, coord_start = 2, score_index = 1, id_index = -1, background_id = -1, force_suppress = FALSE, in_format = "corner", out_format = "corner", name = NULL)
  sym_op("_contrib_box_non_maximum_suppression", list(data = if (!missing(data)) data), list(...), list(overlap_thresh = if (!missing(overlap_thresh)) overlap_thresh, valid_thresh = if (!missing(valid_thresh)) valid_thresh, topk = if (!missing(topk)) topk, coord_start = if (!missing(coord_start)) coord_start, score_index = if (!missing(score_index)) score_index, id_index = if (!missing(id_index)) id_index, background_id = if (!missing(background_id)) background_id, force_suppress = if (!missing(force_suppress)) force_suppress, in_format = if (!missing(in_format)) in_format, out_format = if (!missing(out_format)) out_format), name)

mx.nd.internal.contrib.calibrate.entropy <- function(hist, hist_edges, num_quantized_bins = 255, out = NULL)
  nd_op("_contrib_calibrate_entropy", list(hist = if (!missing(hist)) hist, hist_edges = if (!missing(hist_edges)) hist_edges), list(num_quantized_bins = if (!missing(num_quantized_bins)) num_quantized_bins), out)
mx.varg.symbol.internal.contrib_calibrate_entropy <- function(alist) sym_varg("_contrib_calibrate_entropy", alist)
mx.nd.contrib.calibrate.entropy <- mx.nd.internal.contrib.calibrate.entropy
mx.symbol.contrib.calibrate_entropy <- function(hist, hist_edges, ..., num_quantized_bins = 255, name = NULL)
  sym_op("_contrib_calibrate_entropy", list(hist = if (!missing(hist)) hist, hist_edges = if (!missing(hist_edges)) hist_edges), list(...), list(num_quantized_bins = if (!missing(num_quantized_bins)) num_quantized_bins), name)

mx.nd.internal.contrib.count.sketch <- function(data, h, s, out_dim, processing_batch_size = 32, out = NULL)
  nd_op("_contrib_count_sketch", list(data = if (!missing(data)) data, h = if (!missing(h)) h, s = if (!missing(s)) s), list(out_dim = if (!missing(out_dim)) out_dim, processing_batch_size = if (!missing(processing_batch_size)) processing_batch_size), out)
mx.varg.symbol.internal.contrib_count_sketch <- function(alist) sym_varg("_contrib_count_sketch", alist)
mx.nd.contrib.count.sketch <- mx.nd.internal.contrib.count.sketch
mx.symbol.contrib.count_sketch <- function(data, h, s, ..., out_dim, processing_batch_size = 32, name = NULL)
  sym_op("_contrib_count_sketch", list(data = if (!missing(data)) data, h = if (!missing(h)) h, s = if (!missing(s)) s), list(...), list(out_dim = if (!missing(out_dim)) out_dim, processing_batch_size = if (!missing(processing_batch_size)) processing_batch_size), name)

mx.nd.internal.contrib.ctc.loss <- function(data, label, data_lengths, label_lengths, use_data_lengths = FALSE, use_label_lengths = FALSE, blank_label = "first", out = NULL)
  nd_op("_contrib_ctc_loss", list(data = if (!missing(data)) data, label = if (!missing(label)) label, data_lengths = if (!missing(data_lengths)) data_lengths, label_lengths = if (!missing(label_lengths)) label_lengths), list(use_data_lengths = if (!missing(use_data_lengths)) use_data_lengths, use_label_lengths = if (!missing(use_label_lengths)) use_label_lengths, blank_label = if (!missing(blank_label)) blank_label), out)
mx.varg.symbol.internal.contrib_ctc_loss <- function(alist) sym_varg("_contrib_ctc_loss", alist)
mx.nd.contrib.ctc.loss <- mx.nd.internal.contrib.ctc.loss
mx.symbol.contrib.ctc_loss <- function(data, label, data_lengths, label_lengths, ..., use_data_lengths = FALSE, use_label_lengths = FALSE, blank_label = "first", name = NULL)
  sym_op("_contrib_ctc_loss", list(data = if (!missing(data)) data, label = if (!missing(label)) label, data_lengths = if (!missing(data_lengths)) data_lengths, label_lengths = if (!missing(label_lengths)) label_lengths), list(...), list(use_data_lengths = if (!missing(use_data_lengths)) use_data_lengths, use_label_lengths = if (!missing(use_label_lengths)) use_label_lengths, blank_label = if (!missing(blank_label)) blank_label), name)

mx.nd.internal.contrib.dequantize <- function(data, min_range, max_range, out_type = "float32", out = NULL)
  nd_op("_contrib_dequantize", list(data = if (!missing(data)) data, min_range = if (!missing(min_range)) min_range, max_range = if (!missing(max_range)) max_range), list(out_type = if (!missing(out_type)) out_type), out)
mx.varg.symbol.internal.contrib_dequantize <- function(alist) sym_varg("_contrib_dequantize", alist)
mx.nd.contrib.dequantize <- mx.nd.internal.contrib.dequantize
mx.symbol.contrib.dequantize <- function(data, min_range, max_range, ..., out_type = "float32", name = NULL)
  sym_op("_contrib_dequantize", list(data = if (!missing(data)) data, min_range = if (!missing(min_range)) min_range, max_range = if (!missing(max_range)) max_range), list(...), list(out_type = if (!missing(out_type)) out_type), name)

mx.nd.internal.contrib.div.sqrt.dim <- function(data, out = NULL)
  nd_op("_contrib_div_sqrt_dim", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.contrib_div_sqrt_dim <- function(alist) sym_varg("_contrib_div_sqrt_dim", alist)
mx.nd.contrib.div.sqrt.dim <- mx.nd.internal.contrib.div.sqrt.dim
mx.symbol.contrib.div_sqrt_dim <- function(data, ..., name = NULL)
  sym_op("_contrib_div_sqrt_dim", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.contrib.edge.id <- function(data, u, v, out = NULL)
  nd_op("_contrib_edge_id", list(data = if (!missing(data)) data, u = if (!missing(u)) u, v = if (!missing(v)) v), list(), out)
mx.varg.symbol.internal.contrib_edge_id <- function(alist) sym_varg("_contrib_edge_id", alist)
mx.nd.contrib.edge.id <- mx.nd.internal.contrib.edge.id
mx.symbol.contrib.edge_id <- function(data, u, v, ..., name = NULL)
  sym_op("_contrib_edge_id", list(data = if (!missing(data)) data, u = if (!missing(u)) u, v = if (!missing(v)) v), list(...), list(), name)

mx.nd.internal.contrib.fft <- function(data, compute_size = 128, out = NULL)
  nd_op("_contrib_fft", list(data = if (!missing(data)) data), list(compute_size = if (!missing(compute_size)) compute_size), out)
mx.varg.symbol.internal.contrib_fft <- function(alist) sym_varg("_contrib_fft", alist)
mx.nd.contrib.fft <- mx.nd.internal.contrib.fft
mx.symbol.contrib.fft <- function(data, ..., compute_size = 128, name = NULL)
  sym_op("_contrib_fft", list(data = if (!missing(data)) data), list(...), list(compute_size = if (!missing(compute_size)) compute_size), name)

mx.nd.internal.contrib.getnnz <- function(data, axis = NULL, out = NULL)
  nd_op("_contrib_getnnz", list(data = if (!missing(data)) data), list(axis = if (!missing(axis)) axis), out)
mx.varg.symbol.internal.contrib_getnnz <- function(alist) sym_varg("_contrib_getnnz", alist)
mx.nd.contrib.getnnz <- mx.nd.internal.contrib.getnnz
mx.symbol.contrib.getnnz <- function(data, ..., axis = NULL, name = NULL)
  sym_op("_contrib_getnnz", list(data = if (!missing(data)) data), list(...), list(axis = if (!missing(axis)) axis), name)

mx.nd.internal.contrib.gradientmultiplier <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_contrib_gradientmultiplier", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.contrib_gradientmultiplier <- function(alist) sym_varg("_contrib_gradientmultiplier", alist)
mx.nd.contrib.gradientmultiplier <- mx.nd.internal.contrib.gradientmultiplier
mx.symbol.contrib.gradientmultiplier <- function(data, ..., scalar = 1, is_int = TRUE, name = NULL)
  sym_op("_contrib_gradientmultiplier", list(data = if (!missing(data)) data), list(...), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), name)

mx.nd.internal.contrib.group.adagrad.update <- function(weight, grad, history, lr, rescale_grad = 1, clip_gradient = -1, epsilon = 9.99999975e-06, out = NULL)
  nd_op("_contrib_group_adagrad_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, history = if (!missing(history)) history), list(lr = if (!missing(lr)) lr, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, epsilon = if (!missing(epsilon)) epsilon), out)
mx.varg.symbol.internal.contrib_group_adagrad_update <- function(alist) sym_varg("_contrib_group_adagrad_update", alist)
mx.nd.contrib.group.adagrad.update <- mx.nd.internal.contrib.group.adagrad.update
mx.symbol.contrib.group_adagrad_update <- function(weight, grad, history, ..., lr, rescale_grad = 1, clip_gradient = -1, epsilon = 9.99999975e-06, name = NULL)
  sym_op("_contrib_group_adagrad_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, history = if (!missing(history)) history), list(...), list(lr = if (!missing(lr)) lr, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, epsilon = if (!missing(epsilon)) epsilon), name)

mx.nd.internal.contrib.hawkesll <- function(lda, alpha, beta, state, lags, marks, valid_length, max_time, out = NULL)
  nd_op("_contrib_hawkesll", list(lda = if (!missing(lda)) lda, alpha = if (!missing(alpha)) alpha, beta = if (!missing(beta)) beta, state = if (!missing(state)) state, lags = if (!missing(lags)) lags, marks = if (!missing(marks)) marks, valid_length = if (!missing(valid_length)) valid_length, max_time = if (!missing(max_time)) max_time), list(), out)
mx.varg.symbol.internal.contrib_hawkesll <- function(alist) sym_varg("_contrib_hawkesll", alist)
mx.nd.contrib.hawkesll <- mx.nd.internal.contrib.hawkesll
mx.symbol.contrib.hawkesll <- function(lda, alpha, beta, state, lags, marks, valid_length, max_time, ..., name = NULL)
  sym_op("_contrib_hawkesll", list(lda = if (!missing(lda)) lda, alpha = if (!missing(alpha)) alpha, beta = if (!missing(beta)) beta, state = if (!missing(state)) state, lags = if (!missing(lags)) lags, marks = if (!missing(marks)) marks, valid_length = if (!missing(valid_length)) valid_length, max_time = if (!missing(max_time)) max_time), list(...), list(), name)

mx.nd.internal.contrib.ifft <- function(data, compute_size = 128, out = NULL)
  nd_op("_contrib_ifft", list(data = if (!missing(data)) data), list(compute_size = if (!missing(compute_size)) compute_size), out)
mx.varg.symbol.internal.contrib_ifft <- function(alist) sym_varg("_contrib_ifft", alist)
mx.nd.contrib.ifft <- mx.nd.internal.contrib.ifft
mx.symbol.contrib.ifft <- function(data, ..., compute_size = 128, name = NULL)
  sym_op("_contrib_ifft", list(data = if (!missing(data)) data), list(...), list(compute_size = if (!missing(compute_size)) compute_size), name)

mx.nd.internal.contrib.index.array <- function(data, axes = NULL, out = NULL)
  nd_op("_contrib_index_array", list(data = if (!missing(data)) data), list(axes = if (!missing(axes)) axes), out)
mx.varg.symbol.internal.contrib_index_array <- function(alist) sym_varg("_contrib_index_array", alist)
mx.nd.contrib.index.array <- mx.nd.internal.contrib.index.array
mx.symbol.contrib.index_array <- function(data, ..., axes = NULL, name = NULL)
  sym_op("_contrib_index_array", list(data = if (!missing(data)) data), list(...), list(axes = if (!missing(axes)) axes), name)

mx.nd.internal.contrib.index.copy <- function(old_tensor, index_vector, new_tensor, out = NULL)
  nd_op("_contrib_index_copy", list(old_tensor = if (!missing(old_tensor)) old_tensor, index_vector = if (!missing(index_vector)) index_vector, new_tensor = if (!missing(new_tensor)) new_tensor), list(), out)
mx.varg.symbol.internal.contrib_index_copy <- function(alist) sym_varg("_contrib_index_copy", alist)
mx.nd.contrib.index.copy <- mx.nd.internal.contrib.index.copy
mx.symbol.contrib.index_copy <- function(old_tensor, index_vector, new_tensor, ..., name = NULL)
  sym_op("_contrib_index_copy", list(old_tensor = if (!missing(old_tensor)) old_tensor, index_vector = if (!missing(index_vector)) index_vector, new_tensor = if (!missing(new_tensor)) new_tensor), list(...), list(), name)

mx.nd.internal.contrib.interleaved.matmul.encdec.qk <- function(queries, keys_values, heads, out = NULL)
  nd_op("_contrib_interleaved_matmul_encdec_qk", list(queries = if (!missing(queries)) queries, keys_values = if (!missing(keys_values)) keys_values), list(heads = if (!missing(heads)) heads), out)
mx.varg.symbol.internal.contrib_interleaved_matmul_encdec_qk <- function(alist) sym_varg("_contrib_interleaved_matmul_encdec_qk", alist)
mx.nd.contrib.interleaved.matmul.encdec.qk <- mx.nd.internal.contrib.interleaved.matmul.encdec.qk
mx.symbol.contrib.interleaved_matmul_encdec_qk <- function(queries, keys_values, ..., heads, name = NULL)
  sym_op("_contrib_interleaved_matmul_encdec_qk", list(queries = if (!missing(queries)) queries, keys_values = if (!missing(keys_values)) keys_values), list(...), list(heads = if (!missing(heads)) heads), name)

mx.nd.internal.contrib.interleaved.matmul.encdec.valatt <- function(keys_values, attention, heads, out = NULL)
  nd_op("_contrib_interleaved_matmul_encdec_valatt", list(keys_values = if (!missing(keys_values)) keys_values, attention = if (!missing(attention)) attention), list(heads = if (!missing(heads)) heads), out)
mx.varg.symbol.internal.contrib_interleaved_matmul_encdec_valatt <- function(alist) sym_varg("_contrib_interleaved_matmul_encdec_valatt", alist)
mx.nd.contrib.interleaved.matmul.encdec.valatt <- mx.nd.internal.contrib.interleaved.matmul.encdec.valatt
mx.symbol.contrib.interleaved_matmul_encdec_valatt <- function(keys_values, attention, ..., heads, name = NULL)
  sym_op("_contrib_interleaved_matmul_encdec_valatt", list(keys_values = if (!missing(keys_values)) keys_values, attention = if (!missing(attention)) attention), list(...), list(heads = if (!missing(heads)) heads), name)

mx.nd.internal.contrib.interleaved.matmul.selfatt.qk <- function(queries_keys_values, heads, out = NULL)
  nd_op("_contrib_interleaved_matmul_selfatt_qk", list(queries_keys_values = if (!missing(queries_keys_values)) queries_keys_values), list(heads = if (!missing(heads)) heads), out)
mx.varg.symbol.internal.contrib_interleaved_matmul_selfatt_qk <- function(alist) sym_varg("_contrib_interleaved_matmul_selfatt_qk", alist)
mx.nd.contrib.interleaved.matmul.selfatt.qk <- mx.nd.internal.contrib.interleaved.matmul.selfatt.qk
mx.symbol.contrib.interleaved_matmul_selfatt_qk <- function(queries_keys_values, ..., heads, name = NULL)
  sym_op("_contrib_interleaved_matmul_selfatt_qk", list(queries_keys_values = if (!missing(queries_keys_values)) queries_keys_values), list(...), list(heads = if (!missing(heads)) heads), name)

mx.nd.internal.contrib.interleaved.matmul.selfatt.valatt <- function(queries_keys_values, attention, heads, out = NULL)
  nd_op("_contrib_interleaved_matmul_selfatt_valatt", list(queries_keys_values = if (!missing(queries_keys_values)) queries_keys_values, attention = if (!missing(attention)) attention), list(heads = if (!missing(heads)) heads), out)
mx.varg.symbol.internal.contrib_interleaved_matmul_selfatt_valatt <- function(alist) sym_varg("_contrib_interleaved_matmul_selfatt_valatt", alist)
mx.nd.contrib.interleaved.matmul.selfatt.valatt <- mx.nd.internal.contrib.interleaved.matmul.selfatt.valatt
mx.symbol.contrib.interleaved_matmul_selfatt_valatt <- function(queries_keys_values, attention, ..., heads, name = NULL)
  sym_op("_contrib_interleaved_matmul_selfatt_valatt", list(queries_keys_values = if (!missing(queries_keys_values)) queries_keys_values, attention = if (!missing(attention)) attention), list(...), list(heads = if (!missing(heads)) heads), name)

mx.nd.internal.contrib.quadratic <- function(data, a = 0, b = 0, c = 0, out = NULL)
  nd_op("_contrib_quadratic", list(data = if (!missing(data)) data), list(a = if (!missing(a)) a, b = if (!missing(b)) b, c = if (!missing(c)) c), out)
mx.varg.symbol.internal.contrib_quadratic <- function(alist) sym_varg("_contrib_quadratic", alist)
mx.nd.contrib.quadratic <- mx.nd.internal.contrib.quadratic
mx.symbol.contrib.quadratic <- function(data, ..., a = 0, b = 0, c = 0, name = NULL)
  sym_op("_contrib_quadratic", list(data = if (!missing(data)) data), list(...), list(a = if (!missing(a)) a, b = if (!missing(b)) b, c = if (!missing(c)) c), name)

mx.nd.internal.contrib.quantize <- function(data, min_range, max_range, out_type = "uint8", out = NULL)
  nd_op("_contrib_quantize", list(data = if (!missing(data)) data, min_range = if (!missing(min_range)) min_range, max_range = if (!missing(max_range)) max_range), list(out_type = if (!missing(out_type)) out_type), out)
mx.varg.symbol.internal.contrib_quantize <- function(alist) sym_varg("_contrib_quantize", alist)
mx.nd.contrib.quantize <- mx.nd.internal.contrib.quantize
mx.symbol.contrib.quantize <- function(data, min_range, max_range, ..., out_type = "uint8", name = NULL)
  sym_op("_contrib_quantize", list(data = if (!missing(data)) data, min_range = if (!missing(min_range)) min_range, max_range = if (!missing(max_range)) max_range), list(...), list(out_type = if (!missing(out_type)) out_type), name)

mx.nd.internal.contrib.quantize.asym <- function(data, min_calib_range = NULL, max_calib_range = NULL, out = NULL)
  nd_op("_contrib_quantize_asym", list(data = if (!missing(data)) data), list(min_calib_range = if (!missing(min_calib_range)) min_calib_range, max_calib_range = if (!missing(max_calib_range)) max_calib_range), out)
mx.varg.symbol.internal.contrib_quantize_asym <- function(alist) sym_varg("_contrib_quantize_asym", alist)
mx.nd.contrib.quantize.asym <- mx.nd.internal.contrib.quantize.asym
mx.symbol.contrib.quantize_asym <- function(data, ..., min_calib_range = NULL, max_calib_range = NULL, name = NULL)
  sym_op("_contrib_quantize_asym", list(data = if (!missing(data)) data), list(...), list(min_calib_range = if (!missing(min_calib_range)) min_calib_range, max_calib_range = if (!missing(max_calib_range)) max_calib_range), name)

mx.nd.internal.contrib.quantize.v2 <- function(data, out_type = "int8", min_calib_range = NULL, max_calib_range = NULL, out = NULL)
  nd_op("_contrib_quantize_v2", list(data = if (!missing(data)) data), list(out_type = if (!missing(out_type)) out_type, min_calib_range = if (!missing(min_calib_range)) min_calib_range, max_calib_range = if (!missing(max_calib_range)) max_calib_range), out)
mx.varg.symbol.internal.contrib_quantize_v2 <- function(alist) sym_varg("_contrib_quantize_v2", alist)
mx.nd.contrib.quantize.v2 <- mx.nd.internal.contrib.quantize.v2
mx.symbol.contrib.quantize_v2 <- function(data, ..., out_type = "int8", min_calib_range = NULL, max_calib_range = NULL, name = NULL)
  sym_op("_contrib_quantize_v2", list(data = if (!missing(data)) data), list(...), list(out_type = if (!missing(out_type)) out_type, min_calib_range = if (!missing(min_calib_range)) min_calib_range, max_calib_range = if (!missing(max_calib_range)) max_calib_range), name)

mx.nd.internal.contrib.requantize <- function(data, min_range, max_range, out_type = "int8", min_calib_range = NULL, max_calib_range = NULL, out = NULL)
  nd_op("_contrib_requantize", list(data = if (!missing(data)) data, min_range = if (!missing(min_range)) min_range, max_range = if (!missing(max_range)) max_range), list(out_type = if (!missing(out_type)) out_type, min_calib_range = if (!missing(min_calib_range)) min_calib_range, max_calib_range = if (!missing(max_calib_range)) max_calib_range), out)
mx.varg.symbol.internal.contrib_requantize <- function(alist) sym_varg("_contrib_requantize", alist)
mx.nd.contrib.requantize <- mx.nd.internal.contrib.requantize
mx.symbol.contrib.requantize <- function(data, min_range, max_range, ..., out_type = "int8", min_calib_range = NULL, max_calib_range = NULL, name = NULL)
  sym_op("_contrib_requantize", list(data = if (!missing(data)) data, min_range = if (!missing(min_range)) min_range, max_range = if (!missing(max_range)) max_range), list(...), list(out_type = if (!missing(out_type)) out_type, min_calib_range = if (!missing(min_calib_range)) min_calib_range, max_calib_range = if (!missing(max_calib_range)) max_calib_range), name)

mx.nd.internal.contrib.round.ste <- function(data, out = NULL)
  nd_op("_contrib_round_ste", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.contrib_round_ste <- function(alist) sym_varg("_contrib_round_ste", alist)
mx.nd.contrib.round.ste <- mx.nd.internal.contrib.round.ste
mx.symbol.contrib.round_ste <- function(data, ..., name = NULL)
  sym_op("_contrib_round_ste", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.contrib.sign.ste <- function(data, out = NULL)
  nd_op("_contrib_sign_ste", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.contrib_sign_ste <- function(alist) sym_varg("_contrib_sign_ste", alist)
mx.nd.contrib.sign.ste <- mx.nd.internal.contrib.sign.ste
mx.symbol.contrib.sign_ste <- function(data, ..., name = NULL)
  sym_op("_contrib_sign_ste", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.copy <- function(data, out = NULL)
  nd_op("_copy", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.copy <- function(alist) sym_varg("_copy", alist)

mx.nd.internal.copyto <- function(data, out = NULL)
  nd_op("_copyto", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.copyto <- function(alist) sym_varg("_copyto", alist)

mx.nd.internal.crop.assign <- function(lhs, rhs, begin, end, step = NULL, out = NULL)
  nd_op("_crop_assign", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(begin = if (!missing(begin)) begin, end = if (!missing(end)) end, step = if (!missing(step)) step), out)
mx.varg.symbol.internal.crop_assign <- function(alist) sym_varg("_crop_assign", alist)

mx.nd.internal.crop.assign.scalar <- function(data, scalar = 0, begin, end, step = NULL, out = NULL)
  nd_op("_crop_assign_scalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, begin = if (!missing(begin)) begin, end = if (!missing(end)) end, step = if (!missing(step)) step), out)
mx.varg.symbol.internal.crop_assign_scalar <- function(alist) sym_varg("_crop_assign_scalar", alist)

mx.nd.internal.cvcopyMakeBorder <- function(src, top, bot, left, right, type = 0, value = 0, values = NULL, out = NULL)
  nd_op("_cvcopyMakeBorder", list(src = if (!missing(src)) src), list(top = if (!missing(top)) top, bot = if (!missing(bot)) bot, left = if (!missing(left)) left, right = if (!missing(right)) right, type = if (!missing(type)) type, value = if (!missing(value)) value, values = if (!missing(values)) values), out)
mx.varg.symbol.internal.cvcopyMakeBorder <- function(alist) sym_varg("_cvcopyMakeBorder", alist)

mx.nd.internal.cvimdecode <- function(buf, flag = 1, to_rgb = TRUE, out = NULL)
  nd_op("_cvimdecode", list(buf = if (!missing(buf)) buf), list(flag = if (!missing(flag)) flag, to_rgb = if (!missing(to_rgb)) to_rgb), out)
mx.varg.symbol.internal.cvimdecode <- function(alist) sym_varg("_cvimdecode", alist)

mx.nd.internal.cvimresize <- function(src, w, h, interp = 1, out = NULL)
  nd_op("_cvimresize", list(src = if (!missing(src)) src), list(w = if (!missing(w)) w, h = if (!missing(h)) h, interp = if (!missing(interp)) interp), out)
mx.varg.symbol.internal.cvimresize <- function(alist) sym_varg("_cvimresize", alist)

mx.nd.internal.div <- function(lhs, rhs, out = NULL)
  nd_op("_div", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.div <- function(alist) sym_varg("_div", alist)

mx.nd.internal.div.scalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_div_scalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.div_scalar <- function(alist) sym_varg("_div_scalar", alist)

mx.nd.internal.equal <- function(lhs, rhs, out = NULL)
  nd_op("_equal", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.equal <- function(alist) sym_varg("_equal", alist)

mx.nd.internal.equal.scalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_equal_scalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.equal_scalar <- function(alist) sym_varg("_equal_scalar", alist)

mx.nd.internal.eye <- function(N, M = 0, k = 0, ctx = "", dtype = "float32", out = NULL)
  nd_op("_eye", list(), list(N = if (!missing(N)) N, M = if (!missing(M)) M, k = if (!missing(k)) k, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), out)
mx.varg.symbol.internal.eye <- function(alist) sym_varg("_eye", alist)

mx.nd.internal.full <- function(shape = NULL, ctx = "", dtype = "float32", value, out = NULL)
  nd_op("_full", list(), list(shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype, value = if (!missing(value)) value), out)
mx.varg.symbol.internal.full <- function(alist) sym_varg("_full", alist)

mx.nd.internal.grad.add <- function(lhs, rhs, out = NULL)
  nd_op("_grad_add", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.grad_add <- function(alist) sym_varg("_grad_add", alist)

mx.nd.internal.greater <- function(lhs, rhs, out = NULL)
  nd_op("_greater", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.greater <- function(alist) sym_varg("_greater", alist)

mx.nd.internal.greater.equal <- function(lhs, rhs, out = NULL)
  nd_op("_greater_equal", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.greater_equal <- function(alist) sym_varg("_greater_equal", alist)

mx.nd.internal.greater.equal.scalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_greater_equal_scalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.greater_equal_scalar <- function(alist) sym_varg("_greater_equal_scalar", alist)

mx.nd.internal.greater.scalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_greater_scalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.greater_scalar <- function(alist) sym_varg("_greater_scalar", alist)

mx.nd.internal.histogram <- function(data, bins, bin_cnt = NULL, range = NULL, out = NULL)
  nd_op("_histogram", list(data = if (!missing(data)) data, bins = if (!missing(bins)) bins), list(bin_cnt = if (!missing(bin_cnt)) bin_cnt, range = if (!missing(range)) range), out)
mx.varg.symbol.internal.histogram <- function(alist) sym_varg("_histogram", alist)

mx.nd.internal.hypot <- function(lhs, rhs, out = NULL)
  nd_op("_hypot", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.hypot <- function(alist) sym_varg("_hypot", alist)

mx.nd.internal.hypot.scalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_hypot_scalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.hypot_scalar <- function(alist) sym_varg("_hypot_scalar", alist)

mx.nd.internal.identity.with.attr.like.rhs <- function(lhs, rhs, out = NULL)
  nd_op("_identity_with_attr_like_rhs", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.identity_with_attr_like_rhs <- function(alist) sym_varg("_identity_with_attr_like_rhs", alist)

mx.nd.internal.image.adjust.lighting <- function(data, alpha, out = NULL)
  nd_op("_image_adjust_lighting", list(data = if (!missing(data)) data), list(alpha = if (!missing(alpha)) alpha), out)
mx.varg.symbol.internal.image_adjust_lighting <- function(alist) sym_varg("_image_adjust_lighting", alist)
mx.nd.image.adjust.lighting <- mx.nd.internal.image.adjust.lighting
mx.symbol.image.adjust_lighting <- function(data, ..., alpha, name = NULL)
  sym_op("_image_adjust_lighting", list(data = if (!missing(data)) data), list(...), list(alpha = if (!missing(alpha)) alpha), name)

mx.nd.internal.image.crop <- function(data, x, y, width, height, out = NULL)
  nd_op("_image_crop", list(data = if (!missing(data)) data), list(x = if (!missing(x)) x, y = if (!missing(y)) y, width = if (!missing(width)) width, height = if (!missing(height)) height), out)
mx.varg.symbol.internal.image_crop <- function(alist) sym_varg("_image_crop", alist)
mx.nd.image.crop <- mx.nd.internal.image.crop
mx.symbol.image.crop <- function(data, ..., x, y, width, height, name = NULL)
  sym_op("_image_crop", list(data = if (!missing(data)) data), list(...), list(x = if (!missing(x)) x, y = if (!missing(y)) y, width = if (!missing(width)) width, height = if (!missing(height)) height), name)

mx.nd.internal.image.flip.left.right <- function(data, out = NULL)
  nd_op("_image_flip_left_right", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.image_flip_left_right <- function(alist) sym_varg("_image_flip_left_right", alist)
mx.nd.image.flip.left.right <- mx.nd.internal.image.flip.left.right
mx.symbol.image.flip_left_right <- function(data, ..., name = NULL)
  sym_op("_image_flip_left_right", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.image.flip.top.bottom <- function(data, out = NULL)
  nd_op("_image_flip_top_bottom", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.image_flip_top_bottom <- function(alist) sym_varg("_image_flip_top_bottom", alist)
mx.nd.image.flip.top.bottom <- mx.nd.internal.image.flip.top.bottom
mx.symbol.image.flip_top_bottom <- function(data, ..., name = NULL)
  sym_op("_image_flip_top_bottom", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.image.normalize <- function(data, mean = c(0, 0, 0, 0), std = c(1, 1, 1, 1), out = NULL)
  nd_op("_image_normalize", list(data = if (!missing(data)) data), list(mean = if (!missing(mean)) mean, std = if (!missing(std)) std), out)
mx.varg.symbol.internal.image_normalize <- function(alist) sym_varg("_image_normalize", alist)
mx.nd.image.normalize <- mx.nd.internal.image.normalize
mx.symbol.image.normalize <- function(data, ..., mean = c(0, 0, 0, 0), std = c(1, 1, 1, 1), name = NULL)
  sym_op("_image_normalize", list(data = if (!missing(data)) data), list(...), list(mean = if (!missing(mean)) mean, std = if (!missing(std)) std), name)

mx.nd.internal.image.random.brightness <- function(data, min_factor, max_factor, out = NULL)
  nd_op("_image_random_brightness", list(data = if (!missing(data)) data), list(min_factor = if (!missing(min_factor)) min_factor, max_factor = if (!missing(max_factor)) max_factor), out)
mx.varg.symbol.internal.image_random_brightness <- function(alist) sym_varg("_image_random_brightness", alist)
mx.nd.image.random.brightness <- mx.nd.internal.image.random.brightness
mx.symbol.image.random_brightness <- function(data, ..., min_factor, max_factor, name = NULL)
  sym_op("_image_random_brightness", list(data = if (!missing(data)) data), list(...), list(min_factor = if (!missing(min_factor)) min_factor, max_factor = if (!missing(max_factor)) max_factor), name)

mx.nd.internal.image.random.color.jitter <- function(data, brightness, contrast, saturation, hue, out = NULL)
  nd_op("_image_random_color_jitter", list(data = if (!missing(data)) data), list(brightness = if (!missing(brightness)) brightness, contrast = if (!missing(contrast)) contrast, saturation = if (!missing(saturation)) saturation, hue = if (!missing(hue)) hue), out)
mx.varg.symbol.internal.image_random_color_jitter <- function(alist) sym_varg("_image_random_color_jitter", alist)
mx.nd.image.random.color.jitter <- mx.nd.internal.image.random.color.jitter
mx.symbol.image.random_color_jitter <- function(data, ..., brightness, contrast, saturation, hue, name = NULL)
  sym_op("_image_random_color_jitter", list(data = if (!missing(data)) data), list(...), list(brightness = if (!missing(brightness)) brightness, contrast = if (!missing(contrast)) contrast, saturation = if (!missing(saturation)) saturation, hue = if (!missing(hue)) hue), name)

mx.nd.internal.image.random.contrast <- function(data, min_factor, max_factor, out = NULL)
  nd_op("_image_random_contrast", list(data = if (!missing(data)) data), list(min_factor = if (!missing(min_factor)) min_factor, max_factor = if (!missing(max_factor)) max_factor), out)
mx.varg.symbol.internal.image_random_contrast <- function(alist) sym_varg("_image_random_contrast", alist)
mx.nd.image.random.contrast <- mx.nd.internal.image.random.contrast
mx.symbol.image.random_contrast <- function(data, ..., min_factor, max_factor, name = NULL)
  sym_op("_image_random_contrast", list(data = if (!missing(data)) data), list(...), list(min_factor = if (!missing(min_factor)) min_factor, max_factor = if (!missing(max_factor)) max_factor), name)

mx.nd.internal.image.random.flip.left.right <- function(data, out = NULL)
  nd_op("_image_random_flip_left_right", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.image_random_flip_left_right <- function(alist) sym_varg("_image_random_flip_left_right", alist)
mx.nd.image.random.flip.left.right <- mx.nd.internal.image.random.flip.left.right
mx.symbol.image.random_flip_left_right <- function(data, ..., name = NULL)
  sym_op("_image_random_flip_left_right", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.image.random.flip.top.bottom <- function(data, out = NULL)
  nd_op("_image_random_flip_top_bottom", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.image_random_flip_top_bottom <- function(alist) sym_varg("_image_random_flip_top_bottom", alist)
mx.nd.image.random.flip.top.bottom <- mx.nd.internal.image.random.flip.top.bottom
mx.symbol.image.random_flip_top_bottom <- function(data, ..., name = NULL)
  sym_op("_image_random_flip_top_bottom", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.image.random.hue <- function(data, min_factor, max_factor, out = NULL)
  nd_op("_image_random_hue", list(data = if (!missing(data)) data), list(min_factor = if (!missing(min_factor)) min_factor, max_factor = if (!missing(max_factor)) max_factor), out)
mx.varg.symbol.internal.image_random_hue <- function(alist) sym_varg("_image_random_hue", alist)
mx.nd.image.random.hue <- mx.nd.internal.image.random.hue
mx.symbol.image.random_hue <- function(data, ..., min_factor, max_factor, name = NULL)
  sym_op("_image_random_hue", list(data = if (!missing(data)) data), list(...), list(min_factor = if (!missing(min_factor)) min_factor, max_factor = if (!missing(max_factor)) max_factor), name)

mx.nd.internal.image.random.lighting <- function(data, alpha_std = 0.0500000007, out = NULL)
  nd_op("_image_random_lighting", list(data = if (!missing(data)) data), list(alpha_std = if (!missing(alpha_std)) alpha_std), out)
mx.varg.symbol.internal.image_random_lighting <- function(alist) sym_varg("_image_random_lighting", alist)
mx.nd.image.random.lighting <- mx.nd.internal.image.random.lighting
mx.symbol.image.random_lighting <- function(data, ..., alpha_std = 0.0500000007, name = NULL)
  sym_op("_image_random_lighting", list(data = if (!missing(data)) data), list(...), list(alpha_std = if (!missing(alpha_std)) alpha_std), name)

mx.nd.internal.image.random.saturation <- function(data, min_factor, max_factor, out = NULL)
  nd_op("_image_random_saturation", list(data = if (!missing(data)) data), list(min_factor = if (!missing(min_factor)) min_factor, max_factor = if (!missing(max_factor)) max_factor), out)
mx.varg.symbol.internal.image_random_saturation <- function(alist) sym_varg("_image_random_saturation", alist)
mx.nd.image.random.saturation <- mx.nd.internal.image.random.saturation
mx.symbol.image.random_saturation <- function(data, ..., min_factor, max_factor, name = NULL)
  sym_op("_image_random_saturation", list(data = if (!missing(data)) data), list(...), list(min_factor = if (!missing(min_factor)) min_factor, max_factor = if (!missing(max_factor)) max_factor), name)

mx.nd.internal.image.resize <- function(data, size = NULL, keep_ratio = FALSE, interp = 1, out = NULL)
  nd_op("_image_resize", list(data = if (!missing(data)) data), list(size = if (!missing(size)) size, keep_ratio = if (!missing(keep_ratio)) keep_ratio, interp = if (!missing(interp)) interp), out)
mx.varg.symbol.internal.image_resize <- function(alist) sym_varg("_image_resize", alist)
mx.nd.image.resize <- mx.nd.internal.image.resize
mx.symbol.image.resize <- function(data, ..., size = NULL, keep_ratio = FALSE, interp = 1, name = NULL)
  sym_op("_image_resize", list(data = if (!missing(data)) data), list(...), list(size = if (!missing(size)) size, keep_ratio = if (!missing(keep_ratio)) keep_ratio, interp = if (!missing(interp)) interp), name)

mx.nd.internal.image.to.tensor <- function(data, out = NULL)
  nd_op("_image_to_tensor", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.image_to_tensor <- function(alist) sym_varg("_image_to_tensor", alist)
mx.nd.image.to.tensor <- mx.nd.internal.image.to.tensor
mx.symbol.image.to_tensor <- function(data, ..., name = NULL)
  sym_op("_image_to_tensor", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.lesser <- function(lhs, rhs, out = NULL)
  nd_op("_lesser", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.lesser <- function(alist) sym_varg("_lesser", alist)

mx.nd.internal.lesser.equal <- function(lhs, rhs, out = NULL)
  nd_op("_lesser_equal", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.lesser_equal <- function(alist) sym_varg("_lesser_equal", alist)

mx.nd.internal.lesser.equal.scalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_lesser_equal_scalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.lesser_equal_scalar <- function(alist) sym_varg("_lesser_equal_scalar", alist)

mx.nd.internal.lesser.scalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_lesser_scalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.lesser_scalar <- function(alist) sym_varg("_lesser_scalar", alist)

mx.nd.internal.linalg.det <- function(A, out = NULL)
  nd_op("_linalg_det", list(A = if (!missing(A)) A), list(), out)
mx.varg.symbol.internal.linalg_det <- function(alist) sym_varg("_linalg_det", alist)

mx.nd.internal.linalg.extractdiag <- function(A, offset = 0, out = NULL)
  nd_op("_linalg_extractdiag", list(A = if (!missing(A)) A), list(offset = if (!missing(offset)) offset), out)
mx.varg.symbol.internal.linalg_extractdiag <- function(alist) sym_varg("_linalg_extractdiag", alist)

mx.nd.internal.linalg.extracttrian <- function(A, offset = 0, lower = TRUE, out = NULL)
  nd_op("_linalg_extracttrian", list(A = if (!missing(A)) A), list(offset = if (!missing(offset)) offset, lower = if (!missing(lower)) lower), out)
mx.varg.symbol.internal.linalg_extracttrian <- function(alist) sym_varg("_linalg_extracttrian", alist)

mx.nd.internal.linalg.gelqf <- function(A, out = NULL)
  nd_op("_linalg_gelqf", list(A = if (!missing(A)) A), list(), out)
mx.varg.symbol.internal.linalg_gelqf <- function(alist) sym_varg("_linalg_gelqf", alist)

mx.nd.internal.linalg.gemm <- function(A, B, C, transpose_a = FALSE, transpose_b = FALSE, alpha = 1, beta = 1, axis = -2, out = NULL)
  nd_op("_linalg_gemm", list(A = if (!missing(A)) A, B = if (!missing(B)) B, C = if (!missing(C)) C), list(transpose_a = if (!missing(transpose_a)) transpose_a, transpose_b = if (!missing(transpose_b)) transpose_b, alpha = if (!missing(alpha)) alpha, beta = if (!missing(beta)) beta, axis = if (!missing(axis)) axis), out)
mx.varg.symbol.internal.linalg_gemm <- function(alist) sym_varg("_linalg_gemm", alist)

mx.nd.internal.linalg.gemm2 <- function(A, B, transpose_a = FALSE, transpose_b = FALSE, alpha = 1, axis = -2, out = NULL)
  nd_op("_linalg_gemm2", list(A = if (!missing(A)) A, B = if (!missing(B)) B), list(transpose_a = if (!missing(transpose_a)) transpose_a, transpose_b = if (!missing(transpose_b)) transpose_b, alpha = if (!missing(alpha)) alpha, axis = if (!missing(axis)) axis), out)
mx.varg.symbol.internal.linalg_gemm2 <- function(alist) sym_varg("_linalg_gemm2", alist)

mx.nd.internal.linalg.inverse <- function(A, out = NULL)
  nd_op("_linalg_inverse", list(A = if (!missing(A)) A), list(), out)
mx.varg.symbol.internal.linalg_inverse <- function(alist) sym_varg("_linalg_inverse", alist)

mx.nd.internal.linalg.makediag <- function(A, offset = 0, out = NULL)
  nd_op("_linalg_makediag", list(A = if (!missing(A)) A), list(offset = if (!missing(offset)) offset), out)
mx.varg.symbol.internal.linalg_makediag <- function(alist) sym_varg("_linalg_makediag", alist)

mx.nd.internal.linalg.maketrian <- function(A, offset = 0, lower = TRUE, out = NULL)
  nd_op("_linalg_maketrian", list(A = if (!missing(A)) A), list(offset = if (!missing(offset)) offset, lower = if (!missing(lower)) lower), out)
mx.varg.symbol.internal.linalg_maketrian <- function(alist) sym_varg("_linalg_maketrian", alist)

mx.nd.internal.linalg.potrf <- function(A, lower = TRUE, out = NULL)
  nd_op("_linalg_potrf", list(A = if (!missing(A)) A), list(lower = if (!missing(lower)) lower), out)
mx.varg.symbol.internal.linalg_potrf <- function(alist) sym_varg("_linalg_potrf", alist)

mx.nd.internal.linalg.potri <- function(A, lower = TRUE, out = NULL)
  nd_op("_linalg_potri", list(A = if (!missing(A)) A), list(lower = if (!missing(lower)) lower), out)
mx.varg.symbol.internal.linalg_potri <- function(alist) sym_varg("_linalg_potri", alist)

mx.nd.internal.linalg.slogdet <- function(A, out = NULL)
  nd_op("_linalg_slogdet", list(A = if (!missing(A)) A), list(), out)
mx.varg.symbol.internal.linalg_slogdet <- function(alist) sym_varg("_linalg_slogdet", alist)

mx.nd.internal.linalg.sumlogdiag <- function(A, out = NULL)
  nd_op("_linalg_sumlogdiag", list(A = if (!missing(A)) A), list(), out)
mx.varg.symbol.internal.linalg_sumlogdiag <- function(alist) sym_varg("_linalg_sumlogdiag", alist)

mx.nd.internal.linalg.syevd <- function(A, out = NULL)
  nd_op("_linalg_syevd", list(A = if (!missing(A)) A), list(), out)
mx.varg.symbol.internal.linalg_syevd <- function(alist) sym_varg("_linalg_syevd", alist)
mx.nd.linalg.syevd <- mx.nd.internal.linalg.syevd
mx.symbol.linalg_syevd <- function(A, ..., name = NULL)
  sym_op("_linalg_syevd", list(A = if (!missing(A)) A), list(...), list(), name)

mx.nd.internal.linalg.syrk <- function(A, transpose = FALSE, alpha = 1, out = NULL)
  nd_op("_linalg_syrk", list(A = if (!missing(A)) A), list(transpose = if (!missing(transpose)) transpose, alpha = if (!missing(alpha)) alpha), out)
mx.varg.symbol.internal.linalg_syrk <- function(alist) sym_varg("_linalg_syrk", alist)

mx.nd.internal.linalg.trmm <- function(A, B, transpose = FALSE, rightside = FALSE, lower = TRUE, alpha = 1, out = NULL)
  nd_op("_linalg_trmm", list(A = if (!missing(A)) A, B = if (!missing(B)) B), list(transpose = if (!missing(transpose)) transpose, rightside = if (!missing(rightside)) rightside, lower = if (!missing(lower)) lower, alpha = if (!missing(alpha)) alpha), out)
mx.varg.symbol.internal.linalg_trmm <- function(alist) sym_varg("_linalg_trmm", alist)

mx.nd.internal.linalg.trsm <- function(A, B, transpose = FALSE, rightside = FALSE, lower = TRUE, alpha = 1, out = NULL)
  nd_op("_linalg_trsm", list(A = if (!missing(A)) A, B = if (!missing(B)) B), list(transpose = if (!missing(transpose)) transpose, rightside = if (!missing(rightside)) rightside, lower = if (!missing(lower)) lower, alpha = if (!missing(alpha)) alpha), out)
mx.varg.symbol.internal.linalg_trsm <- function(alist) sym_varg("_linalg_trsm", alist)

mx.nd.internal.linspace <- function(start, stop, num, endpoint = TRUE, ctx = "", dtype = "float32", out = NULL)
  nd_op("_linspace", list(), list(start = if (!missing(start)) start, stop = if (!missing(stop)) stop, num = if (!missing(num)) num, endpoint = if (!missing(endpoint)) endpoint, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), out)
mx.varg.symbol.internal.linspace <- function(alist) sym_varg("_linspace", alist)

mx.nd.internal.logical.and <- function(lhs, rhs, out = NULL)
  nd_op("_logical_and", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.logical_and <- function(alist) sym_varg("_logical_and", alist)

mx.nd.internal.logical.and.scalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_logical_and_scalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.logical_and_scalar <- function(alist) sym_varg("_logical_and_scalar", alist)

mx.nd.internal.logical.or <- function(lhs, rhs, out = NULL)
  nd_op("_logical_or", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.logical_or <- function(alist) sym_varg("_logical_or", alist)

mx.nd.internal.logical.or.scalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_logical_or_scalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.logical_or_scalar <- function(alist) sym_varg("_logical_or_scalar", alist)

mx.nd.internal.logical.xor <- function(lhs, rhs, out = NULL)
  nd_op("_logical_xor", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.logical_xor <- function(alist) sym_varg("_logical_xor", alist)

mx.nd.internal.logical.xor.scalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_logical_xor_scalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.logical_xor_scalar <- function(alist) sym_varg("_logical_xor_scalar", alist)

mx.nd.internal.maximum <- function(lhs, rhs, out = NULL)
  nd_op("_maximum", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.maximum <- function(alist) sym_varg("_maximum", alist)

mx.nd.internal.maximum.scalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_maximum_scalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.maximum_scalar <- function(alist) sym_varg("_maximum_scalar", alist)

mx.nd.internal.minimum <- function(lhs, rhs, out = NULL)
  nd_op("_minimum", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.minimum <- function(alist) sym_varg("_minimum", alist)

mx.nd.internal.minimum.scalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_minimum_scalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.minimum_scalar <- function(alist) sym_varg("_minimum_scalar", alist)

mx.nd.internal.minus <- function(lhs, rhs, out = NULL)
  nd_op("_minus", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.minus <- function(alist) sym_varg("_minus", alist)

mx.nd.internal.minus.scalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_minus_scalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.minus_scalar <- function(alist) sym_varg("_minus_scalar", alist)

mx.nd.internal.mod <- function(lhs, rhs, out = NULL)
  nd_op("_mod", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.mod <- function(alist) sym_varg("_mod", alist)

mx.nd.internal.mod.scalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_mod_scalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.mod_scalar <- function(alist) sym_varg("_mod_scalar", alist)

mx.nd.internal.mp.adamw.update <- function(weight, grad, mean, var, weight32, rescale_grad, lr, beta1 = 0.899999976, beta2 = 0.999000013, epsilon = 9.99999994e-09, wd = 0, eta, clip_gradient = -1, out = NULL)
  nd_op("_mp_adamw_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, mean = if (!missing(mean)) mean, var = if (!missing(var)) var, weight32 = if (!missing(weight32)) weight32, rescale_grad = if (!missing(rescale_grad)) rescale_grad), list(lr = if (!missing(lr)) lr, beta1 = if (!missing(beta1)) beta1, beta2 = if (!missing(beta2)) beta2, epsilon = if (!missing(epsilon)) epsilon, wd = if (!missing(wd)) wd, eta = if (!missing(eta)) eta, clip_gradient = if (!missing(clip_gradient)) clip_gradient), out)
mx.varg.symbol.internal.mp_adamw_update <- function(alist) sym_varg("_mp_adamw_update", alist)

mx.nd.internal.mul <- function(lhs, rhs, out = NULL)
  nd_op("_mul", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.mul <- function(alist) sym_varg("_mul", alist)

mx.nd.internal.mul.scalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_mul_scalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.mul_scalar <- function(alist) sym_varg("_mul_scalar", alist)

mx.nd.internal.multi.adamw.update <- function(data, lrs, beta1 = 0.899999976, beta2 = 0.999000013, epsilon = 9.99999994e-09, wds, etas, clip_gradient = -1, num_weights = 1, out = NULL)
  nd_op("_multi_adamw_update", list(data = if (!missing(data)) data), list(lrs = if (!missing(lrs)) lrs, beta1 = if (!missing(beta1)) beta1, beta2 = if (!missing(beta2)) beta2, epsilon = if (!missing(epsilon)) epsilon, wds = if (!missing(wds)) wds, etas = if (!missing(etas)) etas, clip_gradient = if (!missing(clip_gradient)) clip_gradient, num_weights = if (!missing(num_weights)) num_weights), out)
mx.varg.symbol.internal.multi_adamw_update <- function(alist) sym_varg("_multi_adamw_update", alist)

mx.nd.internal.multi.lamb.update <- function(data, learning_rates, beta1 = 0.899999976, beta2 = 0.999000013, epsilon = 9.99999997e-07, wds, rescale_grad = 1, lower_bound = -1, upper_bound = -1, clip_gradient = -1, bias_correction = TRUE, step_count, num_tensors = 1, out = NULL)
  nd_op("_multi_lamb_update", list(data = if (!missing(data)) data), list(learning_rates = if (!missing(learning_rates)) learning_rates, beta1 = if (!missing(beta1)) beta1, beta2 = if (!missing(beta2)) beta2, epsilon = if (!missing(epsilon)) epsilon, wds = if (!missing(wds)) wds, rescale_grad = if (!missing(rescale_grad)) rescale_grad, lower_bound = if (!missing(lower_bound)) lower_bound, upper_bound = if (!missing(upper_bound)) upper_bound, clip_gradient = if (!missing(clip_gradient)) clip_gradient, bias_correction = if (!missing(bias_correction)) bias_correction, step_count = if (!missing(step_count)) step_count, num_tensors = if (!missing(num_tensors)) num_tensors), out)
mx.varg.symbol.internal.multi_lamb_update <- function(alist) sym_varg("_multi_lamb_update", alist)

mx.nd.internal.multi.mp.adamw.update <- function(data, lrs, beta1 = 0.899999976, beta2 = 0.999000013, epsilon = 9.99999994e-09, wds, etas, clip_gradient = -1, num_weights = 1, out = NULL)
  nd_op("_multi_mp_adamw_update", list(data = if (!missing(data)) data), list(lrs = if (!missing(lrs)) lrs, beta1 = if (!missing(beta1)) beta1, beta2 = if (!missing(beta2)) beta2, epsilon = if (!missing(epsilon)) epsilon, wds = if (!missing(wds)) wds, etas = if (!missing(etas)) etas, clip_gradient = if (!missing(clip_gradient)) clip_gradient, num_weights = if (!missing(num_weights)) num_weights), out)
mx.varg.symbol.internal.multi_mp_adamw_update <- function(alist) sym_varg("_multi_mp_adamw_update", alist)

mx.nd.internal.multi.mp.lamb.update <- function(data, learning_rates, beta1 = 0.899999976, beta2 = 0.999000013, epsilon = 9.99999997e-07, wds, rescale_grad = 1, lower_bound = -1, upper_bound = -1, clip_gradient = -1, bias_correction = TRUE, step_count, num_tensors = 1, out = NULL)
  nd_op("_multi_mp_lamb_update", list(data = if (!missing(data)) data), list(learning_rates = if (!missing(learning_rates)) learning_rates, beta1 = if (!missing(beta1)) beta1, beta2 = if (!missing(beta2)) beta2, epsilon = if (!missing(epsilon)) epsilon, wds = if (!missing(wds)) wds, rescale_grad = if (!missing(rescale_grad)) rescale_grad, lower_bound = if (!missing(lower_bound)) lower_bound, upper_bound = if (!missing(upper_bound)) upper_bound, clip_gradient = if (!missing(clip_gradient)) clip_gradient, bias_correction = if (!missing(bias_correction)) bias_correction, step_count = if (!missing(step_count)) step_count, num_tensors = if (!missing(num_tensors)) num_tensors), out)
mx.varg.symbol.internal.multi_mp_lamb_update <- function(alist) sym_varg("_multi_mp_lamb_update", alist)

mx.nd.internal.not.equal <- function(lhs, rhs, out = NULL)
  nd_op("_not_equal", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.not_equal <- function(alist) sym_varg("_not_equal", alist)

mx.nd.internal.not.equal.scalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_not_equal_scalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.not_equal_scalar <- function(alist) sym_varg("_not_equal_scalar", alist)

mx.nd.internal.onehot.encode <- function(lhs, rhs, out = NULL)
  nd_op("_onehot_encode", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.onehot_encode <- function(alist) sym_varg("_onehot_encode", alist)

mx.nd.internal.ones <- function(shape = NULL, ctx = "", dtype = "float32", out = NULL)
  nd_op("_ones", list(), list(shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), out)
mx.varg.symbol.internal.ones <- function(alist) sym_varg("_ones", alist)

mx.nd.internal.plus <- function(lhs, rhs, out = NULL)
  nd_op("_plus", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.plus <- function(alist) sym_varg("_plus", alist)

mx.nd.internal.plus.scalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_plus_scalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.plus_scalar <- function(alist) sym_varg("_plus_scalar", alist)

mx.nd.internal.power <- function(lhs, rhs, out = NULL)
  nd_op("_power", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.power <- function(alist) sym_varg("_power", alist)

mx.nd.internal.power.scalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_power_scalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.power_scalar <- function(alist) sym_varg("_power_scalar", alist)

mx.nd.internal.random.exponential <- function(lam = 1, shape = NULL, ctx = "", dtype = NULL, out = NULL)
  nd_op("_random_exponential", list(), list(lam = if (!missing(lam)) lam, shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), out)
mx.varg.symbol.internal.random_exponential <- function(alist) sym_varg("_random_exponential", alist)

mx.nd.internal.random.exponential.like <- function(data, lam = 1, out = NULL)
  nd_op("_random_exponential_like", list(data = if (!missing(data)) data), list(lam = if (!missing(lam)) lam), out)
mx.varg.symbol.internal.random_exponential_like <- function(alist) sym_varg("_random_exponential_like", alist)
mx.nd.random.exponential.like <- mx.nd.internal.random.exponential.like
mx.symbol.random_exponential_like <- function(data, ..., lam = 1, name = NULL)
  sym_op("_random_exponential_like", list(data = if (!missing(data)) data), list(...), list(lam = if (!missing(lam)) lam), name)

mx.nd.internal.random.gamma <- function(alpha = 1, beta = 1, shape = NULL, ctx = "", dtype = NULL, out = NULL)
  nd_op("_random_gamma", list(), list(alpha = if (!missing(alpha)) alpha, beta = if (!missing(beta)) beta, shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), out)
mx.varg.symbol.internal.random_gamma <- function(alist) sym_varg("_random_gamma", alist)

mx.nd.internal.random.gamma.like <- function(data, alpha = 1, beta = 1, out = NULL)
  nd_op("_random_gamma_like", list(data = if (!missing(data)) data), list(alpha = if (!missing(alpha)) alpha, beta = if (!missing(beta)) beta), out)
mx.varg.symbol.internal.random_gamma_like <- function(alist) sym_varg("_random_gamma_like", alist)
mx.nd.random.gamma.like <- mx.nd.internal.random.gamma.like
mx.symbol.random_gamma_like <- function(data, ..., alpha = 1, beta = 1, name = NULL)
  sym_op("_random_gamma_like", list(data = if (!missing(data)) data), list(...), list(alpha = if (!missing(alpha)) alpha, beta = if (!missing(beta)) beta), name)

mx.nd.internal.random.generalized.negative.binomial <- function(mu = 1, alpha = 1, shape = NULL, ctx = "", dtype = NULL, out = NULL)
  nd_op("_random_generalized_negative_binomial", list(), list(mu = if (!missing(mu)) mu, alpha = if (!missing(alpha)) alpha, shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), out)
mx.varg.symbol.internal.random_generalized_negative_binomial <- function(alist) sym_varg("_random_generalized_negative_binomial", alist)

mx.nd.internal.random.generalized.negative.binomial.like <- function(data, mu = 1, alpha = 1, out = NULL)
  nd_op("_random_generalized_negative_binomial_like", list(data = if (!missing(data)) data), list(mu = if (!missing(mu)) mu, alpha = if (!missing(alpha)) alpha), out)
mx.varg.symbol.internal.random_generalized_negative_binomial_like <- function(alist) sym_varg("_random_generalized_negative_binomial_like", alist)
mx.nd.random.generalized.negative.binomial.like <- mx.nd.internal.random.generalized.negative.binomial.like
mx.symbol.random_generalized_negative_binomial_like <- function(data, ..., mu = 1, alpha = 1, name = NULL)
  sym_op("_random_generalized_negative_binomial_like", list(data = if (!missing(data)) data), list(...), list(mu = if (!missing(mu)) mu, alpha = if (!missing(alpha)) alpha), name)

mx.nd.internal.random.negative.binomial <- function(k = 1, p = 1, shape = NULL, ctx = "", dtype = NULL, out = NULL)
  nd_op("_random_negative_binomial", list(), list(k = if (!missing(k)) k, p = if (!missing(p)) p, shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), out)
mx.varg.symbol.internal.random_negative_binomial <- function(alist) sym_varg("_random_negative_binomial", alist)

mx.nd.internal.random.negative.binomial.like <- function(data, k = 1, p = 1, out = NULL)
  nd_op("_random_negative_binomial_like", list(data = if (!missing(data)) data), list(k = if (!missing(k)) k, p = if (!missing(p)) p), out)
mx.varg.symbol.internal.random_negative_binomial_like <- function(alist) sym_varg("_random_negative_binomial_like", alist)
mx.nd.random.negative.binomial.like <- mx.nd.internal.random.negative.binomial.like
mx.symbol.random_negative_binomial_like <- function(data, ..., k = 1, p = 1, name = NULL)
  sym_op("_random_negative_binomial_like", list(data = if (!missing(data)) data), list(...), list(k = if (!missing(k)) k, p = if (!missing(p)) p), name)

mx.nd.internal.random.normal <- function(loc = 0, scale = 1, shape = NULL, ctx = "", dtype = NULL, out = NULL)
  nd_op("_random_normal", list(), list(loc = if (!missing(loc)) loc, scale = if (!missing(scale)) scale, shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), out)
mx.varg.symbol.internal.random_normal <- function(alist) sym_varg("_random_normal", alist)

mx.nd.internal.random.normal.like <- function(data, loc = 0, scale = 1, out = NULL)
  nd_op("_random_normal_like", list(data = if (!missing(data)) data), list(loc = if (!missing(loc)) loc, scale = if (!missing(scale)) scale), out)
mx.varg.symbol.internal.random_normal_like <- function(alist) sym_varg("_random_normal_like", alist)
mx.nd.random.normal.like <- mx.nd.internal.random.normal.like
mx.symbol.random_normal_like <- function(data, ..., loc = 0, scale = 1, name = NULL)
  sym_op("_random_normal_like", list(data = if (!missing(data)) data), list(...), list(loc = if (!missing(loc)) loc, scale = if (!missing(scale)) scale), name)

mx.nd.internal.random.pdf.dirichlet <- function(sample, alpha, is_log = FALSE, out = NULL)
  nd_op("_random_pdf_dirichlet", list(sample = if (!missing(sample)) sample, alpha = if (!missing(alpha)) alpha), list(is_log = if (!missing(is_log)) is_log), out)
mx.varg.symbol.internal.random_pdf_dirichlet <- function(alist) sym_varg("_random_pdf_dirichlet", alist)

mx.nd.internal.random.pdf.exponential <- function(sample, lam, is_log = FALSE, out = NULL)
  nd_op("_random_pdf_exponential", list(sample = if (!missing(sample)) sample, lam = if (!missing(lam)) lam), list(is_log = if (!missing(is_log)) is_log), out)
mx.varg.symbol.internal.random_pdf_exponential <- function(alist) sym_varg("_random_pdf_exponential", alist)

mx.nd.internal.random.pdf.gamma <- function(sample, alpha, beta, is_log = FALSE, out = NULL)
  nd_op("_random_pdf_gamma", list(sample = if (!missing(sample)) sample, alpha = if (!missing(alpha)) alpha, beta = if (!missing(beta)) beta), list(is_log = if (!missing(is_log)) is_log), out)
mx.varg.symbol.internal.random_pdf_gamma <- function(alist) sym_varg("_random_pdf_gamma", alist)

mx.nd.internal.random.pdf.generalized.negative.binomial <- function(sample, mu, alpha, is_log = FALSE, out = NULL)
  nd_op("_random_pdf_generalized_negative_binomial", list(sample = if (!missing(sample)) sample, mu = if (!missing(mu)) mu, alpha = if (!missing(alpha)) alpha), list(is_log = if (!missing(is_log)) is_log), out)
mx.varg.symbol.internal.random_pdf_generalized_negative_binomial <- function(alist) sym_varg("_random_pdf_generalized_negative_binomial", alist)

mx.nd.internal.random.pdf.negative.binomial <- function(sample, k, p, is_log = FALSE, out = NULL)
  nd_op("_random_pdf_negative_binomial", list(sample = if (!missing(sample)) sample, k = if (!missing(k)) k, p = if (!missing(p)) p), list(is_log = if (!missing(is_log)) is_log), out)
mx.varg.symbol.internal.random_pdf_negative_binomial <- function(alist) sym_varg("_random_pdf_negative_binomial", alist)

mx.nd.internal.random.pdf.normal <- function(sample, mu, sigma, is_log = FALSE, out = NULL)
  nd_op("_random_pdf_normal", list(sample = if (!missing(sample)) sample, mu = if (!missing(mu)) mu, sigma = if (!missing(sigma)) sigma), list(is_log = if (!missing(is_log)) is_log), out)
mx.varg.symbol.internal.random_pdf_normal <- function(alist) sym_varg("_random_pdf_normal", alist)

mx.nd.internal.random.pdf.poisson <- function(sample, lam, is_log = FALSE, out = NULL)
  nd_op("_random_pdf_poisson", list(sample = if (!missing(sample)) sample, lam = if (!missing(lam)) lam), list(is_log = if (!missing(is_log)) is_log), out)
mx.varg.symbol.internal.random_pdf_poisson <- function(alist) sym_varg("_random_pdf_poisson", alist)

mx.nd.internal.random.pdf.uniform <- function(sample, low, high, is_log = FALSE, out = NULL)
  nd_op("_random_pdf_uniform", list(sample = if (!missing(sample)) sample, low = if (!missing(low)) low, high = if (!missing(high)) high), list(is_log = if (!missing(is_log)) is_log), out)
mx.varg.symbol.internal.random_pdf_uniform <- function(alist) sym_varg("_random_pdf_uniform", alist)

mx.nd.internal.random.poisson <- function(lam = 1, shape = NULL, ctx = "", dtype = NULL, out = NULL)
  nd_op("_random_poisson", list(), list(lam = if (!missing(lam)) lam, shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), out)
mx.varg.symbol.internal.random_poisson <- function(alist) sym_varg("_random_poisson", alist)

mx.nd.internal.random.poisson.like <- function(data, lam = 1, out = NULL)
  nd_op("_random_poisson_like", list(data = if (!missing(data)) data), list(lam = if (!missing(lam)) lam), out)
mx.varg.symbol.internal.random_poisson_like <- function(alist) sym_varg("_random_poisson_like", alist)
mx.nd.random.poisson.like <- mx.nd.internal.random.poisson.like
mx.symbol.random_poisson_like <- function(data, ..., lam = 1, name = NULL)
  sym_op("_random_poisson_like", list(data = if (!missing(data)) data), list(...), list(lam = if (!missing(lam)) lam), name)

mx.nd.internal.random.randint <- function(low, high, shape = NULL, ctx = "", dtype = NULL, out = NULL)
  nd_op("_random_randint", list(), list(low = if (!missing(low)) low, high = if (!missing(high)) high, shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), out)
mx.varg.symbol.internal.random_randint <- function(alist) sym_varg("_random_randint", alist)

mx.nd.internal.random.uniform <- function(low = 0, high = 1, shape = NULL, ctx = "", dtype = NULL, out = NULL)
  nd_op("_random_uniform", list(), list(low = if (!missing(low)) low, high = if (!missing(high)) high, shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), out)
mx.varg.symbol.internal.random_uniform <- function(alist) sym_varg("_random_uniform", alist)

mx.nd.internal.random.uniform.like <- function(data, low = 0, high = 1, out = NULL)
  nd_op("_random_uniform_like", list(data = if (!missing(data)) data), list(low = if (!missing(low)) low, high = if (!missing(high)) high), out)
mx.varg.symbol.internal.random_uniform_like <- function(alist) sym_varg("_random_uniform_like", alist)
mx.nd.random.uniform.like <- mx.nd.internal.random.uniform.like
mx.symbol.random_uniform_like <- function(data, ..., low = 0, high = 1, name = NULL)
  sym_op("_random_uniform_like", list(data = if (!missing(data)) data), list(...), list(low = if (!missing(low)) low, high = if (!missing(high)) high), name)

mx.nd.internal.ravel.multi.index <- function(data, shape = NULL, out = NULL)
  nd_op("_ravel_multi_index", list(data = if (!missing(data)) data), list(shape = if (!missing(shape)) shape), out)
mx.varg.symbol.internal.ravel_multi_index <- function(alist) sym_varg("_ravel_multi_index", alist)

mx.nd.internal.rdiv.scalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_rdiv_scalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.rdiv_scalar <- function(alist) sym_varg("_rdiv_scalar", alist)

mx.nd.internal.rminus.scalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_rminus_scalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.rminus_scalar <- function(alist) sym_varg("_rminus_scalar", alist)

mx.nd.internal.rmod.scalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_rmod_scalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.rmod_scalar <- function(alist) sym_varg("_rmod_scalar", alist)

mx.nd.internal.rnn.param.concat <- function(data, num_args, dim = 1, out = NULL)
  nd_op("_rnn_param_concat", list(data = if (!missing(data)) data), list(num_args = if (!missing(num_args)) num_args, dim = if (!missing(dim)) dim), out)
mx.varg.symbol.internal.rnn_param_concat <- function(alist) sym_varg("_rnn_param_concat", alist)

mx.nd.internal.rpower.scalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_rpower_scalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.rpower_scalar <- function(alist) sym_varg("_rpower_scalar", alist)

mx.nd.internal.sample.exponential <- function(lam, shape = NULL, dtype = NULL, out = NULL)
  nd_op("_sample_exponential", list(lam = if (!missing(lam)) lam), list(shape = if (!missing(shape)) shape, dtype = if (!missing(dtype)) dtype), out)
mx.varg.symbol.internal.sample_exponential <- function(alist) sym_varg("_sample_exponential", alist)

mx.nd.internal.sample.gamma <- function(alpha, beta, shape = NULL, dtype = NULL, out = NULL)
  nd_op("_sample_gamma", list(alpha = if (!missing(alpha)) alpha, beta = if (!missing(beta)) beta), list(shape = if (!missing(shape)) shape, dtype = if (!missing(dtype)) dtype), out)
mx.varg.symbol.internal.sample_gamma <- function(alist) sym_varg("_sample_gamma", alist)

mx.nd.internal.sample.generalized.negative.binomial <- function(mu, alpha, shape = NULL, dtype = NULL, out = NULL)
  nd_op("_sample_generalized_negative_binomial", list(mu = if (!missing(mu)) mu, alpha = if (!missing(alpha)) alpha), list(shape = if (!missing(shape)) shape, dtype = if (!missing(dtype)) dtype), out)
mx.varg.symbol.internal.sample_generalized_negative_binomial <- function(alist) sym_varg("_sample_generalized_negative_binomial", alist)

mx.nd.internal.sample.multinomial <- function(data, shape = NULL, get_prob = FALSE, dtype = "int32", out = NULL)
  nd_op("_sample_multinomial", list(data = if (!missing(data)) data), list(shape = if (!missing(shape)) shape, get_prob = if (!missing(get_prob)) get_prob, dtype = if (!missing(dtype)) dtype), out)
mx.varg.symbol.internal.sample_multinomial <- function(alist) sym_varg("_sample_multinomial", alist)

mx.nd.internal.sample.negative.binomial <- function(k, p, shape = NULL, dtype = NULL, out = NULL)
  nd_op("_sample_negative_binomial", list(k = if (!missing(k)) k, p = if (!missing(p)) p), list(shape = if (!missing(shape)) shape, dtype = if (!missing(dtype)) dtype), out)
mx.varg.symbol.internal.sample_negative_binomial <- function(alist) sym_varg("_sample_negative_binomial", alist)

mx.nd.internal.sample.normal <- function(mu, sigma, shape = NULL, dtype = NULL, out = NULL)
  nd_op("_sample_normal", list(mu = if (!missing(mu)) mu, sigma = if (!missing(sigma)) sigma), list(shape = if (!missing(shape)) shape, dtype = if (!missing(dtype)) dtype), out)
mx.varg.symbol.internal.sample_normal <- function(alist) sym_varg("_sample_normal", alist)

mx.nd.internal.sample.poisson <- function(lam, shape = NULL, dtype = NULL, out = NULL)
  nd_op("_sample_poisson", list(lam = if (!missing(lam)) lam), list(shape = if (!missing(shape)) shape, dtype = if (!missing(dtype)) dtype), out)
mx.varg.symbol.internal.sample_poisson <- function(alist) sym_varg("_sample_poisson", alist)

mx.nd.internal.sample.uniform <- function(low, high, shape = NULL, dtype = NULL, out = NULL)
  nd_op("_sample_uniform", list(low = if (!missing(low)) low, high = if (!missing(high)) high), list(shape = if (!missing(shape)) shape, dtype = if (!missing(dtype)) dtype), out)
mx.varg.symbol.internal.sample_uniform <- function(alist) sym_varg("_sample_uniform", alist)

mx.nd.internal.sample.unique.zipfian <- function(range_max, shape = NULL, out = NULL)
  nd_op("_sample_unique_zipfian", list(), list(range_max = if (!missing(range_max)) range_max, shape = if (!missing(shape)) shape), out)
mx.varg.symbol.internal.sample_unique_zipfian <- function(alist) sym_varg("_sample_unique_zipfian", alist)

mx.nd.internal.scatter.elemwise.div <- function(lhs, rhs, out = NULL)
  nd_op("_scatter_elemwise_div", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.scatter_elemwise_div <- function(alist) sym_varg("_scatter_elemwise_div", alist)

mx.nd.internal.scatter.minus.scalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_scatter_minus_scalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.scatter_minus_scalar <- function(alist) sym_varg("_scatter_minus_scalar", alist)

mx.nd.internal.scatter.plus.scalar <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("_scatter_plus_scalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.varg.symbol.internal.scatter_plus_scalar <- function(alist) sym_varg("_scatter_plus_scalar", alist)

mx.nd.internal.scatter.set.nd <- function(lhs, rhs, indices, shape, out = NULL)
  nd_op("_scatter_set_nd", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs, indices = if (!missing(indices)) indices), list(shape = if (!missing(shape)) shape), out)
mx.varg.symbol.internal.scatter_set_nd <- function(alist) sym_varg("_scatter_set_nd", alist)

mx.nd.internal.set.value <- function(src, out = NULL)
  nd_op("_set_value", list(), list(src = if (!missing(src)) src), out)
mx.varg.symbol.internal.set_value <- function(alist) sym_varg("_set_value", alist)

mx.nd.internal.shuffle <- function(data, out = NULL)
  nd_op("_shuffle", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.shuffle <- function(alist) sym_varg("_shuffle", alist)

mx.nd.internal.slice.assign <- function(lhs, rhs, begin, end, step = NULL, out = NULL)
  nd_op("_slice_assign", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(begin = if (!missing(begin)) begin, end = if (!missing(end)) end, step = if (!missing(step)) step), out)
mx.varg.symbol.internal.slice_assign <- function(alist) sym_varg("_slice_assign", alist)

mx.nd.internal.slice.assign.scalar <- function(data, scalar = 0, begin, end, step = NULL, out = NULL)
  nd_op("_slice_assign_scalar", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, begin = if (!missing(begin)) begin, end = if (!missing(end)) end, step = if (!missing(step)) step), out)
mx.varg.symbol.internal.slice_assign_scalar <- function(alist) sym_varg("_slice_assign_scalar", alist)

mx.nd.internal.sparse.ElementWiseSum <- function(args, num_args, out = NULL)
  nd_op("_sparse_ElementWiseSum", list(args = if (!missing(args)) args), list(num_args = if (!missing(num_args)) num_args), out)
mx.varg.symbol.internal.sparse_ElementWiseSum <- function(alist) sym_varg("_sparse_ElementWiseSum", alist)
mx.nd.sparse.ElementWiseSum <- mx.nd.internal.sparse.ElementWiseSum
mx.symbol.sparse.ElementWiseSum <- function(..., num_args, name = NULL)
  sym_op("_sparse_ElementWiseSum", list(), list(...), list(num_args = if (!missing(num_args)) num_args), name)

mx.nd.internal.sparse.Embedding <- function(data, weight, input_dim, output_dim, dtype = "float32", sparse_grad = FALSE, out = NULL)
  nd_op("_sparse_Embedding", list(data = if (!missing(data)) data, weight = if (!missing(weight)) weight), list(input_dim = if (!missing(input_dim)) input_dim, output_dim = if (!missing(output_dim)) output_dim, dtype = if (!missing(dtype)) dtype, sparse_grad = if (!missing(sparse_grad)) sparse_grad), out)
mx.varg.symbol.internal.sparse_Embedding <- function(alist) sym_varg("_sparse_Embedding", alist)
mx.nd.sparse.Embedding <- mx.nd.internal.sparse.Embedding
mx.symbol.sparse.Embedding <- function(data, weight, ..., input_dim, output_dim, dtype = "float32", sparse_grad = FALSE, name = NULL)
  sym_op("_sparse_Embedding", list(data = if (!missing(data)) data, weight = if (!missing(weight)) weight), list(...), list(input_dim = if (!missing(input_dim)) input_dim, output_dim = if (!missing(output_dim)) output_dim, dtype = if (!missing(dtype)) dtype, sparse_grad = if (!missing(sparse_grad)) sparse_grad), name)

mx.nd.internal.sparse.FullyConnected <- function(data, weight, bias, num_hidden, no_bias = FALSE, flatten = TRUE, out = NULL)
  nd_op("_sparse_FullyConnected", list(data = if (!missing(data)) data, weight = if (!missing(weight)) weight, bias = if (!missing(bias)) bias), list(num_hidden = if (!missing(num_hidden)) num_hidden, no_bias = if (!missing(no_bias)) no_bias, flatten = if (!missing(flatten)) flatten), out)
mx.varg.symbol.internal.sparse_FullyConnected <- function(alist) sym_varg("_sparse_FullyConnected", alist)
mx.nd.sparse.FullyConnected <- mx.nd.internal.sparse.FullyConnected
mx.symbol.sparse.FullyConnected <- function(data, weight, bias, ..., num_hidden, no_bias = FALSE, flatten = TRUE, name = NULL)
  sym_op("_sparse_FullyConnected", list(data = if (!missing(data)) data, weight = if (!missing(weight)) weight, bias = if (!missing(bias)) bias), list(...), list(num_hidden = if (!missing(num_hidden)) num_hidden, no_bias = if (!missing(no_bias)) no_bias, flatten = if (!missing(flatten)) flatten), name)

mx.nd.internal.sparse.LinearRegressionOutput <- function(data, label, grad_scale = 1, out = NULL)
  nd_op("_sparse_LinearRegressionOutput", list(data = if (!missing(data)) data, label = if (!missing(label)) label), list(grad_scale = if (!missing(grad_scale)) grad_scale), out)
mx.varg.symbol.internal.sparse_LinearRegressionOutput <- function(alist) sym_varg("_sparse_LinearRegressionOutput", alist)
mx.nd.sparse.LinearRegressionOutput <- mx.nd.internal.sparse.LinearRegressionOutput
mx.symbol.sparse.LinearRegressionOutput <- function(data, label, ..., grad_scale = 1, name = NULL)
  sym_op("_sparse_LinearRegressionOutput", list(data = if (!missing(data)) data, label = if (!missing(label)) label), list(...), list(grad_scale = if (!missing(grad_scale)) grad_scale), name)

mx.nd.internal.sparse.LogisticRegressionOutput <- function(data, label, grad_scale = 1, out = NULL)
  nd_op("_sparse_LogisticRegressionOutput", list(data = if (!missing(data)) data, label = if (!missing(label)) label), list(grad_scale = if (!missing(grad_scale)) grad_scale), out)
mx.varg.symbol.internal.sparse_LogisticRegressionOutput <- function(alist) sym_varg("_sparse_LogisticRegressionOutput", alist)
mx.nd.sparse.LogisticRegressionOutput <- mx.nd.internal.sparse.LogisticRegressionOutput
mx.symbol.sparse.LogisticRegressionOutput <- function(data, label, ..., grad_scale = 1, name = NULL)
  sym_op("_sparse_LogisticRegressionOutput", list(data = if (!missing(data)) data, label = if (!missing(label)) label), list(...), list(grad_scale = if (!missing(grad_scale)) grad_scale), name)

mx.nd.internal.sparse.MAERegressionOutput <- function(data, label, grad_scale = 1, out = NULL)
  nd_op("_sparse_MAERegressionOutput", list(data = if (!missing(data)) data, label = if (!missing(label)) label), list(grad_scale = if (!missing(grad_scale)) grad_scale), out)
mx.varg.symbol.internal.sparse_MAERegressionOutput <- function(alist) sym_varg("_sparse_MAERegressionOutput", alist)
mx.nd.sparse.MAERegressionOutput <- mx.nd.internal.sparse.MAERegressionOutput
mx.symbol.sparse.MAERegressionOutput <- function(data, label, ..., grad_scale = 1, name = NULL)
  sym_op("_sparse_MAERegressionOutput", list(data = if (!missing(data)) data, label = if (!missing(label)) label), list(...), list(grad_scale = if (!missing(grad_scale)) grad_scale), name)

mx.nd.internal.sparse..contrib.round.ste <- function(data, out = NULL)
  nd_op("_sparse__contrib_round_ste", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse__contrib_round_ste <- function(alist) sym_varg("_sparse__contrib_round_ste", alist)

mx.nd.internal.sparse..contrib.sign.ste <- function(data, out = NULL)
  nd_op("_sparse__contrib_sign_ste", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse__contrib_sign_ste <- function(alist) sym_varg("_sparse__contrib_sign_ste", alist)

mx.nd.internal.sparse.abs <- function(data, out = NULL)
  nd_op("_sparse_abs", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_abs <- function(alist) sym_varg("_sparse_abs", alist)
mx.nd.sparse.abs <- mx.nd.internal.sparse.abs
mx.symbol.sparse.abs <- function(data, ..., name = NULL)
  sym_op("_sparse_abs", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.adagrad.update <- function(weight, grad, history, lr, epsilon = 1.00000001e-07, wd = 0, rescale_grad = 1, clip_gradient = -1, out = NULL)
  nd_op("_sparse_adagrad_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, history = if (!missing(history)) history), list(lr = if (!missing(lr)) lr, epsilon = if (!missing(epsilon)) epsilon, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient), out)
mx.varg.symbol.internal.sparse_adagrad_update <- function(alist) sym_varg("_sparse_adagrad_update", alist)
mx.nd.sparse.adagrad.update <- mx.nd.internal.sparse.adagrad.update
mx.symbol.sparse.adagrad_update <- function(weight, grad, history, ..., lr, epsilon = 1.00000001e-07, wd = 0, rescale_grad = 1, clip_gradient = -1, name = NULL)
  sym_op("_sparse_adagrad_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, history = if (!missing(history)) history), list(...), list(lr = if (!missing(lr)) lr, epsilon = if (!missing(epsilon)) epsilon, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient), name)

mx.nd.internal.sparse.adam.update <- function(weight, grad, mean, var, lr, beta1 = 0.899999976, beta2 = 0.999000013, epsilon = 9.99999994e-09, wd = 0, rescale_grad = 1, clip_gradient = -1, lazy_update = TRUE, out = NULL)
  nd_op("_sparse_adam_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, mean = if (!missing(mean)) mean, var = if (!missing(var)) var), list(lr = if (!missing(lr)) lr, beta1 = if (!missing(beta1)) beta1, beta2 = if (!missing(beta2)) beta2, epsilon = if (!missing(epsilon)) epsilon, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, lazy_update = if (!missing(lazy_update)) lazy_update), out)
mx.varg.symbol.internal.sparse_adam_update <- function(alist) sym_varg("_sparse_adam_update", alist)
mx.nd.sparse.adam.update <- mx.nd.internal.sparse.adam.update
mx.symbol.sparse.adam_update <- function(weight, grad, mean, var, ..., lr, beta1 = 0.899999976, beta2 = 0.999000013, epsilon = 9.99999994e-09, wd = 0, rescale_grad = 1, clip_gradient = -1, lazy_update = TRUE, name = NULL)
  sym_op("_sparse_adam_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, mean = if (!missing(mean)) mean, var = if (!missing(var)) var), list(...), list(lr = if (!missing(lr)) lr, beta1 = if (!missing(beta1)) beta1, beta2 = if (!missing(beta2)) beta2, epsilon = if (!missing(epsilon)) epsilon, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, lazy_update = if (!missing(lazy_update)) lazy_update), name)

mx.nd.internal.sparse.add.n <- function(args, num_args, out = NULL)
  nd_op("_sparse_add_n", list(args = if (!missing(args)) args), list(num_args = if (!missing(num_args)) num_args), out)
mx.varg.symbol.internal.sparse_add_n <- function(alist) sym_varg("_sparse_add_n", alist)
mx.nd.sparse.add.n <- mx.nd.internal.sparse.add.n
mx.symbol.sparse.add_n <- function(..., num_args, name = NULL)
  sym_op("_sparse_add_n", list(), list(...), list(num_args = if (!missing(num_args)) num_args), name)

mx.nd.internal.sparse.arccos <- function(data, out = NULL)
  nd_op("_sparse_arccos", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_arccos <- function(alist) sym_varg("_sparse_arccos", alist)
mx.nd.sparse.arccos <- mx.nd.internal.sparse.arccos
mx.symbol.sparse.arccos <- function(data, ..., name = NULL)
  sym_op("_sparse_arccos", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.arccosh <- function(data, out = NULL)
  nd_op("_sparse_arccosh", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_arccosh <- function(alist) sym_varg("_sparse_arccosh", alist)
mx.nd.sparse.arccosh <- mx.nd.internal.sparse.arccosh
mx.symbol.sparse.arccosh <- function(data, ..., name = NULL)
  sym_op("_sparse_arccosh", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.arcsin <- function(data, out = NULL)
  nd_op("_sparse_arcsin", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_arcsin <- function(alist) sym_varg("_sparse_arcsin", alist)
mx.nd.sparse.arcsin <- mx.nd.internal.sparse.arcsin
mx.symbol.sparse.arcsin <- function(data, ..., name = NULL)
  sym_op("_sparse_arcsin", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.arcsinh <- function(data, out = NULL)
  nd_op("_sparse_arcsinh", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_arcsinh <- function(alist) sym_varg("_sparse_arcsinh", alist)
mx.nd.sparse.arcsinh <- mx.nd.internal.sparse.arcsinh
mx.symbol.sparse.arcsinh <- function(data, ..., name = NULL)
  sym_op("_sparse_arcsinh", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.arctan <- function(data, out = NULL)
  nd_op("_sparse_arctan", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_arctan <- function(alist) sym_varg("_sparse_arctan", alist)
mx.nd.sparse.arctan <- mx.nd.internal.sparse.arctan
mx.symbol.sparse.arctan <- function(data, ..., name = NULL)
  sym_op("_sparse_arctan", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.arctanh <- function(data, out = NULL)
  nd_op("_sparse_arctanh", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_arctanh <- function(alist) sym_varg("_sparse_arctanh", alist)
mx.nd.sparse.arctanh <- mx.nd.internal.sparse.arctanh
mx.symbol.sparse.arctanh <- function(data, ..., name = NULL)
  sym_op("_sparse_arctanh", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.broadcast.add <- function(lhs, rhs, out = NULL)
  nd_op("_sparse_broadcast_add", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.sparse_broadcast_add <- function(alist) sym_varg("_sparse_broadcast_add", alist)
mx.nd.sparse.broadcast.add <- mx.nd.internal.sparse.broadcast.add
mx.symbol.sparse.broadcast_add <- function(lhs, rhs, ..., name = NULL)
  sym_op("_sparse_broadcast_add", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)

mx.nd.internal.sparse.broadcast.div <- function(lhs, rhs, out = NULL)
  nd_op("_sparse_broadcast_div", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.sparse_broadcast_div <- function(alist) sym_varg("_sparse_broadcast_div", alist)
mx.nd.sparse.broadcast.div <- mx.nd.internal.sparse.broadcast.div
mx.symbol.sparse.broadcast_div <- function(lhs, rhs, ..., name = NULL)
  sym_op("_sparse_broadcast_div", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)

mx.nd.internal.sparse.broadcast.minus <- function(lhs, rhs, out = NULL)
  nd_op("_sparse_broadcast_minus", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.sparse_broadcast_minus <- function(alist) sym_varg("_sparse_broadcast_minus", alist)
mx.nd.sparse.broadcast.minus <- mx.nd.internal.sparse.broadcast.minus
mx.symbol.sparse.broadcast_minus <- function(lhs, rhs, ..., name = NULL)
  sym_op("_sparse_broadcast_minus", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)

mx.nd.internal.sparse.broadcast.mul <- function(lhs, rhs, out = NULL)
  nd_op("_sparse_broadcast_mul", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.sparse_broadcast_mul <- function(alist) sym_varg("_sparse_broadcast_mul", alist)
mx.nd.sparse.broadcast.mul <- mx.nd.internal.sparse.broadcast.mul
mx.symbol.sparse.broadcast_mul <- function(lhs, rhs, ..., name = NULL)
  sym_op("_sparse_broadcast_mul", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)

mx.nd.internal.sparse.broadcast.plus <- function(lhs, rhs, out = NULL)
  nd_op("_sparse_broadcast_plus", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.sparse_broadcast_plus <- function(alist) sym_varg("_sparse_broadcast_plus", alist)
mx.nd.sparse.broadcast.plus <- mx.nd.internal.sparse.broadcast.plus
mx.symbol.sparse.broadcast_plus <- function(lhs, rhs, ..., name = NULL)
  sym_op("_sparse_broadcast_plus", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)

mx.nd.internal.sparse.broadcast.sub <- function(lhs, rhs, out = NULL)
  nd_op("_sparse_broadcast_sub", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.sparse_broadcast_sub <- function(alist) sym_varg("_sparse_broadcast_sub", alist)
mx.nd.sparse.broadcast.sub <- mx.nd.internal.sparse.broadcast.sub
mx.symbol.sparse.broadcast_sub <- function(lhs, rhs, ..., name = NULL)
  sym_op("_sparse_broadcast_sub", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)

mx.nd.internal.sparse.cast.storage <- function(data, stype, out = NULL)
  nd_op("_sparse_cast_storage", list(data = if (!missing(data)) data), list(stype = if (!missing(stype)) stype), out)
mx.varg.symbol.internal.sparse_cast_storage <- function(alist) sym_varg("_sparse_cast_storage", alist)
mx.nd.sparse.cast.storage <- mx.nd.internal.sparse.cast.storage
mx.symbol.sparse.cast_storage <- function(data, ..., stype, name = NULL)
  sym_op("_sparse_cast_storage", list(data = if (!missing(data)) data), list(...), list(stype = if (!missing(stype)) stype), name)

mx.nd.internal.sparse.cbrt <- function(data, out = NULL)
  nd_op("_sparse_cbrt", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_cbrt <- function(alist) sym_varg("_sparse_cbrt", alist)
mx.nd.sparse.cbrt <- mx.nd.internal.sparse.cbrt
mx.symbol.sparse.cbrt <- function(data, ..., name = NULL)
  sym_op("_sparse_cbrt", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.ceil <- function(data, out = NULL)
  nd_op("_sparse_ceil", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_ceil <- function(alist) sym_varg("_sparse_ceil", alist)
mx.nd.sparse.ceil <- mx.nd.internal.sparse.ceil
mx.symbol.sparse.ceil <- function(data, ..., name = NULL)
  sym_op("_sparse_ceil", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.clip <- function(data, a_min, a_max, out = NULL)
  nd_op("_sparse_clip", list(data = if (!missing(data)) data), list(a_min = if (!missing(a_min)) a_min, a_max = if (!missing(a_max)) a_max), out)
mx.varg.symbol.internal.sparse_clip <- function(alist) sym_varg("_sparse_clip", alist)
mx.nd.sparse.clip <- mx.nd.internal.sparse.clip
mx.symbol.sparse.clip <- function(data, ..., a_min, a_max, name = NULL)
  sym_op("_sparse_clip", list(data = if (!missing(data)) data), list(...), list(a_min = if (!missing(a_min)) a_min, a_max = if (!missing(a_max)) a_max), name)

mx.nd.internal.sparse.concat <- function(data, num_args, dim = 1, out = NULL)
  nd_op("_sparse_concat", list(data = if (!missing(data)) data), list(num_args = if (!missing(num_args)) num_args, dim = if (!missing(dim)) dim), out)
mx.varg.symbol.internal.sparse_concat <- function(alist) sym_varg("_sparse_concat", alist)
mx.nd.sparse.concat <- mx.nd.internal.sparse.concat
mx.symbol.sparse.concat <- function(..., num_args, dim = 1, name = NULL)
  sym_op("_sparse_concat", list(), list(...), list(num_args = if (!missing(num_args)) num_args, dim = if (!missing(dim)) dim), name)

mx.nd.internal.sparse.cos <- function(data, out = NULL)
  nd_op("_sparse_cos", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_cos <- function(alist) sym_varg("_sparse_cos", alist)
mx.nd.sparse.cos <- mx.nd.internal.sparse.cos
mx.symbol.sparse.cos <- function(data, ..., name = NULL)
  sym_op("_sparse_cos", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.cosh <- function(data, out = NULL)
  nd_op("_sparse_cosh", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_cosh <- function(alist) sym_varg("_sparse_cosh", alist)
mx.nd.sparse.cosh <- mx.nd.internal.sparse.cosh
mx.symbol.sparse.cosh <- function(data, ..., name = NULL)
  sym_op("_sparse_cosh", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.degrees <- function(data, out = NULL)
  nd_op("_sparse_degrees", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_degrees <- function(alist) sym_varg("_sparse_degrees", alist)
mx.nd.sparse.degrees <- mx.nd.internal.sparse.degrees
mx.symbol.sparse.degrees <- function(data, ..., name = NULL)
  sym_op("_sparse_degrees", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.dot <- function(lhs, rhs, transpose_a = FALSE, transpose_b = FALSE, forward_stype = NULL, out = NULL)
  nd_op("_sparse_dot", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(transpose_a = if (!missing(transpose_a)) transpose_a, transpose_b = if (!missing(transpose_b)) transpose_b, forward_stype = if (!missing(forward_stype)) forward_stype), out)
mx.varg.symbol.internal.sparse_dot <- function(alist) sym_varg("_sparse_dot", alist)
mx.nd.sparse.dot <- mx.nd.internal.sparse.dot
mx.symbol.sparse.dot <- function(lhs, rhs, ..., transpose_a = FALSE, transpose_b = FALSE, forward_stype = NULL, name = NULL)
  sym_op("_sparse_dot", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(transpose_a = if (!missing(transpose_a)) transpose_a, transpose_b = if (!missing(transpose_b)) transpose_b, forward_stype = if (!missing(forward_stype)) forward_stype), name)

mx.nd.internal.sparse.elemwise.add <- function(lhs, rhs, out = NULL)
  nd_op("_sparse_elemwise_add", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.sparse_elemwise_add <- function(alist) sym_varg("_sparse_elemwise_add", alist)
mx.nd.sparse.elemwise.add <- mx.nd.internal.sparse.elemwise.add
mx.symbol.sparse.elemwise_add <- function(lhs, rhs, ..., name = NULL)
  sym_op("_sparse_elemwise_add", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)

mx.nd.internal.sparse.elemwise.div <- function(lhs, rhs, out = NULL)
  nd_op("_sparse_elemwise_div", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.sparse_elemwise_div <- function(alist) sym_varg("_sparse_elemwise_div", alist)
mx.nd.sparse.elemwise.div <- mx.nd.internal.sparse.elemwise.div
mx.symbol.sparse.elemwise_div <- function(lhs, rhs, ..., name = NULL)
  sym_op("_sparse_elemwise_div", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)

mx.nd.internal.sparse.elemwise.mul <- function(lhs, rhs, out = NULL)
  nd_op("_sparse_elemwise_mul", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.sparse_elemwise_mul <- function(alist) sym_varg("_sparse_elemwise_mul", alist)
mx.nd.sparse.elemwise.mul <- mx.nd.internal.sparse.elemwise.mul
mx.symbol.sparse.elemwise_mul <- function(lhs, rhs, ..., name = NULL)
  sym_op("_sparse_elemwise_mul", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)

mx.nd.internal.sparse.elemwise.sub <- function(lhs, rhs, out = NULL)
  nd_op("_sparse_elemwise_sub", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.sparse_elemwise_sub <- function(alist) sym_varg("_sparse_elemwise_sub", alist)
mx.nd.sparse.elemwise.sub <- mx.nd.internal.sparse.elemwise.sub
mx.symbol.sparse.elemwise_sub <- function(lhs, rhs, ..., name = NULL)
  sym_op("_sparse_elemwise_sub", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)

mx.nd.internal.sparse.exp <- function(data, out = NULL)
  nd_op("_sparse_exp", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_exp <- function(alist) sym_varg("_sparse_exp", alist)
mx.nd.sparse.exp <- mx.nd.internal.sparse.exp
mx.symbol.sparse.exp <- function(data, ..., name = NULL)
  sym_op("_sparse_exp", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.expm1 <- function(data, out = NULL)
  nd_op("_sparse_expm1", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_expm1 <- function(alist) sym_varg("_sparse_expm1", alist)
mx.nd.sparse.expm1 <- mx.nd.internal.sparse.expm1
mx.symbol.sparse.expm1 <- function(data, ..., name = NULL)
  sym_op("_sparse_expm1", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.fix <- function(data, out = NULL)
  nd_op("_sparse_fix", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_fix <- function(alist) sym_varg("_sparse_fix", alist)
mx.nd.sparse.fix <- mx.nd.internal.sparse.fix
mx.symbol.sparse.fix <- function(data, ..., name = NULL)
  sym_op("_sparse_fix", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.floor <- function(data, out = NULL)
  nd_op("_sparse_floor", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_floor <- function(alist) sym_varg("_sparse_floor", alist)
mx.nd.sparse.floor <- mx.nd.internal.sparse.floor
mx.symbol.sparse.floor <- function(data, ..., name = NULL)
  sym_op("_sparse_floor", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.ftrl.update <- function(weight, grad, z, n, lr, lamda1 = 0.00999999978, beta = 1, wd = 0, rescale_grad = 1, clip_gradient = -1, out = NULL)
  nd_op("_sparse_ftrl_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, z = if (!missing(z)) z, n = if (!missing(n)) n), list(lr = if (!missing(lr)) lr, lamda1 = if (!missing(lamda1)) lamda1, beta = if (!missing(beta)) beta, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient), out)
mx.varg.symbol.internal.sparse_ftrl_update <- function(alist) sym_varg("_sparse_ftrl_update", alist)
mx.nd.sparse.ftrl.update <- mx.nd.internal.sparse.ftrl.update
mx.symbol.sparse.ftrl_update <- function(weight, grad, z, n, ..., lr, lamda1 = 0.00999999978, beta = 1, wd = 0, rescale_grad = 1, clip_gradient = -1, name = NULL)
  sym_op("_sparse_ftrl_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, z = if (!missing(z)) z, n = if (!missing(n)) n), list(...), list(lr = if (!missing(lr)) lr, lamda1 = if (!missing(lamda1)) lamda1, beta = if (!missing(beta)) beta, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient), name)

mx.nd.internal.sparse.gamma <- function(data, out = NULL)
  nd_op("_sparse_gamma", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_gamma <- function(alist) sym_varg("_sparse_gamma", alist)
mx.nd.sparse.gamma <- mx.nd.internal.sparse.gamma
mx.symbol.sparse.gamma <- function(data, ..., name = NULL)
  sym_op("_sparse_gamma", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.gammaln <- function(data, out = NULL)
  nd_op("_sparse_gammaln", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_gammaln <- function(alist) sym_varg("_sparse_gammaln", alist)
mx.nd.sparse.gammaln <- mx.nd.internal.sparse.gammaln
mx.symbol.sparse.gammaln <- function(data, ..., name = NULL)
  sym_op("_sparse_gammaln", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.log <- function(data, out = NULL)
  nd_op("_sparse_log", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_log <- function(alist) sym_varg("_sparse_log", alist)
mx.nd.sparse.log <- mx.nd.internal.sparse.log
mx.symbol.sparse.log <- function(data, ..., name = NULL)
  sym_op("_sparse_log", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.log10 <- function(data, out = NULL)
  nd_op("_sparse_log10", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_log10 <- function(alist) sym_varg("_sparse_log10", alist)
mx.nd.sparse.log10 <- mx.nd.internal.sparse.log10
mx.symbol.sparse.log10 <- function(data, ..., name = NULL)
  sym_op("_sparse_log10", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.log1p <- function(data, out = NULL)
  nd_op("_sparse_log1p", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_log1p <- function(alist) sym_varg("_sparse_log1p", alist)
mx.nd.sparse.log1p <- mx.nd.internal.sparse.log1p
mx.symbol.sparse.log1p <- function(data, ..., name = NULL)
  sym_op("_sparse_log1p", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.log2 <- function(data, out = NULL)
  nd_op("_sparse_log2", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_log2 <- function(alist) sym_varg("_sparse_log2", alist)
mx.nd.sparse.log2 <- mx.nd.internal.sparse.log2
mx.symbol.sparse.log2 <- function(data, ..., name = NULL)
  sym_op("_sparse_log2", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.make.loss <- function(data, out = NULL)
  nd_op("_sparse_make_loss", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_make_loss <- function(alist) sym_varg("_sparse_make_loss", alist)
mx.nd.sparse.make.loss <- mx.nd.internal.sparse.make.loss
mx.symbol.sparse.make_loss <- function(data, ..., name = NULL)
  sym_op("_sparse_make_loss", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.mean <- function(data, axis = NULL, keepdims = FALSE, exclude = FALSE, out = NULL)
  nd_op("_sparse_mean", list(data = if (!missing(data)) data), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims, exclude = if (!missing(exclude)) exclude), out)
mx.varg.symbol.internal.sparse_mean <- function(alist) sym_varg("_sparse_mean", alist)
mx.nd.sparse.mean <- mx.nd.internal.sparse.mean
mx.symbol.sparse.mean <- function(data, ..., axis = NULL, keepdims = FALSE, exclude = FALSE, name = NULL)
  sym_op("_sparse_mean", list(data = if (!missing(data)) data), list(...), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims, exclude = if (!missing(exclude)) exclude), name)

mx.nd.internal.sparse.negative <- function(data, out = NULL)
  nd_op("_sparse_negative", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_negative <- function(alist) sym_varg("_sparse_negative", alist)
mx.nd.sparse.negative <- mx.nd.internal.sparse.negative
mx.symbol.sparse.negative <- function(data, ..., name = NULL)
  sym_op("_sparse_negative", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.norm <- function(data, ord = 2, axis = NULL, out_dtype = NULL, keepdims = FALSE, out = NULL)
  nd_op("_sparse_norm", list(data = if (!missing(data)) data), list(ord = if (!missing(ord)) ord, axis = if (!missing(axis)) axis, out_dtype = if (!missing(out_dtype)) out_dtype, keepdims = if (!missing(keepdims)) keepdims), out)
mx.varg.symbol.internal.sparse_norm <- function(alist) sym_varg("_sparse_norm", alist)
mx.nd.sparse.norm <- mx.nd.internal.sparse.norm
mx.symbol.sparse.norm <- function(data, ..., ord = 2, axis = NULL, out_dtype = NULL, keepdims = FALSE, name = NULL)
  sym_op("_sparse_norm", list(data = if (!missing(data)) data), list(...), list(ord = if (!missing(ord)) ord, axis = if (!missing(axis)) axis, out_dtype = if (!missing(out_dtype)) out_dtype, keepdims = if (!missing(keepdims)) keepdims), name)

mx.nd.internal.sparse.radians <- function(data, out = NULL)
  nd_op("_sparse_radians", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_radians <- function(alist) sym_varg("_sparse_radians", alist)
mx.nd.sparse.radians <- mx.nd.internal.sparse.radians
mx.symbol.sparse.radians <- function(data, ..., name = NULL)
  sym_op("_sparse_radians", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.relu <- function(data, out = NULL)
  nd_op("_sparse_relu", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_relu <- function(alist) sym_varg("_sparse_relu", alist)
mx.nd.sparse.relu <- mx.nd.internal.sparse.relu
mx.symbol.sparse.relu <- function(data, ..., name = NULL)
  sym_op("_sparse_relu", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.retain <- function(data, indices, out = NULL)
  nd_op("_sparse_retain", list(data = if (!missing(data)) data, indices = if (!missing(indices)) indices), list(), out)
mx.varg.symbol.internal.sparse_retain <- function(alist) sym_varg("_sparse_retain", alist)
mx.nd.sparse.retain <- mx.nd.internal.sparse.retain
mx.symbol.sparse.retain <- function(data, indices, ..., name = NULL)
  sym_op("_sparse_retain", list(data = if (!missing(data)) data, indices = if (!missing(indices)) indices), list(...), list(), name)

mx.nd.internal.sparse.rint <- function(data, out = NULL)
  nd_op("_sparse_rint", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_rint <- function(alist) sym_varg("_sparse_rint", alist)
mx.nd.sparse.rint <- mx.nd.internal.sparse.rint
mx.symbol.sparse.rint <- function(data, ..., name = NULL)
  sym_op("_sparse_rint", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.round <- function(data, out = NULL)
  nd_op("_sparse_round", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_round <- function(alist) sym_varg("_sparse_round", alist)
mx.nd.sparse.round <- mx.nd.internal.sparse.round
mx.symbol.sparse.round <- function(data, ..., name = NULL)
  sym_op("_sparse_round", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.rsqrt <- function(data, out = NULL)
  nd_op("_sparse_rsqrt", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_rsqrt <- function(alist) sym_varg("_sparse_rsqrt", alist)
mx.nd.sparse.rsqrt <- mx.nd.internal.sparse.rsqrt
mx.symbol.sparse.rsqrt <- function(data, ..., name = NULL)
  sym_op("_sparse_rsqrt", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.sgd.mom.update <- function(weight, grad, mom, lr, momentum = 0, wd = 0, rescale_grad = 1, clip_gradient = -1, lazy_update = TRUE, out = NULL)
  nd_op("_sparse_sgd_mom_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, mom = if (!missing(mom)) mom), list(lr = if (!missing(lr)) lr, momentum = if (!missing(momentum)) momentum, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, lazy_update = if (!missing(lazy_update)) lazy_update), out)
mx.varg.symbol.internal.sparse_sgd_mom_update <- function(alist) sym_varg("_sparse_sgd_mom_update", alist)
mx.nd.sparse.sgd.mom.update <- mx.nd.internal.sparse.sgd.mom.update
mx.symbol.sparse.sgd_mom_update <- function(weight, grad, mom, ..., lr, momentum = 0, wd = 0, rescale_grad = 1, clip_gradient = -1, lazy_update = TRUE, name = NULL)
  sym_op("_sparse_sgd_mom_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, mom = if (!missing(mom)) mom), list(...), list(lr = if (!missing(lr)) lr, momentum = if (!missing(momentum)) momentum, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, lazy_update = if (!missing(lazy_update)) lazy_update), name)

mx.nd.internal.sparse.sgd.update <- function(weight, grad, lr, wd = 0, rescale_grad = 1, clip_gradient = -1, lazy_update = TRUE, out = NULL)
  nd_op("_sparse_sgd_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad), list(lr = if (!missing(lr)) lr, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, lazy_update = if (!missing(lazy_update)) lazy_update), out)
mx.varg.symbol.internal.sparse_sgd_update <- function(alist) sym_varg("_sparse_sgd_update", alist)
mx.nd.sparse.sgd.update <- mx.nd.internal.sparse.sgd.update
mx.symbol.sparse.sgd_update <- function(weight, grad, ..., lr, wd = 0, rescale_grad = 1, clip_gradient = -1, lazy_update = TRUE, name = NULL)
  sym_op("_sparse_sgd_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad), list(...), list(lr = if (!missing(lr)) lr, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, lazy_update = if (!missing(lazy_update)) lazy_update), name)

mx.nd.internal.sparse.sigmoid <- function(data, out = NULL)
  nd_op("_sparse_sigmoid", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_sigmoid <- function(alist) sym_varg("_sparse_sigmoid", alist)
mx.nd.sparse.sigmoid <- mx.nd.internal.sparse.sigmoid
mx.symbol.sparse.sigmoid <- function(data, ..., name = NULL)
  sym_op("_sparse_sigmoid", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.sign <- function(data, out = NULL)
  nd_op("_sparse_sign", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_sign <- function(alist) sym_varg("_sparse_sign", alist)
mx.nd.sparse.sign <- mx.nd.internal.sparse.sign
mx.symbol.sparse.sign <- function(data, ..., name = NULL)
  sym_op("_sparse_sign", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.sin <- function(data, out = NULL)
  nd_op("_sparse_sin", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_sin <- function(alist) sym_varg("_sparse_sin", alist)
mx.nd.sparse.sin <- mx.nd.internal.sparse.sin
mx.symbol.sparse.sin <- function(data, ..., name = NULL)
  sym_op("_sparse_sin", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.sinh <- function(data, out = NULL)
  nd_op("_sparse_sinh", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_sinh <- function(alist) sym_varg("_sparse_sinh", alist)
mx.nd.sparse.sinh <- mx.nd.internal.sparse.sinh
mx.symbol.sparse.sinh <- function(data, ..., name = NULL)
  sym_op("_sparse_sinh", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.slice <- function(data, begin, end, step = NULL, out = NULL)
  nd_op("_sparse_slice", list(data = if (!missing(data)) data), list(begin = if (!missing(begin)) begin, end = if (!missing(end)) end, step = if (!missing(step)) step), out)
mx.varg.symbol.internal.sparse_slice <- function(alist) sym_varg("_sparse_slice", alist)
mx.nd.sparse.slice <- mx.nd.internal.sparse.slice
mx.symbol.sparse.slice <- function(data, ..., begin, end, step = NULL, name = NULL)
  sym_op("_sparse_slice", list(data = if (!missing(data)) data), list(...), list(begin = if (!missing(begin)) begin, end = if (!missing(end)) end, step = if (!missing(step)) step), name)

mx.nd.internal.sparse.sqrt <- function(data, out = NULL)
  nd_op("_sparse_sqrt", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_sqrt <- function(alist) sym_varg("_sparse_sqrt", alist)
mx.nd.sparse.sqrt <- mx.nd.internal.sparse.sqrt
mx.symbol.sparse.sqrt <- function(data, ..., name = NULL)
  sym_op("_sparse_sqrt", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.square <- function(data, out = NULL)
  nd_op("_sparse_square", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_square <- function(alist) sym_varg("_sparse_square", alist)
mx.nd.sparse.square <- mx.nd.internal.sparse.square
mx.symbol.sparse.square <- function(data, ..., name = NULL)
  sym_op("_sparse_square", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.stop.gradient <- function(data, out = NULL)
  nd_op("_sparse_stop_gradient", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_stop_gradient <- function(alist) sym_varg("_sparse_stop_gradient", alist)
mx.nd.sparse.stop.gradient <- mx.nd.internal.sparse.stop.gradient
mx.symbol.sparse.stop_gradient <- function(data, ..., name = NULL)
  sym_op("_sparse_stop_gradient", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.sum <- function(data, axis = NULL, keepdims = FALSE, exclude = FALSE, out = NULL)
  nd_op("_sparse_sum", list(data = if (!missing(data)) data), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims, exclude = if (!missing(exclude)) exclude), out)
mx.varg.symbol.internal.sparse_sum <- function(alist) sym_varg("_sparse_sum", alist)
mx.nd.sparse.sum <- mx.nd.internal.sparse.sum
mx.symbol.sparse.sum <- function(data, ..., axis = NULL, keepdims = FALSE, exclude = FALSE, name = NULL)
  sym_op("_sparse_sum", list(data = if (!missing(data)) data), list(...), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims, exclude = if (!missing(exclude)) exclude), name)

mx.nd.internal.sparse.tan <- function(data, out = NULL)
  nd_op("_sparse_tan", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_tan <- function(alist) sym_varg("_sparse_tan", alist)
mx.nd.sparse.tan <- mx.nd.internal.sparse.tan
mx.symbol.sparse.tan <- function(data, ..., name = NULL)
  sym_op("_sparse_tan", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.tanh <- function(data, out = NULL)
  nd_op("_sparse_tanh", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_tanh <- function(alist) sym_varg("_sparse_tanh", alist)
mx.nd.sparse.tanh <- mx.nd.internal.sparse.tanh
mx.symbol.sparse.tanh <- function(data, ..., name = NULL)
  sym_op("_sparse_tanh", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.trunc <- function(data, out = NULL)
  nd_op("_sparse_trunc", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_trunc <- function(alist) sym_varg("_sparse_trunc", alist)
mx.nd.sparse.trunc <- mx.nd.internal.sparse.trunc
mx.symbol.sparse.trunc <- function(data, ..., name = NULL)
  sym_op("_sparse_trunc", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.sparse.where <- function(condition, x, y, out = NULL)
  nd_op("_sparse_where", list(condition = if (!missing(condition)) condition, x = if (!missing(x)) x, y = if (!missing(y)) y), list(), out)
mx.varg.symbol.internal.sparse_where <- function(alist) sym_varg("_sparse_where", alist)
mx.nd.sparse.where <- mx.nd.internal.sparse.where
mx.symbol.sparse.where <- function(condition, x, y, ..., name = NULL)
  sym_op("_sparse_where", list(condition = if (!missing(condition)) condition, x = if (!missing(x)) x, y = if (!missing(y)) y), list(...), list(), name)

mx.nd.internal.sparse.zeros.like <- function(data, out = NULL)
  nd_op("_sparse_zeros_like", list(data = if (!missing(data)) data), list(), out)
mx.varg.symbol.internal.sparse_zeros_like <- function(alist) sym_varg("_sparse_zeros_like", alist)
mx.nd.sparse.zeros.like <- mx.nd.internal.sparse.zeros.like
mx.symbol.sparse.zeros_like <- function(data, ..., name = NULL)
  sym_op("_sparse_zeros_like", list(data = if (!missing(data)) data), list(...), list(), name)

mx.nd.internal.split.v2 <- function(data, indices, axis = 1, squeeze_axis = FALSE, sections = 0, out = NULL)
  nd_op("_split_v2", list(data = if (!missing(data)) data), list(indices = if (!missing(indices)) indices, axis = if (!missing(axis)) axis, squeeze_axis = if (!missing(squeeze_axis)) squeeze_axis, sections = if (!missing(sections)) sections), out)
mx.varg.symbol.internal.split_v2 <- function(alist) sym_varg("_split_v2", alist)

mx.nd.internal.square.sum <- function(data, axis = NULL, keepdims = FALSE, exclude = FALSE, out = NULL)
  nd_op("_square_sum", list(data = if (!missing(data)) data), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims, exclude = if (!missing(exclude)) exclude), out)
mx.varg.symbol.internal.square_sum <- function(alist) sym_varg("_square_sum", alist)

mx.nd.internal.sub <- function(lhs, rhs, out = NULL)
  nd_op("_sub", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.varg.symbol.internal.sub <- function(alist) sym_varg("_sub", alist)

mx.nd.internal.unravel.index <- function(data, shape = NULL, out = NULL)
  nd_op("_unravel_index", list(data = if (!missing(data)) data), list(shape = if (!missing(shape)) shape), out)
mx.varg.symbol.internal.unravel_index <- function(alist) sym_varg("_unravel_index", alist)

mx.nd.internal.zeros <- function(shape = NULL, ctx = "", dtype = "float32", out = NULL)
  nd_op("_zeros", list(), list(shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), out)
mx.varg.symbol.internal.zeros <- function(alist) sym_varg("_zeros", alist)

mx.nd.internal.zeros.without.dtype <- function(shape = NULL, ctx = "", dtype = -1, out = NULL)
  nd_op("_zeros_without_dtype", list(), list(shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), out)
mx.varg.symbol.internal.zeros_without_dtype <- function(alist) sym_varg("_zeros_without_dtype", alist)

mx.nd.abs <- function(data, out = NULL)
  nd_op("abs", list(data = if (!missing(data)) data), list(), out)
mx.symbol.abs <- function(data, ..., name = NULL)
  sym_op("abs", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.abs <- function(alist) sym_varg("abs", alist)

mx.nd.adam.update <- function(weight, grad, mean, var, lr, beta1 = 0.899999976, beta2 = 0.999000013, epsilon = 9.99999994e-09, wd = 0, rescale_grad = 1, clip_gradient = -1, lazy_update = TRUE, out = NULL)
  nd_op("adam_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, mean = if (!missing(mean)) mean, var = if (!missing(var)) var), list(lr = if (!missing(lr)) lr, beta1 = if (!missing(beta1)) beta1, beta2 = if (!missing(beta2)) beta2, epsilon = if (!missing(epsilon)) epsilon, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, lazy_update = if (!missing(lazy_update)) lazy_update), out)
mx.symbol.adam_update <- function(weight, grad, mean, var, ..., lr, beta1 = 0.899999976, beta2 = 0.999000013, epsilon = 9.99999994e-09, wd = 0, rescale_grad = 1, clip_gradient = -1, lazy_update = TRUE, name = NULL)
  sym_op("adam_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, mean = if (!missing(mean)) mean, var = if (!missing(var)) var), list(...), list(lr = if (!missing(lr)) lr, beta1 = if (!missing(beta1)) beta1, beta2 = if (!missing(beta2)) beta2, epsilon = if (!missing(epsilon)) epsilon, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, lazy_update = if (!missing(lazy_update)) lazy_update), name)
mx.varg.symbol.adam_update <- function(alist) sym_varg("adam_update", alist)

mx.nd.add.n <- function(args, num_args, out = NULL)
  nd_op("add_n", list(args = if (!missing(args)) args), list(num_args = if (!missing(num_args)) num_args), out)
mx.symbol.add_n <- function(..., num_args, name = NULL)
  sym_op("add_n", list(), list(...), list(num_args = if (!missing(num_args)) num_args), name)
mx.varg.symbol.add_n <- function(alist) sym_varg("add_n", alist)

mx.nd.all.finite <- function(data, init_output = TRUE, out = NULL)
  nd_op("all_finite", list(data = if (!missing(data)) data), list(init_output = if (!missing(init_output)) init_output), out)
mx.symbol.all_finite <- function(data, ..., init_output = TRUE, name = NULL)
  sym_op("all_finite", list(data = if (!missing(data)) data), list(...), list(init_output = if (!missing(init_output)) init_output), name)
mx.varg.symbol.all_finite <- function(alist) sym_varg("all_finite", alist)

mx.nd.amp.cast <- function(data, dtype, out = NULL)
  nd_op("amp_cast", list(data = if (!missing(data)) data), list(dtype = if (!missing(dtype)) dtype), out)
mx.symbol.amp_cast <- function(data, ..., dtype, name = NULL)
  sym_op("amp_cast", list(data = if (!missing(data)) data), list(...), list(dtype = if (!missing(dtype)) dtype), name)
mx.varg.symbol.amp_cast <- function(alist) sym_varg("amp_cast", alist)

mx.nd.amp.multicast <- function(data, num_outputs, cast_narrow = FALSE, out = NULL)
  nd_op("amp_multicast", list(data = if (!missing(data)) data), list(num_outputs = if (!missing(num_outputs)) num_outputs, cast_narrow = if (!missing(cast_narrow)) cast_narrow), out)
mx.symbol.amp_multicast <- function(..., num_outputs, cast_narrow = FALSE, name = NULL)
  sym_op("amp_multicast", list(), list(...), list(num_outputs = if (!missing(num_outputs)) num_outputs, cast_narrow = if (!missing(cast_narrow)) cast_narrow), name)
mx.varg.symbol.amp_multicast <- function(alist) sym_varg("amp_multicast", alist)

mx.nd.arccos <- function(data, out = NULL)
  nd_op("arccos", list(data = if (!missing(data)) data), list(), out)
mx.symbol.arccos <- function(data, ..., name = NULL)
  sym_op("arccos", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.arccos <- function(alist) sym_varg("arccos", alist)

mx.nd.arccosh <- function(data, out = NULL)
  nd_op("arccosh", list(data = if (!missing(data)) data), list(), out)
mx.symbol.arccosh <- function(data, ..., name = NULL)
  sym_op("arccosh", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.arccosh <- function(alist) sym_varg("arccosh", alist)

mx.nd.arcsin <- function(data, out = NULL)
  nd_op("arcsin", list(data = if (!missing(data)) data), list(), out)
mx.symbol.arcsin <- function(data, ..., name = NULL)
  sym_op("arcsin", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.arcsin <- function(alist) sym_varg("arcsin", alist)

mx.nd.arcsinh <- function(data, out = NULL)
  nd_op("arcsinh", list(data = if (!missing(data)) data), list(), out)
mx.symbol.arcsinh <- function(data, ..., name = NULL)
  sym_op("arcsinh", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.arcsinh <- function(alist) sym_varg("arcsinh", alist)

mx.nd.arctan <- function(data, out = NULL)
  nd_op("arctan", list(data = if (!missing(data)) data), list(), out)
mx.symbol.arctan <- function(data, ..., name = NULL)
  sym_op("arctan", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.arctan <- function(alist) sym_varg("arctan", alist)

mx.nd.arctanh <- function(data, out = NULL)
  nd_op("arctanh", list(data = if (!missing(data)) data), list(), out)
mx.symbol.arctanh <- function(data, ..., name = NULL)
  sym_op("arctanh", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.arctanh <- function(alist) sym_varg("arctanh", alist)

mx.nd.argmax <- function(data, axis = NULL, keepdims = FALSE, out = NULL)
  nd_op("argmax", list(data = if (!missing(data)) data), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims), out)
mx.symbol.argmax <- function(data, ..., axis = NULL, keepdims = FALSE, name = NULL)
  sym_op("argmax", list(data = if (!missing(data)) data), list(...), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims), name)
mx.varg.symbol.argmax <- function(alist) sym_varg("argmax", alist)

mx.nd.argmax.channel <- function(data, out = NULL)
  nd_op("argmax_channel", list(data = if (!missing(data)) data), list(), out)
mx.symbol.argmax_channel <- function(data, ..., name = NULL)
  sym_op("argmax_channel", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.argmax_channel <- function(alist) sym_varg("argmax_channel", alist)

mx.nd.argmin <- function(data, axis = NULL, keepdims = FALSE, out = NULL)
  nd_op("argmin", list(data = if (!missing(data)) data), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims), out)
mx.symbol.argmin <- function(data, ..., axis = NULL, keepdims = FALSE, name = NULL)
  sym_op("argmin", list(data = if (!missing(data)) data), list(...), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims), name)
mx.varg.symbol.argmin <- function(alist) sym_varg("argmin", alist)

mx.nd.argsort <- function(data, axis = -1, is_ascend = TRUE, dtype = "float32", out = NULL)
  nd_op("argsort", list(data = if (!missing(data)) data), list(axis = if (!missing(axis)) axis, is_ascend = if (!missing(is_ascend)) is_ascend, dtype = if (!missing(dtype)) dtype), out)
mx.symbol.argsort <- function(data, ..., axis = -1, is_ascend = TRUE, dtype = "float32", name = NULL)
  sym_op("argsort", list(data = if (!missing(data)) data), list(...), list(axis = if (!missing(axis)) axis, is_ascend = if (!missing(is_ascend)) is_ascend, dtype = if (!missing(dtype)) dtype), name)
mx.varg.symbol.argsort <- function(alist) sym_varg("argsort", alist)

mx.nd.batch.dot <- function(lhs, rhs, transpose_a = FALSE, transpose_b = FALSE, forward_stype = NULL, out = NULL)
  nd_op("batch_dot", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(transpose_a = if (!missing(transpose_a)) transpose_a, transpose_b = if (!missing(transpose_b)) transpose_b, forward_stype = if (!missing(forward_stype)) forward_stype), out)
mx.symbol.batch_dot <- function(lhs, rhs, ..., transpose_a = FALSE, transpose_b = FALSE, forward_stype = NULL, name = NULL)
  sym_op("batch_dot", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(transpose_a = if (!missing(transpose_a)) transpose_a, transpose_b = if (!missing(transpose_b)) transpose_b, forward_stype = if (!missing(forward_stype)) forward_stype), name)
mx.varg.symbol.batch_dot <- function(alist) sym_varg("batch_dot", alist)

mx.nd.batch.take <- function(a, indices, out = NULL)
  nd_op("batch_take", list(a = if (!missing(a)) a, indices = if (!missing(indices)) indices), list(), out)
mx.symbol.batch_take <- function(a, indices, ..., name = NULL)
  sym_op("batch_take", list(a = if (!missing(a)) a, indices = if (!missing(indices)) indices), list(...), list(), name)
mx.varg.symbol.batch_take <- function(alist) sym_varg("batch_take", alist)

mx.nd.broadcast.add <- function(lhs, rhs, out = NULL)
  nd_op("broadcast_add", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.symbol.broadcast_add <- function(lhs, rhs, ..., name = NULL)
  sym_op("broadcast_add", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)
mx.varg.symbol.broadcast_add <- function(alist) sym_varg("broadcast_add", alist)

mx.nd.broadcast.axes <- function(data, axis = NULL, size = NULL, out = NULL)
  nd_op("broadcast_axes", list(data = if (!missing(data)) data), list(axis = if (!missing(axis)) axis, size = if (!missing(size)) size), out)
mx.symbol.broadcast_axes <- function(data, ..., axis = NULL, size = NULL, name = NULL)
  sym_op("broadcast_axes", list(data = if (!missing(data)) data), list(...), list(axis = if (!missing(axis)) axis, size = if (!missing(size)) size), name)
mx.varg.symbol.broadcast_axes <- function(alist) sym_varg("broadcast_axes", alist)

mx.nd.broadcast.axis <- function(data, axis = NULL, size = NULL, out = NULL)
  nd_op("broadcast_axis", list(data = if (!missing(data)) data), list(axis = if (!missing(axis)) axis, size = if (!missing(size)) size), out)
mx.symbol.broadcast_axis <- function(data, ..., axis = NULL, size = NULL, name = NULL)
  sym_op("broadcast_axis", list(data = if (!missing(data)) data), list(...), list(axis = if (!missing(axis)) axis, size = if (!missing(size)) size), name)
mx.varg.symbol.broadcast_axis <- function(alist) sym_varg("broadcast_axis", alist)

mx.nd.broadcast.div <- function(lhs, rhs, out = NULL)
  nd_op("broadcast_div", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.symbol.broadcast_div <- function(lhs, rhs, ..., name = NULL)
  sym_op("broadcast_div", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)
mx.varg.symbol.broadcast_div <- function(alist) sym_varg("broadcast_div", alist)

mx.nd.broadcast.equal <- function(lhs, rhs, out = NULL)
  nd_op("broadcast_equal", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.symbol.broadcast_equal <- function(lhs, rhs, ..., name = NULL)
  sym_op("broadcast_equal", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)
mx.varg.symbol.broadcast_equal <- function(alist) sym_varg("broadcast_equal", alist)

mx.nd.broadcast.greater <- function(lhs, rhs, out = NULL)
  nd_op("broadcast_greater", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.symbol.broadcast_greater <- function(lhs, rhs, ..., name = NULL)
  sym_op("broadcast_greater", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)
mx.varg.symbol.broadcast_greater <- function(alist) sym_varg("broadcast_greater", alist)

mx.nd.broadcast.greater.equal <- function(lhs, rhs, out = NULL)
  nd_op("broadcast_greater_equal", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.symbol.broadcast_greater_equal <- function(lhs, rhs, ..., name = NULL)
  sym_op("broadcast_greater_equal", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)
mx.varg.symbol.broadcast_greater_equal <- function(alist) sym_varg("broadcast_greater_equal", alist)

mx.nd.broadcast.hypot <- function(lhs, rhs, out = NULL)
  nd_op("broadcast_hypot", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.symbol.broadcast_hypot <- function(lhs, rhs, ..., name = NULL)
  sym_op("broadcast_hypot", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)
mx.varg.symbol.broadcast_hypot <- function(alist) sym_varg("broadcast_hypot", alist)

mx.nd.broadcast.lesser <- function(lhs, rhs, out = NULL)
  nd_op("broadcast_lesser", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.symbol.broadcast_lesser <- function(lhs, rhs, ..., name = NULL)
  sym_op("broadcast_lesser", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)
mx.varg.symbol.broadcast_lesser <- function(alist) sym_varg("broadcast_lesser", alist)

mx.nd.broadcast.lesser.equal <- function(lhs, rhs, out = NULL)
  nd_op("broadcast_lesser_equal", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.symbol.broadcast_lesser_equal <- function(lhs, rhs, ..., name = NULL)
  sym_op("broadcast_lesser_equal", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)
mx.varg.symbol.broadcast_lesser_equal <- function(alist) sym_varg("broadcast_lesser_equal", alist)

mx.nd.broadcast.like <- function(lhs, rhs, lhs_axes = NULL, rhs_axes = NULL, out = NULL)
  nd_op("broadcast_like", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(lhs_axes = if (!missing(lhs_axes)) lhs_axes, rhs_axes = if (!missing(rhs_axes)) rhs_axes), out)
mx.symbol.broadcast_like <- function(lhs, rhs, ..., lhs_axes = NULL, rhs_axes = NULL, name = NULL)
  sym_op("broadcast_like", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(lhs_axes = if (!missing(lhs_axes)) lhs_axes, rhs_axes = if (!missing(rhs_axes)) rhs_axes), name)
mx.varg.symbol.broadcast_like <- function(alist) sym_varg("broadcast_like", alist)

mx.nd.broadcast.logical.and <- function(lhs, rhs, out = NULL)
  nd_op("broadcast_logical_and", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.symbol.broadcast_logical_and <- function(lhs, rhs, ..., name = NULL)
  sym_op("broadcast_logical_and", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)
mx.varg.symbol.broadcast_logical_and <- function(alist) sym_varg("broadcast_logical_and", alist)

mx.nd.broadcast.logical.or <- function(lhs, rhs, out = NULL)
  nd_op("broadcast_logical_or", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.symbol.broadcast_logical_or <- function(lhs, rhs, ..., name = NULL)
  sym_op("broadcast_logical_or", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)
mx.varg.symbol.broadcast_logical_or <- function(alist) sym_varg("broadcast_logical_or", alist)

mx.nd.broadcast.logical.xor <- function(lhs, rhs, out = NULL)
  nd_op("broadcast_logical_xor", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.symbol.broadcast_logical_xor <- function(lhs, rhs, ..., name = NULL)
  sym_op("broadcast_logical_xor", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)
mx.varg.symbol.broadcast_logical_xor <- function(alist) sym_varg("broadcast_logical_xor", alist)

mx.nd.broadcast.maximum <- function(lhs, rhs, out = NULL)
  nd_op("broadcast_maximum", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.symbol.broadcast_maximum <- function(lhs, rhs, ..., name = NULL)
  sym_op("broadcast_maximum", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)
mx.varg.symbol.broadcast_maximum <- function(alist) sym_varg("broadcast_maximum", alist)

mx.nd.broadcast.minimum <- function(lhs, rhs, out = NULL)
  nd_op("broadcast_minimum", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.symbol.broadcast_minimum <- function(lhs, rhs, ..., name = NULL)
  sym_op("broadcast_minimum", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)
mx.varg.symbol.broadcast_minimum <- function(alist) sym_varg("broadcast_minimum", alist)

mx.nd.broadcast.minus <- function(lhs, rhs, out = NULL)
  nd_op("broadcast_minus", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.symbol.broadcast_minus <- function(lhs, rhs, ..., name = NULL)
  sym_op("broadcast_minus", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)
mx.varg.symbol.broadcast_minus <- function(alist) sym_varg("broadcast_minus", alist)

mx.nd.broadcast.mod <- function(lhs, rhs, out = NULL)
  nd_op("broadcast_mod", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.symbol.broadcast_mod <- function(lhs, rhs, ..., name = NULL)
  sym_op("broadcast_mod", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)
mx.varg.symbol.broadcast_mod <- function(alist) sym_varg("broadcast_mod", alist)

mx.nd.broadcast.mul <- function(lhs, rhs, out = NULL)
  nd_op("broadcast_mul", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.symbol.broadcast_mul <- function(lhs, rhs, ..., name = NULL)
  sym_op("broadcast_mul", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)
mx.varg.symbol.broadcast_mul <- function(alist) sym_varg("broadcast_mul", alist)

mx.nd.broadcast.not.equal <- function(lhs, rhs, out = NULL)
  nd_op("broadcast_not_equal", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.symbol.broadcast_not_equal <- function(lhs, rhs, ..., name = NULL)
  sym_op("broadcast_not_equal", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)
mx.varg.symbol.broadcast_not_equal <- function(alist) sym_varg("broadcast_not_equal", alist)

mx.nd.broadcast.plus <- function(lhs, rhs, out = NULL)
  nd_op("broadcast_plus", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.symbol.broadcast_plus <- function(lhs, rhs, ..., name = NULL)
  sym_op("broadcast_plus", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)
mx.varg.symbol.broadcast_plus <- function(alist) sym_varg("broadcast_plus", alist)

mx.nd.broadcast.power <- function(lhs, rhs, out = NULL)
  nd_op("broadcast_power", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.symbol.broadcast_power <- function(lhs, rhs, ..., name = NULL)
  sym_op("broadcast_power", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)
mx.varg.symbol.broadcast_power <- function(alist) sym_varg("broadcast_power", alist)

mx.nd.broadcast.sub <- function(lhs, rhs, out = NULL)
  nd_op("broadcast_sub", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.symbol.broadcast_sub <- function(lhs, rhs, ..., name = NULL)
  sym_op("broadcast_sub", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)
mx.varg.symbol.broadcast_sub <- function(alist) sym_varg("broadcast_sub", alist)

mx.nd.broadcast.to <- function(data, shape = NULL, out = NULL)
  nd_op("broadcast_to", list(data = if (!missing(data)) data), list(shape = if (!missing(shape)) shape), out)
mx.symbol.broadcast_to <- function(data, ..., shape = NULL, name = NULL)
  sym_op("broadcast_to", list(data = if (!missing(data)) data), list(...), list(shape = if (!missing(shape)) shape), name)
mx.varg.symbol.broadcast_to <- function(alist) sym_varg("broadcast_to", alist)

mx.nd.cast <- function(data, dtype, out = NULL)
  nd_op("cast", list(data = if (!missing(data)) data), list(dtype = if (!missing(dtype)) dtype), out)
mx.symbol.cast <- function(data, ..., dtype, name = NULL)
  sym_op("cast", list(data = if (!missing(data)) data), list(...), list(dtype = if (!missing(dtype)) dtype), name)
mx.varg.symbol.cast <- function(alist) sym_varg("cast", alist)

mx.nd.cast.storage <- function(data, stype, out = NULL)
  nd_op("cast_storage", list(data = if (!missing(data)) data), list(stype = if (!missing(stype)) stype), out)
mx.symbol.cast_storage <- function(data, ..., stype, name = NULL)
  sym_op("cast_storage", list(data = if (!missing(data)) data), list(...), list(stype = if (!missing(stype)) stype), name)
mx.varg.symbol.cast_storage <- function(alist) sym_varg("cast_storage", alist)

mx.nd.cbrt <- function(data, out = NULL)
  nd_op("cbrt", list(data = if (!missing(data)) data), list(), out)
mx.symbol.cbrt <- function(data, ..., name = NULL)
  sym_op("cbrt", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.cbrt <- function(alist) sym_varg("cbrt", alist)

mx.nd.ceil <- function(data, out = NULL)
  nd_op("ceil", list(data = if (!missing(data)) data), list(), out)
mx.symbol.ceil <- function(data, ..., name = NULL)
  sym_op("ceil", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.ceil <- function(alist) sym_varg("ceil", alist)

mx.nd.choose.element.0index <- function(data, index, axis = -1, keepdims = FALSE, mode = "clip", out = NULL)
  nd_op("choose_element_0index", list(data = if (!missing(data)) data, index = if (!missing(index)) index), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims, mode = if (!missing(mode)) mode), out)
mx.symbol.choose_element_0index <- function(data, index, ..., axis = -1, keepdims = FALSE, mode = "clip", name = NULL)
  sym_op("choose_element_0index", list(data = if (!missing(data)) data, index = if (!missing(index)) index), list(...), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims, mode = if (!missing(mode)) mode), name)
mx.varg.symbol.choose_element_0index <- function(alist) sym_varg("choose_element_0index", alist)

mx.nd.clip <- function(data, a_min, a_max, out = NULL)
  nd_op("clip", list(data = if (!missing(data)) data), list(a_min = if (!missing(a_min)) a_min, a_max = if (!missing(a_max)) a_max), out)
mx.symbol.clip <- function(data, ..., a_min, a_max, name = NULL)
  sym_op("clip", list(data = if (!missing(data)) data), list(...), list(a_min = if (!missing(a_min)) a_min, a_max = if (!missing(a_max)) a_max), name)
mx.varg.symbol.clip <- function(alist) sym_varg("clip", alist)

mx.nd.col2im <- function(data, output_size, kernel, stride = NULL, dilate = NULL, pad = NULL, out = NULL)
  nd_op("col2im", list(data = if (!missing(data)) data), list(output_size = if (!missing(output_size)) output_size, kernel = if (!missing(kernel)) kernel, stride = if (!missing(stride)) stride, dilate = if (!missing(dilate)) dilate, pad = if (!missing(pad)) pad), out)
mx.symbol.col2im <- function(data, ..., output_size, kernel, stride = NULL, dilate = NULL, pad = NULL, name = NULL)
  sym_op("col2im", list(data = if (!missing(data)) data), list(...), list(output_size = if (!missing(output_size)) output_size, kernel = if (!missing(kernel)) kernel, stride = if (!missing(stride)) stride, dilate = if (!missing(dilate)) dilate, pad = if (!missing(pad)) pad), name)
mx.varg.symbol.col2im <- function(alist) sym_varg("col2im", alist)

mx.nd.concat <- function(data, num_args, dim = 1, out = NULL)
  nd_op("concat", list(data = if (!missing(data)) data), list(num_args = if (!missing(num_args)) num_args, dim = if (!missing(dim)) dim), out)
mx.symbol.concat <- function(..., num_args, dim = 1, name = NULL)
  sym_op("concat", list(), list(...), list(num_args = if (!missing(num_args)) num_args, dim = if (!missing(dim)) dim), name)
mx.varg.symbol.concat <- function(alist) sym_varg("concat", alist)

mx.nd.cos <- function(data, out = NULL)
  nd_op("cos", list(data = if (!missing(data)) data), list(), out)
mx.symbol.cos <- function(data, ..., name = NULL)
  sym_op("cos", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.cos <- function(alist) sym_varg("cos", alist)

mx.nd.cosh <- function(data, out = NULL)
  nd_op("cosh", list(data = if (!missing(data)) data), list(), out)
mx.symbol.cosh <- function(data, ..., name = NULL)
  sym_op("cosh", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.cosh <- function(alist) sym_varg("cosh", alist)

mx.nd.crop <- function(data, begin, end, step = NULL, out = NULL)
  nd_op("crop", list(data = if (!missing(data)) data), list(begin = if (!missing(begin)) begin, end = if (!missing(end)) end, step = if (!missing(step)) step), out)
mx.symbol.crop <- function(data, ..., begin, end, step = NULL, name = NULL)
  sym_op("crop", list(data = if (!missing(data)) data), list(...), list(begin = if (!missing(begin)) begin, end = if (!missing(end)) end, step = if (!missing(step)) step), name)
mx.varg.symbol.crop <- function(alist) sym_varg("crop", alist)

mx.nd.ctc.loss <- function(data, label, data_lengths, label_lengths, use_data_lengths = FALSE, use_label_lengths = FALSE, blank_label = "first", out = NULL)
  nd_op("ctc_loss", list(data = if (!missing(data)) data, label = if (!missing(label)) label, data_lengths = if (!missing(data_lengths)) data_lengths, label_lengths = if (!missing(label_lengths)) label_lengths), list(use_data_lengths = if (!missing(use_data_lengths)) use_data_lengths, use_label_lengths = if (!missing(use_label_lengths)) use_label_lengths, blank_label = if (!missing(blank_label)) blank_label), out)
mx.symbol.ctc_loss <- function(data, label, data_lengths, label_lengths, ..., use_data_lengths = FALSE, use_label_lengths = FALSE, blank_label = "first", name = NULL)
  sym_op("ctc_loss", list(data = if (!missing(data)) data, label = if (!missing(label)) label, data_lengths = if (!missing(data_lengths)) data_lengths, label_lengths = if (!missing(label_lengths)) label_lengths), list(...), list(use_data_lengths = if (!missing(use_data_lengths)) use_data_lengths, use_label_lengths = if (!missing(use_label_lengths)) use_label_lengths, blank_label = if (!missing(blank_label)) blank_label), name)
mx.varg.symbol.ctc_loss <- function(alist) sym_varg("ctc_loss", alist)

mx.nd.cumsum <- function(a, axis = NULL, dtype = NULL, out = NULL)
  nd_op("cumsum", list(a = if (!missing(a)) a), list(axis = if (!missing(axis)) axis, dtype = if (!missing(dtype)) dtype), out)
mx.symbol.cumsum <- function(a, ..., axis = NULL, dtype = NULL, name = NULL)
  sym_op("cumsum", list(a = if (!missing(a)) a), list(...), list(axis = if (!missing(axis)) axis, dtype = if (!missing(dtype)) dtype), name)
mx.varg.symbol.cumsum <- function(alist) sym_varg("cumsum", alist)

mx.nd.degrees <- function(data, out = NULL)
  nd_op("degrees", list(data = if (!missing(data)) data), list(), out)
mx.symbol.degrees <- function(data, ..., name = NULL)
  sym_op("degrees", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.degrees <- function(alist) sym_varg("degrees", alist)

mx.nd.depth.to.space <- function(data, block_size, out = NULL)
  nd_op("depth_to_space", list(data = if (!missing(data)) data), list(block_size = if (!missing(block_size)) block_size), out)
mx.symbol.depth_to_space <- function(data, ..., block_size, name = NULL)
  sym_op("depth_to_space", list(data = if (!missing(data)) data), list(...), list(block_size = if (!missing(block_size)) block_size), name)
mx.varg.symbol.depth_to_space <- function(alist) sym_varg("depth_to_space", alist)

mx.nd.diag <- function(data, k = 0, axis1 = 0, axis2 = 1, out = NULL)
  nd_op("diag", list(data = if (!missing(data)) data), list(k = if (!missing(k)) k, axis1 = if (!missing(axis1)) axis1, axis2 = if (!missing(axis2)) axis2), out)
mx.symbol.diag <- function(data, ..., k = 0, axis1 = 0, axis2 = 1, name = NULL)
  sym_op("diag", list(data = if (!missing(data)) data), list(...), list(k = if (!missing(k)) k, axis1 = if (!missing(axis1)) axis1, axis2 = if (!missing(axis2)) axis2), name)
mx.varg.symbol.diag <- function(alist) sym_varg("diag", alist)

mx.nd.digamma <- function(data, out = NULL)
  nd_op("digamma", list(data = if (!missing(data)) data), list(), out)
mx.symbol.digamma <- function(data, ..., name = NULL)
  sym_op("digamma", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.digamma <- function(alist) sym_varg("digamma", alist)

mx.nd.dot <- function(lhs, rhs, transpose_a = FALSE, transpose_b = FALSE, forward_stype = NULL, out = NULL)
  nd_op("dot", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(transpose_a = if (!missing(transpose_a)) transpose_a, transpose_b = if (!missing(transpose_b)) transpose_b, forward_stype = if (!missing(forward_stype)) forward_stype), out)
mx.symbol.dot <- function(lhs, rhs, ..., transpose_a = FALSE, transpose_b = FALSE, forward_stype = NULL, name = NULL)
  sym_op("dot", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(transpose_a = if (!missing(transpose_a)) transpose_a, transpose_b = if (!missing(transpose_b)) transpose_b, forward_stype = if (!missing(forward_stype)) forward_stype), name)
mx.varg.symbol.dot <- function(alist) sym_varg("dot", alist)

mx.nd.elemwise.add <- function(lhs, rhs, out = NULL)
  nd_op("elemwise_add", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.symbol.elemwise_add <- function(lhs, rhs, ..., name = NULL)
  sym_op("elemwise_add", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)
mx.varg.symbol.elemwise_add <- function(alist) sym_varg("elemwise_add", alist)

mx.nd.elemwise.div <- function(lhs, rhs, out = NULL)
  nd_op("elemwise_div", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.symbol.elemwise_div <- function(lhs, rhs, ..., name = NULL)
  sym_op("elemwise_div", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)
mx.varg.symbol.elemwise_div <- function(alist) sym_varg("elemwise_div", alist)

mx.nd.elemwise.mul <- function(lhs, rhs, out = NULL)
  nd_op("elemwise_mul", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.symbol.elemwise_mul <- function(lhs, rhs, ..., name = NULL)
  sym_op("elemwise_mul", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)
mx.varg.symbol.elemwise_mul <- function(alist) sym_varg("elemwise_mul", alist)

mx.nd.elemwise.sub <- function(lhs, rhs, out = NULL)
  nd_op("elemwise_sub", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.symbol.elemwise_sub <- function(lhs, rhs, ..., name = NULL)
  sym_op("elemwise_sub", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)
mx.varg.symbol.elemwise_sub <- function(alist) sym_varg("elemwise_sub", alist)

mx.nd.erf <- function(data, out = NULL)
  nd_op("erf", list(data = if (!missing(data)) data), list(), out)
mx.symbol.erf <- function(data, ..., name = NULL)
  sym_op("erf", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.erf <- function(alist) sym_varg("erf", alist)

mx.nd.erfinv <- function(data, out = NULL)
  nd_op("erfinv", list(data = if (!missing(data)) data), list(), out)
mx.symbol.erfinv <- function(data, ..., name = NULL)
  sym_op("erfinv", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.erfinv <- function(alist) sym_varg("erfinv", alist)

mx.nd.exp <- function(data, out = NULL)
  nd_op("exp", list(data = if (!missing(data)) data), list(), out)
mx.symbol.exp <- function(data, ..., name = NULL)
  sym_op("exp", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.exp <- function(alist) sym_varg("exp", alist)

mx.nd.expand.dims <- function(data, axis, out = NULL)
  nd_op("expand_dims", list(data = if (!missing(data)) data), list(axis = if (!missing(axis)) axis), out)
mx.symbol.expand_dims <- function(data, ..., axis, name = NULL)
  sym_op("expand_dims", list(data = if (!missing(data)) data), list(...), list(axis = if (!missing(axis)) axis), name)
mx.varg.symbol.expand_dims <- function(alist) sym_varg("expand_dims", alist)

mx.nd.expm1 <- function(data, out = NULL)
  nd_op("expm1", list(data = if (!missing(data)) data), list(), out)
mx.symbol.expm1 <- function(data, ..., name = NULL)
  sym_op("expm1", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.expm1 <- function(alist) sym_varg("expm1", alist)

mx.nd.fill.element.0index <- function(lhs, mhs, rhs, out = NULL)
  nd_op("fill_element_0index", list(lhs = if (!missing(lhs)) lhs, mhs = if (!missing(mhs)) mhs, rhs = if (!missing(rhs)) rhs), list(), out)
mx.symbol.fill_element_0index <- function(lhs, mhs, rhs, ..., name = NULL)
  sym_op("fill_element_0index", list(lhs = if (!missing(lhs)) lhs, mhs = if (!missing(mhs)) mhs, rhs = if (!missing(rhs)) rhs), list(...), list(), name)
mx.varg.symbol.fill_element_0index <- function(alist) sym_varg("fill_element_0index", alist)

mx.nd.fix <- function(data, out = NULL)
  nd_op("fix", list(data = if (!missing(data)) data), list(), out)
mx.symbol.fix <- function(data, ..., name = NULL)
  sym_op("fix", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.fix <- function(alist) sym_varg("fix", alist)

mx.nd.flatten <- function(data, out = NULL)
  nd_op("flatten", list(data = if (!missing(data)) data), list(), out)
mx.symbol.flatten <- function(data, ..., name = NULL)
  sym_op("flatten", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.flatten <- function(alist) sym_varg("flatten", alist)

mx.nd.flip <- function(data, axis, out = NULL)
  nd_op("flip", list(data = if (!missing(data)) data), list(axis = if (!missing(axis)) axis), out)
mx.symbol.flip <- function(data, ..., axis, name = NULL)
  sym_op("flip", list(data = if (!missing(data)) data), list(...), list(axis = if (!missing(axis)) axis), name)
mx.varg.symbol.flip <- function(alist) sym_varg("flip", alist)

mx.nd.floor <- function(data, out = NULL)
  nd_op("floor", list(data = if (!missing(data)) data), list(), out)
mx.symbol.floor <- function(data, ..., name = NULL)
  sym_op("floor", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.floor <- function(alist) sym_varg("floor", alist)

mx.nd.ftml.update <- function(weight, grad, d, v, z, lr, beta1 = 0.600000024, beta2 = 0.999000013, epsilon = 9.99999994e-09, t, wd = 0, rescale_grad = 1, clip_grad = -1, out = NULL)
  nd_op("ftml_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, d = if (!missing(d)) d, v = if (!missing(v)) v, z = if (!missing(z)) z), list(lr = if (!missing(lr)) lr, beta1 = if (!missing(beta1)) beta1, beta2 = if (!missing(beta2)) beta2, epsilon = if (!missing(epsilon)) epsilon, t = if (!missing(t)) t, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_grad = if (!missing(clip_grad)) clip_grad), out)
mx.symbol.ftml_update <- function(weight, grad, d, v, z, ..., lr, beta1 = 0.600000024, beta2 = 0.999000013, epsilon = 9.99999994e-09, t, wd = 0, rescale_grad = 1, clip_grad = -1, name = NULL)
  sym_op("ftml_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, d = if (!missing(d)) d, v = if (!missing(v)) v, z = if (!missing(z)) z), list(...), list(lr = if (!missing(lr)) lr, beta1 = if (!missing(beta1)) beta1, beta2 = if (!missing(beta2)) beta2, epsilon = if (!missing(epsilon)) epsilon, t = if (!missing(t)) t, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_grad = if (!missing(clip_grad)) clip_grad), name)
mx.varg.symbol.ftml_update <- function(alist) sym_varg("ftml_update", alist)

mx.nd.ftrl.update <- function(weight, grad, z, n, lr, lamda1 = 0.00999999978, beta = 1, wd = 0, rescale_grad = 1, clip_gradient = -1, out = NULL)
  nd_op("ftrl_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, z = if (!missing(z)) z, n = if (!missing(n)) n), list(lr = if (!missing(lr)) lr, lamda1 = if (!missing(lamda1)) lamda1, beta = if (!missing(beta)) beta, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient), out)
mx.symbol.ftrl_update <- function(weight, grad, z, n, ..., lr, lamda1 = 0.00999999978, beta = 1, wd = 0, rescale_grad = 1, clip_gradient = -1, name = NULL)
  sym_op("ftrl_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, z = if (!missing(z)) z, n = if (!missing(n)) n), list(...), list(lr = if (!missing(lr)) lr, lamda1 = if (!missing(lamda1)) lamda1, beta = if (!missing(beta)) beta, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient), name)
mx.varg.symbol.ftrl_update <- function(alist) sym_varg("ftrl_update", alist)

mx.nd.gamma <- function(data, out = NULL)
  nd_op("gamma", list(data = if (!missing(data)) data), list(), out)
mx.symbol.gamma <- function(data, ..., name = NULL)
  sym_op("gamma", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.gamma <- function(alist) sym_varg("gamma", alist)

mx.nd.gammaln <- function(data, out = NULL)
  nd_op("gammaln", list(data = if (!missing(data)) data), list(), out)
mx.symbol.gammaln <- function(data, ..., name = NULL)
  sym_op("gammaln", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.gammaln <- function(alist) sym_varg("gammaln", alist)

mx.nd.gather.nd <- function(data, indices, out = NULL)
  nd_op("gather_nd", list(data = if (!missing(data)) data, indices = if (!missing(indices)) indices), list(), out)
mx.symbol.gather_nd <- function(data, indices, ..., name = NULL)
  sym_op("gather_nd", list(data = if (!missing(data)) data, indices = if (!missing(indices)) indices), list(...), list(), name)
mx.varg.symbol.gather_nd <- function(alist) sym_varg("gather_nd", alist)

mx.nd.hard.sigmoid <- function(data, alpha = 0.2, beta = 0.5, out = NULL)
  nd_op("hard_sigmoid", list(data = if (!missing(data)) data), list(alpha = if (!missing(alpha)) alpha, beta = if (!missing(beta)) beta), out)
mx.symbol.hard_sigmoid <- function(data, ..., alpha = 0.2, beta = 0.5, name = NULL)
  sym_op("hard_sigmoid", list(data = if (!missing(data)) data), list(...), list(alpha = if (!missing(alpha)) alpha, beta = if (!missing(beta)) beta), name)
mx.varg.symbol.hard_sigmoid <- function(alist) sym_varg("hard_sigmoid", alist)

mx.nd.identity <- function(data, out = NULL)
  nd_op("identity", list(data = if (!missing(data)) data), list(), out)
mx.symbol.identity <- function(data, ..., name = NULL)
  sym_op("identity", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.identity <- function(alist) sym_varg("identity", alist)

mx.nd.im2col <- function(data, kernel, stride = NULL, dilate = NULL, pad = NULL, out = NULL)
  nd_op("im2col", list(data = if (!missing(data)) data), list(kernel = if (!missing(kernel)) kernel, stride = if (!missing(stride)) stride, dilate = if (!missing(dilate)) dilate, pad = if (!missing(pad)) pad), out)
mx.symbol.im2col <- function(data, ..., kernel, stride = NULL, dilate = NULL, pad = NULL, name = NULL)
  sym_op("im2col", list(data = if (!missing(data)) data), list(...), list(kernel = if (!missing(kernel)) kernel, stride = if (!missing(stride)) stride, dilate = if (!missing(dilate)) dilate, pad = if (!missing(pad)) pad), name)
mx.varg.symbol.im2col <- function(alist) sym_varg("im2col", alist)

mx.nd.khatri.rao <- function(args, num_args, out = NULL)
  nd_op("khatri_rao", list(args = if (!missing(args)) args), list(num_args = if (!missing(num_args)) num_args), out)
mx.symbol.khatri_rao <- function(..., num_args, name = NULL)
  sym_op("khatri_rao", list(), list(...), list(num_args = if (!missing(num_args)) num_args), name)
mx.varg.symbol.khatri_rao <- function(alist) sym_varg("khatri_rao", alist)

mx.nd.lamb.update.phase1 <- function(weight, grad, mean, var, beta1 = 0.899999976, beta2 = 0.999000013, epsilon = 9.99999997e-07, t, bias_correction = TRUE, wd, rescale_grad = 1, clip_gradient = -1, out = NULL)
  nd_op("lamb_update_phase1", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, mean = if (!missing(mean)) mean, var = if (!missing(var)) var), list(beta1 = if (!missing(beta1)) beta1, beta2 = if (!missing(beta2)) beta2, epsilon = if (!missing(epsilon)) epsilon, t = if (!missing(t)) t, bias_correction = if (!missing(bias_correction)) bias_correction, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient), out)
mx.symbol.lamb_update_phase1 <- function(weight, grad, mean, var, ..., beta1 = 0.899999976, beta2 = 0.999000013, epsilon = 9.99999997e-07, t, bias_correction = TRUE, wd, rescale_grad = 1, clip_gradient = -1, name = NULL)
  sym_op("lamb_update_phase1", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, mean = if (!missing(mean)) mean, var = if (!missing(var)) var), list(...), list(beta1 = if (!missing(beta1)) beta1, beta2 = if (!missing(beta2)) beta2, epsilon = if (!missing(epsilon)) epsilon, t = if (!missing(t)) t, bias_correction = if (!missing(bias_correction)) bias_correction, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient), name)
mx.varg.symbol.lamb_update_phase1 <- function(alist) sym_varg("lamb_update_phase1", alist)

mx.nd.lamb.update.phase2 <- function(weight, g, r1, r2, lr, lower_bound = -1, upper_bound = -1, out = NULL)
  nd_op("lamb_update_phase2", list(weight = if (!missing(weight)) weight, g = if (!missing(g)) g, r1 = if (!missing(r1)) r1, r2 = if (!missing(r2)) r2), list(lr = if (!missing(lr)) lr, lower_bound = if (!missing(lower_bound)) lower_bound, upper_bound = if (!missing(upper_bound)) upper_bound), out)
mx.symbol.lamb_update_phase2 <- function(weight, g, r1, r2, ..., lr, lower_bound = -1, upper_bound = -1, name = NULL)
  sym_op("lamb_update_phase2", list(weight = if (!missing(weight)) weight, g = if (!missing(g)) g, r1 = if (!missing(r1)) r1, r2 = if (!missing(r2)) r2), list(...), list(lr = if (!missing(lr)) lr, lower_bound = if (!missing(lower_bound)) lower_bound, upper_bound = if (!missing(upper_bound)) upper_bound), name)
mx.varg.symbol.lamb_update_phase2 <- function(alist) sym_varg("lamb_update_phase2", alist)

mx.nd.linalg.det <- function(A, out = NULL)
  nd_op("linalg_det", list(A = if (!missing(A)) A), list(), out)
mx.symbol.linalg_det <- function(A, ..., name = NULL)
  sym_op("linalg_det", list(A = if (!missing(A)) A), list(...), list(), name)
mx.varg.symbol.linalg_det <- function(alist) sym_varg("linalg_det", alist)

mx.nd.linalg.extractdiag <- function(A, offset = 0, out = NULL)
  nd_op("linalg_extractdiag", list(A = if (!missing(A)) A), list(offset = if (!missing(offset)) offset), out)
mx.symbol.linalg_extractdiag <- function(A, ..., offset = 0, name = NULL)
  sym_op("linalg_extractdiag", list(A = if (!missing(A)) A), list(...), list(offset = if (!missing(offset)) offset), name)
mx.varg.symbol.linalg_extractdiag <- function(alist) sym_varg("linalg_extractdiag", alist)

mx.nd.linalg.extracttrian <- function(A, offset = 0, lower = TRUE, out = NULL)
  nd_op("linalg_extracttrian", list(A = if (!missing(A)) A), list(offset = if (!missing(offset)) offset, lower = if (!missing(lower)) lower), out)
mx.symbol.linalg_extracttrian <- function(A, ..., offset = 0, lower = TRUE, name = NULL)
  sym_op("linalg_extracttrian", list(A = if (!missing(A)) A), list(...), list(offset = if (!missing(offset)) offset, lower = if (!missing(lower)) lower), name)
mx.varg.symbol.linalg_extracttrian <- function(alist) sym_varg("linalg_extracttrian", alist)

mx.nd.linalg.gelqf <- function(A, out = NULL)
  nd_op("linalg_gelqf", list(A = if (!missing(A)) A), list(), out)
mx.symbol.linalg_gelqf <- function(A, ..., name = NULL)
  sym_op("linalg_gelqf", list(A = if (!missing(A)) A), list(...), list(), name)
mx.varg.symbol.linalg_gelqf <- function(alist) sym_varg("linalg_gelqf", alist)

mx.nd.linalg.gemm <- function(A, B, C, transpose_a = FALSE, transpose_b = FALSE, alpha = 1, beta = 1, axis = -2, out = NULL)
  nd_op("linalg_gemm", list(A = if (!missing(A)) A, B = if (!missing(B)) B, C = if (!missing(C)) C), list(transpose_a = if (!missing(transpose_a)) transpose_a, transpose_b = if (!missing(transpose_b)) transpose_b, alpha = if (!missing(alpha)) alpha, beta = if (!missing(beta)) beta, axis = if (!missing(axis)) axis), out)
mx.symbol.linalg_gemm <- function(A, B, C, ..., transpose_a = FALSE, transpose_b = FALSE, alpha = 1, beta = 1, axis = -2, name = NULL)
  sym_op("linalg_gemm", list(A = if (!missing(A)) A, B = if (!missing(B)) B, C = if (!missing(C)) C), list(...), list(transpose_a = if (!missing(transpose_a)) transpose_a, transpose_b = if (!missing(transpose_b)) transpose_b, alpha = if (!missing(alpha)) alpha, beta = if (!missing(beta)) beta, axis = if (!missing(axis)) axis), name)
mx.varg.symbol.linalg_gemm <- function(alist) sym_varg("linalg_gemm", alist)

mx.nd.linalg.gemm2 <- function(A, B, transpose_a = FALSE, transpose_b = FALSE, alpha = 1, axis = -2, out = NULL)
  nd_op("linalg_gemm2", list(A = if (!missing(A)) A, B = if (!missing(B)) B), list(transpose_a = if (!missing(transpose_a)) transpose_a, transpose_b = if (!missing(transpose_b)) transpose_b, alpha = if (!missing(alpha)) alpha, axis = if (!missing(axis)) axis), out)
mx.symbol.linalg_gemm2 <- function(A, B, ..., transpose_a = FALSE, transpose_b = FALSE, alpha = 1, axis = -2, name = NULL)
  sym_op("linalg_gemm2", list(A = if (!missing(A)) A, B = if (!missing(B)) B), list(...), list(transpose_a = if (!missing(transpose_a)) transpose_a, transpose_b = if (!missing(transpose_b)) transpose_b, alpha = if (!missing(alpha)) alpha, axis = if (!missing(axis)) axis), name)
mx.varg.symbol.linalg_gemm2 <- function(alist) sym_varg("linalg_gemm2", alist)

mx.nd.linalg.inverse <- function(A, out = NULL)
  nd_op("linalg_inverse", list(A = if (!missing(A)) A), list(), out)
mx.symbol.linalg_inverse <- function(A, ..., name = NULL)
  sym_op("linalg_inverse", list(A = if (!missing(A)) A), list(...), list(), name)
mx.varg.symbol.linalg_inverse <- function(alist) sym_varg("linalg_inverse", alist)

mx.nd.linalg.makediag <- function(A, offset = 0, out = NULL)
  nd_op("linalg_makediag", list(A = if (!missing(A)) A), list(offset = if (!missing(offset)) offset), out)
mx.symbol.linalg_makediag <- function(A, ..., offset = 0, name = NULL)
  sym_op("linalg_makediag", list(A = if (!missing(A)) A), list(...), list(offset = if (!missing(offset)) offset), name)
mx.varg.symbol.linalg_makediag <- function(alist) sym_varg("linalg_makediag", alist)

mx.nd.linalg.maketrian <- function(A, offset = 0, lower = TRUE, out = NULL)
  nd_op("linalg_maketrian", list(A = if (!missing(A)) A), list(offset = if (!missing(offset)) offset, lower = if (!missing(lower)) lower), out)
mx.symbol.linalg_maketrian <- function(A, ..., offset = 0, lower = TRUE, name = NULL)
  sym_op("linalg_maketrian", list(A = if (!missing(A)) A), list(...), list(offset = if (!missing(offset)) offset, lower = if (!missing(lower)) lower), name)
mx.varg.symbol.linalg_maketrian <- function(alist) sym_varg("linalg_maketrian", alist)

mx.nd.linalg.potrf <- function(A, lower = TRUE, out = NULL)
  nd_op("linalg_potrf", list(A = if (!missing(A)) A), list(lower = if (!missing(lower)) lower), out)
mx.symbol.linalg_potrf <- function(A, ..., lower = TRUE, name = NULL)
  sym_op("linalg_potrf", list(A = if (!missing(A)) A), list(...), list(lower = if (!missing(lower)) lower), name)
mx.varg.symbol.linalg_potrf <- function(alist) sym_varg("linalg_potrf", alist)

mx.nd.linalg.potri <- function(A, lower = TRUE, out = NULL)
  nd_op("linalg_potri", list(A = if (!missing(A)) A), list(lower = if (!missing(lower)) lower), out)
mx.symbol.linalg_potri <- function(A, ..., lower = TRUE, name = NULL)
  sym_op("linalg_potri", list(A = if (!missing(A)) A), list(...), list(lower = if (!missing(lower)) lower), name)
mx.varg.symbol.linalg_potri <- function(alist) sym_varg("linalg_potri", alist)

mx.nd.linalg.slogdet <- function(A, out = NULL)
  nd_op("linalg_slogdet", list(A = if (!missing(A)) A), list(), out)
mx.symbol.linalg_slogdet <- function(A, ..., name = NULL)
  sym_op("linalg_slogdet", list(A = if (!missing(A)) A), list(...), list(), name)
mx.varg.symbol.linalg_slogdet <- function(alist) sym_varg("linalg_slogdet", alist)

mx.nd.linalg.sumlogdiag <- function(A, out = NULL)
  nd_op("linalg_sumlogdiag", list(A = if (!missing(A)) A), list(), out)
mx.symbol.linalg_sumlogdiag <- function(A, ..., name = NULL)
  sym_op("linalg_sumlogdiag", list(A = if (!missing(A)) A), list(...), list(), name)
mx.varg.symbol.linalg_sumlogdiag <- function(alist) sym_varg("linalg_sumlogdiag", alist)

mx.nd.linalg.syrk <- function(A, transpose = FALSE, alpha = 1, out = NULL)
  nd_op("linalg_syrk", list(A = if (!missing(A)) A), list(transpose = if (!missing(transpose)) transpose, alpha = if (!missing(alpha)) alpha), out)
mx.symbol.linalg_syrk <- function(A, ..., transpose = FALSE, alpha = 1, name = NULL)
  sym_op("linalg_syrk", list(A = if (!missing(A)) A), list(...), list(transpose = if (!missing(transpose)) transpose, alpha = if (!missing(alpha)) alpha), name)
mx.varg.symbol.linalg_syrk <- function(alist) sym_varg("linalg_syrk", alist)

mx.nd.linalg.trmm <- function(A, B, transpose = FALSE, rightside = FALSE, lower = TRUE, alpha = 1, out = NULL)
  nd_op("linalg_trmm", list(A = if (!missing(A)) A, B = if (!missing(B)) B), list(transpose = if (!missing(transpose)) transpose, rightside = if (!missing(rightside)) rightside, lower = if (!missing(lower)) lower, alpha = if (!missing(alpha)) alpha), out)
mx.symbol.linalg_trmm <- function(A, B, ..., transpose = FALSE, rightside = FALSE, lower = TRUE, alpha = 1, name = NULL)
  sym_op("linalg_trmm", list(A = if (!missing(A)) A, B = if (!missing(B)) B), list(...), list(transpose = if (!missing(transpose)) transpose, rightside = if (!missing(rightside)) rightside, lower = if (!missing(lower)) lower, alpha = if (!missing(alpha)) alpha), name)
mx.varg.symbol.linalg_trmm <- function(alist) sym_varg("linalg_trmm", alist)

mx.nd.linalg.trsm <- function(A, B, transpose = FALSE, rightside = FALSE, lower = TRUE, alpha = 1, out = NULL)
  nd_op("linalg_trsm", list(A = if (!missing(A)) A, B = if (!missing(B)) B), list(transpose = if (!missing(transpose)) transpose, rightside = if (!missing(rightside)) rightside, lower = if (!missing(lower)) lower, alpha = if (!missing(alpha)) alpha), out)
mx.symbol.linalg_trsm <- function(A, B, ..., transpose = FALSE, rightside = FALSE, lower = TRUE, alpha = 1, name = NULL)
  sym_op("linalg_trsm", list(A = if (!missing(A)) A, B = if (!missing(B)) B), list(...), list(transpose = if (!missing(transpose)) transpose, rightside = if (!missing(rightside)) rightside, lower = if (!missing(lower)) lower, alpha = if (!missing(alpha)) alpha), name)
mx.varg.symbol.linalg_trsm <- function(alist) sym_varg("linalg_trsm", alist)

mx.nd.log <- function(data, out = NULL)
  nd_op("log", list(data = if (!missing(data)) data), list(), out)
mx.symbol.log <- function(data, ..., name = NULL)
  sym_op("log", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.log <- function(alist) sym_varg("log", alist)

mx.nd.log10 <- function(data, out = NULL)
  nd_op("log10", list(data = if (!missing(data)) data), list(), out)
mx.symbol.log10 <- function(data, ..., name = NULL)
  sym_op("log10", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.log10 <- function(alist) sym_varg("log10", alist)

mx.nd.log1p <- function(data, out = NULL)
  nd_op("log1p", list(data = if (!missing(data)) data), list(), out)
mx.symbol.log1p <- function(data, ..., name = NULL)
  sym_op("log1p", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.log1p <- function(alist) sym_varg("log1p", alist)

mx.nd.log2 <- function(data, out = NULL)
  nd_op("log2", list(data = if (!missing(data)) data), list(), out)
mx.symbol.log2 <- function(data, ..., name = NULL)
  sym_op("log2", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.log2 <- function(alist) sym_varg("log2", alist)

mx.nd.log.softmax <- function(data, axis = -1, temperature = NULL, dtype = NULL, use_length = FALSE, out = NULL)
  nd_op("log_softmax", list(data = if (!missing(data)) data), list(axis = if (!missing(axis)) axis, temperature = if (!missing(temperature)) temperature, dtype = if (!missing(dtype)) dtype, use_length = if (!missing(use_length)) use_length), out)
mx.symbol.log_softmax <- function(data, ..., axis = -1, temperature = NULL, dtype = NULL, use_length = FALSE, name = NULL)
  sym_op("log_softmax", list(data = if (!missing(data)) data), list(...), list(axis = if (!missing(axis)) axis, temperature = if (!missing(temperature)) temperature, dtype = if (!missing(dtype)) dtype, use_length = if (!missing(use_length)) use_length), name)
mx.varg.symbol.log_softmax <- function(alist) sym_varg("log_softmax", alist)

mx.nd.logical.not <- function(data, out = NULL)
  nd_op("logical_not", list(data = if (!missing(data)) data), list(), out)
mx.symbol.logical_not <- function(data, ..., name = NULL)
  sym_op("logical_not", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.logical_not <- function(alist) sym_varg("logical_not", alist)

mx.nd.make.loss <- function(data, out = NULL)
  nd_op("make_loss", list(data = if (!missing(data)) data), list(), out)
mx.symbol.make_loss <- function(data, ..., name = NULL)
  sym_op("make_loss", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.make_loss <- function(alist) sym_varg("make_loss", alist)

mx.nd.max <- function(data, axis = NULL, keepdims = FALSE, exclude = FALSE, out = NULL)
  nd_op("max", list(data = if (!missing(data)) data), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims, exclude = if (!missing(exclude)) exclude), out)
mx.symbol.max <- function(data, ..., axis = NULL, keepdims = FALSE, exclude = FALSE, name = NULL)
  sym_op("max", list(data = if (!missing(data)) data), list(...), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims, exclude = if (!missing(exclude)) exclude), name)
mx.varg.symbol.max <- function(alist) sym_varg("max", alist)

mx.nd.max.axis <- function(data, axis = NULL, keepdims = FALSE, exclude = FALSE, out = NULL)
  nd_op("max_axis", list(data = if (!missing(data)) data), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims, exclude = if (!missing(exclude)) exclude), out)
mx.symbol.max_axis <- function(data, ..., axis = NULL, keepdims = FALSE, exclude = FALSE, name = NULL)
  sym_op("max_axis", list(data = if (!missing(data)) data), list(...), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims, exclude = if (!missing(exclude)) exclude), name)
mx.varg.symbol.max_axis <- function(alist) sym_varg("max_axis", alist)

mx.nd.mean <- function(data, axis = NULL, keepdims = FALSE, exclude = FALSE, out = NULL)
  nd_op("mean", list(data = if (!missing(data)) data), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims, exclude = if (!missing(exclude)) exclude), out)
mx.symbol.mean <- function(data, ..., axis = NULL, keepdims = FALSE, exclude = FALSE, name = NULL)
  sym_op("mean", list(data = if (!missing(data)) data), list(...), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims, exclude = if (!missing(exclude)) exclude), name)
mx.varg.symbol.mean <- function(alist) sym_varg("mean", alist)

mx.nd.min <- function(data, axis = NULL, keepdims = FALSE, exclude = FALSE, out = NULL)
  nd_op("min", list(data = if (!missing(data)) data), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims, exclude = if (!missing(exclude)) exclude), out)
mx.symbol.min <- function(data, ..., axis = NULL, keepdims = FALSE, exclude = FALSE, name = NULL)
  sym_op("min", list(data = if (!missing(data)) data), list(...), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims, exclude = if (!missing(exclude)) exclude), name)
mx.varg.symbol.min <- function(alist) sym_varg("min", alist)

mx.nd.min.axis <- function(data, axis = NULL, keepdims = FALSE, exclude = FALSE, out = NULL)
  nd_op("min_axis", list(data = if (!missing(data)) data), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims, exclude = if (!missing(exclude)) exclude), out)
mx.symbol.min_axis <- function(data, ..., axis = NULL, keepdims = FALSE, exclude = FALSE, name = NULL)
  sym_op("min_axis", list(data = if (!missing(data)) data), list(...), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims, exclude = if (!missing(exclude)) exclude), name)
mx.varg.symbol.min_axis <- function(alist) sym_varg("min_axis", alist)

mx.nd.moments <- function(data, axes = NULL, keepdims = FALSE, out = NULL)
  nd_op("moments", list(data = if (!missing(data)) data), list(axes = if (!missing(axes)) axes, keepdims = if (!missing(keepdims)) keepdims), out)
mx.symbol.moments <- function(data, ..., axes = NULL, keepdims = FALSE, name = NULL)
  sym_op("moments", list(data = if (!missing(data)) data), list(...), list(axes = if (!missing(axes)) axes, keepdims = if (!missing(keepdims)) keepdims), name)
mx.varg.symbol.moments <- function(alist) sym_varg("moments", alist)

mx.nd.mp.lamb.update.phase1 <- function(weight, grad, mean, var, weight32, beta1 = 0.899999976, beta2 = 0.999000013, epsilon = 9.99999997e-07, t, bias_correction = TRUE, wd, rescale_grad = 1, clip_gradient = -1, out = NULL)
  nd_op("mp_lamb_update_phase1", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, mean = if (!missing(mean)) mean, var = if (!missing(var)) var, weight32 = if (!missing(weight32)) weight32), list(beta1 = if (!missing(beta1)) beta1, beta2 = if (!missing(beta2)) beta2, epsilon = if (!missing(epsilon)) epsilon, t = if (!missing(t)) t, bias_correction = if (!missing(bias_correction)) bias_correction, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient), out)
mx.symbol.mp_lamb_update_phase1 <- function(weight, grad, mean, var, weight32, ..., beta1 = 0.899999976, beta2 = 0.999000013, epsilon = 9.99999997e-07, t, bias_correction = TRUE, wd, rescale_grad = 1, clip_gradient = -1, name = NULL)
  sym_op("mp_lamb_update_phase1", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, mean = if (!missing(mean)) mean, var = if (!missing(var)) var, weight32 = if (!missing(weight32)) weight32), list(...), list(beta1 = if (!missing(beta1)) beta1, beta2 = if (!missing(beta2)) beta2, epsilon = if (!missing(epsilon)) epsilon, t = if (!missing(t)) t, bias_correction = if (!missing(bias_correction)) bias_correction, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient), name)
mx.varg.symbol.mp_lamb_update_phase1 <- function(alist) sym_varg("mp_lamb_update_phase1", alist)

mx.nd.mp.lamb.update.phase2 <- function(weight, g, r1, r2, weight32, lr, lower_bound = -1, upper_bound = -1, out = NULL)
  nd_op("mp_lamb_update_phase2", list(weight = if (!missing(weight)) weight, g = if (!missing(g)) g, r1 = if (!missing(r1)) r1, r2 = if (!missing(r2)) r2, weight32 = if (!missing(weight32)) weight32), list(lr = if (!missing(lr)) lr, lower_bound = if (!missing(lower_bound)) lower_bound, upper_bound = if (!missing(upper_bound)) upper_bound), out)
mx.symbol.mp_lamb_update_phase2 <- function(weight, g, r1, r2, weight32, ..., lr, lower_bound = -1, upper_bound = -1, name = NULL)
  sym_op("mp_lamb_update_phase2", list(weight = if (!missing(weight)) weight, g = if (!missing(g)) g, r1 = if (!missing(r1)) r1, r2 = if (!missing(r2)) r2, weight32 = if (!missing(weight32)) weight32), list(...), list(lr = if (!missing(lr)) lr, lower_bound = if (!missing(lower_bound)) lower_bound, upper_bound = if (!missing(upper_bound)) upper_bound), name)
mx.varg.symbol.mp_lamb_update_phase2 <- function(alist) sym_varg("mp_lamb_update_phase2", alist)

mx.nd.mp.nag.mom.update <- function(weight, grad, mom, weight32, lr, momentum = 0, wd = 0, rescale_grad = 1, clip_gradient = -1, out = NULL)
  nd_op("mp_nag_mom_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, mom = if (!missing(mom)) mom, weight32 = if (!missing(weight32)) weight32), list(lr = if (!missing(lr)) lr, momentum = if (!missing(momentum)) momentum, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient), out)
mx.symbol.mp_nag_mom_update <- function(weight, grad, mom, weight32, ..., lr, momentum = 0, wd = 0, rescale_grad = 1, clip_gradient = -1, name = NULL)
  sym_op("mp_nag_mom_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, mom = if (!missing(mom)) mom, weight32 = if (!missing(weight32)) weight32), list(...), list(lr = if (!missing(lr)) lr, momentum = if (!missing(momentum)) momentum, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient), name)
mx.varg.symbol.mp_nag_mom_update <- function(alist) sym_varg("mp_nag_mom_update", alist)

mx.nd.mp.sgd.mom.update <- function(weight, grad, mom, weight32, lr, momentum = 0, wd = 0, rescale_grad = 1, clip_gradient = -1, lazy_update = TRUE, out = NULL)
  nd_op("mp_sgd_mom_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, mom = if (!missing(mom)) mom, weight32 = if (!missing(weight32)) weight32), list(lr = if (!missing(lr)) lr, momentum = if (!missing(momentum)) momentum, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, lazy_update = if (!missing(lazy_update)) lazy_update), out)
mx.symbol.mp_sgd_mom_update <- function(weight, grad, mom, weight32, ..., lr, momentum = 0, wd = 0, rescale_grad = 1, clip_gradient = -1, lazy_update = TRUE, name = NULL)
  sym_op("mp_sgd_mom_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, mom = if (!missing(mom)) mom, weight32 = if (!missing(weight32)) weight32), list(...), list(lr = if (!missing(lr)) lr, momentum = if (!missing(momentum)) momentum, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, lazy_update = if (!missing(lazy_update)) lazy_update), name)
mx.varg.symbol.mp_sgd_mom_update <- function(alist) sym_varg("mp_sgd_mom_update", alist)

mx.nd.mp.sgd.update <- function(weight, grad, weight32, lr, wd = 0, rescale_grad = 1, clip_gradient = -1, lazy_update = TRUE, out = NULL)
  nd_op("mp_sgd_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, weight32 = if (!missing(weight32)) weight32), list(lr = if (!missing(lr)) lr, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, lazy_update = if (!missing(lazy_update)) lazy_update), out)
mx.symbol.mp_sgd_update <- function(weight, grad, weight32, ..., lr, wd = 0, rescale_grad = 1, clip_gradient = -1, lazy_update = TRUE, name = NULL)
  sym_op("mp_sgd_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, weight32 = if (!missing(weight32)) weight32), list(...), list(lr = if (!missing(lr)) lr, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, lazy_update = if (!missing(lazy_update)) lazy_update), name)
mx.varg.symbol.mp_sgd_update <- function(alist) sym_varg("mp_sgd_update", alist)

mx.nd.multi.all.finite <- function(data, num_arrays = 1, init_output = TRUE, out = NULL)
  nd_op("multi_all_finite", list(data = if (!missing(data)) data), list(num_arrays = if (!missing(num_arrays)) num_arrays, init_output = if (!missing(init_output)) init_output), out)
mx.symbol.multi_all_finite <- function(..., num_arrays = 1, init_output = TRUE, name = NULL)
  sym_op("multi_all_finite", list(), list(...), list(num_arrays = if (!missing(num_arrays)) num_arrays, init_output = if (!missing(init_output)) init_output), name)
mx.varg.symbol.multi_all_finite <- function(alist) sym_varg("multi_all_finite", alist)

mx.nd.multi.lars <- function(lrs, weights_sum_sq, grads_sum_sq, wds, eta, eps, rescale_grad = 1, out = NULL)
  nd_op("multi_lars", list(lrs = if (!missing(lrs)) lrs, weights_sum_sq = if (!missing(weights_sum_sq)) weights_sum_sq, grads_sum_sq = if (!missing(grads_sum_sq)) grads_sum_sq, wds = if (!missing(wds)) wds), list(eta = if (!missing(eta)) eta, eps = if (!missing(eps)) eps, rescale_grad = if (!missing(rescale_grad)) rescale_grad), out)
mx.symbol.multi_lars <- function(lrs, weights_sum_sq, grads_sum_sq, wds, ..., eta, eps, rescale_grad = 1, name = NULL)
  sym_op("multi_lars", list(lrs = if (!missing(lrs)) lrs, weights_sum_sq = if (!missing(weights_sum_sq)) weights_sum_sq, grads_sum_sq = if (!missing(grads_sum_sq)) grads_sum_sq, wds = if (!missing(wds)) wds), list(...), list(eta = if (!missing(eta)) eta, eps = if (!missing(eps)) eps, rescale_grad = if (!missing(rescale_grad)) rescale_grad), name)
mx.varg.symbol.multi_lars <- function(alist) sym_varg("multi_lars", alist)

mx.nd.multi.mp.sgd.mom.update <- function(data, lrs, wds, momentum = 0, rescale_grad = 1, clip_gradient = -1, num_weights = 1, out = NULL)
  nd_op("multi_mp_sgd_mom_update", list(data = if (!missing(data)) data), list(lrs = if (!missing(lrs)) lrs, wds = if (!missing(wds)) wds, momentum = if (!missing(momentum)) momentum, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, num_weights = if (!missing(num_weights)) num_weights), out)
mx.symbol.multi_mp_sgd_mom_update <- function(..., lrs, wds, momentum = 0, rescale_grad = 1, clip_gradient = -1, num_weights = 1, name = NULL)
  sym_op("multi_mp_sgd_mom_update", list(), list(...), list(lrs = if (!missing(lrs)) lrs, wds = if (!missing(wds)) wds, momentum = if (!missing(momentum)) momentum, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, num_weights = if (!missing(num_weights)) num_weights), name)
mx.varg.symbol.multi_mp_sgd_mom_update <- function(alist) sym_varg("multi_mp_sgd_mom_update", alist)

mx.nd.multi.mp.sgd.update <- function(data, lrs, wds, rescale_grad = 1, clip_gradient = -1, num_weights = 1, out = NULL)
  nd_op("multi_mp_sgd_update", list(data = if (!missing(data)) data), list(lrs = if (!missing(lrs)) lrs, wds = if (!missing(wds)) wds, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, num_weights = if (!missing(num_weights)) num_weights), out)
mx.symbol.multi_mp_sgd_update <- function(..., lrs, wds, rescale_grad = 1, clip_gradient = -1, num_weights = 1, name = NULL)
  sym_op("multi_mp_sgd_update", list(), list(...), list(lrs = if (!missing(lrs)) lrs, wds = if (!missing(wds)) wds, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, num_weights = if (!missing(num_weights)) num_weights), name)
mx.varg.symbol.multi_mp_sgd_update <- function(alist) sym_varg("multi_mp_sgd_update", alist)

mx.nd.multi.sgd.mom.update <- function(data, lrs, wds, momentum = 0, rescale_grad = 1, clip_gradient = -1, num_weights = 1, out = NULL)
  nd_op("multi_sgd_mom_update", list(data = if (!missing(data)) data), list(lrs = if (!missing(lrs)) lrs, wds = if (!missing(wds)) wds, momentum = if (!missing(momentum)) momentum, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, num_weights = if (!missing(num_weights)) num_weights), out)
mx.symbol.multi_sgd_mom_update <- function(..., lrs, wds, momentum = 0, rescale_grad = 1, clip_gradient = -1, num_weights = 1, name = NULL)
  sym_op("multi_sgd_mom_update", list(), list(...), list(lrs = if (!missing(lrs)) lrs, wds = if (!missing(wds)) wds, momentum = if (!missing(momentum)) momentum, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, num_weights = if (!missing(num_weights)) num_weights), name)
mx.varg.symbol.multi_sgd_mom_update <- function(alist) sym_varg("multi_sgd_mom_update", alist)

mx.nd.multi.sgd.update <- function(data, lrs, wds, rescale_grad = 1, clip_gradient = -1, num_weights = 1, out = NULL)
  nd_op("multi_sgd_update", list(data = if (!missing(data)) data), list(lrs = if (!missing(lrs)) lrs, wds = if (!missing(wds)) wds, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, num_weights = if (!missing(num_weights)) num_weights), out)
mx.symbol.multi_sgd_update <- function(..., lrs, wds, rescale_grad = 1, clip_gradient = -1, num_weights = 1, name = NULL)
  sym_op("multi_sgd_update", list(), list(...), list(lrs = if (!missing(lrs)) lrs, wds = if (!missing(wds)) wds, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, num_weights = if (!missing(num_weights)) num_weights), name)
mx.varg.symbol.multi_sgd_update <- function(alist) sym_varg("multi_sgd_update", alist)

mx.nd.multi.sum.sq <- function(data, num_arrays, out = NULL)
  nd_op("multi_sum_sq", list(data = if (!missing(data)) data), list(num_arrays = if (!missing(num_arrays)) num_arrays), out)
mx.symbol.multi_sum_sq <- function(..., num_arrays, name = NULL)
  sym_op("multi_sum_sq", list(), list(...), list(num_arrays = if (!missing(num_arrays)) num_arrays), name)
mx.varg.symbol.multi_sum_sq <- function(alist) sym_varg("multi_sum_sq", alist)

mx.nd.nag.mom.update <- function(weight, grad, mom, lr, momentum = 0, wd = 0, rescale_grad = 1, clip_gradient = -1, out = NULL)
  nd_op("nag_mom_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, mom = if (!missing(mom)) mom), list(lr = if (!missing(lr)) lr, momentum = if (!missing(momentum)) momentum, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient), out)
mx.symbol.nag_mom_update <- function(weight, grad, mom, ..., lr, momentum = 0, wd = 0, rescale_grad = 1, clip_gradient = -1, name = NULL)
  sym_op("nag_mom_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, mom = if (!missing(mom)) mom), list(...), list(lr = if (!missing(lr)) lr, momentum = if (!missing(momentum)) momentum, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient), name)
mx.varg.symbol.nag_mom_update <- function(alist) sym_varg("nag_mom_update", alist)

mx.nd.nanprod <- function(data, axis = NULL, keepdims = FALSE, exclude = FALSE, out = NULL)
  nd_op("nanprod", list(data = if (!missing(data)) data), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims, exclude = if (!missing(exclude)) exclude), out)
mx.symbol.nanprod <- function(data, ..., axis = NULL, keepdims = FALSE, exclude = FALSE, name = NULL)
  sym_op("nanprod", list(data = if (!missing(data)) data), list(...), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims, exclude = if (!missing(exclude)) exclude), name)
mx.varg.symbol.nanprod <- function(alist) sym_varg("nanprod", alist)

mx.nd.nansum <- function(data, axis = NULL, keepdims = FALSE, exclude = FALSE, out = NULL)
  nd_op("nansum", list(data = if (!missing(data)) data), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims, exclude = if (!missing(exclude)) exclude), out)
mx.symbol.nansum <- function(data, ..., axis = NULL, keepdims = FALSE, exclude = FALSE, name = NULL)
  sym_op("nansum", list(data = if (!missing(data)) data), list(...), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims, exclude = if (!missing(exclude)) exclude), name)
mx.varg.symbol.nansum <- function(alist) sym_varg("nansum", alist)

mx.nd.negative <- function(data, out = NULL)
  nd_op("negative", list(data = if (!missing(data)) data), list(), out)
mx.symbol.negative <- function(data, ..., name = NULL)
  sym_op("negative", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.negative <- function(alist) sym_varg("negative", alist)

mx.nd.norm <- function(data, ord = 2, axis = NULL, out_dtype = NULL, keepdims = FALSE, out = NULL)
  nd_op("norm", list(data = if (!missing(data)) data), list(ord = if (!missing(ord)) ord, axis = if (!missing(axis)) axis, out_dtype = if (!missing(out_dtype)) out_dtype, keepdims = if (!missing(keepdims)) keepdims), out)
mx.symbol.norm <- function(data, ..., ord = 2, axis = NULL, out_dtype = NULL, keepdims = FALSE, name = NULL)
  sym_op("norm", list(data = if (!missing(data)) data), list(...), list(ord = if (!missing(ord)) ord, axis = if (!missing(axis)) axis, out_dtype = if (!missing(out_dtype)) out_dtype, keepdims = if (!missing(keepdims)) keepdims), name)
mx.varg.symbol.norm <- function(alist) sym_varg("norm", alist)

mx.nd.normal <- function(loc = 0, scale = 1, shape = NULL, ctx = "", dtype = NULL, out = NULL)
  nd_op("normal", list(), list(loc = if (!missing(loc)) loc, scale = if (!missing(scale)) scale, shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), out)
mx.symbol.normal <- function(..., loc = 0, scale = 1, shape = NULL, ctx = "", dtype = NULL, name = NULL)
  sym_op("normal", list(), list(...), list(loc = if (!missing(loc)) loc, scale = if (!missing(scale)) scale, shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), name)
mx.varg.symbol.normal <- function(alist) sym_varg("normal", alist)

mx.nd.one.hot <- function(indices, depth, on_value = 1, off_value = 0, dtype = "float32", out = NULL)
  nd_op("one_hot", list(indices = if (!missing(indices)) indices), list(depth = if (!missing(depth)) depth, on_value = if (!missing(on_value)) on_value, off_value = if (!missing(off_value)) off_value, dtype = if (!missing(dtype)) dtype), out)
mx.symbol.one_hot <- function(indices, ..., depth, on_value = 1, off_value = 0, dtype = "float32", name = NULL)
  sym_op("one_hot", list(indices = if (!missing(indices)) indices), list(...), list(depth = if (!missing(depth)) depth, on_value = if (!missing(on_value)) on_value, off_value = if (!missing(off_value)) off_value, dtype = if (!missing(dtype)) dtype), name)
mx.varg.symbol.one_hot <- function(alist) sym_varg("one_hot", alist)

mx.nd.ones.like <- function(data, out = NULL)
  nd_op("ones_like", list(data = if (!missing(data)) data), list(), out)
mx.symbol.ones_like <- function(data, ..., name = NULL)
  sym_op("ones_like", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.ones_like <- function(alist) sym_varg("ones_like", alist)

mx.nd.pad <- function(data, mode, pad_width, constant_value = 0, out = NULL)
  nd_op("pad", list(data = if (!missing(data)) data), list(mode = if (!missing(mode)) mode, pad_width = if (!missing(pad_width)) pad_width, constant_value = if (!missing(constant_value)) constant_value), out)
mx.symbol.pad <- function(data, ..., mode, pad_width, constant_value = 0, name = NULL)
  sym_op("pad", list(data = if (!missing(data)) data), list(...), list(mode = if (!missing(mode)) mode, pad_width = if (!missing(pad_width)) pad_width, constant_value = if (!missing(constant_value)) constant_value), name)
mx.varg.symbol.pad <- function(alist) sym_varg("pad", alist)

mx.nd.pick <- function(data, index, axis = -1, keepdims = FALSE, mode = "clip", out = NULL)
  nd_op("pick", list(data = if (!missing(data)) data, index = if (!missing(index)) index), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims, mode = if (!missing(mode)) mode), out)
mx.symbol.pick <- function(data, index, ..., axis = -1, keepdims = FALSE, mode = "clip", name = NULL)
  sym_op("pick", list(data = if (!missing(data)) data, index = if (!missing(index)) index), list(...), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims, mode = if (!missing(mode)) mode), name)
mx.varg.symbol.pick <- function(alist) sym_varg("pick", alist)

mx.nd.preloaded.multi.mp.sgd.mom.update <- function(data, momentum = 0, rescale_grad = 1, clip_gradient = -1, num_weights = 1, out = NULL)
  nd_op("preloaded_multi_mp_sgd_mom_update", list(data = if (!missing(data)) data), list(momentum = if (!missing(momentum)) momentum, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, num_weights = if (!missing(num_weights)) num_weights), out)
mx.symbol.preloaded_multi_mp_sgd_mom_update <- function(..., momentum = 0, rescale_grad = 1, clip_gradient = -1, num_weights = 1, name = NULL)
  sym_op("preloaded_multi_mp_sgd_mom_update", list(), list(...), list(momentum = if (!missing(momentum)) momentum, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, num_weights = if (!missing(num_weights)) num_weights), name)
mx.varg.symbol.preloaded_multi_mp_sgd_mom_update <- function(alist) sym_varg("preloaded_multi_mp_sgd_mom_update", alist)

mx.nd.preloaded.multi.mp.sgd.update <- function(data, rescale_grad = 1, clip_gradient = -1, num_weights = 1, out = NULL)
  nd_op("preloaded_multi_mp_sgd_update", list(data = if (!missing(data)) data), list(rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, num_weights = if (!missing(num_weights)) num_weights), out)
mx.symbol.preloaded_multi_mp_sgd_update <- function(..., rescale_grad = 1, clip_gradient = -1, num_weights = 1, name = NULL)
  sym_op("preloaded_multi_mp_sgd_update", list(), list(...), list(rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, num_weights = if (!missing(num_weights)) num_weights), name)
mx.varg.symbol.preloaded_multi_mp_sgd_update <- function(alist) sym_varg("preloaded_multi_mp_sgd_update", alist)

mx.nd.preloaded.multi.sgd.mom.update <- function(data, momentum = 0, rescale_grad = 1, clip_gradient = -1, num_weights = 1, out = NULL)
  nd_op("preloaded_multi_sgd_mom_update", list(data = if (!missing(data)) data), list(momentum = if (!missing(momentum)) momentum, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, num_weights = if (!missing(num_weights)) num_weights), out)
mx.symbol.preloaded_multi_sgd_mom_update <- function(..., momentum = 0, rescale_grad = 1, clip_gradient = -1, num_weights = 1, name = NULL)
  sym_op("preloaded_multi_sgd_mom_update", list(), list(...), list(momentum = if (!missing(momentum)) momentum, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, num_weights = if (!missing(num_weights)) num_weights), name)
mx.varg.symbol.preloaded_multi_sgd_mom_update <- function(alist) sym_varg("preloaded_multi_sgd_mom_update", alist)

mx.nd.preloaded.multi.sgd.update <- function(data, rescale_grad = 1, clip_gradient = -1, num_weights = 1, out = NULL)
  nd_op("preloaded_multi_sgd_update", list(data = if (!missing(data)) data), list(rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, num_weights = if (!missing(num_weights)) num_weights), out)
mx.symbol.preloaded_multi_sgd_update <- function(..., rescale_grad = 1, clip_gradient = -1, num_weights = 1, name = NULL)
  sym_op("preloaded_multi_sgd_update", list(), list(...), list(rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, num_weights = if (!missing(num_weights)) num_weights), name)
mx.varg.symbol.preloaded_multi_sgd_update <- function(alist) sym_varg("preloaded_multi_sgd_update", alist)

mx.nd.prod <- function(data, axis = NULL, keepdims = FALSE, exclude = FALSE, out = NULL)
  nd_op("prod", list(data = if (!missing(data)) data), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims, exclude = if (!missing(exclude)) exclude), out)
mx.symbol.prod <- function(data, ..., axis = NULL, keepdims = FALSE, exclude = FALSE, name = NULL)
  sym_op("prod", list(data = if (!missing(data)) data), list(...), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims, exclude = if (!missing(exclude)) exclude), name)
mx.varg.symbol.prod <- function(alist) sym_varg("prod", alist)

mx.nd.radians <- function(data, out = NULL)
  nd_op("radians", list(data = if (!missing(data)) data), list(), out)
mx.symbol.radians <- function(data, ..., name = NULL)
  sym_op("radians", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.radians <- function(alist) sym_varg("radians", alist)

mx.nd.random.exponential <- function(lam = 1, shape = NULL, ctx = "", dtype = NULL, out = NULL)
  nd_op("random_exponential", list(), list(lam = if (!missing(lam)) lam, shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), out)
mx.symbol.random_exponential <- function(..., lam = 1, shape = NULL, ctx = "", dtype = NULL, name = NULL)
  sym_op("random_exponential", list(), list(...), list(lam = if (!missing(lam)) lam, shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), name)
mx.varg.symbol.random_exponential <- function(alist) sym_varg("random_exponential", alist)

mx.nd.random.gamma <- function(alpha = 1, beta = 1, shape = NULL, ctx = "", dtype = NULL, out = NULL)
  nd_op("random_gamma", list(), list(alpha = if (!missing(alpha)) alpha, beta = if (!missing(beta)) beta, shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), out)
mx.symbol.random_gamma <- function(..., alpha = 1, beta = 1, shape = NULL, ctx = "", dtype = NULL, name = NULL)
  sym_op("random_gamma", list(), list(...), list(alpha = if (!missing(alpha)) alpha, beta = if (!missing(beta)) beta, shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), name)
mx.varg.symbol.random_gamma <- function(alist) sym_varg("random_gamma", alist)

mx.nd.random.generalized.negative.binomial <- function(mu = 1, alpha = 1, shape = NULL, ctx = "", dtype = NULL, out = NULL)
  nd_op("random_generalized_negative_binomial", list(), list(mu = if (!missing(mu)) mu, alpha = if (!missing(alpha)) alpha, shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), out)
mx.symbol.random_generalized_negative_binomial <- function(..., mu = 1, alpha = 1, shape = NULL, ctx = "", dtype = NULL, name = NULL)
  sym_op("random_generalized_negative_binomial", list(), list(...), list(mu = if (!missing(mu)) mu, alpha = if (!missing(alpha)) alpha, shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), name)
mx.varg.symbol.random_generalized_negative_binomial <- function(alist) sym_varg("random_generalized_negative_binomial", alist)

mx.nd.random.negative.binomial <- function(k = 1, p = 1, shape = NULL, ctx = "", dtype = NULL, out = NULL)
  nd_op("random_negative_binomial", list(), list(k = if (!missing(k)) k, p = if (!missing(p)) p, shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), out)
mx.symbol.random_negative_binomial <- function(..., k = 1, p = 1, shape = NULL, ctx = "", dtype = NULL, name = NULL)
  sym_op("random_negative_binomial", list(), list(...), list(k = if (!missing(k)) k, p = if (!missing(p)) p, shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), name)
mx.varg.symbol.random_negative_binomial <- function(alist) sym_varg("random_negative_binomial", alist)

mx.nd.random.normal <- function(loc = 0, scale = 1, shape = NULL, ctx = "", dtype = NULL, out = NULL)
  nd_op("random_normal", list(), list(loc = if (!missing(loc)) loc, scale = if (!missing(scale)) scale, shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), out)
mx.symbol.random_normal <- function(..., loc = 0, scale = 1, shape = NULL, ctx = "", dtype = NULL, name = NULL)
  sym_op("random_normal", list(), list(...), list(loc = if (!missing(loc)) loc, scale = if (!missing(scale)) scale, shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), name)
mx.varg.symbol.random_normal <- function(alist) sym_varg("random_normal", alist)

mx.nd.random.pdf.dirichlet <- function(sample, alpha, is_log = FALSE, out = NULL)
  nd_op("random_pdf_dirichlet", list(sample = if (!missing(sample)) sample, alpha = if (!missing(alpha)) alpha), list(is_log = if (!missing(is_log)) is_log), out)
mx.symbol.random_pdf_dirichlet <- function(sample, alpha, ..., is_log = FALSE, name = NULL)
  sym_op("random_pdf_dirichlet", list(sample = if (!missing(sample)) sample, alpha = if (!missing(alpha)) alpha), list(...), list(is_log = if (!missing(is_log)) is_log), name)
mx.varg.symbol.random_pdf_dirichlet <- function(alist) sym_varg("random_pdf_dirichlet", alist)

mx.nd.random.pdf.exponential <- function(sample, lam, is_log = FALSE, out = NULL)
  nd_op("random_pdf_exponential", list(sample = if (!missing(sample)) sample, lam = if (!missing(lam)) lam), list(is_log = if (!missing(is_log)) is_log), out)
mx.symbol.random_pdf_exponential <- function(sample, lam, ..., is_log = FALSE, name = NULL)
  sym_op("random_pdf_exponential", list(sample = if (!missing(sample)) sample, lam = if (!missing(lam)) lam), list(...), list(is_log = if (!missing(is_log)) is_log), name)
mx.varg.symbol.random_pdf_exponential <- function(alist) sym_varg("random_pdf_exponential", alist)

mx.nd.random.pdf.gamma <- function(sample, alpha, beta, is_log = FALSE, out = NULL)
  nd_op("random_pdf_gamma", list(sample = if (!missing(sample)) sample, alpha = if (!missing(alpha)) alpha, beta = if (!missing(beta)) beta), list(is_log = if (!missing(is_log)) is_log), out)
mx.symbol.random_pdf_gamma <- function(sample, alpha, beta, ..., is_log = FALSE, name = NULL)
  sym_op("random_pdf_gamma", list(sample = if (!missing(sample)) sample, alpha = if (!missing(alpha)) alpha, beta = if (!missing(beta)) beta), list(...), list(is_log = if (!missing(is_log)) is_log), name)
mx.varg.symbol.random_pdf_gamma <- function(alist) sym_varg("random_pdf_gamma", alist)

mx.nd.random.pdf.generalized.negative.binomial <- function(sample, mu, alpha, is_log = FALSE, out = NULL)
  nd_op("random_pdf_generalized_negative_binomial", list(sample = if (!missing(sample)) sample, mu = if (!missing(mu)) mu, alpha = if (!missing(alpha)) alpha), list(is_log = if (!missing(is_log)) is_log), out)
mx.symbol.random_pdf_generalized_negative_binomial <- function(sample, mu, alpha, ..., is_log = FALSE, name = NULL)
  sym_op("random_pdf_generalized_negative_binomial", list(sample = if (!missing(sample)) sample, mu = if (!missing(mu)) mu, alpha = if (!missing(alpha)) alpha), list(...), list(is_log = if (!missing(is_log)) is_log), name)
mx.varg.symbol.random_pdf_generalized_negative_binomial <- function(alist) sym_varg("random_pdf_generalized_negative_binomial", alist)

mx.nd.random.pdf.negative.binomial <- function(sample, k, p, is_log = FALSE, out = NULL)
  nd_op("random_pdf_negative_binomial", list(sample = if (!missing(sample)) sample, k = if (!missing(k)) k, p = if (!missing(p)) p), list(is_log = if (!missing(is_log)) is_log), out)
mx.symbol.random_pdf_negative_binomial <- function(sample, k, p, ..., is_log = FALSE, name = NULL)
  sym_op("random_pdf_negative_binomial", list(sample = if (!missing(sample)) sample, k = if (!missing(k)) k, p = if (!missing(p)) p), list(...), list(is_log = if (!missing(is_log)) is_log), name)
mx.varg.symbol.random_pdf_negative_binomial <- function(alist) sym_varg("random_pdf_negative_binomial", alist)

mx.nd.random.pdf.normal <- function(sample, mu, sigma, is_log = FALSE, out = NULL)
  nd_op("random_pdf_normal", list(sample = if (!missing(sample)) sample, mu = if (!missing(mu)) mu, sigma = if (!missing(sigma)) sigma), list(is_log = if (!missing(is_log)) is_log), out)
mx.symbol.random_pdf_normal <- function(sample, mu, sigma, ..., is_log = FALSE, name = NULL)
  sym_op("random_pdf_normal", list(sample = if (!missing(sample)) sample, mu = if (!missing(mu)) mu, sigma = if (!missing(sigma)) sigma), list(...), list(is_log = if (!missing(is_log)) is_log), name)
mx.varg.symbol.random_pdf_normal <- function(alist) sym_varg("random_pdf_normal", alist)

mx.nd.random.pdf.poisson <- function(sample, lam, is_log = FALSE, out = NULL)
  nd_op("random_pdf_poisson", list(sample = if (!missing(sample)) sample, lam = if (!missing(lam)) lam), list(is_log = if (!missing(is_log)) is_log), out)
mx.symbol.random_pdf_poisson <- function(sample, lam, ..., is_log = FALSE, name = NULL)
  sym_op("random_pdf_poisson", list(sample = if (!missing(sample)) sample, lam = if (!missing(lam)) lam), list(...), list(is_log = if (!missing(is_log)) is_log), name)
mx.varg.symbol.random_pdf_poisson <- function(alist) sym_varg("random_pdf_poisson", alist)

mx.nd.random.pdf.uniform <- function(sample, low, high, is_log = FALSE, out = NULL)
  nd_op("random_pdf_uniform", list(sample = if (!missing(sample)) sample, low = if (!missing(low)) low, high = if (!missing(high)) high), list(is_log = if (!missing(is_log)) is_log), out)
mx.symbol.random_pdf_uniform <- function(sample, low, high, ..., is_log = FALSE, name = NULL)
  sym_op("random_pdf_uniform", list(sample = if (!missing(sample)) sample, low = if (!missing(low)) low, high = if (!missing(high)) high), list(...), list(is_log = if (!missing(is_log)) is_log), name)
mx.varg.symbol.random_pdf_uniform <- function(alist) sym_varg("random_pdf_uniform", alist)

mx.nd.random.poisson <- function(lam = 1, shape = NULL, ctx = "", dtype = NULL, out = NULL)
  nd_op("random_poisson", list(), list(lam = if (!missing(lam)) lam, shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), out)
mx.symbol.random_poisson <- function(..., lam = 1, shape = NULL, ctx = "", dtype = NULL, name = NULL)
  sym_op("random_poisson", list(), list(...), list(lam = if (!missing(lam)) lam, shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), name)
mx.varg.symbol.random_poisson <- function(alist) sym_varg("random_poisson", alist)

mx.nd.random.randint <- function(low, high, shape = NULL, ctx = "", dtype = NULL, out = NULL)
  nd_op("random_randint", list(), list(low = if (!missing(low)) low, high = if (!missing(high)) high, shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), out)
mx.symbol.random_randint <- function(..., low, high, shape = NULL, ctx = "", dtype = NULL, name = NULL)
  sym_op("random_randint", list(), list(...), list(low = if (!missing(low)) low, high = if (!missing(high)) high, shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), name)
mx.varg.symbol.random_randint <- function(alist) sym_varg("random_randint", alist)

mx.nd.random.uniform <- function(low = 0, high = 1, shape = NULL, ctx = "", dtype = NULL, out = NULL)
  nd_op("random_uniform", list(), list(low = if (!missing(low)) low, high = if (!missing(high)) high, shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), out)
mx.symbol.random_uniform <- function(..., low = 0, high = 1, shape = NULL, ctx = "", dtype = NULL, name = NULL)
  sym_op("random_uniform", list(), list(...), list(low = if (!missing(low)) low, high = if (!missing(high)) high, shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), name)
mx.varg.symbol.random_uniform <- function(alist) sym_varg("random_uniform", alist)

mx.nd.ravel.multi.index <- function(data, shape = NULL, out = NULL)
  nd_op("ravel_multi_index", list(data = if (!missing(data)) data), list(shape = if (!missing(shape)) shape), out)
mx.symbol.ravel_multi_index <- function(data, ..., shape = NULL, name = NULL)
  sym_op("ravel_multi_index", list(data = if (!missing(data)) data), list(...), list(shape = if (!missing(shape)) shape), name)
mx.varg.symbol.ravel_multi_index <- function(alist) sym_varg("ravel_multi_index", alist)

mx.nd.rcbrt <- function(data, out = NULL)
  nd_op("rcbrt", list(data = if (!missing(data)) data), list(), out)
mx.symbol.rcbrt <- function(data, ..., name = NULL)
  sym_op("rcbrt", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.rcbrt <- function(alist) sym_varg("rcbrt", alist)

mx.nd.reciprocal <- function(data, out = NULL)
  nd_op("reciprocal", list(data = if (!missing(data)) data), list(), out)
mx.symbol.reciprocal <- function(data, ..., name = NULL)
  sym_op("reciprocal", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.reciprocal <- function(alist) sym_varg("reciprocal", alist)

mx.nd.relu <- function(data, out = NULL)
  nd_op("relu", list(data = if (!missing(data)) data), list(), out)
mx.symbol.relu <- function(data, ..., name = NULL)
  sym_op("relu", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.relu <- function(alist) sym_varg("relu", alist)

mx.nd.repeat <- function(data, repeats, axis = NULL, out = NULL)
  nd_op("repeat", list(data = if (!missing(data)) data), list(repeats = if (!missing(repeats)) repeats, axis = if (!missing(axis)) axis), out)
mx.symbol.repeat <- function(data, ..., repeats, axis = NULL, name = NULL)
  sym_op("repeat", list(data = if (!missing(data)) data), list(...), list(repeats = if (!missing(repeats)) repeats, axis = if (!missing(axis)) axis), name)
mx.varg.symbol.repeat <- function(alist) sym_varg("repeat", alist)

mx.nd.reset.arrays <- function(data, num_arrays, out = NULL)
  nd_op("reset_arrays", list(data = if (!missing(data)) data), list(num_arrays = if (!missing(num_arrays)) num_arrays), out)
mx.symbol.reset_arrays <- function(..., num_arrays, name = NULL)
  sym_op("reset_arrays", list(), list(...), list(num_arrays = if (!missing(num_arrays)) num_arrays), name)
mx.varg.symbol.reset_arrays <- function(alist) sym_varg("reset_arrays", alist)

mx.nd.reshape <- function(data, shape = NULL, reverse = FALSE, target_shape = NULL, keep_highest = FALSE, out = NULL)
  nd_op("reshape", list(data = if (!missing(data)) data), list(shape = if (!missing(shape)) shape, reverse = if (!missing(reverse)) reverse, target_shape = if (!missing(target_shape)) target_shape, keep_highest = if (!missing(keep_highest)) keep_highest), out)
mx.symbol.reshape <- function(data, ..., shape = NULL, reverse = FALSE, target_shape = NULL, keep_highest = FALSE, name = NULL)
  sym_op("reshape", list(data = if (!missing(data)) data), list(...), list(shape = if (!missing(shape)) shape, reverse = if (!missing(reverse)) reverse, target_shape = if (!missing(target_shape)) target_shape, keep_highest = if (!missing(keep_highest)) keep_highest), name)
mx.varg.symbol.reshape <- function(alist) sym_varg("reshape", alist)

mx.nd.reshape.like <- function(lhs, rhs, lhs_begin = NULL, lhs_end = NULL, rhs_begin = NULL, rhs_end = NULL, out = NULL)
  nd_op("reshape_like", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(lhs_begin = if (!missing(lhs_begin)) lhs_begin, lhs_end = if (!missing(lhs_end)) lhs_end, rhs_begin = if (!missing(rhs_begin)) rhs_begin, rhs_end = if (!missing(rhs_end)) rhs_end), out)
mx.symbol.reshape_like <- function(lhs, rhs, ..., lhs_begin = NULL, lhs_end = NULL, rhs_begin = NULL, rhs_end = NULL, name = NULL)
  sym_op("reshape_like", list(lhs = if (!missing(lhs)) lhs, rhs = if (!missing(rhs)) rhs), list(...), list(lhs_begin = if (!missing(lhs_begin)) lhs_begin, lhs_end = if (!missing(lhs_end)) lhs_end, rhs_begin = if (!missing(rhs_begin)) rhs_begin, rhs_end = if (!missing(rhs_end)) rhs_end), name)
mx.varg.symbol.reshape_like <- function(alist) sym_varg("reshape_like", alist)

mx.nd.reverse <- function(data, axis, out = NULL)
  nd_op("reverse", list(data = if (!missing(data)) data), list(axis = if (!missing(axis)) axis), out)
mx.symbol.reverse <- function(data, ..., axis, name = NULL)
  sym_op("reverse", list(data = if (!missing(data)) data), list(...), list(axis = if (!missing(axis)) axis), name)
mx.varg.symbol.reverse <- function(alist) sym_varg("reverse", alist)

mx.nd.rint <- function(data, out = NULL)
  nd_op("rint", list(data = if (!missing(data)) data), list(), out)
mx.symbol.rint <- function(data, ..., name = NULL)
  sym_op("rint", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.rint <- function(alist) sym_varg("rint", alist)

mx.nd.rmsprop.update <- function(weight, grad, n, lr, gamma1 = 0.949999988, epsilon = 9.99999994e-09, wd = 0, rescale_grad = 1, clip_gradient = -1, clip_weights = -1, out = NULL)
  nd_op("rmsprop_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, n = if (!missing(n)) n), list(lr = if (!missing(lr)) lr, gamma1 = if (!missing(gamma1)) gamma1, epsilon = if (!missing(epsilon)) epsilon, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, clip_weights = if (!missing(clip_weights)) clip_weights), out)
mx.symbol.rmsprop_update <- function(weight, grad, n, ..., lr, gamma1 = 0.949999988, epsilon = 9.99999994e-09, wd = 0, rescale_grad = 1, clip_gradient = -1, clip_weights = -1, name = NULL)
  sym_op("rmsprop_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, n = if (!missing(n)) n), list(...), list(lr = if (!missing(lr)) lr, gamma1 = if (!missing(gamma1)) gamma1, epsilon = if (!missing(epsilon)) epsilon, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, clip_weights = if (!missing(clip_weights)) clip_weights), name)
mx.varg.symbol.rmsprop_update <- function(alist) sym_varg("rmsprop_update", alist)

mx.nd.rmspropalex.update <- function(weight, grad, n, g, delta, lr, gamma1 = 0.949999988, gamma2 = 0.899999976, epsilon = 9.99999994e-09, wd = 0, rescale_grad = 1, clip_gradient = -1, clip_weights = -1, out = NULL)
  nd_op("rmspropalex_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, n = if (!missing(n)) n, g = if (!missing(g)) g, delta = if (!missing(delta)) delta), list(lr = if (!missing(lr)) lr, gamma1 = if (!missing(gamma1)) gamma1, gamma2 = if (!missing(gamma2)) gamma2, epsilon = if (!missing(epsilon)) epsilon, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, clip_weights = if (!missing(clip_weights)) clip_weights), out)
mx.symbol.rmspropalex_update <- function(weight, grad, n, g, delta, ..., lr, gamma1 = 0.949999988, gamma2 = 0.899999976, epsilon = 9.99999994e-09, wd = 0, rescale_grad = 1, clip_gradient = -1, clip_weights = -1, name = NULL)
  sym_op("rmspropalex_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, n = if (!missing(n)) n, g = if (!missing(g)) g, delta = if (!missing(delta)) delta), list(...), list(lr = if (!missing(lr)) lr, gamma1 = if (!missing(gamma1)) gamma1, gamma2 = if (!missing(gamma2)) gamma2, epsilon = if (!missing(epsilon)) epsilon, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, clip_weights = if (!missing(clip_weights)) clip_weights), name)
mx.varg.symbol.rmspropalex_update <- function(alist) sym_varg("rmspropalex_update", alist)

mx.nd.round <- function(data, out = NULL)
  nd_op("round", list(data = if (!missing(data)) data), list(), out)
mx.symbol.round <- function(data, ..., name = NULL)
  sym_op("round", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.round <- function(alist) sym_varg("round", alist)

mx.nd.rsqrt <- function(data, out = NULL)
  nd_op("rsqrt", list(data = if (!missing(data)) data), list(), out)
mx.symbol.rsqrt <- function(data, ..., name = NULL)
  sym_op("rsqrt", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.rsqrt <- function(alist) sym_varg("rsqrt", alist)

mx.nd.sample.exponential <- function(lam, shape = NULL, dtype = NULL, out = NULL)
  nd_op("sample_exponential", list(lam = if (!missing(lam)) lam), list(shape = if (!missing(shape)) shape, dtype = if (!missing(dtype)) dtype), out)
mx.symbol.sample_exponential <- function(lam, ..., shape = NULL, dtype = NULL, name = NULL)
  sym_op("sample_exponential", list(lam = if (!missing(lam)) lam), list(...), list(shape = if (!missing(shape)) shape, dtype = if (!missing(dtype)) dtype), name)
mx.varg.symbol.sample_exponential <- function(alist) sym_varg("sample_exponential", alist)

mx.nd.sample.gamma <- function(alpha, beta, shape = NULL, dtype = NULL, out = NULL)
  nd_op("sample_gamma", list(alpha = if (!missing(alpha)) alpha, beta = if (!missing(beta)) beta), list(shape = if (!missing(shape)) shape, dtype = if (!missing(dtype)) dtype), out)
mx.symbol.sample_gamma <- function(alpha, beta, ..., shape = NULL, dtype = NULL, name = NULL)
  sym_op("sample_gamma", list(alpha = if (!missing(alpha)) alpha, beta = if (!missing(beta)) beta), list(...), list(shape = if (!missing(shape)) shape, dtype = if (!missing(dtype)) dtype), name)
mx.varg.symbol.sample_gamma <- function(alist) sym_varg("sample_gamma", alist)

mx.nd.sample.generalized.negative.binomial <- function(mu, alpha, shape = NULL, dtype = NULL, out = NULL)
  nd_op("sample_generalized_negative_binomial", list(mu = if (!missing(mu)) mu, alpha = if (!missing(alpha)) alpha), list(shape = if (!missing(shape)) shape, dtype = if (!missing(dtype)) dtype), out)
mx.symbol.sample_generalized_negative_binomial <- function(mu, alpha, ..., shape = NULL, dtype = NULL, name = NULL)
  sym_op("sample_generalized_negative_binomial", list(mu = if (!missing(mu)) mu, alpha = if (!missing(alpha)) alpha), list(...), list(shape = if (!missing(shape)) shape, dtype = if (!missing(dtype)) dtype), name)
mx.varg.symbol.sample_generalized_negative_binomial <- function(alist) sym_varg("sample_generalized_negative_binomial", alist)

mx.nd.sample.multinomial <- function(data, shape = NULL, get_prob = FALSE, dtype = "int32", out = NULL)
  nd_op("sample_multinomial", list(data = if (!missing(data)) data), list(shape = if (!missing(shape)) shape, get_prob = if (!missing(get_prob)) get_prob, dtype = if (!missing(dtype)) dtype), out)
mx.symbol.sample_multinomial <- function(data, ..., shape = NULL, get_prob = FALSE, dtype = "int32", name = NULL)
  sym_op("sample_multinomial", list(data = if (!missing(data)) data), list(...), list(shape = if (!missing(shape)) shape, get_prob = if (!missing(get_prob)) get_prob, dtype = if (!missing(dtype)) dtype), name)
mx.varg.symbol.sample_multinomial <- function(alist) sym_varg("sample_multinomial", alist)

mx.nd.sample.negative.binomial <- function(k, p, shape = NULL, dtype = NULL, out = NULL)
  nd_op("sample_negative_binomial", list(k = if (!missing(k)) k, p = if (!missing(p)) p), list(shape = if (!missing(shape)) shape, dtype = if (!missing(dtype)) dtype), out)
mx.symbol.sample_negative_binomial <- function(k, p, ..., shape = NULL, dtype = NULL, name = NULL)
  sym_op("sample_negative_binomial", list(k = if (!missing(k)) k, p = if (!missing(p)) p), list(...), list(shape = if (!missing(shape)) shape, dtype = if (!missing(dtype)) dtype), name)
mx.varg.symbol.sample_negative_binomial <- function(alist) sym_varg("sample_negative_binomial", alist)

mx.nd.sample.normal <- function(mu, sigma, shape = NULL, dtype = NULL, out = NULL)
  nd_op("sample_normal", list(mu = if (!missing(mu)) mu, sigma = if (!missing(sigma)) sigma), list(shape = if (!missing(shape)) shape, dtype = if (!missing(dtype)) dtype), out)
mx.symbol.sample_normal <- function(mu, sigma, ..., shape = NULL, dtype = NULL, name = NULL)
  sym_op("sample_normal", list(mu = if (!missing(mu)) mu, sigma = if (!missing(sigma)) sigma), list(...), list(shape = if (!missing(shape)) shape, dtype = if (!missing(dtype)) dtype), name)
mx.varg.symbol.sample_normal <- function(alist) sym_varg("sample_normal", alist)

mx.nd.sample.poisson <- function(lam, shape = NULL, dtype = NULL, out = NULL)
  nd_op("sample_poisson", list(lam = if (!missing(lam)) lam), list(shape = if (!missing(shape)) shape, dtype = if (!missing(dtype)) dtype), out)
mx.symbol.sample_poisson <- function(lam, ..., shape = NULL, dtype = NULL, name = NULL)
  sym_op("sample_poisson", list(lam = if (!missing(lam)) lam), list(...), list(shape = if (!missing(shape)) shape, dtype = if (!missing(dtype)) dtype), name)
mx.varg.symbol.sample_poisson <- function(alist) sym_varg("sample_poisson", alist)

mx.nd.sample.uniform <- function(low, high, shape = NULL, dtype = NULL, out = NULL)
  nd_op("sample_uniform", list(low = if (!missing(low)) low, high = if (!missing(high)) high), list(shape = if (!missing(shape)) shape, dtype = if (!missing(dtype)) dtype), out)
mx.symbol.sample_uniform <- function(low, high, ..., shape = NULL, dtype = NULL, name = NULL)
  sym_op("sample_uniform", list(low = if (!missing(low)) low, high = if (!missing(high)) high), list(...), list(shape = if (!missing(shape)) shape, dtype = if (!missing(dtype)) dtype), name)
mx.varg.symbol.sample_uniform <- function(alist) sym_varg("sample_uniform", alist)

mx.nd.scatter.nd <- function(data, indices, shape, out = NULL)
  nd_op("scatter_nd", list(data = if (!missing(data)) data, indices = if (!missing(indices)) indices), list(shape = if (!missing(shape)) shape), out)
mx.symbol.scatter_nd <- function(data, indices, ..., shape, name = NULL)
  sym_op("scatter_nd", list(data = if (!missing(data)) data, indices = if (!missing(indices)) indices), list(...), list(shape = if (!missing(shape)) shape), name)
mx.varg.symbol.scatter_nd <- function(alist) sym_varg("scatter_nd", alist)

mx.nd.sgd.mom.update <- function(weight, grad, mom, lr, momentum = 0, wd = 0, rescale_grad = 1, clip_gradient = -1, lazy_update = TRUE, out = NULL)
  nd_op("sgd_mom_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, mom = if (!missing(mom)) mom), list(lr = if (!missing(lr)) lr, momentum = if (!missing(momentum)) momentum, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, lazy_update = if (!missing(lazy_update)) lazy_update), out)
mx.symbol.sgd_mom_update <- function(weight, grad, mom, ..., lr, momentum = 0, wd = 0, rescale_grad = 1, clip_gradient = -1, lazy_update = TRUE, name = NULL)
  sym_op("sgd_mom_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, mom = if (!missing(mom)) mom), list(...), list(lr = if (!missing(lr)) lr, momentum = if (!missing(momentum)) momentum, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, lazy_update = if (!missing(lazy_update)) lazy_update), name)
mx.varg.symbol.sgd_mom_update <- function(alist) sym_varg("sgd_mom_update", alist)

mx.nd.sgd.update <- function(weight, grad, lr, wd = 0, rescale_grad = 1, clip_gradient = -1, lazy_update = TRUE, out = NULL)
  nd_op("sgd_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad), list(lr = if (!missing(lr)) lr, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, lazy_update = if (!missing(lazy_update)) lazy_update), out)
mx.symbol.sgd_update <- function(weight, grad, ..., lr, wd = 0, rescale_grad = 1, clip_gradient = -1, lazy_update = TRUE, name = NULL)
  sym_op("sgd_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad), list(...), list(lr = if (!missing(lr)) lr, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, lazy_update = if (!missing(lazy_update)) lazy_update), name)
mx.varg.symbol.sgd_update <- function(alist) sym_varg("sgd_update", alist)

mx.nd.shape.array <- function(data, out = NULL)
  nd_op("shape_array", list(data = if (!missing(data)) data), list(), out)
mx.symbol.shape_array <- function(data, ..., name = NULL)
  sym_op("shape_array", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.shape_array <- function(alist) sym_varg("shape_array", alist)

mx.nd.shuffle <- function(data, out = NULL)
  nd_op("shuffle", list(data = if (!missing(data)) data), list(), out)
mx.symbol.shuffle <- function(data, ..., name = NULL)
  sym_op("shuffle", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.shuffle <- function(alist) sym_varg("shuffle", alist)

mx.nd.sigmoid <- function(data, out = NULL)
  nd_op("sigmoid", list(data = if (!missing(data)) data), list(), out)
mx.symbol.sigmoid <- function(data, ..., name = NULL)
  sym_op("sigmoid", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.sigmoid <- function(alist) sym_varg("sigmoid", alist)

mx.nd.sign <- function(data, out = NULL)
  nd_op("sign", list(data = if (!missing(data)) data), list(), out)
mx.symbol.sign <- function(data, ..., name = NULL)
  sym_op("sign", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.sign <- function(alist) sym_varg("sign", alist)

mx.nd.signsgd.update <- function(weight, grad, lr, wd = 0, rescale_grad = 1, clip_gradient = -1, out = NULL)
  nd_op("signsgd_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad), list(lr = if (!missing(lr)) lr, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient), out)
mx.symbol.signsgd_update <- function(weight, grad, ..., lr, wd = 0, rescale_grad = 1, clip_gradient = -1, name = NULL)
  sym_op("signsgd_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad), list(...), list(lr = if (!missing(lr)) lr, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient), name)
mx.varg.symbol.signsgd_update <- function(alist) sym_varg("signsgd_update", alist)

mx.nd.signum.update <- function(weight, grad, mom, lr, momentum = 0, wd = 0, rescale_grad = 1, clip_gradient = -1, wd_lh = 0, out = NULL)
  nd_op("signum_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, mom = if (!missing(mom)) mom), list(lr = if (!missing(lr)) lr, momentum = if (!missing(momentum)) momentum, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, wd_lh = if (!missing(wd_lh)) wd_lh), out)
mx.symbol.signum_update <- function(weight, grad, mom, ..., lr, momentum = 0, wd = 0, rescale_grad = 1, clip_gradient = -1, wd_lh = 0, name = NULL)
  sym_op("signum_update", list(weight = if (!missing(weight)) weight, grad = if (!missing(grad)) grad, mom = if (!missing(mom)) mom), list(...), list(lr = if (!missing(lr)) lr, momentum = if (!missing(momentum)) momentum, wd = if (!missing(wd)) wd, rescale_grad = if (!missing(rescale_grad)) rescale_grad, clip_gradient = if (!missing(clip_gradient)) clip_gradient, wd_lh = if (!missing(wd_lh)) wd_lh), name)
mx.varg.symbol.signum_update <- function(alist) sym_varg("signum_update", alist)

mx.nd.sin <- function(data, out = NULL)
  nd_op("sin", list(data = if (!missing(data)) data), list(), out)
mx.symbol.sin <- function(data, ..., name = NULL)
  sym_op("sin", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.sin <- function(alist) sym_varg("sin", alist)

mx.nd.sinh <- function(data, out = NULL)
  nd_op("sinh", list(data = if (!missing(data)) data), list(), out)
mx.symbol.sinh <- function(data, ..., name = NULL)
  sym_op("sinh", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.sinh <- function(alist) sym_varg("sinh", alist)

mx.nd.size.array <- function(data, out = NULL)
  nd_op("size_array", list(data = if (!missing(data)) data), list(), out)
mx.symbol.size_array <- function(data, ..., name = NULL)
  sym_op("size_array", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.size_array <- function(alist) sym_varg("size_array", alist)

mx.nd.slice <- function(data, begin, end, step = NULL, out = NULL)
  nd_op("slice", list(data = if (!missing(data)) data), list(begin = if (!missing(begin)) begin, end = if (!missing(end)) end, step = if (!missing(step)) step), out)
mx.symbol.slice <- function(data, ..., begin, end, step = NULL, name = NULL)
  sym_op("slice", list(data = if (!missing(data)) data), list(...), list(begin = if (!missing(begin)) begin, end = if (!missing(end)) end, step = if (!missing(step)) step), name)
mx.varg.symbol.slice <- function(alist) sym_varg("slice", alist)

mx.nd.slice.axis <- function(data, axis, begin, end, out = NULL)
  nd_op("slice_axis", list(data = if (!missing(data)) data), list(axis = if (!missing(axis)) axis, begin = if (!missing(begin)) begin, end = if (!missing(end)) end), out)
mx.symbol.slice_axis <- function(data, ..., axis, begin, end, name = NULL)
  sym_op("slice_axis", list(data = if (!missing(data)) data), list(...), list(axis = if (!missing(axis)) axis, begin = if (!missing(begin)) begin, end = if (!missing(end)) end), name)
mx.varg.symbol.slice_axis <- function(alist) sym_varg("slice_axis", alist)

mx.nd.slice.like <- function(data, shape_like, axes = NULL, out = NULL)
  nd_op("slice_like", list(data = if (!missing(data)) data, shape_like = if (!missing(shape_like)) shape_like), list(axes = if (!missing(axes)) axes), out)
mx.symbol.slice_like <- function(data, shape_like, ..., axes = NULL, name = NULL)
  sym_op("slice_like", list(data = if (!missing(data)) data, shape_like = if (!missing(shape_like)) shape_like), list(...), list(axes = if (!missing(axes)) axes), name)
mx.varg.symbol.slice_like <- function(alist) sym_varg("slice_like", alist)

mx.nd.smooth.l1 <- function(data, scalar = 1, is_int = TRUE, out = NULL)
  nd_op("smooth_l1", list(data = if (!missing(data)) data), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), out)
mx.symbol.smooth_l1 <- function(data, ..., scalar = 1, is_int = TRUE, name = NULL)
  sym_op("smooth_l1", list(data = if (!missing(data)) data), list(...), list(scalar = if (!missing(scalar)) scalar, is_int = if (!missing(is_int)) is_int), name)
mx.varg.symbol.smooth_l1 <- function(alist) sym_varg("smooth_l1", alist)

mx.nd.softmax <- function(data, length, axis = -1, temperature = NULL, dtype = NULL, use_length = FALSE, out = NULL)
  nd_op("softmax", list(data = if (!missing(data)) data, length = if (!missing(length)) length), list(axis = if (!missing(axis)) axis, temperature = if (!missing(temperature)) temperature, dtype = if (!missing(dtype)) dtype, use_length = if (!missing(use_length)) use_length), out)
mx.symbol.softmax <- function(data, length, ..., axis = -1, temperature = NULL, dtype = NULL, use_length = FALSE, name = NULL)
  sym_op("softmax", list(data = if (!missing(data)) data, length = if (!missing(length)) length), list(...), list(axis = if (!missing(axis)) axis, temperature = if (!missing(temperature)) temperature, dtype = if (!missing(dtype)) dtype, use_length = if (!missing(use_length)) use_length), name)
mx.varg.symbol.softmax <- function(alist) sym_varg("softmax", alist)

mx.nd.softmax.cross.entropy <- function(data, label, out = NULL)
  nd_op("softmax_cross_entropy", list(data = if (!missing(data)) data, label = if (!missing(label)) label), list(), out)
mx.symbol.softmax_cross_entropy <- function(data, label, ..., name = NULL)
  sym_op("softmax_cross_entropy", list(data = if (!missing(data)) data, label = if (!missing(label)) label), list(...), list(), name)
mx.varg.symbol.softmax_cross_entropy <- function(alist) sym_varg("softmax_cross_entropy", alist)

mx.nd.softmin <- function(data, axis = -1, temperature = NULL, dtype = NULL, use_length = FALSE, out = NULL)
  nd_op("softmin", list(data = if (!missing(data)) data), list(axis = if (!missing(axis)) axis, temperature = if (!missing(temperature)) temperature, dtype = if (!missing(dtype)) dtype, use_length = if (!missing(use_length)) use_length), out)
mx.symbol.softmin <- function(data, ..., axis = -1, temperature = NULL, dtype = NULL, use_length = FALSE, name = NULL)
  sym_op("softmin", list(data = if (!missing(data)) data), list(...), list(axis = if (!missing(axis)) axis, temperature = if (!missing(temperature)) temperature, dtype = if (!missing(dtype)) dtype, use_length = if (!missing(use_length)) use_length), name)
mx.varg.symbol.softmin <- function(alist) sym_varg("softmin", alist)

mx.nd.softsign <- function(data, out = NULL)
  nd_op("softsign", list(data = if (!missing(data)) data), list(), out)
mx.symbol.softsign <- function(data, ..., name = NULL)
  sym_op("softsign", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.softsign <- function(alist) sym_varg("softsign", alist)

mx.nd.sort <- function(data, axis = -1, is_ascend = TRUE, out = NULL)
  nd_op("sort", list(data = if (!missing(data)) data), list(axis = if (!missing(axis)) axis, is_ascend = if (!missing(is_ascend)) is_ascend), out)
mx.symbol.sort <- function(data, ..., axis = -1, is_ascend = TRUE, name = NULL)
  sym_op("sort", list(data = if (!missing(data)) data), list(...), list(axis = if (!missing(axis)) axis, is_ascend = if (!missing(is_ascend)) is_ascend), name)
mx.varg.symbol.sort <- function(alist) sym_varg("sort", alist)

mx.nd.space.to.depth <- function(data, block_size, out = NULL)
  nd_op("space_to_depth", list(data = if (!missing(data)) data), list(block_size = if (!missing(block_size)) block_size), out)
mx.symbol.space_to_depth <- function(data, ..., block_size, name = NULL)
  sym_op("space_to_depth", list(data = if (!missing(data)) data), list(...), list(block_size = if (!missing(block_size)) block_size), name)
mx.varg.symbol.space_to_depth <- function(alist) sym_varg("space_to_depth", alist)

mx.nd.split <- function(data, num_outputs, axis = 1, squeeze_axis = FALSE, out = NULL)
  nd_op("split", list(data = if (!missing(data)) data), list(num_outputs = if (!missing(num_outputs)) num_outputs, axis = if (!missing(axis)) axis, squeeze_axis = if (!missing(squeeze_axis)) squeeze_axis), out)
mx.symbol.split <- function(data, ..., num_outputs, axis = 1, squeeze_axis = FALSE, name = NULL)
  sym_op("split", list(data = if (!missing(data)) data), list(...), list(num_outputs = if (!missing(num_outputs)) num_outputs, axis = if (!missing(axis)) axis, squeeze_axis = if (!missing(squeeze_axis)) squeeze_axis), name)
mx.varg.symbol.split <- function(alist) sym_varg("split", alist)

mx.nd.sqrt <- function(data, out = NULL)
  nd_op("sqrt", list(data = if (!missing(data)) data), list(), out)
mx.symbol.sqrt <- function(data, ..., name = NULL)
  sym_op("sqrt", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.sqrt <- function(alist) sym_varg("sqrt", alist)

mx.nd.square <- function(data, out = NULL)
  nd_op("square", list(data = if (!missing(data)) data), list(), out)
mx.symbol.square <- function(data, ..., name = NULL)
  sym_op("square", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.square <- function(alist) sym_varg("square", alist)

mx.nd.squeeze <- function(data, axis = NULL, out = NULL)
  nd_op("squeeze", list(data = if (!missing(data)) data), list(axis = if (!missing(axis)) axis), out)
mx.symbol.squeeze <- function(data, ..., axis = NULL, name = NULL)
  sym_op("squeeze", list(data = if (!missing(data)) data), list(...), list(axis = if (!missing(axis)) axis), name)
mx.varg.symbol.squeeze <- function(alist) sym_varg("squeeze", alist)

mx.nd.stack <- function(data, axis = 0, num_args, out = NULL)
  nd_op("stack", list(data = if (!missing(data)) data), list(axis = if (!missing(axis)) axis, num_args = if (!missing(num_args)) num_args), out)
mx.symbol.stack <- function(..., axis = 0, num_args, name = NULL)
  sym_op("stack", list(), list(...), list(axis = if (!missing(axis)) axis, num_args = if (!missing(num_args)) num_args), name)
mx.varg.symbol.stack <- function(alist) sym_varg("stack", alist)

mx.nd.stop.gradient <- function(data, out = NULL)
  nd_op("stop_gradient", list(data = if (!missing(data)) data), list(), out)
mx.symbol.stop_gradient <- function(data, ..., name = NULL)
  sym_op("stop_gradient", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.stop_gradient <- function(alist) sym_varg("stop_gradient", alist)

mx.nd.sum <- function(data, axis = NULL, keepdims = FALSE, exclude = FALSE, out = NULL)
  nd_op("sum", list(data = if (!missing(data)) data), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims, exclude = if (!missing(exclude)) exclude), out)
mx.symbol.sum <- function(data, ..., axis = NULL, keepdims = FALSE, exclude = FALSE, name = NULL)
  sym_op("sum", list(data = if (!missing(data)) data), list(...), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims, exclude = if (!missing(exclude)) exclude), name)
mx.varg.symbol.sum <- function(alist) sym_varg("sum", alist)

mx.nd.sum.axis <- function(data, axis = NULL, keepdims = FALSE, exclude = FALSE, out = NULL)
  nd_op("sum_axis", list(data = if (!missing(data)) data), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims, exclude = if (!missing(exclude)) exclude), out)
mx.symbol.sum_axis <- function(data, ..., axis = NULL, keepdims = FALSE, exclude = FALSE, name = NULL)
  sym_op("sum_axis", list(data = if (!missing(data)) data), list(...), list(axis = if (!missing(axis)) axis, keepdims = if (!missing(keepdims)) keepdims, exclude = if (!missing(exclude)) exclude), name)
mx.varg.symbol.sum_axis <- function(alist) sym_varg("sum_axis", alist)

mx.nd.swapaxes <- function(data, dim1 = 0, dim2 = 0, out = NULL)
  nd_op("swapaxes", list(data = if (!missing(data)) data), list(dim1 = if (!missing(dim1)) dim1, dim2 = if (!missing(dim2)) dim2), out)
mx.symbol.swapaxes <- function(data, ..., dim1 = 0, dim2 = 0, name = NULL)
  sym_op("swapaxes", list(data = if (!missing(data)) data), list(...), list(dim1 = if (!missing(dim1)) dim1, dim2 = if (!missing(dim2)) dim2), name)
mx.varg.symbol.swapaxes <- function(alist) sym_varg("swapaxes", alist)

mx.nd.take <- function(a, indices, axis = 0, mode = "clip", out = NULL)
  nd_op("take", list(a = if (!missing(a)) a, indices = if (!missing(indices)) indices), list(axis = if (!missing(axis)) axis, mode = if (!missing(mode)) mode), out)
mx.symbol.take <- function(a, indices, ..., axis = 0, mode = "clip", name = NULL)
  sym_op("take", list(a = if (!missing(a)) a, indices = if (!missing(indices)) indices), list(...), list(axis = if (!missing(axis)) axis, mode = if (!missing(mode)) mode), name)
mx.varg.symbol.take <- function(alist) sym_varg("take", alist)

mx.nd.tan <- function(data, out = NULL)
  nd_op("tan", list(data = if (!missing(data)) data), list(), out)
mx.symbol.tan <- function(data, ..., name = NULL)
  sym_op("tan", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.tan <- function(alist) sym_varg("tan", alist)

mx.nd.tanh <- function(data, out = NULL)
  nd_op("tanh", list(data = if (!missing(data)) data), list(), out)
mx.symbol.tanh <- function(data, ..., name = NULL)
  sym_op("tanh", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.tanh <- function(alist) sym_varg("tanh", alist)

mx.nd.tile <- function(data, reps, out = NULL)
  nd_op("tile", list(data = if (!missing(data)) data), list(reps = if (!missing(reps)) reps), out)
mx.symbol.tile <- function(data, ..., reps, name = NULL)
  sym_op("tile", list(data = if (!missing(data)) data), list(...), list(reps = if (!missing(reps)) reps), name)
mx.varg.symbol.tile <- function(alist) sym_varg("tile", alist)

mx.nd.topk <- function(data, axis = -1, k = 1, ret_typ = "indices", is_ascend = FALSE, dtype = "float32", out = NULL)
  nd_op("topk", list(data = if (!missing(data)) data), list(axis = if (!missing(axis)) axis, k = if (!missing(k)) k, ret_typ = if (!missing(ret_typ)) ret_typ, is_ascend = if (!missing(is_ascend)) is_ascend, dtype = if (!missing(dtype)) dtype), out)
mx.symbol.topk <- function(data, ..., axis = -1, k = 1, ret_typ = "indices", is_ascend = FALSE, dtype = "float32", name = NULL)
  sym_op("topk", list(data = if (!missing(data)) data), list(...), list(axis = if (!missing(axis)) axis, k = if (!missing(k)) k, ret_typ = if (!missing(ret_typ)) ret_typ, is_ascend = if (!missing(is_ascend)) is_ascend, dtype = if (!missing(dtype)) dtype), name)
mx.varg.symbol.topk <- function(alist) sym_varg("topk", alist)

mx.nd.transpose <- function(data, axes = NULL, out = NULL)
  nd_op("transpose", list(data = if (!missing(data)) data), list(axes = if (!missing(axes)) axes), out)
mx.symbol.transpose <- function(data, ..., axes = NULL, name = NULL)
  sym_op("transpose", list(data = if (!missing(data)) data), list(...), list(axes = if (!missing(axes)) axes), name)
mx.varg.symbol.transpose <- function(alist) sym_varg("transpose", alist)

mx.nd.trunc <- function(data, out = NULL)
  nd_op("trunc", list(data = if (!missing(data)) data), list(), out)
mx.symbol.trunc <- function(data, ..., name = NULL)
  sym_op("trunc", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.trunc <- function(alist) sym_varg("trunc", alist)

mx.nd.uniform <- function(low = 0, high = 1, shape = NULL, ctx = "", dtype = NULL, out = NULL)
  nd_op("uniform", list(), list(low = if (!missing(low)) low, high = if (!missing(high)) high, shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), out)
mx.symbol.uniform <- function(..., low = 0, high = 1, shape = NULL, ctx = "", dtype = NULL, name = NULL)
  sym_op("uniform", list(), list(...), list(low = if (!missing(low)) low, high = if (!missing(high)) high, shape = if (!missing(shape)) shape, ctx = if (!missing(ctx)) ctx, dtype = if (!missing(dtype)) dtype), name)
mx.varg.symbol.uniform <- function(alist) sym_varg("uniform", alist)

mx.nd.unravel.index <- function(data, shape = NULL, out = NULL)
  nd_op("unravel_index", list(data = if (!missing(data)) data), list(shape = if (!missing(shape)) shape), out)
mx.symbol.unravel_index <- function(data, ..., shape = NULL, name = NULL)
  sym_op("unravel_index", list(data = if (!missing(data)) data), list(...), list(shape = if (!missing(shape)) shape), name)
mx.varg.symbol.unravel_index <- function(alist) sym_varg("unravel_index", alist)

mx.nd.where <- function(condition, x, y, out = NULL)
  nd_op("where", list(condition = if (!missing(condition)) condition, x = if (!missing(x)) x, y = if (!missing(y)) y), list(), out)
mx.symbol.where <- function(condition, x, y, ..., name = NULL)
  sym_op("where", list(condition = if (!missing(condition)) condition, x = if (!missing(x)) x, y = if (!missing(y)) y), list(...), list(), name)
mx.varg.symbol.where <- function(alist) sym_varg("where", alist)

mx.nd.zeros.like <- function(data, out = NULL)
  nd_op("zeros_like", list(data = if (!missing(data)) data), list(), out)
mx.symbol.zeros_like <- function(data, ..., name = NULL)
  sym_op("zeros_like", list(data = if (!missing(data)) data), list(...), list(), name)
mx.varg.symbol.zeros_like <- function(alist) sym_varg("zeros_like", alist)
