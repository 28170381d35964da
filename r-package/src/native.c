/* What R code cannot do: tell where a vector's numbers lie, be asked when an object is saved, speak to Python in C. */
#define _GNU_SOURCE  /* RTLD_DEFAULT */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#ifndef _WIN32
#include <dlfcn.h>
#include <pthread.h>
#endif
#include <R.h>
#include <Rinternals.h>
#include <R_ext/Altrep.h>
#include <R_ext/Rdynload.h>
#include "door.h"

/* The address of the first element, as decimal text: 64-bit integers do not fit R's numbers. */
static SEXP mxr_address(SEXP x)
{
    char text[32];
    void *p;
    switch (TYPEOF(x)) {
    case REALSXP: p = REAL(x); break;
    case INTSXP: p = INTEGER(x); break;
    case LGLSXP: p = LOGICAL(x); break;
    case RAWSXP: p = RAW(x); break;
    default: Rf_error("only numeric, integer, logical and raw vectors have an address to share");
    }
    snprintf(text, sizeof text, "%llu", (unsigned long long)(uintptr_t) p);
    return Rf_mkString(text);
}

/* A keeper sits in every object that holds a handle. It is empty until R serializes it (saveRDS, save): then it asks
   the package for what the handle stands for, and that is what the file gets. */
static R_altrep_class_t keeper_class;

static SEXP keeper_state(SEXP x)
{
    SEXP ns = PROTECT(R_FindNamespace(Rf_mkString("mxr")));
    SEXP call = PROTECT(Rf_lang2(Rf_install("keeper_state"), R_altrep_data1(x)));
    SEXP state = Rf_eval(call, ns);
    UNPROTECT(2);
    return state;
}

static SEXP keeper_back(SEXP cls, SEXP state) { return state; }

static R_xlen_t keeper_length(SEXP x) { return 0; }

static SEXP keeper_empty(SEXP x)
{
    if (R_altrep_data2(x) == R_NilValue) R_set_altrep_data2(x, Rf_allocVector(RAWSXP, 0));
    return R_altrep_data2(x);
}

static void *keeper_dataptr(SEXP x, Rboolean writeable) { return RAW(keeper_empty(x)); }
static const void *keeper_dataptr_or_null(SEXP x) { return RAW(keeper_empty(x)); }

static SEXP mxr_keeper(SEXP env) { return R_new_altrep(keeper_class, env, R_NilValue); }

/* Newer versions of reticulate let go of Python's lock while R runs. A child that another thread's lock was copied into
   could never take it: so take it before a fork, give it back in the parent, keep it in the child. */
#ifndef _WIN32
static int taken = -1;
static void (*settle)(void) = NULL;

static void before_fork(void)
{
    int (*alive)(void) = (int (*)(void)) dlsym(RTLD_DEFAULT, "Py_IsInitialized");
    if (settle && alive && alive()) settle();
    int (*there)(void) = (int (*)(void)) dlsym(RTLD_DEFAULT, "Py_IsInitialized");
    int (*mine)(void) = (int (*)(void)) dlsym(RTLD_DEFAULT, "PyGILState_Check");
    int (*take)(void) = (int (*)(void)) dlsym(RTLD_DEFAULT, "PyGILState_Ensure");
    taken = (there && mine && take && there() && !mine()) ? take() : -1;
}

static void after_fork_in_parent(void)
{
    void (*give)(int) = (void (*)(int)) dlsym(RTLD_DEFAULT, "PyGILState_Release");
    if (taken >= 0 && give) give(taken);
    taken = -1;
}
#endif

/* From now on every fork waits for queued work, by a function of Python's at this address. Called when the engine is
   loaded and not before: handlers run in the reverse order of their registration, and that of NumPy's BLAS, which ends
   its threads, hangs for ever where a product is being computed. */
static SEXP mxr_watch_forks(SEXP address)
{
#ifndef _WIN32
    static int watching = 0;
    settle = (void (*)(void)) (uintptr_t) Rf_asReal(address);
    if (!watching) watching = pthread_atfork(before_fork, after_fork_in_parent, NULL) == 0;
#endif
    return R_NilValue;
}

/* Tells Python that this process is a forked child. 0 done, 1 there is no Python, 2 not its thread. */
static SEXP mxr_after_fork(void)
{
    int answer = 1;
#ifndef _WIN32
    int (*mine)(void) = (int (*)(void)) dlsym(RTLD_DEFAULT, "PyGILState_Check");
    void (*tell)(void) = (void (*)(void)) dlsym(RTLD_DEFAULT, "PyOS_AfterFork_Child");
    if (mine && tell) {
        answer = mine() ? 0 : 2;
        if (answer == 0) tell();
    }
#endif
    return Rf_ScalarInteger(answer);
}

static const R_CallMethodDef calls[] = {
    {"mxr_address", (DL_FUNC) &mxr_address, 1},
    {"mxr_keeper", (DL_FUNC) &mxr_keeper, 1},
    {"mxr_watch_forks", (DL_FUNC) &mxr_watch_forks, 1},
    {"mxr_after_fork", (DL_FUNC) &mxr_after_fork, 0},
    {"mxr_door_open", (DL_FUNC) &mxr_door_open, 2},
    {"mxr_door_call", (DL_FUNC) &mxr_door_call, 2},
    {NULL, NULL, 0}
};

void R_init_mxr(DllInfo *dll)
{
    R_registerRoutines(dll, NULL, calls, NULL, NULL);
    R_useDynamicSymbols(dll, FALSE);
    keeper_class = R_make_altraw_class("mxr_keeper", "mxr", dll);
    R_set_altrep_Serialized_state_method(keeper_class, keeper_state);
    R_set_altrep_Unserialize_method(keeper_class, keeper_back);
    R_set_altrep_Length_method(keeper_class, keeper_length);
    R_set_altvec_Dataptr_method(keeper_class, keeper_dataptr);
    R_set_altvec_Dataptr_or_null_method(keeper_class, keeper_dataptr_or_null);
}
