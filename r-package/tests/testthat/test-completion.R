test_that("completion of a symbol, an executor and an iterator gives MXNet's members only", {
  s <- mx.symbol.FullyConnected(mx.symbol.Variable("data"), num_hidden = 2)
  expect_setequal(utils:::.DollarNames(s, "^(out|arg|aux|att)"), c("arguments", "attributes", "auxiliary.states", "outputs"))
  expect_true(all(c("as.json", "get.internals", "infer.shape") %in% utils:::.DollarNames(s, "")))
  expect_length(grep("^[.]|callSuper|copy|refClass|#", utils:::.DollarNames(s, "")), 0)
  e <- mx.simple.bind(s, mx.cpu(), data = c(3, 4))
  expect_true(all(c("ref.outputs", "arg.arrays", "forward", "backward") %in% utils:::.DollarNames(e, "")))
  it <- mx.io.arrayiter(matrix(1:20, 2), 1:10, 5)
  expect_true(all(c("iter.next", "reset", "value", "num.pad") %in% utils:::.DollarNames(it, "")))
})

test_that("classes that extend an iterator are completed with their own members", {
  where <- new.env()
  Own <- setRefClass("CompletedIter", contains = "Rcpp_MXArrayDataIter", fields = list(own = "numeric"),
                     methods = list(mine = function() own), where = where)
  expect_true(all(c("own", "mine", "value") %in% utils:::.DollarNames(Own$new(own = 1), "")))
})

test_that("R's completer offers functions and their arguments before Python starts", {
  complete <- function(line) {
    utils:::.assignLinebuffer(line)
    utils:::.assignEnd(nchar(line))
    utils:::.guessTokenFromLine()
    utils:::.completeToken()
    utils:::.retrieveCompletions()
  }
  expect_true(all(c("mx.nd.Convolution", "mx.nd.array") %in% complete("mx.nd.")))
  expect_match(complete("mx.symbol.Convolution(num_f"), "^num_filter")
  expect_named(formals(mx.symbol.Convolution)[1:4], c("data", "weight", "bias", "..."))
})
