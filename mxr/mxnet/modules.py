"""The names of all modules of MXNet 1.9.1, below ``mxnet``."""

__all__ = ["MODULES"]

MODULES = frozenset(
    """
    _api_internal _ctypes _ctypes.ndarray _ctypes.space _ctypes.symbol _cy3 _ffi _ffi._ctypes
    _ffi._ctypes.function _ffi._ctypes.object _ffi._ctypes.types _ffi._cy3 _ffi.base _ffi.function
    _ffi.node_generic _ffi.object _ffi.runtime_ctypes _global_var _numpy_op_doc api attribute autograd base
    callback context contrib contrib.amp contrib.amp.amp contrib.amp.lists contrib.amp.lists.symbol_bf16
    contrib.amp.lists.symbol_fp16 contrib.amp.loss_scaler contrib.autograd contrib.io contrib.ndarray
    contrib.onnx contrib.onnx.onnx2mx contrib.onnx.onnx2mx._import_helper contrib.onnx.onnx2mx._op_translations
    contrib.onnx.onnx2mx._translation_utils contrib.onnx.onnx2mx.import_model contrib.onnx.onnx2mx.import_onnx
    contrib.onnx.onnx2mx.import_to_gluon contrib.quantization contrib.svrg_optimization
    contrib.svrg_optimization.svrg_module contrib.svrg_optimization.svrg_optimizer contrib.symbol
    contrib.tensorboard contrib.text contrib.text._constants contrib.text.embedding contrib.text.utils
    contrib.text.vocab cython engine error executor executor_manager gluon gluon.block gluon.contrib
    gluon.contrib.cnn gluon.contrib.cnn.conv_layers gluon.contrib.data gluon.contrib.data._constants
    gluon.contrib.data.sampler gluon.contrib.data.text gluon.contrib.estimator
    gluon.contrib.estimator.batch_processor gluon.contrib.estimator.estimator
    gluon.contrib.estimator.event_handler gluon.contrib.estimator.utils gluon.contrib.nn
    gluon.contrib.nn.basic_layers gluon.contrib.rnn gluon.contrib.rnn.conv_rnn_cell gluon.contrib.rnn.rnn_cell
    gluon.data gluon.data.dataloader gluon.data.dataset gluon.data.sampler gluon.data.vision
    gluon.data.vision.datasets gluon.data.vision.transforms gluon.loss gluon.model_zoo
    gluon.model_zoo.model_store gluon.model_zoo.vision gluon.model_zoo.vision.alexnet
    gluon.model_zoo.vision.densenet gluon.model_zoo.vision.inception gluon.model_zoo.vision.mobilenet
    gluon.model_zoo.vision.resnet gluon.model_zoo.vision.squeezenet gluon.model_zoo.vision.vgg gluon.nn
    gluon.nn.activations gluon.nn.basic_layers gluon.nn.conv_layers gluon.parameter gluon.rnn gluon.rnn.rnn_cell
    gluon.rnn.rnn_layer gluon.trainer gluon.utils image image.detection image.image initializer io io.io
    io.utils kvstore kvstore.base kvstore.kvstore kvstore.kvstore_server libinfo libmxnet library log
    lr_scheduler metric misc model module module.base_module module.bucketing_module module.executor_group
    module.module module.python_module module.sequential_module monitor name ndarray ndarray._internal
    ndarray.contrib ndarray.gen__internal ndarray.gen_contrib ndarray.gen_image ndarray.gen_linalg
    ndarray.gen_op ndarray.gen_random ndarray.gen_sparse ndarray.image ndarray.linalg ndarray.ndarray
    ndarray.numpy ndarray.numpy._api_internal ndarray.numpy._internal ndarray.numpy._op ndarray.numpy._register
    ndarray.numpy.linalg ndarray.numpy.random ndarray.numpy_extension ndarray.numpy_extension._op
    ndarray.numpy_extension._register ndarray.numpy_extension.image ndarray.numpy_extension.random ndarray.op
    ndarray.random ndarray.register ndarray.sparse ndarray.utils ndarray_doc notebook notebook.callback numpy
    numpy._op numpy._register numpy.arrayprint numpy.fallback numpy.fallback_linalg numpy.function_base numpy.io
    numpy.linalg numpy.multiarray numpy.random numpy.stride_tricks numpy.utils numpy_dispatch_protocol
    numpy_extension numpy_extension._op numpy_extension._register numpy_extension.image numpy_extension.random
    numpy_extension.utils numpy_op_fallback numpy_op_signature onnx onnx.mx2onnx onnx.mx2onnx._export_helper
    onnx.mx2onnx._export_model onnx.mx2onnx._export_onnx onnx.mx2onnx._op_translations
    onnx.mx2onnx._op_translations._op_translations_opset12
    onnx.mx2onnx._op_translations._op_translations_opset13 onnx.setup operator optimizer optimizer.contrib
    optimizer.optimizer profiler random recordio registry rnn rnn.io rnn.rnn rnn.rnn_cell rtc runtime space
    symbol symbol._internal symbol.contrib symbol.gen__internal symbol.gen_contrib symbol.gen_image
    symbol.gen_linalg symbol.gen_op symbol.gen_random symbol.gen_sparse symbol.image symbol.linalg symbol.numpy
    symbol.numpy._internal symbol.numpy._op symbol.numpy._register symbol.numpy._symbol symbol.numpy.linalg
    symbol.numpy.random symbol.numpy_extension symbol.numpy_extension._op symbol.numpy_extension._register
    symbol.numpy_extension.image symbol.numpy_extension.random symbol.op symbol.random symbol.register
    symbol.sparse symbol.symbol symbol_doc test_utils torch tvmop util visualization
    """.split()
)
