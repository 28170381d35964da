# Runs generated calls of operators in one R process; started by test_r_operators.py.
# Rscript r_operators.R FOLDER: reads calls.R, arrays.txt (dtype, dim) and arrays.bin (doubles); writes index.txt, values.bin.
folder <- commandArgs(TRUE)[1]
suppressPackageStartupMessages(library(mxr))

table <- read.delim(file.path(folder, "arrays.txt"), colClasses = "character")
bytes <- file(file.path(folder, "arrays.bin"), "rb")
hosts <- lapply(seq_len(nrow(table)), function(i) {
  d <- as.integer(strsplit(table$dim[i], ",")[[1]])
  x <- readBin(bytes, "double", prod(d))
  if (length(d) > 1) dim(x) <- d
  list(x = x, dim = d, dtype = table$dtype[i])
})
close(bytes)

A <- function(i) {
  h <- hosts[[i]]
  if (prod(h$dim) == 0) mx.nd.Cast(mx.nd.zeros(h$dim), dtype = h$dtype) else mx.nd.array(h$x, dtype = h$dtype)
}
V <- mx.symbol.Variable

index <- file(file.path(folder, "index.txt"), "w")
values <- file(file.path(folder, "values.bin"), "wb")

put <- function(id, name, nd) {
  writeBin(as.double(as.array(nd)), values)
  cat(id, name, paste(dim(nd), collapse = ","), "\n", sep = "\t", file = index)
}

attempt <- function(id, expr) {
  tryCatch(expr, error = function(e) {
    text <- paste(class(e)[1], gsub("[\t\n]+", " ", conditionMessage(e)))
    cat(id, "error", text, "\n", sep = "\t", file = index)
  })
}

# An array call: `inputs` are its arrays, `written` says which of them it writes to.
nd <- function(id, call, inputs = list(), written = integer()) {
  attempt(id, {
    mx.set.seed(0)
    y <- call(inputs)
    if (is.mx.ndarray(y)) y <- list(y)
    for (k in seq_along(y)) put(id, paste("output", k - 1), y[[k]])
    for (k in written) put(id, paste("input", k - 1, "afterwards"), inputs[[k]])
  })
}

# Forward and backward of an executor: `inputs` by name of variable, `wrt` the names with gradients.
sym <- function(id, call, inputs, wrt, train, heads) {
  attempt(id, {
    s <- call()
    args <- inputs[arguments(s)]
    reqs <- ifelse(arguments(s) %in% wrt, "write", "null")
    e <- mxr:::mx.symbol.bind(s, mx.cpu(), args, inputs[s$auxiliary.states], reqs)
    mx.set.seed(0)
    mx.exec.forward(e, train)
    y <- e$outputs
    for (k in seq_along(y)) put(id, paste("output", k - 1), y[[k]])
    if (length(wrt)) {
      do.call(mx.exec.backward, c(list(e), heads))
      g <- e$ref.grad.arrays
      for (n in wrt) put(id, paste("gradient of input", sub("v", "", n)), g[[n]])
    }
    aux <- e$aux.arrays
    for (n in names(aux)) put(id, paste("input", sub("v", "", n), "afterwards"), aux[[n]])
  })
}

source(file.path(folder, "calls.R"), keep.source = FALSE)
close(index)
close(values)
