/* A result as one JSON object on one line, the native JSONL of the collector and of `thresher extract`. */
#pragma once

#include "base/json_out.h"
#include "schema/result.h"

/* Appends {"job_id","status","url", article fields... | "failure":{class,detail}, "metadata", "provenance"} and a newline.
 * `path`, when present, is the first key ("path"), as `thresher extract` names its input; job_id is left out then. */
void result_write_json(const struct result *, sv path, struct sbuf *out);
