# Matrix factorization with two embeddings, fed by an iterator of one's own with two inputs
library(mxnet)
set.seed(2)
users <- 12; items <- 9; k <- 3
truth <- matrix(rnorm(users * 2), users) %*% t(matrix(rnorm(items * 2), items))
ratings <- expand.grid(user = 0:(users - 1), item = 0:(items - 1))
ratings$score <- truth[cbind(ratings$user + 1, ratings$item + 1)]
ratings <- ratings[sample(nrow(ratings)), ]

CustomIter <- setRefClass("CustomIter", fields = c("iter1", "iter2"), contains = "Rcpp_MXArrayDataIter",
  methods = list(
    initialize = function(iter1, iter2) {
      .self$iter1 <- iter1
      .self$iter2 <- iter2
      .self
    },
    value = function() {
      user <- .self$iter1$value()$data
      item <- .self$iter2$value()$data
      score <- .self$iter1$value()$label
      list(user = user, item = item, score = score)
    },
    iter.next = function() {
      .self$iter1$iter.next()
      .self$iter2$iter.next()
    },
    reset = function() {
      .self$iter1$reset()
      .self$iter2$reset()
    },
    num.pad = function() .self$iter1$num.pad(),
    finalize = function() {
      .self$iter1$finalize()
      .self$iter2$finalize()
    }
  ))
make <- function() {
  CustomIter$new(mx.io.arrayiter(matrix(ratings$user, 1), ratings$score, batch.size = 27),
                 mx.io.arrayiter(matrix(ratings$item, 1), ratings$score, batch.size = 27))
}
user <- mx.symbol.Variable("user")
item <- mx.symbol.Variable("item")
score <- mx.symbol.Variable("score")
user1 <- mx.symbol.flatten(mx.symbol.Embedding(data = user, input_dim = users, output_dim = k, name = "user1"))
item1 <- mx.symbol.flatten(mx.symbol.Embedding(data = item, input_dim = items, output_dim = k, name = "item1"))
pred <- mx.symbol.sum_axis(user1 * item1, axis = 1)
pred <- mx.symbol.flatten(data = pred)
pred <- mx.symbol.LinearRegressionOutput(data = pred, label = score, name = "pred")
mx.set.seed(123)
model <- mx.model.FeedForward.create(pred, X = make(), ctx = mx.cpu(), num.round = 150, optimizer = "adam", learning.rate = 0.05,
  initializer = mx.init.uniform(0.5), eval.metric = mx.metric.rmse, input.names = c("user", "item"), output.names = "score", verbose = FALSE)
arguments(pred)
lapply(model$arg.params, dim)
U <- as.array(model$arg.params$user1_weight)
V <- as.array(model$arg.params$item1_weight)
fitted <- t(U) %*% V
sqrt(mean((fitted - truth)^2)) < 0.1
