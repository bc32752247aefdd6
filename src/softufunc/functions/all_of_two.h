/* The files of the functions of two arguments, those that others are made from first. */
#include "logaddexp.h"
#include "softminimum.h"
#include "logsubexp.h"
#include "log_prob.h"
