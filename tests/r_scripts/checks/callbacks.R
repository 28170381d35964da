stopifnot(length(logger$train) == 4, length(logger$eval) == 4, all(logger$train > 0 & logger$train <= 1))
stopifnot(identical(list.files(pattern = "^chk"), c("chk-0002.params", "chk-symbol.json")))
acc <- function(m) mean(max.col(t(predict(m, x, array.layout = "rowmajor"))) - 1 == y)
stopifnot(acc(model) > 0.93, acc(early) > 0.95, acc(mx.model.load("chk", 2)) > 0.8)
