/* The options that say which inputs are read and which of their pages are taken: one table, for the producer, which obeys them, and for
 * `thresher run`, which passes them on. Values are texts here; the producer checks them. */
#pragma once

#include "runtime/options.h"

#define INPUT_OPTIONS(X)                                                                                                                            \
    X(files_from, LIST, "files-from", "FILE", "inputs by name, one a line of FILE (-: standard input); may be given again")                        \
    X(globs, LIST, "glob", "PATTERN", "of folders only files whose name, or path below the folder, fits; may be given again")                     \
    X(kind, TEXT, "kind", "KIND", "archive, jsonl, html or text: what files are, in place of a look into them")                                    \
    X(field_html, TEXT, "field-html", "NAME", "of JSON lines: the field with the page (html)")                                                    \
    X(field_text, TEXT, "field-text", "NAME", "the field with flattened text, where there is no page (text)")                                     \
    X(field_url, TEXT, "field-url", "NAME", "the field with the URL (url)")                                                                        \
    X(field_date, TEXT, "field-date", "NAME", "the field with the time of the fetch, ISO 8601 (date)")                                            \
    X(field_language, TEXT, "field-language", "NAME", "the field with the language (language)")                                                   \
    X(field_metadata, TEXT, "field-metadata", "NAMES", "fields to repeat in the result, separated by commas; *: all others, none: no one (*)")                \
    X(status, TEXT, "status", "LIST", "HTTP statuses of pages, such as 200,203-206 (200-299)")                                                     \
    X(mime, TEXT, "mime", "LIST", "media types of pages; text/* is all of text, * anything (text/html,application/xhtml*,text/plain,text/xml,application/xml)") \
    X(include_urls, LIST, "include-url", "PATTERN", "only URLs that fit one: host:NAME (and below it), prefix:URL or regex:EXPRESSION (PCRE2)")    \
    X(include_files, LIST, "include-urls-from", "FILE", "the same, one a line")                                                                    \
    X(exclude_urls, LIST, "exclude-url", "PATTERN", "no URLs that fit one")                                                                         \
    X(exclude_files, LIST, "exclude-urls-from", "FILE", "the same, one a line")                                                                    \
    X(allow_hosts, LIST, "allow-hosts", "FILE", "only these hosts and what is below them, one a line")                                             \
    X(deny_hosts, LIST, "deny-hosts", "FILE", "not these hosts nor what is below them")                                                            \
    X(language, TEXT, "language", "LIST", "only pages that say one of these languages, or none: en,de")                                            \
    X(min_size, TEXT, "min-size", "BYTES", "no smaller pages, as they lie in the input")                                                           \
    X(max_size, TEXT, "max-size", "BYTES", "no larger pages")                                                                                      \
    X(since, TEXT, "since", "DATE", "only pages fetched at this time or later, ISO 8601")                                                          \
    X(before, TEXT, "before", "DATE", "only pages fetched before this time")                                                                       \
    X(sample, TEXT, "sample", "SHARE", "this share of all URLs, such as 0.01 or 1%; always the same ones")                                       \
    X(by_reference, FLAG, "by-reference", NULL, "jobs carry file, offset and length, and workers read the bytes below their --payload-root")       \
    X(payload_root, TEXT, "payload-root", "DIR", "folder that workers see too; records above --max-record go by reference below it")

struct input_options {
#define INPUT_FIELD_LIST(field) struct option_list field;
#define INPUT_FIELD_TEXT(field) const char *field;
#define INPUT_FIELD_FLAG(field) bool field;
#define X(field, type, name, value, help) INPUT_FIELD_##type(field)
    INPUT_OPTIONS(X)
#undef X
};

#define X(field, type, name, value, help) +1
enum { INPUT_OPTIONS_COUNT = 0 INPUT_OPTIONS(X) };
#undef X

/* Appends the options that are set as arguments of a command line, "--name=value". False: no memory. */
MUST_USE bool input_options_add_args(const struct input_options *, struct option_list *args, struct arena *strings);
/* Writes INPUT_OPTIONS_COUNT rows of a program's table of options, with *dest as their destinations. */
void input_options_table(struct input_options *dest, struct option *rows);
