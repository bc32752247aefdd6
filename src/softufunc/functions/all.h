/* The files of the functions of one argument, and those of a whole axis. */
#include "all_of_one.h"

#include "softplus_sigmoid.h"
#include "log_probs.h"
#include "logsumexp.h"
#include "log_likelihood.h"
