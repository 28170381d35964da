# 1 + 4: a push puts the sum over the devices there; with an optimizer 1 - 0.5 * (1 + 1)
stopifnot(all(as.array(pulled[[1]][[1]]) == 5), all(as.array(pulled[[2]][[1]]) == 5))
stopifnot(all(as.array(other$pull(0L, list(list(mx.nd.ones(4))), 0)[[1]][[1]]) == 0))
