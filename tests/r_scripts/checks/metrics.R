stopifnot(all.equal(acc, 0.75), all.equal(ppl, exp(-mean(log(c(0.7, 0.4, 0.4, 0.6)))), tolerance = 1e-5))
r <- y - yhat[1, ]
stopifnot(all.equal(mse, mean(r^2)), all.equal(rmse, sqrt(mean(r^2)), tolerance = 1e-6), all.equal(mae, mean(abs(r))),
          all.equal(rmsle, sqrt(mean((log(y + 1) - log(yhat[1, ] + 1))^2)), tolerance = 1e-5))
stopifnot(all.equal(logloss, -mean(log(ifelse(z == 1, phat[1, ], 1 - phat[1, ]))), tolerance = 1e-5), logacc == 0.75, top == 0.5)
