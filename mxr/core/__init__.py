"""Operator declarations, parameters, dispatch and the tape: what every front end shares."""
