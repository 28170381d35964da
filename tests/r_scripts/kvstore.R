# The key-value store: sums over devices, and an optimizer in the store
library(mxnet)
kv <- mx.kv.create("local")
class(kv)
kv$type
kv$update.on.kvstore
shape <- c(2, 3)
kv$init(3L, list(mx.nd.ones(shape) * 2))
out <- kv$pull(3L, list(list(mx.nd.zeros(shape))), 0)
as.array(out[[1]][[1]])
kv$push(3L, list(list(mx.nd.ones(shape)), list(mx.nd.ones(shape) * 4)), 0)  # two devices
pulled <- kv$pull(3L, list(list(mx.nd.zeros(shape)), list(mx.nd.zeros(shape))), 0)
lapply(pulled, function(device) as.array(device[[1]]))
other <- mx.kv.create("local")
other$init(0L, list(mx.nd.ones(4)))
other$set.optimizer(mx.opt.create("sgd", learning.rate = 0.5, momentum = 0))
other$push(0L, list(list(mx.nd.ones(4)), list(mx.nd.ones(4))), 0)
as.array(other$pull(0L, list(list(mx.nd.zeros(4))), 0)[[1]][[1]])
mx.kv.create("local_allreduce_cpu")$update.on.kvstore
