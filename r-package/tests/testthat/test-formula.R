# Both ways of encoding must give the same numbers.
both <- function(code) {
  old <- options(mxr.hardhat = FALSE)
  on.exit(options(old))
  base <- code()
  options(mxr.hardhat = TRUE)
  skip_if_not_installed("hardhat")
  list(base = base, hardhat = code())
}

mlp <- function(..., num.round = 2, seed = 1) mx.mlp(..., num.round = num.round, seed = seed, verbose = FALSE)

people <- local({
  set.seed(2)
  n <- 120
  d <- data.frame(age = round(runif(n, 20, 60)), job = factor(sample(c("smith", "baker", "clerk"), n, TRUE)),
                  town = sample(c("Rome", "Bonn"), n, TRUE), owner = sample(c(TRUE, FALSE), n, TRUE),
                  size = factor(sample(c("S", "M", "L"), n, TRUE), c("S", "M", "L"), ordered = TRUE), stringsAsFactors = FALSE)
  d$pay <- 1000 + 40 * d$age + 300 * (d$job == "clerk") - 200 * d$owner + rnorm(n, 0, 20)
  d$rich <- factor(ifelse(d$pay > median(d$pay), "yes", "no"))
  d
})

test_that("classes: levels, probabilities, a table that is nearly diagonal", {
  fit <- mlp(Species ~ ., data = iris, hidden_node = 8, num.round = 30, validation = 0.2)
  expect_identical(class(fit), c("mx_mlp", "MXFeedForwardModel"))
  expect_identical(names(fit), c("symbol", "arg.params", "aux.params"))
  class <- predict(fit, iris)
  expect_identical(levels(class), levels(iris$Species))
  expect_gt(mean(class == iris$Species), 0.93)
  prob <- predict(fit, iris[c(1, 51), ], type = "prob")
  expect_identical(dimnames(prob), list(NULL, levels(iris$Species)))
  expect_equal(rowSums(prob), c(1, 1), tolerance = 1e-6)
  expect_identical(predict(fit, iris[c(1, 51), ], type = "raw"), prob)
  expect_identical(predict(fit), class)
  expect_identical(fitted(fit), class)
  h <- as.data.frame(fit)
  expect_identical(nrow(h), 30L)
  expect_gt(tail(h$validation, 1), 0.85)
  expect_identical(h$metric[1], "accuracy")
  expect_identical(nobs(fit), 120L)
  expect_mx_error(residuals(fit), "the outcome is a class")
})

test_that("numbers: predictions and the logged rmse are in the outcome's unit", {
  fit <- mlp(pay ~ age + job + owner, data = people, num.round = 60)
  p <- predict(fit, people)
  expect_true(is.numeric(p) && is.null(dim(p)) && length(p) == 120)
  expect_gt(cor(p, people$pay), 0.95)
  expect_equal(residuals(fit), people$pay - p, tolerance = 1e-6)
  rmse <- sqrt(mean(residuals(fit)^2))
  logged <- tail(as.data.frame(fit)$train, 1)
  expect_lt(abs(logged - rmse) / rmse, 0.3)
  expect_mx_error(predict(fit, people, type = "prob"), 'type "prob" needs a model of classes')
})

test_that("the network gets what model.matrix and scale() would give", {
  got <- both(function() {
    seen <- NULL
    spy <- function(iteration, nbatch, env) {
      seen <<- mx.io.extract(env$train.data, "data")
      FALSE
    }
    fit <- mlp(pay ~ age + job + town + owner + size + I(age^2), data = people, array.batch.size = 120, epoch.end.callback = spy)
    list(seen = t(seen), fit = fitted(fit), new = predict(fit, people[5:1, ]))
  })
  expect_equal(got$base, got$hardhat)
  expect_equal(got$base$new, got$base$fit[5:1], tolerance = 1e-5)
  m <- model.matrix(~ age + job + town + owner + size + I(age^2), people)[, -1]
  m[, c("age", "I(age^2)")] <- scale(m[, c("age", "I(age^2)")])
  seen <- got$base$seen
  # the examples are shuffled
  sorted <- function(x) unname(x[do.call(order, as.data.frame(round(x, 4))), ])
  expect_equal(sorted(seen), sorted(m), tolerance = 1e-5)
})

test_that("data-dependent terms, interactions, new data", {
  got <- both(function() {
    fit <- mlp(rich ~ poly(age, 2) + job:owner + log(pay), data = people)
    predict(fit, people[1:7, ], type = "prob")
  })
  expect_equal(got$base, got$hardhat)
})

test_that("the same with missing values: dropped in training, NA in predictions", {
  holes <- people
  holes$age[c(3, 9)] <- NA
  holes$job[5] <- NA
  holes$rich[7] <- NA
  got <- both(function() {
    fit <- mlp(rich ~ age + job, data = holes)
    list(n = nobs(fit), p = predict(fit, holes, type = "prob"), class = predict(fit, holes), fitted = length(fitted(fit)))
  })
  expect_equal(got$base, got$hardhat)
  expect_identical(got$base$n, 116L)
  expect_identical(got$base$fitted, 116L)
  expect_identical(which(is.na(got$base$class)), c(3L, 5L, 9L))
  expect_identical(which(is.na(got$base$p[, 1])), c(3L, 5L, 9L))
  expect_error(mlp(rich ~ age + job, data = holes, na.action = na.fail), "missing values in object")
  expect_mx_error(mlp(rich ~ age + job, data = holes, na.action = na.pass), "hold missing values")
  fit <- mlp(rich ~ age, data = people)
  expect_true(all(is.na(predict(fit, data.frame(age = c(NA, NA))))))
})

test_that("all the ways to call it", {
  set.seed(1)
  a <- fitted(mlp(rich ~ age + job, data = people))
  expect_identical(fitted(mlp(rich ~ age + job, people)), a)
  expect_identical(fitted(mlp(formula = rich ~ age + job, data = people)), a)
  expect_identical(fitted(mlp(x = people[c("age", "job")], y = people$rich)), a)
  expect_identical(fitted(mlp(people[c("age", "job")], people$rich)), a)
  expect_identical(fitted(mlp(x = people[c("age", "job")], y = as.character(people$rich))), a)
  x <- as.matrix(mtcars[c("wt", "hp")])
  b <- fitted(mlp(x = x, y = mtcars$mpg))
  expect_identical(fitted(mlp(mpg ~ wt + hp, data = mtcars)), b)
  expect_identical(predict(mlp(x = unname(x), y = mtcars$mpg), unname(x)), b)
  wt <- mtcars$wt
  hp <- mtcars$hp
  mpg <- mtcars$mpg
  expect_identical(fitted(mlp(mpg ~ wt + hp)), b)
})

test_that("several numeric outcomes", {
  got <- both(function() {
    fit <- mlp(cbind(mpg, qsec) ~ wt + hp, data = mtcars, num.round = 40)
    list(predict(fit, mtcars[1:3, ]), fitted(fit), residuals(fit))
  })
  expect_equal(got$base, got$hardhat)
  expect_identical(colnames(got$base[[1]]), c("mpg", "qsec"))
  expect_equal(got$base[[1]], got$base[[2]][1:3, ], tolerance = 1e-6)
  expect_gt(cor(got$base[[2]][, 1], mtcars$mpg), 0.8)
  fit <- mlp(x = mtcars["wt"], y = as.matrix(mtcars[c("mpg", "qsec")]))
  expect_identical(dim(fitted(fit)), c(32L, 2L))
})

test_that("seeds: equal with, different without", {
  one <- coef(mlp(rich ~ age + job, data = people, validation = 0.25, seed = 7))
  two <- coef(mlp(rich ~ age + job, data = people, validation = 0.25, seed = 7))
  expect_identical(unname(one), unname(two))
  expect_false(identical(unname(one), unname(coef(mlp(rich ~ age + job, data = people, validation = 0.25, seed = 8)))))
})

test_that("validation: a share is held out, a data frame is taken as it is", {
  fit <- mlp(pay ~ age, data = people, validation = 0.25)
  expect_length(attr(fit, "mlp")$held, 30)
  expect_identical(nobs(fit), 90L)
  out <- attr(fit, "mlp")$held
  expect_equal(tail(as.data.frame(fit)$validation, 1), sqrt(mean(residuals(fit)[out]^2)), tolerance = 1e-4)
  part <- mlp(pay ~ age, data = people[1:90, ], validation = people[91:120, ])
  expect_equal(tail(as.data.frame(part)$validation, 1), sqrt(mean((people$pay - predict(part, people))[91:120]^2)), tolerance = 1e-4)
  expect_mx_error(mlp(pay ~ age, data = people, validation = 1.5), "validation must be a share")
  expect_mx_error(mlp(pay ~ age, data = people, validation = people["age"]), "validation lacks the outcome pay")
  expect_mx_error(mlp(pay ~ age, data = people, eval.data = list()), "give argument validation instead")
})

test_that("scaling can be left out, and is where a metric of one's own asks for the outcome", {
  plain <- mlp(pay ~ age, data = people, scale = FALSE, num.round = 1)
  expect_identical(attr(plain, "mlp")$scaling$x, list(center = 0, spread = 1))
  mine <- mx.metric.custom("mine", function(label, pred) mean(as.array(label)))
  fit <- mlp(pay ~ age, data = people, eval.metric = mine, num.round = 1)
  expect_lt(abs(as.data.frame(fit)$train - mean(people$pay)) / mean(people$pay), 0.05)
  quiet <- mlp(pay ~ age, data = people, eval.metric = NULL, num.round = 1)
  expect_true(is.na(as.data.frame(quiet)$train))
  constant <- cbind(people, one = 1)
  expect_false(anyNA(fitted(mlp(pay ~ age + one, data = constant))))
  z <- mlp(rich ~ age, data = people, out_node = 2)
  expect_identical(levels(fitted(z)), c("no", "yes"))
})

test_that("logistic outcomes of 0 and 1", {
  people$isrich <- as.numeric(people$rich == "yes")
  fit <- mlp(isrich ~ age + owner, data = people, out_activation = "logistic", num.round = 20)
  expect_true(all(fitted(fit) > 0 & fitted(fit) < 1))
  expect_identical(as.data.frame(fit)$metric[1], "accuracy")
  expect_mx_error(mlp(pay ~ age, data = people, out_activation = "logistic"), "needs outcomes of 0 and 1")
})

test_that("what does not fit is named", {
  bad <- function(expr, text) expect_mx_error(expr, text, fixed = TRUE)
  got <- both(function() {
    fit <- mlp(rich ~ age + job + town, data = people)
    new <- people[1:4, ]
    new$town[2] <- "Oslo"
    bad(predict(fit, new), 'column town of newdata has the level "Oslo", never seen in training; known are "Bonn", "Rome"')
    bad(predict(fit, people["age"]), "newdata lacks the columns job, town")
    bad(predict(fit, transform(people, age = as.character(age))), "column age of newdata is of class character, it was numeric in training")
    bad(predict(fit, 3), "argument newdata must be a data frame, given 3")
    TRUE
  })
  bad(mlp(rich ~ aeg, data = people), "data has no column aeg. Did you mean 'age'?")
  bad(mlp(~ age, data = people), "has no outcome on its left")
  bad(mlp(rich ~ 1, data = people), "has no predictors")
  bad(mlp(rich ~ age + offset(pay), data = people), "offset() is not supported")
  bad(mlp(rich ~ age, data = 3), "argument data must be a data frame, given 3")
  bad(mlp(rich ~ age, data = people, out_node = 5), "out_node is 5, but the outcome needs 2")
  bad(mlp(rich ~ age, data = people, out_activation = "rmse"), "out_activation rmse does not go with a factor")
  bad(mlp(pay ~ age, data = people, out_activation = "softmax"), "needs a factor as outcome")
  bad(mlp(x = people["age"], y = 1:3), "x has 120 examples (rows), y has 3")
  bad(mlp(x = people["age"]), "argument y (the outcome) is missing")
  bad(mlp(x = "a", y = 1), "argument x must be a data frame or a matrix of numbers")
  bad(mlp(pay ~ day, data = transform(people, day = Sys.Date())), "predictor day is of class Date")
  bad(mlp(rich ~ age, data = people[people$rich == "yes", ], scale = NA), "argument scale must be TRUE or FALSE")
  one <- transform(people, rich = "yes")
  bad(mlp(rich ~ age, data = one), 'has only the class "yes"; two are needed')
})

test_that("factors made in the formula keep their levels for new data", {
  fit <- mlp(mpg ~ factor(cyl) + wt + log(hp), data = mtcars)
  new <- mtcars[c(2, 3), ]
  expect_equal(predict(fit, new), fitted(fit)[2:3], tolerance = 1e-5)
  expect_equal(predict(fit, new[1, ]), fitted(fit)[2], tolerance = 1e-5)
  new$cyl[1] <- 5
  expect_mx_error(predict(fit, new), "predict: factor factor\\(cyl\\) has new level")
  fit <- mlp(factor(am) ~ wt, data = mtcars)
  expect_identical(levels(predict(fit, mtcars[1, ])), c("0", "1"))
})

test_that("hundreds of columns are no matter", {
  wide <- as.data.frame(matrix(runif(40 * 500), 40))
  wide$y <- factor(rep(c("a", "b"), 20))
  a <- mlp(y ~ ., data = wide, num.round = 1)
  expect_identical(fitted(mlp(x = wide[1:500], y = wide$y, num.round = 1)), fitted(a))
  expect_equal(predict(a, wide), fitted(a))
})

test_that("formula, update, print", {
  fit <- mx.mlp(rich ~ ., data = people[c("rich", "age", "job")], hidden_node = c(6, 4), num.round = 1, seed = 3, verbose = FALSE, validation = 0.5)
  expect_equal(formula(fit), rich ~ age + job, ignore_attr = TRUE)
  less <- update(fit, . ~ . - job, hidden_node = 3)
  expect_equal(formula(less), rich ~ age, ignore_attr = TRUE)
  expect_identical(dim(less$arg.params[[1]]), c(1L, 3L))
  expect_identical(update(fit, num.round = 2, evaluate = FALSE)$num.round, 2)
  no_value <- function(lines) gsub("accuracy [0-9.]+", "accuracy VALUE", lines)
  expect_snapshot(fit, transform = no_value)
  holes <- people
  holes$age[1:2] <- NA
  cars <- mx.mlp(pay ~ age, data = holes, num.round = 1, eval.metric = NULL, verbose = FALSE, seed = 1)
  expect_snapshot(cars)
  expect_mx_error(formula(mlp(x = people["age"], y = people$pay)), "without a formula")
})

test_that("fits survive serialize, saveRDS, files and another session", {
  fit <- mlp(rich ~ age + job, data = people)
  p <- predict(fit, people, type = "prob")
  expect_identical(predict(mx.unserialize(mx.serialize(fit)), people, type = "prob"), p)
  f <- tempfile(fileext = ".rds")
  saveRDS(list(fit = fit, new = people[1:3, ]), f)
  expect_identical(predict(readRDS(f)$fit, people, type = "prob"), p)
  skip_if_not(the$native, "objects keep their values only with the compiled code")
  out <- run_r(c("library(mxr)", sprintf("o <- readRDS('%s')", f), "cat(sprintf('%.5f', predict(o$fit, o$new, type = 'prob')[, 1]))"))
  expect_identical(tail(out, 1), paste(sprintf("%.5f", p[1:3, 1]), collapse = " "))
})

test_that("augment names predictions as tidymodels does", {
  skip_if_not_installed("generics")
  fit <- mlp(rich ~ age + job, data = people)
  a <- generics::augment(fit, new_data = people[1:5, ])
  expect_identical(names(a), c(names(people), ".pred_class", ".pred_no", ".pred_yes"))
  expect_identical(a$.pred_class, predict(fit, people[1:5, ]))
  cars <- mlp(mpg ~ wt, data = mtcars)
  a <- generics::augment(cars, mtcars)
  expect_equal(a$.resid, residuals(cars), tolerance = 1e-6)
  expect_false(".resid" %in% names(generics::augment(cars, mtcars["wt"])))
  expect_identical(tail(names(generics::augment(mlp(cbind(mpg, qsec) ~ wt, data = mtcars), mtcars)), 2), c(".pred_mpg", ".pred_qsec"))
})

test_that("a fit does not keep the frame of the function that made it, unless its formula needs it", {
  skip_if_not(the$native, "objects keep their values only with the compiled code")
  plain <- function() {
    big <- runif(1e6)
    rows <- people
    mx.mlp(pay ~ log(age) + job, data = rows, num.round = 1, verbose = FALSE)
  }
  fit <- plain()
  expect_lt(length(serialize(fit, NULL)), 2e6)
  expect_equal(formula(fit), pay ~ log(age) + job, ignore_attr = TRUE)
  own <- function() {
    half <- function(v) v / 2
    mlp(pay ~ half(age) + job, data = people, num.round = 1)
  }
  fit <- own()
  expect_equal(predict(fit, people), fitted(fit))
  expect_equal(predict(readRDS({
    saveRDS(fit, f <- tempfile())
    f
  }), people), fitted(fit))
  loose <- function() {
    y <- people$pay
    x <- people$age
    fit <- mx.mlp(y ~ x, num.round = 1, verbose = FALSE)
    expect_length(fitted(fit), nrow(people))
    update(fit, . ~ log(x))
  }
  expect_length(fitted(loose()), nrow(people))
  fit <- plain()
  later <- function() {
    twice <- function(v) 2 * v
    rows <- people
    update(fit, . ~ . + twice(age))
  }
  expect_match(deparse1(formula(later())), "twice(age)", fixed = TRUE)
})

test_that("the optimizer's arguments may be shortened, as in mx.opt.create", {
  a <- mlp(pay ~ age, data = people, learning = 0.3, num.round = 1)
  expect_identical(fitted(a), fitted(mlp(pay ~ age, data = people, learning.rate = 0.3, num.round = 1)))
})

test_that("columns may have any names", {
  odd <- stats::setNames(people[c("pay", "age", "job")], c("net pay", "his age", "job/trade"))
  a <- mlp(`net pay` ~ ., data = odd)
  expect_equal(fitted(a), fitted(mlp(pay ~ age + job, data = people)))
  expect_mx_error(predict(a, odd[2:1]), "newdata lacks the column job/trade")
  expect_equal(predict(a, odd[3:1]), fitted(a))
  expect_equal(fitted(mlp(x = odd[-1], y = odd[[1]])), fitted(a))
})

test_that("no rows give no predictions, infinite predictors are named", {
  fit <- mlp(rich ~ age, data = people, num.round = 1)
  expect_silent(none <- predict(fit, people[0, ]))
  expect_identical(none, factor(character(), c("no", "yes")))
  expect_identical(dim(predict(fit, people[0, ], type = "prob")), c(0L, 2L))
  expect_identical(predict(mlp(pay ~ age, data = people, num.round = 1), people[0, ]), numeric())
  people$age[3] <- Inf
  expect_mx_error(mlp(rich ~ job + age, data = people), "mx.mlp: predictor age holds infinite numbers")
})

test_that("saving the network of a formula's fit says what the files do not hold", {
  fit <- mx.mlp(Species ~ ., iris, num.round = 1, seed = 1, verbose = FALSE)
  expect_message(mx.model.save(fit, tempfile(), 1), "saveRDS() keeps all", fixed = TRUE)
  expect_no_message(mx.model.save(structure(unclass(fit), class = "MXFeedForwardModel", mlp = NULL), tempfile(), 1))
})
