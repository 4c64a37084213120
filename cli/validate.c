#include "validate.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/json_out.h"
#include "output_folder.h"
#include "runtime/command.h"

static void write_json(const char *dir, const struct output_report *r, struct sbuf *out) {
    struct json_out j;
    json_out_init(&j, out);
    json_out_open(&j, '{');
    json_out_kv(&j, "dir", sv_cstr(dir));
    json_out_key(&j, "valid");
    json_out_bool(&j, r->problem_count == 0);
    json_out_kv_u64(&j, "files", r->files);
    json_out_kv_u64(&j, "records", r->records);
    json_out_kv_u64(&j, "bytes", r->bytes);
    json_out_kv_u64(&j, "ids", r->ids);
    json_out_kv_u64(&j, "problem_count", r->problem_count);
    json_out_key(&j, "problems");
    json_out_open(&j, '[');
    for (size_t i = 0; i < r->problem_count && i < PROBLEMS_KEPT; i++) {
        json_out_open(&j, '{');
        json_out_kv(&j, "file", sv_cstr(r->problems[i].file));
        json_out_kv(&j, "text", sv_cstr(r->problems[i].text));
        json_out_close(&j, '}');
    }
    json_out_close(&j, ']');
    json_out_close(&j, '}');
    sbuf_add_char(out, '\n');
}

static void write_text(const char *dir, const struct output_report *r, struct sbuf *out) {
    size_t shown = r->problem_count < PROBLEMS_KEPT ? r->problem_count : PROBLEMS_KEPT;
    for (size_t i = 0; i < shown; i++) sbuf_addf(out, "%s%s%s: %s\n", dir, r->problems[i].file ? "/" : "", r->problems[i].file ? r->problems[i].file : "", r->problems[i].text);
    if (r->problem_count > shown) sbuf_addf(out, "%zu more problems\n", r->problem_count - shown);
    sbuf_addf(out, "%s: %" PRIu64 " files, %" PRIu64 " records, %" PRIu64 " ids: ", dir, r->files, r->records, r->ids);
    if (r->problem_count) sbuf_addf(out, "%zu problem%s\n", r->problem_count, r->problem_count == 1 ? "" : "s");
    else sbuf_add(out, SV("valid\n"));
}

static int run(struct command *c, bool json) {
    struct output_report report;
    struct err e = {0};
    if (c->arg_count != 1) {
        (void)err_set(&e, ERR_USAGE, "name one output folder (try --help)");
        return command_fail(c, &e);
    }
    if (output_folder_check(c->args[0], &c->arena, &report, &e) != ERR_OK) {
        (void)command_fail(c, &e);
        return COMMAND_DISK;
    }
    struct sbuf out;
    sbuf_init(&out, 0);
    if (json) write_json(c->args[0], &report, &out);
    else write_text(c->args[0], &report, &out);
    bool written = command_print(c, &out);
    sbuf_clear(&out);
    if (!written) return COMMAND_DISK;
    return report.problem_count ? COMMAND_NO : COMMAND_OK;
}

int validate_command(int argc, char **argv) {
    bool json = false;
    const struct option table[] = {{"json", 0, OPTION_FLAG, NULL, NULL, "one JSON object", &json}};
    const struct options options = {table, COUNT_OF(table), "thresher validate DIR [--json]",
                                    "Checks a finished output folder against its manifest: every file there, with its size, SHA-256 and number of records; compression\n"
                                    "sound; each record readable, with an id; no id twice.",
                                    "Exit status: 0 valid; 1 something is wrong, each said on a line; 2 usage; 5 the folder or its manifest cannot be read, or the answer not written."};
    struct command c = {.name = "thresher validate", .options = &options};
    int status;
    if (command_begin(&c, argc, argv, &status)) status = run(&c, json);
    command_clear(&c);
    return status;
}
