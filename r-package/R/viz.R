# graph.viz: DiagrammeR or visNetwork where installed, else a plot with base graphics.

NODE_COLOURS <- c(null = "#8dd3c7", FullyConnected = "#fb8072", Convolution = "#fb8072", Activation = "#ffffb3", LeakyReLU = "#ffffb3",
                  BatchNorm = "#bebada", Pooling = "#80b1d3", Flatten = "#fdb462", Reshape = "#fdb462", Concat = "#fdb462",
                  Dropout = "#d9d9d9", SoftmaxOutput = "#b3de69", LinearRegressionOutput = "#b3de69")

node_colour <- function(op) {
  found <- NODE_COLOURS[op]
  ifelse(is.na(found), "#fccde5", found)
}

graph_data <- function(symbol, shape) {
  only_symbol(symbol)
  if (!is.null(shape) && !is.list(shape)) shape <- list(data = shape)
  g <- .call("sym_graph", sym_id(symbol), if (!is.null(shape)) named_dims(shape, "graph.viz"))
  list(nodes = data.frame(id = as.integer(unlist(g$nodes$id)), name = as.character(unlist(g$nodes$name)),
                          op = as.character(unlist(g$nodes$op)), label = as.character(unlist(g$nodes$label)), stringsAsFactors = FALSE),
       edges = data.frame(from = as.integer(unlist(g$edges$from)), to = as.integer(unlist(g$edges$to)),
                          label = as.character(unlist(g$edges$label)), stringsAsFactors = FALSE))
}

#' Draw a network
#'
#' With DiagrammeR (or visNetwork) as a widget, which is zoomed and searched; without them with base graphics. Every
#' box says operator, name and main parameters; parameters and labels of losses are no boxes.
#' @param symbol a symbol; or, as in MXNet R before 1.0, its JSON (`symbol$as.json()`) or the path of a file with it.
#' @param shape dims of `data` in R's order, or a named list of dims: the arrows then carry dims such as `28X28X1X100`.
#' @param direction `"TD"` (from top to bottom) or `"LR"` (from left to right).
#' @param type `"graph"` (DiagrammeR), `"vis"` (visNetwork) or `"plot"` (base graphics).
#' @param graph.width.px,graph.height.px size of the widget.
#' @return the widget; where base graphics drew, invisibly a list of two data frames, `nodes` and `edges`.
#' @family symbols
#' @examplesIf mx.available()
#' net <- mx.symbol.Variable("data") |>
#'   mx.symbol.Convolution(kernel = c(5, 5), num_filter = 20, name = "conv1") |>
#'   mx.symbol.Activation(act_type = "tanh", name = "tanh1") |>
#'   mx.symbol.Flatten(name = "flat") |>
#'   mx.symbol.FullyConnected(num_hidden = 10, name = "fc1") |>
#'   mx.symbol.SoftmaxOutput(name = "softmax")
#' graph.viz(net, shape = c(28, 28, 1, 100), type = "plot")
graph.viz <- function(symbol, shape = NULL, direction = "TD", type = "graph", graph.width.px = NULL, graph.height.px = NULL) {
  check_string(direction, "direction", "graph.viz")
  check_string(type, "type", "graph.viz")
  if (!direction %in% c("TD", "TB", "LR")) mx_stop("graph.viz: direction must be TD or LR, given ", short(direction))
  if (!type %in% c("graph", "vis", "plot")) mx_stop("graph.viz: type must be graph, vis or plot, given ", short(type))
  if (is.character(symbol) && length(symbol) == 1 && !is.na(symbol))
    symbol <- if (grepl("^\\s*[{]", symbol)) mx.symbol.load.json(symbol) else mx.symbol.load(symbol)
  g <- graph_data(symbol, shape)
  if (type == "vis" && requireNamespace("visNetwork", quietly = TRUE)) {
    nodes <- data.frame(id = g$nodes$id, label = g$nodes$label, color = node_colour(g$nodes$op), shape = "box")
    return(visNetwork::visHierarchicalLayout(
      visNetwork::visNetwork(nodes, g$edges, width = graph.width.px, height = graph.height.px),
      direction = if (direction == "LR") "LR" else "UD"))
  }
  if (type == "graph" && requireNamespace("DiagrammeR", quietly = TRUE))
    return(DiagrammeR::grViz(graph_dot(g, direction), width = graph.width.px, height = graph.height.px))
  if (type != "plot" && interactive() && is.null(the$said_viz)) {
    the$said_viz <- TRUE
    message("graph.viz draws with base graphics; with the package ", if (type == "vis") "visNetwork" else "DiagrammeR",
            " it gives a widget.")
  }
  plot_graph(g, direction)
}

graph_dot <- function(g, direction = "TD") {
  quoted <- function(x) paste0("\"", gsub("\n", "\\\\n", gsub("\"", "'", x)), "\"")
  paste0("digraph {\n  rankdir=", if (direction == "LR") "LR" else "TB", ";\n  node [shape=box, style=filled, fontname=Helvetica];\n",
         paste0("  ", g$nodes$id, " [label=", quoted(g$nodes$label), ", fillcolor=\"", node_colour(g$nodes$op), "\"];\n", collapse = ""),
         paste0("  ", g$edges$from, " -> ", g$edges$to, " [label=", quoted(g$edges$label), "];\n", collapse = ""), "}\n")
}

# Layers by longest path from the inputs, boxes spread evenly inside a layer.
plot_graph <- function(g, direction) {
  n <- nrow(g$nodes)
  level <- structure(rep(1, n), names = g$nodes$id)
  from <- as.character(g$edges$from)
  to <- as.character(g$edges$to)
  # nodes come in topological order
  for (i in as.character(g$nodes$id)) for (j in from[to == i]) level[[i]] <- max(level[[i]], level[[j]] + 1)
  place <- stats::ave(level, level, FUN = function(v) (seq_along(v) - 0.5) / length(v))
  x <- if (direction == "LR") 1.6 * level - 0.5 else place * max(2, max(table(level)) * 1.2)
  y <- if (direction == "LR") place * max(2, max(table(level)) * 1.2) else max(level) - level + 0.5
  old <- par(mar = c(0.5, 0.5, 0.5, 0.5))
  on.exit(par(old))
  plot.new()
  plot.window(xlim = range(x) + c(-1, 1), ylim = range(y) + c(-0.6, 0.6))
  half_w <- 0.45
  half_h <- 0.28
  at <- structure(seq_len(n), names = g$nodes$id)
  detours <- 0
  # from left to right a label has the room between two boxes
  labels <- g$edges$label[nzchar(g$edges$label)]
  edge_size <- 0.7 * if (direction == "LR" && length(labels)) min(1, 0.68 / max(strwidth(labels, cex = 0.7))) else 1
  for (k in seq_along(from)) {
    a <- at[[from[k]]]
    b <- at[[to[k]]]
    vertical <- direction != "LR"
    if (level[[b]] > level[[a]] + 1) {
      # around the boxes between, a lane for each
      between <- level >= level[[a]] & level <= level[[b]]
      lane <- 0.15 + 0.12 * detours
      detours <- (detours + 1) %% 4
      if (vertical) {
        side <- max(x[between]) + half_w + lane
        px <- c(x[a] + half_w, side, side, x[b] + half_w)
        py <- c(y[a], y[a], y[b], y[b])
      } else {
        side <- max(y[between]) + half_h + lane
        px <- c(x[a], x[a], x[b], x[b])
        py <- c(y[a] + half_h, side, side, y[b] + half_h)
      }
      lines(px[1:3], py[1:3], col = "grey40")
      arrows(px[3], py[3], px[4], py[4], length = 0.08, col = "grey40")
    } else {
      px <- x[c(a, b)] + c(1, -1) * (!vertical) * half_w
      py <- y[c(a, b)] + c(-1, 1) * vertical * half_h
      arrows(px[1], py[1], px[2], py[2], length = 0.08, col = "grey40")
    }
    middle <- length(px) / 2 + 0:1
    if (nzchar(g$edges$label[k])) {
      # beside the arrow, outwards, and off the line where that is slanted
      left <- vertical && length(px) == 2 && px[1] != px[2] && mean(px) < mean(x)
      slant <- if (!vertical || length(px) > 2 || px[1] == px[2]) 0 else sign(px[2] - px[1]) * if (left) 1 else -1
      text(mean(px[middle]), mean(py[middle]), g$edges$label[k], cex = edge_size, col = "grey30",
           adj = if (!vertical) c(0.5, -0.5) else c(if (left) 1.05 else -0.08, 0.5 + 0.9 * slant))
    }
  }
  rect(x - half_w, y - half_h, x + half_w, y + half_h, col = node_colour(g$nodes$op), border = "grey30")
  text(x, y, g$nodes$label, cex = label_size(g$nodes$label, 2 * half_w, 2 * half_h))
  invisible(g)
}

# The largest size, at most 0.8, at which every label fits a box with a little air.
label_size <- function(labels, width, height) {
  0.8 * min(1, 0.92 * width / max(strwidth(labels, cex = 0.8)), 0.78 * height / max(strheight(labels, cex = 0.8)))
}
