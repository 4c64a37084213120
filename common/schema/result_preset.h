/* A result as one JSON object on one line, with the field names of other tools' files: trafilatura's JSON output (2.0), Dolma documents,
 * datatrove's JSONL documents. A failure has an empty text. Pure. */
#pragma once

#include "base/sbuf.h"
#include "schema/result.h"

void result_write_trafilatura(const struct result *, struct sbuf *out);
void result_write_dolma(const struct result *, struct sbuf *out);
void result_write_datatrove(const struct result *, struct sbuf *out);
