/* Calls of the door by Python's own C interface: a tenth of what the general way through reticulate takes. Only plain
   values go this way, both ways; for all others R takes reticulate, which gives the same for plain ones. */
#define _GNU_SOURCE  /* RTLD_DEFAULT */
#include <limits.h>
#include <stdint.h>
#include <string.h>
#ifndef _WIN32
#include <dlfcn.h>
#endif
#include <R.h>
#include <Rinternals.h>
#include "door.h"

typedef void *obj;  /* a PyObject * */

static struct {
    int (*lock)(void);
    void (*unlock)(int);
    void (*take)(obj), (*drop)(obj);
    obj (*type)(obj), (*of_double)(double), (*of_long)(long), (*of_bool)(long), (*of_text)(const char *, long);
    double (*to_double)(obj);
    long long (*to_long)(obj, int *);
    const char *(*to_text)(obj, long *);
    obj (*list)(long), (*list_item)(obj, long), (*tuple_item)(obj, long), (*dict)(void);
    long (*list_size)(obj), (*tuple_size)(obj), (*dict_size)(obj);
    int (*list_put)(obj, long, obj), (*dict_put)(obj, obj, obj), (*dict_next)(obj, long *, obj *, obj *);
    obj (*call)(obj, ...), (*text_of)(obj);
    int (*error_is)(obj);
    void (*fetch)(obj *, obj *, obj *), (*clear)(void);
    obj none, yes, t_bool, t_long, t_double, t_text, t_list, t_tuple, t_dict, *interrupt;
} py;

static obj door_call = NULL, door_keep = NULL;

#ifndef _WIN32
static int find(void *where, const char *name)
{
    void *p = dlsym(RTLD_DEFAULT, name);
    memcpy(where, &p, sizeof p);
    return p != NULL;
}
#endif

/* Where the door's two functions lie in memory: its call, and what keeps an answer that is not plain. They live as long
   as the door, that is, to the end of the process. FALSE where Python's functions cannot be found. */
SEXP mxr_door_open(SEXP call, SEXP keep)
{
    int ok = 0;
#ifndef _WIN32
    ok = find(&py.lock, "PyGILState_Ensure") && find(&py.unlock, "PyGILState_Release") &&
        find(&py.take, "Py_IncRef") && find(&py.drop, "Py_DecRef") && find(&py.type, "PyObject_Type") &&
        find(&py.of_double, "PyFloat_FromDouble") && find(&py.of_long, "PyLong_FromLong") &&
        find(&py.of_bool, "PyBool_FromLong") && find(&py.of_text, "PyUnicode_FromStringAndSize") &&
        find(&py.to_double, "PyFloat_AsDouble") && find(&py.to_long, "PyLong_AsLongLongAndOverflow") &&
        find(&py.to_text, "PyUnicode_AsUTF8AndSize") && find(&py.list, "PyList_New") &&
        find(&py.list_item, "PyList_GetItem") && find(&py.tuple_item, "PyTuple_GetItem") &&
        find(&py.dict, "PyDict_New") && find(&py.list_size, "PyList_Size") && find(&py.tuple_size, "PyTuple_Size") &&
        find(&py.dict_size, "PyDict_Size") && find(&py.list_put, "PyList_SetItem") &&
        find(&py.dict_put, "PyDict_SetItem") && find(&py.dict_next, "PyDict_Next") &&
        find(&py.call, "PyObject_CallFunctionObjArgs") && find(&py.text_of, "PyObject_Str") &&
        find(&py.error_is, "PyErr_ExceptionMatches") && find(&py.fetch, "PyErr_Fetch") &&
        find(&py.clear, "PyErr_Clear") && find(&py.none, "_Py_NoneStruct") && find(&py.yes, "_Py_TrueStruct") &&
        find(&py.t_bool, "PyBool_Type") && find(&py.t_long, "PyLong_Type") && find(&py.t_double, "PyFloat_Type") &&
        find(&py.t_text, "PyUnicode_Type") && find(&py.t_list, "PyList_Type") && find(&py.t_tuple, "PyTuple_Type") &&
        find(&py.t_dict, "PyDict_Type") && find(&py.interrupt, "PyExc_KeyboardInterrupt");
    ok = ok && sizeof(long) == sizeof(void *);
    if (ok) {
        door_call = (obj) (uintptr_t) Rf_asReal(call);
        door_keep = (obj) (uintptr_t) Rf_asReal(keep);
    }
#endif
    return Rf_ScalarLogical(ok);
}

/* R to Python ------------------------------------------------------------------------------------------------------ */

static int is_utf8(SEXP s)
{
    if (Rf_getCharCE(s) == CE_UTF8) return 1;
    for (const char *c = CHAR(s); *c; c++) if ((unsigned char) *c > 127) return 0;
    return 1;
}

/* Whether a value is plain all through: nothing is made before that is known, and nothing below can fail half way. */
static int plain(SEXP x, int depth)
{
    R_xlen_t n = Rf_isVector(x) ? XLENGTH(x) : 0;
    switch (TYPEOF(x)) {
    case NILSXP: return 1;
    case REALSXP:
    case INTSXP: return ATTRIB(x) == R_NilValue;
    case LGLSXP:
        for (R_xlen_t i = 0; i < n; i++) if (LOGICAL(x)[i] == NA_LOGICAL) return 0;
        return ATTRIB(x) == R_NilValue;
    case STRSXP:
        for (R_xlen_t i = 0; i < n; i++) {
            SEXP s = STRING_ELT(x, i);
            if (s == NA_STRING || !is_utf8(s)) return 0;
        }
        return ATTRIB(x) == R_NilValue;
    case VECSXP: {
        SEXP names = R_NilValue;
        if (depth > 50) return 0;
        if (ATTRIB(x) != R_NilValue) {
            names = Rf_getAttrib(x, R_NamesSymbol);
            if (CDR(ATTRIB(x)) != R_NilValue || TYPEOF(names) != STRSXP || !plain(names, depth)) return 0;
            for (R_xlen_t i = 0; i < n; i++) if (LENGTH(STRING_ELT(names, i)) == 0) return 0;
        }
        for (R_xlen_t i = 0; i < n; i++) if (!plain(VECTOR_ELT(x, i), depth + 1)) return 0;
        return 1;
    }
    default: return 0;
    }
}

static obj text(SEXP s) { return py.of_text(CHAR(s), LENGTH(s)); }

static obj one(SEXP x, R_xlen_t i)
{
    switch (TYPEOF(x)) {
    case REALSXP: return py.of_double(REAL_ELT(x, i));
    case INTSXP: return py.of_long(INTEGER_ELT(x, i));
    case LGLSXP: return py.of_bool(LOGICAL_ELT(x, i));
    default: return text(STRING_ELT(x, i));
    }
}

static obj to_python(SEXP x)
{
    R_xlen_t n;
    SEXP names;
    obj made;
    if (x == R_NilValue) {
        py.take(py.none);
        return py.none;
    }
    n = XLENGTH(x);
    if (TYPEOF(x) != VECSXP && n == 1) return one(x, 0);
    if (TYPEOF(x) == VECSXP && (names = Rf_getAttrib(x, R_NamesSymbol)) != R_NilValue) {
        if (!(made = py.dict())) return NULL;
        for (R_xlen_t i = 0; i < n; i++) {
            obj key = text(STRING_ELT(names, i)), value = key ? to_python(VECTOR_ELT(x, i)) : NULL;
            int failed = !value || py.dict_put(made, key, value) != 0;
            if (key) py.drop(key);
            if (value) py.drop(value);
            if (failed) {
                py.drop(made);
                return NULL;
            }
        }
        return made;
    }
    if (!(made = py.list(n))) return NULL;
    for (R_xlen_t i = 0; i < n; i++) {
        obj value = TYPEOF(x) == VECSXP ? to_python(VECTOR_ELT(x, i)) : one(x, i);
        if (!value) {
            py.drop(made);
            return NULL;
        }
        py.list_put(made, i, value);
    }
    return made;
}

/* Python to R ------------------------------------------------------------------------------------------------------ */

enum { NONE, BOOL, INT, DOUBLE, TEXT, LIST, TUPLE, DICT, OTHER };

static int kind_of(obj x)
{
    obj t;
    if (x == py.none) return NONE;
    t = py.type(x);
    py.drop(t);  /* x holds it */
    if (t == py.t_long) {
        int beyond = 0;
        long long v = py.to_long(x, &beyond);
        return beyond ? OTHER : v > INT_MAX || v < INT_MIN ? DOUBLE : INT;
    }
    return t == py.t_double ? DOUBLE : t == py.t_bool ? BOOL : t == py.t_text ? TEXT : t == py.t_list ? LIST :
        t == py.t_tuple ? TUPLE : t == py.t_dict ? DICT : OTHER;
}

/* Doubles may be Python's integers that R's integers cannot hold. */
static double number(obj x)
{
    int beyond;
    obj t = py.type(x);
    py.drop(t);
    return t == py.t_double ? py.to_double(x) : (double) py.to_long(x, &beyond);
}

/* A text of Python in UTF-8; NULL where it is none (lone surrogates) or R cannot hold it. */
static const char *utf8(obj x, long *n)
{
    const char *s = py.to_text(x, n);
    if (!s) py.clear();
    return s && *n <= INT_MAX && !memchr(s, 0, (size_t) *n) ? s : NULL;
}

static int answer_plain(obj x, int depth)
{
    long n, at = 0;
    obj key, value;
    int kind = kind_of(x);
    if (kind == OTHER || depth > 50) return 0;
    if (kind == TEXT) return utf8(x, &n) != NULL;
    if (kind == LIST || kind == TUPLE) {
        n = kind == LIST ? py.list_size(x) : py.tuple_size(x);
        for (long i = 0; i < n; i++) {
            if (!answer_plain(kind == LIST ? py.list_item(x, i) : py.tuple_item(x, i), depth + 1)) return 0;
        }
    }
    if (kind == DICT) {
        while (py.dict_next(x, &at, &key, &value)) {
            if (kind_of(key) != TEXT || !utf8(key, &n) || !answer_plain(value, depth + 1)) return 0;
        }
    }
    return 1;
}

static SEXP r_text(obj x)
{
    long n;
    const char *s = utf8(x, &n);
    return Rf_mkCharLenCE(s, (int) n, CE_UTF8);
}

static SEXP to_r(obj x)
{
    int kind = kind_of(x), beyond, first;
    long n, at = 0, i = 0;
    obj key, value;
    SEXP made, names;
    switch (kind) {
    case NONE: return R_NilValue;
    case BOOL: return Rf_ScalarLogical(x == py.yes);
    case INT: return Rf_ScalarInteger((int) py.to_long(x, &beyond));
    case DOUBLE: return Rf_ScalarReal(number(x));
    case TEXT:
        made = PROTECT(r_text(x));
        made = Rf_ScalarString(made);
        UNPROTECT(1);
        return made;
    case DICT:
        n = py.dict_size(x);
        made = PROTECT(Rf_allocVector(VECSXP, n));
        names = PROTECT(Rf_allocVector(STRSXP, n));
        for (i = 0; py.dict_next(x, &at, &key, &value); i++) {
            SET_STRING_ELT(names, i, r_text(key));
            SET_VECTOR_ELT(made, i, to_r(value));
        }
        Rf_setAttrib(made, R_NamesSymbol, names);
        UNPROTECT(2);
        return made;
    case TUPLE:
        n = py.tuple_size(x);
        made = PROTECT(Rf_allocVector(VECSXP, n));
        for (i = 0; i < n; i++) SET_VECTOR_ELT(made, i, to_r(py.tuple_item(x, i)));
        UNPROTECT(1);
        return made;
    }
    /* lists of numbers or texts of one kind are vectors */
    n = py.list_size(x);
    first = n ? kind_of(py.list_item(x, 0)) : OTHER;
    for (i = 1; i < n && first >= BOOL && first <= TEXT; i++) if (kind_of(py.list_item(x, i)) != first) first = OTHER;
    made = PROTECT(Rf_allocVector(first == BOOL ? LGLSXP : first == INT ? INTSXP : first == DOUBLE ? REALSXP :
                                  first == TEXT ? STRSXP : VECSXP, n));
    for (i = 0; i < n; i++) {
        value = py.list_item(x, i);
        switch (first) {
        case BOOL: LOGICAL(made)[i] = value == py.yes; break;
        case INT: INTEGER(made)[i] = (int) py.to_long(value, &beyond); break;
        case DOUBLE: REAL(made)[i] = number(value); break;
        case TEXT: SET_STRING_ELT(made, i, r_text(value)); break;
        default: SET_VECTOR_ELT(made, i, to_r(value));
        }
    }
    UNPROTECT(1);
    return made;
}

/* What Python itself raised around the door, which raises nothing: an interrupt that came too early or too late. */
static SEXP failed(void)
{
    obj type = NULL, value = NULL, trace = NULL, said;
    int stopped = py.error_is(*py.interrupt);
    const char *s = NULL;
    long n;
    SEXP answer = PROTECT(Rf_allocVector(VECSXP, 3));
    py.fetch(&type, &value, &trace);
    said = value ? py.text_of(value) : NULL;
    if (said) s = utf8(said, &n); else py.clear();
    SET_VECTOR_ELT(answer, 0, Rf_ScalarInteger(1));
    SET_VECTOR_ELT(answer, 1, Rf_mkString(stopped ? "interrupt" : "mxr_error"));
    SET_VECTOR_ELT(answer, 2, Rf_mkString(stopped ? "interrupted" : s ? s : "Python gave no answer"));
    if (said) py.drop(said);
    if (type) py.drop(type);
    if (value) py.drop(value);
    if (trace) py.drop(trace);
    UNPROTECT(1);
    return answer;
}

struct answer { obj value; int lock; };

static SEXP read_answer(void *data) { return to_r(((struct answer *) data)->value); }

static void let_go(void *data)
{
    struct answer *a = data;
    py.drop(a->value);
    py.unlock(a->lock);
}

/* One call: its answer; FALSE where the arguments are not plain (nothing was called); TRUE where the answer is not (the
   door keeps it). */
SEXP mxr_door_call(SEXP name, SEXP args)
{
    struct answer a;
    obj fn, given;
    if (!door_call || !plain(name, 0) || !plain(args, 0)) return Rf_ScalarLogical(0);
    a.lock = py.lock();
    fn = to_python(name);
    given = fn ? to_python(args) : NULL;
    a.value = given ? py.call(door_call, fn, given, NULL) : NULL;
    if (fn) py.drop(fn);
    if (given) py.drop(given);
    if (!a.value) {
        SEXP answer = PROTECT(failed());
        py.unlock(a.lock);
        UNPROTECT(1);
        return answer;
    }
    if (!answer_plain(a.value, 0)) {
        obj kept = py.call(door_keep, a.value, NULL);
        SEXP answer = PROTECT(kept ? Rf_ScalarLogical(1) : failed());
        if (kept) py.drop(kept);
        let_go(&a);
        UNPROTECT(1);
        return answer;
    }
    return R_ExecWithCleanup(read_answer, &a, let_go, &a);  /* also where R has no memory for it */
}
