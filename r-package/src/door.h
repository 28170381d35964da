/* What door.c gives native.c. */
SEXP mxr_door_open(SEXP call, SEXP keep);
SEXP mxr_door_call(SEXP name, SEXP args);
