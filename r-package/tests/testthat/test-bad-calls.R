test_that("every operator's function answers wrong calls with an R condition, and none with words of Python", {
  before <- setwd(tempdir()) # mx.nd.save(x, "zz") is a right call
  on.exit(setwd(before))
  functions <- grep("^mx\\.(nd|symbol)\\.", getNamespaceExports("mxr"), value = TRUE)
  expect_gt(length(functions), 800)
  python <- "Traceback|MXNetError|TypeError|AttributeError|NoneType|object has no|positional argument|unexpected keyword"
  bad <- character()
  refused <- 0
  for (f in sort(functions)) {
    call <- get(f)
    for (given in list("text", c("it", "text"), c("it", "it"))) {
      it <- if (startsWith(f, "mx.symbol")) mx.symbol.Variable("v") else mx.nd.array(array(1:24 / 24, c(2, 3, 4)))
      r <- tryCatch(suppressWarnings(do.call(call, lapply(given, function(g) if (g == "it") it else "zz"))), error = identity)
      if (!inherits(r, "error")) next
      refused <- refused + 1
      if (grepl(python, conditionMessage(r))) bad <- c(bad, paste0(f, "(", toString(given), "): ", conditionMessage(r)))
    }
  }
  expect_identical(bad, character())
  expect_gt(refused, 1000)
  expect_equal(as.array(mx.nd.ones(2) + 1), c(2, 2))
})
