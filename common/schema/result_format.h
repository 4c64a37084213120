/* A result in the forms in which the collector writes it. Each record is whole in itself, so that files of them can be cut and joined:
 *
 *   jsonl     one JSON object a line; `preset` names its fields as another tool's readers expect them
 *   text      lines "key: value", an empty line, the text, and a line that holds one form feed
 *   markdown  the same with YAML front matter between lines "---", and the article as Markdown
 *   markdown-text  that without links and images
 *   protobuf  the length as a varint, then the Result message
 *
 * Every result is a record, a failure too (its text is empty), so that each job is there once in every format. */
#pragma once

#include "base/sbuf.h"
#include "schema/result.h"

enum result_format { RESULT_JSONL, RESULT_TEXT, RESULT_MARKDOWN, RESULT_MARKDOWN_TEXT, RESULT_PROTOBUF, RESULT_FORMAT_END };
enum result_preset { PRESET_NATIVE, PRESET_TRAFILATURA, PRESET_DOLMA, PRESET_DATATROVE, PRESET_END };

bool result_format_parse(sv name, enum result_format *out);
bool result_preset_parse(sv name, enum result_preset *out);
const char *result_format_name(enum result_format);
const char *result_preset_name(enum result_preset);
/* Of a file of such records: "jsonl", "txt", "md", "pb". */
const char *result_format_suffix(enum result_format);

/* Appends the record. The preset counts for JSONL alone. ERR_MEMORY, or as result_pack (PROTOBUF). */
MUST_USE enum err_code result_write(const struct result *, enum result_format, enum result_preset, struct sbuf *out, struct err *);
