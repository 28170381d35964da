# Two factors made the table, three find it again; the executor with these parameters gives the products
exec <- mx.simple.bind(pred, mx.cpu(), user = c(1, 27), item = c(1, 27), score = 27)
it <- make(); it$reset(); it$iter.next()
mx.exec.update.arg.arrays(exec, c(model$arg.params, it$value()), match.name = TRUE)
mx.exec.forward(exec, is.train = FALSE)
stopifnot(all.equal(c(as.array(exec$ref.outputs$pred_output)), fitted[cbind(ratings$user, ratings$item)[1:27, ] + 1], tolerance = 1e-4))
stopifnot(cor(c(fitted), c(truth)) > 0.99)
