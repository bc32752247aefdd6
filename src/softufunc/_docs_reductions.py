DOCS_OF_REDUCTIONS = {"logsumexp": "x", "log_likelihood": "x"}
