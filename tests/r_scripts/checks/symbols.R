# Names and shapes are MXNet R's by its rules: reversed dims, automatic counters from 0
stopifnot(identical(arg.shape$arg.shapes, list(data = c(100L, 20L), fc1_weight = c(100L, 10L), fc1_bias = 10L)),
          identical(arg.shape$out.shapes, list(fc1_output = c(10L, 20L))))
js <- jsonlite::fromJSON(readLines("net.json", warn = FALSE))
stopifnot(identical(js$nodes$name, c("data", "fc1_weight", "fc1_bias", "fc1")), js$nodes$attrs$num_hidden[4] == "10")
