/* The files of the functions of two arguments, those that others are made from first. */
#include "logaddexp.h"
