# What `make demo` runs: the slides' MNIST workflow through the R package. Pictures go into demo-output/.
library(mxr)

out <- Sys.getenv("MXR_DEMO_OUTPUT", "demo-output")
dir.create(out, showWarnings = FALSE, recursive = TRUE)
say <- function(...) cat(paste0(sprintf(...), "\n"), sep = "")
picture <- function(name, code, width = 900, height = 700) {
  file <- file.path(out, paste0(name, ".png"))
  grDevices::png(file, width = width, height = height, res = 110, type = if (capabilities("cairo")) "cairo" else "Xlib")
  on.exit(grDevices::dev.off())
  force(code)
  say("  wrote %s", file)
}
started <- Sys.time()

# Data ---------------------------------------------------------------------------------------------------------------
say("MNIST")
mnist <- mx.data.mnist()
train_mnist <- mnist$train
test_mnist <- mnist$test
say("  dim(train_mnist)  %s", paste(dim(train_mnist), collapse = " x "))
say("  dim(test_mnist)   %s", paste(dim(test_mnist), collapse = " x "))

plot_mnist <- function(dat, ind, ...) {
  mat <- matrix(as.numeric(dat[ind, -1]), 28, 28)
  image(mat[, 28:1], axes = FALSE, col = grey(seq(0, 1, length = 256)), useRaster = TRUE, ...)
}
picture("digits", {
  par(mfrow = c(5, 8), mar = c(0.2, 0.2, 1.4, 0.2), bg = "white")
  for (i in 1:40) plot_mnist(train_mnist, i, main = train_mnist[i, 1])
}, 900, 640)

x <- train_mnist[, -1]
y <- train_mnist[, 1]
x.test <- test_mnist[, -1]
y.test <- test_mnist[, 1]
mx.set.seed(0)
train_iter <- mx.io.arrayiter(t(x), y, batch.size = 128, shuffle = TRUE)
test_iter <- mx.io.arrayiter(t(x.test), y.test, batch.size = 128, shuffle = FALSE)

# Network ------------------------------------------------------------------------------------------------------------
data <- mx.symbol.Variable("data")
fc1 <- mx.symbol.FullyConnected(data, num_hidden = 256)
act <- mx.symbol.Activation(fc1, act_type = "tanh")
fc2 <- mx.symbol.FullyConnected(act, num_hidden = 10)
net <- mx.symbol.SoftmaxOutput(data = fc2)
picture("network", graph.viz(net, shape = c(784, 128), type = "plot"), 600, 900)

# Training -----------------------------------------------------------------------------------------------------------
say("\nA 784 -> 256 -> 10 network, 10 rounds")
logger <- mx.metric.logger$new()
seconds <- system.time(
  model <- mx.model.FeedForward.create(net, train_iter, ctx = mx.cpu(), eval.metric = mx.metric.accuracy, eval.data = test_iter,
                                       learning.rate = 0.01, num.round = 10,
                                       epoch.end.callback = mx.callback.log.train.metric(1, logger))
)[["elapsed"]]
say("  %.1f seconds, %.0f images a second (training and checking)", seconds, 10 * (nrow(x) + nrow(x.test)) / seconds)

picture("training", {
  par(mar = c(4, 4, 2, 1))
  rounds <- seq_along(logger$train)
  plot(rounds, 100 * logger$train, type = "o", pch = 16, col = "#1f77b4", lwd = 2, ylim = range(100 * c(logger$train, logger$eval)),
       xlab = "round", ylab = "accuracy, %", main = "Training history", las = 1)
  grid(col = "grey85", lty = 1)
  lines(rounds, 100 * logger$train, type = "o", pch = 16, col = "#1f77b4", lwd = 2)
  lines(rounds, 100 * logger$eval, type = "o", pch = 17, col = "#d62728", lwd = 2)
  legend("bottomright", c("training", "test"), col = c("#1f77b4", "#d62728"), pch = 16:17, lwd = 2, bty = "n")
})

# Predictions --------------------------------------------------------------------------------------------------------
prob <- predict(model, X = test_iter)
pred <- max.col(t(prob)) - 1
say("\nPredictions for %d test images: %.2f %% right", ncol(prob), 100 * mean(pred == y.test))
shown <- 1:8
print(data.frame(image = shown, label = y.test[shown], predicted = pred[shown], probability = round(apply(prob[, shown], 2, max), 3)),
      row.names = FALSE)

confusion <- table(label = y.test, predicted = factor(pred, 0:9))
picture("confusion", {
  par(mar = c(4, 4, 2, 1))
  share <- confusion / pmax(1, rowSums(confusion))
  image(0:9, 0:9, t(share), col = grDevices::hcl.colors(64, "Blues", rev = TRUE), xlab = "predicted", ylab = "label", axes = FALSE,
        main = "Test images by label and prediction", ylim = c(9.5, -0.5))
  axis(1, 0:9, tick = FALSE)
  axis(2, 0:9, tick = FALSE, las = 1)
  for (i in 0:9) for (j in 0:9) text(j, i, confusion[i + 1, j + 1], cex = 0.8, col = if (share[i + 1, j + 1] > 0.5) "white" else "grey20")
}, 800, 760)

wrong <- which(pred != y.test)
picture("mistakes", {
  par(mfrow = c(3, 6), mar = c(0.2, 0.2, 1.8, 0.2))
  for (i in utils::head(wrong, 18)) plot_mnist(test_mnist, i, main = sprintf("%d, read as %d", y.test[i], pred[i]), cex.main = 0.9)
}, 900, 520)

mx.model.save(model, file.path(out, "mnist-mlp"), 10)
say("  wrote %s", file.path(out, paste0("mnist-mlp", c("-symbol.json", "-0010.params"))))
say("\nDone in %.0f seconds; the pictures are in %s/", as.double(Sys.time() - started, units = "secs"), out)
