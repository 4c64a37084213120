/* Models as text files, for measuring models that are not built in (those of folds). The format, numbers apart by white space:
 *   first TREES BIAS, then for each tree 6 features, 6 thresholds, 64 leaves; second, the same; seven times type, the same; words COUNT, then HASH SCORE each. */
#pragma once

#include <stdbool.h>

#include "model_tables.h"

/* Memory of the set is never given back. Says on stderr what is wrong. */
bool model_file_read(const char *path, struct model_set *out);
