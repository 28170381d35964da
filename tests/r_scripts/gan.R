# Two executors against each other: a generator and a discriminator of numbers
require(mxnet)
n <- 40
z <- mx.symbol.Variable("noise")
gen <- mx.symbol.FullyConnected(z, num_hidden = 1, name = "g1")
data <- mx.symbol.Variable("data")
d <- mx.symbol.Activation(mx.symbol.FullyConnected(data, num_hidden = 8, name = "d1"), act_type = "tanh")
d <- mx.symbol.FullyConnected(d, num_hidden = 1, name = "d2")
dis <- mx.symbol.LogisticRegressionOutput(d, name = "dloss")

mx.set.seed(5)
G <- mx.simple.bind(gen, ctx = mx.cpu(), noise = c(1, n), grad.req = "write")
init <- mx.init.normal(0.5)
mx.exec.update.arg.arrays(G, mx.init.create(init, list(g1_weight = c(1, 1), g1_bias = 1), mx.cpu()), match.name = TRUE)
# the gradient with respect to the data is needed: bind by hand
args <- list(data = mx.nd.zeros(c(1, n)), d1_weight = mx.rnorm(c(1, 8)), d1_bias = mx.nd.zeros(8), d2_weight = mx.rnorm(c(8, 1)) * 0.5,
             d2_bias = mx.nd.zeros(1), dloss_label = mx.nd.zeros(c(1, n)))
D <- mxnet:::mx.symbol.bind(dis, ctx = mx.cpu(), arg.arrays = args, aux.arrays = NULL, grad.reqs = as.list(rep("write", 6)))
updateG <- mx.opt.get.updater(mx.opt.create("adam", learning.rate = 0.05), G$ref.arg.arrays, ctx = mx.cpu())
updateD <- mx.opt.get.updater(mx.opt.create("adam", learning.rate = 0.05, rescale.grad = 1 / n), D$ref.arg.arrays, ctx = mx.cpu())
keep <- function(new, fixed) { new[fixed] <- list(NULL); new }
for (step in 1:300) {
  mx.exec.update.arg.arrays(G, list(noise = mx.rnorm(c(1, n))), match.name = TRUE)
  mx.exec.forward(G, is.train = TRUE)
  fake <- G$ref.outputs$g1_output
  for (real in c(TRUE, FALSE)) {
    x <- if (real) mx.rnorm(c(1, n), mean = 3, sd = 0.5) else fake
    mx.exec.update.arg.arrays(D, list(data = x, dloss_label = if (real) mx.nd.ones(c(1, n)) else mx.nd.zeros(c(1, n))), match.name = TRUE)
    mx.exec.forward(D, is.train = TRUE)
    mx.exec.backward(D)
    new <- updateD(D$ref.arg.arrays, D$ref.grad.arrays)
    mx.exec.update.arg.arrays(D, keep(new, c("data", "dloss_label")), match.name = TRUE, skip.null = TRUE)
  }
  mx.exec.update.arg.arrays(D, list(data = fake, dloss_label = mx.nd.ones(c(1, n))), match.name = TRUE)
  mx.exec.forward(D, is.train = TRUE)
  mx.exec.backward(D)
  mx.exec.backward(G, D$ref.grad.arrays$data)
  mx.exec.update.arg.arrays(G, keep(updateG(G$ref.arg.arrays, G$ref.grad.arrays), "noise"), match.name = TRUE, skip.null = TRUE)
}
samples <- as.array(G$ref.outputs$g1_output)
cat("mean of the samples within 1 of 3:", abs(mean(samples) - 3) < 1, "\n")
