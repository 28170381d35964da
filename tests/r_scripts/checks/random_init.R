stopifnot(abs(sd(w) - sqrt(2 / 400)) < 0.002, abs(mean(g) - 5) < 0.1, abs(sd(g) - 2) < 0.05)
stopifnot(abs(sd(x) - sqrt(3 / 45) / sqrt(3)) < 0.01)  # uniform within +-s has deviation s / sqrt(3)
