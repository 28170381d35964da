library(testthat)
library(mxr)
test_check("mxr")
